"""A year's log brought in from a phone: file, preview, confirmation, result."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role
from activities.models import Session
from tests.factories import create_activity, create_member, create_plan
from tests.sheets.files import LOG

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def leader(phone, live):
    plan = create_plan(slug="herredsvang", name="Herredsvang")
    create_activity(plan=plan, name="Unge Cafeen")
    create_activity(plan=plan, name="Jobcafé")
    live.sign_in(phone, create_member(plan=plan, role=Role.PROJECT_MANAGER))
    return phone


def assert_no_barrier(page):
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_log_comes_in_from_a_phone(leader, live, run_jobs):
    leader.goto(live.url(reverse("reporting:imports", args=["herredsvang"])))
    leader.get_by_role("link", name="Log over aftener").click()
    leader.get_by_label("Vælg filen").set_input_files(LOG)
    expect(leader.get_by_text("logbog-2025.csv")).to_be_visible()
    assert_no_barrier(leader)
    leader.get_by_role("button", name="Se på filen").click()
    expect(leader.get_by_text("Venter på sin tur")).to_be_visible()
    run_jobs()

    expect(leader.get_by_role("heading", name="Skal det her ind?")).to_be_visible()
    assert_no_barrier(leader)
    assert Session.objects.count() == 0
    leader.get_by_role("button", name="Importér").click()
    expect(leader.get_by_text("Venter på sin tur")).to_be_visible()
    run_jobs()

    expect(leader.get_by_role("heading", name="De gode rækker er inde.")).to_be_visible()
    assert_no_barrier(leader)
    assert Session.objects.filter(log_source="import").count() > 20
    with leader.expect_download() as download:
        leader.get_by_role("link", name="Hent de afviste rækker").click()
    assert download.value.suggested_filename == "herredsvang-afviste-raekker.xlsx"


def test_a_file_that_is_no_table_is_refused_in_place(leader, live):
    leader.goto(live.url(reverse("reporting:import_create", args=["herredsvang", "log"])))
    leader.get_by_label("Vælg filen").set_input_files(
        {"name": "brev.csv", "mimeType": "text/csv", "buffer": b"Hej\r\nmed dig\r\n"}
    )
    leader.get_by_role("button", name="Se på filen").click()

    expect(leader.get_by_text("Der er ingen tabel i filen.")).to_be_visible()
    assert_no_barrier(leader)
