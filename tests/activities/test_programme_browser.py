"""The board in a real browser: dragged with a mouse, moved with the keyboard, tapped on a 360 px phone."""

from datetime import time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from activities.models import ItemState, ProgrammeItem
from tests.factories import create_activity, create_member, create_plan, create_session, create_venue, get_format
from tests.factories.programme import create_guest, create_host, create_idea, create_item, create_season

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cafe():
    return create_activity(plan=create_plan(slug="herredsvang", name="Herredsvang"), name="Unge Cafeen")


@pytest.fixture
def season(cafe):
    """Five evenings, of which the first two have something on; one item and two ideas wait."""
    today = timezone.localdate()
    season = create_season(activity=cafe, name="Forår", starts_on=today, ends_on=today + timedelta(weeks=8))
    venue = create_venue(plan=cafe.plan)
    season.evenings = [
        create_session(
            activity=cafe, date=today + timedelta(weeks=week), start_time=time(18), end_time=time(21), venue=venue
        )
        for week in range(1, 6)
    ]
    season.film = create_item(season=season, session=season.evenings[0], title="Filmaften", format=get_format("film"))
    season.quiz = create_item(season=season, session=season.evenings[1], title="Quiz", state=ItemState.APPROVED)
    create_item(season=season, title="Tur til Aros")
    season.idea = create_idea(activity=cafe, title="Koncert på scenen", votes=4)
    create_idea(activity=cafe, title="Lær at klippe hår", votes=2)
    return season


def open_board(page, live, season, role="volunteer"):
    live.sign_in(page, create_member(plan=season.plan, role=role, name="Yasmin Ahmadi"))
    page.goto(live.url(reverse("activities:programme_board", args=["herredsvang", season.pk])))


def cell(page, season, number):
    return page.locator(f'[data-cell="{season.evenings[number].pk}-{season.slots.get().pk}"]')


def drag(page, card, target):
    page.locator(card).locator("[data-grip]").hover()
    page.mouse.down()
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 10, steps=4)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()


def toast(page, text):
    page.locator(".toast-note").filter(has_text=text).wait_for(timeout=10_000)


def evening_of(item):
    item.refresh_from_db()
    return item.session


def test_idea_is_dragged_onto_a_date_and_back_by_undo(laptop, live, season):
    open_board(laptop, live, season)

    drag(laptop, f'[data-idea="{season.idea.pk}"]', cell(laptop, season, 3))

    toast(laptop, "“Koncert på scenen” ligger den")
    item = ProgrammeItem.objects.get(idea=season.idea)
    assert item.session == season.evenings[3]
    cell(laptop, season, 3).get_by_role("link", name="Koncert på scenen").wait_for()
    laptop.get_by_role("button", name="Fortryd").click()
    toast(laptop, "Fortrudt.")
    assert not ProgrammeItem.objects.filter(idea=season.idea).exists()


def test_two_items_swap_when_one_is_dropped_on_the_other(laptop, live, season):
    open_board(laptop, live, season)

    drag(laptop, f'[data-item="{season.film.pk}"]', cell(laptop, season, 1))

    toast(laptop, "“Filmaften” ligger den")
    assert (evening_of(season.film), evening_of(season.quiz)) == (season.evenings[1], season.evenings[0])


def test_item_is_dragged_back_on_the_shelf(laptop, live, season):
    open_board(laptop, live, season)

    drag(laptop, f'[data-item="{season.film.pk}"]', laptop.locator("#shelf-head"))

    toast(laptop, "“Filmaften” er tilbage på hylden.")
    assert evening_of(season.film) is None


def test_date_that_somebody_else_took_is_refused_by_name(laptop, live, season):
    open_board(laptop, live, season)
    create_item(season=season, session=season.evenings[3], title="Lottes debat")

    drag(laptop, f'[data-idea="{season.idea.pk}"]', cell(laptop, season, 3))

    toast(laptop, "er der allerede “Lottes debat”.")
    cell(laptop, season, 3).get_by_role("link", name="Lottes debat").wait_for()
    laptop.locator(f'[data-idea="{season.idea.pk}"]').wait_for()  # still on the shelf
    assert not ProgrammeItem.objects.filter(idea=season.idea).exists()


def test_item_is_moved_with_the_keyboard_alone(laptop, live, season):
    open_board(laptop, live, season)
    laptop.locator(f'[data-item="{season.film.pk}"] [data-grip]').focus()

    laptop.keyboard.press("Enter")
    laptop.locator("[data-board-say]", has_text="Løftet: Filmaften.").wait_for()
    laptop.keyboard.press("ArrowDown")
    laptop.locator("[data-board-say]", has_text="Quiz").wait_for()
    laptop.keyboard.press("ArrowDown")
    laptop.keyboard.press("Enter")

    toast(laptop, "“Filmaften” ligger den")
    assert evening_of(season.film) == season.evenings[2]
    laptop.wait_for_function("document.activeElement.closest('[data-card]')?.dataset.title === 'Filmaften'")


def test_escape_lets_go(laptop, live, season):
    open_board(laptop, live, season)
    laptop.locator(f'[data-item="{season.film.pk}"] [data-grip]').focus()

    laptop.keyboard.press("Space")
    laptop.keyboard.press("ArrowDown")
    laptop.keyboard.press("Escape")

    laptop.locator("[data-board-say]", has_text="Sluppet. Intet blev flyttet.").wait_for()
    assert evening_of(season.film) == season.evenings[0]


def test_phone_taps_a_card_and_then_a_date(phone, live, season):
    open_board(phone, live, season)

    phone.locator(f'[data-item="{season.film.pk}"] [data-grip]').tap()
    cell(phone, season, 2).tap()

    toast(phone, "“Filmaften” ligger den")
    assert evening_of(season.film) == season.evenings[2]


def test_phone_fills_a_free_date_in_two_taps(phone, live, season):
    open_board(phone, live, season)

    cell(phone, season, 4).get_by_role("link").tap()
    phone.get_by_role("button", name="Koncert på scenen").tap()

    toast(phone, "“Koncert på scenen” ligger den")
    assert ProgrammeItem.objects.get(idea=season.idea).session == season.evenings[4]


def test_lines_are_ticked_without_leaving_the_page(phone, live, season):
    live.sign_in(phone, create_member(plan=season.plan, role="volunteer"))
    phone.goto(live.url(reverse("activities:programme_item", args=["herredsvang", season.film.pk])))

    phone.get_by_label("Skal købes: Én mere").fill("Popcorn")
    phone.keyboard.press("Enter")
    phone.get_by_role("button", name="Popcorn", exact=True).tap()

    phone.locator('[aria-pressed="true"]', has_text="Popcorn").wait_for()
    assert season.film.lines.get().done_at is not None


@pytest.mark.parametrize("name", ["board", "item", "place", "publish", "item_edit"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_accessibility_mistakes_and_do_not_scroll_sideways(phone, live, season, name, scheme):
    create_guest(item=season.film, name="Mette Holm", title="psykolog", phone="20 00 00 11")
    member = create_member(plan=season.plan, name="Lotte Madsen")
    create_host(item=season.film, user=member)
    season.film.title = "Å" * 60 + " " + "ø" * 59
    season.film.save()
    live.sign_in(phone, member)
    phone.emulate_media(color_scheme=scheme)
    pk = season.film.pk if name.startswith("item") else season.pk
    path = reverse(f"activities:programme_{name}", args=["herredsvang", pk])
    phone.goto(live.url(f"{path}?item={season.film.pk}" if name == "place" else path))

    found = Axe().run(phone).response["violations"]

    assert [(row["id"], [node["html"][:120] for node in row["nodes"]]) for row in found] == []
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
