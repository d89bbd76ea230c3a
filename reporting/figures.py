"""One function per figure: pages, releases, exports and commands call these and get the same number.

`books.load_book` reads in a fixed number of queries, whatever the number of activities, indicators and periods;
everything here is worked out from it in memory.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Plan
from accounts.periods import Period
from activities.models import Activity, SessionState
from reporting.books import Book, load_book
from reporting.evidence import Basis, Evidence
from reporting.facts import Scope, SessionCounts, SessionFact, count_sessions
from reporting.measures import MEASURES, MeasureRule
from reporting.models import Direction, Indicator, Measure, Measurement, Target
from reporting.status import Reading, Status, expected_value, is_too_early, judge
from reporting.typed_in import NOTHING_TYPED, TypedIn, typed_value
from reporting.values import Value
from residents.attendance import PeopleCount, Question

NOBODY = PeopleCount()


@dataclass(frozen=True, kw_only=True)
class ActivityFigure:
    activity: Activity
    counts: SessionCounts
    mean_visits: Decimal | None
    people: PeopleCount
    volunteer_turns: int
    sessions: list[SessionFact]


@dataclass(frozen=True, kw_only=True)
class IndicatorFigure:
    indicator: Indicator
    rule: MeasureRule
    value: Value
    target: Target | None
    expected: Decimal | None
    status: Status | None  # None: the period is none of its target periods
    reading: Reading | None  # what the status was judged from
    counts: SessionCounts  # all sessions of its activities, also those outside its format
    evidence: Evidence
    due: int  # of the sessions that the series plan in the period, those up to now
    whole: int
    sessions_left: int
    missing: Decimal | None  # how far below (or above, for "at most") the target
    needed_mean: Decimal | None  # what each remaining session needs for a mean to reach its target
    operands: list["IndicatorFigure"]  # of a share of two others: the part and the whole

    @property
    def typed(self) -> TypedIn:
        return self.evidence.typed

    @property
    def measurement(self) -> Measurement | None:
        """The newest entry that a typed-in value rests on."""
        return self.typed.latest

    @property
    def is_typed_in(self) -> bool:
        """True where the value was typed in, or will have to be."""
        if self.rule.is_typed_in or self.typed.parts:
            return True
        return self.rule.takes_values and not self.operands and self.value.low is None

    @property
    def is_of_people(self) -> bool:
        """True where a person could be told from the figure: its own, or what a share is made of."""
        return self.rule.is_of_people or any(part.is_of_people for part in self.operands)

    @property
    def is_too_early(self) -> bool:
        """A value that grows, and nothing that says how far it ought to be by now."""
        return self.status == Status.NO_DATA and self.reading is not None and is_too_early(self.reading)

    @property
    def completeness(self) -> Decimal | None:
        return completeness(self.counts) if self.rule.counts_sessions else None

    @property
    def is_of_ages(self) -> bool:
        """True where only heads of some ages count."""
        return self.indicator.ages is not None or any(part.is_of_ages for part in self.operands)


def completeness(counts: SessionCounts) -> Decimal | None:
    """Logged ÷ due; None where nothing was due."""
    return Decimal(counts.logged) / counts.due if counts.due else None


# -- activities --------------------------------------------------------------------------------------------------------


def activity_figures(plan: Plan, first: date, last: date, today: date) -> list[ActivityFigure]:
    """The figures of every active activity from `first` to `last`, both inclusive, seen on `today`."""
    period = Period(first, last)
    book = load_book(plan, [period], as_of=min(last, today), today=today, with_activity_people=True)
    return [activity_figure(book, activity, period) for activity in book.activities if activity.is_active]


def activity_figure(book: Book, activity: Activity, period: Period) -> ActivityFigure:
    last = min(period.last, book.as_of)
    sessions = book.facts.within(Scope(frozenset({activity.pk})), period.first, last)
    counts = count_sessions(sessions, today=book.today)
    return ActivityFigure(
        activity=activity,
        counts=counts,
        mean_visits=Decimal(counts.visits) / counts.held if counts.held else None,
        people=book.people.get(Question(period.first, last, frozenset({activity.pk})), NOBODY),
        volunteer_turns=sum(fact.volunteer_turns for fact in sessions),
        sessions=sessions,
    )


# -- indicators --------------------------------------------------------------------------------------------------------


def indicator_figures(plan: Plan, first: date, last: date, today: date) -> list[IndicatorFigure]:
    """Every indicator in use from `first` to `last`, both inclusive, seen on `today`."""
    period = Period(first, last)
    book = load_book(plan, [period], as_of=min(last, today), today=today)
    return [indicator_figure(book, indicator, period) for indicator in book.indicators]


def indicator_figure(book: Book, indicator: Indicator, period: Period) -> IndicatorFigure:
    """Value, target, expected value and status of one indicator in one period."""
    rule, scope = MEASURES[indicator.measure], book.scopes[indicator.pk]
    last = min(period.last, book.as_of)
    counts = count_sessions(book.facts.within(scope.planned, period.first, last), today=book.today)
    evidence = evidence_of(book, indicator, period)
    value = rule.compute(evidence)
    target = next((t for t in indicator.targets.all() if (t.starts_on, t.ends_on) == (period.first, period.last)), None)
    due, whole = due_and_whole(book, scope, period)
    planned_ahead = _planned_ahead(book, scope, period)
    sessions_left = whole - due if whole else planned_ahead

    if target is None:
        expected = status = reading = None
    elif indicator.measure == Measure.MILESTONE:
        expected = reading = None
        status = milestone_status(done=bool(value.low), due_on=target.due_on or target.ends_on, today=book.today)
        if target.dropped_on is not None and target.dropped_on <= book.as_of and status != Status.REACHED:
            status = Status.NO_DATA  # it is no longer meant to be done; its line says why
    elif target.value is None:
        expected = reading = None
        status = Status.NO_DATA
    else:
        expected = None
        if rule.counts_sessions:
            expected = expected_value(accumulation=rule.accumulation, target=target.value, due=due, whole=whole)
        reading = Reading(
            accumulation=rule.accumulation,
            direction=indicator.direction or Direction.AT_LEAST,
            low=value.low,
            high=value.high,
            target=target.value,
            target_high=target.high,
            expected=expected,
            margin=indicator.margin,
            is_over=period.last < book.today,
            has_begun=not rule.counts_sessions or counts.due > 0,
            secured=_secured(indicator, value, whole, planned_ahead),
        )
        status = judge(reading)
    missing = _missing(reading)
    return IndicatorFigure(
        indicator=indicator,
        rule=rule,
        value=value,
        target=target,
        expected=expected,
        status=status,
        reading=reading,
        counts=counts,
        evidence=evidence,
        due=due,
        whole=whole,
        sessions_left=sessions_left,
        missing=missing,
        needed_mean=_needed_mean(indicator, target, counts, sessions_left, missing),
        operands=[indicator_figure(book, part, period) for part in _operands(book, indicator)],
    )


def evidence_of(book: Book, indicator: Indicator, period: Period) -> Evidence:
    """All that a measure may look at, of one indicator in one period."""
    rule, scope = MEASURES[indicator.measure], book.scopes[indicator.pk]
    last = min(period.last, book.as_of)
    operands = _operands(book, indicator)
    typed = NOTHING_TYPED
    if rule.takes_values and not operands:
        entries = book.measurements.get(indicator.pk, [])
        typed = typed_value(indicator, rule.accumulation, entries, period, book.plan)
    values = [MEASURES[part.measure].compute(evidence_of(book, part, period)) for part in operands]
    return Evidence(
        sessions=book.facts.within(scope, period.first, last),
        people=book.people.get(book.question(indicator, period), NOBODY) if rule.counts_people else NOBODY,
        today=book.today,
        typed=typed,
        tallies=book.tallies_of(indicator, period) if rule.basis == Basis.TALLIES else (),
        volunteers=book.active_volunteers(scope, last) if rule.basis == Basis.VOLUNTEERS else 0,
        operands=(values[0], values[1]) if values else None,
        embedded=book.embedded(scope, last) if rule.basis == Basis.ACTIVITIES else None,
    )


def _operands(book: Book, indicator: Indicator) -> list[Indicator]:
    """The part and the whole of a share of two others; neither is such a share itself."""
    if indicator.numerator_id is None or indicator.denominator_id is None:
        return []
    return [book.by_id[indicator.numerator_id], book.by_id[indicator.denominator_id]]


def milestone_status(*, done: bool, due_on: date, today: date) -> Status:
    """Done is reached; before the due date it is on track, after it at risk."""
    if done:
        return Status.REACHED
    return Status.ON_TRACK if today <= due_on else Status.AT_RISK


def due_and_whole(book: Book, scope: Scope, period: Period, until: date | None = None) -> tuple[int, int]:
    """How many sessions the series put in the period up to a day (else up to now), and in all of it."""
    seen = until or min(book.as_of, book.today - timedelta(days=1))
    due = whole = 0
    for activity_id, dates in book.due_dates.items():
        if scope.holds(activity_id):
            if scope.weekdays is not None:
                dates = [day for day in dates if scope.holds_day(day)]
            start, end = bisect_left(dates, period.first), bisect_right(dates, period.last)
            whole += end - start
            due += max(0, min(bisect_right(dates, seen), end) - start)
    return due, whole


def _planned_ahead(book: Book, scope: Scope, period: Period) -> int:
    """Sessions in the calendar of the rest of the period: what an activity without a series still has planned."""
    seen_until = min(book.as_of, book.today - timedelta(days=1))
    ahead = book.facts.within(scope, seen_until + timedelta(days=1), period.last)
    return sum(
        fact.state == SessionState.PLANNED or (fact.state == SessionState.HELD and fact.date > book.as_of)
        for fact in ahead
    )


def _secured(indicator: Indicator, value: Value, whole: int, planned_ahead: int) -> Decimal | None:
    """Without a series, what is already in the calendar speaks for the rest of the period."""
    if indicator.measure != Measure.SESSIONS_HELD or whole or value.low is None:
        return None
    return value.low + planned_ahead


def _missing(reading: Reading | None) -> Decimal | None:
    if reading is None or reading.low is None:
        return None
    if reading.direction == Direction.AT_MOST:
        over = (reading.high if reading.high is not None else reading.low) - reading.target
        return over if over > 0 else None
    if reading.direction == Direction.RANGE and reading.target_high is not None:
        over = (reading.high if reading.high is not None else reading.low) - reading.target_high
        if over > 0:
            return over
    short = reading.target - reading.low
    return short if short > 0 else None


def _needed_mean(
    indicator: Indicator, target: Target | None, counts: SessionCounts, sessions_left: int, missing: Decimal | None
) -> Decimal | None:
    if (
        indicator.measure != Measure.MEAN_VISITS
        or missing is None
        or not sessions_left
        or indicator.format_id
        or indicator.theme
    ):
        return None
    if indicator.direction == Direction.AT_MOST or target is None or target.value is None:
        return None
    return (target.value * (counts.held + sessions_left) - counts.visits) / sessions_left
