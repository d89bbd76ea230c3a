"""Partners and whom to call there; removal that can be regretted; the programme period."""

import pytest
from django.urls import reverse

from accounts.models import Role
from partners.contacts import RemovalRefused, link_contacts, remove_organisation, restore_removed
from partners.models import Contact, Organisation, PlanProgramme, ProgrammePeriod
from tests.factories import create_agreement, create_contact, create_member, create_organisation, create_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def leader(client, plan):
    user = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"partners:{name}", args=["herredsvang", *args])


def test_an_organisation_is_written_once_however_it_is_spelled(client, plan, leader):
    client.post(url("organisation_create"), {"name": "  Aarhus   Kommune ", "type": "municipality"})
    page = client.post(url("organisation_create"), {"name": "AARHUS KOMMUNE", "type": "other"})

    assert "Der er allerede en organisation med det navn." in page.text
    assert list(Organisation.objects.values_list("name", "name_key", "type")) == [
        ("Aarhus Kommune", "aarhus kommune", "municipality")
    ]


def test_the_same_name_in_another_plan_is_another_organisation(client, plan, leader):
    create_organisation(plan=create_plan(), name="Aarhus Kommune")
    assert client.post(url("organisation_create"), {"name": "Aarhus Kommune", "type": "other"}).status_code == 302


def test_a_contact_is_written_and_edited(client, plan, leader):
    library = create_organisation(plan=plan)
    client.post(url("contact_create", library.pk), {"name": "Kirsten", "phone": "20 30 40 50"})
    contact = Contact.objects.get()
    assert (contact.plan, contact.organisation, contact.phone) == (plan, library, "20 30 40 50")

    client.post(url("contact_edit", contact.pk), {"name": "Kirsten Lund", "phone": ""})
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("Kirsten Lund", "")

    page = client.post(url("contact_create", library.pk), {"name": "Kirsten Lund"})
    assert "Der er allerede en kontakt med det navn." in page.text


def test_a_contact_is_linked_to_a_partner_of_this_plan_only(client, plan, leader):
    library = create_organisation(plan=plan)
    partner = create_member(plan=plan, role=Role.PARTNER)
    outsiders = [create_member(plan=plan, role=Role.BOARD), create_member(plan=create_plan(), role=Role.PARTNER)]
    for number, user in enumerate(outsiders):
        form = {"name": f"Person {number}", "user": user.pk}
        assert client.post(url("contact_create", library.pk), form).status_code == 200
    assert client.post(url("contact_create", library.pk), {"name": "K", "user": partner.pk}).status_code == 302
    assert [contact.user for contact in Contact.objects.all()] == [partner]


def test_an_account_is_linked_to_a_contact_only_once():
    plan = create_plan()
    member = create_member(plan=plan, role=Role.PARTNER, email="k@kommune.example")
    other = create_member(plan=plan, role=Role.PARTNER)
    library = create_organisation(plan=plan)
    free = create_contact(organisation=library, email="K@kommune.example")
    taken = create_contact(organisation=library, email="k@kommune.example", user=other)

    assert link_contacts(membership=member.memberships.get()) == 1
    free.refresh_from_db()
    taken.refresh_from_db()
    assert (free.user, taken.user) == (member, other)


def test_a_deleted_contact_comes_back_with_everything(client, plan, leader):
    partner = create_member(plan=plan, role=Role.PARTNER)
    contact = create_contact(organisation=create_organisation(plan=plan), phone="20 30 40 50", user=partner)

    page = client.post(url("contact_remove", contact.pk), follow=True)
    assert Contact.objects.count() == 0
    assert f'action="{url("removal_undo")}"' in page.text

    client.post(url("removal_undo"))
    back = Contact.objects.get()
    assert (back.pk, back.name, back.phone, back.user) == (contact.pk, contact.name, "20 30 40 50", partner)


def test_an_undo_works_once(client, plan, leader):
    contact = create_contact(organisation=create_organisation(plan=plan))
    client.post(url("contact_remove", contact.pk))
    client.post(url("removal_undo"))
    page = client.post(url("removal_undo"), follow=True)
    assert "Det er for sent at fortryde." in page.text
    assert Contact.objects.count() == 1


def test_a_deleted_organisation_comes_back_with_its_contacts(client, plan, leader):
    library = create_organisation(plan=plan, name="Biblioteket")
    create_contact(organisation=library, name="Kirsten")

    client.post(url("organisation_remove", library.pk))
    assert (Organisation.objects.count(), Contact.objects.count()) == (0, 0)

    client.post(url("removal_undo"))
    assert list(Contact.objects.values_list("organisation__name", "name")) == [("Biblioteket", "Kirsten")]


def test_a_party_to_an_agreement_stays(client, plan, leader):
    library = create_organisation(plan=plan, name="Biblioteket")
    create_agreement(plan=plan, parties=[library])
    with pytest.raises(RemovalRefused):
        remove_organisation(organisation=library)
    page = client.post(url("organisation_remove", library.pk), follow=True)
    assert "Biblioteket er part i en aftale" in page.text
    assert Organisation.objects.count() == 1


def test_what_has_been_replaced_is_not_restored_over_it():
    plan = create_plan()
    removed = remove_organisation(organisation=create_organisation(plan=plan, name="Biblioteket"))
    create_organisation(plan=plan, name="biblioteket")
    assert restore_removed(plan=plan, removed=removed) is False
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("name", ["organisation_detail", "organisation_edit", "contact_create"])
def test_organisations_of_another_plan_are_404(client, plan, leader, name):
    foreign = create_organisation(plan=create_plan())
    assert client.get(url(name, foreign.pk)).status_code == 404


def test_contacts_of_another_plan_are_404(client, plan, leader):
    foreign = create_contact(organisation=create_organisation(plan=create_plan()))
    assert client.get(url("contact_edit", foreign.pk)).status_code == 404
    assert client.post(url("contact_remove", foreign.pk)).status_code == 404


def test_staff_read_contacts_and_do_not_edit_them(client, plan):
    client.force_login(create_member(plan=plan, role=Role.STAFF))
    library = create_organisation(plan=plan)
    contact = create_contact(organisation=library, phone="20 30 40 50")
    page = client.get(url("organisation_detail", library.pk))
    assert "20 30 40 50" in page.text
    assert url("contact_edit", contact.pk) not in page.text
    assert client.post(url("contact_remove", contact.pk)).status_code == 403


def test_the_programme_period_brings_the_focus_areas(client):
    plan = create_plan(slug="herredsvang", with_programme=False)
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    assert 'class="is-done"' not in client.get(url("programme_status")).text

    period = ProgrammePeriod.objects.get(name="2019-26")
    assert client.post(url("programme_edit"), {"period": period.pk}).url == "/herredsvang/kom-i-gang/"

    assert PlanProgramme.objects.get(plan=plan).period == period
    assert 'class="is-done"' in client.get(url("programme_status")).text
