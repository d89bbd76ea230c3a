"""Occurrences, the rolling window and closures. Dates are local; a clock change moves nothing."""

from datetime import date, time, timedelta

import pytest

from activities.models import Closure, LogSource, Session, SessionState
from activities.schedule import (
    close_days,
    end_activity,
    expected_dates,
    extend_schedules,
    occurrences,
    public_holidays,
    reopen_days,
)
from tests.factories import create_activity, create_plan, create_schedule, create_session, create_user

pytestmark = pytest.mark.django_db


def tuesdays(**fields):
    plan = create_plan(**fields.pop("plan", {}))
    return create_schedule(activity=create_activity(plan=plan), **{"starts_on": date(2023, 8, 1), **fields})


def test_occurrences_follow_the_weekday_of_the_first_date():
    assert occurrences(tuesdays(), date(2025, 1, 1), date(2025, 1, 31)) == [
        date(2025, 1, 7),
        date(2025, 1, 14),
        date(2025, 1, 21),
        date(2025, 1, 28),
    ]


def test_occurrences_include_both_ends():
    assert occurrences(tuesdays(), date(2025, 1, 7), date(2025, 1, 7)) == [date(2025, 1, 7)]


@pytest.mark.parametrize("sunday", [date(2025, 3, 30), date(2025, 10, 26), date(2026, 10, 25)])
def test_occurrences_hold_over_a_clock_change(sunday):
    schedule = tuesdays(starts_on=date(2023, 8, 6), skips_holidays=False)  # Sundays

    found = occurrences(schedule, sunday - timedelta(days=7), sunday + timedelta(days=7))

    assert found == [sunday - timedelta(days=7), sunday, sunday + timedelta(days=7)]
    assert {schedule.start_time} == {time(18)}


def test_occurrences_on_29_february_only_in_leap_years():
    schedule = tuesdays(starts_on=date(2024, 2, 29), rule="FREQ=YEARLY", plan={"ends_on": date(2030, 6, 30)})

    assert occurrences(schedule, date(2024, 1, 1), date(2032, 12, 31)) == [date(2024, 2, 29), date(2028, 2, 29)]


def test_occurrences_run_through_iso_week_53():
    schedule = tuesdays(starts_on=date(2025, 9, 3), skips_holidays=False)  # Wednesdays; 2026 has a week 53

    found = occurrences(schedule, date(2026, 12, 21), date(2027, 1, 10))

    assert [(day, day.isocalendar().week) for day in found] == [
        (date(2026, 12, 23), 52),
        (date(2026, 12, 30), 53),
        (date(2027, 1, 6), 1),
    ]


def test_occurrences_end_with_the_plan():
    schedule = tuesdays(plan={"ends_on": date(2025, 1, 15)})

    assert occurrences(schedule, date(2025, 1, 1), date(2025, 3, 1)) == [date(2025, 1, 7), date(2025, 1, 14)]


def test_occurrences_begin_with_the_plan():
    schedule = tuesdays(plan={"starts_on": date(2025, 1, 10)}, starts_on=date(2025, 1, 7))

    assert occurrences(schedule, date(2025, 1, 1), date(2025, 1, 21)) == [date(2025, 1, 14), date(2025, 1, 21)]


def test_occurrences_end_with_the_series():
    schedule = tuesdays(starts_on=date(2025, 1, 7), ends_on=date(2025, 1, 20))

    assert occurrences(schedule, date(2024, 1, 1), date(2026, 1, 1)) == [date(2025, 1, 7), date(2025, 1, 14)]


def test_occurrences_every_other_week_keep_their_phase_whatever_is_asked():
    schedule = tuesdays(starts_on=date(2025, 1, 7), rule="FREQ=WEEKLY;INTERVAL=2")

    assert occurrences(schedule, date(2025, 1, 14), date(2025, 2, 4)) == [date(2025, 1, 21), date(2025, 2, 4)]


def test_occurrences_on_two_weekdays():
    schedule = tuesdays(starts_on=date(2025, 1, 6), rule="FREQ=WEEKLY;BYDAY=MO,TH")

    assert occurrences(schedule, date(2025, 1, 6), date(2025, 1, 12)) == [date(2025, 1, 6), date(2025, 1, 9)]


def closed(year):
    return {f"{day:%d-%m}": name for day, name in sorted(public_holidays(year).items())}


def test_public_holidays_are_the_days_of_the_law():
    """The helligdage that Erhvervsstyrelsen lists for lukkeloven, and its three further days. 1 May is none of them."""
    assert closed(2026) == {
        "01-01": "Nytårsdag",
        "02-04": "Skærtorsdag",
        "03-04": "Langfredag",
        "05-04": "Påskedag",
        "06-04": "Anden påskedag",
        "14-05": "Kristi himmelfartsdag",
        "24-05": "Pinsedag",
        "25-05": "Anden pinsedag",
        "05-06": "Grundlovsdag",
        "24-12": "Juleaftensdag",
        "25-12": "Juledag",
        "26-12": "Anden juledag",
        "31-12": "Nytårsaften",
    }


@pytest.mark.parametrize("year", range(2015, 2041))
def test_store_bededag_is_a_holiday_until_2023_only(year):
    assert ("Store bededag" in closed(year).values()) is (year <= 2023)
    assert len(closed(year)) == (14 if year <= 2023 else 13) - (closed(year)["05-06"] != "Grundlovsdag")


def test_a_public_holiday_on_1_may_or_grundlovsdag_keeps_its_own_name():
    assert closed(2008)["01-05"] == "Kristi himmelfartsdag"
    assert closed(2017)["05-06"] == "Anden pinsedag"


def test_occurrences_skip_easter_monday_unless_the_series_says_otherwise():
    schedule = tuesdays(starts_on=date(2025, 4, 7))  # Mondays
    assert occurrences(schedule, date(2025, 4, 14), date(2025, 4, 28)) == [date(2025, 4, 14), date(2025, 4, 28)]

    schedule.skips_holidays = False
    assert occurrences(schedule, date(2025, 4, 21), date(2025, 4, 21)) == [date(2025, 4, 21)]


def test_occurrences_skip_closures_of_the_plan_and_of_the_activity_itself():
    schedule = tuesdays()
    other = create_activity(plan=schedule.plan)
    closed = [(None, 7), (schedule.activity, 14), (other, 21)]
    for activity, day in closed:
        Closure.objects.create(
            plan=schedule.plan,
            activity=activity,
            name="Lukket",
            starts_on=date(2025, 1, day),
            ends_on=date(2025, 1, day),
        )

    assert occurrences(schedule, date(2025, 1, 1), date(2025, 1, 31)) == [date(2025, 1, 21), date(2025, 1, 28)]


def test_expected_dates_join_the_series_of_an_activity():
    schedule = tuesdays()
    create_schedule(activity=schedule.activity, starts_on=date(2025, 1, 9))
    empty = create_activity(plan=schedule.plan)

    found = expected_dates(schedule.plan, [schedule.activity, empty], date(2025, 1, 6), date(2025, 1, 16))

    assert found == {
        schedule.activity.pk: [date(2025, 1, 7), date(2025, 1, 9), date(2025, 1, 14), date(2025, 1, 16)],
        empty.pk: [],
    }


@pytest.mark.parametrize("activities", [1, 30])
def test_expected_dates_take_two_queries(django_assert_num_queries, activities):
    plan = create_plan()
    rows = [create_activity(plan=plan) for _ in range(activities)]
    for row in rows:
        create_schedule(activity=row)
    Closure.objects.create(plan=plan, name="Uge 7", starts_on=date(2025, 2, 10), ends_on=date(2025, 2, 16))

    with django_assert_num_queries(2):
        found = expected_dates(plan, rows, date(2025, 1, 1), date(2025, 6, 30))

    assert len(found) == activities


def test_extend_schedules_looks_twelve_weeks_ahead():
    schedule = tuesdays()

    added = extend_schedules(plan=schedule.plan, today=date(2025, 8, 5))

    dates = list(Session.objects.values_list("date", flat=True))
    assert added == 13
    assert (dates[0], dates[-1]) == (date(2025, 8, 5), date(2025, 10, 28))
    session = Session.objects.first()
    assert (session.start_time, session.end_time, session.state) == (time(18), time(21), SessionState.PLANNED)


def test_extend_schedules_twice_adds_nothing():
    schedule = tuesdays()
    extend_schedules(plan=schedule.plan, today=date(2025, 8, 5))

    assert extend_schedules(plan=schedule.plan, today=date(2025, 8, 5)) == 0
    assert extend_schedules(plan=schedule.plan, today=date(2025, 8, 12)) == 1
    assert Session.objects.count() == 14


def test_extend_schedules_does_not_bring_back_a_moved_evening():
    schedule = tuesdays()
    extend_schedules(plan=schedule.plan, today=date(2025, 8, 5))
    Session.objects.filter(date=date(2025, 8, 12)).update(date=date(2025, 8, 14))

    assert extend_schedules(plan=schedule.plan, today=date(2025, 8, 5)) == 0


def test_extend_schedules_leaves_a_date_that_was_logged_as_unplanned():
    schedule = tuesdays()
    create_session(activity=schedule.activity, date=date(2025, 8, 12), state=SessionState.CANCELLED)

    extend_schedules(plan=schedule.plan, today=date(2025, 8, 5))

    assert Session.objects.filter(date=date(2025, 8, 12)).count() == 1


def test_extend_schedules_skips_ended_activities_and_stops_with_the_plan():
    schedule = tuesdays(plan={"ends_on": date(2025, 8, 20)})
    asleep = create_schedule(activity=create_activity(plan=schedule.plan, is_active=False))

    added = extend_schedules(plan=schedule.plan, today=date(2025, 8, 5))

    assert added == 3
    assert not asleep.sessions.exists()


def test_extend_schedules_takes_constant_queries(django_assert_max_num_queries):
    plan = create_plan()
    for _ in range(10):
        create_schedule(activity=create_activity(plan=plan))

    with django_assert_max_num_queries(12):  # batches of the insert, and a look for shifts to make
        extend_schedules(plan=plan, today=date(2025, 8, 5))

    assert Session.objects.count() == 130


def test_closing_removes_only_coming_planned_evenings_of_series():
    schedule = tuesdays()
    plan, today = schedule.plan, date(2025, 8, 12)
    extend_schedules(plan=plan, today=date(2025, 8, 5))
    Session.objects.filter(date=date(2025, 8, 19)).update(
        state=SessionState.CANCELLED, logged_at="2025-08-01T10:00Z", log_source=LogSource.PERSON
    )
    create_session(activity=schedule.activity, date=date(2025, 8, 20))  # planned by hand

    _closure, removed = close_days(
        plan=plan, name="Uge 34", starts_on=date(2025, 8, 5), ends_on=date(2025, 8, 26), today=today
    )

    left = list(Session.objects.filter(date__lte=date(2025, 8, 26)).values_list("date", flat=True))
    assert removed == 2
    assert left == [date(2025, 8, 5), date(2025, 8, 19), date(2025, 8, 20)]


def test_reopening_fills_the_days_again():
    schedule = tuesdays()
    extend_schedules(plan=schedule.plan, today=date(2025, 8, 5))
    closure, removed = close_days(
        plan=schedule.plan,
        name="Uge 42",
        starts_on=date(2025, 10, 13),
        ends_on=date(2025, 10, 19),
        today=date(2025, 8, 5),
    )

    assert (removed, reopen_days(closure=closure, today=date(2025, 8, 5))) == (1, 1)


def test_ending_an_activity_keeps_history_and_takes_the_rest():
    schedule = tuesdays()
    extend_schedules(plan=schedule.plan, today=date(2025, 8, 5))
    person = create_user()

    removed = end_activity(activity=schedule.activity, today=date(2025, 8, 12))

    schedule.refresh_from_db()
    assert (removed, schedule.ends_on, schedule.activity.is_active) == (11, date(2025, 8, 12), False)
    assert list(Session.objects.values_list("date", flat=True)) == [date(2025, 8, 5), date(2025, 8, 12)]
    assert extend_schedules(plan=schedule.plan, today=date(2025, 8, 12)) == 0
    assert person.pk
