"""Agreements: by focus area, archived and never deleted, and each partner's own."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from partners.models import Agreement
from tests.factories import (
    create_agreement,
    create_contact,
    create_member,
    create_organisation,
    create_plan,
    get_focus_area,
)

pytestmark = pytest.mark.django_db
PHONE, MAIL = "20 30 40 50", "kanarie@kommune.example"


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def leader(plan):
    return create_member(plan=plan, role=Role.PROJECT_MANAGER)


def url(name, *args):
    return reverse(f"partners:{name}", args=["herredsvang", *args])


def signed_in(client, plan, role):
    user = create_member(plan=plan, role=role)
    client.force_login(user)
    return user


def test_agreements_stand_under_their_focus_areas(client, plan):
    library = create_organisation(plan=plan, name="Biblioteket")
    both = create_agreement(plan=plan, parties=[library], text="Lån af lokaler")
    both.focus_areas.set([get_focus_area(1), get_focus_area(3)])
    create_agreement(plan=plan, parties=[library], text="Kaffe på kanden")
    create_agreement(plan=create_plan(), text="En anden plans aftale")
    signed_in(client, plan, Role.BOARD)

    page = client.get(url("agreement_list"))

    groups = [
        (group.area.name if group.area else None, [a.text for a in group.agreements])
        for group in page.context["groups"]
    ]
    assert groups == [
        ("Beskæftigelse", ["Lån af lokaler"]),
        ("Kriminalpræventiv indsats", ["Lån af lokaler"]),
        (None, ["Kaffe på kanden"]),
    ]
    assert "En anden plans aftale" not in page.text


@pytest.mark.parametrize(
    ("first", "last", "standing"),
    [
        (None, None, "valid"),
        (None, date(2025, 12, 31), "ending"),
        (None, date(2026, 2, 1), "ending"),
        (None, date(2026, 2, 2), "valid"),
        (None, date(2025, 11, 3), "ending"),
        (None, date(2025, 11, 2), "ended"),
        (date(2025, 11, 4), date(2025, 11, 30), "coming"),
        (date(2025, 11, 3), None, "valid"),
    ],
)
def test_what_ends_within_90_days_is_marked(first, last, standing):
    assert Agreement(starts_on=first, ends_on=last).standing(date(2025, 11, 3)) == standing


@time_machine.travel("2025-11-03 12:00+01:00")
def test_the_list_says_how_many_end_soon(client, plan):
    create_agreement(plan=plan, ends_on=date(2025, 12, 31))
    create_agreement(plan=plan)
    signed_in(client, plan, Role.STAFF)
    page = client.get(url("agreement_list")).text
    assert "2 aftaler. 1 udløber inden for tre måneder." in page
    assert page.count("udløber snart") == 1


def test_a_project_manager_writes_and_edits_an_agreement(client, plan, leader):
    library = create_organisation(plan=plan, name="Biblioteket")
    client.force_login(leader)
    form = {
        "parties": [library.pk], "focus_areas": [get_focus_area(2).pk], "text": "Lektiehjælp hver tirsdag",
        "starts_on": "01.08.2025", "ends_on": "30/6 2026",
    }  # fmt: skip

    response = client.post(url("agreement_create"), form)
    agreement = Agreement.objects.get()
    assert response.url == url("agreement_detail", agreement.pk)
    assert (agreement.plan, agreement.starts_on, agreement.ends_on) == (plan, date(2025, 8, 1), date(2026, 6, 30))
    assert list(agreement.parties.all()) == [library]
    assert agreement.title == "Biblioteket"

    client.post(url("agreement_edit", agreement.pk), {**form, "text": "Lektiehjælp hver onsdag"})
    agreement.refresh_from_db()
    assert agreement.text == "Lektiehjælp hver onsdag"


def test_an_agreement_needs_a_party_of_this_plan(client, plan, leader):
    create_organisation(plan=plan)
    foreign = create_organisation(plan=create_plan())
    client.force_login(leader)
    assert client.post(url("agreement_create"), {"text": "X"}).status_code == 200
    assert client.post(url("agreement_create"), {"text": "X", "parties": [foreign.pk]}).status_code == 200
    assert Agreement.objects.count() == 0


def test_an_agreement_refuses_a_cpr_number_and_dates_that_run_backwards(client, plan, leader):
    library = create_organisation(plan=plan)
    client.force_login(leader)
    form = {"parties": [library.pk], "text": "Ring om 010203-1234"}
    assert "CPR" in client.post(url("agreement_create"), form).text
    form = {"parties": [library.pk], "text": "X", "starts_on": "2025-02-01", "ends_on": "2025-01-01"}
    assert "Den sidste dag skal ligge efter den første." in client.post(url("agreement_create"), form).text
    assert Agreement.objects.count() == 0


def test_an_agreement_is_archived_and_taken_out_again(client, plan, leader):
    agreement = create_agreement(plan=plan, parties=[create_organisation(plan=plan)], text="Nøgler til klubben")
    client.force_login(leader)

    page = client.post(url("agreement_archive", agreement.pk), follow=True)
    assert f'action="{url("agreement_take_out", agreement.pk)}"' in page.text
    assert page.context["total"] == 0
    assert "Nøgler til klubben" in client.get(url("agreement_archive_list")).text

    client.post(url("agreement_take_out", agreement.pk))
    assert client.get(url("agreement_list")).context["total"] == 1


@pytest.mark.parametrize("name", ["agreement_detail", "agreement_edit"])
def test_agreements_of_another_plan_are_404(client, plan, leader, name):
    foreign = create_agreement(plan=create_plan())
    client.force_login(leader)
    assert client.get(url(name, foreign.pk)).status_code == 404


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.PROJECT_MANAGER, True), (Role.STAFF, True), (Role.BOARD, False), (Role.ADMINISTRATOR, False)],
)
def test_only_the_team_sees_whom_to_call(client, plan, role, sees):
    library = create_organisation(plan=plan, name="Biblioteket")
    create_contact(organisation=library, name="Kirsten Kanarie", phone=PHONE, email=MAIL)
    agreement = create_agreement(plan=plan, parties=[library])
    signed_in(client, plan, role)

    text = client.get(url("agreement_detail", agreement.pk)).text

    assert "Biblioteket" in text
    assert (PHONE in text, MAIL in text, "Kirsten Kanarie" in text) == (sees, sees, sees)


def test_a_partner_sees_own_agreements_and_no_others(client, plan):
    user = signed_in(client, plan, Role.PARTNER)
    library, police = (
        create_organisation(plan=plan, name="Biblioteket"),
        create_organisation(plan=plan, name="Politiet"),
    )
    create_contact(organisation=library, user=user)
    create_contact(organisation=police, phone=PHONE, email=MAIL)
    create_agreement(plan=plan, parties=[library, police], text="Sammen om torvet")
    create_agreement(plan=plan, parties=[police], text="Kun politiet")
    elsewhere = create_plan()
    foreign = create_organisation(plan=elsewhere)
    create_contact(organisation=foreign, user=user)
    create_agreement(plan=elsewhere, parties=[foreign], text="En anden plans aftale")

    page = client.get(url("agreement_own"))

    assert [agreement.text for agreement in page.context["agreements"]] == ["Sammen om torvet"]
    assert "Kun politiet" not in page.text
    assert PHONE not in page.text
    assert MAIL not in page.text


def test_a_partner_without_organisation_is_told_what_to_do(client, plan):
    signed_in(client, plan, Role.PARTNER)
    assert "Din konto er ikke koblet til endnu" in client.get(url("agreement_own")).text


def test_the_list_asks_as_often_for_30_as_for_1(client, plan):
    library = create_organisation(plan=plan)
    signed_in(client, plan, Role.STAFF)

    def add():
        agreement = create_agreement(plan=plan, parties=[library, create_organisation(plan=plan)])
        agreement.focus_areas.set([get_focus_area(1)])

    def count(page):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    add()
    pages = [url("agreement_list"), url("organisation_list"), url("organisation_detail", library.pk)]
    one = [count(page) for page in pages]
    for _number in range(29):
        add()
    assert [count(page) for page in pages] == one
