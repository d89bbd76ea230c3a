"""Signing in: who may, how often, and where one lands."""

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from accounts.models import Mail, Role
from accounts.sign_in import ACCOUNT_LIMIT, ADDRESS_LIMIT, Limit
from jobs.models import Job
from tests.factories import create_member, create_plan, create_user

pytestmark = pytest.mark.django_db
PASSWORD = "hemmelig-kode-123"
LOCKED = "For mange forsøg. Vent fem minutter, eller vælg en ny adgangskode."
WRONG = "E-mail og adgangskode passer ikke sammen."


def log_in(client, email, password=PASSWORD, **extra):
    return client.post(reverse("accounts:login"), {"username": email, "password": password}, **extra)


def test_login_by_email_in_any_case(client):
    user = create_user(email="lotte@eksempel.dk")

    response = log_in(client, "  LOTTE@eksempel.dk")

    assert response.status_code == 302
    assert response.url == "/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_login_with_a_wrong_password_says_what_to_do(client):
    create_user(email="lotte@eksempel.dk")

    response = log_in(client, "lotte@eksempel.dk", "forkert")

    assert response.status_code == 200
    assert WRONG in response.text


def test_login_goes_on_to_the_page_that_was_asked_for(client):
    create_user(email="lotte@eksempel.dk")
    page = {"username": "lotte@eksempel.dk", "password": PASSWORD, "next": "/accounts/profil/"}
    assert client.post(reverse("accounts:login"), page).url == "/accounts/profil/"


@pytest.mark.parametrize("target", ["https://ond.example/", "//ond.example", "/\\ond.example", "javascript:alert(1)"])
def test_login_never_leads_off_the_site(client, target):
    create_user(email="lotte@eksempel.dk")
    page = {"username": "lotte@eksempel.dk", "password": PASSWORD, "next": target}
    assert client.post(reverse("accounts:login"), page).url == "/"


def test_the_sixth_attempt_is_refused_with_the_right_password_too(client):
    create_user(email="lotte@eksempel.dk")
    for _attempt in range(5):
        log_in(client, "lotte@eksempel.dk", "forkert")

    response = log_in(client, "lotte@eksempel.dk")

    assert response.status_code == 429
    assert LOCKED in response.text
    assert "_auth_user_id" not in client.session


def test_a_lock_says_nothing_about_whether_the_account_exists(client):
    for _attempt in range(5):
        log_in(client, "ingen@eksempel.dk", "forkert")
    assert LOCKED in log_in(client, "ingen@eksempel.dk").text


def test_one_persons_lock_does_not_lock_a_colleague_at_the_same_address(client):
    create_user(email="lotte@eksempel.dk")
    colleague = create_user(email="amir@eksempel.dk")
    for _attempt in range(60):
        log_in(client, "lotte@eksempel.dk", "forkert")

    assert log_in(client, "amir@eksempel.dk").status_code == 302
    assert client.session["_auth_user_id"] == str(colleague.pk)


def test_many_accounts_tried_from_one_address_lock_that_address_only(client):
    create_user(email="lotte@eksempel.dk")
    for number in range(ADDRESS_LIMIT.attempts):
        log_in(client, f"gaet{number}@eksempel.dk", "forkert", REMOTE_ADDR="192.0.2.7")

    assert LOCKED in log_in(client, "lotte@eksempel.dk", REMOTE_ADDR="192.0.2.7").text
    assert log_in(client, "lotte@eksempel.dk", REMOTE_ADDR="192.0.2.8").status_code == 302


def test_a_forged_forwarding_header_is_not_another_address(client):
    create_user(email="lotte@eksempel.dk")
    for number in range(ADDRESS_LIMIT.attempts):
        log_in(
            client, f"gaet{number}@eksempel.dk", "forkert", REMOTE_ADDR="192.0.2.7",
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )  # fmt: skip
    assert log_in(client, "lotte@eksempel.dk", REMOTE_ADDR="192.0.2.7").status_code == 429


def test_a_good_login_gives_the_attempts_back(client):
    create_user(email="lotte@eksempel.dk")
    for _round in range(3):
        for _attempt in range(4):
            log_in(client, "lotte@eksempel.dk", "forkert")
        assert log_in(client, "lotte@eksempel.dk").status_code == 302
        client.logout()


def test_the_lock_opens_by_itself():
    limit = Limit("kort", attempts=1, window=0)
    assert limit.take("x") is not None
    assert limit.take("x") is not None


def test_the_admin_has_the_same_limit(client):
    create_user(email="chef@eksempel.dk", is_staff=True, is_superuser=True)
    for _attempt in range(5):
        client.post("/admin/login/", {"username": "chef@eksempel.dk", "password": "forkert"})

    client.post("/admin/login/", {"username": "chef@eksempel.dk", "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert ACCOUNT_LIMIT.is_used_up("chef@eksempel.dk")


def test_a_closed_account_cannot_log_in(client):
    create_user(email="lotte@eksempel.dk", is_active=False)
    assert WRONG in log_in(client, "lotte@eksempel.dk").text


def test_demo_accounts_work_only_in_demo_mode_on_this_machine(client, settings):
    create_user(email="leder@demo.example", password="demo", is_demo=True)
    request = RequestFactory().post("/", REMOTE_ADDR="127.0.0.1")
    abroad = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")

    with override_settings(DEMO=True):
        assert authenticate(request, username="leder@demo.example", password="demo").email == "leder@demo.example"
        assert authenticate(abroad, username="leder@demo.example", password="demo") is None
    with override_settings(DEMO=False):
        assert authenticate(request, username="leder@demo.example", password="demo") is None


def test_a_demo_session_ends_with_the_demo(client):
    user = create_member(plan=create_plan(slug="herredsvang"), role=Role.PROJECT_MANAGER, is_demo=True)
    with override_settings(DEMO=True):
        client.force_login(user)
        assert client.get("/accounts/profil/").status_code == 200
    with override_settings(DEMO=False):
        assert client.get("/accounts/profil/").status_code == 302


def test_logout_takes_a_button_not_a_link(client):
    client.force_login(create_user())
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.post(reverse("accounts:logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_login_speaks_the_persons_language(client):
    create_user(email="john@example.com", language="en")
    log_in(client, "john@example.com")
    assert client.cookies["django_language"].value == "en"
    assert "Your profile" in client.get("/accounts/profil/").text


def test_a_forgotten_password_is_replaced_by_mail(client, run_jobs):
    create_user(email="lotte@eksempel.dk", name="Lotte Mikkelsen")

    response = client.post(reverse("accounts:password_reset"), {"email": "Lotte@eksempel.dk"})
    run_jobs()

    assert response.url == reverse("accounts:password_reset_done")
    assert [message.subject for message in mail.outbox] == ["Ny adgangskode"]
    assert "Hej Lotte" in mail.outbox[0].body
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    page = client.get(link, follow=True)
    form = {"new_password1": "en hel sætning med mellemrum", "new_password2": "en hel sætning med mellemrum"}
    assert client.post(page.redirect_chain[-1][0], form).url == reverse("accounts:login")
    assert log_in(client, "lotte@eksempel.dk", "en hel sætning med mellemrum").status_code == 302
    assert "Linket virker ikke længere" in client.get(link, follow=True).text


def test_a_reset_link_is_stored_nowhere(client, run_jobs):
    create_user(email="lotte@eksempel.dk")
    client.post(reverse("accounts:password_reset"), {"email": "lotte@eksempel.dk"})
    job = Job.objects.get()
    assert list(job.arguments) == ["mail_id"]
    run_jobs()
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in str(Mail.objects.values().get())


@pytest.mark.parametrize("email", ["ingen@eksempel.dk", "lukket@eksempel.dk", "leder@demo.example"])
def test_no_mail_for_those_without_an_account_and_the_same_answer(client, email):
    create_user(email="lukket@eksempel.dk", is_active=False)
    create_user(email="leder@demo.example", is_demo=True)

    response = client.post(reverse("accounts:password_reset"), {"email": email})

    assert response.url == reverse("accounts:password_reset_done")
    assert Job.objects.count() == 0


def test_nobody_is_flooded_with_reset_mails(client):
    create_user(email="lotte@eksempel.dk")
    for _attempt in range(10):
        client.post(reverse("accounts:password_reset"), {"email": "lotte@eksempel.dk"})
    assert Job.objects.count() == 3


def test_a_form_that_has_grown_old_is_explained():
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("accounts:login"), {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "Siden var blevet for gammel" in response.text
