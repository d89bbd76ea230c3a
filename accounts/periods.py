"""Periods follow the plan, which may start on any date, not the calendar (design §3 rule 6)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Plan

MONTHS = {"year": 12, "half": 6, "quarter": 3}


@dataclass(frozen=True, order=True)
class Period:
    """First and last day, both inclusive."""

    first: date
    last: date
    kind: str = "free"
    label: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later; the month's last day where it is too short (29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def plan_periods(plan: Plan, kind: str) -> list[Period]:
    """The plan cut into plan years, half-years or quarters; the last one ends with the plan.

    Each cut is counted from the plan's first day, so that a plan that starts on 31 August keeps its own month ends.
    """
    periods, step = [], MONTHS[kind]
    first, number = plan.starts_on, 1
    while first <= plan.ends_on:
        after = add_months(plan.starts_on, step * number)
        last = min(after - timedelta(days=1), plan.ends_on)
        periods.append(Period(first, last, kind, period_label(kind, first, last, number)))
        first, number = after, number + 1
    return periods


def period_label(kind: str, first: date, last: date, number: int) -> str:
    """ "2025/26" for a plan year ("2025" when it is a calendar year), with its half-year or quarter behind."""
    per_year = 12 // MONTHS[kind]
    year_first = add_months(first, -MONTHS[kind] * ((number - 1) % per_year))
    year = str(year_first.year)
    if (year_first.month, year_first.day) != (1, 1):
        year = f"{year_first.year}/{(year_first.year + 1) % 100:02d}"
    if kind == "year":
        return year
    return f"{year} {'H' if kind == 'half' else 'K'}{(number - 1) % per_year + 1}"


def school_years(plan: Plan) -> list[Period]:
    """1 August - 31 July (folkeskoleloven's school year), cut at the plan's ends."""
    year = plan.starts_on.year - (plan.starts_on < date(plan.starts_on.year, 8, 1))
    periods = []
    while date(year, 8, 1) <= plan.ends_on:
        first, last = max(date(year, 8, 1), plan.starts_on), min(date(year + 1, 7, 31), plan.ends_on)
        periods.append(Period(first, last, "school", f"{year}/{(year + 1) % 100:02d}"))
        year += 1
    return periods


def whole_plan(plan: Plan) -> Period:
    return Period(plan.starts_on, plan.ends_on, "plan", f"{plan.starts_on.year}-{plan.ends_on.year}")


def plan_year(plan: Plan, day: date) -> Period | None:
    """The plan year that holds the day, without cutting the whole plan; None outside the plan."""
    if not plan.starts_on <= day <= plan.ends_on:
        return None
    number = day.year - plan.starts_on.year + 1
    if add_months(plan.starts_on, 12 * (number - 1)) > day:
        number -= 1
    first = add_months(plan.starts_on, 12 * (number - 1))
    last = min(add_months(plan.starts_on, 12 * number) - timedelta(days=1), plan.ends_on)
    return Period(first, last, "year", period_label("year", first, last, number))


def current_period(periods: list[Period], day: date) -> Period | None:
    """The period that holds the day, else the nearest one (a plan that has not begun or has ended)."""
    for period in periods:
        if day in period:
            return period
    return None if not periods else (periods[0] if day < periods[0].first else periods[-1])
