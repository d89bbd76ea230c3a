"""What typed-in values come to in a period: the latest of a level, the sum of counts, once done of a milestone.

A count (people helped, contacts) is typed in as "so far since the first day of the target period", so that a period's
own figure is its latest entry, and longer periods add up the latest entry of each. A level (a share, a register figure,
volunteers on a date) never adds up: the latest entry speaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Plan
from accounts.periods import Period, plan_periods, school_years, whole_plan
from reporting.models import Indicator, Measure, Measurement
from reporting.status import Accumulation

FINEST_FIRST = ("quarter", "half", "year", "school", "plan")


@dataclass(frozen=True)
class TypedIn:
    """The value of one period, with the entries it is made of (oldest first); None where nothing can be said."""

    value: Decimal | None
    parts: Sequence[tuple[Period, Measurement]] = ()

    @property
    def latest(self) -> Measurement | None:
        return self.parts[-1][1] if self.parts else None


NOTHING_TYPED = TypedIn(None)


def typed_value(
    indicator: Indicator, accumulation: str, measurements: Sequence[Measurement], period: Period, plan: Plan
) -> TypedIn:
    """The value in `period` from an indicator's entries, oldest first. No queries where targets are prefetched."""
    if indicator.measure == Measure.MILESTONE:  # done stays done
        entries = [m for m in measurements if m.measured_on >= period.first]
        return TypedIn(entries[-1].value, [(period, entries[-1])]) if entries else NOTHING_TYPED
    spans = [period] if accumulation != Accumulation.SUM else counting_periods(indicator, period, plan)
    parts = []
    for span in spans:
        entries = [m for m in measurements if m.measured_on in span and m.measured_on <= period.last]
        if entries:
            parts.append((span, entries[-1]))
    return TypedIn(sum((m.value for _span, m in parts), Decimal(0)), parts) if parts else NOTHING_TYPED


def counting_periods(indicator: Indicator, period: Period, plan: Plan) -> list[Period]:
    """The periods within `period` that a count is typed in for: as fine as the indicator's targets, else plan years.

    Empty where `period` does not begin with one of them: what was counted since July says nothing of October alone.
    """
    targeted = {(target.starts_on, target.ends_on) for target in indicator.targets.all()}
    by_kind = _periods_by_kind(plan)
    kinds = [kind for kind in FINEST_FIRST if any((p.first, p.last) in targeted for p in by_kind[kind])]
    spans = [p for p in by_kind[kinds[0] if kinds else "year"] if period.first <= p.first <= period.last]
    if spans and spans[0].first == period.first:
        return spans
    return [period] if (period.first, period.last) in targeted else []


def _periods_by_kind(plan: Plan) -> dict[str, list[Period]]:
    cut = {kind: plan_periods(plan, kind) for kind in ("quarter", "half", "year")}
    return {**cut, "school": school_years(plan), "plan": [whole_plan(plan)]}
