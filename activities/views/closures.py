"""Days on which the plan, or one activity, is closed."""

from collections import defaultdict
from datetime import date, timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import has_plan_permission, plan_permission_required
from activities.forms.activities import ClosureForm
from activities.models import OLDEST_FIRST, Closure, Session
from activities.schedule import (
    close_days,
    public_holidays,
    reopen_days,
    sessions_on_closed_days,
    sessions_to_close,
)


def suggestions(*, today: date, closures: list[Closure]) -> list[dict]:
    """The coming winter, summer, autumn and Christmas breaks that are not closed yet. Dates can be changed: school
    holidays are local (domain §4)."""
    found = []
    for year in (today.year, today.year + 1):
        found += [
            {"name": _("Winter break, week 7"), **_iso_week(year, 7)},
            {"name": _("Summer break"), "starts_on": date(year, 7, 1), "ends_on": date(year, 7, 31)},
            {"name": _("Autumn break, week 42"), **_iso_week(year, 42)},
            {"name": _("Christmas break"), "starts_on": date(year, 12, 22), "ends_on": date(year + 1, 1, 1)},
        ]
    whole_plan = [closure for closure in closures if closure.activity_id is None]
    return [
        row
        for row in found
        if row["ends_on"] >= today
        and not any(c.starts_on <= row["ends_on"] and c.ends_on >= row["starts_on"] for c in whole_plan)
    ][:4]


def _iso_week(year: int, week: int) -> dict[str, date]:
    monday = date.fromisocalendar(year, week, 1)
    return {"starts_on": monday, "ends_on": monday + timedelta(days=6)}


@plan_permission_required("activities.view")
def closure_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """The year's closed days: the plan's own, and the public holidays."""
    today = timezone.localdate()
    closures = list(request.plan.closures.select_related("activity").order_by("starts_on", "pk"))
    years: dict[int, list[Closure]] = defaultdict(list)
    for closure in closures:
        if closure.ends_on >= today:
            years[closure.starts_on.year].append(closure)
    holidays = [
        {"day": day, "name": name}
        for year in (today.year, today.year + 1)
        for day, name in sorted(public_holidays(year).items())
        if today <= day <= min(today + timedelta(days=365), request.plan.ends_on)
    ]
    context = {
        "years": sorted(years.items()),
        "past": [closure for closure in reversed(closures) if closure.ends_on < today][:20],
        "suggestions": suggestions(today=today, closures=closures),
        "holidays": holidays,
        "left": _in_order(sessions_on_closed_days(plan=request.plan, today=today)),
        "may_log": has_plan_permission(request.membership.role, "log.write"),
        "here": request.path,
    }
    return render(request, "activities/closure_list.html", context)


@plan_permission_required("activities.manage")
def closure_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Close some days. First shows which evenings go, then does it."""
    today = timezone.localdate()
    wanted = {name: request.GET[name] for name in ("name", "starts_on", "ends_on", "activity") if name in request.GET}
    form = ClosureForm(request.POST or None, plan=request.plan, initial=wanted)
    removed = left = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        span = {name: data[name] for name in ("starts_on", "ends_on", "activity")}
        if "confirm" in request.POST:
            _closure, count = close_days(plan=request.plan, name=data["name"], today=today, **span)
            text = ngettext("Closed. %(count)s evening is taken off.", "Closed. %(count)s evenings are taken off.",
                            count)  # fmt: skip
            text = text % {"count": count} if count else _("Closed. No evenings are taken off.")
            messages.success(request, text)
            return redirect("activities:closure_list", plan_slug)
        removed = _in_order(sessions_to_close(plan=request.plan, today=today, **span))
        left = _in_order(sessions_on_closed_days(plan=request.plan, today=today, closure=form.instance))
    context = {"form": form, "removed": removed, "left": left}
    return render(request, "activities/closure_form.html", context, status=422 if form.errors else 200)


def _in_order(rows: QuerySet[Session]) -> list[Session]:
    return list(rows.select_related("activity__focus_area", "format").order_by(*OLDEST_FIRST))


@require_POST
@plan_permission_required("activities.manage")
def closure_delete(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Open the days again; the series fill them."""
    closure = get_object_or_404(Closure, plan=request.plan, pk=pk)
    closure.plan = request.plan
    added = reopen_days(closure=closure, today=timezone.localdate())
    text = ngettext("Open again. %(count)s evening is back.", "Open again. %(count)s evenings are back.", added)
    messages.success(request, text % {"count": added})
    return redirect("activities:closure_list", plan_slug)
