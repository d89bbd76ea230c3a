"""The national overview: every running plan's newest release of its current plan year, from the summaries alone.

No release is read in full, and no plan's live figures. Unique people do not add up over plans and are left out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Plan
from accounts.periods import Period, plan_year
from jobs.sheets.writing import SheetOut
from reporting.models import Release
from reporting.plain import Plain
from reporting.status import Status

OLD_AFTER = 61  # days: two months
ORDERS = ("name", "status", "completeness", "age")


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """One plan on the overview; without a release there is no summary."""

    plan: Plan
    released_on: date | None = None
    is_old: bool = False
    summary: Plain | None = None
    sha256: str = ""

    @property
    def targets(self) -> list[tuple[str, int]]:
        return _by_status([self.summary] if self.summary else [])

    @property
    def completeness(self) -> Decimal | None:
        """Of the sessions that are due; only what is complete is 100 %."""
        if not self.summary or not self.summary["due"]:
            return None
        share = Decimal(self.summary["logged"]) / Decimal(self.summary["due"])
        return min(share, Decimal("0.99")) if share < 1 else share


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What may be added up over plans."""

    plans: int
    fresh: int
    held: int
    visits: int
    areas: list[tuple[int, str, list[tuple[str, int]]]]  # position, name, targets by status


def plan_lines(today: date) -> list[PlanLine]:
    """Every plan that runs on `today`, by name. Two queries, whatever the number of plans."""
    plans = Plan.objects.filter(starts_on__lte=today, ends_on__gte=today)
    years = [(plan, year) for plan in plans if (year := plan_year(plan, today))]
    newest = _newest({year.first for _plan, year in years}, {year.last for _plan, year in years})
    return [_line(plan, year, newest, today) for plan, year in years]


def _newest(first_days: set[date], last_days: set[date]) -> dict[tuple[int, date, date], tuple[datetime, Plain, str]]:
    same = Release.objects.filter(
        plan=OuterRef("plan"), starts_on=OuterRef("starts_on"), ends_on=OuterRef("ends_on")
    ).order_by("-released_at", "-pk")
    rows = Release.objects.filter(starts_on__in=first_days, ends_on__in=last_days, pk=Subquery(same.values("pk")[:1]))
    return {
        (plan, first, last): (released_at, summary, sha256)
        for plan, first, last, released_at, summary, sha256 in rows.values_list(
            "plan_id", "starts_on", "ends_on", "released_at", "summary", "sha256"
        )
    }


def _line(plan: Plan, year: Period, newest: dict, today: date) -> PlanLine:
    if (plan.pk, year.first, year.last) not in newest:
        return PlanLine(plan=plan)
    released_at, summary, sha256 = newest[plan.pk, year.first, year.last]
    day = timezone.localdate(released_at)
    return PlanLine(plan=plan, released_on=day, is_old=(today - day).days > OLD_AFTER, summary=summary, sha256=sha256)


def add_up(lines: Sequence[PlanLine]) -> Totals:
    """Totals, and the targets by status in each focus area."""
    known = [line.summary for line in lines if line.summary]
    areas = {(area["position"], area["name"]): area for summary in known for area in summary["areas"]}
    return Totals(
        plans=len(lines),
        fresh=sum(line.summary is not None and not line.is_old for line in lines),
        held=sum(summary["held"] for summary in known),
        visits=sum(summary["visits"] for summary in known),
        areas=[(key[0], _in_language(areas[key]), _by_status(known, key)) for key in sorted(areas)],
    )


def _in_language(area: Plain) -> str:
    return area["name_en"] if get_language() == "en" and area["name_en"] else area["name"]


def _by_status(summaries: Iterable[Plain], area: tuple[int, str] | None = None) -> list[tuple[str, int]]:
    """How many targets have each status, in the order of the statuses; in one area, or in all."""
    found: Counter[str] = Counter()
    for summary in summaries:
        for one in summary["areas"]:
            if area in (None, (one["position"], one["name"])):
                found.update(one["targets"])
    return [(status.value, found[status]) for status in Status if found[status]]


def choose_lines(lines: Sequence[PlanLine], *, search: str, order: str) -> list[PlanLine]:
    """The lines whose name or area has the words; what needs a look first. Plans without figures come last."""
    words = search.casefold().split()
    found = [line for line in lines if all(word in f"{line.plan.name} {line.plan.area}".casefold() for word in words)]
    if order == "status":
        return sorted(found, key=lambda line: (line.summary is None, *_late(line)))
    if order == "completeness":
        return sorted(found, key=lambda line: (line.completeness is None, line.completeness or 0))
    if order == "age":
        return sorted(found, key=lambda line: line.released_on or date.max)
    return found


def _late(line: PlanLine) -> tuple[int, int]:
    targets = dict(line.targets)
    return -targets.get(Status.AT_RISK.value, 0), -targets.get(Status.BEHIND.value, 0)


def headings() -> list[str]:
    return [
        _("Plan"),
        _("Housing area"),
        *(capfirst(str(status.label)) for status in Status),
        _("Logged"),
        _("Due sessions"),
        _("Sessions held"),
        _("Visits"),
        _("Released"),
    ]


def sheet_rows(lines: Iterable[PlanLine]) -> Iterator[list[Any]]:
    """One row for each plan; empty cells where nothing is released."""
    for line in lines:
        targets, summary = dict(line.targets), line.summary or {}
        yield [
            line.plan.name,
            line.plan.area,
            *(targets.get(status.value, 0) if line.summary else None for status in Status),
            *(summary.get(key) for key in ("logged", "due", "held", "visits")),
            line.released_on,
        ]


def overview_sheet(lines: Iterable[PlanLine]) -> SheetOut:
    return SheetOut(
        name=_("National overview"), headings=headings(), rows=sheet_rows(lines), widths=[32, 32, *[14] * 10]
    )
