"""What was delivered under an agreement: the fragment on a partner's own page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.periods import current_period, plan_periods
from accounts.permissions import plan_permission_required
from partners.models import FocusArea
from reporting.models import Release
from reporting.releases import read_release


@plan_permission_required("agreements.view_own")
def delivered(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Sessions held and visits in the agreement's focus areas, from the newest release of the running plan year."""
    areas = FocusArea.objects.filter(
        agreements__plan=request.plan, agreements__parties__contacts__user=request.user
    ).distinct()
    positions = {str(position) for position in areas.values_list("position", flat=True)}
    period = current_period(plan_periods(request.plan, "year"), timezone.localdate())
    releases = Release.objects.filter(plan=request.plan)
    release = None
    if period:
        in_period = releases.filter(starts_on=period.first, ends_on=period.last)
        release = in_period.order_by("-released_at", "-pk").first()
    figure_set = read_release(release) if release else None
    rows = _by_area(figure_set, positions) if figure_set else []
    context = {"rows": rows, "release": release, "period": period, "figure_set": figure_set}
    return render(request, "reporting/_delivered.html" if request.htmx else "reporting/delivered.html", context)


def _by_area(figure_set: dict, positions: set[str]) -> list[dict]:
    rows = []
    for area in figure_set["areas"]:
        if area["position"] not in positions:
            continue
        sessions = [row["sessions"] for row in figure_set["activities"] if row["area"] == area["position"]]
        rows.append(
            {
                "area": area,
                "held": sum(int(counts["held"]) for counts in sessions),
                "visits": sum(int(counts["visits"]) for counts in sessions),
                "logged": sum(int(counts["logged"]) for counts in sessions),
                "due": sum(int(counts["due"]) for counts in sessions),
            }
        )
    return rows
