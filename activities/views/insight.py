"""What works? Shown to who makes the programme."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.danish import by_name
from accounts.permissions import plan_permission_required
from activities.insight import what_works

SHOWN_THEMES = 12


@plan_permission_required("programme.plan")
def insight(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Formats and themes of one activity: the one with most themed evenings unless another is chosen."""
    activities = by_name(request.plan.activities.active().select_related("focus_area", "plan"))
    asked = request.GET.get("aktivitet", "")
    chosen = next((one for one in activities if str(one.pk) == asked), None) or _most_themed(request, activities)
    found = what_works(chosen, today=timezone.localdate()) if chosen else None
    context = {
        "activities": activities,
        "chosen": chosen,
        "found": found,
        "themes": found.themes[:SHOWN_THEMES] if found else [],
        "has_claims": bool(found and any(one.middle is not None for one in found.formats)),
    }
    return render(request, "activities/insight.html", context)


def _most_themed(request: HttpRequest, activities: list):
    """Where there is most to learn from."""
    rows = request.plan.sessions.held().exclude(format=None).order_by().values_list("activity_id", flat=True)
    counts: dict[int, int] = {}
    for pk in rows:
        counts[pk] = counts.get(pk, 0) + 1
    return max(activities, key=lambda one: counts.get(one.pk, 0), default=None)
