"""What was delivered while an agreement was valid: the fragment on a partner's own page."""

from collections.abc import Iterable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Plan
from accounts.periods import Period, plan_periods
from accounts.permissions import plan_permission_required
from partners.models import Agreement
from reporting.models import Release
from reporting.releases import read_release


@plan_permission_required("agreements.view_own")
def delivered(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Sessions held and visits in each agreement's focus areas, for the released plan years in which it was valid.

    Figures are released for whole plan years and whole areas; those of the agreement's own days would be tables
    that the registry does not know (design §4). So the page says what they are of.
    """
    today = timezone.localdate()
    agreements = list(request.plan.agreements.current().of_contact(request.user).for_list())
    years = [period for period in plan_periods(request.plan, "year") if period.first <= today]
    wanted = [year for year in years if any(_was_valid(agreement, year, today) for agreement in agreements)]
    figures = _newest(request.plan, wanted)
    delivered = [
        {"agreement": agreement, "years": _years(agreement, reversed(wanted), figures, today)}
        for agreement in agreements
    ]
    context = {"delivered": delivered, "has_any": any(row["years"] for row in delivered)}
    return render(request, "reporting/_delivered.html" if request.htmx else "reporting/delivered.html", context)


def _was_valid(agreement: Agreement, year: Period, today: date) -> bool:
    """On some day of the year that has been."""
    first, last = agreement.starts_on or date.min, agreement.ends_on or date.max
    return first <= min(year.last, today) and last >= year.first


def _newest(plan: Plan, years: list[Period]) -> dict[date, tuple[Release, dict]]:
    """Of each plan year its newest release and what stands in it. One query."""
    first_days = {year.first: year.last for year in years}
    releases = Release.objects.filter(plan=plan, starts_on__in=first_days).order_by("released_at", "pk")
    newest = {release.starts_on: release for release in releases if release.ends_on == first_days[release.starts_on]}
    return {day: (release, read_release(release)) for day, release in newest.items()}


def _years(
    agreement: Agreement, years: Iterable[Period], figures: dict[date, tuple[Release, dict]], today: date
) -> list[dict]:
    positions = {str(area.position) for area in agreement.focus_areas.all()}
    found = []
    for year in years:
        if year.first not in figures or not _was_valid(agreement, year, today):
            continue
        release, figure_set = figures[year.first]
        if areas := _by_area(figure_set, positions):
            starts_later = agreement.starts_on is not None and agreement.starts_on > year.first
            ends_before = agreement.ends_on is not None and agreement.ends_on < min(year.last, release.as_of)
            found.append({"year": year, "release": release, "areas": areas, "is_part": starts_later or ends_before})
    return found


def _by_area(figure_set: dict, positions: set[str]) -> list[dict]:
    rows = []
    for area in figure_set["areas"]:
        if area["position"] not in positions:
            continue
        activities = [
            {"name": row["activity"], "held": int(row["sessions"]["held"]), "visits": int(row["sessions"]["visits"])}
            for row in figure_set["activities"]
            if row["area"] == area["position"]
        ]
        rows.append(
            {
                "area": area,
                "held": sum(row["held"] for row in activities),
                "visits": sum(row["visits"] for row in activities),
                "activities": [row for row in activities if row["held"]],
            }
        )
    return rows
