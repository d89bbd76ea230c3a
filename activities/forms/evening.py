"""Closing an evening: a number, who was there, a face and a line. Under a minute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.asking import AskingForm
from accounts.fields import DanishCountField, PlainTextField
from activities.evening import Closing
from activities.forms.log import HeadsField, ask_about_heads, ask_about_person, offer_usual
from activities.models import Mood, Reflection, Session, SessionState, ShiftSignup
from activities.usual import Usual


class CloseForm(AskingForm):
    """Who has signed up is taken to be there, until somebody says otherwise."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    heads_total = HeadsField(label=_("How many came?"))
    present = forms.TypedMultipleChoiceField(
        label=_("Which volunteers were there?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    others = DanishCountField(label=_("Other volunteers"), max_value=99, required=False)
    mood = forms.TypedChoiceField(
        label=_("How did it go?"), choices=Mood.choices, coerce=int, empty_value=None, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    line = PlainTextField(label=_("One line to remember"), max_length=200, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        session: Session,
        signups: list[ShiftSignup],
        reflection: Reflection | None,
        usual: Usual | None,
        **kwargs: Any,
    ) -> None:
        self.session, self.usual = session, usual
        people = {signup.user_id: signup.user for signup in signups}
        present = [pk for pk in people if any(row.was_there is not False for row in signups if row.user_id == pk)]
        initial = {"version": session.version, "present": present}
        if session.state == SessionState.HELD:
            initial["heads_total"] = session.heads_total
            initial["others"] = max((session.volunteer_turns or 0) - len(present), 0) or None
        if reflection:
            initial |= {"mood": reflection.mood, "line": reflection.line}
        super().__init__(data, initial=initial, **kwargs)
        self.fields["present"].choices = [(pk, person.name) for pk, person in people.items()]
        heads = self.fields["heads_total"]
        heads.error_messages["required"] = _("Write how many came. If nobody came, write 0.")
        heads.widget.attrs |= {"enterkeyhint": "done", "maxlength": 12, "class": "stepper-input", "placeholder": "–"}
        if usual:
            heads.widget.attrs["data-start"] = usual.middle
        offer_usual(self, usual)
        self.fields["others"].widget.attrs |= {"maxlength": 3, "placeholder": "0"}
        self.fields["line"].widget.attrs |= {"placeholder": _("What should we remember?"), "autocomplete": "off"}

    def clean_heads_total(self) -> int:
        value = self.cleaned_data["heads_total"]
        if value is None:
            raise forms.ValidationError(self.fields["heads_total"].error_messages["required"], code="required")
        return value

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            ask_about_heads(self, self.usual, stored=self.session.heads_total)
            ask_about_person(self, "line", plan=self.session.plan, stored=self.initial.get("line", ""))
        return data

    def to_closing(self) -> Closing:
        data = self.cleaned_data
        return Closing(
            heads_total=data["heads_total"],
            is_estimated=self.fields["heads_total"].estimated,
            present=frozenset(data["present"]),
            others=data["others"] or 0,
            mood=data["mood"],
            line=data["line"].strip(),
        )

    def refuse(self, message: str) -> None:
        """Put a refusal of the log beside the number, which is what it is about."""
        self.add_error("heads_total", message)
