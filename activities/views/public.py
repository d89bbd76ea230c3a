"""What anybody may see of the programme: the page, the calendar, the poster, the picture. No login and no cookie.

All are drawn from what was published last. Bodies are kept in the cache under that release's number, so that a page
that is opened a thousand times is drawn once; browsers ask again with the ETag. Each process keeps the finished
answers besides (`activities.middleware`).
"""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import public
from activities.middleware import ReleaseState, keep_for, release_state
from activities.models import Activity, ProgrammeRelease
from activities.posters import PAPERS, picture, poster
from activities.programme_calendar import programme_calendar
from activities.programme_release import latest_release
from activities.public_programme import newest_programme, public_activities

KEEP_PAGE, KEEP_SHEET = timedelta(minutes=5), timedelta(hours=12)
FRESH_FOR = 60  # seconds that a browser does not ask again


@public
@require_safe
def program(request: HttpRequest, plan_slug: str, pk: int | None = None) -> HttpResponse:
    """The programme. `?let` is the same in very few words."""
    is_simple = "let" in request.GET

    def draw() -> bytes:
        activities = public_activities(request.plan)
        activity = _chosen(activities, pk)
        context = {
            "plan": request.plan,
            "activity": activity,
            "others": [other for other in activities if other != activity],
            "programme": newest_programme(activity, today=timezone.localdate()) if activity else None,
            "area": activity.focus_area if activity else 0,
            "is_simple": is_simple,
            "today": timezone.localdate(),
            "calendar_url": request.build_absolute_uri(_address("program_calendar", request, activity)),
        }
        return render_to_string("activities/program.html", context).encode()

    return _kept(request, f"page:{pk}:{is_simple}", draw, keep=KEEP_PAGE)


@public
@require_safe
def program_calendar(request: HttpRequest, plan_slug: str, pk: int | None = None) -> HttpResponse:
    """The programme as a calendar to subscribe to."""

    def draw() -> bytes:
        activity = _required(request, pk)
        return programme_calendar(activity, page_url=_page_url(request, activity))

    return _kept(request, f"ics:{pk}", draw, keep=KEEP_PAGE, kind="text/calendar; charset=utf-8", name="program.ics")


@public
@require_safe
def program_poster(request: HttpRequest, plan_slug: str, pk: int | None = None) -> HttpResponse:
    """A sheet to hang up: A4, or `?papir=a3`."""
    paper = request.GET.get("papir", "a4")
    if paper not in PAPERS:
        raise Http404(_("There is no such page."))

    def draw() -> bytes:
        release, url = _published(request, pk)
        return poster(release, url=url, paper=paper, today=timezone.localdate())

    return _kept(request, f"poster:{pk}:{paper}", draw, keep=KEEP_SHEET, kind="application/pdf", name="plakat.pdf")


@public
@require_safe
def program_picture(request: HttpRequest, plan_slug: str, pk: int | None = None) -> HttpResponse:
    """A square picture for social media."""

    def draw() -> bytes:
        release, url = _published(request, pk)
        return picture(release, url=url, today=timezone.localdate())

    return _kept(request, f"picture:{pk}", draw, keep=KEEP_SHEET, kind="image/png", name="program.png")


def _kept(
    request: HttpRequest,
    what: str,
    draw: Callable[[], bytes],
    *,
    keep: timedelta,
    kind: str = "text/html; charset=utf-8",
    name: str = "",
) -> HttpResponse:
    """The body from the cache, or drawn now; 304 for who has it already. Two queries where it is kept."""
    today = timezone.localdate()
    state = release_state(request.plan.pk)
    key = _cache_key(request, what, state, today)
    body = cache.get(key)
    if body is None:
        body = draw()
        cache.set(key, body, keep.total_seconds())
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=kind)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FRESH_FOR}"
    keep_for(response, plan=request.plan.pk, state=state, day=today)
    if name:
        response["Content-Disposition"] = f'inline; filename="{name}"'
    return get_conditional_response(request, etag=etag, response=response) or response


def _cache_key(request: HttpRequest, what: str, state: ReleaseState, today: date) -> str:
    """Everything that the body depends on: another release, a withdrawn one, another day, language or host."""
    parts = (request.plan.pk, what, *state, today, get_language(), request.get_host())
    return "program:" + hashlib.sha256(repr(parts).encode()).hexdigest()


def _chosen(activities: list[Activity], pk: int | None) -> Activity | None:
    """The one asked for; without a wish the first that has a published programme, else the first of all."""
    if pk is not None:
        return next((activity for activity in activities if activity.pk == pk), None) or _missing()
    published = set(ProgrammeRelease.objects.filter(withdrawn_at=None).filter(
        season__activity__in=activities
    ).order_by().values_list("season__activity", flat=True))  # fmt: skip
    return next(
        (activity for activity in activities if activity.pk in published), activities[0] if activities else None
    )


def _missing() -> Activity:
    raise Http404(_("There is no such page."))


def _required(request: HttpRequest, pk: int | None) -> Activity:
    return _chosen(public_activities(request.plan), pk) or _missing()


def _published(request: HttpRequest, pk: int | None) -> tuple[ProgrammeRelease, str]:
    activity = _required(request, pk)
    release = latest_release(request.plan, activity)
    if release is None:
        raise Http404(_("No programme has been published yet."))
    return release, _page_url(request, activity)


def _address(view: str, request: HttpRequest, activity: Activity | None) -> str:
    arguments = [request.plan.slug, *([activity.pk] if activity else [])]
    return reverse(f"activities:{view}", args=arguments)


def _page_url(request: HttpRequest, activity: Activity) -> str:
    return request.build_absolute_uri(_address("program", request, activity))
