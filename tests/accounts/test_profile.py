"""One's own account."""

import pytest

from accounts.models import Membership, Role
from tests.factories import create_member, create_plan, create_user

pytestmark = pytest.mark.django_db


def test_name_and_language_are_one_form(client):
    user = create_user(name="Lotte")
    client.force_login(user)

    page = client.post("/accounts/profil/", {"name": "Lotte Mikkelsen", "language": "en"}, follow=True)

    user.refresh_from_db()
    assert (user.name, user.language) == ("Lotte Mikkelsen", "en")
    assert "Your profile is saved." in page.text


def test_the_language_chosen_in_the_menu_follows_the_account(client):
    user = create_user()
    client.force_login(user)

    page = client.post("/sprog/", {"language": "en", "next": "/accounts/profil/"}, follow=True)

    user.refresh_from_db()
    assert (user.language, page.redirect_chain) == ("en", [("/accounts/profil/", 302)])
    assert '<html lang="en"' in page.text


def test_a_language_that_there_is_not_changes_nothing(client):
    user = create_user(language="en")
    client.force_login(user)

    client.post("/sprog/", {"language": "xx"})
    client.get("/sprog/", {"language": "da"})

    user.refresh_from_db()
    assert user.language == "en"


def test_release_mails_are_chosen_per_plan(client):
    user = create_member(plan=create_plan(), role=Role.BOARD)
    Membership.objects.create(plan=create_plan(), user=user, role=Role.BOARD)
    keep, stop = user.memberships.order_by("pk")
    client.force_login(user)

    client.post("/accounts/profil/", {"name": "B", "language": "da", "release_mail": [keep.pk]})

    assert list(user.memberships.order_by("pk").values_list("release_mail", flat=True)) == [True, False]
    assert stop.plan_id != keep.plan_id


def test_nobody_chooses_for_others(client):
    other = create_member(plan=create_plan(), role=Role.BOARD)
    user = create_member(plan=create_plan())
    client.force_login(user)
    form = {"name": "B", "language": "da", "release_mail": [other.memberships.get().pk]}
    assert client.post("/accounts/profil/", form).status_code == 200
    assert other.memberships.get().release_mail is True


def test_a_cpr_number_as_name_is_refused(client):
    user = create_user(name="Lotte")
    client.force_login(user)
    page = client.post("/accounts/profil/", {"name": "Lotte 010203-1234", "language": "da"})
    user.refresh_from_db()
    assert "CPR" in page.text
    assert user.name == "Lotte"


def test_a_new_password_needs_the_old_one_and_signs_other_devices_out(client):
    from django.test import Client

    user = create_user()
    client.force_login(user)
    other_device = Client()
    other_device.force_login(user)
    form = {"old_password": "forkert", "new_password1": "en hel sætning til", "new_password2": "en hel sætning til"}

    assert client.post("/accounts/kode/skift/", form).status_code == 200
    assert client.post("/accounts/kode/skift/", {**form, "old_password": "hemmelig-kode-123"}).status_code == 302

    user.refresh_from_db()
    assert user.check_password("en hel sætning til")
    assert client.get("/accounts/profil/").status_code == 200
    assert other_device.get("/accounts/profil/").status_code == 302
