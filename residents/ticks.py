"""The tick list: who was there, written together with the log of the evening. Use it through `residents.attendance`.

The session's row is locked first, so that two phones ticking at once lose nothing: each writes only what its own
person changed, and `known_heads` moves in the same transaction as the rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.log import LogConflict, LogRefused, SessionLog, current_log, refuse_locked, write_log, write_undo
from activities.models import LogSource, Session, SessionAgeBand, SessionChange, SessionState
from residents.ledger import HEADS_ONLY, note_gone
from residents.models import Attendance, Participant

SITTING = timedelta(minutes=15)  # one person's taps in a row are one line in the history


@dataclass(frozen=True)
class Recorded:
    """The evening as it stands after the list was saved, and whose ticks that changed."""

    session: Session
    added: frozenset[int]
    removed: frozenset[int]


def record_tick(
    *, plan: Plan, session_id: int, participant_id: int, present: bool, by: User, today: date, keep_total: bool = False
) -> Session:
    """One tick on or off: what a tap on the list saves. Saying the same twice is harmless.

    A first tick logs the evening as held. Where a total has been written, it follows the tick, so that the heads
    without a name stay as many; `keep_total` takes the person from among those heads instead. Raises `LogRefused`,
    or `DoesNotExist` for a session or a person that is not the plan's.
    """
    facts = (plan, session_id, participant_id)
    try:
        return _record_tick(*facts, present=present, by=by, today=today, keep_total=keep_total)
    except IntegrityError:  # PostgreSQL: another phone ticked the same person while we waited for the row
        return _record_tick(*facts, present=present, by=by, today=today, keep_total=keep_total)


@transaction.atomic
def _record_tick(
    plan: Plan, session_id: int, participant_id: int, *, present: bool, by: User, today: date, keep_total: bool
) -> Session:
    ticks = Attendance.objects.filter(plan=plan, session=session_id, participant=participant_id)
    people = Participant.objects.people().filter(plan=plan, pk=participant_id)
    rows = _locked(plan).annotate(has_person=Exists(people), has_tick=Exists(ticks))
    session = rows.get(pk=session_id)
    if not session.has_person:
        raise Participant.DoesNotExist
    _refuse_ticks(session, today)
    _refuse_not_held(session)
    if session.has_tick == present:
        return session
    if present:
        _tick(session, participant_id, source=LogSource.PERSON).save(force_insert=True)
    else:
        ticks.delete()
    known = session.known_heads + (1 if present else -1)
    _write_numbers(session, known, _total_after(session, known, keep_total=keep_total), by=by)
    return session


@transaction.atomic
def record_unnamed(*, plan: Plan, session_id: int, unnamed: int, by: User, today: date) -> Session:
    """Heads without a name on top of the ticks, saved as they are tapped."""
    session = _locked(plan).get(pk=session_id)
    _refuse_ticks(session, today)
    _refuse_not_held(session)
    total = session.known_heads + unnamed if unnamed else None
    if total != session.heads_total:
        _write_numbers(session, session.known_heads, total, by=by)
    return session


def _write_numbers(session: Session, known: int, total: int | None, *, by: User) -> None:
    """The session after a tap: its numbers, its writer and, once a sitting, its history."""
    now = timezone.now()
    before = {"state": str(session.state), "heads_total": session.heads_total, "known_heads": session.known_heads}
    is_own = session.known_heads > 0 and session.logged_by_id == by.pk
    is_sitting = is_own and session.logged_at is not None and session.logged_at > now - SITTING
    session.known_heads, session.heads_total = known, total
    if known == 0 and not _says_more(session):  # the last tick taken off again: nobody has said that it was held
        session.state, session.logged_at, session.logged_by, session.log_source = SessionState.PLANNED, None, None, ""
    else:
        session.state, session.logged_at, session.logged_by = SessionState.HELD, now, by
        session.log_source = LogSource.PERSON
    session.version += 1
    Session.objects.filter(plan_id=session.plan_id, pk=session.pk).update(
        known_heads=known,
        heads_total=total,
        state=session.state,
        logged_at=session.logged_at,
        logged_by=session.logged_by,
        log_source=session.log_source,
        version=F("version") + 1,
    )
    if not is_sitting or session.state == SessionState.PLANNED:
        after = {"state": str(session.state), "heads_total": total, "known_heads": known}
        SessionChange.objects.create(
            plan_id=session.plan_id,
            session=session,
            changed_by=by,
            source=LogSource.PERSON,
            before=before,
            after=after,
        )


@transaction.atomic
def record_attendance(
    *,
    session: Session,
    present: Iterable[Participant | int],
    by: User | None,
    today: date,
    shown: Iterable[Participant | int] | None = None,
    unnamed: int | None = None,
    keep_total: bool = False,
    changes: Mapping[str, Any] | None = None,
    seen: Mapping[str, Any] | None = None,
    version: int | None = None,
    source: str = LogSource.PERSON,
) -> Recorded:
    """The whole list and the log of the evening in one write, with one version and one line in the history.

    `present` are those ticked now; `shown` those that the page showed as ticked when it was opened: only the
    difference is written, so a colleague's ticks stay (None: `present` is the whole truth). `unnamed` heads come on
    top of the ticks. `changes` are fields of `activities.log.SessionLog`, `seen` their values on the opened page:
    raises `LogConflict` when somebody else has meanwhile written something else there, `LogRefused` with a sentence
    when the log cannot be true. `version` refuses any change since.
    """
    session, bands = _locked_with_bands(session)
    if version is not None and version != session.version:
        raise LogConflict(session)
    stored = current_log(session, bands.values())
    log = replace(stored, **{"state": SessionState.HELD, **(changes or {})})
    if _collides(stored, log, seen or {}):
        raise LogConflict(session)
    added, removed = _write_rows(session, keys(present), None if shown is None else keys(shown), today, source)
    known = session.known_heads + len(added) - len(removed)
    if log.state == SessionState.HELD and "heads_total" not in (changes or {}):
        if unnamed is not None:
            # An evening where nobody came is held with 0 heads; a list without further heads needs no total.
            log = replace(log, heads_total=known + unnamed if unnamed or not known else None)
        else:
            log = replace(log, heads_total=_total_after(session, known, keep_total=keep_total))
    elif log.state != SessionState.HELD:
        log = replace(log, heads_total=None, volunteer_turns=None, age_bands={}, note="", heads_estimated=False)
    session = write_log(
        current=session,
        bands=bands,
        log=log,
        by=by,
        source=source,
        today=today,
        known_heads=known if added or removed else None,
    )
    return Recorded(session, frozenset(added), frozenset(removed))


@transaction.atomic
def undo_attendance(
    *, session: Session, added: Iterable[int], removed: Iterable[int], by: User, today: date, version: int
) -> Session:
    """Take a saved list back, ticks and log together, while nobody has written since (else `LogConflict`)."""
    session, bands = _locked_with_bands(session)
    if version != session.version:
        raise LogConflict(session)
    back, off = _write_rows(session, frozenset(removed), frozenset(added), today, LogSource.PERSON)
    known = session.known_heads + len(back) - len(off)
    return write_undo(current=session, bands=bands, by=by, known_heads=known if back or off else None)


@transaction.atomic
def convert_to_heads(*, session: Session, by: User, today: date, theme: str | None = None) -> Session:
    """The evening turns out to be sensitive: its ticks become heads without a name. The total stands.

    There is no way back, because the names are gone: that is the point (design §3 rule 2). So it stands in the ledger
    of erasures; `LedgerClosed` when that cannot be written.
    """
    session, bands = _locked_with_bands(session)
    refuse_locked(session)
    if session.state != SessionState.HELD:
        raise LogRefused(_("Only an evening that was held has ticks."), "state")
    gone, _by_model = Attendance.objects.filter(plan_id=session.plan_id, session=session).delete()
    visits = session.known_heads if session.heads_total is None else session.heads_total
    log = replace(current_log(session, bands.values()), is_sensitive=True, heads_total=visits)
    session = write_log(
        current=session,
        bands=bands,
        log=log if theme is None else replace(log, theme=theme),
        by=by,
        today=today,
        known_heads=0 if session.known_heads else None,
    )
    if gone:
        note_gone(kind=HEADS_ONLY, plan=session.plan_id, pks=[session.pk])
    return session


@transaction.atomic
def move_session(*, session: Session, day: date, by: User, today: date) -> Session:
    """An evening with ticks was on another day: the ticks go along, for they carry its date.

    (`activities` refuses to move an evening with ticks, because it cannot see them.)
    """
    session = _locked(session.plan).get(pk=session.pk)
    refuse_locked(session)
    before, session.date = session.date, day
    refuse_locked(session)
    if session.state == SessionState.HELD and day > today:
        raise LogRefused(_("The evening has been held, so its day cannot lie ahead."), "day")
    session.version += 1
    session.save(update_fields=["date", "version"])
    Attendance.objects.filter(plan_id=session.plan_id, session=session).update(date=day)
    SessionChange.objects.create(
        plan_id=session.plan_id,
        session=session,
        changed_by=by,
        source=LogSource.PERSON,
        before={"moved_from": before.isoformat()},
        after={"moved_to": day.isoformat()},
    )
    return session


def keys(people: Iterable[Participant | int]) -> frozenset[int]:
    return frozenset(person.pk if isinstance(person, Participant) else person for person in people)


def _locked(plan: Plan) -> QuerySet[Session]:
    """The row is ours until the transaction ends. (SQLite locks the whole file instead: transaction_mode IMMEDIATE.)"""
    rows = Session.objects.for_plan(plan).select_related("plan", "activity", "format", "logged_by")
    return rows.select_for_update(of=("self",))


def _locked_with_bands(session: Session) -> tuple[Session, dict[int, SessionAgeBand]]:
    """The locked row and its heads by age band; few evenings have any, and then nothing more is read."""
    bands = SessionAgeBand.objects.filter(plan_id=session.plan_id, session=session.pk)
    session = _locked(session.plan).annotate(has_bands=Exists(bands)).get(pk=session.pk)
    return session, {band.lowest: band for band in bands} if session.has_bands else {}


def _refuse_ticks(session: Session, today: date) -> None:
    refuse_locked(session)
    if session.is_sensitive:
        raise LogRefused(_("The theme is sensitive, so only heads are counted here. No names."))
    if not session.activity.counts_people:
        raise LogRefused(_("This activity is counted in heads, without names."))
    if session.date > today:
        raise LogRefused(_("The evening lies ahead. Ticks can be set on the day."))


def _refuse_not_held(session: Session) -> None:
    if session.state in (SessionState.CANCELLED, SessionState.CLOSED):
        raise LogRefused(_("The evening is marked as not held. Choose “Held” first."), "state")


def _tick(session: Session, participant_id: int, *, source: str) -> Attendance:
    return Attendance(
        plan_id=session.plan_id,
        session=session,
        participant_id=participant_id,
        activity_id=session.activity_id,
        date=session.date,
        source=source,
    )


def _write_rows(
    session: Session, present: frozenset[int], shown: frozenset[int] | None, today: date, source: str
) -> tuple[set[int], set[int]]:
    """Set-based: at most three statements for any number of people. Returns who was added and who was removed."""
    ticks = Attendance.objects.filter(plan_id=session.plan_id, session=session)
    if shown is None:
        shown = frozenset(ticks.values_list("participant", flat=True))
    wanted, unwanted = present - shown, shown - present
    if wanted:
        _refuse_ticks(session, today)
    asked = Participant.objects.filter(plan_id=session.plan_id, pk__in=wanted | unwanted)
    has_tick = Exists(ticks.filter(participant=OuterRef("pk")))
    stored = dict(asked.values_list("pk", has_tick)) if wanted or unwanted else {}
    if wanted - stored.keys():
        raise Participant.DoesNotExist
    added = {person for person in wanted if not stored[person]}
    removed = {person for person in unwanted if stored.get(person)}
    if added:
        Attendance.objects.bulk_create(_tick(session, person, source=source) for person in sorted(added))
    if removed:
        ticks.filter(participant__in=removed).delete()
    return added, removed


def _total_after(session: Session, known: int, *, keep_total: bool) -> int | None:
    """The written total after the ticks became `known`. Without a total there is none to keep in step."""
    written = session.heads_total
    if written is None:
        return None
    total = max(written, known) if keep_total else written + known - session.known_heads
    if total < written:  # heads by age band are a part of the total
        in_bands = SessionAgeBand.objects.filter(plan_id=session.plan_id, session=session).aggregate(n=Sum("heads"))
        total = max(total, in_bands["n"] or 0)
    return total


def _says_more(session: Session) -> bool:
    """Has anybody written anything about the evening beside its ticks?"""
    return session.heads_total is not None or session.volunteer_turns is not None or bool(session.note)


def _collides(stored: SessionLog, wanted: SessionLog, seen: Mapping[str, Any]) -> bool:
    """Has somebody written something else, since the page was opened, where this person wrote too?"""
    return any(getattr(stored, name) not in (value, getattr(wanted, name)) for name, value in seen.items())
