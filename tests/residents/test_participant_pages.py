"""The participants' own pages."""

import json
from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from activities.models import CountingMode
from residents.models import Participant, ParticipantMerge, ParticipantRead
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
)

pytestmark = pytest.mark.django_db


class Register:
    def __init__(self):
        self.plan = create_plan(slug="egen")
        self.staff = create_member(plan=self.plan)
        self.client = Client()
        self.client.force_login(self.staff)
        self.activity = create_activity(plan=self.plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)
        self.amina = create_participant(plan=self.plan, alias="Amina", birth_year=2012)
        self.double = create_participant(plan=self.plan, alias="Amina M", birth_year=2012)
        self.session = create_held_session(activity=self.activity, heads=None)
        create_attendance(session=self.session, participant=self.amina)

    @staticmethod
    def url(name, *args):
        return reverse(f"residents:{name}", args=["egen", *args])


@pytest.fixture
def register():
    return Register()


def test_list_shows_how_often_and_when_last(register):
    response = register.client.get(register.url("participant_list"))

    assert [(person.alias, person.came) for person in response.context["people"]] == [
        ("Amina", {"times": 1, "last_on": date(2025, 1, 7)}),
        ("Amina M", {"times": 0, "last_on": None}),
    ]
    read = ParticipantRead.objects.get()
    assert (read.page, read.rows, read.user) == ("participant_list", 2, register.staff)


def test_list_is_searched_by_any_part_of_the_alias(register):
    response = register.client.get(register.url("participant_list"), {"q": "NA m"})

    assert [person.alias for person in response.context["people"]] == ["Amina M"]


@pytest.mark.parametrize("people", [1, 30])
def test_list_costs_the_same_for_one_and_for_thirty(register, people):
    for number in range(people):
        person = create_participant(plan=register.plan, alias=f"Barn {number}")
        create_attendance(session=register.session, participant=person)
    register.client.get(register.url("participant_list"))

    with CaptureQueriesContext(connection) as captured:
        register.client.get(register.url("participant_list"))

    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 7


def test_detail_shows_the_evenings(register):
    response = register.client.get(register.url("participant_detail", register.amina.pk))

    assert [tick.session for tick in response.context["evenings"]] == [register.session]
    assert ParticipantRead.objects.get().participant == register.amina


def test_edit_corrects_alias_and_birth_year(register):
    url = register.url("participant_edit", register.amina.pk)

    assert register.client.post(url, {"alias": "Åse", "birth_year": "2011"}).status_code == 302

    register.amina.refresh_from_db()
    assert (register.amina.alias, register.amina.alias_key, register.amina.birth_year) == ("Åse", "åse", 2011)


def test_edit_offers_to_merge_when_somebody_is_so_already(register):
    url = register.url("participant_edit", register.double.pk)

    response = register.client.post(url, {"alias": "amina", "birth_year": "2012"})

    assert response.status_code == 422
    assert response.context["same"] == register.amina


def test_edit_refuses_a_cpr_number(register):
    url = register.url("participant_edit", register.amina.pk)

    assert register.client.post(url, {"alias": "0102121234", "birth_year": "2012"}).status_code == 422
    assert Participant.objects.get(pk=register.amina.pk).alias == "Amina"


def test_merge_suggests_likely_doubles_and_can_be_undone(register):
    url = register.url("participant_merge", register.amina.pk)
    assert [person.alias for person in register.client.get(url).context["candidates"]] == ["Amina M"]

    register.client.post(url, {"other": register.double.pk})
    assert list(Participant.objects.values_list("alias", flat=True)) == ["Amina"]

    merge = ParticipantMerge.objects.get()
    register.client.post(register.url("participant_merge_undo", merge.pk))
    assert list(Participant.objects.values_list("alias", flat=True)) == ["Amina", "Amina M"]


def test_export_hands_out_everything_as_page_and_file(register):
    url = register.url("participant_export", register.amina.pk)

    page = register.client.get(url).content.decode()
    file = register.client.get(url, {"format": "json"})

    assert "Lektiecafé" in page
    assert "7. januar 2025" in page
    data = json.loads(file.content)
    assert (data["alias"], data["birth_year"]) == ("Amina", 2012)
    assert data["evenings"] == [{"date": "2025-01-07", "activity": "Lektiecafé"}]
    assert [read["page"] for read in data["reads"]] == ["participant_export", "participant_export"]
    assert "Amina" not in file.headers["Content-Disposition"]


def test_erase_says_what_stays_and_deletes(register):
    url = register.url("participant_erase", register.amina.pk)
    assert "1 fremmøde bliver stående som et hoved uden navn" in register.client.get(url).content.decode()

    register.client.post(url)

    assert not Participant.objects.filter(alias="Amina").exists()
    register.session.refresh_from_db()
    assert (register.session.known_heads, register.session.heads_total) == (0, 1)


def test_anonymous_rows_have_no_page(register):
    stub = Participant.objects.create(
        plan=register.plan, alias="", alias_key="\x01abc", birth_year=2010, anonymised_on=date(2025, 1, 1)
    )

    for name in ("participant_detail", "participant_edit", "participant_merge", "participant_export"):
        assert register.client.get(register.url(name, stub.pk)).status_code == 404
    assert len(register.client.get(register.url("participant_list")).context["people"]) == 2


def test_concern_is_a_page_without_a_field(register):
    page = register.client.get(register.url("concern")).content.decode()

    assert "Ring til kommunen." in page
    assert "barnets lov § 135" in page
    assert "<textarea" not in page


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.VOLUNTEER, Role.BOARD, Role.PARTNER])
def test_others_see_no_participants_but_whom_to_ring(register, role):
    client = Client()
    client.force_login(create_member(plan=register.plan, role=role))

    assert client.get(register.url("participant_list")).status_code == 403
    assert client.get(register.url("concern")).status_code == 200


def test_the_admin_knows_no_participants():
    assert [model for model in admin.site._registry if model._meta.app_label == "residents"] == []


def test_concern_has_the_municipalitys_number_to_tap(register):
    register.plan.concern_phone = "89 40 20 00"
    register.plan.save()

    page = register.client.get(register.url("concern")).content.decode()

    assert 'href="tel:89402000"' in page
    assert "Nummeret står på kommunens egen hjemmeside" not in page


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.STAFF, "Bed projektlederen om at skrive det i indstillingerne"),
        (Role.VOLUNTEER, "Bed projektlederen om at skrive det i indstillingerne"),
        (Role.PROJECT_MANAGER, "Skriv det i indstillingerne, så alle kan trykke på det her"),
        (Role.ADMINISTRATOR, "Skriv det i indstillingerne, så alle kan trykke på det her"),
    ],
)
def test_concern_without_a_number_says_where_it_stands_and_who_writes_it(register, role, said):
    client = Client()
    client.force_login(create_member(plan=register.plan, role=role))

    page = client.get(register.url("concern")).content.decode()

    assert ("Nummeret står på kommunens egen hjemmeside" in page, said in page) == (True, True)
