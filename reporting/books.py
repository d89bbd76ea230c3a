"""What figures are worked out from: read once for a whole page, in a fixed number of queries.

The number of queries grows neither with activities and indicators nor with periods. Ages cost a few more where an
indicator asks for them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.danish import danish_order
from accounts.models import Plan
from accounts.periods import Period, add_months
from activities.hours import ACTIVE_WITHIN
from activities.models import Activity, TallyKind
from activities.schedule import expected_dates
from activities.tallies import TallyFact, tally_facts
from jobs.values import match_key
from reporting.facts import Facts, Scope, load_facts
from reporting.measures import MEASURES
from reporting.models import (
    DefinitionChange,
    Embedding,
    Indicator,
    Measure,
    Measurement,
    MeasurementState,
    StatusText,
)
from residents.attendance import PeopleCount, Question, answer_questions

MONTHS_BEFORE = 12  # sessions are read from a year before, so that a trend can be seen beside last year's
TALLY_OF = {Measure.CONTACTS: TallyKind.CONTACT, Measure.REFERRALS: TallyKind.REFERRAL}


@dataclass(frozen=True)
class Book:
    """What figures are worked out from. `as_of` is the last day covered; what is planned before `today` is due."""

    plan: Plan
    as_of: date
    today: date
    activities: list[Activity]
    indicators: list[Indicator]  # in use
    by_id: dict[int, Indicator]  # and those that a share is made of
    scopes: dict[int, Scope]  # by indicator
    measurements: dict[int, list[Measurement]]  # by indicator, oldest first; approved ones only
    waiting: dict[int, list[Measurement]]  # by indicator, oldest first; those that await approval
    definition_changes: dict[int, list[DefinitionChange]]  # by indicator, oldest first
    status_texts: dict[tuple[int, date, date], StatusText]  # by indicator and period
    facts: Facts
    due_dates: dict[int, list[date]]  # by activity, from its series, also where no session row exists
    people: dict[Question, PeopleCount]
    tallies: dict[str, list[TallyFact]]  # by kind
    embeddings: dict[int, Embedding]  # by activity

    def question(self, indicator: Indicator, period: Period) -> Question:
        """The people that an indicator asks about in a period."""
        return question_of(indicator, self.scopes[indicator.pk], period, self.as_of, self.facts)

    def tallies_of(self, indicator: Indicator, period: Period) -> list[TallyFact]:
        """Contacts or referrals of its activities; without any chosen, those of the plan as a whole too."""
        scope = self.scopes[indicator.pk]
        last = min(period.last, self.as_of)
        return [
            tally
            for tally in self.tallies.get(TALLY_OF.get(Measure(indicator.measure), ""), [])
            if period.first <= tally.date <= last
            and scope.holds_day(tally.date)
            and (scope.activity_ids is None or tally.activity_id in scope.activity_ids)
        ]

    def active_volunteers(self, scope: Scope, on: date) -> int:
        """Different people with a turn in the twelve weeks that end with that day (as `activities.hours` has it)."""
        return len(
            {
                shift.user_id
                for shift in self.facts.signed
                if on - ACTIVE_WITHIN < shift.date <= on and scope.holds(shift.activity_id)
            }
        )

    def embedded(self, scope: Scope, on: date) -> tuple[int, int] | None:
        """How many of a scope's activities are carried on, and of how many; None while nothing is decided."""
        chosen = [activity.pk for activity in self.activities if scope.holds(activity.pk)]
        decided = [
            self.embeddings[pk] for pk in chosen if pk in self.embeddings and self.embeddings[pk].decided_on <= on
        ]
        return (sum(row.is_carried_on for row in decided), len(chosen)) if decided else None


def load_book(
    plan: Plan, periods: Sequence[Period], *, as_of: date, today: date, with_activity_people: bool = False
) -> Book:
    """Read what the figures of some periods need."""
    first = min(period.first for period in periods)
    last = max(period.last for period in periods)
    activities = activities_in_order(plan.activities.select_related("focus_area").order_by())
    shares = plan.indicators.filter(is_active=True, numerator__isnull=False)
    wanted = Q(is_active=True) | Q(pk__in=shares.values("numerator")) | Q(pk__in=shares.values("denominator"))
    everything = indicators_in_order(
        plan.indicators.filter(wanted)
        .select_related("focus_area", "format")
        .prefetch_related("activities", "targets__changes")
        .order_by()
    )
    scopes = {indicator.pk: scope_of(indicator, activities) for indicator in everything}
    has_ages = any(scope.ages is not None for scope in scopes.values())
    facts = load_facts(plan, add_months(first, -MONTHS_BEFORE), last, with_ages=has_ages)
    questions = [
        question_of(indicator, scopes[indicator.pk], period, as_of, facts)
        for indicator in everything
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
    approved, waiting = _measurements(plan, as_of)
    changes: dict[int, list[DefinitionChange]] = defaultdict(list)
    for change in DefinitionChange.objects.filter(plan=plan, removed_at__isnull=True, changed_on__lte=as_of):
        changes[change.indicator_id].append(change)
    return Book(
        plan=plan,
        as_of=as_of,
        today=today,
        activities=activities,
        indicators=[indicator for indicator in everything if indicator.is_active],
        by_id={indicator.pk: indicator for indicator in everything},
        scopes=scopes,
        measurements=approved,
        waiting=waiting,
        definition_changes=changes,
        status_texts={(text.indicator_id, text.starts_on, text.ends_on): text for text in plan.status_texts.all()},
        facts=facts,
        due_dates=expected_dates(plan, activities, first, last),
        people=dict(zip(questions, answer_questions(plan, questions), strict=True)) if questions else {},
        tallies=tally_facts(plan, first, last),
        embeddings={row.activity_id: row for row in Embedding.objects.filter(plan=plan)},
    )


def activities_in_order(rows: Iterable[Activity]) -> list[Activity]:
    """By focus area, then by name: the same on every database, for it is in a release's fingerprint."""
    return sorted(rows, key=lambda row: (row.focus_area.position, danish_order(row.name), row.pk))


def indicators_in_order(rows: Iterable[Indicator]) -> list[Indicator]:
    """By focus area, then by number; likewise."""
    return sorted(rows, key=lambda row: (row.focus_area.position, danish_order(row.code), row.pk))


def _measurements(plan: Plan, as_of: date) -> tuple[dict[int, list[Measurement]], dict[int, list[Measurement]]]:
    """What was typed in up to a day, by indicator and oldest first: what counts, and what awaits approval."""
    approved: dict[int, list[Measurement]] = defaultdict(list)
    waiting: dict[int, list[Measurement]] = defaultdict(list)
    typed = Measurement.objects.filter(plan=plan, measured_on__lte=as_of).exclude(state=MeasurementState.RETURNED)
    for measurement in typed.order_by("measured_on", "pk"):
        place = approved if measurement.is_approved else waiting
        place[measurement.indicator_id].append(measurement)
    return approved, waiting


def scope_of(indicator: Indicator, activities: Collection[Activity]) -> Scope:
    """What the indicator counts: all activities, all of its focus area, or the union of those that it names.

    None named leaves the scope of a measure over sessions empty, and does not narrow the others.
    """
    ids: frozenset[int] | None = frozenset(activity.pk for activity in indicator.activities.all())
    if indicator.whole_area:
        ids = frozenset(activity.pk for activity in activities if activity.focus_area_id == indicator.focus_area_id)
    if indicator.all_activities or (not ids and not MEASURES[indicator.measure].counts_sessions):
        ids = None
    return Scope(
        activity_ids=ids,
        format_id=indicator.format_id,
        theme_key=match_key(indicator.theme),
        weekdays=indicator.iso_weekdays,
        ages=indicator.ages,
    )


def question_of(indicator: Indicator, scope: Scope, period: Period, as_of: date, facts: Facts) -> Question:
    """A word in the theme is looked for in memory, so that æ, ø and å are found alike on every database."""
    last = min(period.last, as_of)
    sessions = None
    if scope.theme_key:
        sessions = frozenset(fact.session_id for fact in facts.within(scope, period.first, last))
    return Question(
        period.first,
        last,
        scope.activity_ids,
        at_least=indicator.at_least_times or 1,
        format=indicator.format,
        sessions=sessions,
        weekdays=scope.weekdays,
        ages=scope.ages,
    )
