"""Milestones: planned, done on a day, late, dropped with a reason; and what comes again every year."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from accounts.periods import Period, plan_periods, whole_plan
from reporting.figure_set import build_figure_set
from reporting.models import Embedding, Indicator, Measure, Target, TargetChange
from reporting.releases import read_release, release_figures
from tests.factories import create_activity, create_member, create_plan, get_focus_area
from tests.reporting.makers import create_goal, create_indicator, create_measurement, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 24)
YEARS = [(date(year, 7, 1), date(year + 1, 6, 30)) for year in range(2023, 2027)]


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken")


@pytest.fixture
def milestone(plan):
    return create_indicator(plan=plan, code="S9", measure=Measure.MILESTONE, direction="", area=4, text="Aftale")


def member(plan, role) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role))
    return client


def at(name: str, *arguments) -> str:
    return reverse(f"reporting:{name}", args=["birkeparken", *arguments])


def lines(plan, period=YEARS[2], as_of=TODAY) -> list[tuple]:
    figure_set = build_figure_set(plan, Period(*period), as_of, today=as_of)
    return [(row["code"], row["due_on"], row["state"], row["done_on"]) for row in figure_set["milestones"]]


def due(milestone, day: date, **fields) -> Target:
    year = next(year for year in YEARS if year[0] <= day <= year[1])
    return create_target(indicator=milestone, due_on=day, period=year, **fields)


@pytest.mark.parametrize(
    ("day", "done", "state"),
    [
        (date(2025, 12, 1), None, "planned"),
        (TODAY, None, "planned"),
        (TODAY - timedelta(days=1), None, "late"),
        (date(2025, 9, 1), date(2025, 9, 5), "done"),
        (date(2025, 12, 1), date(2025, 6, 1), "done"),
    ],
)
def test_a_milestone_is_planned_late_or_done_on_its_day(plan, milestone, day, done, state):
    due(milestone, day)
    if done:
        create_measurement(indicator=milestone, value=1, measured_on=done)

    assert lines(plan) == [("S9", day.isoformat(), state, done and done.isoformat())]


def test_a_milestone_that_was_done_before_its_period_began_is_reached(plan, milestone):
    """Due on the first day of the plan year, and done in June."""
    due(milestone, date(2025, 7, 1))
    create_measurement(indicator=milestone, value=1, measured_on=date(2025, 6, 20))

    figure_set = build_figure_set(plan, Period(*YEARS[2]), TODAY)

    assert figure_set["indicators"][0]["status"] == "reached"


def test_what_comes_again_every_year_is_done_anew_each_time(plan, milestone):
    for year in (2024, 2025, 2026):
        due(milestone, date(year, 3, 1))
    create_measurement(indicator=milestone, value=1, measured_on=date(2024, 2, 20))
    create_measurement(indicator=milestone, value=1, measured_on=date(2025, 3, 9))

    whole = whole_plan(plan)

    assert lines(plan, (whole.first, whole.last)) == [
        ("S9", "2024-03-01", "done", "2024-02-20"),
        ("S9", "2025-03-01", "done", "2025-03-09"),
        ("S9", "2026-03-01", "planned", None),
    ]


def test_a_period_shows_what_is_due_or_done_in_it_and_what_is_late_from_before(plan):
    made = [create_indicator(plan=plan, code=f"M{n}", measure=Measure.MILESTONE, direction="") for n in range(1, 5)]
    days = (date(2025, 8, 1), date(2025, 8, 2), date(2025, 10, 15), date(2026, 2, 1))
    for indicator, day in zip(made, days, strict=True):
        due(indicator, day)
    create_measurement(indicator=made[1], value=1, measured_on=date(2025, 8, 1))
    quarters = [
        (p.first, p.last) for p in plan_periods(plan, "quarter") if p.first.year == 2025 or p.first.year == 2026
    ]

    shown = {quarter[0].month: [code for code, *_ in lines(plan, quarter)] for quarter in quarters[2:5]}

    assert shown == {7: ["M1", "M2"], 10: ["M1", "M3"], 1: ["M1", "M3", "M4"]}


def test_add_milestone_numbers_itself_and_finds_its_year(plan):
    create_indicator(plan=plan, code="m1")
    goal = create_goal(plan=plan, area=4)
    client = member(plan, Role.PROJECT_MANAGER)

    response = client.post(
        at("milestone_create"),
        {
            "text": "Kvartersrådet er valgt",
            "due_on": "1. marts 2026",
            "focus_area": get_focus_area(4).pk,
            "goal": goal.pk,
        },
    )

    indicator = Indicator.objects.get(code="M2")
    target = indicator.targets.get()
    assert response.status_code == 302
    assert (indicator.measure, indicator.goal, target.due_on, (target.starts_on, target.ends_on)) == (
        Measure.MILESTONE,
        goal,
        date(2026, 3, 1),
        YEARS[2],
    )


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": ""}, "text"),
        ({"text": "010190-1234"}, "text"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "30-06-2023"}, "due_on"),
        ({"due_on": "engang"}, "due_on"),
        ({"goal": "other"}, "goal"),
    ],
)
def test_milestone_create_explains_what_it_cannot_take(plan, fields, wrong):
    other = create_goal(plan=plan, area=1)
    fields = {name: other.pk if value == "other" else value for name, value in fields.items()}
    data = {"text": "Aftale", "due_on": "01-03-2026", "focus_area": get_focus_area(4).pk, **fields}

    response = member(plan, Role.PROJECT_MANAGER).post(at("milestone_create"), data)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])
    assert not plan.indicators.exists()


DECIDED = {"reason": "Lukket", "decided_by": "Styregruppen", "decided_on": "10-11-2025"}


def test_milestone_drop_needs_a_reason_and_a_meeting_and_can_be_undone(plan, milestone):
    target = due(milestone, date(2025, 9, 1))
    client = member(plan, Role.PROJECT_MANAGER)

    refused = [client.post(at("milestone_drop", target.pk), {**DECIDED, name: ""}).status_code for name in DECIDED]
    client.post(at("milestone_drop", target.pk), DECIDED)
    figure_set = build_figure_set(plan, Period(*YEARS[2]), TODAY)
    dropped = figure_set["milestones"][0]
    client.post(at("milestone_take_up", target.pk))

    assert refused == [422, 422, 422]
    assert (dropped["state"], dropped["dropped_on"], dropped["reason"]) == (
        "dropped",
        "2025-11-10",
        "Lukket",
    )
    assert figure_set["indicators"][0]["status"] == "no_data"
    assert TargetChange.objects.get().decided_by == "Styregruppen"
    assert lines(plan)[0][2] == "late"


def test_moving_a_milestone_keeps_its_first_day_in_sight(plan, milestone):
    target = due(milestone, date(2025, 9, 1))
    client = member(plan, Role.PROJECT_MANAGER)
    for day in ("01-12-2025", "01-02-2026"):
        client.post(at("target_edit", "S9", target.pk), {"due_on": day, **DECIDED})

    row = build_figure_set(plan, Period(*YEARS[2]), TODAY)["milestones"][0]

    assert (row["due_on"], row["first_due_on"], row["state"]) == ("2026-02-01", "2025-09-01", "planned")


def test_moving_a_milestone_is_called_so(plan, milestone):
    target = due(milestone, date(2025, 9, 1))
    client = member(plan, Role.PROJECT_MANAGER)

    page = client.get(at("target_edit", "S9", target.pk)).content.decode()
    moved = client.post(at("target_edit", "S9", target.pk), {"due_on": "01-12-2025", **DECIDED}, follow=True)

    assert [words in page for words in ("<h1>Flyt milepælen</h1>", "Hvorfor flyttes den?", "måltallet")] == [
        True,
        True,
        False,
    ]
    assert "Milepælen er flyttet." in moved.content.decode()


def test_milestone_drop_refuses_a_meeting_long_before_the_plan(plan, milestone):
    target = due(milestone, date(2025, 9, 1))

    response = member(plan, Role.PROJECT_MANAGER).post(
        at("milestone_drop", target.pk), {**DECIDED, "decided_on": "15-10-2020"}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["decided_on"])


def test_follow_up_gives_milestones_a_line_of_their_own(plan, milestone):
    due(milestone, date(2025, 9, 1))
    release = release_figures(plan=plan, as_of=TODAY).new

    page = member(plan, Role.BOARD).get(at("follow_up")).content.decode()

    assert [row["code"] for row in read_release(release[0])["milestones"]] == []  # a plan year before
    assert page.count('class="milestone milestone-late"') == 1
    assert 'class="indicator"' not in page
    assert "senest 1. september" in page


def test_milestone_list_is_for_the_team_and_edited_by_the_project_manager(plan, milestone):
    target = due(milestone, date(2025, 9, 1))

    pages = {
        role: member(plan, role).get(at("milestone_list")) for role in (Role.STAFF, Role.PROJECT_MANAGER, Role.BOARD)
    }

    assert pages[Role.BOARD].status_code == 403
    assert "Forsinket" in pages[Role.STAFF].text
    assert [at("milestone_drop", target.pk) in pages[role].text for role in (Role.STAFF, Role.PROJECT_MANAGER)] == [
        False,
        True,
    ]


def test_milestone_and_embedding_lists_ask_as_much_of_thirty_rows_as_of_one(plan):
    client = member(plan, Role.PROJECT_MANAGER)

    def populate(count: int) -> None:
        for _number in range(count):
            due(create_indicator(plan=plan, measure=Measure.MILESTONE, direction=""), date(2025, 9, 1))
            activity = create_activity(plan=plan)
            Embedding.objects.create(plan=plan, activity=activity, is_carried_on=True, by_whom="x", decided_on=TODAY)

    def queries() -> list[int]:
        taken = []
        for name in ("milestone_list", "embedding_list"):
            with CaptureQueriesContext(connection) as captured:
                client.get(at(name))
            taken.append(len(captured))
        return taken

    populate(1)
    queries()
    of_one = queries()
    populate(29)

    assert queries() == of_one
