"""The form of a target."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import DanishDateField, DanishDecimalField, PlainTextField
from accounts.forms import PlainHelper
from accounts.periods import Period
from accounts.templatetags.portal_tags import da_date_range
from reporting.models import Direction, Indicator, Target
from reporting.periods import period_name, target_periods
from reporting.targets import is_milestone


class TargetForm(forms.Form):
    """The target of one period: a number, two limits, or a day."""

    period = forms.ChoiceField(label=_("Period"))
    value = DanishDecimalField(label=_("Target"), required=False)
    high = DanishDecimalField(label=_("Upper limit"), required=False)
    due_on = DanishDateField(label=_("Done no later than"), required=False)

    def __init__(self, *args: Any, indicator: Indicator, target: Target | None = None, **kwargs: Any) -> None:
        if target is not None:
            kwargs["initial"] = {"value": target.value, "high": target.high, "due_on": target.due_on}
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()
        self.indicator, self.target = indicator, target
        if target is not None:
            del self.fields["period"]
            self.fields["reason"] = PlainTextField(
                label=_("Why does the target change?"),
                max_length=300,
                lines=2,
                help_text=_("The board reads the reason and the old value beside the new one."),
            )
            self.fields["decided_by"] = PlainTextField(label=_("Decided by"), max_length=100, required=False)
            self.fields["decided_on"] = DanishDateField(label=_("Decided on"), required=False)
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

    @property
    def span(self) -> tuple[date, date]:
        """First and last day of the period that the target is for."""
        if self.target is not None:
            return self.target.starts_on, self.target.ends_on
        period = self.periods[self.cleaned_data["period"]]
        return period.first, period.last


def _period_value(period: Period) -> str:
    return f"{period.first.isoformat()}_{period.last.isoformat()}"


def _period_choice(period: Period) -> str:
    return f"{period_name(period)} ({da_date_range(period.first, period.last)})"
