"""The form of an indicator."""

from decimal import Decimal
from typing import Any

from crispy_forms.layout import HTML, Div
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.dates import WEEKDAYS
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from accounts.fields import (
    DanishCountField,
    DanishDecimalField,
    PlainTextField,
    depends,
    offer_by_name,
    use_danish_fields,
)
from accounts.forms import PlainHelper, side_by_side
from accounts.models import Plan
from activities.models import Activity, AgeBand
from jobs.values import match_key
from partners.models import focus_areas
from reporting.forms.goals import goal_choices
from reporting.measures import MEASURES
from reporting.models import Direction, Goal, Indicator, Measure

HUNDRED = Decimal(100)
DAYS = [(str(number + 1), name) for number, name in WEEKDAYS.items()]
NARROWING = ("format", "theme", "weekdays", "age_band")
OF_TWO = ("numerator", "denominator")
COUNTS_HEADS = (Measure.VISITS, Measure.MEAN_VISITS, Measure.UNIQUE_PEOPLE, Measure.UNIQUE_AT_LEAST)


class IndicatorForm(forms.ModelForm):
    """One indicator: the agreement's own words, and how they are measured."""

    code = PlainTextField(
        label=_("No."),
        max_length=10,
        validators=[RegexValidator(r"^[\w.-]+\Z", _("Use letters and digits only, such as K2."))],
    )
    at_least_times = DanishCountField(label=_("At least how many times?"), required=False, min_value=1, max_value=999)
    theme = PlainTextField(
        label=_("Word in the theme"),
        max_length=60,
        required=False,
        help_text=_("Only sessions whose theme has this word count, such as “job”."),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Days of the week"),
        choices=DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all days."),
    )
    age_band = forms.ChoiceField(
        label=_("Ages"),
        required=False,
        help_text=_(
            "The plan's own age groups. Heads of unknown age make the figure a range. Only the team sees such a figure."
        ),
    )
    margin = DanishDecimalField(
        label=_("Margin in per cent"),
        min_value=Decimal(0),
        max_value=Decimal(50),
        help_text=_("So far below the expected value still is on track."),
    )

    class Meta:
        model = Indicator
        fields = [
            "code",
            "text",
            "focus_area",
            "goal",
            "measure",
            "at_least_times",
            "numerator",
            "denominator",
            "all_activities",
            "whole_area",
            "activities",
            "format",
            "theme",
            "unit",
            "direction",
            "baseline",
            "baseline_on",
            "margin",
            "source",
            "about_area",
            "is_active",
        ]
        formfield_callback = use_danish_fields
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "activities": forms.CheckboxSelectMultiple}
        help_texts = {
            "text": _("Word for word as in the agreement."),
            "goal": _("The sentence of the agreement that this tells about."),
            "format": _("Only sessions of this format count."),
            "direction": _("Is the target a floor, a ceiling or a range?"),
            "numerator": _("For a share that is worked out from two other targets. Else it is typed in."),
            "whole_area": _("Also those that come later."),
        }

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self._offer_what_the_plan_has()
        self.fields["measure"].choices = sorted(Measure.choices, key=lambda choice: str(choice[1]))
        if self.instance.pk is None:
            del self.fields["is_active"]
            self.initial["direction"] = Direction.AT_LEAST
        self.initial["margin"] = Decimal(self.instance.margin) * HUNDRED
        self.initial["weekdays"] = list(self.instance.weekdays)
        depends(self, "at_least_times", "activities", "direction", *OF_TWO)
        self.helper = PlainHelper(*self._layout())

    def _offer_what_the_plan_has(self) -> None:
        fields, plan = self.fields, self.plan
        fields["focus_area"].queryset = focus_areas(plan)
        fields["focus_area"].label_from_instance = lambda area: area.local_name
        fields["goal"].queryset = Goal.objects.filter(plan=plan, removed_at__isnull=True)
        fields["goal"].choices = goal_choices(plan)
        fields["activities"].label_from_instance = _activity_name
        offer_by_name(fields["activities"], plan.activities.all())
        others = plan.indicators.exclude(pk=self.instance.pk).filter(numerator__isnull=True)
        for name in OF_TWO:
            fields[name].queryset = others.exclude(measure=Measure.MILESTONE)
        self.bands = {f"{band.lowest}-{band.highest or ''}": band for band in AgeBand.objects.filter(plan=plan)}
        fields["age_band"].choices = [("", _("All ages")), *((key, str(band)) for key, band in self.bands.items())]
        if self.instance.lowest_age is not None:  # kept also when the plan's groups have changed since
            lowest, highest = self.instance.lowest_age, self.instance.highest_age
            key = f"{lowest}-{highest or ''}"
            self.bands.setdefault(key, AgeBand(lowest=lowest, highest=highest))
            fields["age_band"].choices = [("", _("All ages")), *((k, str(band)) for k, band in self.bands.items())]
            self.initial["age_band"] = key

    def _layout(self) -> list[Any]:
        """What most targets need first; what few need is folded, and open where it is in use."""
        is_narrowed = any(self.initial.get(name) or self.data.get(name) for name in NARROWING)
        is_of_two = any(self.initial.get(name) or self.data.get(name) for name in OF_TWO)
        last = ["is_active"] if "is_active" in self.fields else []
        return [
            side_by_side("code", "focus_area"),
            "text",
            "goal",
            "measure",
            "at_least_times",
            *_folded(_("A share of two other targets"), *OF_TWO, is_open=is_of_two),
            "all_activities",
            "whole_area",
            "activities",
            *_folded(_("Only some of the sessions"), *NARROWING, is_open=is_narrowed),
            side_by_side("unit", "direction"),
            side_by_side("baseline", "baseline_on"),
            "margin",
            "source",
            "about_area",
            *last,
        ]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        others = self.plan.indicators.exclude(pk=self.instance.pk).values_list("code", flat=True)
        if match_key(code) in {match_key(other) for other in others}:
            raise ValidationError(_("There is already a target with this number."))
        return code

    def clean_margin(self) -> Decimal:
        return self.cleaned_data["margin"] / HUNDRED

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        measure = data.get("measure")
        goal = data.get("goal")
        if goal is not None and data.get("focus_area") and goal.focus_area_id != data["focus_area"].pk:
            self.add_error("goal", _("It must belong to something in the same focus area."))
        if measure == Measure.UNIQUE_AT_LEAST and not data.get("at_least_times"):
            self.add_error("at_least_times", _("Write how many times, such as 20."))
        self._check_sessions(measure, data)
        self._check_share(measure, data)
        if measure == Measure.MILESTONE:
            data["direction"] = ""
        elif not data.get("direction"):
            data["direction"] = Direction.AT_LEAST
        self.instance.weekdays = "".join(sorted(data.get("weekdays") or ()))
        band = self.bands.get(data.get("age_band") or "")
        self.instance.lowest_age, self.instance.highest_age = (band.lowest, band.highest) if band else (None, None)
        return data

    def _check_sessions(self, measure: str | None, data: dict[str, Any]) -> None:
        if measure is None:
            return
        chosen = data.get("activities") or data.get("all_activities") or data.get("whole_area")
        if MEASURES[measure].counts_sessions and not chosen and "activities" not in self.errors:
            self.add_error("activities", _("Choose at least one activity, or all of them."))
        if data.get("age_band") and measure not in COUNTS_HEADS:
            self.add_error("age_band", _("Ages can only be told of visits and people."))

    def _check_share(self, measure: str | None, data: dict[str, Any]) -> None:
        """Both or none, and only for a share; two different ones."""
        part, whole = data.get("numerator"), data.get("denominator")
        if not part and not whole:
            return
        if measure != Measure.SHARE:
            self.add_error("measure", _("Choose “share”, or leave the part and the whole empty."))
        elif not part or not whole:
            self.add_error("denominator" if part else "numerator", _("Choose both the part and the whole."))
        elif part == whole:
            self.add_error("denominator", _("Choose two different targets."))
        elif self.instance.pk and Indicator.objects.filter(numerator=self.instance).exists():
            self.add_error("numerator", _("Another share is made of this target, so it cannot be one itself."))


def _activity_name(activity: Activity) -> str:
    return activity.name if activity.is_active else _("%(name)s (ended)") % {"name": activity.name}


def _folded(title: Any, *fields: str, is_open: bool) -> list[Any]:
    """Fields behind a line of text, for what few need. The title is a text of ours, never somebody's."""
    summary = f'<details class="more"{" open" if is_open else ""}><summary>{escape(title)}</summary>'
    return [HTML(summary), Div(*fields, css_class="card-pad"), HTML("</details>")]
