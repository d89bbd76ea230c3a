"""How a figure has moved: the points of its small trend, the year before, what was expected, and an activity's weeks.

Plain data for a figure set. Sessions and visits only, and typed-in values; people are never cut by month.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from accounts.periods import Period, add_months
from activities.models import SessionState
from reporting.books import Book
from reporting.evidence import Basis, Evidence
from reporting.facts import Scope, SessionFact
from reporting.figures import ActivityFigure, IndicatorFigure, due_and_whole
from reporting.plain import Plain, number
from reporting.status import Accumulation, expected_value
from reporting.typed_in import level, typed_value

LONGEST_MONTHLY_TREND = 24  # months; a longer period is drawn by quarters
A_YEAR = 12  # months
KINDS = {Accumulation.SUM: "sum"}
Step = tuple[date, date]


def indicator_trend(book: Book, figure: IndicatorFigure, period: Period) -> Plain:
    """The trend of an indicator: a sum as it grows, a mean by itself, people only as visits, typed values as typed.

    `before` holds the same steps a year earlier, `expected` the path of the schedule to the end of the period.
    """
    if figure.rule.basis == Basis.TALLIES:
        return _tally_trend(book, figure, period)
    if not figure.rule.counts_sessions:
        return _typed_trend(book, figure, period)
    last = min(period.last, book.as_of)
    kind = "visits" if figure.rule.counts_people else KINDS.get(figure.rule.accumulation, "mean")
    scope = book.scopes[figure.indicator.pk]
    return {
        "kind": kind,
        "step": step_kind(period),
        "points": _points(book, figure, scope, period, _steps(period, last)),
        "before": _before(book, figure, scope, period, last),
        "expected": _expected_path(book, figure, scope, period) if kind == "sum" else None,
    }


def activity_trend(book: Book, figure: ActivityFigure, period: Period) -> Plain:
    """The visits of an activity, and those of the year before."""
    last = min(period.last, book.as_of)
    scope = Scope(frozenset({figure.activity.pk}))
    earlier = _year_before(book, period, last)
    return {
        "kind": "visits",
        "step": step_kind(period),
        "points": _visits_by_step(figure.sessions, _steps(period, last)),
        "before": _visits_by_step(book.facts.within(scope, *earlier.span), earlier.steps) if earlier else None,
        "expected": None,
    }


def _points(book: Book, figure: IndicatorFigure, scope: Scope, period: Period, steps: list[Step]) -> list[Plain]:
    if not steps:
        return []
    facts = book.facts.within(scope, steps[0][0], steps[-1][1])
    if figure.rule.counts_people:
        return _visits_by_step([fact for fact in facts if fact.state == SessionState.HELD], steps)
    is_sum = figure.rule.accumulation == Accumulation.SUM
    points = []
    for first, until in steps:
        start = steps[0][0] if is_sum else first
        inside = [fact for fact in facts if start <= fact.date <= until]
        evidence = Evidence(sessions=inside, people=figure.evidence.people, today=book.today)
        points.append(_point(first, figure.rule.compute(evidence).low))
    return points


class Earlier(NamedTuple):
    """The same steps a year before."""

    steps: list[Step]

    @property
    def span(self) -> Step:
        return self.steps[0][0], self.steps[-1][1]


def _year_before(book: Book, period: Period, last: date) -> Earlier | None:
    """None for a period longer than a year, and where the plan had not begun a year before."""
    steps = _steps(period, period.last)
    if not steps or last < period.first or period.last >= add_months(period.first, A_YEAR):
        return None
    shifted = [
        (add_months(first, -A_YEAR), add_months(until + timedelta(days=1), -A_YEAR) - timedelta(days=1))
        for first, until in steps
    ]
    return Earlier(shifted) if shifted[0][0] >= book.plan.starts_on else None


def _before(book: Book, figure: IndicatorFigure, scope: Scope, period: Period, last: date) -> list[Plain] | None:
    earlier = _year_before(book, period, last)
    return _points(book, figure, scope, period, earlier.steps) if earlier else None


def _expected_path(book: Book, figure: IndicatorFigure, scope: Scope, period: Period) -> list[Plain] | None:
    """What the schedule lets us expect at the end of each step: flat over the summer, steep in the season."""
    target = figure.target.value if figure.target else None
    if target is None or figure.expected is None:
        return None
    path = []
    for first, until in _steps(period, period.last):
        due, whole = due_and_whole(book, scope, period, until)
        value = expected_value(accumulation=Accumulation.SUM, target=target, due=due, whole=whole)
        path.append(_point(first, value))
    return path


def _typed_trend(book: Book, figure: IndicatorFigure, period: Period) -> Plain:
    """A level as it was typed in, also before the period; a count as it has grown within it."""
    entries = [m for m in book.measurements.get(figure.indicator.pk, []) if m.measured_on <= period.last]
    if figure.rule.accumulation != Accumulation.SUM:
        levels = [(entry.measured_on, level(figure.indicator, entry)) for entry in entries]
        return _typed("measured", [_point(day, value) for day, value in levels if isinstance(value, Decimal)])
    points = []
    for entry in entries:
        if entry.measured_on < period.first:
            continue
        known = [m for m in entries if m.measured_on <= entry.measured_on]
        typed = typed_value(figure.indicator, figure.rule.accumulation, known, period, book.plan)
        if typed.value is not None:
            points.append(_point(entry.measured_on, typed.value))
    return _typed("typed_sum", points)


def _tally_trend(book: Book, figure: IndicatorFigure, period: Period) -> Plain:
    """Contacts or referrals as they add up: typed in up to a day, counted after it."""
    entries = book.measurements.get(figure.indicator.pk, [])
    points = []
    for first, until in _steps(period, min(period.last, book.as_of)):
        known = [entry for entry in entries if entry.measured_on <= until]
        evidence = replace(
            figure.evidence,
            typed=typed_value(figure.indicator, figure.rule.accumulation, known, period, book.plan),
            tallies=[tally for tally in figure.evidence.tallies if tally.date <= until],
        )
        points.append(_point(first, figure.rule.compute(evidence).low))
    return {"kind": "sum", "step": step_kind(period), "points": points, "before": None, "expected": None}


def _typed(kind: str, points: list[Plain]) -> Plain:
    return {"kind": kind, "step": None, "points": points, "before": None, "expected": None}


def _point(day: date, value: Decimal | None) -> Plain:
    return {"on": day.isoformat(), "value": number(value)}


def _visits_by_step(facts: Iterable[SessionFact], steps: list[tuple[date, date]]) -> list[Plain]:
    facts = list(facts)
    return [
        {"on": first.isoformat(), "value": number(sum(fact.visits for fact in facts if first <= fact.date <= until))}
        for first, until in steps
    ]


def step_kind(period: Period) -> str:
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    return "quarter" if months > LONGEST_MONTHLY_TREND else "month"


def _steps(period: Period, last: date) -> list[tuple[date, date]]:
    """The period up to `last` cut into calendar months, or into quarters from its first day when it is long."""
    if last < period.first:
        return []
    by_quarter = step_kind(period) == "quarter"
    steps, start, count = [], period.first, 1
    while start <= last:
        after = add_months(period.first, 3 * count) if by_quarter else add_months(start.replace(day=1), 1)
        steps.append((start, min(after - timedelta(days=1), last)))
        start, count = after, count + 1
    return steps


# -- weeks -------------------------------------------------------------------------------------------------------------

# One letter a week. Of several evenings in a week the first of these speaks: what is missing before what was held.
WEEK_STATES = (("u", "unlogged"), ("h", SessionState.HELD), ("c", SessionState.CANCELLED), ("l", SessionState.CLOSED))
NOTHING = "-"


def weeks(facts: Iterable[SessionFact], period: Period, last: date, today: date) -> Plain:
    """An activity's weeks from the period's first Monday to `last`: a letter each, and the visits of those held."""
    monday = period.first - timedelta(days=period.first.weekday())
    count = max(0, (last - monday).days // 7 + 1) if last >= period.first else 0
    states: list[set[str]] = [set() for _ in range(count)]
    visits = [0] * count
    for fact in facts:
        week = (fact.date - monday).days // 7
        if 0 <= week < count:
            is_late = fact.state == SessionState.PLANNED and fact.date < today
            states[week].add("unlogged" if is_late else fact.state)
            visits[week] += fact.visits
    letters = [next((letter for letter, state in WEEK_STATES if state in found), NOTHING) for found in states]
    return {
        "from": monday.isoformat(),
        "states": "".join(letters),
        "visits": [number(seen) for seen in visits],
    }
