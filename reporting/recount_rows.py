"""The rows of a plan, counted the long way: plain SQL and plain loops, sharing no line with how figures are counted.

Slow on purpose of being simple: no rollup, no covering index, no kept number. Used at night, to find out whether the
quick way still gives the same (`recount`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, NamedTuple

from django.db import connection

from accounts.periods import Period

AT_ONCE = 5000


class Evening(NamedTuple):
    """One session. `known`: its ticks, counted one by one; `minutes`: 0 when nobody knows how long it lasted."""

    activity: int
    day: date
    state: str
    total: int | None
    known: int
    format: int | None
    theme: str
    turns: int
    minutes: int

    @property
    def visits(self) -> int:
        return self.known if self.total is None else self.total


class Asked(NamedTuple):
    """Which evenings a figure is about: some activities (None: all), perhaps one format."""

    activities: frozenset[int] | None
    format: int | None = None

    def holds(self, activity: int, its_format: int | None) -> bool:
        is_asked = self.activities is None or activity in self.activities
        return is_asked and (self.format is None or self.format == its_format)


@dataclass
class People:
    """How many different people, by what is asked and the period's place in the list."""

    known: Counter[tuple[Asked, int]] = field(default_factory=Counter)
    often: Counter[tuple[Asked, int, int]] = field(default_factory=Counter)  # and the number of times


def read_evenings(plan_id: int) -> list[Evening]:
    ticks = dict(
        _rows("SELECT session_id, COUNT(*) FROM residents_attendance WHERE plan_id = %s GROUP BY session_id", plan_id)
    )
    series: dict[int, int] = {}  # the newest one that says how long it lasts
    for activity, start, end in _rows(
        "SELECT activity_id, start_time, end_time FROM activities_schedule WHERE plan_id = %s ORDER BY starts_on, id",
        plan_id,
    ):
        series[activity] = _minutes(start, end) or series.get(activity, 0)
    return [
        Evening(
            activity=activity,
            day=_day(day),
            state=state,
            total=total,
            known=ticks.get(pk, 0),
            format=its_format,
            theme=theme,
            turns=turns or 0,
            minutes=_minutes(start, end) or series.get(activity, 0),
        )
        for pk, activity, day, state, total, its_format, theme, turns, start, end in _rows(
            "SELECT id, activity_id, date, state, heads_total, format_id, theme, volunteer_turns, start_time, end_time"
            " FROM activities_session WHERE plan_id = %s",
            plan_id,
        )
    ]


def count_people(plan_id: int, asked: Sequence[Asked], periods: Sequence[Period], times: Sequence[int]) -> People:
    """One walk over all ticks, person by person. Dates, activities and formats are the session's own."""
    people = People()
    mine: Counter[tuple[Asked, int]] = Counter()
    spans: dict[date, list[int]] = {}
    fitting: dict[tuple[int, int | None], list[Asked]] = {}
    current = None
    for person, activity, its_format, raw_day in _rows(
        "SELECT a.participant_id, s.activity_id, s.format_id, s.date FROM residents_attendance a"
        " JOIN activities_session s ON s.id = a.session_id"
        " WHERE a.plan_id = %s AND s.state = 'held' ORDER BY a.participant_id",
        plan_id,
    ):
        if person != current:
            _settle(people, mine, times)
            mine, current = Counter(), person
        day = _day(raw_day)
        if day not in spans:
            spans[day] = [place for place, period in enumerate(periods) if period.first <= day <= period.last]
        key = (activity, its_format)
        if key not in fitting:
            fitting[key] = [one for one in asked if one.holds(activity, its_format)]
        for one in fitting[key]:
            for place in spans[day]:
                mine[one, place] += 1
    _settle(people, mine, times)
    return people


def _settle(people: People, mine: Counter[tuple[Asked, int]], times: Sequence[int]) -> None:
    for (asked, place), count in mine.items():
        people.known[asked, place] += 1
        for least in times:
            if count >= least:
                people.often[asked, place, least] += 1


def by_activity(evenings: Sequence[Evening]) -> dict[int, list[Evening]]:
    found: dict[int, list[Evening]] = defaultdict(list)
    for evening in evenings:
        found[evening.activity].append(evening)
    return found


def _rows(statement: str, plan_id: int) -> Iterator[tuple[Any, ...]]:
    """Portion by portion, so that a plan with millions of rows fits."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [plan_id])
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _minutes(start: time | str | None, end: time | str | None) -> int:
    """From wall clock to wall clock, past midnight where it ends earlier than it starts."""
    if start is None or end is None:
        return 0
    first, last = (value if isinstance(value, time) else time.fromisoformat(value) for value in (start, end))
    return (60 * (last.hour - first.hour) + last.minute - first.minute) % (24 * 60)
