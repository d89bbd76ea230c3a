"""Tokens with which another program (Excel, Power BI) reads a plan's figures.

A token has a scope and an end, and is shown once: the database holds its hash. It stands for the person who made it:
it works while that person is an active member of the plan whose role may read as much, so that who leaves the plan
leaves no door open. Tokens are long and cannot be guessed, so that hashing without salt is enough and finding one is
one look-up.

A token's text follows from the secret key and a random word of the form in which it was asked for. So pressing twice
asks for one token, and the page that shows it can work it out again: the text itself is nowhere kept.
"""

import hashlib
import logging
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Plan, TokenScope, User
from accounts.sign_in import Limit, client_address, demo_is_allowed

logger = logging.getLogger("portal.tokens")

PREFIX = "portal_"  # says what it is when it turns up where it should not
NEEDS: dict[str, str] = {TokenScope.RELEASES: "releases.view", TokenScope.DRAFT: "figures.draft"}
GIVES: dict[str, frozenset[str]] = {
    TokenScope.RELEASES: frozenset({"releases.view"}),
    TokenScope.DRAFT: frozenset({"releases.view", "figures.draft"}),
}
LIFETIMES = (timedelta(days=90), timedelta(days=365))
UNDO_FOR = timedelta(hours=1)
KEPT_AFTER_END = timedelta(days=365)
NOTED_EVERY = timedelta(minutes=5)  # the last use is not written at every request
PER_MINUTE = 120
WRONG_ONES = Limit("token", attempts=30, window=60)  # from one address
PROBLEM = "application/problem+json"


class TokenRefused(Exception):
    """Answered as a problem in JSON (RFC 9457); the message is a whole sentence for the person who set it up."""

    def __init__(self, status: int, title: str, detail: str | Promise, **headers: str) -> None:
        super().__init__(title)
        self.status, self.title, self.detail, self.headers = status, title, detail, headers

    def response(self) -> JsonResponse:
        return problem(self.status, self.title, self.detail, **self.headers)


def problem(status: int, title: str, detail: str | Promise, **headers: str) -> JsonResponse:
    """An answer that is none, in the one shape that every program can read."""
    response = JsonResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": str(detail)},
        status=status,
        content_type=PROBLEM,
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def make_token(
    *, plan: Plan, name: str, scope: str, by: User, lifetime: timedelta, word: str = ""
) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody will see again. The same `word` of the same person is the same token."""
    text = token_text(plan=plan, by=by, word=word or new_word())
    token, _is_new = ApiToken.objects.get_or_create(
        token_hash=_hash(text),
        defaults={
            "plan": plan,
            "name": name,
            "scope": scope,
            "made_by": by,
            "expires_at": timezone.now() + lifetime,
        },
    )
    return token, text


def new_word() -> str:
    """A random word from which one token follows."""
    return secrets.token_urlsafe(32)


def token_text(*, plan: Plan, by: User, word: str) -> str:
    """The text that follows from a word, for this person in this plan."""
    mac = salted_hmac("accounts.tokens", f"{plan.pk}:{by.pk}:{word}", algorithm="sha256")
    return PREFIX + urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def revoke_token(*, token: ApiToken) -> None:
    """From the next request on it opens nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def restore_token(*, token: ApiToken) -> bool:
    """The undo of closing it, for an hour; says whether it is open."""
    since = timezone.now() - UNDO_FOR
    return bool(ApiToken.objects.filter(pk=token.pk, revoked_at__gte=since).update(revoked_at=None))


def forget_old_tokens(*, now: datetime) -> int:
    """Delete what ended, or was closed, a year ago."""
    ended = now - KEPT_AFTER_END
    deleted, _by_model = ApiToken.objects.filter(Q(expires_at__lt=ended) | Q(revoked_at__lt=ended)).delete()
    return deleted


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# -- at the door -------------------------------------------------------------------------------------------------------


def admit(request: HttpRequest, *, plan_slug: str, permission: str, may: Callable[[str, str], bool]) -> ApiToken:
    """The token of a request, when it may read this plan with this permission; else TokenRefused.

    `may(role, permission)` is the table of `permissions`.
    """
    now = timezone.now()
    address = client_address(request)
    if address and WRONG_ONES.is_used_up(address):
        raise _too_many()
    token = _find(request, now, may)
    if token is None:
        if address:
            WRONG_ONES.take(address)
        raise TokenRefused(
            401,
            "Unauthorized",
            _("The token is missing, has run out or has been closed. Make a new one under “Your data”."),
            WWW_Authenticate='Bearer realm="portal"',
        )
    _count(token)
    if token.plan.slug != plan_slug:
        raise TokenRefused(404, "Not Found", _("There is no such page."))
    if permission not in GIVES[token.scope]:
        raise TokenRefused(403, "Forbidden", _("This token may only read released figures."))
    if token.last_used_at is None or now - token.last_used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _find(request: HttpRequest, now: datetime, may: Callable[[str, str], bool]) -> ApiToken | None:
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    text = text.strip()
    if scheme.lower() != "bearer" or not text.startswith(PREFIX):
        return None
    tokens = working_tokens(now).filter(token_hash=_hash(text)).select_related("plan", "made_by")
    token = tokens.first()
    return token if token is not None and still_works(token, may) else None


def working_tokens(now: datetime) -> QuerySet[Any]:
    """Neither closed nor run out, and made by somebody who is still in the plan; adds that person's `role`."""
    return ApiToken.objects.filter(
        revoked_at=None,
        expires_at__gt=now,
        made_by__is_active=True,
        made_by__memberships__plan=F("plan"),
    ).annotate(role=F("made_by__memberships__role"))


def still_works(token: Any, may: Callable[[str, str], bool]) -> bool:
    """May its maker still read as much? `token` comes from `working_tokens`. Demo accounts only where the demo is."""
    if token.made_by.is_demo and not demo_is_allowed(None):
        return False
    return may(token.role, NEEDS[token.scope])


def _count(token: ApiToken) -> None:
    """At most so many requests a minute. A cache that is down lets them through: it must not stop the figures."""
    key = f"token:{token.pk}:{timezone.now():%Y%m%d%H%M}"
    try:
        cache.add(key, 0, 120)
        number = cache.incr(key)
    except Exception:  # whatever the cache's client raises, and the key that ran out in between
        logger.warning("requests are not counted: the cache does not answer")
        return
    if number > PER_MINUTE:
        raise _too_many()


def _too_many() -> TokenRefused:
    return TokenRefused(
        429, "Too Many Requests", _("Too many requests. Wait a minute and try again."), Retry_After="60"
    )
