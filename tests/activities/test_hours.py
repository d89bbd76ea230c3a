"""Volunteer hours and active volunteers, from sign-ups and from the log."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role
from activities.hours import (
    OwnTime,
    active_volunteers,
    evening_hours,
    hours_by_volunteer,
    minutes_between,
    volunteer_hours,
)
from activities.models import SessionState
from activities.needs import save_evening_needs
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_schedule,
    create_session,
    create_shift,
    create_signup,
)

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
TUESDAY = date(2025, 3, 4)


@pytest.fixture
def plan():
    return create_plan()


@pytest.fixture
def cafe(plan):
    return create_activity(plan=plan, name="Unge Cafeen")


@pytest.fixture
def people(plan):
    return [create_member(plan=plan, role=Role.VOLUNTEER) for _ in range(5)]


def evening(activity, *, day=TUESDAY, turns=None, start=time(18), end=time(21)):
    return create_held_session(activity=activity, date=day, start_time=start, end_time=end, volunteer_turns=turns)


def hours(plan, **options):
    return volunteer_hours(plan, FIRST, LAST, **options)


def test_without_shifts_hours_are_turns_times_the_evening(plan, cafe):
    evening(cafe, turns=4)

    assert hours(plan) == 12


def test_without_times_the_newest_series_says_how_long(plan, cafe):
    create_schedule(activity=cafe, starts_on=date(2024, 1, 2), end_time=time(20))
    create_schedule(activity=cafe, starts_on=date(2025, 1, 7), end_time=time(21, 30))
    evening(cafe, turns=2, start=None, end=None)

    assert hours(plan) == 7


def test_a_sign_up_counts_its_own_shift(plan, cafe, people):
    session = evening(cafe)
    kitchen = create_shift(session=session, role="kitchen", start_time=time(16, 30), end_time=time(20))
    door = create_shift(session=session, role="door")
    create_signup(shift=kitchen, user=people[0])
    create_signup(shift=door, user=people[1])

    assert hours(plan) == Decimal("6.5")
    assert evening_hours(plan, FIRST, LAST) == [(session.pk, cafe.pk, TUESDAY, 2, Decimal(390))]


def test_who_was_there_counts_whatever_was_said_before(plan, cafe, people):
    shift = create_shift(session=evening(cafe), maximum=9)
    now = timezone.now()
    create_signup(shift=shift, user=people[0])
    create_signup(shift=shift, user=people[1], was_there=True)
    create_signup(shift=shift, user=people[2], was_there=False)
    create_signup(shift=shift, user=people[3], withdrawn_at=now)
    create_signup(shift=shift, user=people[4], withdrawn_at=now, was_there=True)

    assert set(hours_by_volunteer(plan, FIRST, LAST)) == {people[0].pk, people[1].pk, people[4].pk}
    assert hours(plan) == 9


def test_a_shift_that_was_taken_off_the_evening_counts_only_who_was_there(plan, cafe, people):
    session = evening(cafe)
    kitchen, door = (create_shift(session=session, role=role) for role in ("kitchen", "door"))
    create_signup(shift=kitchen, user=people[0])
    create_signup(shift=door, user=people[1], was_there=True)

    save_evening_needs(session=session, needs=[])

    assert set(hours_by_volunteer(plan, FIRST, LAST)) == {people[1].pk}
    assert evening_hours(plan, FIRST, LAST) == [(session.pk, cafe.pk, TUESDAY, 1, Decimal(180))]
    assert active_volunteers(plan, TUESDAY) == 1


def test_volunteers_without_a_sign_up_count_the_whole_evening(plan, cafe, people):
    session = evening(cafe, turns=3)
    create_signup(shift=create_shift(session=session, end_time=time(19)), user=people[0], was_there=True)

    assert hours(plan) == 1 + 2 * 3


def test_a_log_with_fewer_than_signed_up_is_believed(plan, cafe, people):
    """Two of four came, and nobody said which two."""
    session = evening(cafe, turns=2)
    for person in people[:4]:
        create_signup(shift=create_shift(session=session, role="host") if person is people[0] else
                      session.shifts.get(), user=person)  # fmt: skip

    assert (hours(plan), evening_hours(plan, FIRST, LAST)[0].turns) == (6, 2)


def test_one_person_with_two_shifts_is_one_volunteer_with_both_lengths(plan, cafe, people):
    session = evening(cafe, turns=1)
    for role, start, end in (("kitchen", time(16), time(18)), ("door", time(18), time(21))):
        create_signup(shift=create_shift(session=session, role=role, start_time=start, end_time=end), user=people[0])

    assert hours(plan) == 5
    assert hours_by_volunteer(plan, FIRST, LAST) == {people[0].pk: OwnTime(evenings=1, shifts=2, minutes=300)}
    assert hours_by_volunteer(plan, FIRST, LAST)[people[0].pk].hours == 5


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.CANCELLED, SessionState.CLOSED])
def test_only_held_evenings_count(plan, cafe, people, state):
    session = create_session(activity=cafe, date=TUESDAY, state=state, start_time=time(18), end_time=time(21))
    create_signup(shift=create_shift(session=session), user=people[0])

    assert (hours(plan), active_volunteers(plan, TUESDAY)) == (0, 0)


def test_activities_and_other_plans_are_kept_apart(plan, cafe, people):
    other = create_activity(plan=plan)
    for activity in (cafe, other, create_activity(plan=create_plan())):
        create_signup(shift=create_shift(session=evening(activity)), user=people[0])

    assert hours(plan) == 6
    assert hours(plan, activities=[cafe.pk]) == 3
    assert hours(plan, activities=[]) == 0
    assert hours_by_volunteer(plan, FIRST, LAST, activities=[other.pk], user_id=people[1].pk) == {}


@pytest.mark.parametrize(("weeks", "days", "active"), [(0, 0, 1), (11, 6, 1), (12, 0, 0), (-1, 0, 0)])
def test_active_is_a_turn_within_twelve_weeks(plan, cafe, people, weeks, days, active):
    create_signup(shift=create_shift(session=evening(cafe)), user=people[0])
    create_signup(shift=create_shift(session=evening(cafe, day=TUESDAY - timedelta(days=400))), user=people[1])

    assert active_volunteers(plan, TUESDAY + timedelta(weeks=weeks, days=days)) == active


def test_the_same_person_is_active_once(plan, cafe, people):
    for days in (0, 7, 14):
        create_signup(shift=create_shift(session=evening(cafe, day=TUESDAY - timedelta(days=days))), user=people[0])

    assert active_volunteers(plan, TUESDAY) == 1


@pytest.mark.parametrize("evenings", [1, 30])
def test_hours_ask_the_same_few_questions_of_any_period(plan, cafe, people, evenings, django_assert_num_queries):
    for number in range(evenings):
        session = evening(cafe, day=TUESDAY + timedelta(days=number), turns=3)
        create_signup(shift=create_shift(session=session), user=people[0])

    with django_assert_num_queries(3):
        assert hours(plan) == 9 * evenings
    with django_assert_num_queries(2):
        hours_by_volunteer(plan, FIRST, LAST)


@given(start=st.times(), end=st.times())
def test_a_length_is_within_a_day_and_fits_its_other_half(start, end):
    start, end = (moment.replace(second=0, microsecond=0) for moment in (start, end))
    length, rest = minutes_between(start, end), minutes_between(end, start)

    if start == end:
        assert length is None
    else:
        assert length + rest == 24 * 60
