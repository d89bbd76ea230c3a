"""The evenings that figures are made of: read once for a whole page, then cut by scope and day in memory."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from accounts.models import Plan
from activities.hours import SignedShift, minutes_between, series_lengths, signed_shifts, volunteer_time
from activities.models import Session, SessionState
from jobs.values import match_key
from residents.ages import AgeBook, Ages, load_age_book

NO_TIME = Decimal(0)


class SessionFact(NamedTuple):
    """What a figure needs of one session. All numbers are 0 unless it was held.

    Where only heads of some ages count, `visits` are those known to be of these ages, `visits_most` those that may be.
    """

    session_id: int
    activity_id: int
    date: date
    state: str
    visits: int
    visits_most: int
    format_id: int | None
    theme: str
    volunteer_turns: int
    volunteer_minutes: Decimal
    logged_at: datetime | None


@dataclass(frozen=True)
class Scope:
    """The sessions that one figure is about: some activities (None: all), perhaps one format, a word in the theme
    (as `match_key`), some days of the week (1 Monday … 7 Sunday), and of their heads perhaps some ages."""

    activity_ids: frozenset[int] | None = None
    format_id: int | None = None
    theme_key: str = ""
    weekdays: frozenset[int] | None = None
    ages: Ages | None = None

    def holds(self, activity_id: int) -> bool:
        return self.activity_ids is None or activity_id in self.activity_ids

    def holds_day(self, day: date) -> bool:
        return self.weekdays is None or day.isoweekday() in self.weekdays

    @property
    def planned(self) -> "Scope":
        """The same as far as a plan of evenings can tell: what they will be about, and who comes, shows afterwards."""
        return Scope(activity_ids=self.activity_ids, weekdays=self.weekdays)

    @property
    def looks_back(self) -> bool:
        """True when only some of the planned sessions count, and which ones shows afterwards."""
        return self.format_id is not None or bool(self.theme_key)


@dataclass(frozen=True)
class SessionCounts:
    """Completeness in plain numbers: due = logged + unlogged; an unlogged session is never a zero."""

    held: int
    cancelled: int
    closed: int
    unlogged: int
    visits: int
    largest: int
    last_change: datetime | None

    @property
    def logged(self) -> int:
        return self.held + self.cancelled + self.closed

    @property
    def due(self) -> int:
        return self.logged + self.unlogged


@dataclass(frozen=True)
class Facts:
    """All sessions of a plan between two days, in order of date, grouped by activity."""

    by_activity: dict[int, list[SessionFact]]
    signed: list[SignedShift] = field(default_factory=list)  # sign-ups of volunteers that count, in order of date
    ages: AgeBook | None = None  # read only where a scope asks for ages

    def within(self, scope: Scope, first: date, last: date) -> list[SessionFact]:
        """The sessions of a scope from `first` to `last`, both inclusive."""
        ids: Iterable[int] = self.by_activity if scope.activity_ids is None else scope.activity_ids
        found: list[SessionFact] = []
        for activity_id in ids:
            facts = self.by_activity.get(activity_id, [])
            found += facts[bisect_left(facts, first, key=_day) : bisect_right(facts, last, key=_day)]
        if scope.format_id is not None:
            found = [fact for fact in found if fact.format_id == scope.format_id]
        if scope.weekdays is not None:
            found = [fact for fact in found if scope.holds_day(fact.date)]
        if scope.theme_key:
            found = [fact for fact in found if fact.theme and scope.theme_key in match_key(fact.theme)]
        return found if scope.ages is None else [self._of_ages(fact, scope.ages) for fact in found]

    def _of_ages(self, fact: SessionFact, ages: Ages) -> SessionFact:
        if fact.state != SessionState.HELD or self.ages is None:
            return fact
        heads = self.ages.within(fact.session_id, ages, fact.visits)
        return fact._replace(visits=heads.least, visits_most=heads.most)


_day = attrgetter("date")


def load_facts(plan: Plan, first: date, last: date, *, with_ages: bool = False) -> Facts:
    """Every session of the plan between two days. Three queries (sessions; sign-ups; series, for the length of an
    evening), and two more for ages. How many volunteers there were, and for how long, is `activities.hours`."""
    rows = (
        Session.objects.for_plan(plan)
        .between(first, last)
        .order_by("date", "pk")
        .values_list(
            "pk",
            "activity_id",
            "date",
            "state",
            "heads_total",
            "known_heads",
            "format_id",
            "theme",
            "volunteer_turns",
            "start_time",
            "end_time",
            "logged_at",
        )
    )
    by_activity: dict[int, list[SessionFact]] = defaultdict(list)
    lengths = series_lengths(plan)
    signed = signed_shifts(plan, first, last, lengths=lengths)
    shifts: dict[int, list[SignedShift]] = defaultdict(list)
    for shift in signed:
        shifts[shift.session_id].append(shift)
    for pk, activity, day, state, total, known, format_id, theme, turns, start, end, logged_at in rows.iterator(2000):
        visits = volunteers = 0
        minutes = NO_TIME
        if state == SessionState.HELD:
            visits = known if total is None else total
            if turns or pk in shifts:
                length = minutes_between(start, end) or lengths.get(activity, 0)
                volunteers, minutes = volunteer_time(turns, length, shifts.get(pk, ()))
        by_activity[activity].append(
            SessionFact(pk, activity, day, state, visits, visits, format_id, theme, volunteers, minutes, logged_at)
        )
    return Facts(dict(by_activity), signed, load_age_book(plan, first, last) if with_ages else None)


def count_sessions(facts: Collection[SessionFact], *, today: date) -> SessionCounts:
    """Held, cancelled, closed and unlogged among some sessions. Planned and not yet past is none of them."""
    states = [fact.state for fact in facts]
    visits = [fact.visits for fact in facts if fact.state == SessionState.HELD]
    return SessionCounts(
        held=states.count(SessionState.HELD),
        cancelled=states.count(SessionState.CANCELLED),
        closed=states.count(SessionState.CLOSED),
        unlogged=sum(fact.state == SessionState.PLANNED and fact.date < today for fact in facts),
        visits=sum(visits),
        largest=max(visits, default=0),
        last_change=max((fact.logged_at for fact in facts if fact.logged_at), default=None),
    )
