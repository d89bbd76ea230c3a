"""The tick list in a real browser on a 360 px phone."""

from datetime import time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import CountingMode, Session
from residents.models import Attendance
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_session,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def tonight(phone, live):
    """The homework café with three regulars, and fifty others in the plan."""
    plan = create_plan(slug="egen", name="Herredsvang")
    activity = create_activity(plan=plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS, area=2)
    tonight = create_session(activity=activity, date=timezone.localdate(), start_time=time(18))
    regulars = [create_participant(plan=plan, alias=alias) for alias in ("Amina", "Bo", "Çağla")]
    for week in (1, 2):
        session = create_held_session(activity=activity, date=tonight.date - timedelta(weeks=week), heads=None)
        for person in regulars:
            create_attendance(session=session, participant=person)
    for number in range(50):
        create_participant(plan=plan, alias=f"Nabo {number:02}")
    create_participant(plan=plan, alias="Øzlem")
    live.sign_in(phone, create_member(plan=plan, name="Lotte Madsen"))
    return tonight


def go(phone, live, tonight):
    phone.goto(live.url(reverse("residents:attendance_record", args=["egen", tonight.pk])))


def row(phone, alias):
    return phone.locator(".ticklist li").filter(has=phone.get_by_text(alias, exact=True))


def count(phone, text):
    phone.locator("#tick-count").filter(has_text=text).wait_for(timeout=10_000)


def saved(phone):
    """Every tap has been answered: what is ticked is what the server says."""
    answered = (
        "() => [...document.querySelectorAll('.ticklist li')].every("
        "row => row.querySelector('[name=present]').checked === Boolean(row.querySelector('[name=shown]')))"
    )
    for _look in range(200):  # not wait_for_function: it evaluates in the page, which the content policy refuses
        if phone.evaluate(answered):
            return
        phone.wait_for_timeout(50)
    raise AssertionError("a tap was not answered within ten seconds")


def ticked(session):
    return sorted(tick.participant.alias for tick in Attendance.objects.filter(session=session))


def test_taps_are_saved_as_they_come(phone, live, tonight):
    go(phone, live, tonight)

    row(phone, "Amina").tap()
    row(phone, "Bo").tap()
    row(phone, "Çağla").tap()
    row(phone, "Bo").tap()
    count(phone, "2 kryds")
    saved(phone)

    assert ticked(tonight) == ["Amina", "Çağla"]
    phone.reload()
    assert row(phone, "Amina").locator("input[name=present]").is_checked()
    assert not row(phone, "Bo").locator("input[name=present]").is_checked()


def test_an_answer_that_was_overtaken_changes_no_count(phone, live, tonight):
    go(phone, live, tonight)
    late = []

    def hold_the_first(route):
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))  # the server has saved it; the phone hears of it last

    phone.route("**/kryds/**", hold_the_first)

    row(phone, "Amina").tap()
    row(phone, "Bo").tap()
    row(phone, "Bo").locator("[name=shown]").wait_for(state="attached")
    route, answer = late[0]
    route.fulfill(response=answer)
    row(phone, "Amina").locator("[name=shown]").wait_for(state="attached")

    expect(phone.locator("#tick-count")).to_contain_text("2 kryds")
    assert ticked(tonight) == ["Amina", "Bo"]


def test_somebody_is_found_wherever_they_stand(phone, live, tonight):
    go(phone, live, tonight)

    phone.get_by_role("searchbox").fill("øz")
    row(phone, "Øzlem").tap()
    count(phone, "1 kryds")
    phone.get_by_role("searchbox").fill("")

    row(phone, "Amina").wait_for()
    assert row(phone, "Øzlem").count() == 1  # stays on the list, under "added now"
    saved(phone)
    assert ticked(tonight) == ["Øzlem"]


def test_somebody_new_takes_two_fields(phone, live, tonight):
    go(phone, live, tonight)

    phone.get_by_role("searchbox").fill("Zeynep")
    phone.get_by_text("En ny", exact=True).tap()
    expect(phone.get_by_label("Kaldenavn")).to_have_value("Zeynep")
    phone.get_by_label("Fødselsår").fill("2011")
    phone.keyboard.press("Enter")

    count(phone, "1 kryds")
    row(phone, "Zeynep").wait_for()
    assert ticked(tonight) == ["Zeynep"]


def test_somebody_new_is_one_tap_away_wherever_one_is_in_the_list(phone, live, tonight):
    go(phone, live, tonight)
    button = phone.get_by_text("En ny", exact=True)
    expect(button).to_be_in_viewport()
    phone.mouse.wheel(0, 2000)
    phone.wait_for_timeout(200)
    expect(button).to_be_in_viewport()

    button.tap()
    expect(phone.get_by_label("Kaldenavn")).to_be_focused()
    expect(phone.get_by_role("button", name="Tilføj og kryds af")).to_be_in_viewport()
    expect(phone.get_by_role("button", name="Gem aftenen")).to_be_in_viewport()


def test_a_name_that_is_nowhere_is_offered_to_be_added(phone, live, tonight):
    go(phone, live, tonight)

    phone.get_by_role("searchbox").fill("Zeynep")
    phone.get_by_role("button", name="Tilføj “Zeynep”").tap()
    expect(phone.get_by_label("Kaldenavn")).to_have_value("Zeynep")
    phone.get_by_label("Fødselsår").fill("2011")
    phone.get_by_role("button", name="Tilføj og kryds af").tap()

    count(phone, "1 kryds")
    expect(phone.get_by_label("Kaldenavn")).to_be_hidden()
    expect(row(phone, "Amina")).to_be_visible()


def test_heads_without_a_name_and_the_save_button(phone, live, tonight):
    go(phone, live, tonight)
    row(phone, "Amina").tap()
    more = phone.locator(".unnamed").get_by_role("button", name="Én mere")
    more.tap()
    more.tap()
    count(phone, "3 i alt")

    phone.get_by_label("Nye kryds er nogle af dem uden navn").check()
    row(phone, "Bo").tap()
    count(phone, "2 kryds")
    saved(phone)
    assert phone.get_by_label("Og uden navn").input_value() == "1"

    phone.get_by_role("button", name="Gem aftenen").tap()
    phone.locator(".toast-note").filter(has_text="Lektiecafé: 2 kryds og 1 uden navn. Tak.").wait_for(timeout=10_000)
    stored = Session.objects.get(pk=tonight.pk)
    assert (stored.known_heads, stored.heads_total) == (2, 3)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_list_is_accessible_and_does_not_scroll_sideways(phone, live, tonight, theme):
    phone.emulate_media(color_scheme=theme)
    go(phone, live, tonight)
    phone.get_by_text("En ny", exact=True).tap()
    row(phone, "Amina").tap()
    count(phone, "1 kryds")

    mistakes = [violation["id"] for violation in Axe().run(phone).response["violations"]]

    assert mistakes == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_the_list_works_without_a_script(new_context, live, tonight):
    client = new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False).new_page()
    live.sign_in(client, create_member(plan=tonight.plan, name="Sara"))
    go(client, live, tonight)

    client.locator(".ticklist li").filter(has_text="Amina").locator("label").click()
    client.get_by_role("searchbox").fill("Øzlem")
    client.get_by_role("button", name="Søg").click()
    client.locator(".ticklist li").filter(has_text="Øzlem").locator("label").click()
    client.get_by_text("En ny", exact=True).click()
    client.get_by_label("Kaldenavn").fill("Zeynep")
    client.get_by_label("Fødselsår").fill("2011")
    client.get_by_role("button", name="Tilføj og kryds af").click()
    client.get_by_role("button", name="Gem aftenen").click()

    assert ticked(tonight) == ["Amina", "Zeynep", "Øzlem"]
