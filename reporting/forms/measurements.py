"""The forms of a value that is typed in, and of sending one back."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.fields import DanishDateField, DanishDecimalField, PlainTextField
from accounts.forms import PlainHelper
from accounts.templatetags.portal_tags import da_date, da_number
from jobs.values import CellError, Written, parse_written
from reporting.attachments import TYPES, Attachment, read_attachment
from reporting.measuring import Typed, last_source
from reporting.models import Indicator, Measure, Measurement
from reporting.plausible import danish, impossible, is_far, last_before
from reporting.targets import is_milestone

LARGEST = Decimal(10) ** 10  # what the column holds
SHARES = (Measure.SHARE, Measure.SURVEY)


class WrittenField(forms.CharField):
    """A value as Danes write it: 12,5, 1.234, "ca. 30", and "14 af 20" where it is a share."""

    def __init__(self, *, allows_part: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.allows_part = allows_part
        self.widget.attrs |= {"autocomplete": "off"} | ({} if allows_part else {"inputmode": "text"})

    def clean(self, value: Any) -> Written | None:
        text = super().clean(value)
        try:
            written = parse_written(text, allows_part=self.allows_part)
        except CellError as error:
            raise ValidationError(str(error), code="invalid") from None
        if written is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if written and max(abs(written.value), written.whole or 0) >= LARGEST:
            raise ValidationError(_("The number is too large. Correct it."), code="invalid")
        return written


class MeasurementForm(forms.Form):
    """A value with its day and source. A milestone needs only the day on which it was done.

    `far_from` is the last value where this one lies far from it, until it is sent once more as it is.
    """

    measured_on = DanishDateField(label=_("Measured on"))
    value = WrittenField(label=_("Value"))
    compared_with = DanishDecimalField(label=_("Compared with"), required=False)
    source = PlainTextField(label=_("Source"), max_length=150)
    note = PlainTextField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("For the team only. It is never part of a release."),
    )
    file = forms.FileField(
        label=_("Attachment"),
        required=False,
        help_text=_(
            "PDF, Excel, Word, picture or text of at most 5 MB. For the team only, and never about individual people."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(TYPES)}),
    )

    def __init__(
        self, *args: Any, indicator: Indicator, today: date, measurement: Measurement | None = None, **kwargs: Any
    ) -> None:
        initial = _as_written(measurement) if measurement else {"measured_on": today, "source": last_source(indicator)}
        super().__init__(*args, initial=initial, **kwargs)
        self.indicator, self.today, self.measurement = indicator, today, measurement
        self.far_from: Measurement | None = None
        self.attachment: Attachment | None = None
        self.helper = PlainHelper()
        if is_milestone(indicator):
            self.fields["measured_on"].label = _("Done on")
            del self.fields["value"]
        else:
            self._explain_value()
        if indicator.measure == Measure.BENCHMARK_GAP:
            self.fields["compared_with"].required = True
            self.fields["compared_with"].help_text = _("The level that we compare with, such as the municipality's.")
        else:
            del self.fields["compared_with"]

    def _explain_value(self) -> None:
        field, indicator = self.fields["value"], self.indicator
        field.allows_part = indicator.measure in SHARES
        field.help_text = indicator.unit
        if indicator.measure in SHARES:
            field.help_text = _("In per cent, or as “14 af 20”.")
        elif indicator.measure == Measure.BASELINE_CHANGE:
            field.help_text = _("The level itself. The change is counted from the baseline, which is missing.")
            if indicator.baseline is not None:
                field.help_text = _("The level itself. The change is counted from the baseline, %(baseline)s.") % {
                    "baseline": da_number(indicator.baseline)
                }
        elif indicator.measure == Measure.BENCHMARK_GAP:
            field.help_text = _("The level here. The gap is counted by itself.")

    def clean_measured_on(self) -> date:
        day = self.cleaned_data["measured_on"]
        if day > self.today:
            raise ValidationError(_("The day lies in the future. Write the day it was measured."))
        plan = self.indicator.plan
        if self.indicator.measure != Measure.REGISTER and not plan.starts_on <= day <= plan.ends_on:
            raise ValidationError(
                _("The day lies outside the plan, which runs from %(first)s to %(last)s.")
                % {"first": da_date(plan.starts_on, "plain"), "last": da_date(plan.ends_on, "plain")}
            )
        return day

    def clean_value(self) -> Written:
        written: Written = self.cleaned_data["value"]
        if sentence := impossible(self.indicator, written.value):
            raise ValidationError(sentence)
        return written

    def clean(self) -> dict[str, Any]:
        """Ask once about a value far from the last: `as_is` says which value it is that is right all the same."""
        data = super().clean()
        written, day = data.get("value"), data.get("measured_on")
        if written and day and self.data.get("as_is") != danish(written.value):
            last = last_before(self.indicator, day, apart_from=self.measurement)
            self.far_from = last if last is not None and is_far(written.value, last.value) else None
        return data

    @property
    def asks(self) -> str:
        """The question about a value far from the last one; empty where there is none."""
        if self.far_from is None:
            return ""
        value = da_number(self.far_from.value)
        if self.far_from.is_estimated:
            value = _("%(value)s (estimated)") % {"value": value}
        question = _("That is far from the last one (%(value)s on %(day)s). Is it right?")
        return str(question % {"value": value, "day": da_date(self.far_from.measured_on, "plain")})

    @property
    def as_is(self) -> str:
        """The value that is asked about, as `clean` knows it again."""
        return danish(self.cleaned_data["value"].value)

    def clean_file(self) -> UploadedFile | None:
        file = self.cleaned_data.get("file")
        if file:
            try:
                self.attachment = read_attachment(file)
            except CellError as error:
                raise ValidationError(str(error)) from None
        return file

    def typed(self) -> Typed:
        data = self.cleaned_data
        written = data.get("value") or Written(Decimal(1))  # a milestone that is done
        return Typed(
            measured_on=data["measured_on"],
            source=data["source"],
            note=data["note"],
            value=written.value,
            is_estimated=written.is_estimated,
            part=written.part,
            whole=written.whole,
            compared_with=data.get("compared_with"),
        )


def _as_written(measurement: Measurement) -> dict[str, Any]:
    """A stored value in the words that read back as the same."""
    text = danish(measurement.value)
    if measurement.part is not None and measurement.whole is not None:
        text = f"{danish(measurement.part)} af {danish(measurement.whole)}"
    return {
        "measured_on": measurement.measured_on,
        "value": f"ca. {text}" if measurement.is_estimated else text,
        "compared_with": measurement.compared_with,
        "source": measurement.source,
        "note": measurement.note,
    }


class ReturnForm(forms.Form):
    """Sending a value back, with what is wrong with it."""

    reason = PlainTextField(
        label=_("What is wrong?"), max_length=300, lines=3, help_text=_("Whoever wrote it reads this.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()
