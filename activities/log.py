"""The log of an evening: write it, correct it, take it back. Nothing is lost when two people write at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models import AgeBand, Format, LogSource, Session, SessionAgeBand, SessionChange, SessionState
from activities.themes import sensitive_theme, split_format

__all__ = [
    "LogConflict",
    "LogRefused",
    "SessionLog",
    "clear_log",
    "current_log",
    "log_as_data",
    "log_session",
    "move_logged",
    "refuse_locked",
    "sensitive_theme",
    "split_format",
    "undo_log",
    "write_log",
    "write_undo",
]

LOGGED_STATES = frozenset({SessionState.HELD, SessionState.CANCELLED, SessionState.CLOSED})


@dataclass(frozen=True)
class SessionLog:
    """What is written about one evening. `age_bands`: lowest age of the band → heads."""

    state: str
    heads_total: int | None = None
    age_bands: Mapping[int, int] = field(default_factory=dict)
    volunteer_turns: int | None = None
    theme: str = ""
    format: Format | None = None
    is_sensitive: bool = False
    note: str = ""
    reason: str = ""
    heads_estimated: bool = False


class LogRefused(ValueError):
    """The log cannot be true, or must not be written. `field` names the input that the sentence belongs to."""

    def __init__(self, message: str | Promise, field: str = "", **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


class LogConflict(Exception):
    """Somebody else wrote since the page was opened. `current` is the session as it stands now."""

    def __init__(self, current: Session) -> None:
        super().__init__(f"session {current.pk} is at version {current.version}")
        self.current = current


@transaction.atomic
def log_session(
    *,
    session: Session,
    log: SessionLog,
    by: User | None,
    version: int | None = None,
    source: str = LogSource.PERSON,
    today: date | None = None,
) -> Session:
    """Write the log of an evening and its line in the history; returns the session as it stands.

    `version` is what the writer last saw: if somebody wrote since, `LogConflict` and nothing changes. The conditional
    UPDATE decides, so two phones cannot both win. `LogRefused` carries a sentence for the person. Saying the same
    twice is harmless and makes no second line in the history.
    """
    current, bands = _current(session)
    return write_log(current=current, bands=bands, log=log, by=by, version=version, source=source, today=today)


def write_log(
    *,
    current: Session,
    bands: dict[int, SessionAgeBand],
    log: SessionLog,
    by: User | None,
    version: int | None = None,
    source: str = LogSource.PERSON,
    today: date | None = None,
    known_heads: int | None = None,
) -> Session:
    """`log_session` for a caller who has read (and locked) the row in a transaction of its own.

    `known_heads`: the ticks as residents.attendance has just changed them, so that ticks and log are one write.
    """
    if log.state not in LOGGED_STATES:
        raise LogRefused(_("Choose whether the evening was held, cancelled or closed."), "state")
    is_late = version is not None and version != current.version
    before = log_as_data(current, bands.values())
    if known_heads is not None:
        before |= {"known_heads": current.known_heads}
        current.known_heads = known_heads
    try:
        log = _checked(current, log, today or timezone.localdate())
    except LogRefused:
        if is_late:
            raise LogConflict(current) from None
        raise
    after = before | _new_data(current, log, bands)
    if known_heads is not None:
        after |= {"known_heads": known_heads}
    elif after == before:  # a double click, or two people who agree
        return current
    if is_late:
        raise LogConflict(current)
    after |= {"logged_at": timezone.now().isoformat(), "logged_by": by.pk if by else None, "log_source": str(source)}
    return _apply(current, before, after, by=by, source=source)


@transaction.atomic
def clear_log(*, session: Session, by: User | None, version: int | None = None) -> Session:
    """Back to *not logged*: the evening is planned again. Theme and format stay, they belong to the programme."""
    current, bands = _current(session)
    if version is not None and version != current.version:
        raise LogConflict(current)
    if current.state == SessionState.PLANNED:
        return current
    refuse_locked(current)
    _refuse_ticks(current)
    before = log_as_data(current, bands.values())
    after = before | {
        "state": SessionState.PLANNED.value, "heads_total": None, "heads_estimated": False, "volunteer_turns": None,
        "note": "", "reason": "", "age_bands": {}, "logged_at": None, "logged_by": None, "log_source": "",
    }  # fmt: skip
    return _apply(current, before, after, by=by, source=LogSource.PERSON)


@transaction.atomic
def undo_log(*, session: Session, by: User | None, version: int | None = None) -> Session:
    """Take the latest change back, exactly as it was before. The undoing is a change of its own, so it can be undone.

    With `version` only while nobody has written since.
    """
    current, bands = _current(session)
    if version is not None and version != current.version:
        raise LogConflict(current)
    return write_undo(current=current, bands=bands, by=by)


def write_undo(
    *, current: Session, bands: dict[int, SessionAgeBand], by: User | None, known_heads: int | None = None
) -> Session:
    """`undo_log` for a caller who has locked the row, and has perhaps taken ticks back too (residents.attendance)."""
    change = current.changes.first()
    if change is None:
        return current
    refuse_locked(current)
    before = log_as_data(current, bands.values())
    after = before | {name: value for name, value in change.before.items() if name in before}  # not the ticks
    if known_heads is not None:
        before |= {"known_heads": current.known_heads}
        after |= {"known_heads": known_heads}
        current.known_heads = known_heads
    is_moved = after["date"] != before["date"]  # attendances carry the date of their evening
    if is_moved or after["state"] != SessionState.HELD or (after["is_sensitive"] and not current.is_sensitive):
        _refuse_ticks(current)
    if after["heads_total"] is not None and after["heads_total"] < current.known_heads:
        _refuse_below_known(current)
    return _apply(current, before, after, by=by, source=LogSource.PERSON)


@transaction.atomic
def move_logged(*, session: Session, day: date, by: User | None, today: date) -> Session:
    """A logged evening was on another day. What is written stays; the move stands in the history."""
    current, bands = _current(session)
    refuse_locked(current)
    _refuse_locked_day(current.plan, day, "day")
    if current.state == SessionState.HELD and day > today:
        raise LogRefused(_("The evening has been held, so its day cannot lie ahead."), "day")
    if current.known_heads:  # attendances carry the date of their evening
        raise LogRefused(
            _("The tick list has %(known)s people. Take the ticks off first."), "day", known=current.known_heads
        )
    before = log_as_data(current, bands.values())
    return _apply(current, before, before | {"date": day.isoformat()}, by=by, source=LogSource.PERSON)


def current_log(session: Session, bands: Iterable[SessionAgeBand] | None = None) -> SessionLog:
    """What is written now, in the form it is written in. `bands` when they have been read already."""
    return SessionLog(
        state=session.state,
        heads_total=session.heads_total,
        age_bands={band.lowest: band.heads for band in (session.age_bands.all() if bands is None else bands)},
        volunteer_turns=session.volunteer_turns,
        theme=session.theme,
        format=session.format,
        is_sensitive=session.is_sensitive,
        note=session.note,
        reason=session.reason,
        heads_estimated=session.heads_estimated,
    )


# -- checks ------------------------------------------------------------------------------------------------------------


def _checked(session: Session, log: SessionLog, today: date) -> SessionLog:
    """The log as it will be stored, or `LogRefused`."""
    refuse_locked(session)
    theme = log.theme.strip()
    is_sensitive = log.is_sensitive or sensitive_theme(theme)
    if is_sensitive and session.known_heads:
        raise LogRefused(
            _(
                "This theme is sensitive, so the evening is counted without names. The tick list has %(known)s people: "
                "take the ticks off first, or change the theme."
            ),
            "theme",
            known=session.known_heads,
        )
    if log.state != SessionState.HELD:
        if log.heads_total or log.volunteer_turns or any(log.age_bands.values()):
            raise LogRefused(
                _("An evening that was cancelled or closed has no head count. Choose “Held”, or remove the number."),
                "heads_total",
            )
        _refuse_ticks(session)
        return SessionLog(
            state=log.state, theme=theme, format=log.format, is_sensitive=is_sensitive, reason=log.reason.strip()
        )
    if session.date > today:
        raise LogRefused(_("The evening lies ahead. It can be cancelled or closed now, and logged when it is held."))
    bands = {lowest: heads for lowest, heads in log.age_bands.items() if heads is not None}
    _check_counts(session, log, bands, counts_people=session.activity.counts_people and not is_sensitive)
    return SessionLog(
        state=log.state,
        heads_total=log.heads_total,
        age_bands=bands,
        volunteer_turns=log.volunteer_turns,
        theme=theme,
        format=log.format,
        is_sensitive=is_sensitive,
        note=log.note.strip(),
        heads_estimated=log.heads_estimated and log.heads_total is not None,
    )


def _check_counts(session: Session, log: SessionLog, bands: Mapping[int, int], *, counts_people: bool) -> None:
    counts = [log.heads_total, log.volunteer_turns, *bands.values()]
    if any(count is not None and count < 0 for count in counts):
        raise LogRefused(_("A number of people cannot be below zero."), "heads_total")
    if log.heads_total is None:
        if not counts_people:
            raise LogRefused(_("Write how many came. If nobody came, write 0."), "heads_total")
        if any(bands.values()):
            raise LogRefused(_("Write how many came in all before you write how many of them were of one age."),
                             "heads_total")  # fmt: skip
        return
    if log.heads_total < session.known_heads:
        _refuse_below_known(session)
    for lowest, heads in bands.items():
        if heads > log.heads_total:
            raise LogRefused(
                _("%(part)s of one age is more than the %(total)s who came."),
                f"band_{lowest}",
                part=heads,
                total=log.heads_total,
            )
    if sum(bands.values()) > log.heads_total:
        raise LogRefused(
            _("The age groups add up to %(sum)s, but only %(total)s came."),
            "age_bands",
            sum=sum(bands.values()),
            total=log.heads_total,
        )


def refuse_locked(session: Session) -> None:
    """Figures of a locked day stand (design §3 rule 8)."""
    _refuse_locked_day(session.plan, session.date)


def _refuse_locked_day(plan: Plan, day: date, name: str = "") -> None:
    if plan.locked_until and plan.is_locked(day):
        raise LogRefused(
            _(
                "Figures up to %(date)s are locked, so this evening can no longer be changed. The project manager can "
                "open them for a while under Settings, “Open for corrections”."
            ),
            name,
            date=date_format(plan.locked_until, "j. F Y"),
        )


def _refuse_ticks(session: Session) -> None:
    if session.known_heads:
        raise LogRefused(
            _("The tick list has %(known)s people. Take the ticks off first."), "state", known=session.known_heads
        )


def _refuse_below_known(session: Session) -> None:
    raise LogRefused(
        _("The tick list alone has %(known)s people, so the total cannot be lower."),
        "heads_total",
        known=session.known_heads,
    )


# -- reading and writing -----------------------------------------------------------------------------------------------


def log_as_data(session: Session, bands: Iterable[SessionAgeBand]) -> dict[str, Any]:
    """A stored log as plain data: what `SessionChange.before` and `after` hold, so that it can be taken back."""
    return {
        "date": session.date.isoformat(),
        "state": str(session.state),
        "heads_total": session.heads_total,
        "heads_estimated": session.heads_estimated,
        "volunteer_turns": session.volunteer_turns,
        "theme": session.theme,
        "format": session.format_id,
        "is_sensitive": session.is_sensitive,
        "note": session.note,
        "reason": session.reason,
        "age_bands": {str(band.lowest): [band.highest, band.heads] for band in bands},
        "logged_at": session.logged_at.isoformat() if session.logged_at else None,
        "logged_by": session.logged_by_id,
        "log_source": str(session.log_source),
    }


def _new_data(current: Session, log: SessionLog, stored: Mapping[int, SessionAgeBand]) -> dict[str, Any]:
    highest = {lowest: band.highest for lowest, band in stored.items()}
    if set(log.age_bands) - set(highest):
        highest |= dict(AgeBand.objects.filter(plan_id=current.plan_id).values_list("lowest", "highest"))
    return {
        "state": str(log.state),
        "heads_total": log.heads_total,
        "heads_estimated": log.heads_estimated,
        "volunteer_turns": log.volunteer_turns,
        "theme": log.theme,
        "format": log.format.pk if log.format else None,
        "is_sensitive": log.is_sensitive,
        "note": log.note,
        "reason": log.reason,
        "age_bands": {str(low): [highest.get(low), heads] for low, heads in sorted(log.age_bands.items())},
    }


def _current(session: Session) -> tuple[Session, dict[int, SessionAgeBand]]:
    rows = Session.objects.select_related("plan", "activity__focus_area", "format", "venue", "logged_by")
    current = rows.get(plan_id=session.plan_id, pk=session.pk)
    return current, {band.lowest: band for band in current.age_bands.all()}


def _apply(current: Session, before: dict[str, Any], after: dict[str, Any], *, by: User | None, source: str) -> Session:
    """The conditional update (whoever comes second finds another version and changes nothing), and its history."""
    values = {name: after[name] for name in _PLAIN_FIELDS}
    values["date"] = date.fromisoformat(after["date"])
    values["format_id"], values["logged_by_id"] = after["format"], after["logged_by"]
    values["known_heads"] = current.known_heads
    values["logged_at"] = datetime.fromisoformat(after["logged_at"]) if after["logged_at"] else None
    rows = Session.objects.filter(plan_id=current.plan_id, pk=current.pk, version=current.version)
    if not rows.update(version=F("version") + 1, **values):
        raise LogConflict(_current(current)[0])
    for name, value in values.items():
        setattr(current, name, value)
    current.version += 1
    if after["age_bands"] != before["age_bands"]:
        current.age_bands.all().delete()
        SessionAgeBand.objects.bulk_create(
            SessionAgeBand(plan_id=current.plan_id, session=current, lowest=int(lowest), highest=highest, heads=heads)
            for lowest, (highest, heads) in after["age_bands"].items()
        )
    SessionChange.objects.create(
        plan_id=current.plan_id, session=current, changed_by=by, source=source, before=before, after=after
    )
    return current


_PLAIN_FIELDS = (
    "state", "heads_total", "heads_estimated", "volunteer_turns", "theme", "is_sensitive", "note", "reason",
    "log_source",
)  # fmt: skip
