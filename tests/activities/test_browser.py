"""The weekly work in a real browser on a 360 px phone."""

from datetime import time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from activities.log import SessionLog, log_session
from activities.models import SessionState
from tests.factories import (
    create_activity,
    create_age_band,
    create_held_session,
    create_member,
    create_plan,
    create_schedule,
    create_session,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def lotte(phone, live):
    """A staff member on her phone, with tonight's café and yesterday's food club."""
    plan = create_plan(slug="herredsvang", name="Herredsvang")
    create_age_band(plan=plan)
    lotte = create_member(plan=plan, name="Lotte Madsen", role=Role.PROJECT_MANAGER)
    today = timezone.localdate()
    lotte.cafe = create_activity(plan=plan, name="Unge Cafeen", owner=lotte)
    lotte.tonight = create_session(activity=lotte.cafe, date=today, start_time=time(18), end_time=time(21))
    club = create_activity(plan=plan, name="Madklub", area=4, owner=lotte)
    lotte.missing = create_session(activity=club, date=today - timedelta(days=1))
    lotte.schedule = create_schedule(activity=club, starts_on=today - timedelta(days=1))
    live.sign_in(phone, lotte)
    return lotte


def go(phone, live, name, *args):
    phone.goto(live.url(reverse(f"activities:{name}", args=["herredsvang", *args])))


def toast(phone, text):
    phone.locator(".toast-note").filter(has_text=text).wait_for(timeout=10_000)


def test_tonight_is_logged_in_three_taps(phone, live, lotte):
    go(phone, live, "week")

    phone.get_by_role("link", name="Registrér aftenen").tap()
    phone.get_by_label("Hvor mange kom?").tap()
    phone.keyboard.type("38")
    phone.get_by_role("button", name="Gem aftenen").tap()

    toast(phone, "Unge Cafeen: 38. Tak.")
    lotte.tonight.refresh_from_db()
    assert (lotte.tonight.state, lotte.tonight.heads_total) == (SessionState.HELD, 38)
    assert phone.url == live.url("/herredsvang/uge/")


def test_plus_starts_from_what_is_usual(phone, live, lotte):
    for weeks in range(1, 8):
        create_held_session(activity=lotte.cafe, heads=38, date=lotte.tonight.date - timedelta(weeks=weeks))
    go(phone, live, "session_log", lotte.tonight.pk)

    phone.get_by_role("button", name="Én mere").tap()

    assert phone.get_by_label("Hvor mange kom?").input_value() == "38"


def test_an_odd_number_is_asked_about_while_it_is_typed_and_held_back_from_nobody(phone, live, lotte):
    for weeks in range(1, 8):
        create_held_session(activity=lotte.cafe, heads=38, date=lotte.tonight.date - timedelta(weeks=weeks))
    go(phone, live, "session_log", lotte.tonight.pk)

    phone.get_by_label("Hvor mange kom?").press_sequentially("380")
    phone.get_by_text("Det plejer at være 38. Passer 380?").wait_for()
    phone.locator("[name=heads_total-sure]").wait_for(state="attached", timeout=10_000)  # read for a second
    phone.get_by_role("button", name="Gem aftenen").tap()

    toast(phone, "Unge Cafeen: 380. Tak.")
    lotte.tonight.refresh_from_db()
    assert lotte.tonight.heads_total == 380


def test_a_fast_thumb_is_asked_by_the_page(phone, live, lotte):
    for weeks in range(1, 8):
        create_held_session(activity=lotte.cafe, heads=38, date=lotte.tonight.date - timedelta(weeks=weeks))
    go(phone, live, "session_log", lotte.tonight.pk)

    # typed and sent in one turn of the browser, so that no second goes by
    phone.evaluate(
        """() => {
            const field = document.querySelector("[name=heads_total]");
            field.value = "380";
            field.dispatchEvent(new Event("input", { bubbles: true }));
            field.form.requestSubmit();
        }"""
    )
    phone.locator(".question").get_by_text("Det plejer at være 38. Passer 380?").wait_for()
    lotte.tonight.refresh_from_db()
    assert lotte.tonight.state == SessionState.PLANNED

    phone.get_by_role("button", name="Ja, gem").tap()
    toast(phone, "Unge Cafeen: 380. Tak.")


def test_not_held_is_one_tap_and_so_is_undo(phone, live, lotte):
    go(phone, live, "week")
    card = phone.locator(f"#session-{lotte.missing.pk}")

    card.get_by_role("button", name="Ikke afholdt").tap()
    card.get_by_text("Aflyst", exact=True).wait_for()
    card.get_by_role("button", name="Lukkedag").tap()
    card.get_by_text("Lukket", exact=True).wait_for()
    lotte.missing.refresh_from_db()
    assert (lotte.missing.state, phone.url) == (SessionState.CLOSED, live.url("/herredsvang/uge/"))

    card.get_by_role("button", name="Fortryd").tap()
    card.get_by_text("Aflyst", exact=True).wait_for()
    card.get_by_role("button", name="Fortryd").tap()
    card.get_by_text("Lukket", exact=True).wait_for()


def test_friday_saves_a_row_without_leaving_the_page(phone, live, lotte):
    go(phone, live, "friday")
    row = phone.locator(f"#session-{lotte.tonight.pk}")

    row.get_by_label("Antal").fill("20-25")
    row.get_by_role("button", name="Gem").tap()
    row.get_by_text("er et interval").wait_for()
    row.get_by_label("Antal").fill("22")
    row.get_by_role("button", name="Gem").tap()

    row.get_by_role("link", name="Ret").wait_for()
    lotte.tonight.refresh_from_db()
    assert lotte.tonight.heads_total == 22


def test_a_dead_connection_keeps_what_was_typed(phone, live, lotte):
    go(phone, live, "session_log", lotte.tonight.pk)
    phone.get_by_label("Hvor mange kom?").fill("38")
    phone.context.set_offline(True)

    phone.get_by_role("button", name="Gem aftenen").tap()
    phone.get_by_text("Ingen forbindelse").wait_for()
    assert phone.get_by_label("Hvor mange kom?").input_value() == "38"

    phone.context.set_offline(False)
    phone.get_by_role("button", name="Gem aftenen").tap()
    toast(phone, "Unge Cafeen: 38. Tak.")


def test_a_conflict_shows_both_numbers_and_lets_one_decide(phone, live, lotte):
    go(phone, live, "session_log", lotte.tonight.pk)
    phone.get_by_label("Hvor mange kom?").fill("38")
    lotte.tonight.refresh_from_db()
    type(lotte.tonight).objects.filter(pk=lotte.tonight.pk).update(
        state="held", heads_total=35, logged_at=timezone.now(), log_source="person", version=1
    )

    phone.get_by_role("button", name="Gem aftenen").tap()
    phone.get_by_text("Intet er tabt").wait_for()
    row = phone.get_by_role("row").filter(has_text="Hvor mange kom")
    assert [cell.inner_text() for cell in row.get_by_role("cell").all()] == ["35", "38"]
    assert serious(phone) == []

    phone.get_by_role("button", name="Gem mit i stedet").tap()
    toast(phone, "Unge Cafeen: 38. Tak.")


def serious(page):
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} {node['target']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_and_nothing_sideways_in_forms(phone, live, lotte, scheme):
    """The pages that the walk over the main pages does not visit."""
    phone.emulate_media(color_scheme=scheme)
    problems = []
    pages = [
        ("activity_create",),
        ("activity_edit", lotte.cafe.pk),
        ("activity_end", lotte.cafe.pk),
        ("schedule_create", lotte.cafe.pk),
        ("schedule_edit", lotte.schedule.pk),
        ("schedule_end", lotte.schedule.pk),
        ("session_move", lotte.tonight.pk),
        ("closure_create",),
        ("closure_list",),
    ]
    for page in pages:
        go(phone, live, *page)
        problems += [f"{page[0]}: {problem}" for problem in serious(phone)]
        if phone.evaluate("document.documentElement.scrollWidth") > 360:
            problems.append(f"{page[0]}: sideways")
    go(phone, live, "session_unplanned")
    phone.get_by_label("Hvilken aktivitet?").select_option("ny")
    phone.get_by_label("Hvad var det?").wait_for()
    problems += serious(phone)
    assert problems == []


def test_one_long_word_never_widens_the_page(phone, live, lotte):
    word = "Pandekagehusfestmiddag" * 9
    tonight = log_session(
        session=lotte.tonight,
        log=SessionLog(state=SessionState.HELD, heads_total=20, note=word[:200], theme=word[:150]),
        by=lotte,
    )
    log_session(
        session=tonight,
        log=SessionLog(state=SessionState.HELD, heads_total=20, note=word[1:200], theme=word[1:150]),
        by=lotte,
    )
    widths = {}
    for name, arguments in {"week": [], "session_log": [tonight.pk], "session_list": [], "upcoming": []}.items():
        go(phone, live, name, *arguments)
        phone.evaluate("document.querySelectorAll('main details').forEach((more) => { more.open = true; })")
        widths[name] = phone.evaluate("document.documentElement.scrollWidth")

    assert widths == {"week": 360, "session_log": 360, "session_list": 360, "upcoming": 360}


@pytest.mark.parametrize("typed", ["380", "1000", "99999", "ca. 1000"])
def test_the_big_number_shows_all_its_digits(phone, live, lotte, typed):
    go(phone, live, "session_log", lotte.tonight.pk)
    field = phone.get_by_label("Hvor mange kom?")
    phone.get_by_role("button", name="Én mere").wait_for()

    field.fill(typed)

    assert field.evaluate("field => field.scrollWidth - field.clientWidth") == 0


def test_the_icon_stands_beside_a_long_name(phone, live, lotte):
    lotte.cafe.name = "Åben uddannelsesvejledning"
    lotte.cafe.save()
    create_held_session(activity=lotte.cafe, date=timezone.localdate() - timedelta(days=1))
    go(phone, live, "session_list")

    row = phone.locator(".loglist-name").filter(has_text="Åben uddannelsesvejledning").first
    icon, name = row.locator("svg").bounding_box(), row.locator("a").bounding_box()

    assert (icon["x"] + icon["width"] <= name["x"], icon["y"] < name["y"] + 30) == (True, True)


def test_a_refused_note_stands_clear_of_the_ring_around_its_field(phone, live, lotte):
    go(phone, live, "session_log", lotte.tonight.pk)
    phone.get_by_label("Hvor mange kom?").fill("20")
    phone.get_by_label("En linje om gangen").fill("Ring til 010190-1234")
    phone.get_by_role("button", name="Gem aftenen").tap()
    refusal = phone.get_by_text("Det ligner et CPR-nummer")
    refusal.wait_for()
    phone.wait_for_timeout(300)

    field = phone.get_by_label("En linje om gangen").bounding_box()

    ring = 5  # 2 px away, 3 px wide
    assert refusal.bounding_box()["y"] >= field["y"] + field["height"] + ring
