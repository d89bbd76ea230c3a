"""What browsers are told, and whose address a request has."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import ClientAddressMiddleware, ResponseHeadersMiddleware

pytestmark = pytest.mark.django_db


def answer(request):
    return HttpResponse(request.META["REMOTE_ADDR"])


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_client_address_believes_only_its_own_proxies(proxies, forwarded, address, settings):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded} if forwarded else {})

    assert ClientAddressMiddleware(answer)(request).content.decode() == address


def test_pages_of_signed_in_people_are_not_stored(settings):
    request = RequestFactory().get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "abc"

    assert ResponseHeadersMiddleware(answer)(request)["Cache-Control"] == "no-store, private"


def test_public_pages_say_nothing_about_storing():
    response = ResponseHeadersMiddleware(answer)(RequestFactory().get("/"))

    assert response.has_header("Cache-Control") is False
    assert response["Permissions-Policy"].startswith("camera=(), microphone=()")


def test_every_page_has_the_strict_headers(client):
    response = client.get("/accounts/login/")

    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
    }
    headers = ("X-Frame-Options", "Referrer-Policy", "X-Content-Type-Options", "Cross-Origin-Opener-Policy")
    assert [response[name] for name in headers] == ["DENY", "same-origin", "nosniff", "same-origin"]


@pytest.mark.parametrize(
    ("cookie", "prefers", "language"),
    [
        (None, "en-GB,en;q=0.9", "da"),
        (None, "de", "da"),
        (None, None, "da"),
        ("en", "da", "en"),
        ("da", "en", "da"),
        ("xx", "en", "da"),
        ("", "en", "da"),
    ],
)
def test_the_language_is_danish_for_all_who_have_not_chosen_english(client, cookie, prefers, language):
    """What the browser prefers is no choice: many a Dane's phone speaks English."""
    if cookie is not None:
        client.cookies["django_language"] = cookie

    page = client.get("/accounts/login/", headers={"Accept-Language": prefers} if prefers else {})

    assert f'<html lang="{language}"' in page.text
    assert ("Log ind" if language == "da" else "Log in") in page.text
    assert page["Content-Language"] == language
    assert "Accept-Language" not in page["Vary"]


def test_a_page_that_there_is_not_is_danish_too(client):
    page = client.get("/findes/ikke/", headers={"Accept-Language": "en"}, follow=True)

    assert '<html lang="da"' in page.text
