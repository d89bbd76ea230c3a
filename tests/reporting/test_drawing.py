"""The page of a release is drawn once, and is still the page of that release alone."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from reporting import drawing
from reporting.board import read_board
from reporting.drawing import KEPT, draw_release
from reporting.models import Measure, Release
from reporting.releases import ReleaseDamaged, latest_release, read_release, release_figures
from tests.factories import create_activity, create_held_session, create_plan
from tests.reporting.makers import YEAR, create_indicator, create_target

pytestmark = pytest.mark.django_db
AS_OF, TODAY = date(2025, 10, 31), date(2025, 11, 24)


@pytest.fixture(autouse=True)
def nothing_drawn():
    drawing._drawn.clear()
    yield
    drawing._drawn.clear()


def released(heads: int = 30) -> Release:
    plan = create_plan()
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_held_session(activity=cafe, date=date(2025, 9, 2), heads=heads)
    create_held_session(activity=cafe, date=date(2025, 10, 7), heads=heads)
    create_target(indicator=create_indicator(plan=plan, measure=Measure.VISITS, activities=[cafe]), value=100)
    release_figures(plan=plan, as_of=AS_OF, today=TODAY)
    return latest_release(plan, *YEAR)


def test_drawn_again_is_the_same_page_as_drawn_the_first_time():
    release = released()
    board = read_board(read_release(release))
    fresh = render_to_string("reporting/_areas.html", {"board": board, "shows_draft": False})

    assert draw_release(release) == (board, fresh)
    assert draw_release(release) == (board, fresh)
    assert len(drawing._drawn) == 1
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


def test_only_the_newest_drawings_are_kept():
    release = released()
    drawing._drawn.update({(str(number), "", "da"): drawing._drawn.get("x") for number in range(KEPT + 5)})
    draw_release(release)

    assert len(drawing._drawn) == KEPT
    assert next(iter(drawing._drawn))[0] == "6"
