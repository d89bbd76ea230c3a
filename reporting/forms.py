"""Forms of measurements, targets and indicators."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.fields import (
    DanishCountField,
    DanishDateField,
    DanishDecimalField,
    PlainTextField,
    use_danish_fields,
)
from accounts.forms import PlainHelper
from accounts.models import Plan
from accounts.periods import Period
from accounts.templatetags.portal_tags import da_date_range
from partners.models import focus_areas
from reporting.models import Direction, Indicator, Measure, Measurement, Target
from reporting.periods import period_name, target_periods
from reporting.targets import is_milestone

HUNDRED = Decimal(100)


class MeasurementForm(forms.ModelForm):
    """A value with its day and source. A milestone needs only the day on which it was done."""

    class Meta:
        model = Measurement
        fields = ["measured_on", "value", "source", "note"]
        formfield_callback = use_danish_fields
        help_texts = {"note": _("For the team only. It is never part of a release.")}

    def __init__(self, *args: Any, indicator: Indicator, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = PlainHelper()
        self.fields["measured_on"].initial = today
        self.fields["source"].initial = indicator.source
        if is_milestone(indicator):
            self.fields["measured_on"].label = _("Done on")
            del self.fields["value"]
        else:
            self.fields["value"].help_text = indicator.unit

    def clean_measured_on(self) -> date:
        day = self.cleaned_data["measured_on"]
        if day > self.today:
            raise ValidationError(_("The day lies in the future. Write the day it was measured."))
        return day


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
            "format": _("Only sessions of this format count."),
            "direction": _("Is the target a floor, a ceiling or a range?"),
        }

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.helper = PlainHelper()
        self.fields["focus_area"].queryset = focus_areas(plan)
        self.fields["activities"].queryset = plan.activities.all()
        self.fields["measure"].choices = sorted(Measure.choices, key=lambda choice: str(choice[1]))
        if self.instance.pk is None:
            del self.fields["is_active"]
            self.initial["direction"] = Direction.AT_LEAST
        self.initial["margin"] = Decimal(self.instance.margin) * HUNDRED

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if self.plan.indicators.filter(code__iexact=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is already a target with this number."))
        return code

    def clean_margin(self) -> Decimal:
        return self.cleaned_data["margin"] / HUNDRED

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("measure") == Measure.UNIQUE_AT_LEAST and not data.get("at_least_times"):
            self.add_error("at_least_times", _("Write how many times, such as 20."))
        if data.get("measure") == Measure.MILESTONE:
            data["direction"] = ""
        elif not data.get("direction"):
            data["direction"] = Direction.AT_LEAST
        return data
