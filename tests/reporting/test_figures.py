import io
import json
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.periods import Period, plan_periods
from activities.models import CountingMode, SessionState
from reporting.figure_export import plain_number
from reporting.figure_set import build_figure_sets
from reporting.figures import activity_figures, indicator_figures
from reporting.models import Measure
from reporting.releases import release_figures
from reporting.values import exactly
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_participant,
    create_plan,
    create_schedule,
    create_session,
    create_shift,
    create_signup,
    create_volunteer,
)
from tests.reporting.makers import YEAR, create_indicator, create_measurement, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 24)


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken", name="Birkeparken")


def figure(plan, today=TODAY, period=YEAR):
    [only] = indicator_figures(plan, *period, today)
    return only


def run_figures(*arguments: str) -> str:
    out = io.StringIO()
    call_command("figures", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


# -- expected, target, status ------------------------------------------------------------------------------------------


def test_indicator_figures_expect_by_the_schedule_and_not_by_the_calendar(plan):
    activity = create_activity(plan=plan)
    create_schedule(activity=activity, starts_on=date(2025, 8, 5), ends_on=date(2025, 10, 7))  # 10 Tuesdays
    indicator = create_indicator(plan=plan, activities=[activity])
    create_target(indicator=indicator, value=20)

    assert figure(plan, today=date(2025, 8, 5)).expected == 0
    assert figure(plan, today=date(2025, 8, 6)).expected == 2
    assert figure(plan, today=date(2025, 9, 3)).expected == 10
    assert figure(plan, today=date(2026, 5, 1)).expected == 20


def test_indicator_figures_have_no_target_outside_their_own_period(plan):
    activity = create_activity(plan=plan)
    indicator = create_indicator(plan=plan, activities=[activity])
    create_target(indicator=indicator, value=20)
    create_held_session(activity=activity, date=date(2025, 10, 7))

    half = figure(plan, period=(date(2025, 7, 1), date(2025, 12, 31)))

    assert (half.value.low, half.target, half.expected, half.status) == (1, None, None, None)


def test_indicator_figures_take_the_latest_typed_in_value_of_the_period(plan):
    indicator = create_indicator(plan=plan, measure=Measure.REGISTER, direction="at_most")
    create_target(indicator=indicator, value="37,0".replace(",", "."))
    create_measurement(indicator=indicator, value="41.5", measured_on=date(2025, 6, 30))
    create_measurement(indicator=indicator, value="36.5", measured_on=date(2025, 11, 1))
    create_measurement(indicator=indicator, value="38", measured_on=date(2025, 8, 1))

    shown = figure(plan)

    assert (shown.value.low, shown.status, shown.expected) == (Decimal("36.5"), "reached", None)
    assert shown.completeness is None


def test_indicator_figures_count_a_union_of_activities_once(plan):
    both = [create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS) for _ in range(2)]
    person = create_participant(plan=plan)
    for activity in both:
        create_attendance(
            session=create_held_session(activity=activity, heads=None, date=date(2025, 10, 7)), participant=person
        )
    create_indicator(plan=plan, activities=both, measure=Measure.UNIQUE_PEOPLE)

    assert figure(plan).value == exactly(1)


def test_indicator_figures_say_what_each_remaining_session_needs(plan):
    activity = create_activity(plan=plan)
    create_schedule(activity=activity, starts_on=date(2025, 11, 4), ends_on=date(2025, 12, 9))  # 6 Tuesdays
    indicator = create_indicator(plan=plan, activities=[activity], measure=Measure.MEAN_VISITS)
    create_target(indicator=indicator, value=30)
    for day in (4, 11, 18):
        create_held_session(activity=activity, heads=28, date=date(2025, 11, day))

    shown = figure(plan)

    assert (shown.missing, shown.sessions_left, shown.needed_mean, shown.status) == (2, 3, 32, "on_track")


def test_completeness_is_logged_of_due(plan):
    activity = create_activity(plan=plan)
    create_indicator(plan=plan, activities=[activity])
    create_held_session(activity=activity, date=date(2025, 10, 7))
    create_session(activity=activity, date=date(2025, 10, 14), state=SessionState.CANCELLED)
    create_session(activity=activity, date=date(2025, 10, 21), state=SessionState.CLOSED)
    create_session(activity=activity, date=date(2025, 10, 28))
    create_session(activity=activity, date=TODAY)  # tonight is not late yet

    assert figure(plan).completeness == Decimal("0.75")
    assert indicator_figures(plan, date(2026, 1, 1), date(2026, 6, 30), TODAY)[0].completeness is None


# -- queries -----------------------------------------------------------------------------------------------------------


def queries(work) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(captured)


def populate(plan, count: int) -> None:
    for number in range(count):
        activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
        create_schedule(activity=activity)
        session = create_held_session(activity=activity, date=date(2025, 10, 7))
        create_attendance(session=session, participant=create_participant(plan=plan))
        measure = [Measure.VISITS, Measure.UNIQUE_AT_LEAST, Measure.REGISTER][number % 3]
        indicator = create_indicator(plan=plan, activities=[activity], measure=measure, at_least_times=2)
        create_target(indicator=indicator, value=10)
        create_measurement(indicator=indicator, value=5)


def test_figures_take_as_many_queries_for_thirty_indicators_as_for_three(plan):
    populate(plan, 3)
    works = [
        lambda: activity_figures(plan, *YEAR, TODAY),
        lambda: indicator_figures(plan, *YEAR, TODAY),
        lambda: build_figure_sets(plan, plan_periods(plan, "year"), TODAY, for_team=True),
    ]
    few = [queries(work) for work in works]
    populate(plan, 27)

    assert [queries(work) for work in works] == few
    assert max(few) <= 20


# -- the command -------------------------------------------------------------------------------------------------------


@time_machine.travel("2025-11-24 10:00+01:00", tick=False)
def test_figures_prints_one_line_of_json_in_its_fixed_shape(plan):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_activity(plan=plan, name="Lukket klub", is_active=False)
    create_schedule(activity=cafe, starts_on=date(2025, 11, 4), ends_on=date(2025, 12, 9))
    indicator = create_indicator(
        plan=plan, code="K2", text="Mindst 30", activities=[cafe], measure=Measure.MEAN_VISITS, unit="unge pr. gang"
    )
    create_target(indicator=indicator, value=30)
    for day, heads in ((4, 20), (11, 21), (18, 24)):
        create_held_session(activity=cafe, heads=heads, date=date(2025, 11, day), volunteer_turns=2)
    create_session(activity=cafe, date=date(2025, 11, 20), state=SessionState.CANCELLED)
    create_session(activity=cafe, date=date(2025, 11, 21))

    printed = run_figures("birkeparken", "--from", "2025-07-01", "--to", "2026-06-30", "--format", "json")

    assert printed.count("\n") == 1
    assert list(json.loads(printed)) == ["plan", "from", "to", "generated_at", "activities", "indicators"]
    assert json.loads(printed) == {
        "plan": "birkeparken",
        "from": "2025-07-01",
        "to": "2026-06-30",
        "generated_at": "2025-11-24T10:00:00+01:00",
        "activities": [
            {
                "activity": "Unge Cafeen",
                "focus_area": "Kriminalpræventiv indsats",
                "sessions_held": 3,
                "cancelled": 1,
                "closed": 0,
                "unlogged": 1,
                "visits": 65,
                "mean_visits": 65 / 3,
                "unique_min": 24,
                "unique_max": 65,
                "volunteer_turns": 6,
            }
        ],
        "indicators": [
            {
                "code": "K2",
                "text": "Mindst 30",
                "measure": "mean_visits",
                "unit": "unge pr. gang",
                "value": 65 / 3,
                "value_max": 65 / 3,
                "target": 30,
                "expected": 30,
                "status": "behind",
                "completeness": 0.8,
            }
        ],
    }


@time_machine.travel("2025-11-24 10:00+01:00", tick=False)
@time_machine.travel("2025-11-24 20:00+01:00", tick=False)
def test_figures_of_a_running_period_are_those_of_the_follow_up_page(plan):
    """The twelve weeks of active volunteers end today, not with the period; nor is a value to come known yet."""
    activity = create_activity(plan=plan, name="Unge Cafeen")
    past = create_held_session(activity=activity, date=date(2025, 10, 7), heads=9)
    ahead = create_session(activity=activity, date=date(2026, 6, 2))
    for session in (past, ahead):
        create_signup(shift=create_shift(session=session), user=create_volunteer(plan=plan))
    volunteers = create_indicator(plan=plan, code="F1", measure=Measure.ACTIVE_VOLUNTEERS, all_activities=True)
    create_target(indicator=volunteers, value=6)
    create_target(indicator=create_indicator(plan=plan, code="F2", activities=[activity], measure="visits"), value=90)
    create_measurement(
        indicator=create_indicator(plan=plan, code="F3", measure=Measure.REGISTER), value=5, measured_on=ahead.date
    )

    printed = json.loads(run_figures("birkeparken", "--from", "2025-07-01", "--to", "2026-06-30", "--format", "json"))
    [page] = build_figure_sets(plan, [Period(*YEAR, "year")], TODAY, today=TODAY, for_team=True)
    called = indicator_figures(plan, *YEAR, TODAY)

    on_page = [(row["code"], plain_number(row["value"]), row["status"]) for row in page["indicators"]]
    assert on_page == [("F1", 1, "at_risk"), ("F2", 9, "no_data"), ("F3", None, None)]
    assert [(row["code"], row["value"], row["status"]) for row in printed["indicators"]] == on_page
    assert [(f.indicator.code, plain_number(f.value.low), f.status) for f in called] == on_page
    assert activity_figures(plan, *YEAR, TODAY)[0].volunteer_turns == printed["activities"][0]["volunteer_turns"]


def test_figures_leaves_out_what_cannot_be_said(plan):
    create_activity(plan=plan, name="Ny klub")
    create_indicator(plan=plan, measure=Measure.SURVEY)

    printed = json.loads(run_figures("birkeparken", "--format", "json"))

    [activity], [indicator] = printed["activities"], printed["indicators"]
    assert (printed["from"], printed["to"]) == ("2023-07-01", "2027-06-30")
    assert (activity["mean_visits"], activity["unique_min"], activity["unique_max"]) == (None, 0, 0)
    nothing = ("value", "value_max", "target", "expected", "status", "completeness")
    assert [indicator[key] for key in nothing] == [None] * 6


def test_figures_as_board_reads_the_release_of_exactly_that_period(plan):
    cafe = create_activity(plan=plan)
    session = create_held_session(activity=cafe, heads=30, date=date(2025, 10, 7))
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    session.heads_total = 50
    session.save()

    asked = ["birkeparken", "--from", "2025-07-01", "--to", "2026-06-30", "--format", "json"]

    assert json.loads(run_figures(*asked))["activities"][0]["visits"] == 50
    assert json.loads(run_figures(*asked, "--as", "board"))["activities"][0]["visits"] == 30
    assert json.loads(run_figures(*asked, "--as", "board"))["activities"][0]["unique_min"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["ukendt"],
        ["birkeparken", "--as", "board"],
        ["birkeparken", "--as", "partner"],
        ["birkeparken", "--from", "2025-07-02", "--to", "2025-07-01"],
    ],
)
def test_figures_exits_with_2_when_there_is_nothing_to_read(plan, arguments):
    with pytest.raises(SystemExit) as stopped:
        run_figures(*arguments)

    assert stopped.value.code == 2


def test_figures_csv_is_formula_safe(plan):
    create_held_session(activity=create_activity(plan=plan, name="=Klub"), heads=5, date=date(2025, 10, 7))

    lines = run_figures("birkeparken", "--format", "csv").splitlines()

    assert lines[0] == "\ufeffkind;name;figure;value"
    assert "activity;'=Klub;visits;5" in lines
