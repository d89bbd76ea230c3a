"""The form of an indicator."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.fields import DanishCountField, DanishDecimalField, PlainTextField, depends, use_danish_fields
from accounts.forms import PlainHelper
from accounts.models import Plan
from partners.models import focus_areas
from reporting.forms.goals import goal_choices
from reporting.models import Direction, Goal, Indicator, Measure

HUNDRED = Decimal(100)


class IndicatorForm(forms.ModelForm):
    """One indicator: the agreement's own words, and how they are measured."""

    code = PlainTextField(
        label=_("No."),
        max_length=10,
        validators=[RegexValidator(r"^[\w.-]+\Z", _("Use letters and digits only, such as K2."))],
    )
    at_least_times = DanishCountField(label=_("At least how many times?"), required=False, min_value=1, max_value=999)
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
            "all_activities",
            "activities",
            "format",
            "unit",
            "direction",
            "baseline",
            "baseline_on",
            "margin",
            "source",
            "is_active",
        ]
        formfield_callback = use_danish_fields
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "activities": forms.CheckboxSelectMultiple}
        help_texts = {
            "text": _("Word for word as in the agreement."),
            "goal": _("The sentence of the agreement that this tells about."),
            "format": _("Only sessions of this format count."),
            "direction": _("Is the target a floor, a ceiling or a range?"),
        }

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.helper = PlainHelper()
        self.fields["focus_area"].queryset = focus_areas(plan)
        self.fields["goal"].queryset = Goal.objects.filter(plan=plan, removed_at__isnull=True)
        self.fields["goal"].choices = goal_choices(plan)
        self.fields["activities"].queryset = plan.activities.all()
        self.fields["measure"].choices = sorted(Measure.choices, key=lambda choice: str(choice[1]))
        if self.instance.pk is None:
            del self.fields["is_active"]
            self.initial["direction"] = Direction.AT_LEAST
        self.initial["margin"] = Decimal(self.instance.margin) * HUNDRED
        depends(self, "at_least_times", "activities", "direction")

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if self.plan.indicators.filter(code__iexact=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is already a target with this number."))
        return code

    def clean_margin(self) -> Decimal:
        return self.cleaned_data["margin"] / HUNDRED

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        goal = data.get("goal")
        if goal is not None and data.get("focus_area") and goal.focus_area_id != data["focus_area"].pk:
            self.add_error("goal", _("It must belong to something in the same focus area."))
        if data.get("measure") == Measure.UNIQUE_AT_LEAST and not data.get("at_least_times"):
            self.add_error("at_least_times", _("Write how many times, such as 20."))
        if data.get("measure") == Measure.MILESTONE:
            data["direction"] = ""
        elif not data.get("direction"):
            data["direction"] = Direction.AT_LEAST
        return data
