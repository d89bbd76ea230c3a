"""Answers the public programme from the process's own memory, before there is a session, a language or a plan.

A finished answer is kept with its headers under everything that it depends on. One plain query tells whether something
has been published or taken back since, so that a new programme shows at once in every process.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.cache import get_conditional_response

KEEP = 60  # seconds: what no release tells, as another name for the plan, shows after that
MOST = 32  # answers; anybody may ask for any address
LARGEST = 128 * 1024
# Written out: the ORM takes twenty times as long to put these words together as the database to answer them.
STATE = (
    "SELECT MAX(id), COUNT(withdrawn_at), MAX(withdrawn_at), MAX(published_at) "
    "FROM activities_programmerelease WHERE plan_id = %s"
)

Key = tuple[str, ...]


class ReleaseState(NamedTuple):
    """Changes with every release that is published, taken back or stands again, and with a database that another was
    put in for."""

    newest: int | None
    withdrawn: int
    withdrawn_at: datetime | str | None  # the last one: another may be taken back when the first stands again
    published_at: datetime | str | None  # as the database's driver gives it: compared, never shown


def release_state(plan: int) -> ReleaseState:
    with connection.cursor() as cursor:
        cursor.execute(STATE, [plan])
        return ReleaseState(*cursor.fetchone())


@dataclass(frozen=True)
class Kept:
    """An answer as it left the middleware below, and what it was drawn from."""

    plan: int
    state: ReleaseState
    day: date
    until: float
    body: bytes
    headers: dict[str, str]
    match: ResolverMatch | None  # for the request's line in the log


def keep_for(response: HttpResponse, *, plan: int, state: ReleaseState, day: date) -> None:
    """A view says that this answer is the same for everybody while the plan's releases are in this state.

    Without a release there is nothing yet that would tell a change.
    """
    if state.newest is not None:
        response.drawn_from = (plan, state, day)  # type: ignore[attr-defined]


class KeptPagesMiddleware:
    """Stands above everything that looks at a person. Keeps only what a view has marked with `keep_for`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.kept: dict[Key, Kept] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return self.get_response(request)
        key = _key(request)
        if (kept := self.kept.get(key)) and _is_fresh(kept):
            request.resolver_match = kept.match
            return _answer(request, kept)
        response = self.get_response(request)
        self._keep(key, request, response)
        return response

    def _keep(self, key: Key, request: HttpRequest, response: HttpResponse) -> None:
        drawn_from = getattr(response, "drawn_from", None)
        if drawn_from is None or response.status_code != 200 or response.cookies or len(response.content) > LARGEST:
            return
        if key not in self.kept and len(self.kept) >= MOST:
            self.kept.clear()
        until = time.monotonic() + KEEP
        self.kept[key] = Kept(*drawn_from, until, response.content, dict(response.headers), request.resolver_match)


def _key(request: HttpRequest) -> Key:
    """What the answer depends on beside the releases and the day. A host is kept only after Django has allowed it."""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = language if language in dict(settings.LANGUAGES) else ""
    host = (str(request.META.get(name)) for name in ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT"))
    return str(request.scheme), *host, language, request.get_full_path()


def _is_fresh(kept: Kept) -> bool:
    is_young = time.monotonic() < kept.until and kept.day == timezone.localdate()
    return is_young and kept.state == release_state(kept.plan)


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    response = HttpResponse(kept.body, headers=kept.headers)
    return get_conditional_response(request, etag=kept.headers["ETag"], response=response) or response
