"""The style page in a real browser: readable in both modes, nothing wider than the screen, and the small scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts.models import Role
from tests.factories import create_member, create_plan


@pytest.fixture
def style_page(live):
    """Open /stil/ as a member of staff; returns what the browser complained about."""
    user = create_member(plan=create_plan(with_programme=False), role=Role.STAFF)

    def open_in(page, mode: str = "light") -> list[str]:
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.emulate_media(color_scheme=mode)
        live.sign_in(page, user)
        page.goto(live.url("/stil/"))
        return complaints

    return open_in


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_style_page_is_accessible_on_a_phone(style_page, phone, mode):
    complaints = style_page(phone, mode)
    found = Axe().run(phone).response["violations"]
    assert [(rule["id"], rule["impact"]) for rule in found if rule["impact"] in {"serious", "critical"}] == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert complaints == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_style_page_is_accessible_on_a_laptop(style_page, laptop, mode):
    style_page(laptop, mode)
    found = Axe().run(laptop).response["violations"]
    assert [(rule["id"], rule["impact"]) for rule in found if rule["impact"] in {"serious", "critical"}] == []


def test_targets_are_big_enough_for_a_thumb(style_page, phone):
    style_page(phone)
    small = phone.evaluate(
        """[...document.querySelectorAll('main a, main button, main select, main .form-control, main summary')]
            .filter((element) => element.checkVisibility() && !element.closest('p, td, th'))
            .filter((element) => element.getBoundingClientRect().height < 47.5)
            .map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_stepper_counts_and_stays_within_its_bounds(style_page, phone):
    style_page(phone)
    field = phone.locator("#id_log-heads_total")
    phone.get_by_role("button", name="Én mere").tap()
    assert field.input_value() == "39"
    field.fill("0")
    phone.get_by_role("button", name="Én færre").tap()
    assert field.input_value() == "0"
    field.fill("")
    phone.get_by_role("button", name="Én mere").tap()
    assert field.input_value() == "38"


def test_choice_hides_what_does_not_apply_without_a_script(style_page, new_context):
    page = new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    style_page(page)
    page.get_by_label("Aflyst", exact=True).check()
    assert page.locator(".when-held").is_hidden()
    assert page.locator(".when-not-held").is_visible()


def test_theme_is_chosen_once_and_kept_in_the_browser(style_page, laptop):
    style_page(laptop)
    laptop.get_by_label("Din menu").click()
    laptop.get_by_role("button", name="Mørk").click()
    laptop.reload()
    assert laptop.locator("html").get_attribute("data-bs-theme") == "dark"
    assert laptop.evaluate("Object.keys(localStorage)") == ["theme"]


def test_menu_closes_on_escape_and_gives_the_focus_back(style_page, laptop):
    style_page(laptop)
    laptop.get_by_label("Din menu").click()
    laptop.keyboard.press("Escape")
    assert laptop.locator(".topbar details").get_attribute("open") is None
    assert laptop.evaluate("document.activeElement.matches('.topbar summary')") is True


def test_lost_connection_is_said_and_the_text_stays(style_page, laptop):
    style_page(laptop)
    laptop.evaluate(
        """() => {
            document.querySelector('main').insertAdjacentHTML('beforeend',
                '<form method="post" hx-post="/stil/" id="lost"><input aria-label="note"><button>Gem</button></form>');
            htmx.process(document.getElementById('lost'));
        }"""
    )
    laptop.locator("#lost input").fill("Vi talte om film")
    laptop.context.set_offline(True)
    laptop.locator("#lost button").click()
    expect(laptop.locator("#toasts")).to_have_text(
        "Ingen forbindelse. Det, du har skrevet, står her stadig. Prøv igen."
    )
    assert laptop.locator("#lost input").input_value() == "Vi talte om film"
    assert laptop.locator("#lost button").is_enabled()
    laptop.context.set_offline(False)


def test_form_is_sent_once_however_often_it_is_pressed(style_page, laptop):
    style_page(laptop)
    sent: list[str] = []

    def answer(route) -> None:
        sent.append(route.request.post_data or "")
        route.fulfill(status=204)

    laptop.route("**/sent-once/", answer)
    laptop.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML('beforeend',
            '<form method="post" action="/sent-once/" id="once"><button name="do" value="save">Gem</button></form>')"""
    )
    button = laptop.locator("#once button")
    with laptop.expect_response("**/sent-once/"):
        button.evaluate("(element) => { element.click(); element.click(); }")
    laptop.locator("#once button:disabled").wait_for()
    assert sent == ["do=save"]
    assert button.get_attribute("aria-busy") == "true"
