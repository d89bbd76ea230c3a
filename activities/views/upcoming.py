"""What comes, and how many came lately: totals only. The volunteers' first page."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.permissions import has_plan_permission, plan_permission_required
from activities.models import Session, SessionState

AHEAD = timedelta(weeks=8)


@plan_permission_required("programme.view")
def upcoming(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Coming evenings with theme, time and place; the last ones with their totals."""
    today = timezone.localdate()
    activities = list(request.plan.activities.active().select_related("focus_area").order_by("name"))
    asked = request.GET.get("aktivitet", "")
    chosen = next((activity for activity in activities if str(activity.pk) == asked), None)
    rows = Session.objects.for_plan(request.plan).select_related("activity__focus_area", "format", "venue")
    if chosen:
        rows = rows.filter(activity=chosen)
    coming = rows.filter(date__range=(today, today + AHEAD)).order_by("date", "start_time", "pk")
    latest = rows.held().filter(date__lte=today).with_visits().order_by("-date", "-start_time", "-pk")
    context = {
        "coming": list(coming[:60]),
        "latest": list(latest[: 8 if chosen else 6]),
        "activities": activities,
        "chosen": chosen,
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "may_log": has_plan_permission(request.membership.role, "log.write"),
        "may_manage": has_plan_permission(request.membership.role, "activities.manage"),
        "planned": SessionState.PLANNED,
    }
    return render(request, "activities/upcoming.html", context)
