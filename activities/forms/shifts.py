"""Forms of shifts: what is needed, the rules, and what is known of a volunteer."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.fields import DanishCountField, DanishTimeField, use_danish_fields
from accounts.models import VolunteerDetails
from activities.models import Shift, ShiftNeed, ShiftRole, ShiftSettings
from activities.needs import Need

MOST = 50
OLDEST, YOUNGEST = 100, 8  # a volunteer's age, to catch a slip of the thumb


class PhoneMixin(forms.ModelForm):
    """A phone as people write it; something that is no number is asked about."""

    def clean_phone(self) -> str:
        phone = " ".join(self.cleaned_data["phone"].split())
        if phone and not 8 <= len(re.sub(r"\D", "", phone)) <= 15:
            raise ValidationError(_("Write the phone number with at least 8 digits, as 12 34 56 78."))
        return phone


class OwnDetailsForm(PhoneMixin, forms.ModelForm):
    """What a volunteer says of themselves: phone, reminders, quiet hours."""

    class Meta:
        model = VolunteerDetails
        fields = ["phone", "wants_reminders", "quiet_from", "quiet_to"]
        formfield_callback = use_danish_fields
        labels = {
            "phone": _("Your phone"),
            "wants_reminders": _("Send me an e-mail before a shift"),
            "quiet_from": _("Quiet from"),
            "quiet_to": _("Quiet until"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs |= {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        for name in ("quiet_from", "quiet_to"):
            self.fields[name].error_messages["required"] = _("Write the time as 21.00.")


class VolunteerForm(PhoneMixin, forms.ModelForm):
    """What the team writes of a volunteer."""

    class Meta:
        model = VolunteerDetails
        fields = ["birth_year", "phone", "certificate_on", "wants_reminders", "quiet_from", "quiet_to"]
        formfield_callback = use_danish_fields

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["birth_year"].widget.attrs |= {"placeholder": "2009", "maxlength": 4}
        self.fields["phone"].widget.attrs |= {"type": "tel", "inputmode": "tel", "autocomplete": "off"}
        self.fields["certificate_on"].help_text = _("Only the date. Never keep the paper itself here.")
        self.fields["certificate_on"].widget.attrs["max"] = today.isoformat()

    def clean_birth_year(self) -> int | None:
        year = self.cleaned_data["birth_year"]
        if year is not None and not self.today.year - OLDEST <= year <= self.today.year - YOUNGEST:
            raise ValidationError(_("Write the year of birth with four digits, as 2009."))
        return year

    def clean_certificate_on(self) -> date | None:
        day = self.cleaned_data["certificate_on"]
        if day and day > self.today:
            raise ValidationError(_("The date lies ahead."))
        return day


class ShiftSettingsForm(forms.ModelForm):
    """The plan's own rules."""

    class Meta:
        model = ShiftSettings
        fields = ["give_up_hours", "remind_days", "remind_at", "certificate_years"]
        formfield_callback = use_danish_fields
        labels = {
            "give_up_hours": _("Given up at the latest (hours before)"),
            "remind_days": _("Reminder (days before)"),
            "remind_at": _("At what time?"),
            "certificate_years": _("New child protection certificate after (years)"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = {"give_up_hours": (0, 336), "remind_days": (0, 14), "certificate_years": (1, 10)}
        for name, (lowest, highest) in limits.items():
            self.fields[name] = DanishCountField(label=self.fields[name].label, min_value=lowest, max_value=highest)


class NeedForm(forms.Form):
    """One kind of shift: at least, at most, and its own times when they differ from the evening's."""

    minimum = DanishCountField(label=_("At least"), max_value=MOST, required=False)
    maximum = DanishCountField(label=_("At most"), max_value=MOST, required=False)
    start_time = DanishTimeField(label=_("From"), required=False)
    end_time = DanishTimeField(label=_("To"), required=False)

    def __init__(self, data: Any = None, *, role: ShiftRole, stored: ShiftNeed | Shift | None = None) -> None:
        initial = {}
        if stored is not None:
            names = ("minimum", "maximum", "start_time", "end_time")
            initial = {name: getattr(stored, name) for name in names}
        super().__init__(data, initial=initial, prefix=f"r{role.pk}")
        self.role = role
        self.has_times = bool(initial.get("start_time") or initial.get("end_time"))
        for name in ("minimum", "maximum"):
            self.fields[name].widget.attrs |= {"maxlength": 3, "placeholder": "0"}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        least, most = data.get("minimum"), data.get("maximum")
        if least is not None and most is not None and most < least:
            self.add_error("maximum", _("“At most” cannot be below “at least”."))
        if (data.get("start_time") is None) != (data.get("end_time") is None):
            missing = "start_time" if data.get("start_time") is None else "end_time"
            if missing not in self.errors:
                self.add_error(missing, _("Write both times, or none."))
        return data

    def to_need(self) -> Need | None:
        """What is needed of this kind; None for nothing. Only one of the numbers stands for both."""
        data = self.cleaned_data
        least, most = data.get("minimum"), data.get("maximum")
        most = (least or 0) if most is None else most
        least = min(1, most) if least is None else least
        if not most:
            return None
        return Need(
            role=self.role, minimum=least, maximum=most, start_time=data["start_time"], end_time=data["end_time"]
        )


def need_forms(data: Any, *, stored: Iterable[ShiftNeed | Shift]) -> list[NeedForm]:
    """A row for each kind of shift there is, with what is stored. One query."""
    by_role = {row.role_id: row for row in stored}
    return [NeedForm(data, role=role, stored=by_role.get(role.pk)) for role in ShiftRole.objects.all()]
