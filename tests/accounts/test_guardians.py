"""A volunteer below 15 opens nothing before a parent has said yes, and nothing again once it is taken back."""

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.guardians import is_too_young, is_waiting
from accounts.invitations import invite, token_for
from accounts.models import GuardianConsent, Membership, Role, User, VolunteerDetails
from tests.factories import create_member, create_plan, create_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-24 16:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


def opens(client, user):
    client.force_login(user)
    return client.get("/herredsvang/kommende/").status_code


@pytest.mark.parametrize(("birth_year", "expected"), [(None, False), (2011, False), (2012, True)])
def test_is_too_young_counts_years_as_everywhere_here(birth_year, expected):
    assert is_too_young(birth_year, timezone.localdate()) is expected


def test_an_account_below_15_waits_for_a_parent_and_opens_with_the_next_request(plan, client):
    young = create_volunteer(plan=plan, birth_year=2013, name="Sami Holm")
    member = Membership.objects.get(user=young)
    assert opens(client, young) == 403
    assert "En forælder skal sige ja først." in client.get("/herredsvang/kommende/").content.decode()

    client.force_login(create_member(plan=plan))
    url = reverse("plan:consent", args=["herredsvang", member.pk])
    for _click in range(2):
        client.post(url, {"guardian_name": "Lena Holm", "given_on": "23-11-2026", "channel": "i telefonen"})

    assert list(GuardianConsent.objects.values_list("guardian_name", "channel")) == [("Lena Holm", "i telefonen")]
    assert opens(client, young) == 200


def test_a_yes_that_is_taken_back_closes_the_account_and_can_be_put_back(plan, client):
    young = create_volunteer(plan=plan, birth_year=2013)
    staff, member = create_member(plan=plan), Membership.objects.get(user=young)
    GuardianConsent.objects.create(
        plan=plan, user=young, guardian_name="Lena", given_on=timezone.localdate(), recorded_by=staff
    )
    url = reverse("plan:consent_withdraw", args=["herredsvang", member.pk])
    answers = []
    for query in ("", "?tilbage=1"):
        client.force_login(staff)
        client.post(url + query)
        answers.append(opens(client, young))

    assert answers == [403, 200]


def test_a_day_ahead_and_a_missing_name_are_refused_in_words(plan, client):
    member = Membership.objects.get(user=create_volunteer(plan=plan, birth_year=2013))
    client.force_login(create_member(plan=plan))

    answer = client.post(
        reverse("plan:consent", args=["herredsvang", member.pk]), {"guardian_name": "", "given_on": "24-12-2026"}
    )

    assert answer.status_code == 422
    assert "Dagen ligger fremme i tiden." in answer.content.decode()
    assert GuardianConsent.objects.count() == 0


def test_a_volunteer_who_joins_below_15_meets_the_waiting_page(plan, client):
    invitation = invite(
        plan=plan, role=Role.VOLUNTEER, by=create_member(plan=plan), root="https://p.example", now=timezone.now()
    )
    url = reverse("accounts:invitation_accept", args=[token_for(invitation)])
    data = {"name": "Sami", "email": "sami@eksempel.dk", "password": "en lang sætning til mig"}

    assert "Skriv årstallet med fire cifre, som 2009." in client.post(url, data | {"birth_year": "13"}).content.decode()
    client.post(url, data | {"birth_year": "2013"})

    assert VolunteerDetails.objects.get().birth_year == 2013
    assert client.get("/herredsvang/kommende/").status_code == 403
    assert User.objects.filter(email="sami@eksempel.dk").exists()


def test_only_volunteers_are_asked_for_their_age(plan, client):
    invitation = invite(
        plan=plan, role=Role.STAFF, by=create_member(plan=plan), root="https://p.example", now=timezone.now(),
        email="ny@eksempel.dk",
    )  # fmt: skip

    page = client.get(reverse("accounts:invitation_accept", args=[token_for(invitation)])).content.decode()

    assert "birth_year" not in page


def test_staff_and_grown_volunteers_never_wait(plan):
    grown = create_volunteer(plan=plan, birth_year=2005)
    staff = create_member(plan=plan)
    VolunteerDetails.objects.create(membership=staff.memberships.get(), birth_year=2013)
    today = timezone.localdate()

    assert [is_waiting(user.memberships.get(), today=today) for user in (grown, staff)] == [False, False]
