"""Choosing a plan, its home, its settings, a new one; and what the navigation offers each role."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.context_processors import MENU, NAVIGATION
from accounts.forms import PlanForm
from accounts.models import Membership, Plan, Role, User
from accounts.permissions import PERMISSIONS
from accounts.setup import free_slug
from accounts.views.plans import LANDING
from tests.factories import create_member, create_plan, create_user

pytestmark = pytest.mark.django_db

SETUP = {
    "name": "Ørebækparken",
    "area": "Ørebæk",
    "municipality": "Aarhus",
    "starts_on": "01.08.2025",
    "ends_on": "31-07-2029",
    "role": "project_manager",
}


def test_one_plan_is_opened_at_once(client):
    client.force_login(create_member(plan=create_plan(slug="herredsvang")))
    assert client.get("/").url == "/herredsvang/"


def test_several_plans_are_a_choice(client):
    user = create_member(plan=create_plan(name="Herredsvang"))
    Membership.objects.create(plan=create_plan(name="Bispehaven"), user=user, role=Role.BOARD)
    create_plan(name="Gellerup")
    client.force_login(user)

    page = client.get("/", follow=True)

    assert page.redirect_chain == [("/accounts/planer/", 302)]
    assert "Herredsvang" in page.text
    assert "Bispehaven" in page.text
    assert "Gellerup" not in page.text


def test_an_account_without_a_plan_is_told_what_to_do(client):
    client.force_login(create_user(email="ny@eksempel.dk"))
    page = client.get("/", follow=True)
    assert "Du er ikke med i en plan endnu" in page.text
    assert "Sig, at de skal bruge ny@eksempel.dk" in page.text


def test_a_superuser_without_a_plan_sets_one_up(client):
    client.force_login(create_user(is_superuser=True))
    assert client.get("/").url == "/accounts/ny-plan/"


@pytest.mark.parametrize("role", Role.values)
def test_home_lies_where_the_role_works(client, role):
    client.force_login(create_member(plan=create_plan(slug="herredsvang"), role=role))
    response = client.get("/herredsvang/")
    assert response.url == reverse(LANDING[Role(role)], args=["herredsvang"])
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize("role", Role.values)
def test_every_page_in_the_navigation_opens(client, role):
    client.force_login(create_member(plan=create_plan(slug="herredsvang"), role=role))
    for page in (*NAVIGATION[Role(role)], *MENU.get(Role(role), ())):
        assert role in PERMISSIONS[page.permission]
        assert client.get(reverse(page.view, args=["herredsvang"])).status_code == 200


def test_the_page_one_is_on_is_marked(client):
    client.force_login(create_member(plan=create_plan(slug="herredsvang"), role=Role.BOARD))
    items = client.get("/herredsvang/aftaler/arkiv/").context["nav_items"]
    assert [(item.label, item.active) for item in items] == [("Mål", False), ("Mødepakker", False), ("Aftaler", True)]


def test_settings_keep_name_dates_and_lock(client):
    plan = create_plan(slug="herredsvang")
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    form = {
        "name": "Herredsvang", "area": "", "municipality": "Aarhus", "starts_on": "2023-07-01", "ends_on": "30/6 2027",
        "figures_locked_until": "31. december 2024",
    }  # fmt: skip
    assert client.post("/herredsvang/indstillinger/", form).status_code == 302
    plan.refresh_from_db()
    assert (plan.name, plan.ends_on, plan.figures_locked_until) == (
        "Herredsvang",
        date(2027, 6, 30),
        date(2024, 12, 31),
    )


def test_settings_refuse_a_plan_that_ends_before_it_begins(client):
    plan = create_plan(slug="herredsvang")
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    form = {"name": "X", "starts_on": "2023-07-01", "ends_on": "2022-07-01"}
    assert "Den sidste dag skal ligge efter den første." in client.post("/herredsvang/indstillinger/", form).text


def test_an_administrator_does_not_lock_figures(client):
    plan = create_plan(slug="herredsvang")
    client.force_login(create_member(plan=plan, role=Role.ADMINISTRATOR))
    form = {"name": "X", "starts_on": "2023-07-01", "ends_on": "2027-06-30", "figures_locked_until": "2024-12-31"}
    client.post("/herredsvang/indstillinger/", form)
    plan.refresh_from_db()
    assert (plan.name, plan.figures_locked_until) == ("X", None)


def test_createsuperuser_asks_for_email_and_name(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "en god lang kode")
    call_command("createsuperuser", email="Chef@Eksempel.dk", name="Chefen", interactive=False, verbosity=0)
    user = User.objects.get()
    assert (user.email, user.name, user.is_superuser) == ("chef@eksempel.dk", "Chefen", True)


def test_a_real_plan_is_set_up_and_goes_on_to_the_guide(client):
    chief = create_user(is_superuser=True)
    client.force_login(chief)

    response = client.post("/accounts/ny-plan/", SETUP)

    plan = Plan.objects.get()
    assert response.url == "/oerebaekparken/kom-i-gang/"
    assert (plan.name, plan.starts_on, plan.ends_on, plan.is_demo) == (
        "Ørebækparken",
        date(2025, 8, 1),
        date(2029, 7, 31),
        False,
    )
    assert plan.memberships.get(user=chief).role == Role.PROJECT_MANAGER
    guide = client.get(response.url)
    assert "Kom i gang" in guide.text
    assert 'href="/oerebaekparken/programperiode/"' in guide.text
    assert 'href="/oerebaekparken/invitationer/ny/"' in guide.text


def test_a_real_plan_is_refused_while_demo_accounts_work(client):
    create_user(email="leder@demo.example", is_demo=True)
    client.force_login(create_user(is_superuser=True))

    response = client.post("/accounts/ny-plan/", SETUP)

    assert response.status_code == 409
    assert "Luk først demoen" in response.text
    assert Plan.objects.count() == 0


def test_closing_the_demo_makes_room_for_a_real_plan(client):
    demo = create_user(email="leder@demo.example", is_demo=True)
    client.force_login(create_user(is_superuser=True))

    client.post("/accounts/ny-plan/luk-demo/")
    demo.refresh_from_db()

    assert demo.is_active is False
    assert client.post("/accounts/ny-plan/", SETUP).status_code == 302


def test_only_a_superuser_sets_up_plans(client):
    client.force_login(create_member(plan=create_plan(), role=Role.ADMINISTRATOR))
    assert client.get("/accounts/ny-plan/").status_code == 403
    assert client.post("/accounts/ny-plan/luk-demo/").status_code == 403


def test_a_plan_never_gets_the_address_of_the_portal_itself():
    create_plan(slug="herredsvang")
    assert free_slug("Herredsvang") == "herredsvang-2"
    assert free_slug("Admin") == "admin-2"
    assert free_slug("Ørebæk & Åbyhøj") == "oerebaek-aabyhoej"
    assert free_slug("???") == "plan"


def test_the_style_page_is_for_staff_of_any_plan(client):
    plan = create_plan()
    for role, status in [("staff", 200), ("project_manager", 200), ("administrator", 200), ("board", 403)]:
        client.force_login(create_member(plan=plan, role=role))
        assert client.get("/stil/").status_code == status


@pytest.mark.parametrize(
    ("number", "refused"),
    [
        ("89 40 20 00", False),
        ("+45 89402000", False),
        ("", False),
        ("ring til Mette", True),
        ("89 40 20 00 (Mette)", True),
        ("1", True),
    ],
)
def test_the_number_for_concerns_can_be_dialled(number, refused):
    form = PlanForm({**SETUP, "concern_phone": number}, instance=create_plan(), may_lock=False)

    said = {"concern_phone": ["Skriv kun nummerets cifre, fx 89 40 20 00."]} if refused else {}
    assert form.errors == said
