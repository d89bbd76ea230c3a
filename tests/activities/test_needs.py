"""What is usually needed, and the shifts that coming evenings get from it."""

from datetime import date, time, timedelta

import pytest

from activities.models import SessionState, Shift, ShiftNeed, ShiftRole
from activities.needs import Need, make_all_shifts, make_shifts, save_evening_needs, save_needs, shift_settings
from activities.schedule import close_days, extend_schedules, reopen_days
from activities.series import ALL, SeriesChange, edit_series
from tests.activities.test_at_once import at_once
from tests.factories import (
    create_activity,
    create_held_session,
    create_need,
    create_plan,
    create_schedule,
    create_session,
    create_shift,
    create_signup,
    create_user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2025, 8, 5)


@pytest.fixture
def cafe():
    return create_activity(plan=create_plan(), name="Unge Cafeen")


def role(code):
    return ShiftRole.objects.get(code=code)


def need(code, minimum=1, maximum=2, **fields):
    return Need(role=role(code), minimum=minimum, maximum=maximum, **fields)


def shifts_of(session):
    rows = session.shifts.wanted().order_by("role__position")
    return list(rows.values_list("role__code", "minimum", "maximum"))


def test_a_new_series_has_its_shifts_at_once(cafe):
    create_need(activity=cafe, role="host", minimum=1, maximum=2)
    create_need(activity=cafe, role="door", minimum=2, maximum=3, start_time=time(17, 30))
    create_schedule(activity=cafe)

    extend_schedules(plan=cafe.plan, today=TODAY)

    assert cafe.sessions.count() == 13
    assert {tuple(shifts_of(session)) for session in cafe.sessions.all()} == {(("host", 1, 2), ("door", 2, 3))}
    assert set(Shift.objects.filter(role__code="door").values_list("start_time", flat=True)) == {time(17, 30)}


def test_shifts_are_made_once_for_coming_planned_evenings(cafe, django_assert_num_queries):
    create_need(activity=cafe)
    coming = create_session(activity=cafe, date=TODAY)
    create_session(activity=cafe, date=TODAY - timedelta(days=1))
    create_session(activity=cafe, date=TODAY + timedelta(days=7), state=SessionState.CANCELLED)
    create_held_session(activity=cafe, date=TODAY)
    create_session(activity=create_activity(plan=cafe.plan), date=TODAY)

    assert make_shifts(plan=cafe.plan, today=TODAY) == 1
    assert make_shifts(plan=cafe.plan, today=TODAY) == 0
    assert list(Shift.objects.values_list("session", flat=True)) == [coming.pk]


@pytest.mark.parametrize("evenings", [1, 30])
def test_making_shifts_costs_the_same_for_any_season(cafe, evenings, django_assert_num_queries):
    for code in ("host", "door", "kitchen"):
        create_need(activity=cafe, role=code)
    for number in range(evenings):
        create_session(activity=cafe, date=TODAY + timedelta(days=number))

    with django_assert_num_queries(6):  # needs, evenings, what is there, the insert, and the transaction's two
        make_shifts(plan=cafe.plan, today=TODAY)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_making_shifts_twice_at_once_makes_each_once():
    cafe = create_activity(plan=create_plan())
    for code in ("host", "door"):
        create_need(activity=cafe, role=code)
    for number in range(9):
        create_session(activity=cafe, date=TODAY + timedelta(days=number))

    at_once(*[lambda: make_shifts(plan=cafe.plan, today=TODAY)] * 3)

    assert Shift.objects.count() == 18
    assert Shift.objects.values("session", "role").distinct().count() == 18


def test_a_changed_need_reaches_coming_evenings_but_not_what_was_changed_by_hand(cafe):
    create_need(activity=cafe, role="host", minimum=1, maximum=2)
    one, other = (create_session(activity=cafe, date=TODAY + timedelta(days=days)) for days in (0, 7))
    past = create_session(activity=cafe, date=TODAY - timedelta(days=7))
    create_shift(session=past)
    make_shifts(plan=cafe.plan, today=TODAY)
    save_evening_needs(session=other, needs=[need("host", 4, 5)])

    made = save_needs(activity=cafe, needs=[need("host", 2, 3), need("kitchen")], today=TODAY)

    assert made == 2
    assert shifts_of(one) == [("host", 2, 3), ("kitchen", 1, 2)]
    assert shifts_of(other) == [("host", 4, 5), ("kitchen", 1, 2)]
    assert shifts_of(past) == [("host", 1, 2)]


def test_a_need_that_ends_takes_empty_shifts_along_and_keeps_taken_ones(cafe):
    create_need(activity=cafe, role="door")
    empty, taken = (create_session(activity=cafe, date=TODAY + timedelta(days=days)) for days in (0, 7))
    make_shifts(plan=cafe.plan, today=TODAY)
    create_signup(shift=taken.shifts.get(), user=create_user())

    save_needs(activity=cafe, needs=[], today=TODAY)

    assert (shifts_of(empty), shifts_of(taken), ShiftNeed.objects.count()) == ([], [("door", 1, 2)], 0)


def test_what_is_taken_off_one_evening_is_not_made_again(cafe):
    create_need(activity=cafe, role="host")
    create_need(activity=cafe, role="door")
    session = create_session(activity=cafe, date=TODAY)
    make_shifts(plan=cafe.plan, today=TODAY)

    save_evening_needs(session=session, needs=[need("host"), need("technology", 1, 1)])
    make_shifts(plan=cafe.plan, today=TODAY)
    save_needs(activity=cafe, needs=[need("host"), need("door", 2, 2)], today=TODAY)
    assert shifts_of(session) == [("host", 1, 2), ("technology", 1, 1)]

    save_evening_needs(session=session, needs=[need("host"), need("door", 1, 1)])
    assert shifts_of(session) == [("host", 1, 2), ("door", 1, 1)]


def test_an_evening_on_another_weekday_keeps_its_shifts_and_new_ones_get_theirs(cafe):
    create_need(activity=cafe)
    schedule = create_schedule(activity=cafe)
    extend_schedules(plan=cafe.plan, today=TODAY)
    first = cafe.sessions.order_by("date").first()
    signup = create_signup(shift=first.shifts.get(), user=create_user())
    change = SeriesChange(rule="FREQ=WEEKLY;BYDAY=TH,FR", start_time=time(19), end_time=time(22))

    edit_series(schedule=schedule, scope=ALL, change=change, today=TODAY)

    signup.refresh_from_db()
    assert signup.shift.session.date == date(2025, 8, 7)
    assert all(session.shifts.count() == 1 for session in cafe.sessions.all())


def test_days_that_reopen_have_shifts_again(cafe):
    create_need(activity=cafe)
    create_schedule(activity=cafe)
    extend_schedules(plan=cafe.plan, today=TODAY)
    closure, removed = close_days(plan=cafe.plan, name="Ferie", starts_on=TODAY, ends_on=TODAY, today=TODAY)

    assert (removed, reopen_days(closure=closure, today=TODAY)) == (1, 1)
    assert cafe.sessions.get(date=TODAY).shifts.count() == 1


def test_the_daily_work_reaches_every_running_plan():
    for ends_on in (date(2090, 1, 1), date(2090, 1, 1), date(2024, 6, 30)):
        activity = create_activity(plan=create_plan(ends_on=ends_on))
        create_need(activity=activity)
        create_session(activity=activity, date=date(2089, 1, 1))

    assert make_all_shifts() == "2 shifts made"
    assert make_all_shifts() == "0 shifts made"


def test_a_plan_without_settings_has_the_defaults():
    settings = shift_settings(create_plan())

    assert (settings.give_up_hours, settings.remind_days, settings.remind_at) == (24, 1, time(16))
    assert settings.certificate_years == 2
