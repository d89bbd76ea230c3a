"""One focus area in depth: year against year, the expected path, week by week, and who sees which figures."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from activities.models import SessionState
from reporting.area_page import HEIGHT, PAD, WIDTH, read_area
from reporting.board import read_board
from reporting.figure_set import build_figure_set
from reporting.models import Measure
from reporting.periods import choose_period
from reporting.releases import release_figures
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_schedule,
    create_session,
)
from tests.reporting.makers import YEAR, create_indicator, create_target

pytestmark = pytest.mark.django_db
TODAY = date(2025, 11, 24)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken", name="Birkeparken")


@pytest.fixture
def cafe(plan):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_schedule(activity=cafe, starts_on=date(2025, 8, 5))
    indicator = create_indicator(
        plan=plan, activities=[cafe], code="K1", measure=Measure.SESSIONS_HELD, text="40 gange"
    )
    create_target(indicator=indicator, value=40)
    return cafe


def reader(plan, role=Role.STAFF) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role))
    return client


def address(position=3):
    return reverse("reporting:area", args=["birkeparken", position])


def words(response) -> str:
    text = re.sub(r"<(script|style|template).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def area_of(plan, period=""):
    choice = choose_period(plan, period, TODAY)
    figure_set = build_figure_set(plan, choice.period, TODAY, today=TODAY, for_team=True)
    return read_area(read_board(figure_set), figure_set, "3")


def test_weeks_tell_what_happened_in_each(plan, cafe):
    create_held_session(activity=cafe, heads=40, date=date(2025, 10, 7))
    create_held_session(activity=cafe, heads=10, date=date(2025, 10, 14))
    create_session(activity=cafe, date=date(2025, 10, 21), state=SessionState.CANCELLED)
    create_session(activity=cafe, date=date(2025, 10, 28), state=SessionState.CLOSED)
    create_session(activity=cafe, date=date(2025, 11, 4))

    (strip,) = area_of(plan).strips

    told = [(week.name.partition(",")[0], str(week.word), week.visits, week.fill) for week in strip.told]
    assert told == [
        ("Uge 41", "afholdt", "40", "100"),
        ("Uge 42", "afholdt", "10", "25"),
        ("Uge 43", "aflyst", "", "0"),
        ("Uge 44", "lukket", "", "0"),
        ("Uge 45", "ikke registreret", "", "0"),
    ]
    assert strip.summary == "afholdt i 2 uger, aflyst i 1, lukket i 1, ikke registreret i 1"
    assert len(strip.weeks) == (TODAY - date(2025, 6, 30)).days // 7 + 1  # the plan year begins on 1 July


def test_a_target_is_drawn_beside_the_year_before_and_the_expected_path(plan, cafe):
    for day in (date(2024, 9, 3), date(2024, 9, 10), date(2025, 5, 6), date(2025, 9, 2)):
        create_held_session(activity=cafe, heads=10, date=day)

    ((_row, chart),) = area_of(plan).rows

    assert [str(heading) for heading in chart.headings] == ["denne periode", "året før", "forventet"]
    table = dict(chart.rows)
    assert next(iter(table)) == "juli 2025"
    assert list(table)[-1] == "juni 2026"
    assert table["september 2025"][:2] == ["1", "2"]
    assert table["november 2025"][:2] == ["1", "2"]
    assert table["juni 2026"] == ["", "3", "40"]
    assert [line.kind for line in chart.lines] == ["before", "expected", "now"]
    x, y = chart.lines[1].runs[0].split()[-1].split(",")
    assert (float(x), float(y)) == (WIDTH - PAD, PAD)  # the path ends at the target, which is the top
    assert float(chart.lines[0].runs[0].split()[0].split(",")[1]) == HEIGHT - PAD


def test_a_plans_first_year_has_no_year_before(cafe, plan):
    plan.starts_on = YEAR[0]
    plan.save()
    create_held_session(activity=cafe, heads=10, date=date(2025, 9, 2))

    ((_row, chart),) = area_of(plan).rows

    assert [str(heading) for heading in chart.headings] == ["denne periode", "forventet"]


def test_typed_in_figures_have_no_chart_of_their_own(plan):
    create_indicator(plan=plan, code="K6", measure=Measure.REGISTER, text="Sigtede")
    assert [chart for _row, chart in area_of(plan).rows] == [None] * len(area_of(plan).rows)


def test_the_board_reads_the_release_and_not_what_came_later(plan, cafe):
    create_held_session(activity=cafe, heads=30, date=date(2025, 10, 7))
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    create_held_session(activity=cafe, heads=12, date=date(2025, 10, 14))

    board, team = reader(plan, Role.BOARD), reader(plan)

    released = words(board.get(address()))
    assert "Frigivne tal til og med 31. oktober" in released
    assert "Afholdt i 1 uge" in released
    assert "Kladde" not in released
    assert "Afholdt i 2 uger" in words(team.get(address()))
    assert "Afholdt i 1 uge" in words(team.get(address(), {"vis": "frigivet"}))


def test_nothing_released_leads_to_the_page_that_says_so(plan, cafe):
    answer = reader(plan, Role.BOARD).get(address())

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("reporting:follow_up", args=["birkeparken"]))


@pytest.mark.parametrize("position", [0, 9])
def test_an_area_that_the_plan_has_not_is_not_there(plan, cafe, position):
    assert reader(plan).get(address(position)).status_code == 404


def test_an_area_without_anything_says_so(plan, cafe):
    assert "Her er ikke noget endnu" in words(reader(plan).get(address(1)))


def test_the_four_areas_stand_first_and_lead_to_their_pages(plan, cafe):
    create_held_session(activity=cafe, heads=10, date=date(2025, 10, 7))
    other = create_activity(plan=plan, area=1)
    create_held_session(activity=other, heads=10, date=date(2025, 10, 7))
    query = "?periode=2025-26"

    page = reader(plan).get(reverse("reporting:follow_up", args=["birkeparken"]) + query)

    tiles = re.search(r'<nav class="area-tiles".*?</nav>', page.content.decode(), re.DOTALL)[0]
    assert re.findall(r'<a class="area-tile area-\d" href="([^"]+)"', tiles) == [address(1) + query, address(3) + query]
    text = " ".join(re.sub(r"<[^>]+>", " ", tiles).split())
    assert text.startswith("Beskæftigelse Ingen mål i denne periode Kriminalpræventiv indsats 0 af 1 på sporet")
    assert page.content.decode().index('class="area-tiles"') < page.content.decode().index("area-section")


def queries(client):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(address())
    return len(captured)


def test_the_page_takes_constant_queries(plan, cafe):
    client = reader(plan)
    create_held_session(activity=cafe, heads=10, date=date(2025, 10, 7))
    client.get(address())
    few = queries(client)
    for number in range(30):
        activity = create_activity(plan=plan, name=f"Aktivitet {number}")
        create_held_session(activity=activity, heads=10, date=date(2025, 10, 7))
        create_indicator(plan=plan, activities=[activity], code=f"X{number}", measure=Measure.VISITS)

    assert queries(client) == few
