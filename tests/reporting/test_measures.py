"""Every computed measure against the rule written out naively, over random worlds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from activities.models import CountingMode, Session, SessionState
from reporting.figures import activity_figures, indicator_figures
from reporting.measures import MEASURES
from reporting.models import Measure
from residents.models import Attendance
from tests.factories import (
    create_activity,
    create_participant,
    create_plan,
    create_schedule,
    get_format,
)
from tests.reporting.makers import create_indicator

pytestmark = pytest.mark.django_db

ZERO = date(2024, 12, 28)  # across a turn of the year: 30 December 2024 is in week 1 of 2025
TODAY = ZERO + timedelta(days=14)
ACTIVITIES, PEOPLE, DAYS = 3, 4, 20
SERIES_MINUTES = 90  # of activity 0 only


@dataclass(frozen=True)
class Evening:
    activity: int
    day: int
    state: str
    ticks: frozenset[int]
    unnamed: int | None
    debate: bool
    theme: str
    turns: int | None
    hours: tuple[int, int] | None

    @property
    def visits(self) -> int:
        return len(self.ticks) + (self.unnamed or 0)

    @property
    def date(self) -> date:
        return ZERO + timedelta(days=self.day)


@dataclass(frozen=True)
class Asked:
    activities: frozenset[int] | None
    first: int
    last: int
    times: int
    debates_only: bool

    def holds(self, evening: Evening) -> bool:
        return (
            self.first <= evening.day <= self.last
            and (self.activities is None or evening.activity in self.activities)
            and (evening.debate or not self.debates_only)
        )


@st.composite
def evenings(draw) -> Evening:
    state = draw(st.sampled_from([SessionState.HELD] * 3 + list(SessionState.values)))
    held = state == SessionState.HELD
    return Evening(
        activity=draw(st.integers(0, ACTIVITIES - 1)),
        day=draw(st.integers(0, DAYS - 1)),
        state=state,
        ticks=draw(st.frozensets(st.integers(0, PEOPLE - 1))) if held else frozenset(),
        unnamed=draw(st.none() | st.integers(0, 5)) if held else None,
        debate=draw(st.booleans()),
        theme=draw(st.sampled_from(["", "Film"])),
        turns=draw(st.none() | st.integers(0, 3)) if held else None,
        hours=draw(st.none() | st.sampled_from([(18, 21), (22, 1), (17, 17)])),
    )


worlds = st.lists(evenings(), max_size=8)
questions = st.builds(
    lambda activities, days, times, debates: Asked(activities, min(days), max(days), times, debates),
    st.none() | st.frozensets(st.integers(0, ACTIVITIES - 1)),
    st.tuples(st.integers(0, DAYS), st.integers(0, DAYS)),
    st.integers(1, 3),
    st.booleans(),
)


def minutes(evening: Evening) -> int:
    if evening.hours and evening.hours[0] != evening.hours[1]:
        return (evening.hours[1] - evening.hours[0]) % 24 * 60
    return SERIES_MINUTES if evening.activity == 0 else 0


def mean(held: list[Evening]) -> Fraction | None:
    return Fraction(sum(e.visits for e in held), len(held)) if held else None


def times_by_person(held: list[Evening]) -> list[int]:
    return [sum(person in e.ticks for e in held) for person in range(PEOPLE)]


def unique(held: list[Evening]) -> tuple[int, int]:
    known = sum(times > 0 for times in times_by_person(held))
    return max([known, *(e.visits for e in held)]), known + sum(e.unnamed or 0 for e in held)


def regulars(held: list[Evening], times: int) -> tuple[int, int | None]:
    count = sum(n >= times for n in times_by_person(held))
    return count, None if any(e.unnamed for e in held) else count


def share_logged(asked_evenings: list[Evening]) -> Fraction | None:
    logged = sum(e.state != SessionState.PLANNED for e in asked_evenings)
    due = logged + sum(e.state == SessionState.PLANNED and e.date < TODAY for e in asked_evenings)
    return Fraction(100 * logged, due) if due else None


ORACLE: dict[str, Callable[[list[Evening], Asked], object]] = {
    Measure.SESSIONS_HELD: lambda held, asked: len(held),
    Measure.WEEKS_OPEN: lambda held, asked: len({e.date - timedelta(days=e.date.weekday()) for e in held}),
    Measure.VISITS: lambda held, asked: sum(e.visits for e in held),
    Measure.MEAN_VISITS: lambda held, asked: mean(held),
    Measure.SESSIONS_WITH_FORMAT: lambda held, asked: sum(e.debate or bool(e.theme) for e in held),
    Measure.UNIQUE_PEOPLE: lambda held, asked: unique(held),
    Measure.UNIQUE_AT_LEAST: lambda held, asked: regulars(held, asked.times),
    Measure.VOLUNTEER_TURNS: lambda held, asked: sum(e.turns or 0 for e in held),
    Measure.VOLUNTEER_HOURS: lambda held, asked: Fraction(sum((e.turns or 0) * minutes(e) for e in held), 60),
}


def test_oracle_every_computed_measure_has_one():
    computed = {code for code, rule in MEASURES.items() if not rule.is_typed_in}

    assert computed == {*ORACLE, Measure.COMPLETENESS}


@given(world=worlds, asked=questions)
@example(world=[], asked=Asked(None, 0, DAYS, 1, False))
@example(
    world=[
        Evening(0, 2, "held", frozenset(), 3, True, "", 2, (22, 1)),
        Evening(0, 3, "held", frozenset(), None, False, "Film", 1, None),
    ],
    asked=Asked(frozenset({0}), 0, DAYS, 2, False),
)
def test_indicator_figures_equal_the_oracle(world, asked):
    with transaction.atomic():
        plan, activities = write(world)
        chosen = None if asked.activities is None else [activities[number] for number in sorted(asked.activities)]
        for code in [*ORACLE, Measure.COMPLETENESS]:
            create_indicator(
                plan=plan,
                measure=code,
                activities=chosen,
                all_activities=chosen is None,
                at_least_times=asked.times,
                format=get_format("debate") if asked.debates_only else None,
            )
        first, last = ZERO + timedelta(days=asked.first), ZERO + timedelta(days=asked.last)
        figures = {f.rule.code: f.value for f in indicator_figures(plan, first, last, TODAY)}
        transaction.set_rollback(True)

    asked_evenings = [evening for evening in world if asked.holds(evening)]
    held = [evening for evening in asked_evenings if evening.state == SessionState.HELD]
    expected = {code: compute(held, asked) for code, compute in ORACLE.items()}
    expected[Measure.COMPLETENESS] = share_logged(asked_evenings)
    for code, answer in expected.items():
        low, high = answer if isinstance(answer, tuple) else (answer, answer)
        assert (exact(figures[code].low), exact(figures[code].high)) == (exact(low), exact(high)), code


@given(world=worlds)
def test_activity_figures_equal_the_oracle(world):
    with transaction.atomic():
        plan, activities = write(world)
        figures = {f.activity.pk: f for f in activity_figures(plan, ZERO, ZERO + timedelta(days=DAYS), TODAY)}
        transaction.set_rollback(True)

    for number, activity in enumerate(activities):
        mine = [e for e in world if e.activity == number]
        held = [e for e in mine if e.state == SessionState.HELD]
        figure = figures[activity.pk]
        assert figure.counts.held == len(held)
        assert figure.counts.cancelled == sum(e.state == SessionState.CANCELLED for e in mine)
        assert figure.counts.closed == sum(e.state == SessionState.CLOSED for e in mine)
        assert figure.counts.unlogged == sum(e.state == SessionState.PLANNED and e.date < TODAY for e in mine)
        assert figure.counts.visits == sum(e.visits for e in held)
        assert exact(figure.mean_visits) == exact(mean(held))
        assert (figure.people.unique_min, figure.people.unique_max) == unique(held)
        assert figure.volunteer_turns == sum(e.turns or 0 for e in held)


def exact(value: object) -> Decimal | None:
    """Both sides as the same 25 digits: a Fraction has no end, a Decimal has 28."""
    if value is None:
        return None
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / value.denominator
    return round(Decimal(value), 20)


def write(world: list[Evening]):
    """The world in the database; only activity 0 has a series."""
    plan = create_plan(starts_on=date(2024, 7, 1), ends_on=date(2028, 6, 30))
    activities = [create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS) for _ in range(ACTIVITIES)]
    people = [create_participant(plan=plan) for _ in range(PEOPLE)]
    create_schedule(activity=activities[0], start_time=time(18), end_time=time(19, 30))
    sessions = Session.objects.bulk_create(
        Session(
            plan=plan,
            activity=activities[evening.activity],
            date=evening.date,
            state=evening.state,
            heads_total=None if evening.unnamed is None else evening.visits,
            known_heads=len(evening.ticks),
            format=get_format("debate") if evening.debate else None,
            theme=evening.theme,
            volunteer_turns=evening.turns,
            start_time=time(evening.hours[0]) if evening.hours else None,
            end_time=time(evening.hours[1]) if evening.hours else None,
            logged_at=None if evening.state == SessionState.PLANNED else timezone.now(),
        )
        for evening in world
    )
    Attendance.objects.bulk_create(
        Attendance(plan=plan, session=session, participant=people[person], activity=session.activity, date=session.date)
        for session, evening in zip(sessions, world, strict=True)
        for person in evening.ticks
    )
    return plan, activities
