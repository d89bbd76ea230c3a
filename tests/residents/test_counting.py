"""`count_people` against a naive oracle, on random worlds."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from accounts.periods import Period
from activities.models import CountingMode
from residents.attendance import (
    PeopleCount,
    answer_questions,
    ask,
    count_people,
    count_people_by_activity,
    count_people_by_focus_area,
    count_people_by_period,
)
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_participant,
    create_plan,
    get_focus_area,
    get_format,
)
from tests.residents.worlds import (
    ACTIVITIES,
    AREA_OF,
    DAYS,
    Asked,
    Stage,
    build,
    chosen,
    day,
    oracle,
    questions,
    undone,
    worlds,
)

pytestmark = pytest.mark.django_db
random_worlds = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def counted(stage: Stage, asked: Asked) -> PeopleCount:
    return count_people(
        stage.plan,
        None if asked.activities is None else [stage.activities[number] for number in asked.activities],
        day(asked.first),
        day(asked.last),
        at_least=asked.at_least,
        format=get_format("debate") if asked.debates_only else None,
    )


@random_worlds
@given(world=worlds, noise=worlds, asked=questions)
def test_count_people_equals_the_rules_written_out(world, noise, asked):
    with undone():
        stage = build(world)
        build(noise)  # another plan with its own people must not matter

        assert counted(stage, asked) == oracle(world, asked)


@random_worlds
@given(world=worlds, first=questions, second=questions)
def test_many_questions_get_the_same_answers_as_one_by_one(world, first, second):
    with undone():
        stage = build(world)
        debate = get_format("debate")

        answers = answer_questions(
            stage.plan,
            [
                ask(
                    None if asked.activities is None else [stage.activities[number] for number in asked.activities],
                    day(asked.first),
                    day(asked.last),
                    at_least=asked.at_least,
                    format=debate if asked.debates_only else None,
                )
                for asked in (first, second)
            ],
        )

        assert answers == [oracle(world, first), oracle(world, second)]


@random_worlds
@given(world=worlds)
def test_every_grouping_is_a_count_of_its_own(world):
    with undone():
        stage = build(world)
        whole = (day(0), day(DAYS))

        by_activity = count_people_by_activity(stage.plan, *whole)
        by_area = count_people_by_focus_area(stage.plan, *whole)
        halves = [Period(day(0), day(5)), Period(day(6), day(DAYS)), Period(day(0), day(DAYS))]
        by_period = count_people_by_period(stage.plan, None, halves)

        for number in range(ACTIVITIES):
            expected = oracle(world, Asked(frozenset({number}), 0, DAYS, 1, debates_only=False))
            assert by_activity.get(stage.activities[number].pk, PeopleCount()) == expected
        for position in set(AREA_OF):
            members = frozenset(number for number in range(ACTIVITIES) if AREA_OF[number] == position)
            expected = oracle(world, Asked(members, 0, DAYS, 1, debates_only=False))
            assert by_area.get(get_focus_area(position).pk, PeopleCount()) == expected
        assert by_period == [
            oracle(world, Asked(None, 0, 5, 1, debates_only=False)),
            oracle(world, Asked(None, 6, DAYS, 1, debates_only=False)),
            oracle(world, Asked(None, 0, DAYS, 1, debates_only=False)),
        ]


def heads_as_people(world, asked):
    return sum(evening.visits for evening in chosen(world, asked))


def known_only(world, asked):
    return oracle(world, asked).known


def sum_over_activities(world, asked):
    return sum(
        oracle(world, Asked(frozenset({number}), asked.first, asked.last, 1, asked.debates_only)).unique_min
        for number in (range(ACTIVITIES) if asked.activities is None else asked.activities)
    )


def all_states(world, asked):
    return oracle([evening.__class__(**{**vars(evening), "state": "held"}) for evening in world], asked).sessions


def last_day_left_out(world, asked):
    return oracle(world, Asked(asked.activities, asked.first, asked.last - 1, 1, asked.debates_only)).visits


WRONG_RULES = [
    (heads_as_people, "unique_min"),
    (known_only, "unique_min"),
    (sum_over_activities, "unique_min"),
    (all_states, "sessions"),
    (last_day_left_out, "visits"),
]


@pytest.mark.parametrize(("wrong_rule", "figure"), WRONG_RULES)
def test_a_wrong_rule_would_be_caught(wrong_rule, figure):
    """The control: if the random worlds could not tell a wrong rule from the right one, the tests above were dead."""
    world, asked = find(
        st.tuples(worlds, questions),
        lambda drawn: wrong_rule(*drawn) != getattr(oracle(*drawn), figure),
        settings=settings(max_examples=5000, database=None),
    )

    assert getattr(counted(build(world), asked), figure) != wrong_rule(world, asked)


def test_someone_who_comes_to_two_activities_is_one_person():
    plan = create_plan()
    cafe, homework = (create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS) for _ in range(2))
    person = create_participant(plan=plan)
    for activity in (cafe, homework):
        create_attendance(session=create_held_session(activity=activity, heads=None), participant=person)

    assert count_people(plan, [cafe, homework], date(2025, 1, 1), date(2025, 1, 31)) == PeopleCount(
        visits=2, sessions=2, known=1, largest=1, unnamed=0, unique_min=1, unique_max=1, at_least=1
    )


def test_heads_without_a_name_make_an_honest_range():
    plan = create_plan()
    cafe = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    first = create_held_session(activity=cafe, heads=10, date=date(2025, 1, 7))
    create_held_session(activity=cafe, heads=4, date=date(2025, 1, 14))
    create_attendance(session=first, participant=create_participant(plan=plan))

    count = count_people(plan, [cafe], date(2025, 1, 1), date(2025, 1, 31))

    assert (count.unique_min, count.unique_max) == (10, 14)


def test_nothing_asked_is_nothing_counted():
    plan = create_plan()
    create_held_session(activity=create_activity(plan=plan))

    assert count_people(plan, [], date(2025, 1, 1), date(2025, 12, 31)) == PeopleCount()
    assert answer_questions(plan, []) == []


def test_counts_cannot_be_added():
    with pytest.raises(TypeError):
        PeopleCount(visits=1) + PeopleCount(visits=1)


@pytest.mark.parametrize("activities", [1, 30])
def test_query_count_does_not_follow_the_data(activities, django_assert_num_queries):
    plan = create_plan()
    for _ in range(activities):
        activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
        create_attendance(session=create_held_session(activity=activity), participant=create_participant(plan=plan))
    months = [Period(date(2025, month, 1), date(2025, month, 28)) for month in range(1, 13)]

    with django_assert_num_queries(2):
        assert len(count_people_by_activity(plan, date(2025, 1, 1), date(2025, 12, 31))) == activities
    area = get_focus_area(3).pk
    with django_assert_num_queries(2):
        assert count_people_by_focus_area(plan, date(2025, 1, 1), date(2025, 12, 31))[area].known == activities
    with django_assert_num_queries(3):
        assert count_people_by_period(plan, None, months, at_least=2)[0].known == activities


@pytest.mark.sqlite  # PostgreSQL chooses its plan by the size of the table
def test_unique_people_come_from_the_covering_index_alone():
    """A hundred times as many rows must stay a range of one index (SQLite says so in its plan)."""
    plan = create_plan()
    activity = create_activity(plan=plan)
    with CaptureQueriesContext(connection) as captured:
        count_people(plan, [activity], date(2025, 1, 1), date(2025, 12, 31))
    ticks = next(query["sql"] for query in captured if "residents_attendance" in query["sql"])

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {ticks}")
        steps = [row[3] for row in cursor.fetchall()]

    assert "USING COVERING INDEX residents_attendance_cover" in steps[-1]
