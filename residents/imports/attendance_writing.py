"""Writing a year of attendance at once: people, evenings, then all rows by one set-based statement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Plan, User
from activities.models import LogSource, Session, SessionChange, SessionState
from jobs.sheets import Progress
from residents.imports.facts import Person
from residents.imports.stored import Evening
from residents.models import Attendance, Participant

BATCH = 500
STATE_FIELDS = ["state", "reason", "logged_at", "logged_by", "log_source"]


@dataclass(slots=True)
class EveningWrite:
    """Who is to be put on, and taken off, the tick list of one evening."""

    evening: Evening
    session: Session
    arriving: list[Person]
    leaving: list[int]  # participant ids


@dataclass(slots=True)
class AttendanceWrite:
    aliases: dict[Person, str] = field(default_factory=dict)
    evenings: list[EveningWrite] = field(default_factory=list)
    missing: list[Session] = field(default_factory=list)


def write_attendance(*, plan: Plan, write: AttendanceWrite, by: User | None, progress: Progress) -> None:
    """Write people, sessions, attendances and the count of each list. Part of the caller's transaction."""
    ids = _write_people(plan, write)
    _write_sessions(plan, write.evenings, by)
    progress(5, 6)
    _remove(plan, write.evenings)
    rows = ((one.session.pk, ids[person]) for one in write.evenings for person in one.arriving)
    insert_attendances(plan=plan, rows=rows)
    _count_lists(plan, [one.session.pk for one in write.evenings])
    # A series that fills its window at this very moment may have made some of these rows: they are the same rows.
    Session.objects.bulk_create(write.missing, batch_size=BATCH, ignore_conflicts=True)
    progress(6, 6)


def _write_people(plan: Plan, write: AttendanceWrite) -> dict[Person, int]:
    """Ids of everybody who arrives. Two imports at once may make the same person: the unique key decides."""
    wanted = {person for one in write.evenings for person in one.arriving}
    ids = _people(plan)
    new = [
        Participant(plan=plan, alias=write.aliases[person], alias_key=person[0], birth_year=person[1])
        for person in write.aliases
        if person in wanted and person not in ids
    ]
    if not new:
        return ids
    Participant.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    return _people(plan)


def _people(plan: Plan) -> dict[Person, int]:
    people = Participant.objects.people().filter(plan=plan).order_by()
    return {(key, year): pk for key, year, pk in people.values_list("alias_key", "birth_year", "pk").iterator()}


def _write_sessions(plan: Plan, evenings: list[EveningWrite], by: User | None) -> None:
    """Evenings with somebody present are held, and each list that changes gets a line in the evening's history."""
    now = timezone.now()
    new: list[Session] = []
    changed: list[Session] = []
    changes = []
    for one in evenings:
        session = one.session
        known = session.known_heads + len(one.arriving) - len(one.leaving)
        before = _counts(session, session.known_heads)
        if one.arriving and session.state != SessionState.HELD:
            (changed if session.pk else new).append(session)
            session.state, session.reason = SessionState.HELD, ""
            session.logged_at, session.logged_by, session.log_source = now, by, LogSource.IMPORT
        changes.append(
            SessionChange(
                plan=plan, session=session, changed_by=by, source=LogSource.IMPORT, before=before,
                after=_counts(session, known),
            )
        )  # fmt: skip
    Session.objects.bulk_create(new, batch_size=BATCH)
    Session.objects.bulk_update(changed, STATE_FIELDS, batch_size=BATCH)
    SessionChange.objects.bulk_create(changes, batch_size=BATCH)


def _counts(session: Session, known: int) -> dict[str, Any]:
    """What residents.ticks writes of a list: no personal content."""
    return {"state": str(session.state), "heads_total": session.heads_total, "known_heads": known}


def _remove(plan: Plan, evenings: list[EveningWrite]) -> None:
    for one in evenings:
        if one.leaving:
            Attendance.objects.filter(plan=plan, session=one.session, participant__in=one.leaving).delete()


def _count_lists(plan: Plan, sessions: list[int]) -> None:
    """`known_heads` moves in the same transaction as the rows (residents.ticks)."""
    ticks = Attendance.objects.filter(plan=plan, session=OuterRef("pk")).order_by().values("session")
    known = Subquery(ticks.annotate(people=Count("pk")).values("people"), output_field=IntegerField())
    for start in range(0, len(sessions), BATCH):
        rows = Session.objects.for_plan(plan).filter(pk__in=sessions[start : start + BATCH])
        rows.update(known_heads=Coalesce(known, 0), version=F("version") + 1)
        # The last person taken off the list again: nobody has said that it was held.
        rows.filter(
            state=SessionState.HELD,
            log_source=LogSource.IMPORT,
            known_heads=0,
            heads_total__isnull=True,
            volunteer_turns__isnull=True,
        ).update(state=SessionState.PLANNED, logged_at=None, logged_by=None, log_source="")


# -- the rows themselves -----------------------------------------------------------------------------------------------

_COLUMNS = "(plan_id, session_id, participant_id, activity_id, date, source, recorded_at)"


def insert_attendances(*, plan: Plan, rows: Iterable[tuple[int, int]]) -> None:
    """(session id, participant id) pairs → attendance rows; a pair that is there already stays as it is.

    why SQL: PostgreSQL takes them as one COPY into a staging table, SQLite by a prepared statement; both fill in plan,
    activity and date from the session, so that they cannot disagree with it. Through model objects 100,000 rows take
    four times as long.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, plan, rows)
        else:
            _insert(cursor, plan, rows)


def _copy(cursor: Any, plan: Plan, rows: Iterable[tuple[int, int]]) -> None:
    cursor.execute("CREATE TEMP TABLE attendance_staging (session_id bigint, participant_id bigint) ON COMMIT DROP")
    with cursor.copy("COPY attendance_staging FROM STDIN") as copy:
        for chunk in _chunks(rows, 20_000):
            copy.write("".join(f"{session}\t{person}\n" for session, person in chunk))
    cursor.execute("ANALYZE attendance_staging")
    cursor.execute(
        f"INSERT INTO {Attendance._meta.db_table} {_COLUMNS} "  # noqa: S608
        "SELECT s.plan_id, s.id, t.participant_id, s.activity_id, s.date, %s, %s "
        f"FROM attendance_staging t JOIN {Session._meta.db_table} s ON s.id = t.session_id AND s.plan_id = %s "
        "ON CONFLICT DO NOTHING",
        [LogSource.IMPORT, timezone.now(), plan.pk],
    )
    cursor.execute("DROP TABLE attendance_staging")


def _insert(cursor: Any, plan: Plan, rows: Iterable[tuple[int, int]]) -> None:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    statement = (
        f"INSERT OR IGNORE INTO {Attendance._meta.db_table} {_COLUMNS} "  # noqa: S608
        f"SELECT plan_id, id, %s, activity_id, date, %s, %s FROM {Session._meta.db_table} "
        "WHERE id = %s AND plan_id = %s"
    )
    for chunk in _chunks(rows, 20_000):
        cursor.executemany(
            statement, [(person, LogSource.IMPORT.value, now, session, plan.pk) for session, person in chunk]
        )


def _chunks(rows: Iterable[tuple[int, int]], size: int) -> Iterator[list[tuple[int, int]]]:
    chunk: list[tuple[int, int]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
