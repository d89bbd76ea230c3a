"""The form of a value that is typed in."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.fields import use_danish_fields
from accounts.forms import PlainHelper
from reporting.models import Indicator, Measurement
from reporting.targets import is_milestone


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
