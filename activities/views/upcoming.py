"""What comes, and how many came lately: totals only. The volunteers' first page."""

from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.danish import by_name
from accounts.permissions import has_plan_permission, plan_permission_required
from activities.ideas import waiting_by_activity
from activities.models import NEWEST_FIRST, OLDEST_FIRST, Session
from activities.shift_board import missing_by_session, own_sessions

WEEKS, MORE_WEEKS, WEEKS_OF_ONE = 2, 8, 12


@plan_permission_required("programme.view")
def upcoming(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Coming evenings with theme, time and place; the last ones with their totals."""
    today = timezone.localdate()
    activities = by_name(request.plan.activities.active().select_related("focus_area"))
    asked = request.GET.get("aktivitet", "")
    chosen = next((activity for activity in activities if str(activity.pk) == asked), None)
    rows = Session.objects.for_plan(request.plan).select_related("activity__focus_area", "format", "venue")
    if chosen:
        rows = rows.filter(activity=chosen)
    weeks = WEEKS_OF_ONE if chosen else MORE_WEEKS if request.GET.get("uger") == str(MORE_WEEKS) else WEEKS
    coming = rows.filter(date__range=(today, today + timedelta(weeks=weeks))).order_by(*OLDEST_FIRST)
    shown = list(coming[:400])
    takes_shifts = has_plan_permission(request.membership.role, "shifts.take")
    if takes_shifts:
        missing = missing_by_session(plan=request.plan, sessions=shown)
        own = own_sessions(plan=request.plan, user=request.user, sessions=shown)
        for session in shown:
            session.missing, session.own_roles = missing.get(session.pk, 0), own.get(session.pk, [])
    latest = rows.held().filter(date__lte=today).with_visits().order_by(*NEWEST_FIRST)
    context = {
        "days": [(day, list(sessions)) for day, sessions in groupby(shown, key=attrgetter("date"))],
        "weeks": weeks,
        "more_weeks": MORE_WEEKS if weeks == WEEKS else None,
        "latest": list(latest[: 8 if chosen else 6]),
        "activities": activities,
        "chosen": chosen,
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "new_ideas": _new_ideas(request),
        "may_manage": has_plan_permission(request.membership.role, "activities.manage"),
    }
    return render(request, "activities/upcoming.html", context)


def _new_ideas(request: HttpRequest) -> int:
    """How many ideas wait to be read, for who may let them out."""
    if not has_plan_permission(request.membership.role, "ideas.moderate"):
        return 0
    return sum(waiting_by_activity(request.plan).values())
