"""Which period a page is about: chosen in the address, by the period's own name ("2025-26-h1")."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from accounts.periods import Period, current_period, plan_periods, school_years, whole_plan
from reporting.models import Target

KINDS: dict[str, Promise] = {
    "year": _("Plan year"),
    "half": _("Half-year"),
    "quarter": _("Quarter"),
    "school": _("School year"),
    "plan": _("The whole plan"),
}


@dataclass(frozen=True)
class PeriodChoice:
    """The chosen period with its neighbours, and where each kind of period leads."""

    period: Period
    previous: Period | None
    next: Period | None
    kinds: list[tuple[str, Period, bool]]  # label, the period it leads to, whether it is the one shown


def period_key(period: Period) -> str:
    """A school year is named, or it would look like the plan year that begins in the same year."""
    key = period.label.lower().replace("/", "-").replace(" ", "-")
    return f"skoleaar-{key}" if period.kind == "school" else key


def periods_of_kind(plan: Plan, kind: str) -> list[Period]:
    if kind == "school":
        return school_periods(plan)
    return [whole_plan(plan)] if kind == "plan" else plan_periods(plan, kind)


def school_periods(plan: Plan) -> list[Period]:
    """The plan's school years, where a target is set for one of them: else nobody asks for them. One query.

    Those that the plan cuts to the very days of a plan year, half-year or quarter are that period, not one more.
    """
    taken = {(period.first, period.last) for kind in ("year", "half", "quarter") for period in plan_periods(plan, kind)}
    years = [year for year in school_years(plan) if (year.first, year.last) not in taken]
    set_for = set(Target.objects.filter(plan=plan, indicator__is_active=True).values_list("starts_on", "ends_on"))
    return years if any((year.first, year.last) in set_for for year in years) else []


def target_periods(plan: Plan) -> list[Period]:
    """Every period that a target may be set for."""
    kinds = [period for kind in ("year", "half", "quarter") for period in plan_periods(plan, kind)]
    return [*kinds, *school_years(plan), whole_plan(plan)]


def period_name(period: Period) -> str:
    """ "2025/26 H1"; the kinds whose label does not say it are named: "School year 2025/26"."""
    names = {"school": _("School year"), "plan": _("The whole plan")}
    return f"{names[period.kind]} {period.label}" if period.kind in names else period.label


def choose_period(plan: Plan, asked: str, today: date) -> PeriodChoice:
    """The asked period, or the running plan year when the address names none that exists."""
    by_kind = {kind: periods for kind in KINDS if (periods := periods_of_kind(plan, kind))}
    everything = [period for periods in by_kind.values() for period in periods]
    period = next((period for period in everything if period_key(period) == asked), None)
    period = period or current_period(by_kind["year"], today) or whole_plan(plan)
    siblings = by_kind[period.kind]
    index = siblings.index(period)
    begun = [sibling for sibling in siblings[index + 1 :] if sibling.first <= today]
    return PeriodChoice(
        period=period,
        previous=siblings[index - 1] if index else None,
        next=begun[0] if begun else None,
        kinds=[
            (str(KINDS[kind]), _nearest(periods, period, today), kind == period.kind)
            for kind, periods in by_kind.items()
        ],
    )


def _nearest(periods: list[Period], shown: Period, today: date) -> Period:
    """The period of another kind that holds today, if the one shown does; else the one where the shown one ends."""
    day = today if today in shown else shown.last
    return current_period(periods, day) or periods[0]
