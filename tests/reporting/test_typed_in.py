"""Typed-in values against the rule written out naively: counts add up over the target periods, levels never do."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.periods import Period, plan_periods, whole_plan
from reporting.board import read_board
from reporting.figure_set import build_figure_set
from reporting.figures import indicator_figures
from reporting.models import Measure, Measurement
from reporting.status import Accumulation
from reporting.typed_in import typed_value
from tests.factories import create_plan
from tests.reporting.makers import YEAR, create_indicator, create_measurement, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 24)
LAST_YEAR = (date(2024, 7, 1), date(2025, 6, 30))
WHOLE = (date(2023, 7, 1), date(2027, 6, 30))


@pytest.fixture
def plan():
    return create_plan()


@pytest.fixture
def jobs(plan):
    """B1: 20 young people find a job, each year."""
    indicator = create_indicator(plan=plan, measure=Measure.PEOPLE_COUNT, code="B1")
    for period in (LAST_YEAR, YEAR):
        create_target(indicator=indicator, value=20, period=period)
    for day, value in ((date(2024, 12, 1), 9), (date(2025, 6, 13), 21), (date(2025, 10, 2), 6)):
        create_measurement(indicator=indicator, value=value, measured_on=day)
    return indicator


def figure(plan, period, today=TODAY):
    [only] = indicator_figures(plan, *period, today)
    return only


def board_row(plan, period: Period, today=TODAY):
    """As the team reads it."""
    [block] = read_board(build_figure_set(plan, period, today, today=today, for_team=True)).areas
    [row] = block.rows
    return row


def test_a_count_is_too_early_to_judge_while_its_year_runs(plan, jobs):
    row = board_row(plan, Period(*YEAR, "year", "2025/26"))

    assert (row.value, row.of, row.status, row.status_word) == ("6", "af 20", "no_data", "For tidligt at sige")
    assert row.next_step == "14 mere når målet"


def test_a_count_that_has_reached_its_target_is_reached_at_once(plan, jobs):
    create_measurement(indicator=jobs, value=20, measured_on=date(2025, 11, 3))

    assert figure(plan, YEAR).status == "reached"


def test_a_count_is_judged_when_its_year_is_over(plan, jobs):
    assert (figure(plan, LAST_YEAR).value.low, figure(plan, LAST_YEAR).status) == (21, "reached")
    assert figure(plan, YEAR, today=date(2026, 7, 1)).status == "at_risk"


def test_counts_add_up_over_the_whole_plan_and_say_nothing_of_a_part(plan, jobs):
    assert figure(plan, WHOLE).value.low == 21 + 6
    assert figure(plan, (date(2025, 7, 1), date(2025, 9, 30))).value.low is None  # typed in on 2 October
    assert figure(plan, (date(2025, 10, 1), date(2025, 12, 31))).value.low is None  # counted since July


def test_counts_say_what_they_are_added_up_from(plan, jobs):
    row = board_row(plan, whole_plan(plan))

    assert ("Lagt sammen", "21 (2024/25) + 6 (2025/26)") in {(fact.term, fact.text) for fact in row.facts}
    assert row.trend == [9, 21, 27]


def test_a_finer_target_rewrites_no_year_but_its_own(plan, jobs):
    create_measurement(indicator=jobs, value=4, measured_on=date(2025, 9, 15))
    before = figure(plan, LAST_YEAR), figure(plan, WHOLE)

    create_target(indicator=jobs, value=5, period=(date(2025, 7, 1), date(2025, 9, 30)))

    assert [found.value.low for found in before] == [21, 21 + 6]
    assert (figure(plan, LAST_YEAR).value.low, figure(plan, LAST_YEAR).status) == (21, "reached")
    assert figure(plan, YEAR).value.low == 4 + 6  # its quarters now
    assert figure(plan, WHOLE).value.low == 21 + 4 + 6


@pytest.mark.parametrize("measure", [Measure.REGISTER, Measure.SHARE, Measure.SURVEY, Measure.ACTIVE_VOLUNTEERS])
def test_levels_never_add_up(plan, measure):
    indicator = create_indicator(plan=plan, measure=measure)
    create_measurement(indicator=indicator, value=30, measured_on=date(2024, 10, 1))
    create_measurement(indicator=indicator, value=32, measured_on=date(2025, 10, 1))

    assert figure(plan, WHOLE).value.low == 32


def test_a_level_near_its_limit_is_close_and_never_both_on_track_and_above(plan):
    indicator = create_indicator(
        plan=plan, measure=Measure.REGISTER, code="K6", direction="at_most", baseline=Decimal("41.5")
    )
    create_target(indicator=indicator, value=35)
    create_measurement(indicator=indicator, value="35.4")

    running = board_row(plan, Period(*YEAR, "year"))
    over = board_row(plan, Period(*YEAR, "year"), today=date(2026, 7, 1))

    assert (running.status, running.status_word) == ("on_track", "Tæt på")
    assert running.next_step == "0,4 lavere når målet"
    assert (over.status_word, over.next_step) == ("Næsten nået", "0,4 over grænsen")


# -- the naive oracle --------------------------------------------------------------------------------------------------

KINDS = ("quarter", "half", "year")
days = st.integers(0, (WHOLE[1] - WHOLE[0]).days).map(lambda n: WHOLE[0] + timedelta(days=n))


@given(
    entries=st.lists(st.tuples(days, st.integers(0, 50)), max_size=12),
    kinds=st.lists(st.sampled_from([*KINDS, None]), min_size=4, max_size=4),
    asked=st.sampled_from([*KINDS, "plan"]),
    data=st.data(),
)
def test_typed_value_of_a_count_equals_adding_up_by_hand(entries, kinds, asked, data):
    """In each plan year one target of some kind, or none."""
    plan = create_plan()
    indicator = create_indicator(plan=plan, measure=Measure.CONTACTS)
    spans = []
    for year, kind in zip(plan_periods(plan, "year"), kinds, strict=True):
        inside = [span for span in plan_periods(plan, kind or "year") if year.first <= span.first <= year.last]
        if kind:
            chosen = data.draw(st.sampled_from(inside))
            create_target(indicator=indicator, value=1, period=(chosen.first, chosen.last))
        spans += inside
    period = data.draw(st.sampled_from([whole_plan(plan)] if asked == "plan" else plan_periods(plan, asked)))
    measurements = [Measurement(measured_on=day, value=Decimal(value)) for day, value in sorted(entries, key=day_of)]

    found = typed_value(indicator, Accumulation.SUM, measurements, period, plan)

    total, anything = 0, False
    for span in spans:
        inside = [m for m in measurements if span.first <= m.measured_on <= span.last]
        inside = [m for m in inside if m.measured_on <= period.last]
        if inside and span.first >= period.first and any(s.first == period.first for s in spans):
            total, anything = total + inside[-1].value, True
    assert found.value == (total if anything else None)


def day_of(entry):
    return entry[0]
