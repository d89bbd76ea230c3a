"""From a rule to evenings: occurrences on local dates, the rolling window of sessions, and closures.

Everything counts in local dates and wall-clock times, so a clock change moves no evening.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrulestr
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from holidays.constants import OPTIONAL

from accounts.models import Plan
from activities.danish_holidays import Denmark
from activities.models import Activity, Closure, Schedule, Season, Session, SessionState
from activities.needs import make_shifts
from activities.shifts import keep_removed

WINDOW = timedelta(weeks=12)
CATCH_UP = timedelta(weeks=4)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> dict[date, str]:
    """The days on which a series does not run, with their Danish names.

    Both kinds come from the `holidays` library. *Public* are the helligdage as in force that year: Store bededag is
    none from 2024 (lov nr. 214 af 6. marts 2023). *Optional* are the days that are no helligdage and on which shops
    are closed all the same (lukkeloven, LBK nr. 515 af 30. april 2019, § 2, stk. 1): Grundlovsdag, juleaftensdag and
    nytårsaftensdag. On the last the law says from 15.00; here it is the whole day, because an evening too few is
    logged as something unplanned, and one too many is missed for ever. The library counts 1 May among them; the law
    does not, and people work.

    A team that opens all the same unticks `skips_holidays`.
    """
    observed = Denmark(years=year, language="da", categories=(OPTIONAL,))
    public = Denmark(years=year, language="da")
    return {day: name for day, name in observed.items() if (day.month, day.day) != (5, 1)} | dict(public.items())


def rule_dates(rule: str, starts_on: date, first: date, last: date) -> list[date]:
    """The bare dates of an RFC 5545 rule, both ends inclusive. Raises ValueError for a rule that cannot be read."""
    if last < first:
        return []
    start = datetime.combine(starts_on, time())
    series = rrulestr(rule.removeprefix("RRULE:"), dtstart=start)
    found = series.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
    return [moment.date() for moment in found]


def is_closed(day: date, closures: Iterable[Closure], activity_id: int) -> bool:
    """True when the plan, or this activity, is closed that day."""
    return any(
        closure.activity_id in (None, activity_id) and closure.starts_on <= day <= closure.ends_on
        for closure in closures
    )


def occurrences(
    schedule: Schedule, first: date, last: date, *, closures: Iterable[Closure] | None = None
) -> list[date]:
    """The dates on which a series runs, both ends inclusive: rule, ends of series and plan, holidays, closures.

    No queries when `closures` (of the plan) are handed in, or `plan__closures` is prefetched.
    """
    plan = schedule.plan
    first = max(first, schedule.starts_on, plan.starts_on)
    last = min(last, schedule.ends_on or last, plan.ends_on)
    days = rule_dates(schedule.rule, schedule.starts_on, first, last)
    if not days:
        return []
    if closures is None:
        closures = plan.closures.all()
    closures = [c for c in closures if c.starts_on <= last and c.ends_on >= first]
    return [
        day
        for day in days
        if not (schedule.skips_holidays and day in public_holidays(day.year))
        and not is_closed(day, closures, schedule.activity_id)
    ]


def expected_dates(plan: Plan, activities: Iterable[Activity | int], first: date, last: date) -> dict[int, list[date]]:
    """When each activity ought to have run, by its series less holidays and closures. Two queries, whatever is asked.

    Two series on one day give the date twice. Activities without a series have an empty list.
    """
    wanted = [activity if isinstance(activity, int) else activity.pk for activity in activities]
    expected: dict[int, list[date]] = {pk: [] for pk in wanted}
    begun = Schedule.objects.filter(plan=plan, activity__in=wanted, starts_on__lte=last)
    series = list(begun.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first)))
    closures = list(plan.closures.all()) if series else []
    for schedule in series:
        schedule.plan = plan
        expected[schedule.activity_id] += occurrences(schedule, first, last, closures=closures)
    for days in expected.values():
        days.sort()
    return expected


@transaction.atomic
def extend_schedules(
    *, plan: Plan, today: date, schedules: Iterable[Schedule] | None = None, since: date | None = None
) -> int:
    """Keep planned sessions twelve weeks ahead, and to the end of a season that a programme is made for.

    Says how many it added; running it twice, or twice at once, is safe: the unique key (schedule, scheduled_on)
    decides, and a session that was moved keeps its key and is not made again. `since` reaches back for a new series,
    so that the last weeks can be logged.
    """
    window = today + WINDOW
    seasons = dict(
        Season.objects.filter(plan=plan, ends_on__gt=window).values_list("activity").annotate(Max("ends_on"))
    )
    first, last = since or today, max([window, *seasons.values()])
    if schedules is None:
        schedules = Schedule.objects.filter(plan=plan, activity__is_active=True, starts_on__lte=last)
        schedules = schedules.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
    schedules = list(schedules)
    if not schedules:
        return 0
    taken = _taken_dates(plan=plan, activities={schedule.activity_id for schedule in schedules}, first=first)
    closures = list(plan.closures.filter(ends_on__gte=first, starts_on__lte=last))
    rows = []
    for schedule in schedules:
        schedule.plan = plan
        known = taken[schedule.pk] | taken[f"activity {schedule.activity_id}"]
        rows += [
            planned_session(schedule, day)
            for day in occurrences(schedule, first, seasons.get(schedule.activity_id, window), closures=closures)
            if day not in known
        ]
    Session.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    if rows:
        make_shifts(plan=plan, today=today, activities={row.activity_id for row in rows})
    return len(rows)


def planned_session(schedule: Schedule, day: date) -> Session:
    """An unsaved session of the series on that date."""
    return Session(
        plan_id=schedule.plan_id,
        activity_id=schedule.activity_id,
        schedule_id=schedule.pk,
        scheduled_on=day,
        date=day,
        start_time=schedule.start_time,
        end_time=schedule.end_time,
        venue_id=schedule.venue_id,
    )


def _taken_dates(*, plan: Plan, activities: set[int], first: date) -> dict[int | str, set[date]]:
    """Dates that need no new session: the series' own, and the activity's evenings that no running series made
    (logged as unplanned or imported, or left behind by a series that was changed from then on)."""
    taken: dict[int | str, set[date]] = defaultdict(set)
    rows = Session.objects.filter(plan=plan, activity__in=activities).filter(
        Q(date__gte=first) | Q(scheduled_on__gte=first)
    )
    for activity, schedule, ends_on, scheduled_on, day in rows.values_list(
        "activity_id", "schedule_id", "schedule__ends_on", "scheduled_on", "date"
    ):
        if schedule is not None and scheduled_on is not None:
            taken[schedule].add(scheduled_on)
        if schedule is None or (ends_on and ends_on < (scheduled_on or day)):
            taken[f"activity {activity}"] |= {day, scheduled_on or day}
    return taken


@transaction.atomic
def close_days(
    *, plan: Plan, name: str, starts_on: date, ends_on: date, today: date, activity: Activity | None = None
) -> tuple[Closure, int]:
    """Close the plan, or one activity, for some days. Removes the coming planned evenings of series in that span.

    What is logged, what lies in the past and what was planned by hand stays. Says how many evenings went.
    """
    closure = Closure(plan=plan, activity=activity, name=name, starts_on=starts_on, ends_on=ends_on)
    closure.full_clean(exclude=["plan", "activity"])
    closure.save()
    sessions = sessions_to_close(plan=plan, starts_on=starts_on, ends_on=ends_on, today=today, activity=activity)
    return closure, remove_evenings(sessions)


def remove_evenings(sessions: QuerySet[Session]) -> int:
    """Delete planned evenings; whoever had a shift there sees it as cancelled. Says how many evenings went."""
    keep_removed(sessions)
    _rows, by_model = sessions.delete()
    return by_model.get("activities.Session", 0)


def sessions_to_close(
    *, plan: Plan, starts_on: date, ends_on: date, today: date, activity: Activity | None = None
) -> QuerySet[Session]:
    """The planned evenings that a closure would remove. Those that no series made stay: `sessions_on_closed_days`."""
    rows = Session.objects.for_plan(plan).between(max(starts_on, today), ends_on)
    rows = rows.filter(state=SessionState.PLANNED, schedule__isnull=False)
    return rows.filter(activity=activity) if activity else rows


def sessions_on_closed_days(*, plan: Plan, today: date, closure: Closure | None = None) -> QuerySet[Session]:
    """Evenings that are still planned although the plan, or their activity, is closed that day: made by hand, or moved
    there. Somebody must decide about each. `closure`: one that need not be stored yet; else all of the plan's.
    """
    rows = Session.objects.for_plan(plan).filter(state=SessionState.PLANNED, date__gte=today)
    if closure is not None:
        rows = rows.between(closure.starts_on, closure.ends_on).filter(schedule__isnull=True)
        return rows.filter(activity=closure.activity_id) if closure.activity_id else rows
    that_day = Closure.objects.filter(
        Q(activity__isnull=True) | Q(activity=OuterRef("activity")),
        plan=plan,
        starts_on__lte=OuterRef("date"),
        ends_on__gte=OuterRef("date"),
    )
    return rows.filter(Exists(that_day))


@transaction.atomic
def reopen_days(*, closure: Closure, today: date) -> int:
    """Take a closure away; the series fill the days again. Says how many evenings came back."""
    plan = closure.plan
    closure.delete()
    return extend_schedules(plan=plan, today=today)


@transaction.atomic
def end_activity(*, activity: Activity, today: date) -> int:
    """The activity runs no more: its series end, coming planned evenings go, the history stays."""
    activity.is_active = False
    activity.save(update_fields=["is_active"])
    coming = Session.objects.filter(
        plan_id=activity.plan_id, activity=activity, state=SessionState.PLANNED, date__gt=today
    )
    removed = remove_evenings(coming)
    running = activity.schedules.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))
    running.filter(starts_on__gt=today).delete()
    running.update(ends_on=today)
    return removed


def extend_all_schedules() -> str:
    """Daily: keep the planned evenings of every running plan twelve weeks ahead."""
    today = timezone.localdate()
    added = sum(extend_schedules(plan=plan, today=today) for plan in Plan.objects.filter(ends_on__gte=today))
    return f"{added} sessions planned"
