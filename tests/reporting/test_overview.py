from collections import Counter
from datetime import date, timedelta
from importlib import import_module

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Plan, Role
from reporting.board import read_board
from reporting.models import Release
from reporting.overview import ORDERS, add_up, choose_lines, plan_lines
from reporting.recount import recount_plan
from reporting.releases import latest_release, read_release, release_figures
from reporting.summaries import summarise
from tests.factories import create_activity, create_held_session, create_plan, create_session, create_user
from tests.reporting.makers import YEAR, create_indicator, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 24)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def chief() -> Client:
    client = Client()
    client.force_login(create_user(is_superuser=True))
    return client


def furnished(*, name: str, held: int = 2, target: int = 2, direction: str = "at_least", **fields) -> Plan:
    """A plan with held sessions, one that nobody has logged, a target that is judged, and one that cannot be."""
    plan = create_plan(name=name, **fields)
    activity = create_activity(plan=plan)
    for week in range(1, held + 1):
        create_held_session(activity=activity, date=TODAY - timedelta(weeks=week), heads=10)
    create_session(activity=activity, date=TODAY - timedelta(days=3))
    limited = create_indicator(plan=plan, activities=[activity], direction=direction)
    create_target(indicator=limited, value=target)
    create_target(indicator=create_indicator(plan=plan, measure="people_count", area=1), value=5)
    create_target(indicator=create_indicator(plan=plan, measure="milestone", direction=""), due_on=TODAY)
    return plan


def test_overview_tells_what_each_plans_released_page_tells():
    plans = [furnished(name="Birkeparken"), furnished(name="Egeparken", held=3, target=40)]
    for plan in plans:
        release_figures(plan=plan, as_of=TODAY)
        create_held_session(activity=plan.activities.get(), date=TODAY, heads=99)  # live figures are not read
    seen = []
    for line in plan_lines(TODAY):
        figure_set = read_release(latest_release(line.plan, *YEAR))
        board = read_board(figure_set)
        rows = [row for block in board.areas for row in block.rows if row.status and not row.is_milestone]
        assert dict(line.targets) == Counter(row.status for row in rows)
        assert {area["name"]: area["targets"] for area in line.summary["areas"]} == {
            block.name: Counter(row.status for row in block.rows if row.status and not row.is_milestone)
            for block in board.areas
        }
        counts = figure_set["completeness"]
        kept = ("held", "visits", "logged", "due")
        assert [line.summary[key] for key in kept] == [int(counts[key]) for key in kept]
        seen.append((line.plan.name, line.summary["held"], line.summary["visits"]))
    assert seen == [("Birkeparken", 2, 20), ("Egeparken", 3, 30)]
    totals = add_up(plan_lines(TODAY))
    assert (totals.plans, totals.fresh, totals.held, totals.visits) == (2, 2, 5, 50)
    assert [sum(number for _status, number in targets) for _position, _name, targets in totals.areas] == [2, 2]


def test_overview_takes_the_newest_release_of_the_current_plan_year():
    plan = furnished(name="Birkeparken")
    release_figures(plan=plan, as_of=TODAY - timedelta(days=8))
    create_held_session(activity=plan.activities.get(), date=TODAY - timedelta(days=2), heads=5)
    release_figures(plan=plan, as_of=TODAY)
    assert [line.summary["held"] for line in plan_lines(TODAY)] == [3]
    assert [line.summary for line in plan_lines(date(2026, 8, 1))] == [None]  # next plan year: nothing is released


def test_overview_says_what_is_old_and_what_is_missing(chief):
    old = furnished(name="Gammelparken")
    with time_machine.travel("2025-09-23 10:00+02:00", tick=False):
        release_figures(plan=old, as_of=date(2025, 9, 22))
    recent = furnished(name="Nyparken")
    with time_machine.travel("2025-09-24 10:00+02:00", tick=False):
        release_figures(plan=recent, as_of=date(2025, 9, 23))
    create_plan(name="Tomparken")
    create_plan(name="Sluttet", starts_on=date(2019, 7, 1), ends_on=date(2023, 6, 30))
    lines = plan_lines(TODAY)
    assert [(line.plan.name, line.released_on, line.is_old) for line in lines] == [
        ("Gammelparken", date(2025, 9, 23), True),
        ("Nyparken", date(2025, 9, 24), False),
        ("Tomparken", None, False),
    ]
    assert add_up(lines).fresh == 1
    page = chief.get("/oversigt/").content.decode()
    assert page.count("gammel</span>") == 1
    assert page.count("ingen tal frigivet endnu") == 1


def test_overview_searches_and_sorts(chief):
    bad = furnished(name="Zenit", area="Vestbyen", target=1, direction="at_most")
    good = furnished(name="Alfa", area="Østbyen", held=4, target=2)
    for plan, day in ((bad, "2025-11-24"), (good, "2025-11-20")):
        with time_machine.travel(f"{day} 10:00+01:00", tick=False):
            release_figures(plan=plan, as_of=date.fromisoformat(day))
    create_plan(name="Midt")
    lines = plan_lines(TODAY)
    found = {order: [line.plan.name for line in choose_lines(lines, search="", order=order)] for order in ORDERS}
    assert found == {
        "name": ["Alfa", "Midt", "Zenit"],
        "status": ["Zenit", "Alfa", "Midt"],
        "completeness": ["Zenit", "Alfa", "Midt"],
        "age": ["Alfa", "Zenit", "Midt"],
    }
    assert [line.plan.name for line in chief.get("/oversigt/?q=vestBYEN").context["page"]] == ["Zenit"]
    assert "Ingen plan hedder sådan." in chief.get("/oversigt/?q=findes-ikke").content.decode()


def test_overview_links_only_to_plans_of_ones_own(chief):
    mine, other = furnished(name="Min"), furnished(name="Anden")
    for plan in (mine, other):
        release_figures(plan=plan, as_of=TODAY)
    user = chief.get("/oversigt/").wsgi_request.user
    Membership.objects.create(plan=mine, user=user, role=Role.ADMINISTRATOR)
    page = chief.get("/oversigt/").content.decode()
    assert f'href="/{mine.slug}/maal/?vis=frigivet"' in page
    assert f"/{other.slug}/" not in page


def test_overview_without_plans_says_so(chief):
    assert "Ingen plan er i gang i dag." in chief.get("/oversigt/").content.decode()


def test_overview_asks_the_same_number_of_queries_for_1_and_51_plans(chief):
    asked = {}
    for plans in (1, 51):
        while Plan.objects.count() < plans:
            release_figures(plan=furnished(name=f"Plan {Plan.objects.count():02}"), as_of=TODAY)
        with CaptureQueriesContext(connection) as queries:
            response = chief.get("/oversigt/")
        assert len(response.context["page"]) == plans
        asked[plans] = len(queries)
        assert not any('"content"' in query["sql"] for query in queries)
    assert asked[1] == asked[51] <= 12


def test_overview_pages_at_60(chief):
    for number in range(61):
        create_plan(name=f"Plan {number:02}", with_programme=False)
    assert len(chief.get("/oversigt/").context["page"]) == 60
    assert [line.plan.name for line in chief.get("/oversigt/?page=2").context["page"]] == ["Plan 60"]


def test_overview_is_exported(chief):
    release_figures(plan=furnished(name="Birkeparken", area="=Vest"), as_of=TODAY)
    create_plan(name="Tomparken")
    text = b"".join(chief.get("/oversigt/landsoverblik.csv").streaming_content).decode()
    assert text.splitlines() == [
        "\ufeffPlan;Boligområde;Nået;På sporet;Bagud;I fare;Ingen tal;Registreret;Gange i alt;"
        "Afholdte gange;Fremmøder;Frigivet",
        "Birkeparken;'=Vest;1;0;0;0;1;2;3;2;20;24-11-2025",
        "Tomparken;;;;;;;;;;;",
    ]
    assert chief.get("/oversigt/landsoverblik.xlsx").content[:2] == b"PK"
    assert chief.get("/oversigt/landsoverblik.pdf").status_code == 404


def test_the_recount_finds_a_summary_that_is_not_of_its_text():
    plan = furnished(name="Birkeparken")
    release = release_figures(plan=plan, as_of=TODAY).new[0]
    assert recount_plan(plan, today=TODAY).damaged == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reporting_release SET summary = '{}' WHERE id = %s", [release.pk])
    assert recount_plan(plan, today=TODAY).damaged == 1


def test_the_migration_makes_the_same_summary():
    release_figures(plan=furnished(name="Birkeparken"), as_of=TODAY)
    old = import_module("reporting.migrations.0010_release_summary")
    figure_sets = [read_release(release) for release in Release.objects.all()]
    assert len(figure_sets) > 2
    assert [old.summarise(one) for one in figure_sets] == [summarise(one) for one in figure_sets]
