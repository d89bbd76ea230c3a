"""What typed-in values come to in a period: the latest of a level, the sum of counts, once done of a milestone.

A count (people helped, contacts) is typed in as "so far since the first day of the target period", so that a period's
own figure is its latest entry, and longer periods add up the latest entry of each. A level (a share, a register figure,
volunteers on a date) never adds up: the latest entry speaks.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Plan
from accounts.periods import Period, plan_periods, school_years, whole_plan
from reporting.models import Indicator, Measure, Measurement
from reporting.status import Accumulation
from reporting.values import Why

FINEST_FIRST = ("quarter", "half", "year")


@dataclass(frozen=True)
class TypedIn:
    """The value of one period, with the entries it is made of (oldest first); None where nothing can be said.

    `why` says what an entry lacks that there is no value.
    """

    value: Decimal | None
    parts: Sequence[tuple[Period, Measurement]] = ()
    why: Why | None = None

    @property
    def latest(self) -> Measurement | None:
        return self.parts[-1][1] if self.parts else None

    def covers(self, day: date) -> bool:
        """True for a day whose count is part of an entry: from the first day of its period to the day it was taken."""
        return any(span.first <= day <= entry.measured_on for span, entry in self.parts)


NOTHING_TYPED = TypedIn(None)


def level(indicator: Indicator, entry: Measurement) -> Decimal | Why:
    """What an entry says: itself, or its distance from the baseline or from what it is compared with."""
    if indicator.measure == Measure.BASELINE_CHANGE:
        return Why.NO_BASELINE if indicator.baseline is None else entry.value - indicator.baseline
    if indicator.measure == Measure.BENCHMARK_GAP:
        return Why.NO_BENCHMARK if entry.compared_with is None else entry.value - entry.compared_with
    return entry.value


def typed_value(
    indicator: Indicator, accumulation: str, measurements: Sequence[Measurement], period: Period, plan: Plan
) -> TypedIn:
    """The value in `period` from an indicator's entries, oldest first. No queries where targets are prefetched."""
    if indicator.measure == Measure.MILESTONE:  # done stays done
        entries = done_entries(indicator, measurements, period)
        return TypedIn(entries[0].value, [(period, entries[0])]) if entries else NOTHING_TYPED
    spans = [period] if accumulation != Accumulation.SUM else counting_periods(indicator, period, plan)
    parts = []
    for span in spans:
        entries = [m for m in measurements if m.measured_on in span and m.measured_on <= period.last]
        if entries:
            parts.append((span, entries[-1]))
    levels = [level(indicator, entry) for _span, entry in parts]
    lacks = next((found for found in levels if isinstance(found, Why)), None)
    if not parts or lacks:
        return TypedIn(None, parts, lacks)
    return TypedIn(sum((found for found in levels if isinstance(found, Decimal)), Decimal(0)), parts)


def done_entries(indicator: Indicator, measurements: Sequence[Measurement], period: Period) -> list[Measurement]:
    """When a period's milestone was done, the first time first; it may well have been before the period began.

    What comes again every year has a day a year, and what was done belongs to the day that lies nearest.
    """
    days = {(target.starts_on, target.ends_on): target.due_on for target in indicator.targets.all() if target.due_on}
    due = days.get((period.first, period.last))
    if due is None:
        return [entry for entry in measurements if entry.measured_on in period]
    return [entry for entry in measurements if _nearest(entry.measured_on, days.values()) == due]


def _nearest(day: date, days: Iterable[date]) -> date:
    return min(days, key=lambda other: (abs(other - day), other))


def counting_periods(indicator: Indicator, period: Period, plan: Plan) -> list[Period]:
    """The periods within `period` that a count is typed in for: in each plan year as fine as the targets within it.

    So a finer target rewrites no other year. A year without any is counted as a whole; only where no year has one do
    school years speak, or the whole plan. Empty where `period` does not begin with one of them: what was counted since
    July says nothing of October alone.
    """
    targeted = {(target.starts_on, target.ends_on) for target in indicator.targets.all()}
    spans = [p for p in _counted_in(targeted, plan) if period.first <= p.first <= period.last]
    if spans and spans[0].first == period.first:
        return spans
    return [period] if (period.first, period.last) in targeted else []


def _counted_in(targeted: Collection[tuple[date, date]], plan: Plan) -> list[Period]:
    """The whole plan cut into the periods that a count is typed in for, in order."""
    by_kind = {kind: plan_periods(plan, kind) for kind in FINEST_FIRST}
    kind_of = {(p.first, p.last): kind for kind, periods in by_kind.items() for p in periods}  # the longer kind's own
    found, has_target = [], False
    for year in by_kind["year"]:
        inside = {kind_of.get(span) for span in targeted if year.first <= span[0] and span[1] <= year.last}
        kind = next((kind for kind in FINEST_FIRST if kind in inside), None)
        has_target = has_target or kind is not None
        found += [p for p in by_kind[kind or "year"] if p.first in year]
    if has_target:
        return found
    years = school_years(plan)
    if any((p.first, p.last) in targeted for p in years):
        return years
    whole = whole_plan(plan)
    return [whole] if (whole.first, whole.last) in targeted else by_kind["year"]
