"""From `createsuperuser` to the first Min uge, in a browser: the guide for a plan of one's own, and its dates."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts.models import Invitation, Plan, User
from tests.factories import create_user

pytestmark = pytest.mark.django_db(transaction=True)
SERIOUS = {"serious", "critical"}


def assert_nothing_serious(page):
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_plan_of_ones_own_from_nothing_to_my_week(live, phone, new_context):
    create_user(email="chef@eksempel.dk", name="Lene Leder", is_superuser=True, is_staff=True)
    phone.emulate_media(reduced_motion="reduce")  # half-faded words have no contrast
    phone.goto(live.url("/"))
    phone.fill("#id_username", "chef@eksempel.dk")
    phone.fill("#id_password", "hemmelig-kode-123")
    phone.click("main button.btn-primary")

    phone.wait_for_url("**/accounts/ny-plan/")
    assert_nothing_serious(phone)
    phone.fill("#id_name", "Ørebækparken")
    phone.fill("#id_starts_on", "1/8 2025")
    phone.fill("#id_ends_on", "31.07.2029")
    phone.click("main button.btn-primary")

    phone.wait_for_url("**/oerebaekparken/kom-i-gang/")
    expect(phone.locator(".steps [hx-get]")).to_have_count(0)  # each step has asked how far it is
    expect(phone.locator(".steps > .is-done")).to_have_count(1)
    phone.get_by_role("link", name="Vælg").click()
    phone.get_by_label("2019-26", exact=False).check()
    phone.click("main button.btn-primary")

    phone.wait_for_url("**/oerebaekparken/kom-i-gang/")
    expect(phone.locator(".steps > .is-done")).to_have_count(2)
    assert_nothing_serious(phone)
    phone.get_by_role("link", name="Invitér").click()
    phone.fill("#id_name", "Yusuf")
    phone.get_by_label("Frivillig", exact=True).check()
    phone.click("main button.btn-primary")
    link = phone.input_value("#invitation-link")
    assert_nothing_serious(phone)

    other = new_context(viewport={"width": 360, "height": 740}).new_page()
    other.goto(link)
    other.fill("#id_email", "yusuf@eksempel.dk")
    other.fill("#id_password", "en god lang kode")
    other.fill("#id_birth_year", "2008")
    assert_nothing_serious(other)
    other.click("main button.btn-primary")
    other.wait_for_url("**/oerebaekparken/kommende/")
    assert Invitation.objects.get().accepted_at is not None
    assert User.objects.get(email="yusuf@eksempel.dk").memberships.get().role == "volunteer"

    phone.goto(live.url("/oerebaekparken/kom-i-gang/"))
    phone.get_by_role("link", name="Til min uge").click()
    phone.wait_for_url("**/oerebaekparken/uge/")
    assert Plan.objects.get().is_demo is False


def test_the_calendar_beside_a_date_field_writes_danish(live, laptop):
    user = create_user(is_superuser=True)
    live.sign_in(laptop, user)
    laptop.goto(live.url("/accounts/ny-plan/"))

    laptop.get_by_role("button", name="Vælg datoen i en kalender").first.click()
    laptop.evaluate(
        "() => { const picker = document.querySelector('.datefield-picker'); picker.value = '2025-08-01';"
        " picker.dispatchEvent(new Event('change')); }"
    )

    assert laptop.input_value("#id_starts_on") == "01-08-2025"
    assert laptop.evaluate("document.activeElement.id") == "id_starts_on"


def test_pages_of_accounts_work_without_a_script(live, new_context):
    create_user(email="chef@eksempel.dk", is_superuser=True)
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live.url("/accounts/login/"))
    page.fill("#id_username", "chef@eksempel.dk")
    page.fill("#id_password", "hemmelig-kode-123")
    page.click("main button.btn-primary")
    page.fill("#id_name", "Ørebækparken")
    page.fill("#id_starts_on", "01-08-2025")
    page.fill("#id_ends_on", "31-07-2029")
    page.click("main button.btn-primary")
    assert page.url.endswith("/oerebaekparken/kom-i-gang/")
