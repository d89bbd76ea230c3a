"""The forms of a target and of a milestone."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.fields import DanishDateField, DanishDecimalField, PlainTextField
from accounts.forms import PlainHelper
from accounts.models import Plan
from accounts.periods import Period, plan_periods
from accounts.templatetags.portal_tags import da_date, da_date_range
from partners.models import FocusArea, focus_areas
from reporting.forms.goals import goal_choices
from reporting.models import Direction, Goal, Indicator, Target
from reporting.periods import period_name, target_periods
from reporting.targets import is_milestone


class TargetForm(forms.Form):
    """The target of one period: a number, two limits, or a day."""

    period = forms.ChoiceField(label=_("Period"))
    value = DanishDecimalField(label=_("Target"), required=False)
    high = DanishDecimalField(label=_("Upper limit"), required=False)
    due_on = DanishDateField(label=_("Done no later than"), required=False)

    def __init__(
        self,
        *args: Any,
        indicator: Indicator,
        target: Target | None = None,
        period: Period | None = None,
        **kwargs: Any,
    ) -> None:
        if target is not None:
            kwargs["initial"] = {"value": target.value, "high": target.high, "due_on": target.due_on}
        elif period is not None:
            kwargs["initial"] = {"period": _period_value(period)}
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()
        self.indicator, self.target = indicator, target
        if target is not None:
            del self.fields["period"]
            label, help_text = (
                _("Why does the target change?"),
                _("The board reads the reason and the old value beside the new one."),
            )
            if is_milestone(indicator):
                label, help_text = (
                    _("Why is it moved?"),
                    _("The board reads the reason and the old day beside the new one."),
                )
            self.fields["reason"] = PlainTextField(label=label, max_length=300, lines=2, help_text=help_text)
            add_decision(self)
        elif is_milestone(indicator):
            del self.fields["period"]
        else:
            self.periods = {_period_value(period): period for period in target_periods(indicator.plan)}
            self.fields["period"].choices = [(key, _period_choice(period)) for key, period in self.periods.items()]
        for name in self._unused():
            del self.fields[name]
        for name in ("value", "due_on"):
            if name in self.fields:
                self.fields[name].required = True
        if "high" in self.fields:
            self.fields["high"].required = True
            self.fields["value"].label = _("Lower limit")

    def _unused(self) -> list[str]:
        if is_milestone(self.indicator):
            return ["value", "high"]
        return ["due_on"] if self.indicator.direction == Direction.RANGE else ["high", "due_on"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        low, high = data.get("value"), data.get("high")
        if low is not None and high is not None and high < low:
            self.add_error("high", _("The upper limit must not be below the lower one."))
        return data

    def clean_due_on(self) -> date:
        """A milestone belongs to the plan year that holds its day."""
        day, plan = self.cleaned_data["due_on"], self.indicator.plan
        if self.target is None:
            self.year = next((period for period in plan_periods(plan, "year") if day in period), None)
        if not plan.starts_on <= day <= plan.ends_on:
            raise ValidationError(
                _("The day lies outside the plan, which runs from %(first)s to %(last)s.")
                % {"first": da_date(plan.starts_on, "plain"), "last": da_date(plan.ends_on, "plain")}
            )
        return day

    @property
    def span(self) -> tuple[date, date]:
        """First and last day of the period that the target is for."""
        if self.target is not None:
            return self.target.starts_on, self.target.ends_on
        period = self.year if is_milestone(self.indicator) else self.periods[self.cleaned_data["period"]]
        return period.first, period.last


def add_decision(form: forms.Form) -> None:
    """The meeting that decided: its body by name, and the day."""
    form.fields["decided_by"] = PlainTextField(
        label=_("Decided by"), max_length=100, help_text=_("The body that decided it, such as the steering group.")
    )
    form.fields["decided_on"] = DanishDateField(label=_("Decided on"), help_text=_("The day of the meeting."))


class MilestoneForm(forms.Form):
    """A milestone of its own: what, under which focus area, by when."""

    text = PlainTextField(label=_("What is to be done?"), max_length=300, lines=2)
    due_on = DanishDateField(label=_("Done no later than"))
    focus_area = forms.ModelChoiceField(label=_("Focus area"), queryset=FocusArea.objects.none())
    goal = forms.ModelChoiceField(
        label=_("Belongs to"),
        queryset=Goal.objects.none(),
        required=False,
        help_text=_("The sentence of the agreement that this tells about."),
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()
        self.fields["focus_area"].queryset = focus_areas(plan)
        self.fields["focus_area"].label_from_instance = lambda area: area.local_name
        self.fields["goal"].queryset = Goal.objects.filter(plan=plan, removed_at__isnull=True)
        self.fields["goal"].choices = goal_choices(plan)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        goal, area = data.get("goal"), data.get("focus_area")
        if goal is not None and area is not None and goal.focus_area_id != area.pk:
            self.add_error("goal", _("It must belong to something in the same focus area."))
        return data


class DropForm(forms.Form):
    """Why a milestone will not be done, and who decided it."""

    reason = PlainTextField(
        label=_("Why is it dropped?"), max_length=300, lines=2, help_text=_("The board reads the reason.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_decision(self)
        self.helper = PlainHelper()


def _period_value(period: Period) -> str:
    return f"{period.first.isoformat()}_{period.last.isoformat()}"


def _period_choice(period: Period) -> str:
    return f"{period_name(period)} ({da_date_range(period.first, period.last)})"
