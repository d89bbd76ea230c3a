"""A week of the team: what is tonight, what is not logged, what comes."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q

from accounts.models import Plan, User
from activities.models import NEWEST_DAY_FIRST, OLDEST_FIRST, Activity, Session, SessionState
from activities.models.sessions import SessionQuerySet

ASK_AT_MOST = 5


@dataclass(frozen=True)
class Week:
    """An ISO week by its Monday."""

    monday: date

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def code(self) -> str:
        """ "2026-W53": as the address has it, with the ISO year (30 December 2024 lies in week 1 of 2025)."""
        year, week, _day = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def previous(self) -> "Week":
        return Week(self.monday - timedelta(days=7))

    @property
    def next(self) -> "Week":
        return Week(self.monday + timedelta(days=7))

    def __contains__(self, day: date) -> bool:
        return self.monday <= day <= self.sunday


def week_of(day: date) -> Week:
    return Week(day - timedelta(days=day.weekday()))


def read_week(code: str, today: date) -> Week:
    """The week in the address; this week when it says nothing sensible."""
    year, _w, number = code.partition("-W")
    try:
        return Week(date.fromisocalendar(int(year), int(number), 1))
    except (ValueError, OverflowError):
        return week_of(today)


@dataclass(frozen=True)
class Board:
    """What the page of a week shows. `asked` is never longer than five with tonight's evening."""

    tonight: list[Session] = field(default_factory=list)
    asked: list[Session] = field(default_factory=list)
    missing_this_week: int = 0
    missing_in_all: int = 0
    in_week: int = 0
    logged: list[Session] = field(default_factory=list)
    coming: list[Session] = field(default_factory=list)

    @property
    def missing_more(self) -> int:
        return self.missing_in_all - len(self.asked)


def team_sessions(plan: Plan, *, owner: User | None = None) -> SessionQuerySet:
    """Sessions with what a card shows; of one coordinator's activities, or of the whole team."""
    rows = Session.objects.for_plan(plan).select_related("activity__focus_area", "activity__owner", "format", "venue")
    return rows.filter(activity__owner=owner) if owner else rows


def has_own_activities(*, plan: Plan, user: User) -> bool:
    return Activity.objects.filter(plan=plan, owner=user, is_active=True).exists()


def week_board(*, plan: Plan, week: Week, today: date, owner: User | None = None) -> Board:
    """Three queries at most, whatever the week holds."""
    rows = team_sessions(plan, owner=owner)
    sessions = list(rows.between(week.monday, week.sunday).order_by(*OLDEST_FIRST))
    missing = [session for session in sessions if session.is_unlogged(today) and not plan.is_locked(session.date)]
    tonight = [session for session in sessions if session.date == today]
    older, older_count = [], 0
    if today in week:
        at_most = max(ASK_AT_MOST - sum(session.state == SessionState.PLANNED for session in tonight), 0)
        room = max(at_most - len(missing), 0)
        before = rows.unlogged(today).open_for_log(plan).filter(date__lt=week.monday)
        older_count = before.count()
        older = list(before.order_by(*NEWEST_DAY_FIRST)[:room]) if older_count and room else []
        asked = [*missing, *older][:at_most]
    else:
        asked = missing
    return Board(
        tonight=tonight,
        asked=asked,
        missing_this_week=len(missing),
        missing_in_all=len(missing) + older_count,
        in_week=len(sessions),
        logged=[s for s in sessions if s.state != SessionState.PLANNED and s.date != today],
        coming=[s for s in sessions if s.state == SessionState.PLANNED and s.date > today],
    )


def waiting_sessions(*, plan: Plan, today: date, owner: User | None = None) -> SessionQuerySet:
    """Everything up to yesterday that nobody has logged and that can still be, the newest first."""
    rows = team_sessions(plan, owner=owner).unlogged(today).open_for_log(plan)
    return rows.order_by(*NEWEST_DAY_FIRST)


def left_of_week(*, plan: Plan, week: Week, today: date, owner: User | None = None) -> int:
    """How many evenings of the week, up to today, can still be logged and are not."""
    rows = Session.objects.for_plan(plan).between(week.monday, min(week.sunday, today)).open_for_log(plan)
    rows = rows.filter(state=SessionState.PLANNED)
    return (rows.filter(activity__owner=owner) if owner else rows).count()


def missing_counts(*, plan: Plan, week: Week, today: date, owner: User | None = None) -> dict[str, int]:
    """How many are missing in the week and in all, for the line beside the heading. One query."""
    rows = Session.objects.for_plan(plan).filter(date__lte=week.sunday)
    if owner:
        rows = rows.filter(activity__owner=owner)
    is_missing = Q(state=SessionState.PLANNED, date__lt=today)
    if plan.locked_until:
        is_missing &= Q(date__gt=plan.locked_until)
    in_week = Q(date__gte=week.monday)
    return rows.aggregate(
        missing_this_week=Count("pk", filter=is_missing & in_week),
        missing_in_all=Count("pk", filter=is_missing),
        in_week=Count("pk", filter=in_week),
    )
