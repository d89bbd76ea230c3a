"""The form of one evening, and its short version for a row on Friday."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.asking import AskingForm
from accounts.fields import DanishCountField, PlainTextField, depends
from accounts.models import Plan
from activities.log import SessionLog, current_log, split_format
from activities.models import AgeBand, Format, Session, SessionState
from activities.notes import note_warning
from activities.usual import Usual
from jobs.personal import Reason
from jobs.values import CellError, parse_count

STATES = [
    (SessionState.HELD, SessionState.HELD.label),
    (SessionState.CANCELLED, SessionState.CANCELLED.label),
    (SessionState.CLOSED, SessionState.CLOSED.label),
]


class HeadsField(DanishCountField):
    """The head count. "ca. 30" is 30, and `estimated` tells the form so."""

    estimated = False

    def to_python(self, value: Any) -> int | None:
        self.estimated = False
        if value in self.empty_values:
            return None
        try:
            count = parse_count(value, most=self.max_value)
        except CellError as error:
            raise ValidationError(str(error), code="invalid") from None
        if count is None:
            return None
        self.estimated = count.estimated
        return count.value


PERSON_QUESTIONS = {
    Reason.PHONE: _("This looks like a phone number. Leave it out: the line is about the evening."),
    Reason.PERSON: _(
        "This looks like something about one person. Write about the evening instead, so that nobody can be "
        "recognised. Worried about a child? Ring the municipality."
    ),
}


def odd_heads_question(usual: Usual, heads: int | str) -> str:
    return _("It is usually %(usual)s. Is %(heads)s right?") % {"usual": usual.span, "heads": heads}


def offer_usual(form: forms.Form, usual: Usual | None) -> None:
    """Let static/js/asks.js ask while the number is typed."""
    if usual:
        form.fields["heads_total"].widget.attrs |= {
            "data-ask": odd_heads_question(usual, "{n}"),
            "data-ask-above": usual.odd_above,
        }
        if usual.is_zero_odd:
            form.fields["heads_total"].widget.attrs["data-ask-zero"] = ""


def ask_about_heads(form: AskingForm, usual: Usual | None, *, stored: int | None = None) -> None:
    """Ask when far more came than usual, or nobody at all. What is stored already has been answered."""
    heads = form.cleaned_data.get("heads_total")
    if usual and heads is not None and heads != stored and usual.is_odd(heads):
        form.ask("heads_total", odd_heads_question(usual, heads), _("Yes, save"))


def ask_about_person(form: AskingForm, name: str, *, plan: Plan, stored: str = "") -> None:
    """Ask when a line looks as if it were about one person. What is stored already has been answered."""
    text = form.cleaned_data.get(name) or ""
    reason = note_warning(plan=plan, text=text) if text != stored else None
    if reason:
        form.ask(name, PERSON_QUESTIONS[reason], _("Save all the same"))


class LogForm(AskingForm):
    """Everything that can be written about one evening. Nothing is counted in advance: the number starts empty."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("Was it held?"), choices=STATES, widget=forms.RadioSelect)
    heads_total = HeadsField(label=_("How many came?"), required=False)
    heads_estimated = forms.BooleanField(label=_("The number is an estimate"), required=False)
    volunteer_turns = DanishCountField(label=_("Volunteers that evening"), max_value=999, required=False)
    note = PlainTextField(label=_("One line about the evening"), max_length=200, required=False)
    reason = PlainTextField(label=_("Why not?"), max_length=200, required=False)
    theme = PlainTextField(label=_("Theme"), max_length=150, required=False)
    format = forms.TypedChoiceField(label=_("Format"), required=False, empty_value=None)
    is_sensitive = forms.BooleanField(label=_("The theme is sensitive: count heads only"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        session: Session,
        bands: list[AgeBand],
        formats: dict[int, Format],
        usual: Usual | None = None,
        is_ahead: bool = False,
        **kwargs: Any,
    ) -> None:
        self.session, self.bands, self.formats, self.usual = session, bands, formats, usual
        super().__init__(data, initial=self._initial(is_ahead=is_ahead), **kwargs)
        if is_ahead:  # what lies ahead cannot have been held, and is not cancelled by who only came to look
            self.fields["state"].choices = STATES[1:]
            self.fields["state"].required = False
        self.fields["format"].coerce = lambda value: formats[int(value)]
        self.fields["format"].choices = [("", _("No particular format")), *((pk, str(f)) for pk, f in formats.items())]
        for band in bands:
            self.fields[f"band_{band.lowest}"] = DanishCountField(
                label=_("Of these %(ages)s") % {"ages": band}, required=False
            )
        depends(self, "heads_total")
        heads = self.fields["heads_total"].widget.attrs
        heads |= {"enterkeyhint": "done", "maxlength": 12}
        if not session.uses_tick_list:
            heads |= {"class": "stepper-input", "placeholder": "–"}
        if usual:
            heads["data-start"] = usual.middle
        offer_usual(self, usual)
        line = _("One line about the evening …") if session.is_evening else _("One line about the day …")
        self.fields["note"].widget.attrs |= {"placeholder": line, "autocomplete": "off"}
        self.fields["reason"].widget.attrs |= {"placeholder": _("Illness, no room, …"), "autocomplete": "off"}
        self.fields["theme"].widget.attrs |= {"autocomplete": "off"}

    def _initial(self, *, is_ahead: bool) -> dict[str, Any]:
        session = self.session
        planned = session.state == SessionState.PLANNED
        stored = {band.lowest: band.heads for band in session.age_bands.all()} if not planned else {}
        return {
            "version": session.version,
            "state": (None if is_ahead else SessionState.HELD) if planned else session.state,
            "heads_total": session.heads_total,
            "heads_estimated": session.heads_estimated,
            "volunteer_turns": session.volunteer_turns,
            "note": session.note,
            "reason": session.reason,
            "theme": session.theme,
            "format": session.format_id,
            "is_sensitive": session.is_sensitive,
            **{f"band_{lowest}": heads for lowest, heads in stored.items()},
        }

    def band_fields(self) -> list[forms.BoundField]:
        return [self[f"band_{band.lowest}"] for band in self.bands]

    def has_bands(self) -> bool:
        """Something stands in the age groups, or is wrong there."""
        return any(field.errors or field.value() not in (None, "") for field in self.band_fields())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.fields["heads_total"].estimated:
            data["heads_estimated"] = True
        elif self.session.heads_estimated and data.get("heads_total") != self.session.heads_total:
            data["heads_estimated"] = False  # another number, written without "ca.", is exact
        code, rest = split_format(data.get("theme") or "")
        if code and rest and not data.get("format"):
            data["format"] = next((form for form in self.formats.values() if form.code == code), None)
            data["theme"] = rest
        ticks_needed = self.session.activity.counts_people and not self.session.known_heads
        if (
            ticks_needed
            and data.get("state") == SessionState.HELD
            and data.get("heads_total") is None
            and "heads_total" not in self.errors
        ):
            self.add_error("heads_total", _("Tick the people off on the list, or write how many came."))
        if data.get("state") == "" and not self.is_theme_only:
            self.add_error("state", _("Choose whether it is cancelled or closed."))
        if not self.errors and not self.is_theme_only:
            self._ask(is_held=data["state"] == SessionState.HELD)
        return data

    @property
    def is_theme_only(self) -> bool:
        """Of an evening ahead: what it will be about has been changed, and nothing else is said of it."""
        changed = {"theme", "format", "is_sensitive"} & set(self.changed_data)
        return self.cleaned_data.get("state") == "" and bool(changed)

    def _ask(self, *, is_held: bool) -> None:
        session = self.session
        if is_held:
            ask_about_heads(self, self.usual, stored=session.heads_total)
            ask_about_person(self, "note", plan=session.plan, stored=session.note)
        else:
            ask_about_person(self, "reason", plan=session.plan, stored=session.reason)

    def to_log(self) -> SessionLog:
        """What the person wrote. Fields that belong to another state are hidden on the page and left out here."""
        data = self.cleaned_data
        theme = {"theme": data["theme"], "format": data["format"], "is_sensitive": data["is_sensitive"]}
        if self.is_theme_only:
            return replace(current_log(self.session), **theme)
        if data["state"] != SessionState.HELD:
            return SessionLog(state=data["state"], reason=data["reason"], **theme)
        bands = {band.lowest: data.get(f"band_{band.lowest}") for band in self.bands}
        return SessionLog(
            state=SessionState.HELD,
            heads_total=data["heads_total"],
            heads_estimated=data["heads_estimated"],
            age_bands={lowest: heads for lowest, heads in bands.items() if heads is not None},
            volunteer_turns=data["volunteer_turns"],
            note=data["note"],
            **theme,
        )

    def refuse(self, message: str, field: str) -> None:
        """Put a refusal of the log beside the field that it is about."""
        if field == "age_bands":  # their sum: beside the last one that was written
            written = [name for name in self.fields if name.startswith("band_") and self.cleaned_data.get(name)]
            field = written[-1] if written else field
        self.add_error(field if field in self.fields else None, message)


class RowForm(AskingForm):
    """One row of Friday: how many came, and how many volunteers."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    heads_total = HeadsField(label=_("How many came?"))
    volunteer_turns = DanishCountField(label=_("Volunteers"), max_value=999, required=False)

    def __init__(self, data: Any = None, *, session: Session, usual: Usual | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"version": session.version}, prefix=f"s{session.pk}", auto_id="id_%s", **kwargs)
        self.session, self.usual = session, usual
        offer_usual(self, usual)
        self.fields["heads_total"].error_messages["required"] = _("Write how many came. If nobody came, write 0.")
        self.fields["heads_total"].widget.attrs |= {"enterkeyhint": "done", "maxlength": 12}

    def clean_heads_total(self) -> int:
        value = self.cleaned_data["heads_total"]
        if value is None:
            raise ValidationError(self.fields["heads_total"].error_messages["required"], code="required")
        return value

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            ask_about_heads(self, self.usual)
        return data

    def to_log(self) -> SessionLog:
        data = self.cleaned_data
        return SessionLog(
            state=SessionState.HELD,
            heads_total=data["heads_total"],
            heads_estimated=self.fields["heads_total"].estimated,
            volunteer_turns=data["volunteer_turns"],
            theme=self.session.theme,
            format=self.session.format,
            is_sensitive=self.session.is_sensitive,
        )

    def refuse(self, message: str, field: str) -> None:
        self.add_error(field if field in self.fields else "heads_total", message)
