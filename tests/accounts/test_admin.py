"""The stock admin: for staff of the installation, and without participants."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Role, User
from tests.factories import create_contact, create_member, create_organisation, create_plan, create_user

pytestmark = pytest.mark.django_db
OURS = [model for model in admin.site._registry if model._meta.app_label in ("accounts", "partners")]


def test_the_admin_is_for_staff_of_the_installation_only(client):
    client.force_login(create_member(plan=create_plan(), role=Role.ADMINISTRATOR))
    assert client.get("/admin/").status_code == 302
    client.force_login(create_user(is_staff=True, is_superuser=True))
    assert client.get("/admin/").status_code == 200


def test_the_admin_knows_no_participants():
    assert {model.__name__ for model in admin.site._registry} & {"Participant", "Attendance"} == set()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_opens_and_can_be_searched(client, model):
    plan = create_plan()
    create_contact(organisation=create_organisation(plan=plan))
    create_member(plan=plan)
    client.force_login(create_user(is_staff=True, is_superuser=True))
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert client.get(page).status_code == 200
    assert client.get(page, {"q": "a"}).status_code == 200
    for instance in model._default_manager.all()[:1]:
        change = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[instance.pk])
        assert client.get(change).status_code == 200


def test_an_administrator_makes_an_account_by_email(client):
    client.force_login(create_user(is_staff=True, is_superuser=True))
    form = {
        "email": "Ny@Eksempel.dk", "name": "Ny Kollega", "usable_password": "true",
        "password1": "en god lang kode", "password2": "en god lang kode",
        "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert client.post(reverse("admin:accounts_user_add"), form).status_code == 302
    assert User.objects.get(email="ny@eksempel.dk").check_password("en god lang kode")


def test_plans_are_not_made_in_the_admin(client):
    client.force_login(create_user(is_staff=True, is_superuser=True))
    assert client.get(reverse("admin:accounts_plan_add")).status_code == 403
