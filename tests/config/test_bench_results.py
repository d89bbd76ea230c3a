"""What a benchmark is judged by: first the ratio to the floor of the same run, then what holds on any machine."""

import json

import pytest

from tests.bench.results import Result, table

pytestmark = pytest.mark.once
GOALS = {"p50_ms": ("<=", 25), "queries": ("<=", 8), "ratio": ("<=", 3.5)}


def tick_page(**figures):
    found = {"p50_ms": 20, "queries": 8, "floor_ms": 7.1, "ratio": 3.0} | figures
    return Result(benchmark="tick-page", database="sqlite", size="D2", figures=found, goals=dict(GOALS))


def test_the_ratio_is_judged_first_and_milliseconds_last():
    assert list(tick_page().goals) == ["ratio", "queries", "p50_ms"]


def test_a_slow_machine_is_said_and_fails_nothing():
    result = tick_page(p50_ms=40)

    assert (result.missed, result.slow) == ([], ["p50_ms 40 (goal <= 25)"])
    line = json.loads(result.line())
    assert (line["passed"], line["fast_here"]) == (True, False)
    assert "ok · slow here: p50_ms 40 (goal <= 25)" in table([result])


def test_a_ratio_above_its_goal_fails_however_quick_the_machine():
    result = tick_page(ratio=4.0)

    assert (result.missed, result.slow) == (["ratio 4 (goal <= 3.50)"], [])
    assert json.loads(result.line())["passed"] is False
    assert "MISSED: ratio 4 (goal <= 3.50)" in table([result])


def test_a_figure_that_is_missing_is_a_goal_missed():
    assert tick_page(ratio=None).missed == ["ratio – (goal <= 3.50)"]
