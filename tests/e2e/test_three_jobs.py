"""The three jobs of a new portal: log an evening on a phone, let the board read, keep names from the board."""

import re

import pytest

from activities.models import Session, SessionState
from residents.models import Attendance, Participant

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
BOARD_PAGES = ("", "maal/", "aftaler/", "kommende/", "aktiviteter/", "uge/", "gange/", "deltagere/", "import/")


def test_evening_is_logged_in_three_taps_on_a_phone(demo, phone, taps):
    session = demo.tonight()
    demo.open(phone, "medarbejder")
    tap = taps(phone)

    tap(phone.get_by_role("link", name=re.compile("Registrér aftenen")))
    number = phone.get_by_label("Hvor mange kom?")
    tap(number)
    number.fill("34")
    tap(phone.get_by_role("button", name="Gem aftenen"))

    phone.get_by_text("34").first.wait_for()
    session.refresh_from_db()
    assert tap.count <= 3
    assert (session.state, session.heads_total) == (SessionState.HELD, 34)
    assert session.logged_by == demo.user("medarbejder")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_evening_is_logged_without_javascript(demo, new_context):
    session = demo.tonight()
    page = new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False).new_page()
    demo.open(page, "medarbejder")

    page.get_by_role("link", name=re.compile("Registrér aftenen")).click()
    page.get_by_label("Hvor mange kom?").fill("28")
    page.get_by_role("button", name="Gem aftenen").click()

    session.refresh_from_db()
    assert (session.state, session.heads_total, session.version) == (SessionState.HELD, 28, 1)


def test_counted_by_alias_is_ticked_off_and_a_newcomer_joins(demo, phone):
    session = demo.tonight("Lektiecafé")
    demo.open(phone, "medarbejder", f"gang/{session.pk}/krydsliste/")
    assert phone.locator("input[name=present]:checked").count() == 0

    first = phone.locator(".tickrow").first
    with phone.expect_response(lambda answer: "/kryds/" in answer.url):
        first.tap()
    phone.get_by_text("En ny").first.tap()
    phone.get_by_label("Kaldenavn").fill("Zebra Ø.")
    phone.get_by_label("Fødselsår").fill("2013")
    with phone.expect_response(lambda answer: "/ny-deltager/" in answer.url):
        phone.get_by_role("button", name=re.compile("Tilføj")).tap()
    phone.locator("#tick-new").get_by_text("Zebra Ø.").wait_for()

    session.refresh_from_db()
    assert (session.state, session.known_heads) == (SessionState.HELD, 2)
    assert Attendance.objects.filter(session=session, participant__alias="Zebra Ø.").count() == 1
    assert Participant.objects.filter(plan=demo.plan, alias="Zebra Ø.", birth_year=2013).count() == 1


def test_board_reads_what_was_released(demo, laptop):
    demo.open(laptop, "styregruppe")

    laptop.get_by_role("heading", level=1).wait_for()
    assert laptop.url == demo.path("maal/")
    text = laptop.locator("main").inner_text()
    for area in ("Beskæftigelse", "Uddannelse og livschancer", "Kriminalpræventiv indsats", "Sammenhængskraft"):
        assert area in text
    assert "Frigivet" in text
    assert "Sådan er tallet talt" in text


def test_board_is_refused_a_participants_name(demo, laptop):
    aliases = sorted(set(Participant.objects.filter(plan=demo.plan).values_list("alias", flat=True)))
    ticked = Session.objects.filter(plan=demo.plan, known_heads__gt=0).latest("date")
    demo.open(laptop, "styregruppe")

    refused = {rest: laptop.goto(demo.path(rest)).status for rest in ("deltagere/", f"gang/{ticked.pk}/krydsliste/")}
    assert set(refused.values()) == {403}
    for rest in (*BOARD_PAGES, f"gang/{ticked.pk}/", f"gang/{ticked.pk}/krydsliste/"):
        laptop.goto(demo.path(rest))
        content = laptop.content()
        assert [alias for alias in aliases if alias in content] == []


def test_stranger_finds_no_plan(demo, laptop):
    assert laptop.goto(demo.path("maal/")).url.startswith(demo.live.url("/accounts/login/"))
    assert laptop.goto(demo.live.url("/gellerup/maal/")).url.startswith(demo.live.url("/accounts/login/"))


def test_each_role_lands_where_its_work_is(demo, client):
    landings = {}
    for mailbox in ("leder", "medarbejder", "frivillig", "styregruppe", "partner", "admin"):
        client.force_login(demo.user(mailbox))
        landings[mailbox] = client.get("/herredsvang/").url.removeprefix("/herredsvang/")

    assert landings == {
        "leder": "uge/",
        "medarbejder": "uge/",
        "frivillig": "kommende/",
        "styregruppe": "maal/",
        "partner": "vores-aftale/",
        "admin": "indstillinger/",
    }
