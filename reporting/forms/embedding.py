"""The form of what happens to an activity when the plan ends."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.fields import DanishDateField, PlainTextField, depends
from accounts.forms import PlainHelper
from reporting.models import Embedding

UNDECIDED, YES, NO = "", "yes", "no"


class EmbeddingForm(forms.Form):
    """Carried on, not carried on, or not decided yet."""

    choice = forms.ChoiceField(
        label=_("Is it carried on without the plan?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(UNDECIDED, _("Not decided")), (YES, _("Yes, it is carried on")), (NO, _("No, it ends"))],
    )
    by_whom = PlainTextField(
        label=_("Who carries it on?"),
        max_length=150,
        required=False,
        help_text=_("An organisation, such as the municipality or an association. Never a person."),
    )
    decided_on = DanishDateField(label=_("Decided on"), required=False)

    def __init__(self, *args: Any, embedding: Embedding | None, today: date, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"choice": UNDECIDED, "decided_on": today}
        if embedding is not None:
            initial = {
                "choice": YES if embedding.is_carried_on else NO,
                "by_whom": embedding.by_whom,
                "decided_on": embedding.decided_on,
            }
        super().__init__(*args, initial=initial, **kwargs)
        self.today = today
        depends(self, "by_whom", "decided_on")
        self.helper = PlainHelper()

    def clean_decided_on(self) -> date | None:
        day = self.cleaned_data["decided_on"]
        if day is not None and day > self.today:
            raise ValidationError(_("The day lies in the future. Write it when it is decided."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("choice") == YES and not data.get("by_whom"):
            self.add_error("by_whom", _("Write who carries it on."))
        if data.get("choice") and not data.get("decided_on") and "decided_on" not in self.errors:
            self.add_error("decided_on", _("Write the day on which it was decided."))
        return data
