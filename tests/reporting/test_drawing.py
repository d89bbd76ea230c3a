"""The page of a release is drawn once, and is still the page of that release alone."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Plan
from reporting import drawing
from reporting.board import read_board
from reporting.drawing import draw_area, draw_line
from reporting.models import Measure, Release
from reporting.overview import plan_lines
from reporting.releases import ReleaseDamaged, latest_release, read_release, release_figures
from tests.factories import create_activity, create_held_session, create_plan
from tests.reporting.makers import YEAR, create_indicator, create_target

pytestmark = pytest.mark.django_db
SHELVES = (drawing.pages, drawing.areas, drawing.lines)
AS_OF, TODAY = date(2025, 10, 31), date(2025, 11, 24)


@pytest.fixture(autouse=True)
def nothing_drawn():
    for shelf in SHELVES:
        shelf.kept.clear()
    yield
    for shelf in SHELVES:
        shelf.kept.clear()


def released(heads: int = 30) -> Release:
    plan = create_plan()
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_held_session(activity=cafe, date=date(2025, 9, 2), heads=heads)
    create_held_session(activity=cafe, date=date(2025, 10, 7), heads=heads)
    create_target(indicator=create_indicator(plan=plan, measure=Measure.VISITS, activities=[cafe]), value=100)
    release_figures(plan=plan, as_of=AS_OF, today=TODAY)
    return latest_release(plan, *YEAR)


def draw_release(release):
    return drawing.draw_release(release, slug="egen", query="?periode=2025-26")


def test_drawn_again_is_the_same_page_as_drawn_the_first_time():
    release = released()
    board = read_board(read_release(release))
    fresh = render_to_string("reporting/_areas.html", {"board": board, "shows_draft": False})

    assert draw_release(release)[:2] == (board, fresh)
    assert draw_release(release)[:2] == (board, fresh)
    assert len(drawing.pages.kept) == 1
    assert "60" in fresh


def test_each_language_has_its_own_drawing():
    release = released()
    with translation.override("da"):
        danish = draw_release(release)[1]
    with translation.override("en"):
        english = draw_release(release)[1]

    assert "Kriminalpræventiv indsats" in danish
    assert "Crime prevention" in english
    assert "Crime prevention" not in danish


def test_tiles_lead_to_the_plan_and_period_they_were_asked_for():
    release = released()

    def address(slug: str, query: str) -> str:
        tiles = drawing.draw_release(release, slug=slug, query=query)[2]
        return re.search(r'<a class="area-tile area-3" href="([^"]+)"', tiles)[1]

    assert address("egen", "?periode=2025-26") == "/egen/maal/omraade/3/?periode=2025-26"
    assert address("anden", "?periode=2025-26") == "/anden/maal/omraade/3/?periode=2025-26"
    assert address("egen", "?periode=plan") == "/egen/maal/omraade/3/?periode=plan"


def test_plans_with_other_figures_never_share_a_drawing():
    figure = '<span class="figure-number">{}</span>'

    assert figure.format(60) in draw_release(released(heads=30))[1]
    assert figure.format(40) in draw_release(released(heads=20))[1]


def test_changed_text_is_refused_though_the_page_was_drawn():
    release = released()
    draw_release(release)
    release.content = release.content.replace("Unge Cafeen", "Noget andet")

    with pytest.raises(ReleaseDamaged):
        draw_release(release)


@pytest.mark.parametrize("shelf", SHELVES)
def test_only_the_newest_drawings_are_kept(shelf):
    for number in range(shelf.size + 5):
        shelf.get(number, lambda number=number: f"drawing {number}")

    assert list(shelf.kept) == list(range(5, shelf.size + 5))
    assert shelf.get(7, lambda: "again") == "drawing 7"


def test_an_area_is_drawn_once_for_each_release_and_position():
    release, other = released(heads=30), released(heads=20)

    first = draw_area("3", release)
    again = draw_area("3", release)

    assert again[2] is first[2]
    assert (">60<" in first[2], ">40<" in draw_area("3", other)[2]) == (True, True)
    assert draw_area("1", release)[0] is None
    draw_area("3", release, other)
    assert len(drawing.areas.kept) == 4  # both, the empty one, and the one with something to compare with


def test_a_changed_text_is_refused_though_the_area_was_drawn():
    release = released()
    draw_area("3", release)
    release.content = release.content.replace("Unge Cafeen", "Noget andet")

    with pytest.raises(ReleaseDamaged):
        draw_area("3", release)


def test_a_line_of_the_overview_changes_with_all_that_it_tells():
    release = released()
    plan = release.plan
    (line,) = [line for line in plan_lines(TODAY) if line.plan == plan]

    first = draw_line(line, is_mine=False)
    renamed = replace(line, plan=Plan(name="Et andet navn", slug=plan.slug, area=plan.area))

    assert draw_line(line, is_mine=False) is first
    assert "/maal/" not in first
    assert f"/{plan.slug}/maal/" in draw_line(line, is_mine=True)
    assert "Et andet navn" in draw_line(renamed, is_mine=False)
    assert draw_line(replace(line, is_old=True), is_mine=False).count('class="tag"') == first.count('class="tag"') + 1
