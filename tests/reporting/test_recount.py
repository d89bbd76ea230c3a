"""The nightly recount: silent when the figures are right, and sees what somebody has planted."""

import json
from datetime import date, time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Role
from accounts.periods import plan_periods
from activities.models import CountingMode
from reporting.figures import indicator_figures
from reporting.measures import MEASURES
from reporting.models import FigureCheck, Measure
from reporting.recount import LEFT_OUT, RECOUNTED, TALLIED, check_plan, recount_all, recount_plan
from reporting.releases import release_figures
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_shift,
    create_signup,
    create_volunteer,
    get_format,
)
from tests.reporting.makers import create_indicator
from tests.residents.worlds import build, day, undone, worlds

pytestmark = pytest.mark.django_db
TODAY = date(2025, 11, 20)


def indicators_of_everything(plan, activities) -> None:
    """One of each computed measure over a union, over all, and with a format."""
    for measure in RECOUNTED:
        more = {"at_least_times": 2} if measure == Measure.UNIQUE_AT_LEAST else {}
        create_indicator(plan=plan, measure=measure, activities=activities[:2], **more)
        create_indicator(plan=plan, measure=measure, all_activities=True, **more)
        create_indicator(plan=plan, measure=measure, all_activities=True, format=get_format("debate"), **more)


def test_every_computed_measure_is_recounted():
    computed = {code for code, rule in MEASURES.items() if not rule.is_typed_in}

    assert computed - set(RECOUNTED) - set(TALLIED) - set(LEFT_OUT) == set()


@settings(max_examples=12)
@given(world=worlds, seen_on=st.integers(3, 14))
def test_figures_of_random_worlds_agree_with_their_rows(world, seen_on):
    with undone():
        stage = build(world)
        indicators_of_everything(stage.plan, stage.activities)

        outcome = recount_plan(stage.plan, today=day(seen_on))

        assert outcome.differences == []
        assert outcome.figures == 4 * (3 * 9 + 2 * 3 * len(RECOUNTED))  # four periods have begun


@pytest.fixture
def plan():
    """An evening with three people of five, and two targets."""
    plan = create_plan(slug="herredsvang")
    cafe = create_activity(plan=plan, name="Unge Cafeen", counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_held_session(activity=cafe, heads=5, date=date(2025, 10, 7))
    for number in range(3):
        create_attendance(session=session, participant=create_participant(plan=plan, alias=f"Barn {number}"))
    create_indicator(plan=plan, code="K2", measure=Measure.VISITS, activities=[cafe])
    create_indicator(plan=plan, code="K3", measure=Measure.UNIQUE_PEOPLE, activities=[cafe])
    return plan


def run(statement: str, *params: object) -> None:
    """Behind the portal's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_figures_that_are_right_are_silent(plan, time_machine):
    time_machine.move_to(TODAY.isoformat())
    release_figures(plan=plan, as_of=TODAY)

    assert recount_all() == f"{FigureCheck.objects.get().figures} figures recounted, 0 plans differ"
    check = FigureCheck.objects.get()
    assert (check.differing, check.damaged, json.loads(check.details)) == (0, 0, [])
    assert check.figures == 19 * (9 + 2 * 2)  # 3 plan years, 5 half-years, 10 quarters and the whole plan have begun


def test_shifts_that_were_taken_off_an_evening_are_recounted_alike(plan):
    cafe = plan.activities.get()
    session = create_held_session(activity=cafe, date=date(2025, 10, 14), start_time=time(18), end_time=time(21))
    create_indicator(plan=plan, code="F1", measure=Measure.VOLUNTEER_HOURS, activities=[cafe])
    for role, was_there, is_off in (("host", None, False), ("kitchen", None, True), ("door", True, True)):
        shift = create_shift(session=session, role=role, is_off=is_off)
        create_signup(shift=shift, user=create_volunteer(plan=plan), was_there=was_there)

    year = next(period for period in plan_periods(plan, "year") if date(2025, 10, 14) in period)
    hours = next(row for row in indicator_figures(plan, year.first, year.last, TODAY) if row.indicator.code == "F1")
    assert hours.value.low == 6
    assert recount_plan(plan, today=TODAY).differences == []


@pytest.mark.logs_errors
def test_a_kept_number_that_is_wrong_is_seen(plan):
    run("UPDATE activities_session SET heads_total = NULL, known_heads = 4")

    outcome = check_plan(plan, today=TODAY)

    found = {(one.period, one.figure): (one.shown, one.recounted) for one in outcome.differences}
    assert found["2025/26", "Unge Cafeen: visits"] == ("4", "3")
    assert found["2025/26", "K2: value"] == ("4", "3")
    assert found["2025/26 H1", "K3: value"] == ("4", "3")
    assert FigureCheck.objects.get().differing == len(found)


@pytest.mark.logs_errors
def test_a_tick_with_another_date_than_its_evening_is_seen(plan):
    run("UPDATE residents_attendance SET date = '2024-10-07' WHERE id = (SELECT MIN(id) FROM residents_attendance)")

    differences = recount_plan(plan, today=TODAY).differences

    found = {(one.period, one.figure): (one.shown, one.recounted) for one in differences}

    assert found["2025/26", "Unge Cafeen: unique_max"] == ("4", "5")
    assert found["2024/25", "Unge Cafeen: unique_max"] == ("1", "0")


@pytest.mark.logs_errors
def test_a_release_that_somebody_has_changed_is_seen(plan):
    release_figures(plan=plan, as_of=TODAY)
    run("UPDATE reporting_release SET content = REPLACE(content, 'Unge Cafeen', 'X') WHERE starts_on = '2025-07-01'")

    assert check_plan(plan, today=TODAY).damaged == 3


@pytest.mark.logs_errors
def test_health_and_the_project_manager_are_told(plan):
    healthz = Client().get("/healthz/").json()
    assert healthz["figures"] is None

    run("UPDATE activities_session SET heads_total = NULL, known_heads = 4")
    check_plan(plan, today=TODAY)

    healthz = Client().get("/healthz/").json()
    assert healthz["figures"]["differing"] == FigureCheck.objects.get().differing > 0
    assert "figures" not in healthz["failing"]
    leader = Client()
    leader.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    page = leader.get(reverse("reporting:data", args=[plan.slug])).content.decode()
    assert "Unge Cafeen: visits" in page
    assert "Nogle tal stemmer ikke" in page


@pytest.mark.logs_errors
def test_the_log_of_a_difference_names_nothing_but_the_plan(plan, caplog):
    run("UPDATE activities_session SET heads_total = NULL, known_heads = 4")

    check_plan(plan, today=TODAY)

    assert "herredsvang" in caplog.text
    assert "Unge Cafeen" not in caplog.text


def test_a_plan_that_has_not_begun_has_no_figures():
    plan = create_plan(starts_on=date(2030, 1, 1), ends_on=date(2033, 12, 31))

    assert recount_plan(plan, today=TODAY).figures == 0


def test_the_number_of_queries_does_not_grow(plan):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            recount_plan(plan, today=TODAY)
        return len(queries)

    few = count()
    for number in range(29):
        activity = create_activity(plan=plan, name=f"Aktivitet {number}")
        create_held_session(activity=activity, date=date(2025, 10, 8))
        create_indicator(plan=plan, measure=Measure.VISITS, activities=[activity])
    assert count() <= few + 4  # two statements more for each 200 questions about people
