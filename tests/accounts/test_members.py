"""Members: roles, removal with undo, and somebody always left to manage them."""

import pytest
from django.urls import reverse

from accounts.members import MemberRefused, change_role, remove_member, restore_member
from accounts.models import MailState, Membership, Role
from tests.factories import create_member, create_plan, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def leader(plan):
    return create_member(plan=plan, role=Role.PROJECT_MANAGER, name="Lene Leder")


def membership(plan, user):
    return Membership.objects.get(plan=plan, user=user)


def url(name, *args):
    return reverse(f"plan:{name}", args=["herredsvang", *args])


def test_a_changed_role_counts_at_the_next_request(client, plan, leader):
    other = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    client.force_login(other)
    assert client.get(url("member_list")).status_code == 200

    change_role(membership=membership(plan, other), role=Role.BOARD, by=leader)

    assert client.get(url("member_list")).status_code == 403


def test_a_removed_member_is_outside_at_the_next_request(client, plan, leader):
    other = create_member(plan=plan, role=Role.STAFF)
    client.force_login(other)
    assert client.get(url("home")).status_code == 302

    remove_member(membership=membership(plan, other))

    assert client.get(url("home")).status_code == 404


def test_the_role_page_changes_a_role(client, plan, leader):
    other = create_member(plan=plan, name="Amir Hassan")
    client.force_login(leader)

    page = client.post(url("member_role", membership(plan, other).pk), {"role": "volunteer"}, follow=True)

    assert membership(plan, other).role == Role.VOLUNTEER
    assert "Amir Hassan har nu rollen frivillig." in page.text


def test_nobody_raises_their_own_role(client, plan, leader):
    admin = create_member(plan=plan, role=Role.ADMINISTRATOR)
    client.force_login(admin)

    page = client.post(url("member_role", membership(plan, admin).pk), {"role": "staff"})

    assert "Du kan ikke ændre din egen rolle." in page.text
    assert membership(plan, admin).role == Role.ADMINISTRATOR


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.ADMINISTRATOR])
def test_the_last_who_manages_members_cannot_leave(client, role):
    plan = create_plan(slug="herredsvang")
    last = create_member(plan=plan, role=role)
    create_member(plan=plan, role=Role.PROJECT_MANAGER, is_active=False)  # a closed account is no help
    client.force_login(last)

    page = client.post(url("member_remove", membership(plan, last).pk), follow=True)

    assert "Planen skal have mindst én projektleder eller administrator." in page.text
    assert membership(plan, last).role == role


def test_the_last_who_manages_members_cannot_be_demoted(plan, leader):
    with pytest.raises(MemberRefused):
        change_role(membership=membership(plan, leader), role=Role.STAFF, by=create_user())
    assert membership(plan, leader).role == Role.PROJECT_MANAGER


def test_a_removal_can_be_undone_with_everything_as_before(client, plan, leader):
    other = create_member(plan=plan, role=Role.BOARD, name="Bente Bestyrelse")
    Membership.objects.filter(user=other).update(release_mail=False)
    client.force_login(leader)

    page = client.post(url("member_remove", membership(plan, other).pk), follow=True)
    assert "Bente Bestyrelse er ikke længere med i planen." in page.text
    undo = page.text.split('action="/herredsvang/medlemmer/fortryd/')[1].split('"')[0]
    client.post(f"/herredsvang/medlemmer/fortryd/{undo}")

    assert (membership(plan, other).role, membership(plan, other).release_mail) == (Role.BOARD, False)


def test_an_undo_token_of_another_plan_adds_nobody(plan, leader):
    elsewhere = create_plan()
    create_member(plan=elsewhere, role=Role.PROJECT_MANAGER)
    stranger = create_member(plan=elsewhere)
    undo = remove_member(membership=membership(elsewhere, stranger))

    assert restore_member(plan=plan, undo=undo) is None
    assert restore_member(plan=plan, undo="opdigtet") is None
    assert plan.memberships.count() == 1


def test_members_of_another_plan_are_404(client, plan, leader):
    stranger = create_member(plan=create_plan())
    client.force_login(leader)
    pk = stranger.memberships.get().pk
    assert client.get(url("member_role", pk)).status_code == 404
    assert client.post(url("member_remove", pk)).status_code == 404


def test_leaving_the_plan_oneself_leads_to_the_front_door(client, plan, leader):
    other = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    client.force_login(other)
    assert client.post(url("member_remove", membership(plan, other).pk)).url == "/"


def test_a_mail_that_needs_a_person_is_shown_and_sent_again(client, plan, leader):
    mail = plan.mails.create(key="1:nudge", template="nudge", to="amir@eksempel.dk", state=MailState.UNCLEAR)
    client.force_login(leader)
    page = client.get(url("member_list"))
    assert "Uklart om den nåede frem" in page.text

    client.post(url("mail_resend", mail.pk))

    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED


def test_the_member_list_asks_as_often_for_30_as_for_1(client, plan, leader, django_assert_num_queries):
    client.force_login(leader)

    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            client.get(url("member_list"))
        return len(queries)

    create_member(plan=plan)
    plan.invitations.create(email="a@eksempel.dk", role="staff", token_hash="a", expires_at="2030-01-01T00:00Z")
    one = count()
    for number in range(30):
        create_member(plan=plan)
        plan.invitations.create(
            email=f"b{number}@eksempel.dk", role="staff", token_hash=f"b{number}", expires_at="2030-01-01T00:00Z"
        )
    assert count() == one
