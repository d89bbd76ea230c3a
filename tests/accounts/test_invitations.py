"""Invitations: by mail, by a link handed over, once, for 14 days."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.invitations import (
    VALID_FOR,
    InvitationRefused,
    accept_invitation,
    find_invitation,
    forget_old_invitations,
    invitation_path,
    invite,
    resend_invitation,
    token_for,
)
from accounts.models import Invitation, Mail, MailState, Membership, Role, User
from tests.factories import create_contact, create_member, create_organisation, create_plan, create_user

pytestmark = pytest.mark.django_db
ROOT = "https://portal.example"


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def leader(plan):
    return create_member(plan=plan, role=Role.PROJECT_MANAGER, name="Lene Leder", email="lene@eksempel.dk")


def make(plan, leader, *, email="amir@eksempel.dk", role=Role.STAFF, name="Amir"):
    return invite(plan=plan, role=role, by=leader, root=ROOT, now=timezone.now(), email=email, name=name)


def join(client, invitation, **fields):
    form = {"name": "Amir Hassan", "password": "en god lang kode", "birth_year": "2005", **fields}
    return client.post(invitation_path(invitation), form)


def test_a_project_manager_invites_by_mail(client, plan, leader, run_jobs):
    client.force_login(leader)

    form = {"email": "Amir@eksempel.dk", "name": "Amir", "role": "staff"}
    response = client.post(reverse("plan:invitation_create", args=["herredsvang"]), form)
    run_jobs()

    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == ("amir@eksempel.dk", "staff", leader)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["amir@eksempel.dk"], "Invitation til Herredsvang")
    ]
    assert "Lene Leder inviterer dig til Herredsvang. Din rolle: Medarbejder." in mail.outbox[0].body
    assert invitation_path(invitation) in mail.outbox[0].body
    assert invitation_path(invitation) in response.text
    assert Mail.objects.get().state == MailState.SENT


def test_the_link_is_shown_once_and_only_its_hash_is_stored(client, plan, leader):
    invitation = make(plan, leader)
    token = token_for(invitation)
    assert token not in str(Invitation.objects.values().get())
    client.force_login(leader)
    assert token not in client.get(reverse("plan:member_list", args=["herredsvang"])).text


def test_a_new_person_joins_with_name_and_password(client, plan, leader):
    invitation = make(plan, leader)

    response = join(client, invitation)

    user = User.objects.get(email="amir@eksempel.dk")
    assert response.url == "/herredsvang/"
    assert (user.name, user.check_password("en god lang kode")) == ("Amir Hassan", True)
    assert plan.memberships.get(user=user).role == Role.STAFF
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_invited_address_cannot_be_swapped(client, plan, leader):
    join(client, make(plan, leader), email="en-anden@eksempel.dk")
    assert User.objects.filter(email="en-anden@eksempel.dk").count() == 0
    assert User.objects.filter(email="amir@eksempel.dk").count() == 1


def test_a_weak_password_is_refused_in_plain_words(client, plan, leader):
    response = join(client, make(plan, leader), password="12345678")
    assert response.status_code == 200
    assert User.objects.filter(email="amir@eksempel.dk").count() == 0
    assert plan.memberships.count() == 1


def test_a_cpr_number_as_name_is_refused(client, plan, leader):
    response = join(client, make(plan, leader), name="Amir 010203-1234")
    assert "CPR" in response.text
    assert User.objects.filter(email="amir@eksempel.dk").count() == 0


def test_a_link_works_once(client, plan, leader):
    invitation = make(plan, leader)
    join(client, invitation)
    client.logout()

    response = client.get(invitation_path(invitation))

    assert response.status_code == 404
    assert "Invitationen virker ikke længere" in response.text


def test_of_two_clicks_at_once_one_wins(plan, leader):
    invitation = make(plan, leader)
    accept_invitation(invitation=invitation, user=create_user(), now=timezone.now())
    with pytest.raises(InvitationRefused):
        accept_invitation(invitation=invitation, user=create_user(), now=timezone.now())
    assert plan.memberships.filter(role=Role.STAFF).count() == 1


def test_a_link_lasts_14_days(client, plan, leader):
    with time_machine.travel("2025-03-01 12:00+01:00", tick=False):
        invitation = make(plan, leader)
    with time_machine.travel("2025-03-15 11:59+01:00", tick=False):
        assert client.get(invitation_path(invitation)).status_code == 200
    with time_machine.travel("2025-03-15 12:00+01:00", tick=False):
        assert client.get(invitation_path(invitation)).status_code == 404
    assert timedelta(days=14) == VALID_FOR


def test_made_up_links_open_nothing(client, plan, leader):
    make(plan, leader)
    assert client.get(reverse("accounts:invitation_accept", args=["A" * 43])).status_code == 404


def test_who_has_an_account_logs_in_to_join(client, plan, leader):
    user = create_user(email="amir@eksempel.dk", name="Amir Hassan")
    invitation = make(plan, leader)

    page = client.get(invitation_path(invitation))
    assert f"/accounts/login/?next={invitation_path(invitation)}" in page.text
    assert join(client, invitation).status_code == 200  # no second account, no new password
    assert plan.memberships.filter(user=user).count() == 0

    client.force_login(user)
    assert "Vær med som Amir Hassan" in client.get(invitation_path(invitation)).text
    assert client.post(invitation_path(invitation)).url == "/herredsvang/"
    assert plan.memberships.get(user=user).role == Role.STAFF


def test_a_link_is_for_the_invited_account_only(client, plan, leader):
    invitation = make(plan, leader)
    client.force_login(create_user(email="nysgerrig@eksempel.dk"))

    response = client.post(invitation_path(invitation))

    assert "Invitationen er til en anden konto" in response.text
    assert "amir@eksempel.dk" not in response.text
    assert plan.memberships.count() == 1


def test_a_volunteer_may_be_invited_without_mail(client, plan, leader):
    invitation = make(plan, leader, email="", role=Role.VOLUNTEER, name="Yusuf")
    assert Mail.objects.count() == 0

    response = join(client, invitation, email="yusuf@eksempel.dk", name="Yusuf")

    assert response.url == "/herredsvang/"
    assert plan.memberships.get(user__email="yusuf@eksempel.dk").role == Role.VOLUNTEER


def test_a_link_without_mail_never_takes_over_an_account(client, plan, leader):
    create_user(email="amir@eksempel.dk")
    invitation = make(plan, leader, email="", role=Role.VOLUNTEER)

    response = join(client, invitation, email="Amir@eksempel.dk")

    assert "Der er allerede en konto med den e-mail." in response.text
    assert plan.memberships.filter(role=Role.VOLUNTEER).count() == 0
    assert find_invitation(token_for(invitation), now=timezone.now()) == invitation


def test_other_roles_need_an_address(plan, leader):
    with pytest.raises(InvitationRefused):
        make(plan, leader, email="", role=Role.BOARD)


def test_a_member_is_not_invited_again(client, plan, leader):
    create_member(plan=plan, email="amir@eksempel.dk")
    client.force_login(leader)
    form = {"email": "amir@eksempel.dk", "role": "board"}
    response = client.post(reverse("plan:invitation_create", args=["herredsvang"]), form)
    assert "Personen er allerede med i planen." in response.text
    assert Invitation.objects.count() == 0


def test_inviting_the_same_address_twice_renews_the_link(plan, leader):
    with time_machine.travel("2025-03-01 12:00+01:00", tick=False):
        first = token_for(make(plan, leader))
    with time_machine.travel("2025-03-02 12:00+01:00", tick=False):
        second = token_for(make(plan, leader, role=Role.BOARD))
        assert find_invitation(first, now=timezone.now()) is None
        assert find_invitation(second, now=timezone.now()).role == Role.BOARD
    assert Invitation.objects.count() == 1


def test_a_new_link_makes_the_old_one_useless(plan, leader):
    with time_machine.travel("2025-03-01 12:00+01:00", tick=False):
        invitation = make(plan, leader)
        first = token_for(invitation)
    with time_machine.travel("2025-03-20 12:00+01:00", tick=False):
        resend_invitation(invitation=invitation, by=leader, root=ROOT, now=timezone.now())
        assert find_invitation(first, now=timezone.now()) is None
        assert find_invitation(token_for(invitation), now=timezone.now()) == invitation
    assert Mail.objects.count() == 2


def test_withdrawing_closes_the_link_and_can_be_undone(client, plan, leader, run_jobs):
    invitation = make(plan, leader)
    client.force_login(leader)

    page = client.post(reverse("plan:invitation_withdraw", args=["herredsvang", invitation.pk]), follow=True)
    run_jobs()

    assert find_invitation(token_for(invitation), now=timezone.now()) is None
    assert mail.outbox == []
    undo = page.text.split('action="/herredsvang/invitationer/fortryd/')[1].split('"')[0]
    client.post(f"/herredsvang/invitationer/fortryd/{undo}")
    assert find_invitation(token_for(invitation), now=timezone.now()) == invitation


def test_the_first_project_manager_meets_the_guide(client, plan):
    boss = create_member(plan=plan, role=Role.ADMINISTRATOR)
    invitation = make(plan, boss, role=Role.PROJECT_MANAGER)
    assert join(client, invitation).url == "/herredsvang/kom-i-gang/"


def test_a_partner_is_linked_to_the_contact_with_the_same_address(client, plan, leader):
    contact = create_contact(organisation=create_organisation(plan=plan), email="Amir@Eksempel.dk")
    elsewhere = create_contact(organisation=create_organisation(plan=create_plan()), email="amir@eksempel.dk")

    join(client, make(plan, leader, role=Role.PARTNER))

    contact.refresh_from_db()
    elsewhere.refresh_from_db()
    assert contact.user == User.objects.get(email="amir@eksempel.dk")
    assert elsewhere.user is None


def test_invitations_are_forgotten_30_days_after_their_use(plan, leader):
    with time_machine.travel("2025-03-01 12:00+01:00", tick=False):
        used = make(plan, leader)
        accept_invitation(invitation=used, user=create_user(), now=timezone.now())
        make(plan, leader, email="sen@eksempel.dk")
    with time_machine.travel("2025-04-02 12:00+01:00", tick=False):
        assert forget_old_invitations(now=timezone.now()) == 1
    with time_machine.travel("2025-04-15 12:00+01:00", tick=False):
        assert forget_old_invitations(now=timezone.now()) == 1
    assert Membership.objects.filter(plan=plan).count() == 2
