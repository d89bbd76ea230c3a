"""The evenings that figures are made of: read once for a whole page, then cut by activity, format and day in memory."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple

from accounts.models import Plan
from activities.hours import minutes_between, series_lengths
from activities.models import Session, SessionState


class SessionFact(NamedTuple):
    """What a figure needs of one session. `visits` is 0 unless it was held; `minutes` None when no length is known."""

    activity_id: int
    date: date
    state: str
    visits: int
    format_id: int | None
    has_theme: bool
    volunteer_turns: int
    minutes: int | None
    logged_at: datetime | None


@dataclass(frozen=True)
class Scope:
    """The sessions that one figure is about: some activities (None: all) and perhaps one format."""

    activity_ids: frozenset[int] | None = None
    format_id: int | None = None

    def holds(self, activity_id: int) -> bool:
        return self.activity_ids is None or activity_id in self.activity_ids


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

    def within(self, scope: Scope, first: date, last: date) -> list[SessionFact]:
        """The sessions of a scope from `first` to `last`, both inclusive."""
        ids: Iterable[int] = self.by_activity if scope.activity_ids is None else scope.activity_ids
        found: list[SessionFact] = []
        for activity_id in ids:
            facts = self.by_activity.get(activity_id, [])
            found += facts[bisect_left(facts, first, key=_day) : bisect_right(facts, last, key=_day)]
        return found if scope.format_id is None else [fact for fact in found if fact.format_id == scope.format_id]


_day = attrgetter("date")


def load_facts(plan: Plan, first: date, last: date) -> Facts:
    """Every session of the plan between two days. Two queries (sessions; series, for the length of an evening)."""
    rows = (
        Session.objects.for_plan(plan)
        .between(first, last)
        .order_by("date", "pk")
        .values_list(
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
    for activity, day, state, total, known, format_id, theme, turns, start, end, logged_at in rows.iterator(2000):
        is_held = state == SessionState.HELD
        by_activity[activity].append(
            SessionFact(
                activity_id=activity,
                date=day,
                state=state,
                visits=(known if total is None else total) if is_held else 0,
                format_id=format_id,
                has_theme=bool(theme),
                volunteer_turns=(turns or 0) if is_held else 0,
                minutes=minutes_between(start, end) or lengths.get(activity),
                logged_at=logged_at,
            )
        )
    return Facts(by_activity=dict(by_activity))


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
