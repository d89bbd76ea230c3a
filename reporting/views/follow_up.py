"""Målopfølgning: are we on track? The team reads the draft, everybody else the release."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Plan
from accounts.periods import plan_periods
from accounts.permissions import has_plan_permission, plan_permission_required
from partners.models import focus_areas
from reporting.area_page import empty_area, read_area
from reporting.board import read_board
from reporting.drawing import draw_area, draw_area_body, draw_release
from reporting.figure_set import build_figure_set
from reporting.measuring import waiting_values
from reporting.models import Release, StatusReport
from reporting.periods import PeriodChoice, choose_period, period_key
from reporting.releases import read_release

DRAFT, RELEASED = "kladde", "frigivet"


@plan_permission_required("releases.view")
def follow_up(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """The page of one period, from live figures or from its newest release, by the same template."""
    today = timezone.localdate()
    choice = choose_period(request.plan, request.GET.get("periode", ""), today)
    may_draft = has_plan_permission(request.membership.role, "figures.draft")
    shows_draft = may_draft and request.GET.get("vis") != RELEASED
    releases = list(_newest_two(request.plan, choice))
    links = _links(reverse("reporting:follow_up", args=[plan_slug]), choice, shows_draft=shows_draft)
    board, areas, tiles = None, "", ""
    if shows_draft:
        figure_set = build_figure_set(request.plan, choice.period, today, today=today, for_team=True)
        board = read_board(figure_set, read_release(releases[0]) if releases else None)
    elif releases:
        board, areas, tiles = draw_release(*releases, slug=plan_slug, query=links["files_query"])
    context: dict[str, Any] = {
        "board": board,
        "released_areas": areas,
        "released_tiles": tiles,
        "shows_draft": shows_draft,
        "may_draft": may_draft,
        "may_release": shows_draft and has_plan_permission(request.membership.role, "figures.release"),
        "may_judge": shows_draft and has_plan_permission(request.membership.role, "judgements.write"),
        "period_key": period_key(choice.period),
        "may_edit": has_plan_permission(request.membership.role, "indicators.edit"),
        "release": releases[0] if releases else None,
        "choice": choice,
        "has_begun": choice.period.first <= today,
        **links,
    }
    if shows_draft:
        context["waiting"] = waiting_values(request.plan).count()
        context["may_approve"] = has_plan_permission(request.membership.role, "measurements.approve")
    else:
        context["pack"] = _newest_pack(request.plan)
    if board is None:
        context["last_release_url"] = _last_release_url(request.plan)
    return render(request, "reporting/follow_up.html", context)


@plan_permission_required("releases.view")
def area(request: HttpRequest, plan_slug: str, position: int) -> HttpResponse:
    """One focus area in depth, from the same figures as the page above it."""
    today = timezone.localdate()
    choice = choose_period(request.plan, request.GET.get("periode", ""), today)
    may_draft = has_plan_permission(request.membership.role, "figures.draft")
    shows_draft = may_draft and request.GET.get("vis") != RELEASED
    releases = list(_newest_two(request.plan, choice))
    team = {"shows_draft": shows_draft, "period_key": period_key(choice.period), "request": request}
    if shows_draft:
        figure_set = build_figure_set(request.plan, choice.period, today, today=today, for_team=True)
        board = read_board(figure_set, read_release(releases[0]) if releases else None)
        page = read_area(board, figure_set, str(position))
        team["may_judge"] = has_plan_permission(request.membership.role, "judgements.write")
        body = draw_area_body(page, board, **team) if page else ""
    elif releases:
        page, board, body = draw_area(str(position), *releases)
    else:
        return redirect(f"{reverse('reporting:follow_up', args=[plan_slug])}?periode={period_key(choice.period)}")
    if page is None:
        area = get_object_or_404(focus_areas(request.plan), position=position)
        page = empty_area(str(position), area.local_name)
    above = _links(reverse("reporting:follow_up", args=[plan_slug]), choice, shows_draft=shows_draft)
    context = {
        "page": page,
        "area": page.block,
        "board": board,
        "body": body,
        "choice": choice,
        "shows_draft": shows_draft,
        "back_url": reverse("reporting:follow_up", args=[plan_slug]) + above["files_query"],
        **_links(reverse("reporting:area", args=[plan_slug, position]), choice, shows_draft=shows_draft),
    }
    return render(request, "reporting/area.html", context)


def _newest_two(plan: Plan, choice: PeriodChoice) -> QuerySet[Release]:
    """The newest release of the period, and the one before it for "since last"."""
    releases = Release.objects.filter(plan=plan, starts_on=choice.period.first, ends_on=choice.period.last)
    return releases.order_by("-released_at", "-pk")[:2]


def _newest_pack(plan: Plan) -> StatusReport | None:
    """What the latest meeting was given: there it stands what has changed and what is to be decided."""
    packs = plan.status_reports.frozen().order_by("-meets_on", "-pk")
    return packs.only("body", "meets_on", "decisions").first()


def _links(address: str, choice: PeriodChoice, *, shows_draft: bool) -> dict[str, Any]:
    view = "" if shows_draft else f"&vis={RELEASED}"

    def to(period: Any, suffix: str = view) -> str:
        return f"{address}?periode={period_key(period)}{suffix}"

    return {
        "kind_tabs": [{"url": to(period), "label": label, "active": active} for label, period, active in choice.kinds],
        "view_tabs": [
            {"url": to(choice.period, ""), "label": _("Draft"), "active": shows_draft},
            {"url": to(choice.period, f"&vis={RELEASED}"), "label": _("Released"), "active": not shows_draft},
        ],
        "files_query": f"?periode={period_key(choice.period)}{view}",
        "previous_url": to(choice.previous) if choice.previous else "",
        "next_url": to(choice.next) if choice.next else "",
    }


def _last_release_url(plan: Plan) -> str:
    """The latest plan year that has been released, when the asked period has not."""
    released = set(Release.objects.filter(plan=plan).values_list("starts_on", "ends_on"))
    years = [period for period in plan_periods(plan, "year") if (period.first, period.last) in released]
    if not years:
        return ""
    return f"{reverse('reporting:follow_up', args=[plan.slug])}?periode={period_key(years[-1])}&vis={RELEASED}"
