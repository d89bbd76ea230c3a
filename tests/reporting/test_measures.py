"""Every computed measure against the rule written out naively, over random worlds."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from activities.models import CountingMode, Session, SessionAgeBand, SessionState, Tally, TallyKind
from reporting.figures import activity_figures, indicator_figures
from reporting.measures import MEASURES
from reporting.models import Embedding, Measure
from residents.models import Attendance
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_schedule,
    create_shift,
    create_signup,
    get_format,
)
from tests.reporting.makers import create_indicator, create_measurement

pytestmark = pytest.mark.django_db

ZERO = date(2024, 12, 28)  # across a turn of the year: 30 December 2024 is in week 1 of 2025
TODAY_DAY = 14
TODAY = ZERO + timedelta(days=TODAY_DAY)
ACTIVITIES, DAYS = 3, 20
BORN = (2014, 2010, 2007, 1990)  # of those who have an alias
PEOPLE, VOLUNTEERS = len(BORN), 3
SERIES_MINUTES = 90  # of activity 0 only
CHILDREN, YOUNG, GROWN = (0, 12), (13, 17), (18, None)
random_worlds = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@dataclass(frozen=True)
class Evening:
    activity: int
    day: int
    state: str
    ticks: frozenset[int] = frozenset()
    unnamed: int | None = None
    debate: bool = False
    theme: str = ""
    turns: int | None = None
    hours: tuple[int, int] | None = None
    volunteers: frozenset[int] = frozenset()  # who signed up
    children: int | None = None  # of all heads, by the log's bands: None where nobody counted ages
    young: int = 0

    @property
    def visits(self) -> int:
        return len(self.ticks) + (self.unnamed or 0)

    @property
    def date(self) -> date:
        return ZERO + timedelta(days=self.day)

    @property
    def bands(self) -> list[tuple[tuple[int, int | None], int]]:
        return [] if self.children is None else [(CHILDREN, self.children), (YOUNG, self.young)]

    def of_age(self, person: int, ages) -> bool:
        age = self.date.year - BORN[person]
        return ages is None or (ages[0] <= age and (ages[1] is None or age <= ages[1]))


@dataclass(frozen=True)
class Count:
    """So many contacts or referrals."""

    kind: str
    day: int
    activity: int | None
    number: int
    is_removed: bool


@dataclass(frozen=True)
class World:
    evenings: list[Evening] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    carried_on: dict[int, bool] = field(default_factory=dict)  # by activity, where it is decided


@dataclass(frozen=True)
class Asked:
    activities: frozenset[int] | None
    first: int
    last: int
    times: int = 1
    debates_only: bool = False
    theme: str = ""
    weekdays: frozenset[int] = frozenset()
    ages: tuple[int, int | None] | None = None

    def holds(self, evening: Evening) -> bool:
        return (
            self.first <= evening.day <= self.last
            and self.has(evening.activity)
            and (evening.debate or not self.debates_only)
            and (self.theme.lower() in evening.theme.lower())
            and self.on(evening.date)
        )

    def has(self, activity: int | None) -> bool:
        return self.activities is None or activity in self.activities

    def on(self, day: date) -> bool:
        return not self.weekdays or day.isoweekday() in self.weekdays


@st.composite
def evenings(draw) -> Evening:
    state = draw(st.sampled_from([SessionState.HELD] * 3 + list(SessionState.values)))
    held = state == SessionState.HELD
    ticks = draw(st.frozensets(st.integers(0, PEOPLE - 1))) if held else frozenset()
    unnamed = draw(st.none() | st.integers(0, 5)) if held else None
    children = draw(st.none() | st.integers(0, len(ticks) + (unnamed or 0))) if held else None
    rest = len(ticks) + (unnamed or 0) - (children or 0)
    return Evening(
        activity=draw(st.integers(0, ACTIVITIES - 1)),
        day=draw(st.integers(0, DAYS - 1)),
        state=state,
        ticks=ticks,
        unnamed=unnamed,
        debate=draw(st.booleans()),
        theme=draw(st.sampled_from(["", "Film", "Job og løn", "ÆRLIG snak"])),
        turns=draw(st.none() | st.integers(0, 3)) if held else None,
        hours=draw(st.none() | st.sampled_from([(18, 21), (22, 1), (17, 17)])),
        volunteers=draw(st.frozensets(st.integers(0, VOLUNTEERS - 1))),
        children=children,
        young=draw(st.integers(0, rest)) if children is not None else 0,
    )


counts = st.builds(
    Count,
    st.sampled_from(TallyKind.values),
    st.integers(0, DAYS - 1),
    st.none() | st.integers(0, ACTIVITIES - 1),
    st.integers(1, 9),
    st.booleans(),
)
worlds = st.builds(
    World,
    st.lists(evenings(), max_size=7),
    st.lists(counts, max_size=4),
    st.dictionaries(st.integers(0, ACTIVITIES - 1), st.booleans()),
)
questions = st.builds(
    lambda activities, days, times, debates, theme, weekdays, ages: Asked(
        activities, min(days), max(days), times, debates, theme, weekdays, ages
    ),
    st.none() | st.frozensets(st.integers(0, ACTIVITIES - 1), min_size=1),
    st.tuples(st.integers(0, DAYS), st.integers(0, DAYS)),
    st.integers(1, 3),
    st.sampled_from([False, False, True]),
    st.sampled_from(["", "", "job", "Ærlig"]),
    st.sampled_from([frozenset(), frozenset(), frozenset({1, 2, 6}), frozenset({7})]),
    st.sampled_from([None, None, CHILDREN, YOUNG, GROWN, (13, None), (0, 17), (15, 20)]),
)


def minutes(evening: Evening) -> int:
    if evening.hours and evening.hours[0] != evening.hours[1]:
        return (evening.hours[1] - evening.hours[0]) % 24 * 60
    return SERIES_MINUTES if evening.activity == 0 else 0


def turns(evening: Evening) -> int:
    return len(evening.volunteers) if evening.turns is None else evening.turns


def heads(evening: Evening, asked: Asked) -> tuple[int, int]:
    """At least and at most so many of the asked ages."""
    if asked.ages is None:
        return evening.visits, evening.visits
    low, high = asked.ages
    top = 999 if high is None else high
    known = sum(evening.of_age(person, asked.ages) for person in evening.ticks)
    inside = sum(n for (first, last), n in evening.bands if first >= low and last <= top)
    outside = sum(n for (first, last), n in evening.bands if last < low or first > top)
    least = max(known, inside)
    return least, max(least, evening.visits - max(outside, len(evening.ticks) - known))


def visits(held: list[Evening], asked: Asked) -> tuple[int, int]:
    return sum(heads(e, asked)[0] for e in held), sum(heads(e, asked)[1] for e in held)


def mean(held: list[Evening], asked: Asked) -> tuple[Fraction, Fraction] | None:
    low, high = visits(held, asked)
    return (Fraction(low, len(held)), Fraction(high, len(held))) if held else None


def times_by_person(held: list[Evening], asked: Asked) -> list[int]:
    return [sum(p in e.ticks and e.of_age(p, asked.ages) for e in held) for p in range(PEOPLE)]


def strangers(evening: Evening, asked: Asked) -> int:
    return heads(evening, asked)[1] - sum(evening.of_age(person, asked.ages) for person in evening.ticks)


def unique(held: list[Evening], asked: Asked) -> tuple[int, int]:
    known = sum(times > 0 for times in times_by_person(held, asked))
    return max([known, *(heads(e, asked)[0] for e in held)]), known + sum(strangers(e, asked) for e in held)


def regulars(held: list[Evening], asked: Asked) -> tuple[int, int | None]:
    count = sum(n >= asked.times for n in times_by_person(held, asked))
    return count, None if any(strangers(e, asked) for e in held) else count


def share_logged(asked_evenings: list[Evening]) -> Fraction | None:
    logged = sum(e.state != SessionState.PLANNED for e in asked_evenings)
    due = logged + sum(e.state == SessionState.PLANNED and e.date < TODAY for e in asked_evenings)
    return Fraction(100 * logged, due) if due else None


def share(part: tuple[int, int], whole: tuple[int, int]) -> tuple[Fraction, Fraction] | None:
    return (Fraction(100 * part[0], whole[1]), Fraction(100 * part[1], whole[0])) if whole[0] else None


ORACLE: dict[str, Callable[[list[Evening], Asked], object]] = {
    Measure.SESSIONS_HELD: lambda held, asked: len(held),
    Measure.WEEKS_OPEN: lambda held, asked: len({e.date - timedelta(days=e.date.weekday()) for e in held}),
    Measure.VISITS: visits,
    Measure.MEAN_VISITS: mean,
    Measure.SESSIONS_WITH_FORMAT: lambda held, asked: sum(e.debate or bool(e.theme) for e in held),
    Measure.UNIQUE_PEOPLE: unique,
    Measure.UNIQUE_AT_LEAST: regulars,
    Measure.VOLUNTEER_TURNS: lambda held, asked: sum(turns(e) for e in held),
    Measure.VOLUNTEER_HOURS: lambda held, asked: Fraction(sum(turns(e) * minutes(e) for e in held), 60),
}


def counted(world: World, asked: Asked, kind: str) -> int | None:
    """None where nothing was counted: that is not a zero."""
    found = [
        count.number
        for count in world.counts
        if count.kind == kind
        and not count.is_removed
        and asked.first <= count.day <= asked.last
        and asked.has(count.activity)
        and asked.on(ZERO + timedelta(days=count.day))
    ]
    return sum(found) if found else None


def active(world: World, asked: Asked) -> int | None:
    """The whole random world lies within twelve weeks."""
    held = [e for e in world.evenings if e.state == SessionState.HELD and e.day <= asked.last and asked.has(e.activity)]
    return len({volunteer for evening in held for volunteer in evening.volunteers}) or None


def carried_on(world: World, asked: Asked) -> Fraction | None:
    chosen = [number for number in range(ACTIVITIES) if asked.has(number)]
    decided = [world.carried_on[number] for number in chosen if number in world.carried_on]
    return Fraction(100 * sum(decided), len(chosen)) if decided else None


BESIDE_SESSIONS: dict[str, Callable[[World, Asked], object]] = {
    Measure.CONTACTS: lambda world, asked: counted(world, asked, TallyKind.CONTACT),
    Measure.REFERRALS: lambda world, asked: counted(world, asked, TallyKind.REFERRAL),
    Measure.ACTIVE_VOLUNTEERS: active,
    Measure.CARRIED_ON: carried_on,
}


def test_oracle_every_computed_measure_has_one():
    computed = {code for code, rule in MEASURES.items() if not rule.is_typed_in}

    assert computed == {*ORACLE, *BESIDE_SESSIONS, Measure.COMPLETENESS, Measure.SHARE}


@random_worlds
@given(world=worlds, asked=questions)
@example(world=World(), asked=Asked(None, 0, DAYS))
@example(
    world=World(
        [
            Evening(0, 2, "held", unnamed=3, debate=True, turns=2, hours=(22, 1)),
            Evening(0, 3, "held", theme="Film", turns=1),
        ]
    ),
    asked=Asked(frozenset({0}), 0, DAYS, 2),
)
@example(
    world=World([Evening(1, 4, "held", ticks=frozenset({0, 2}), unnamed=2, children=1, young=2)]),
    asked=Asked(None, 0, DAYS, ages=YOUNG),
)
def test_indicator_figures_equal_the_oracle(world, asked):
    with transaction.atomic():
        plan, activities = write(world)
        chosen = None if asked.activities is None else [activities[number] for number in sorted(asked.activities)]
        scope = {
            "activities": chosen,
            "all_activities": chosen is None,
            "format": get_format("debate") if asked.debates_only else None,
            "theme": asked.theme,
            "weekdays": "".join(map(str, sorted(asked.weekdays))),
        }
        ages = {"lowest_age": asked.ages[0], "highest_age": asked.ages[1]} if asked.ages else {}
        for code in [*ORACLE, Measure.COMPLETENESS, *BESIDE_SESSIONS]:
            create_indicator(plan=plan, measure=code, text=code, at_least_times=asked.times, **scope, **ages)
        made = {indicator.measure: indicator for indicator in plan.indicators.all()}
        for code, part, whole in (
            ("themes", Measure.SESSIONS_WITH_FORMAT, Measure.SESSIONS_HELD),
            ("people", Measure.UNIQUE_PEOPLE, Measure.VISITS),
        ):
            create_indicator(plan=plan, measure=Measure.SHARE, text=code, numerator=made[part], denominator=made[whole])
        first, last = ZERO + timedelta(days=asked.first), ZERO + timedelta(days=asked.last)
        figures = {f.indicator.text: f.value for f in indicator_figures(plan, first, last, TODAY)}
        transaction.set_rollback(True)

    asked = replace(asked, last=min(asked.last, TODAY_DAY))  # nothing is known yet of the days ahead
    asked_evenings = [evening for evening in world.evenings if asked.holds(evening)]
    held = [evening for evening in asked_evenings if evening.state == SessionState.HELD]
    expected = {code: compute(held, asked) for code, compute in ORACLE.items()}
    expected |= {code: compute(world, asked) for code, compute in BESIDE_SESSIONS.items()}
    expected[Measure.COMPLETENESS] = share_logged(asked_evenings)
    with_theme = sum(e.debate or bool(e.theme) for e in held)
    expected["themes"] = share((with_theme, with_theme), (len(held), len(held)))
    expected["people"] = share(unique(held, asked), visits(held, asked))
    for code, answer in expected.items():
        low, high = answer if isinstance(answer, tuple) else (answer, answer)
        assert (exact(figures[code].low), exact(figures[code].high)) == (exact(low), exact(high)), code


@random_worlds
@given(world=worlds)
def test_activity_figures_equal_the_oracle(world):
    with transaction.atomic():
        plan, activities = write(world)
        figures = {f.activity.pk: f for f in activity_figures(plan, ZERO, ZERO + timedelta(days=DAYS), TODAY)}
        transaction.set_rollback(True)

    everything = Asked(None, 0, DAYS)
    for number, activity in enumerate(activities):
        mine = [e for e in world.evenings if e.activity == number and e.date <= TODAY]
        held = [e for e in mine if e.state == SessionState.HELD]
        figure = figures[activity.pk]
        assert figure.counts.held == len(held)
        assert figure.counts.cancelled == sum(e.state == SessionState.CANCELLED for e in mine)
        assert figure.counts.closed == sum(e.state == SessionState.CLOSED for e in mine)
        assert figure.counts.unlogged == sum(e.state == SessionState.PLANNED and e.date < TODAY for e in mine)
        assert figure.counts.visits == sum(e.visits for e in held)
        assert exact(figure.mean_visits) == exact(mean(held, everything)[0] if held else None)
        assert (figure.people.unique_min, figure.people.unique_max) == unique(held, everything)
        assert figure.volunteer_turns == sum(turns(e) for e in held)


YEARS = [date(2024, 7, 1), date(2025, 7, 1), date(2026, 7, 1)]
days_of_two_years = st.integers(0, (YEARS[2] - YEARS[0]).days - 1).map(lambda number: YEARS[0] + timedelta(days=number))


def test_sessions_with_a_theme_or_format_count_as_their_definition_says():
    plan = create_plan()
    activity = create_activity(plan=plan)
    indicator = create_indicator(plan=plan, measure=Measure.SESSIONS_WITH_FORMAT, activities=[activity])
    debate = get_format("debate")
    for number, fields in enumerate(({}, {"theme": "Job"}, {"format": debate}, {"theme": "Job", "format": debate})):
        create_held_session(activity=activity, date=ZERO + timedelta(days=number), **fields)

    def counted() -> Decimal | None:
        return indicator_figures(plan, ZERO, ZERO + timedelta(days=DAYS), TODAY)[0].value.low

    without = counted()
    indicator.format = debate
    indicator.save()

    assert (without, counted()) == (3, 2)
    with translation.override("da"):
        assert str(MEASURES[Measure.SESSIONS_WITH_FORMAT].definition) == (
            "Antal afholdte gange med den valgte form (debat, film …). "
            "Når ingen form er valgt: dem med et tema eller en form."
        )


@random_worlds
@given(
    typed=st.lists(st.tuples(days_of_two_years, st.integers(0, 50)), max_size=4),
    logged=st.lists(st.tuples(days_of_two_years, st.integers(1, 9)), max_size=6),
)
def test_contacts_add_what_was_counted_after_the_last_typed_in_value_of_each_year(typed, logged):
    with transaction.atomic():
        plan = create_plan(starts_on=YEARS[0], ends_on=YEARS[2] - timedelta(days=1))
        indicator = create_indicator(plan=plan, measure=Measure.CONTACTS)
        for day, value in typed:
            create_measurement(indicator=indicator, value=value, measured_on=day)
        Tally.objects.bulk_create(
            Tally(plan=plan, kind=TallyKind.CONTACT, date=day, number=number) for day, number in logged
        )
        found = [
            indicator_figures(plan, first, last - timedelta(days=1), YEARS[2])[0].value
            for first, last in ((YEARS[0], YEARS[1]), (YEARS[1], YEARS[2]), (YEARS[0], YEARS[2]))
        ]
        transaction.set_rollback(True)

    def of_year(first: date, last: date) -> int | None:
        so_far = sorted((day, place) for place, (day, _value) in enumerate(typed) if first <= day < last)
        after = so_far[-1][0] if so_far else None
        base = typed[so_far[-1][1]][1] if so_far else 0
        counted = [number for day, number in logged if first <= day < last and (after is None or day > after)]
        return base + sum(counted) if so_far or counted else None

    years = [of_year(YEARS[0], YEARS[1]), of_year(YEARS[1], YEARS[2])]
    both = None if years == [None, None] else sum(value or 0 for value in years)
    assert [value.low for value in found] == [exact(value) for value in (*years, both)]


def exact(value: object) -> Decimal | None:
    """Both sides as the same 25 digits: a Fraction has no end, a Decimal has 28."""
    if value is None:
        return None
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / value.denominator
    return round(Decimal(value), 20)


def write(world: World):
    """The world in the database; only activity 0 has a series."""
    plan = create_plan(starts_on=date(2024, 7, 1), ends_on=date(2028, 6, 30))
    activities = [create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS) for _ in range(ACTIVITIES)]
    people = [create_participant(plan=plan, birth_year=born) for born in BORN]
    volunteers = [create_member(plan=plan, role=Role.VOLUNTEER) for _ in range(VOLUNTEERS)]
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
        for evening in world.evenings
    )
    written = list(zip(sessions, world.evenings, strict=True))
    Attendance.objects.bulk_create(
        Attendance(plan=plan, session=session, participant=people[person], activity=session.activity, date=session.date)
        for session, evening in written
        for person in evening.ticks
    )
    SessionAgeBand.objects.bulk_create(
        SessionAgeBand(plan=plan, session=session, lowest=low, highest=high, heads=number)
        for session, evening in written
        for (low, high), number in evening.bands
    )
    for session, evening in written:
        if evening.volunteers:
            shift = create_shift(session=session, maximum=VOLUNTEERS)
            for number in evening.volunteers:
                create_signup(shift=shift, user=volunteers[number])
    Tally.objects.bulk_create(
        Tally(
            plan=plan,
            kind=count.kind,
            date=ZERO + timedelta(days=count.day),
            activity=None if count.activity is None else activities[count.activity],
            number=count.number,
            removed_at=timezone.now() if count.is_removed else None,
        )
        for count in world.counts
    )
    Embedding.objects.bulk_create(
        Embedding(plan=plan, activity=activities[number], is_carried_on=carried, decided_on=ZERO)
        for number, carried in world.carried_on.items()
    )
    return plan, activities
