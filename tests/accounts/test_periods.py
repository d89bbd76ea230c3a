"""Periods follow the plan: no day is in two periods, none is left out."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Plan
from accounts.periods import (
    MONTHS,
    Period,
    add_months,
    current_period,
    plan_periods,
    plan_year,
    school_years,
    whole_plan,
)

HERREDSVANG = Plan(starts_on=date(2023, 7, 1), ends_on=date(2027, 6, 30))
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(first=days, length=st.integers(1, 12 * 366), kind=st.sampled_from([*MONTHS, "school"]))
def test_periods_cover_every_day_of_the_plan_once(first, length, kind):
    plan = Plan(starts_on=first, ends_on=first + timedelta(days=length))

    periods = school_years(plan) if kind == "school" else plan_periods(plan, kind)

    assert periods[0].first == plan.starts_on
    assert periods[-1].last == plan.ends_on
    assert all(a.last + timedelta(days=1) == b.first for a, b in itertools.pairwise(periods))
    assert all(period.first <= period.last for period in periods)


@given(first=days, length=st.integers(1, 12 * 366))
def test_quarters_and_half_years_nest_in_plan_years(first, length):
    plan = Plan(starts_on=first, ends_on=first + timedelta(days=length))
    year_starts = {period.first for period in plan_periods(plan, "year")}
    half_starts = {period.first for period in plan_periods(plan, "half")}
    quarter_starts = {period.first for period in plan_periods(plan, "quarter")}

    assert year_starts <= half_starts <= quarter_starts


@given(first=days, length=st.integers(1, 12 * 366), after=st.integers(-400, 13 * 366))
def test_plan_year_is_the_one_of_all_the_plans_years_that_holds_the_day(first, length, after):
    plan = Plan(starts_on=first, ends_on=first + timedelta(days=length))
    day = first + timedelta(days=after)

    assert plan_year(plan, day) == next((year for year in plan_periods(plan, "year") if day in year), None)


def test_plan_year_of_a_plan_that_began_on_the_29th_of_february():
    plan = Plan(starts_on=date(2024, 2, 29), ends_on=date(2028, 2, 28))

    for day in (date(2025, 2, 27), date(2025, 2, 28), date(2028, 2, 28)):
        assert plan_year(plan, day) == next(year for year in plan_periods(plan, "year") if day in year)


def test_plan_years_of_herredsvang_are_named_as_in_the_target_sheet():
    assert [period.label for period in plan_periods(HERREDSVANG, "year")] == [
        "2023/24",
        "2024/25",
        "2025/26",
        "2026/27",
    ]


def test_calendar_years_are_named_by_the_year_alone():
    plan = Plan(starts_on=date(2024, 1, 1), ends_on=date(2025, 12, 31))

    assert [period.label for period in plan_periods(plan, "year")] == ["2024", "2025"]


def test_halves_and_quarters_carry_their_plan_year():
    assert [period.label for period in plan_periods(HERREDSVANG, "half")][:3] == [
        "2023/24 H1",
        "2023/24 H2",
        "2024/25 H1",
    ]
    assert plan_periods(HERREDSVANG, "quarter")[5] == Period(
        date(2024, 10, 1), date(2024, 12, 31), "quarter", "2024/25 K2"
    )


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2023, 12, 1), 1, date(2024, 1, 1)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
    ],
)
def test_add_months_keeps_to_the_month(day, months, later):
    assert add_months(day, months) == later


def test_a_plan_that_starts_on_the_last_of_august_keeps_its_month_ends():
    plan = Plan(starts_on=date(2023, 8, 31), ends_on=date(2025, 8, 30))

    assert [period.first for period in plan_periods(plan, "half")] == [
        date(2023, 8, 31),
        date(2024, 2, 29),
        date(2024, 8, 31),
        date(2025, 2, 28),
    ]


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2023, 6, 1), "2023/24"),
        (date(2025, 6, 30), "2024/25"),
        (date(2025, 7, 1), "2025/26"),
        (date(2040, 1, 1), "2026/27"),
    ],
)
def test_current_period_falls_back_to_the_nearest(day, label):
    assert current_period(plan_periods(HERREDSVANG, "year"), day).label == label


def test_current_period_of_no_periods_is_none():
    assert current_period([], date(2025, 1, 1)) is None


def test_whole_plan_is_first_to_last_day():
    assert whole_plan(HERREDSVANG) == Period(date(2023, 7, 1), date(2027, 6, 30), "plan", "2023-2027")
