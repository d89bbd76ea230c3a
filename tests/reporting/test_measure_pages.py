"""What the newer measures tell on pages and in releases: why there is no figure, what counts, what is kept back."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from accounts.periods import Period
from activities.models import CountingMode
from reporting.figure_set import build_figure_set
from reporting.models import Embedding, Measure
from reporting.schema import check_figure_set
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
)
from tests.reporting.makers import YEAR, create_indicator, create_measurement, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 24)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken")


def member(plan, role) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role))
    return client


def at(name: str, *arguments) -> str:
    return reverse(f"reporting:{name}", args=["birkeparken", *arguments])


def row(plan, code: str, *, for_team: bool = False) -> dict:
    figure_set = build_figure_set(plan, Period(*YEAR), TODAY, today=TODAY, for_team=for_team)
    check_figure_set(figure_set)
    return next(row for row in figure_set["indicators"] if row["code"] == code)


@pytest.mark.parametrize(
    ("measure", "fields", "typed", "why", "words"),
    [
        (Measure.BASELINE_CHANGE, {}, {"value": 52}, "no_baseline", "udgangspunktet mangler"),
        (Measure.BENCHMARK_GAP, {}, {"value": 52}, "no_benchmark", "det, der sammenlignes med, mangler"),
        (Measure.MEAN_VISITS, {"all_activities": True}, None, "nothing_held", "ingen gange er afholdt endnu"),
        (Measure.CARRIED_ON, {"all_activities": True}, None, "nothing_decided", "intet er besluttet endnu"),
    ],
)
def test_a_figure_that_cannot_be_told_says_why(plan, measure, fields, typed, why, words):
    indicator = create_indicator(plan=plan, code="X1", measure=measure, **fields)
    create_target(indicator=indicator, value=5)
    if typed:
        create_measurement(indicator=indicator, **typed)

    told = row(plan, "X1")

    assert (told["value"], told["why_none"], told["status"]) == (None, why, "no_data")
    assert words in member(plan, Role.STAFF).get(at("follow_up")).text


def test_a_share_of_nothing_is_no_share_and_says_so(plan):
    part = create_indicator(plan=plan, code="A", all_activities=True, measure=Measure.SESSIONS_WITH_FORMAT)
    whole = create_indicator(plan=plan, code="B", all_activities=True)
    share = create_indicator(plan=plan, code="C", measure=Measure.SHARE, numerator=part, denominator=whole)
    create_target(indicator=share, value=50)

    told = row(plan, "C")

    assert (told["value"], told["why_none"], told["made_of"]) == (None, "zero_whole", ["A", "B"])
    page = member(plan, Role.STAFF).get(at("follow_up")).text
    assert "ingen andel: helheden er 0" in page
    assert "A divideret med B" in page


def test_a_share_of_two_targets_that_are_not_in_use_is_counted_all_the_same(plan):
    cafe = create_activity(plan=plan)
    create_held_session(activity=cafe, date=date(2025, 10, 7), theme="Job")
    create_held_session(activity=cafe, date=date(2025, 10, 14))
    operands = [
        create_indicator(plan=plan, all_activities=True, measure=measure, is_active=False)
        for measure in (Measure.SESSIONS_WITH_FORMAT, Measure.SESSIONS_HELD)
    ]
    create_indicator(plan=plan, code="C", measure=Measure.SHARE, numerator=operands[0], denominator=operands[1])

    assert row(plan, "C")["value"] == "50"


def test_an_indicator_over_an_activity_that_has_ended_keeps_its_figure_and_says_so(plan):
    club = create_activity(plan=plan, name="Madklub", is_active=False)
    create_held_session(activity=club, date=date(2025, 10, 7), heads=12)
    create_indicator(plan=plan, code="S1", activities=[club], measure=Measure.VISITS)

    told = row(plan, "S1")

    assert (told["value"], told["ended"]) == ("12", ["Madklub"])
    assert "Madklub: afsluttet" in member(plan, Role.STAFF).get(at("follow_up")).text


def test_register_figures_tell_of_the_area_and_not_of_our_effect(plan):
    create_measurement(indicator=create_indicator(plan=plan, code="K6", measure=Measure.REGISTER), value=30)
    create_measurement(
        indicator=create_indicator(plan=plan, code="S7", measure=Measure.BASELINE_CHANGE, baseline=50, about_area=True),
        value=52,
    )
    create_measurement(indicator=create_indicator(plan=plan, code="K7", measure=Measure.SURVEY), value=9)

    assert [row(plan, code)["of_area"] for code in ("K6", "S7", "K7")] == [True, True, False]
    assert member(plan, Role.STAFF).get(at("follow_up")).text.count("områdets udvikling, ikke vores effekt") == 2


def test_explanation_names_what_is_counted(plan):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_indicator(
        plan=plan, code="K9", activities=[cafe], measure=Measure.VISITS, theme="job", weekdays="24", lowest_age=13,
        highest_age=17,
    )  # fmt: skip

    page = member(plan, Role.STAFF).get(at("follow_up")).text

    assert "Unge Cafeen · tema med “job” · kun: tirsdag, torsdag · 13–17 år" in page


def crowd(plan, count: int, birth_year: int = 2010):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_held_session(activity=activity, heads=None, date=date(2025, 10, 7))
    for _number in range(count):
        create_attendance(session=session, participant=create_participant(plan=plan, birth_year=birth_year))
    return activity


@pytest.mark.parametrize("measure", [Measure.UNIQUE_PEOPLE, Measure.VISITS, Measure.MEAN_VISITS])
def test_figures_of_some_ages_never_leave_the_team(plan, measure):
    indicator = create_indicator(
        plan=plan, code="K3", activities=[crowd(plan, 24)], measure=measure, lowest_age=13, highest_age=17
    )
    create_target(indicator=indicator, value=20)

    team, told = row(plan, "K3", for_team=True), row(plan, "K3")

    assert (team["value"], team["withheld"]) == ("24", None)
    assert (told["value"], told["value_max"], told["status"], told["withheld"]) == (None, None, None, "ages")
    assert told["trend"]["points"] == []


@pytest.mark.parametrize(("part", "whole", "withheld"), [(12, 24, None), (9, 24, "few"), (12, 19, "few")])
def test_a_share_of_people_is_told_only_of_enough_people(plan, part, whole, withheld):
    some, all_of_them = crowd(plan, part), crowd(plan, whole - part)
    operands = [
        create_indicator(plan=plan, activities=activities, measure=Measure.UNIQUE_PEOPLE)
        for activities in ([some], [some, all_of_them])
    ]
    share = create_indicator(plan=plan, code="C", measure=Measure.SHARE, numerator=operands[0], denominator=operands[1])
    for indicator in (*operands, share):  # each number is told itself
        create_target(indicator=indicator, value=30)

    told = row(plan, "C")

    assert told["withheld"] == withheld
    assert (told["value"] is None) == (withheld is not None)


# -- what is carried on ------------------------------------------------------------------------------------------------


def test_embedding_is_written_by_the_project_manager_and_counted(plan):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_activity(plan=plan)
    create_indicator(plan=plan, code="S8", measure=Measure.CARRIED_ON, all_activities=True)
    client = member(plan, Role.PROJECT_MANAGER)
    address = at("embedding_edit", cafe.pk)

    client.post(address, {"choice": "yes", "by_whom": "Kommunens ungdomsskole", "decided_on": "3-11-2025"})

    assert row(plan, "S8")["value"] == "50"
    assert "Føres videre af Kommunens ungdomsskole" in member(plan, Role.STAFF).get(at("embedding_list")).text
    client.post(address, {"choice": "", "by_whom": "", "decided_on": ""})
    assert Embedding.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"by_whom": ""}, "by_whom"),
        ({"by_whom": "010190-1234"}, "by_whom"),
        ({"decided_on": ""}, "decided_on"),
        ({"decided_on": "25-11-2025"}, "decided_on"),
        ({"choice": "måske"}, "choice"),
    ],
)
def test_embedding_edit_explains_what_it_cannot_take(plan, fields, wrong):
    cafe = create_activity(plan=plan)
    data = {"choice": "yes", "by_whom": "Kommunen", "decided_on": "3-11-2025", **fields}

    response = member(plan, Role.PROJECT_MANAGER).post(at("embedding_edit", cafe.pk), data)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])
