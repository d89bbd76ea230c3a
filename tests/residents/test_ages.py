"""People and visits of some ages: whatever the unknown heads were, the range holds the truth."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import CountingMode, Session, SessionAgeBand
from residents.ages import AgeHeads, load_age_book
from residents.attendance import Question, answer_questions
from residents.models import Attendance
from tests.factories import create_activity, create_participant, create_plan
from tests.residents.worlds import undone

pytestmark = pytest.mark.django_db
random_worlds = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ZERO = date(2025, 1, 6)  # a Monday
BANDS = ((0, 12), (13, 17), (18, None))
AGES = (5, 12, 13, 15, 17, 18, 40)
PEOPLE = {f"person {age}": age for age in AGES}  # those who have an alias
STRANGERS = {f"{letter} {age}": age for age in AGES for letter in "ab"}  # those who do not, and may come again


@dataclass(frozen=True)
class Evening:
    """Who really came; `in_bands`: the log has head counts by age of everybody."""

    day: int
    known: frozenset[str]
    strangers: frozenset[str]
    in_bands: bool

    @property
    def date(self) -> date:
        return ZERO + timedelta(days=self.day)

    def of_ages(self, ages) -> list[str]:
        everybody = {name: PEOPLE[name] for name in self.known} | {name: STRANGERS[name] for name in self.strangers}
        return [name for name, age in everybody.items() if ages[0] <= age and (ages[1] is None or age <= ages[1])]


evenings = st.builds(
    Evening,
    st.integers(0, 13),
    st.frozensets(st.sampled_from(sorted(PEOPLE)), max_size=4),
    st.frozensets(st.sampled_from(sorted(STRANGERS)), max_size=4),
    st.booleans(),
)
asked_ages = st.sampled_from([(13, 17), (0, 12), (18, None), (13, None), (0, 17), (15, 20), (0, None)])


def build(world: list[Evening]):
    plan = create_plan(starts_on=date(2024, 12, 1), ends_on=date(2028, 11, 30))
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    people = {name: create_participant(plan=plan, birth_year=2025 - age) for name, age in PEOPLE.items()}
    sessions = Session.objects.bulk_create(
        Session(
            plan=plan,
            activity=activity,
            date=evening.date,
            state="held",
            heads_total=len(evening.known) + len(evening.strangers),
            known_heads=len(evening.known),
            logged_at=timezone.now(),
        )
        for evening in world
    )
    Attendance.objects.bulk_create(
        Attendance(plan=plan, session=session, participant=people[name], activity=activity, date=session.date)
        for session, evening in zip(sessions, world, strict=True)
        for name in evening.known
    )
    SessionAgeBand.objects.bulk_create(
        SessionAgeBand(plan=plan, session=session, lowest=low, highest=high, heads=len(evening.of_ages((low, high))))
        for session, evening in zip(sessions, world, strict=True)
        if evening.in_bands
        for low, high in BANDS
    )
    return plan, sessions


def ask(**narrowed) -> Question:
    return Question(ZERO, ZERO + timedelta(days=13), **narrowed)


@random_worlds
@given(world=st.lists(evenings, max_size=6), ages=asked_ages, at_least=st.integers(1, 3))
def test_the_range_of_people_holds_the_truth(world, ages, at_least):
    with undone():
        plan, _sessions = build(world)
        (answer,) = answer_questions(plan, [ask(ages=ages, at_least=at_least)])

    came = [name for evening in world for name in evening.of_ages(ages)]
    known = [name for name in came if name in PEOPLE]
    assert answer.known == len(set(known))
    assert answer.unique_min <= len(set(came)) <= answer.unique_max
    assert answer.visits <= len(came) <= answer.visits + answer.unnamed
    assert answer.at_least == sum(known.count(name) >= at_least for name in set(known))


@random_worlds
@given(world=st.lists(evenings, min_size=1, max_size=6), ages=asked_ages)
def test_the_range_of_heads_holds_the_truth_and_is_exact_where_the_bands_say_it(world, ages):
    with undone():
        plan, sessions = build(world)
        book = load_age_book(plan, ZERO, ZERO + timedelta(days=13))
        found = [book.within(session.pk, ages, session.heads_total) for session in sessions]

    for evening, within in zip(world, found, strict=True):
        truth = len(evening.of_ages(ages))
        assert within.known == sum(name in PEOPLE for name in evening.of_ages(ages))
        assert within.least <= truth <= within.most
        if (evening.in_bands and ages != (15, 20)) or not evening.strangers:
            assert (within.least, within.most) == (truth, truth)


def test_contradictory_counts_never_turn_the_range_round():
    heads = AgeHeads(bands=[(0, 12, 6)], ticks={20: 5})

    assert heads.within((0, 12), 8) == (6, 6, 0)


@random_worlds
@given(
    world=st.lists(evenings, max_size=6),
    weekdays=st.frozensets(st.integers(1, 7)),
    ages=st.none() | asked_ages,
)
def test_weekdays_and_chosen_evenings_narrow_as_if_the_others_had_not_been(world, weekdays, ages):
    mine = [evening for evening in world if evening.date.isoweekday() in weekdays]
    with undone():
        plan, sessions = build(world)
        chosen = frozenset(s.pk for s, e in zip(sessions, world, strict=True) if e in mine)
        narrowed = answer_questions(plan, [ask(weekdays=weekdays, ages=ages), ask(sessions=chosen, ages=ages)])
        plan, _sessions = build(mine)
        (alone,) = answer_questions(plan, [ask(ages=ages)])

    assert narrowed == [alone, alone]


def test_questions_about_ages_take_the_same_queries_for_one_as_for_thirty():
    plan, _sessions = build([Evening(0, frozenset(["person 15"]), frozenset(["a 12"]), in_bands=True)])
    taken = []
    for number in (1, 30):
        questions = [ask(ages=(age, None)) for age in range(number)]
        with CaptureQueriesContext(connection) as queries:
            answer_questions(plan, questions)
        taken.append(len(queries))

    assert taken == [4, 4]
