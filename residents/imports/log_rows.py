"""One row of a log: what it says about an evening, and whether that can be true."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from activities.log import SessionLog
from activities.models import Format, SessionState
from activities.themes import FORMAT_WORDS, sensitive_theme, split_format
from jobs.sheets import SheetField, Table
from jobs.values import CellError, match_key, parse_count, shown
from residents.imports.stored import ActivityNames, Evening

Band = tuple[int, int | None]  # lowest and highest age

_BAND = re.compile(
    r"(?:heraf\s+|antal\s+)*(?:(\d{1,2})\s*[-–]\s*(\d{1,3})|(\d{1,2})\s*(?:\+|år og (?:derover|opefter|over|ældre))|"
    r"(?:over\s+(\d{1,2}))|(?:under\s+(\d{1,2})))\s*(?:år(?:ige)?)?(?:\s+i alt)?"
)


def age_band(heading: object) -> Band | None:
    """“Heraf 13-17 år” → (13, 17); “18+” → (18, None); “under 13” → (0, 12)."""
    match = _BAND.fullmatch(match_key(heading)) if isinstance(heading, str) else None
    if match is None:
        return None
    if match[1]:
        return (int(match[1]), int(match[2])) if int(match[1]) <= int(match[2]) <= 120 else None
    if match[3]:
        return int(match[3]), None
    return (int(match[4]) + 1, None) if match[4] else (0, max(int(match[5]) - 1, 0))


def read_turns(cell: object) -> int | None:
    count = parse_count(cell, most=999)
    return None if count is None else count.value


@dataclass(slots=True)
class LogRow:
    """One readable row: which evening it is about, and what it says."""

    table: Table
    index: int
    evening: Evening
    log: SessionLog


class RowRefused(Exception):
    """A row that cannot come in, with every (column, reason)."""

    def __init__(self, reasons: list[tuple[str, CellError]]) -> None:
        super().__init__(len(reasons))
        self.reasons = reasons


class RowReader:
    """Turns the cells of a row into what it says about an evening, or every reason why it cannot."""

    def __init__(self, *, fields: Mapping[str, SheetField], names: ActivityNames, today: date) -> None:
        self.fields = fields
        self.names = names
        self.today = today
        self.formats = {found.code: found for found in Format.objects.all()}
        words = {match_key(name): found for found in self.formats.values() for name in (found.name, found.name_en)}
        self.format_words = words | {
            word: self.formats[code] for word, code in FORMAT_WORDS.items() if code in self.formats
        }

    def read(self, table: Table, index: int, values: dict[str, Any]) -> LogRow:
        """What the row says, or RowRefused with every reason."""
        reasons: list[tuple[str, CellError]] = []

        def refuse(name: str, message: Any, **params: Any) -> None:
            reasons.append((table.label(name, self.fields), CellError(message, **params)))

        activity = None
        try:
            activity = self.names.find(values["activity"])
        except CellError as error:
            reasons.append((table.label("activity", self.fields), error))
        if values["day"] is None:
            refuse("day", _("The date is missing. Write it as 21-10-2025."))
        bands = [(meaning, count) for meaning, count in values.get("age_bands", []) if count is not None]
        heads, turns = values["heads"], values.get("turns")
        state = values.get("state") or (SessionState.HELD if heads is not None else None)
        if state is None:
            refuse("state", _("The status is missing. Write “afholdt”, “aflyst” or “lukket”."))
        elif state == SessionState.HELD:
            if heads is None:
                refuse("heads", _("An evening that was held needs a number. Write 0 if nobody came."))
            elif sum(count.value for _band, count in bands) > heads.value:
                refuse(
                    "heads",
                    _("The age groups add up to %(sum)s, but only %(total)s came."),
                    sum=sum(count.value for _band, count in bands),
                    total=heads.value,
                )
            if values["day"] and values["day"] > self.today:
                refuse("day", _("The evening lies ahead. It can be cancelled or closed, but not held yet."))
        else:
            if (heads and heads.value) or any(count.value for _band, count in bands):
                refuse(
                    "heads", _("An evening that was cancelled or closed has no head count. Correct status or number.")
                )
            if turns:
                refuse("turns", _("An evening that was cancelled or closed has no volunteers. Correct it."))
        log = None
        try:
            log = self._log(table, values, state, bands)
        except CellError as error:
            reasons.append((table.label(error.column or "theme", self.fields), error))
        if reasons or activity is None or log is None:
            raise RowRefused(reasons)
        return LogRow(table, index, (activity.pk, values["day"]), log)

    def _log(self, table: Table, values: dict[str, Any], state: str | None, bands: Iterable[Any]) -> SessionLog:
        """Theme, format, note and reason sorted out: “Debat:” sets the format, whatever the column is called."""
        theme, note, reason = values.get("theme") or "", values.get("note") or "", values.get("reason") or ""
        code, theme = split_format(theme)
        if code is None and not theme and (found := split_format(note))[0]:
            (code, theme), note = found, ""
        if values.get("format"):
            named = self.format_words.get(match_key(values["format"]))
            if named is None:
                raise CellError(_("The form “%(value)s” is not known."), column="format", value=shown(values["format"]))
            code = named.code
        if state != SessionState.HELD:
            if not reason and note:
                reason, note = note, ""
            elif not reason and not {"note", "reason"} & table.places.keys():
                reason, theme, code = values.get("theme") or "", "", None
        for name, text, most in (("theme", theme, 150), ("note", note, 200), ("reason", reason, 200)):
            if len(text) > most:
                column = name if name in table.places else "theme"
                raise CellError(_("The text is too long. At most %(most)s characters."), column=column, most=most)
        log = SessionLog(
            state=str(state),
            theme=theme,
            format=self.formats.get(code) if code else None,
            is_sensitive=sensitive_theme(theme),
        )
        if state != SessionState.HELD:
            return replace(log, reason=reason)
        heads = values["heads"]
        return replace(
            log,
            heads_total=heads.value if heads else None,
            heads_estimated=bool(heads and heads.estimated) or bool(values.get("estimated")),
            age_bands={lowest: count.value for (lowest, _highest), count in bands},
            volunteer_turns=values.get("turns"),
            note=note,
        )


def values_of(log: SessionLog) -> dict[str, object]:
    """The log in words, for the preview."""
    return {
        str(_("Status")): SessionState(log.state).label,
        str(_("Total")): "" if log.heads_total is None else f"{'ca. ' if log.heads_estimated else ''}{log.heads_total}",
        str(_("Age groups")): ", ".join(f"{lowest}+: {heads}" for lowest, heads in sorted(log.age_bands.items())),
        str(_("Volunteers")): "" if log.volunteer_turns is None else log.volunteer_turns,
        str(_("Theme")): log.theme,
        str(_("Format")): log.format.name if log.format else "",
        str(_("Note")): log.note,
        str(_("Reason")): log.reason,
    }


def told(log: SessionLog) -> str:
    """One line: “afholdt, 25, 3 frivillige”."""
    status, total, bands, turns, *rest = values_of(log).values()
    parts = [str(status).lower(), str(total), f"({bands})" if bands else ""]
    if turns != "":
        parts.append(str(_("volunteers: %(count)s") % {"count": turns}))
    return ", ".join(part for part in [*parts, *map(str, rest)] if part)
