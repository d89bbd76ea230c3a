"""Forms of the tick list and of one participant."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.asking import AskingForm
from accounts.fields import DanishCountField, DanishDateField, PlainTextField
from accounts.forms import PlainHelper, side_by_side
from activities.forms.log import ask_about_person
from activities.log import split_format
from activities.models import Format, Session, SessionState
from jobs.values import CellError, clean_text, match_key, parse_year

STATES = [(state, state.label) for state in (SessionState.HELD, SessionState.CANCELLED, SessionState.CLOSED)]
OLDEST = 110  # years


class BirthYearField(forms.IntegerField):
    """A year alone. A date of birth is refused: it is more than the counting needs."""

    widget = forms.TextInput
    last = 2100  # the form knows which year it is

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "maxlength": 10}

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            return parse_year(value, first=self.last - OLDEST, last=self.last)
        except CellError as error:
            raise ValidationError(str(error), code="invalid") from None


class PersonForm(forms.Form):
    """Alias and birth year: a walk-in, or a correction."""

    alias = PlainTextField(label=_("Alias"), max_length=60)
    birth_year = BirthYearField(label=_("Birth year"))

    def __init__(self, data: Any = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["birth_year"].last = today.year
        self.fields["alias"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}
        self.fields["alias"].error_messages["required"] = _("Write an alias.")
        self.fields["birth_year"].error_messages["required"] = _("Write the birth year, with four digits.")
        self.helper = PlainHelper(side_by_side("alias", "birth_year"))

    def clean_alias(self) -> str:
        return clean_text(self.cleaned_data["alias"])


class WalkInForm(PersonForm):
    """Somebody new at the door, inside the form of the whole list (hence the prefix)."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, prefix="new", use_required_attribute=False, **kwargs)


class AttendanceForm(AskingForm):
    """What is written about the evening beside its ticks. Knows what the page showed: only changes are saved."""

    state = forms.ChoiceField(label=_("Was it held?"), choices=STATES, widget=forms.RadioSelect)
    unnamed = DanishCountField(label=_("Came without a name"), max_value=999, required=False, show_hidden_initial=True)
    keep_total = forms.BooleanField(label=_("New ticks are among those without a name"), required=False)
    volunteer_turns = DanishCountField(
        label=_("Volunteers that evening"), max_value=999, required=False, show_hidden_initial=True
    )
    note = PlainTextField(
        label=_("One line about the evening"), max_length=200, required=False, show_hidden_initial=True
    )
    theme = PlainTextField(label=_("Theme"), max_length=150, required=False, show_hidden_initial=True)
    reason = PlainTextField(label=_("Why not?"), max_length=200, required=False, show_hidden_initial=True)

    def __init__(self, data: Any = None, *, session: Session, **kwargs: Any) -> None:
        self.session = session
        unnamed = None if session.heads_total is None else session.heads_total - session.known_heads
        super().__init__(
            data,
            initial={
                "state": SessionState.HELD if session.state == SessionState.PLANNED else session.state,
                "unnamed": unnamed,
                # a head count came first: those who are ticked now are among them
                "keep_total": bool(unnamed) and not session.known_heads,
                "volunteer_turns": session.volunteer_turns,
                "note": session.note,
                "theme": session.theme_line,
                "reason": session.reason,
            },
            use_required_attribute=False,
            **kwargs,
        )
        self.fields["unnamed"].widget.attrs |= {"class": "stepper-input", "placeholder": "0", "maxlength": 4}
        self.fields["volunteer_turns"].widget.attrs |= {"data-guard": "", "maxlength": 4}
        line = _("One line about the evening …") if session.is_evening else _("One line about the day …")
        self.fields["note"].widget.attrs |= {"placeholder": line, "data-guard": ""}
        self.fields["theme"].widget.attrs |= {"placeholder": _("Debate: love and culture"), "data-guard": ""}
        self.fields["reason"].widget.attrs |= {"placeholder": _("Illness, no room, …"), "data-guard": ""}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            name = "note" if data["state"] == SessionState.HELD else "reason"
            ask_about_person(self, name, plan=self.session.plan, stored=getattr(self.session, name))
        return data

    def seen_fields(self) -> Iterator[tuple[str, Any]]:
        """Name and value of the hidden fields that say what the page shows: always what is stored now."""
        for name, field in self.fields.items():
            if field.show_hidden_initial:
                value = self.initial[name]
                yield self[name].html_initial_name, "" if value is None else value

    def changes(self) -> dict[str, Any]:
        """Fields of `activities.log.SessionLog` that this person changed, and always the state."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data if name in ("volunteer_turns", "note")}
        if self.cleaned_data["state"] != SessionState.HELD and "reason" in self.changed_data:
            changed["reason"] = self.cleaned_data["reason"]
        if "theme" in self.changed_data:
            changed["theme"], changed["format"] = self._theme(self.cleaned_data["theme"])
        return {"state": self.cleaned_data["state"], **changed}

    def seen(self) -> dict[str, Any]:
        """What the page showed in the fields that this person changed, so that a colleague's change is noticed."""
        shown = {
            name: self.fields[name].clean(self.data.get(self[name].html_initial_name))
            for name in ("volunteer_turns", "note", "reason", "theme")
            if name in self.changed_data
        }
        if "theme" in shown:
            shown["theme"], shown["format"] = self._theme(shown["theme"])
        return shown

    def _theme(self, line: str) -> tuple[str, Format | None]:
        """One line holds both: "Debat: kærlighed". The evening's own format needs no known word before the colon."""
        own = self.session.format
        word, colon, rest = line.partition(":")
        if own and colon and match_key(word) == match_key(own.local_name):
            return rest.strip(), own
        if own and not colon and match_key(line) == match_key(own.local_name):
            return "", own
        code, theme = split_format(line)
        return theme, Format.objects.filter(code=code).first() if code else None

    def unnamed_heads(self) -> int | None:
        """The heads without a name, when they were changed here; None leaves the stored total to follow the ticks."""
        return (self.cleaned_data["unnamed"] or 0) if "unnamed" in self.changed_data else None

    def refuse(self, message: str, field: str) -> None:
        """Put a refusal of the log beside the field that it is about."""
        self.add_error(field if field in self.fields else None, message)


class MoveForm(forms.Form):
    """The day that an evening really was."""

    day = DanishDateField(label=_("Day"))

    def __init__(self, data: Any = None, *, session: Session) -> None:
        super().__init__(data, initial={"day": session.date})
        self.helper = PlainHelper()
