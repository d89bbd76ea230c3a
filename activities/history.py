"""The history of a log in words: who wrote what, when, and what stood there before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from activities.log import SessionLog, current_log
from activities.models import AgeBand, Format, LogSource, Session, SessionChange, SessionState


@dataclass(frozen=True)
class Line:
    """One thing that changed."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One change: its writer (empty for an account that is gone), its time and its lines."""

    who: str
    at: datetime
    is_import: bool
    lines: list[Line]


def session_history(session: Session, formats: Mapping[int, Format]) -> list[Entry]:
    """Newest first. One query (the writers come along)."""
    return [
        Entry(
            who=str(change.changed_by or ""),
            at=change.changed_at,
            is_import=change.source == LogSource.IMPORT,
            lines=changed_lines(change, formats),
        )
        for change in session.changes.select_related("changed_by")
    ]


def changed_lines(change: SessionChange, formats: Mapping[int, Format]) -> list[Line]:
    """What differs between the two sides of a change, in words."""
    names = {pk: str(form) for pk, form in formats.items()}
    before, after = _in_words(change.before, names), _in_words(change.after, names)
    return [
        Line(label, before.get(label, ""), after.get(label, ""))
        for label in {**before, **after}
        if before.get(label, "") != after.get(label, "")
    ]


def compare_logs(current: Session, mine: SessionLog) -> list[Line]:
    """Two people wrote: what the other one saved beside what I wanted to save. Only what differs."""
    theirs = _in_words(_data(current_log(current)), {})
    own = _in_words(_data(mine), {})
    return [
        Line(label, theirs.get(label, ""), own.get(label, ""))
        for label in {**theirs, **own}
        if theirs.get(label, "") != own.get(label, "")
    ]


def _data(log: SessionLog) -> dict[str, Any]:
    bands = {str(lowest): [None, heads] for lowest, heads in sorted(log.age_bands.items())}
    return {
        "state": log.state,
        "heads_total": log.heads_total,
        "heads_estimated": log.heads_estimated,
        "age_bands": bands,
        "volunteer_turns": log.volunteer_turns,
        "theme": log.theme,
        "format": str(log.format or ""),
        "is_sensitive": log.is_sensitive,
        "note": log.note,
        "reason": log.reason,
    }


def _in_words(data: Mapping[str, Any], formats: Mapping[int, str]) -> dict[str, str]:
    """Label → value as a person reads it. What is empty is left out."""
    state = data.get("state", SessionState.PLANNED)
    words = {
        _("State"): _("Not logged") if state == SessionState.PLANNED else str(SessionState(state).label),
        _("How many came"): _count(data.get("heads_total"), estimated=data.get("heads_estimated", False)),
    }
    for lowest, (highest, heads) in data.get("age_bands", {}).items():
        words[str(AgeBand(lowest=int(lowest), highest=highest))] = str(heads)
    form = data.get("format")
    words |= {
        _("Ticks"): _count(data.get("known_heads")),
        _("Volunteers"): _count(data.get("volunteer_turns")),
        _("Theme"): data.get("theme", ""),
        _("Format"): formats.get(form, "") if isinstance(form, int) else (form or ""),
        _("Sensitive theme"): _("yes") if data.get("is_sensitive") else "",
        _("Note"): data.get("note", ""),
        _("Why not"): data.get("reason", ""),
    }
    return {label: value for label, value in words.items() if value}


def _count(value: int | None, *, estimated: bool = False) -> str:
    if value is None:
        return ""
    return _("about %(number)s") % {"number": value} if estimated else str(value)


def formats_by_id() -> dict[int, Format]:
    return {form.pk: form for form in Format.objects.all()}
