"""Change when an activity runs: this evening, this and the following, or all that come.

Logged evenings are never touched, and neither is the past. A change of time or place keeps the series; a change of
weekday or rhythm ends it and begins a new one, so that what was expected until then stays true. Evenings move with
their theme to the same ISO week; one that a person has moved by hand stays where it was put.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from django.core import signing
from django.db import transaction

from accounts.models import User
from activities.log import move_logged
from activities.models import Schedule, Session, SessionState, Shift, Venue
from activities.needs import make_shifts
from activities.schedule import (
    WINDOW,
    extend_schedules,
    occurrences,
    planned_session,
    remove_evenings,
    rule_dates,
)
from activities.shifts import span

THIS, FOLLOWING, ALL = "this", "following", "all"
MOVE_SALT = "activities.move"
UNDO_MOVE_FOR = 12 * 3600  # seconds


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Rhythm:
    """A weekly rule in the form a person chooses it: on which weekdays (0 = Monday), every how many weeks."""

    weekdays: tuple[int, ...]
    interval: int = 1

    @property
    def rule(self) -> str:
        every = f";INTERVAL={self.interval}" if self.interval > 1 else ""
        return f"FREQ=WEEKLY{every};BYDAY={','.join(WEEKDAYS[day] for day in self.weekdays)}"


def read_rhythm(rule: str, starts_on: date) -> Rhythm | None:
    """The rhythm of a rule, or None for one that a form cannot show (monthly, with a count, …)."""
    parts = dict(part.partition("=")[::2] for part in rule.removeprefix("RRULE:").upper().split(";") if part)
    if parts.pop("FREQ", "") != "WEEKLY" or set(parts) - {"INTERVAL", "BYDAY", "WKST"}:
        return None
    names = [name for name in parts.get("BYDAY", "").split(",") if name]
    if any(name not in WEEKDAYS for name in names) or not parts.get("INTERVAL", "1").isdecimal():
        return None
    days = tuple(sorted({WEEKDAYS.index(name) for name in names})) or (starts_on.weekday(),)
    return Rhythm(days, int(parts.get("INTERVAL", "1")))


@dataclass(frozen=True)
class SeriesChange:
    """How the series runs from now on."""

    rule: str
    start_time: time
    end_time: time
    venue: Venue | None = None
    ends_on: date | None = None
    skips_holidays: bool = True


@dataclass
class SeriesPreview:
    """What a change would do. Nothing is saved yet."""

    target: Schedule
    starts_on: date
    is_new_series: bool
    moved: list[tuple[date, Session]] = field(default_factory=list)  # (the old date, the session on its new one)
    retimed: list[Session] = field(default_factory=list)
    created: list[Session] = field(default_factory=list)
    removed: list[Session] = field(default_factory=list)
    kept_logged: list[Session] = field(default_factory=list)
    kept_own: list[Session] = field(default_factory=list)  # moved by hand: stay where they are
    unchanged: list[Session] = field(default_factory=list)

    @property
    def removed_with_theme(self) -> list[Session]:
        return [session for session in self.removed if session.theme]


def start_of(
    *, schedule: Schedule, scope: str, today: date, session: Session | None = None, from_on: date | None = None
) -> date:
    """From which date a change counts: never before today, so that the past stays what it was."""
    start = schedule.starts_on
    if scope == FOLLOWING:
        start = from_on or (_series_date(session) if session else start)
    return max(start, schedule.starts_on, today)


def preview_series(
    *,
    schedule: Schedule,
    scope: str,
    change: SeriesChange,
    today: date,
    session: Session | None = None,
    from_on: date | None = None,
) -> SeriesPreview:
    """What `edit_series` would do, without writing."""
    start = start_of(schedule=schedule, scope=scope, today=today, session=session, from_on=from_on)
    is_same_rhythm = change.rule == schedule.rule or (
        read_rhythm(change.rule, start) == read_rhythm(schedule.rule, schedule.starts_on) is not None
    )
    if is_same_rhythm:
        change = replace(change, rule=schedule.rule)
    has_begun = schedule.starts_on < start
    is_new = has_begun and (scope == FOLLOWING or not is_same_rhythm)
    target = _target(schedule, change, start, keeps_start=is_same_rhythm and not is_new, is_same_rhythm=is_same_rhythm)
    found = Session.objects.filter(plan_id=schedule.plan_id, schedule=schedule, scheduled_on__gte=start)
    rows = list(found.select_related("format", "venue").order_by("scheduled_on", "pk"))
    open_rows = [row for row in rows if row.state == SessionState.PLANNED and row.date >= today]
    still = [row for row in rows if row not in open_rows]
    preview = SeriesPreview(target=target, starts_on=start, is_new_series=is_new)
    preview.kept_logged = [row for row in still if row.state != SessionState.PLANNED]
    last = max([today + WINDOW, *map(_series_date, open_rows)])
    last += timedelta(days=6 - last.weekday())  # the whole week, so that its evening has a day to move to
    taken = {row.scheduled_on for row in still}
    _match(preview, open_rows, [day for day in occurrences(target, start, last) if day not in taken])
    return preview


@transaction.atomic
def edit_series(
    *,
    schedule: Schedule,
    scope: str,
    change: SeriesChange,
    today: date,
    session: Session | None = None,
    from_on: date | None = None,
) -> SeriesPreview:
    """Change all coming evenings of a series (`all`), or those from a date on (`following`). Says what it did."""
    preview = preview_series(
        schedule=schedule, scope=scope, change=change, today=today, session=session, from_on=from_on
    )
    target = preview.target
    if preview.is_new_series:
        Schedule.objects.filter(pk=schedule.pk).update(ends_on=preview.starts_on - timedelta(days=1))
    else:
        target.pk = schedule.pk
    target.save(force_insert=preview.is_new_series, force_update=not preview.is_new_series)
    remove_evenings(
        Session.objects.filter(
            pk__in=[row.pk for row in preview.removed], state=SessionState.PLANNED, plan_id=schedule.plan_id
        )
    )
    changed = [*(row for _old, row in preview.moved), *preview.retimed, *preview.kept_own, *preview.unchanged]
    for row in changed:
        row.schedule = target
    # Evenings step out of the way first: two of them may swap dates, and the unique key looks at each row alone.
    Session.objects.filter(pk__in=[row.pk for row in changed]).update(scheduled_on=None)
    Session.objects.bulk_update(
        changed, ["schedule", "scheduled_on", "date", "start_time", "end_time", "venue"], batch_size=100
    )
    for row in preview.created:
        row.schedule = target
    Session.objects.bulk_create(preview.created, ignore_conflicts=True)
    if preview.created:
        make_shifts(plan=schedule.plan, today=today, activities=[schedule.activity_id])
    return preview


@transaction.atomic
def move_session(
    *,
    session: Session,
    day: date,
    start_time: time | None,
    end_time: time | None,
    venue: Venue | None,
    by: User,
    today: date,
) -> Session:
    """Move this evening only. It keeps the series' own date, so that the series does not make it again.

    A logged evening takes its log along, and the move stands in its history.
    """
    if session.state != SessionState.PLANNED and day != session.date:
        session = move_logged(session=session, day=day, by=by, today=today)
    session.date, session.start_time, session.end_time, session.venue = day, start_time, end_time, venue
    session.save(update_fields=["date", "start_time", "end_time", "venue"])
    return session


def undo_token(*, before: Session, after: Session) -> str:
    """What taking a move back needs: where the evening was, and where it must still be."""
    return signing.dumps([after.pk, _place_of(before), _place_of(after)], salt=MOVE_SALT)


@transaction.atomic
def undo_move(*, session: Session, token: str, by: User, today: date) -> bool:
    """The evening goes back to where it was. False when somebody has moved it since, or it is too late."""
    try:
        pk, was, now = signing.loads(token, salt=MOVE_SALT, max_age=UNDO_MOVE_FOR)
    except signing.BadSignature:
        return False
    current = Session.objects.select_for_update(of=("self",)).select_related("plan").get(
        plan_id=session.plan_id, pk=session.pk
    )  # fmt: skip
    if pk != current.pk or _place_of(current) != now:
        return False
    day, start, end, venue = was
    move_session(
        session=current,
        day=date.fromisoformat(day),
        start_time=time.fromisoformat(start) if start else None,
        end_time=time.fromisoformat(end) if end else None,
        venue=Venue.objects.filter(plan_id=session.plan_id, pk=venue).first() if venue else None,
        by=by,
        today=today,
    )
    return True


def _place_of(session: Session) -> list[str | int | None]:
    start, end = session.start_time, session.end_time
    return [
        session.date.isoformat(),
        start.isoformat() if start else None,
        end.isoformat() if end else None,
        session.venue_id,
    ]


def booked_by(*, session: Session, day: date, start: time | None, end: time | None, venue: Venue | None) -> str:
    """The other activity that uses the place at that time, by name; empty when it is free. One query."""
    if venue is None:
        return ""
    asked = span(day, start, end)
    near = (day - timedelta(days=1), day + timedelta(days=1))
    others = Session.objects.filter(plan_id=session.plan_id, venue=venue, date__range=near, state=SessionState.PLANNED)
    others = (
        others.exclude(activity=session.activity_id).select_related("activity").order_by("date", "start_time", "pk")
    )
    found = (one for one in others if span(one.date, one.start_time, one.end_time).overlaps(asked))
    return next((one.activity.name for one in found), "")


def shifts_left_behind(session: Session) -> list[Shift]:
    """Shifts with times of their own that no longer touch the evening. One query."""
    rows = Shift.objects.filter(plan_id=session.plan_id, session=session, is_off=False, start_time__isnull=False)
    evening = span(session.date, session.start_time, session.end_time)
    return [
        shift
        for shift in rows.select_related("role").order_by("start_time", "pk")
        if not span(session.date, shift.start_time, shift.end_time).overlaps(evening)
    ]


@transaction.atomic
def create_schedule(*, schedule: Schedule, today: date, catch_up: timedelta) -> int:
    """Store a new series and its evenings, also those of the last weeks, so that they can be logged."""
    schedule.save()
    since = max(schedule.starts_on, today - catch_up)
    return extend_schedules(plan=schedule.plan, today=today, schedules=[schedule], since=min(since, today))


@transaction.atomic
def end_series(*, schedule: Schedule, last_on: date) -> int:
    """The series runs no more after that date; its coming planned evenings go. Says how many."""
    removed = remove_evenings(
        Session.objects.filter(
            plan_id=schedule.plan_id, schedule=schedule, state=SessionState.PLANNED, scheduled_on__gt=last_on
        )
    )
    if last_on < schedule.starts_on:
        schedule.delete()
    else:
        schedule.ends_on = last_on
        schedule.save(update_fields=["ends_on"])
    return removed


# -- matching ----------------------------------------------------------------------------------------------------------


def _target(
    schedule: Schedule, change: SeriesChange, start: date, *, keeps_start: bool, is_same_rhythm: bool
) -> Schedule:
    """The series as it will be. Its first date carries the phase of the rule, so it must be one of its dates."""
    target = Schedule(plan=schedule.plan, activity=schedule.activity, starts_on=schedule.starts_on, **vars(change))
    if not keeps_start:
        origin = schedule.starts_on if is_same_rhythm else start
        dates = rule_dates(change.rule, origin, start, start + timedelta(days=366))
        target.starts_on = dates[0] if dates else start
    if target.ends_on:
        target.ends_on = max(target.ends_on, target.starts_on)
    return target


def _series_date(session: Session) -> date:
    """The date that the series gave the evening, wherever it has been moved since."""
    return session.scheduled_on or session.date


def _match(preview: SeriesPreview, rows: list[Session], days: list[date]) -> None:
    """Pair the open evenings with the new dates: the same date first, then the same ISO week, in order."""
    left = set(days)
    pairs: list[tuple[Session, date]] = []
    waiting = []
    for row in rows:
        if _series_date(row) in left:
            left.discard(_series_date(row))
            pairs.append((row, _series_date(row)))
        else:
            waiting.append(row)
    by_week: dict[tuple[int, int], list[date]] = defaultdict(list)
    for day in sorted(left):
        by_week[day.isocalendar()[:2]].append(day)
    for row in waiting:
        week = by_week[_series_date(row).isocalendar()[:2]]
        if week:
            pairs.append((row, week.pop(0)))
        elif row.date != row.scheduled_on:
            preview.kept_own.append(row)
        else:
            preview.removed.append(row)
    for row, day in pairs:
        _place(preview, row, day)
    for day in sorted(day for week in by_week.values() for day in week):
        preview.created.append(planned_session(preview.target, day))


def _place(preview: SeriesPreview, row: Session, day: date) -> None:
    """Put an open evening on its new date. One that was moved by hand keeps its own date and time."""
    was_moved = row.date != row.scheduled_on
    row.scheduled_on = day
    if was_moved:
        preview.kept_own.append(row)
        return
    target, old = preview.target, (row.date, row.start_time, row.end_time, row.venue_id)
    row.date, row.start_time, row.end_time, row.venue = day, target.start_time, target.end_time, target.venue
    if old[0] != day:
        preview.moved.append((old[0], row))
    elif old != (row.date, row.start_time, row.end_time, row.venue_id):
        preview.retimed.append(row)
    else:
        preview.unchanged.append(row)
