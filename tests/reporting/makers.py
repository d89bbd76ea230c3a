"""Indicators and targets for tests; activities and sessions come from tests.factories."""

from datetime import date
from decimal import Decimal
from itertools import count

from accounts.models import Plan
from activities.models import Activity, Format
from reporting.models import Direction, Goal, GoalKind, Indicator, Measure, Measurement, Target
from tests.factories import get_focus_area

numbers = count(1)
YEAR = (date(2025, 7, 1), date(2026, 6, 30))  # a plan year of the factories' plan


def create_goal(
    *, plan: Plan, kind: str = GoalKind.GOAL, area: int = 3, parent: Goal | None = None, text: str = "", **fields
) -> Goal:
    text = text or f"Overordnet mål {next(numbers)}"
    return Goal.objects.create(
        plan=plan, focus_area=get_focus_area(area), kind=kind, parent=parent, text=text, **fields
    )


def create_indicator(
    *,
    plan: Plan,
    measure: str = Measure.SESSIONS_HELD,
    activities: list[Activity] | None = None,
    code: str = "",
    area: int = 3,
    direction: str = Direction.AT_LEAST,
    format: Format | None = None,
    **fields,
) -> Indicator:
    code = code or f"T{next(numbers)}"
    indicator = Indicator.objects.create(
        plan=plan,
        focus_area=get_focus_area(area),
        code=code,
        text=fields.pop("text", f"Mål {code}"),
        measure=measure,
        direction=direction,
        format=format,
        **fields,
    )
    indicator.activities.set(activities or [])
    return indicator


def create_target(
    *, indicator: Indicator, value: object = None, high: object = None, period: tuple[date, date] = YEAR, **fields
) -> Target:
    return Target.objects.create(
        plan=indicator.plan,
        indicator=indicator,
        starts_on=period[0],
        ends_on=period[1],
        value=None if value is None else Decimal(str(value)),
        high=None if high is None else Decimal(str(high)),
        **fields,
    )


def create_measurement(
    *,
    indicator: Indicator,
    value: object,
    measured_on: date = date(2025, 10, 1),
    source: str = "egen opgørelse",
    **fields,
) -> Measurement:
    return Measurement.objects.create(
        plan=indicator.plan,
        indicator=indicator,
        value=Decimal(str(value)),
        measured_on=measured_on,
        source=source,
        **fields,
    )
