from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reporting.figures import milestone_status
from reporting.status import Accumulation, Reading, Status, expected_value, is_too_early, judge, status_if_below


def reading(value, target, *, expected=None, high=None, target_high=None, **fields) -> Reading:
    def number(n):
        return None if n is None else Decimal(str(n))

    return Reading(
        **{
            "accumulation": Accumulation.SUM,
            "direction": "at_least",
            "low": number(value),
            "high": number(value if high is None else high),
            "target": number(target),
            "target_high": number(target_high),
            "expected": number(expected),
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("value", "status"),
    [(40, "reached"), (39, "on_track"), (18, "on_track"), (17.9, "behind"), (14, "behind"), (13.9, "at_risk")],
)
def test_judge_a_sum_against_the_value_expected_by_now(value, status):
    assert judge(reading(value, 40, expected=20)) == status


def test_judge_a_sum_that_has_reached_its_target_cannot_lose_it():
    assert judge(reading(8, 8, expected=4)) == Status.REACHED


def test_judge_a_mean_is_only_reached_when_the_period_is_over():
    running = reading(33, 30, expected=30, accumulation=Accumulation.MEAN)

    assert judge(running) == Status.ON_TRACK
    assert judge(replace(running, is_over=True)) == Status.REACHED


@pytest.mark.parametrize(("value", "status"), [(10, "reached"), (11, "on_track"), (13, "behind"), (13.1, "at_risk")])
def test_judge_at_most_mirrors_at_least(value, status):
    typed_in = reading(value, 10, direction="at_most", accumulation=Accumulation.LATEST)

    assert judge(typed_in) == status


def test_judge_compares_the_lower_bound_for_at_least_and_the_upper_for_at_most():
    people = reading(120, 150, high=180, is_over=True, accumulation=Accumulation.DISTINCT)

    assert judge(people) == Status.BEHIND
    assert judge(replace(people, direction="at_most")) == Status.BEHIND
    assert judge(replace(people, low=Decimal(150))) == Status.REACHED


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (38, "reached"),
        (30, "reached"),
        (50, "reached"),
        (27, "on_track"),
        (54, "on_track"),
        (22, "behind"),
        (70, "at_risk"),
    ],
)
def test_judge_a_range_by_its_nearer_limit(value, status):
    typed_in = reading(value, 30, target_high=50, direction="range", accumulation=Accumulation.LATEST)

    assert judge(typed_in) == status


def test_judge_says_no_data_when_nothing_was_due_yet():
    assert judge(reading(None, 40)) == Status.NO_DATA
    assert judge(reading(0, 40, has_begun=False)) == Status.NO_DATA
    assert judge(reading(0, 40, has_begun=False, is_over=True)) == Status.AT_RISK


def test_judge_without_a_series_counts_what_is_in_the_calendar():
    few = reading(3, 10)

    assert judge(few) == Status.NO_DATA
    assert judge(replace(few, secured=Decimal(10))) == Status.ON_TRACK
    assert judge(replace(few, secured=Decimal(10), is_over=True)) == Status.AT_RISK


@pytest.mark.parametrize(
    ("direction", "value", "target_high", "status"),
    [
        ("at_least", 6, None, "no_data"),
        ("at_least", 20, None, "reached"),
        ("at_most", 6, None, "no_data"),
        ("at_most", 21, None, "at_risk"),
        ("range", 25, 30, "no_data"),
        ("range", 31, 30, "at_risk"),
    ],
)
def test_judge_a_count_without_a_pace_only_when_it_is_certain(direction, value, target_high, status):
    typed_in = reading(value, 20, direction=direction, target_high=target_high)

    assert judge(typed_in) == status
    assert is_too_early(typed_in)
    assert not is_too_early(replace(typed_in, is_over=True))
    assert judge(replace(typed_in, is_over=True)) != Status.NO_DATA


def test_judge_a_sum_past_its_limit_is_past_it_for_good():
    assert judge(reading(101, 100, expected=99, direction="at_most")) == Status.AT_RISK
    assert judge(reading(101, 100, expected=99, direction="at_most", is_over=True)) == Status.ON_TRACK


def test_judge_uses_the_indicators_own_margin():
    assert judge(reading(19, 40, expected=20, margin=Decimal("0.05"))) == Status.ON_TRACK
    assert judge(reading(18, 40, expected=20, margin=Decimal("0.05"))) == Status.BEHIND
    assert judge(reading(19, 40, expected=20, margin=Decimal(0))) == Status.AT_RISK


def test_expected_value_follows_the_schedule():
    def expected(accumulation, due=15, whole=43):
        return expected_value(accumulation=accumulation, target=Decimal(86), due=due, whole=whole)

    assert expected(Accumulation.SUM) == Decimal(30)
    assert expected(Accumulation.DISTINCT) == Decimal(30)
    assert expected(Accumulation.MEAN) == Decimal(86)
    assert expected(Accumulation.LATEST) is None
    assert expected(Accumulation.SUM, due=0, whole=0) is None


def test_status_if_below_tells_only_what_every_small_total_shares():
    assert status_if_below(reading(3, 100, expected=50), 10) == Status.AT_RISK
    assert status_if_below(reading(3, 8, expected=4), 10) == Status.NO_DATA


def test_milestone_status_is_about_the_day():
    due_on = date(2024, 7, 1)

    assert milestone_status(done=True, due_on=due_on, today=date(2025, 1, 1)) == Status.REACHED
    assert milestone_status(done=False, due_on=due_on, today=due_on) == Status.ON_TRACK
    assert milestone_status(done=False, due_on=due_on, today=date(2024, 7, 2)) == Status.AT_RISK
