"""The rows of a plan, counted the long way: plain SQL and plain loops, sharing no line with how figures are counted.

Slow on purpose of being simple: no rollup, no covering index, no kept number. Used at night, to find out whether the
quick way still gives the same (`recount`).
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import connection

from accounts.periods import Period

AT_ONCE = 5000


class Evening(NamedTuple):
    """One session. `known`: its ticks, counted one by one; `minutes`: of its volunteers together."""

    activity: int
    day: date
    state: str
    total: int | None
    known: int
    format: int | None
    theme: str
    turns: int
    minutes: Fraction

    @property
    def visits(self) -> int:
        return self.known if self.total is None else self.total


class Asked(NamedTuple):
    """Which evenings a figure is about: some activities (None: all), perhaps one format, a word in the theme, days."""

    activities: frozenset[int] | None
    format: int | None = None
    theme: str = ""
    weekdays: str = ""

    def holds(self, activity: int, its_format: int | None, theme: str, day: date) -> bool:
        is_asked = self.activities is None or activity in self.activities
        is_format = self.format is None or self.format == its_format
        is_day = not self.weekdays or str(day.isoweekday()) in self.weekdays
        return is_asked and is_format and is_day and (not self.theme or folded(self.theme) in folded(theme))


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
    shifts = _read_shifts(plan_id)
    found = []
    for pk, activity, day, state, total, its_format, theme, turns, start, end in _rows(
        "SELECT id, activity_id, date, state, heads_total, format_id, theme, volunteer_turns, start_time, end_time"
        " FROM activities_session WHERE plan_id = %s",
        plan_id,
    ):
        length = _minutes(start, end) or series.get(activity, 0)
        number, minutes = _volunteers(turns, length, shifts.get(pk, [])) if state == "held" else (0, Fraction(0))
        found.append(Evening(activity, _day(day), state, total, ticks.get(pk, 0), its_format, theme, number, minutes))
    return found


def _read_shifts(plan_id: int) -> dict[int, list[tuple[int, int | None]]]:
    """By session: who had a shift and was not said to be away, and its minutes where it has times of its own.

    A shift that was taken off for the evening is nobody's, unless somebody was said to have been there."""
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for session, user, start, end, evening_start, evening_end, was_there, withdrawn, is_off in _rows(
        "SELECT sh.session_id, su.user_id, sh.start_time, sh.end_time, se.start_time, se.end_time, su.was_there,"
        " su.withdrawn_at, sh.is_off FROM activities_shiftsignup su JOIN activities_shift sh ON sh.id = su.shift_id"
        " JOIN activities_session se ON se.id = sh.session_id WHERE su.plan_id = %s",
        plan_id,
    ):
        if was_there or (was_there is None and withdrawn is None and not is_off):
            found[session].append((user, _minutes(start or evening_start, end or evening_end) or None))
    return found


def _volunteers(turns: int | None, length: int, shifts: list[tuple[int, int | None]]) -> tuple[int, Fraction]:
    """The log's number, else those who signed up. Those who did not sign up stay as long as the evening."""
    people = len({user for user, _minutes in shifts})
    together = Fraction(sum(length if minutes is None else minutes for _user, minutes in shifts))
    number = people if turns is None else turns
    if number < people:
        return number, together * number / people
    return number, together + (number - people) * length


def read_tallies(plan_id: int) -> list[tuple[str, date, int | None, int]]:
    """Kind, day, activity and number of contacts and referrals that were not taken back."""
    rows = _rows(
        "SELECT kind, date, activity_id, number FROM activities_tally WHERE plan_id = %s AND removed_at IS NULL",
        plan_id,
    )
    return [(kind, _day(day), activity, number) for kind, day, activity, number in rows]


def folded(text: str) -> str:
    """Upper and lower case alike, æ, ø, å too."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def count_people(plan_id: int, asked: Sequence[Asked], periods: Sequence[Period], times: Sequence[int]) -> People:
    """One walk over all ticks, person by person. Dates, activities and formats are the session's own."""
    people = People()
    mine: Counter[tuple[Asked, int]] = Counter()
    spans: dict[date, list[int]] = {}
    fitting: dict[tuple[int, int | None, str, int], list[Asked]] = {}
    current = None
    for person, activity, its_format, theme, raw_day in _rows(
        "SELECT a.participant_id, s.activity_id, s.format_id, s.theme, s.date FROM residents_attendance a"
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
        key = (activity, its_format, theme, day.isoweekday())
        if key not in fitting:
            fitting[key] = [one for one in asked if one.holds(activity, its_format, theme, day)]
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
