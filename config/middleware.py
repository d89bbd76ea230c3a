"""Whose address a request has, what its response tells browsers to keep, and one log line for each."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("portal.request")


class ClientAddressMiddleware:
    """Set REMOTE_ADDR to the caller's own address, as the trusted proxies in front of us saw it.

    X-Forwarded-For is the caller's word up to the entries that our own proxies append: it is read from the right.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
            request.META["REMOTE_ADDR"] = hops[-settings.TRUSTED_PROXIES]
        return self.get_response(request)


class ResponseHeadersMiddleware:
    """Permissions-Policy on everything; nothing that a signed-in person saw stays in a cache."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies
        if signed_in and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store, private"
        return response


class LanguageMiddleware:
    """Danish, unless this person has chosen English in the menu or in the profile.

    Django's own LocaleMiddleware asks the browser first, and many a Dane's phone prefers English without its owner ever
    having meant this portal.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", language)
        return response


class RequestLogMiddleware:
    """Log the route, not the address: a search word or a name in a query string stays out of the logs."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        response = self.get_response(request)
        if not settings.EMBEDDED and request.resolver_match:
            match = request.resolver_match
            fields = {
                "route": match.view_name,
                "method": request.method,
                "status": response.status_code,
                "milliseconds": round((time.monotonic() - started) * 1000),
                "plan": match.kwargs.get("plan_slug"),
            }
            logger.info("request", extra=fields)
        return response
