"""The answers of the read-only API. Everything is read from figure sets, so that no answer can name a person."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.periods import Period, current_period, plan_periods
from accounts.permissions import public, token_required
from accounts.tokens import GIVES, TokenRefused
from reporting.api import VERSION, FigureState
from reporting.columns import TABLES, DataTable, PeriodKind
from reporting.figure_set import Plain, build_figure_set
from reporting.models import Release
from reporting.openapi import openapi
from reporting.periods import period_key, periods_of_kind
from reporting.releases import all_periods, newest_releases, read_release
from reporting.schema import figure_set_schema

Answer = Callable[..., HttpResponse]


def _operation(view: Answer) -> Answer:
    """What every address has: a token, GET and HEAD only."""
    return token_required("releases.view")(require_safe(view))


@_operation
def plan(request: HttpRequest, plan_slug: str) -> HttpResponse:
    found, token = request.plan, request.token
    return _answer(
        request,
        {
            "plan": found.slug,
            "name": found.name,
            "area": found.area,
            "municipality": found.municipality,
            "from": found.starts_on.isoformat(),
            "to": found.ends_on.isoformat(),
            "token": {"name": token.name, "scope": token.scope, "expires_at": _time(token.expires_at)},
        },
    )


@_operation
def periods(request: HttpRequest, plan_slug: str) -> HttpResponse:
    released = {(row.starts_on, row.ends_on): row for row in newest_releases(request.plan).defer("content")}
    rows = []
    for period in _once_each(all_periods(request.plan)):
        release = released.get((period.first, period.last))
        rows.append(
            {
                "period": period_key(period),
                "label": period.label,
                "kind": period.kind,
                "from": period.first.isoformat(),
                "to": period.last.isoformat(),
                "as_of": release.as_of.isoformat() if release else None,
                "released_at": _time(release.released_at) if release else None,
                "sha256": release.sha256 if release else None,
            }
        )
    return _answer(request, {"plan": plan_slug, "rows": rows})


@_operation
def releases(request: HttpRequest, plan_slug: str) -> HttpResponse:
    rows = [
        {
            "sha256": release.sha256,
            "from": release.starts_on.isoformat(),
            "to": release.ends_on.isoformat(),
            "as_of": release.as_of.isoformat(),
            "released_at": _time(release.released_at),
            "url": reverse("api:release", args=[plan_slug, release.sha256]),
        }
        for release in Release.objects.filter(plan=request.plan).defer("content")
    ]
    return _answer(request, {"plan": plan_slug, "rows": rows})


@_operation
def release(request: HttpRequest, plan_slug: str, sha256: str) -> HttpResponse:
    found = Release.objects.filter(plan=request.plan, sha256=sha256).first()
    if found is None:
        raise TokenRefused(404, "Not Found", _("There is no such release."))
    return _frozen(request, found)


@_operation
def figures(request: HttpRequest, plan_slug: str) -> HttpResponse:
    period = _asked_period(request) or current_period(plan_periods(request.plan, "year"), timezone.localdate())
    assert period is not None  # a plan has at least one year
    if _wants_draft(request):
        return _answer(request, _draft(request, period))
    found = newest_releases(request.plan).filter(starts_on=period.first, ends_on=period.last).first()
    if found is None:
        raise TokenRefused(404, "Not Found", _("No figures are released for this period."))
    return _frozen(request, found)


def table_view(table: DataTable) -> Answer:
    """The rows of one table: of every released period, of those that are asked for, or of one draft."""

    @_operation
    def rows(request: HttpRequest, plan_slug: str) -> HttpResponse:
        if _wants_draft(request):
            period = _asked_period(request) or current_period(plan_periods(request.plan, "year"), timezone.localdate())
            found = list(table.read(_draft(request, period)))
            return _answer(request, {"plan": plan_slug, "state": FigureState.DRAFT, "rows": found})
        chosen = _chosen(request)
        keys = list(chosen.values_list("sha256", flat=True))
        etag = _etag(VERSION, table.name, *(column.name for column in table.columns), *keys)
        if _is_known(request, etag):
            return _unchanged(etag)
        found = [row for frozen in chosen for row in table.read(read_release(frozen))]
        return _answer(request, {"plan": plan_slug, "state": FigureState.RELEASED, "rows": found}, etag=etag)

    return rows


VIEWS: dict[str, Answer] = {
    "plan": plan,
    "periods": periods,
    "releases": releases,
    "release": release,
    "figures": figures,
    **{table.name: table_view(table) for table in TABLES.values()},
}


@public
@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The description of all this, without a token."""
    return _public(request, openapi())


@public
@require_safe
def figure_set_schema_json(request: HttpRequest) -> HttpResponse:
    """What a release may hold."""
    return _public(request, figure_set_schema())


# -- what is asked for -------------------------------------------------------------------------------------------------


def _asked_period(request: HttpRequest) -> Period | None:
    asked = request.GET.get("period")
    if asked is None:
        return None
    found = next((period for period in all_periods(request.plan) if period_key(period) == asked), None)
    if found is None:
        raise TokenRefused(400, "Bad Request", _("There is no such period. See the list of periods."))
    return found


def _wants_draft(request: HttpRequest) -> bool:
    state = request.GET.get("state", FigureState.RELEASED)
    if state not in FigureState.values:
        raise TokenRefused(400, "Bad Request", _("“state” is released or draft."))
    if state == FigureState.DRAFT and "figures.draft" not in GIVES[request.token.scope]:
        raise TokenRefused(403, "Forbidden", _("This token may only read released figures."))
    return state == FigureState.DRAFT


def _chosen(request: HttpRequest) -> Any:
    """The newest release of each period that is asked for, in the order of the periods."""
    found = newest_releases(request.plan).order_by("starts_on", "ends_on")
    kind = request.GET.get("kind")
    if kind is not None and kind not in PeriodKind.values:
        raise TokenRefused(400, "Bad Request", _("“kind” is year, half, quarter, school or plan."))
    wanted = _once_each(all_periods(request.plan))
    if kind is not None:
        wanted = periods_of_kind(request.plan, kind)
    if (period := _asked_period(request)) is not None:
        wanted = [one for one in wanted if (one.first, one.last) == (period.first, period.last)]
    spans = {(one.first, one.last) for one in wanted}
    keys = [pk for pk, *span in found.values_list("pk", "starts_on", "ends_on") if tuple(span) in spans]
    return Release.objects.filter(plan=request.plan, pk__in=keys).order_by("starts_on", "ends_on")


def _once_each(periods: list[Period]) -> list[Period]:
    """Equal spans (a plan of one year) are one period, named as its release is."""
    return list({(period.first, period.last): period for period in periods}.values())


def _draft(request: HttpRequest, period: Period | None) -> Plain:
    assert period is not None
    today = timezone.localdate()
    return build_figure_set(request.plan, period, today, today=today, for_team=True)


# -- answering ---------------------------------------------------------------------------------------------------------


def _answer(request: HttpRequest, content: Any, *, etag: str = "") -> HttpResponse:
    body = json.dumps(content, ensure_ascii=False, sort_keys=False).encode()
    etag = etag or _etag(body.decode())
    if _is_known(request, etag):
        return _unchanged(etag)
    return _with_headers(HttpResponse(body, content_type="application/json"), etag)


def _frozen(request: HttpRequest, found: Release) -> HttpResponse:
    """The text as it was frozen, after its fingerprint has been checked."""
    etag = f'"{found.sha256}"'
    if _is_known(request, etag):
        return _unchanged(etag)
    read_release(found)
    return _with_headers(HttpResponse(found.content, content_type="application/json"), etag)


def _public(request: HttpRequest, content: Any) -> HttpResponse:
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _unchanged(etag: str) -> HttpResponse:
    return _with_headers(HttpResponseNotModified(), etag)


def _with_headers(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"  # ask each time; the ETag makes it cheap
    response.headers["Vary"] = "Authorization"
    return response


def _etag(*parts: str) -> str:
    return f'"{sha256("|".join(parts).encode()).hexdigest()}"'


def _is_known(request: HttpRequest, etag: str) -> bool:
    sent = request.headers.get("If-None-Match", "")
    return sent.strip() == "*" or etag in (part.strip().removeprefix("W/") for part in sent.split(","))


def _time(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")
