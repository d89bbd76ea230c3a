"""Which period a page is about: chosen in the address, by the period's own name ("2025-26-h1")."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from accounts.periods import Period, current_period, plan_periods, school_years, whole_plan

KINDS: dict[str, Promise] = {
    "year": _("Plan year"),
    "half": _("Half-year"),
    "quarter": _("Quarter"),
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
    return period.label.lower().replace("/", "-").replace(" ", "-")


def periods_of_kind(plan: Plan, kind: str) -> list[Period]:
    return [whole_plan(plan)] if kind == "plan" else plan_periods(plan, kind)


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
    by_kind = {kind: periods_of_kind(plan, kind) for kind in KINDS}
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
            (str(label), _nearest(by_kind[kind], period, today), kind == period.kind) for kind, label in KINDS.items()
        ],
    )


def _nearest(periods: list[Period], shown: Period, today: date) -> Period:
    """The period of another kind that holds today, if the one shown does; else the one where the shown one ends."""
    day = today if today in shown else shown.last
    return current_period(periods, day) or periods[0]
