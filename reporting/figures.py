"""One function per figure: pages, releases, exports and commands call these and get the same number.

Everything is read in a fixed number of queries, whatever the number of activities, indicators and periods, and then
worked out in memory: `load_book` reads, `activity_figures` and `indicator_figures` work out.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Plan
from accounts.periods import Period, add_months
from activities.models import Activity, SessionState
from activities.schedule import expected_dates
from reporting.facts import Facts, Scope, SessionCounts, SessionFact, count_sessions, load_facts
from reporting.measures import MEASURES, NOTHING, Evidence, MeasureRule, Value, exactly
from reporting.models import (
    DefinitionChange,
    Direction,
    Indicator,
    Measure,
    Measurement,
    MeasurementState,
    StatusText,
    Target,
)
from reporting.status import Reading, Status, expected_value, is_too_early, judge
from reporting.typed_in import NOTHING_TYPED, TypedIn, typed_value
from residents.attendance import PeopleCount, Question, answer_questions

NOBODY = PeopleCount()
MONTHS_BEFORE = 12  # sessions are read from a year before, so that a trend can be seen beside last year's


@dataclass(frozen=True)
class Book:
    """What figures are worked out from. `as_of` is the last day covered; what is planned before `today` is due."""

    plan: Plan
    as_of: date
    today: date
    activities: list[Activity]
    indicators: list[Indicator]
    scopes: dict[int, Scope]  # by indicator
    measurements: dict[int, list[Measurement]]  # by indicator, oldest first; approved ones only
    waiting: dict[int, list[Measurement]]  # by indicator, oldest first; those that await approval
    definition_changes: dict[int, list[DefinitionChange]]  # by indicator, oldest first
    status_texts: dict[tuple[int, date, date], StatusText]  # by indicator and period
    facts: Facts
    due_dates: dict[int, list[date]]  # by activity, from its series, also where no session row exists
    people: dict[Question, PeopleCount]


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
    typed: TypedIn

    @property
    def measurement(self) -> Measurement | None:
        """The newest entry that a typed-in value rests on."""
        return self.typed.latest

    @property
    def is_too_early(self) -> bool:
        """A value that grows, and nothing that says how far it ought to be by now."""
        return self.status == Status.NO_DATA and self.reading is not None and is_too_early(self.reading)

    @property
    def completeness(self) -> Decimal | None:
        return completeness(self.counts) if not self.rule.is_typed_in else None


def completeness(counts: SessionCounts) -> Decimal | None:
    """Logged ÷ due; None where nothing was due."""
    return Decimal(counts.logged) / counts.due if counts.due else None


def load_book(
    plan: Plan, periods: Sequence[Period], *, as_of: date, today: date, with_activity_people: bool = False
) -> Book:
    """Read what the figures of some periods need."""
    first = min(period.first for period in periods)
    last = max(period.last for period in periods)
    activities = list(plan.activities.select_related("focus_area"))
    indicators = list(
        plan.indicators.filter(is_active=True)
        .select_related("focus_area", "format")
        .prefetch_related("activities", "targets__changes")
    )
    scopes = {indicator.pk: scope_of(indicator) for indicator in indicators}
    measurements: dict[int, list[Measurement]] = defaultdict(list)
    waiting: dict[int, list[Measurement]] = defaultdict(list)
    typed = Measurement.objects.filter(plan=plan, measured_on__lte=as_of).exclude(state=MeasurementState.RETURNED)
    for measurement in typed.order_by("measured_on", "pk"):
        place = measurements if measurement.is_approved else waiting
        place[measurement.indicator_id].append(measurement)
    changes: dict[int, list[DefinitionChange]] = defaultdict(list)
    for change in DefinitionChange.objects.filter(plan=plan, removed_at__isnull=True, changed_on__lte=as_of):
        changes[change.indicator_id].append(change)
    questions = [
        _question(indicator, scopes[indicator.pk], period, as_of)
        for indicator in indicators
        if MEASURES[indicator.measure].counts_people
        for period in periods
        if period.first <= as_of
    ]
    if with_activity_people:
        questions += [
            Question(period.first, min(period.last, as_of), frozenset({activity.pk}))
            for activity in activities
            for period in periods
            if period.first <= as_of
        ]
    questions = list(dict.fromkeys(questions))
    return Book(
        plan=plan,
        as_of=as_of,
        today=today,
        activities=activities,
        indicators=indicators,
        scopes=scopes,
        measurements=measurements,
        waiting=waiting,
        definition_changes=changes,
        status_texts={(text.indicator_id, text.starts_on, text.ends_on): text for text in plan.status_texts.all()},
        facts=load_facts(plan, add_months(first, -MONTHS_BEFORE), last),
        due_dates=expected_dates(plan, activities, first, last),
        people=dict(zip(questions, answer_questions(plan, questions), strict=True)) if questions else {},
    )


def scope_of(indicator: Indicator) -> Scope:
    """The union of activities that the indicator names; none named and none computed leaves it empty."""
    ids = None if indicator.all_activities else frozenset(activity.pk for activity in indicator.activities.all())
    return Scope(activity_ids=ids, format_id=indicator.format_id)


def _question(indicator: Indicator, scope: Scope, period: Period, as_of: date) -> Question:
    return Question(
        period.first,
        min(period.last, as_of),
        scope.activity_ids,
        at_least=indicator.at_least_times or 1,
        format=indicator.format,
    )


# -- activities --------------------------------------------------------------------------------------------------------


def activity_figures(plan: Plan, first: date, last: date, today: date) -> list[ActivityFigure]:
    """The figures of every active activity from `first` to `last`, both inclusive, seen on `today`."""
    period = Period(first, last)
    book = load_book(plan, [period], as_of=max(last, first), today=today, with_activity_people=True)
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
    book = load_book(plan, [period], as_of=last, today=today)
    return [indicator_figure(book, indicator, period) for indicator in book.indicators]


def indicator_figure(book: Book, indicator: Indicator, period: Period) -> IndicatorFigure:
    """Value, target, expected value and status of one indicator in one period."""
    rule, scope = MEASURES[indicator.measure], book.scopes[indicator.pk]
    last = min(period.last, book.as_of)
    whole_scope = Scope(activity_ids=scope.activity_ids)
    counts = count_sessions(book.facts.within(whole_scope, period.first, last), today=book.today)
    evidence = Evidence(
        sessions=book.facts.within(scope, period.first, last),
        people=book.people.get(_question(indicator, scope, period, book.as_of), NOBODY),
        today=book.today,
    )
    typed = NOTHING_TYPED
    if rule.is_typed_in:
        entries = book.measurements.get(indicator.pk, [])
        typed = typed_value(indicator, rule.accumulation, entries, period, book.plan)
    value = _value(rule, evidence, typed)
    target = next((t for t in indicator.targets.all() if (t.starts_on, t.ends_on) == (period.first, period.last)), None)
    due, whole = due_and_whole(book, whole_scope, period)
    planned_ahead = _planned_ahead(book, scope, period)
    sessions_left = whole - due if whole else planned_ahead

    if target is None:
        expected = status = reading = None
    elif indicator.measure == Measure.MILESTONE:
        expected = reading = None
        status = milestone_status(done=bool(value.low), due_on=target.due_on or target.ends_on, today=book.today)
    elif target.value is None:
        expected = reading = None
        status = Status.NO_DATA
    else:
        expected = None
        if not rule.is_typed_in:
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
            has_begun=rule.is_typed_in or counts.due > 0,
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
        typed=typed,
    )


def milestone_status(*, done: bool, due_on: date, today: date) -> Status:
    """Done is reached; before the due date it is on track, after it at risk."""
    if done:
        return Status.REACHED
    return Status.ON_TRACK if today <= due_on else Status.AT_RISK


def _value(rule: MeasureRule, evidence: Evidence, typed: TypedIn) -> Value:
    if rule.compute is not None:
        return rule.compute(evidence)
    return NOTHING if typed.value is None else exactly(typed.value)


def due_and_whole(book: Book, scope: Scope, period: Period, until: date | None = None) -> tuple[int, int]:
    """How many sessions the series put in the period up to a day (else up to now), and in all of it."""
    seen = until or min(book.as_of, book.today - timedelta(days=1))
    due = whole = 0
    for activity_id, dates in book.due_dates.items():
        if scope.holds(activity_id):
            start, end = bisect_left(dates, period.first), bisect_right(dates, period.last)
            whole += end - start
            due += max(0, min(bisect_right(dates, seen), end) - start)
    return due, whole


def _planned_ahead(book: Book, scope: Scope, period: Period) -> int:
    """Sessions in the calendar of the rest of the period: what an activity without a series still has planned."""
    seen_until = min(book.as_of, book.today - timedelta(days=1))
    ahead = book.facts.within(Scope(scope.activity_ids, scope.format_id), seen_until + timedelta(days=1), period.last)
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
    if indicator.measure != Measure.MEAN_VISITS or missing is None or not sessions_left or indicator.format_id:
        return None
    if indicator.direction == Direction.AT_MOST or target is None or target.value is None:
        return None
    return (target.value * (counts.held + sessions_left) - counts.visits) / sessions_left
