"""Values that cannot be, which are refused, and values far from the last one, which are asked about once.

Impossible: a share of a whole outside 0-100 per cent, a count that is not whole or lies below zero, a rate below zero.
What a register or a survey counts is told by its unit ("%", "unge", "pr. 1.000"). A change and a gap may be anything.

Far from the last: more than five times as much, or less than a fifth. The last one counts as at least 5, so that small
numbers, which jump by themselves, are left in peace. A count that begins anew with its period is compared within it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from accounts.periods import Period, whole_plan
from reporting.measures import MEASURES
from reporting.models import Indicator, Measure, Measurement, MeasurementState
from reporting.status import Accumulation
from reporting.typed_in import counting_periods

HUNDRED = Decimal(100)
FAR = 5
SMALL = Decimal(5)

_SHARES = frozenset({Measure.SHARE, Measure.CARRIED_ON})
_COUNTS = frozenset({Measure.PEOPLE_COUNT, Measure.ACTIVE_VOLUNTEERS, Measure.CONTACTS, Measure.REFERRALS})
_BY_UNIT = frozenset({Measure.REGISTER, Measure.SURVEY})
_PER_CENT = re.compile(r"(?:%|pct\.?|procent|per cent)(?: af .*)?")  # not "procentpoint", nor "% ændring"
_PEOPLE = re.compile(
    r"(?:antal )?(?:personer|mennesker|beboere|borgere|unge|børn|voksne|kvinder|mænd|piger|drenge|elever|familier|"
    r"frivillige|deltagere)"
)
_RATE = re.compile(r".*\bpr\.? .*")


def impossible(indicator: Indicator, value: Decimal) -> str:
    """The sentence that says why the value cannot be and what to do; empty where it can."""
    measure, unit = indicator.measure, " ".join(indicator.unit.casefold().split())
    by_unit = measure in _BY_UNIT
    if measure in _SHARES or (by_unit and (_PER_CENT.fullmatch(unit) or (measure == Measure.SURVEY and not unit))):
        if not 0 <= value <= HUNDRED:
            return _(
                "A share lies between 0 and 100 per cent, so %(value)s cannot be right. Look in the source, and write "
                "the number again."
            ) % {"value": danish(value)}
        return ""
    is_count = measure in _COUNTS or (by_unit and bool(_PEOPLE.fullmatch(unit)))
    if value < 0 and (is_count or (by_unit and _RATE.fullmatch(unit))):
        return _("The number cannot lie below zero. Write it without the minus.")
    if is_count and value != value.to_integral_value():
        return _(
            "What is counted here is counted in whole numbers, so %(value)s cannot be right. Write a whole number, or "
            "“ca. %(whole)s” where it is an estimate."
        ) % {"value": danish(value), "whole": danish(value.to_integral_value(ROUND_HALF_UP))}
    return ""


def is_far(value: Decimal, last: Decimal) -> bool:
    """Whether a value lies so far from the last one that it may be a slip; the sign does not matter."""
    value, last = abs(value), abs(last)
    return value > FAR * max(last, SMALL) or (last >= SMALL and FAR * value < last)


def last_before(indicator: Indicator, day: date, *, apart_from: Measurement | None = None) -> Measurement | None:
    """The latest value up to that day which it can be compared with; what was sent back does not count."""
    rows = indicator.measurements.exclude(state=MeasurementState.RETURNED).filter(measured_on__lte=day)
    if apart_from is not None:
        rows = rows.exclude(pk=apart_from.pk)
    if (spans := _spans(indicator)) is not None:
        rows = rows.filter(measured_on__gte=_first_day(spans, day))
    return rows.order_by("-measured_on", "-pk").first()


def far_ones(indicator: Indicator, values: Iterable[Measurement]) -> Iterator[tuple[Measurement, Measurement]]:
    """Each value that lies far from the one before it, and that one. `values` are an indicator's, oldest first."""
    spans, last = _spans(indicator), None
    for one in values:
        began = date.min if spans is None else _first_day(spans, one.measured_on)
        if last is not None and last.measured_on >= began and is_far(one.value, last.value):
            yield one, last
        last = one


def _spans(indicator: Indicator) -> Sequence[Period] | None:
    """The periods in which a count begins anew; None for a level, which never does."""
    if MEASURES[indicator.measure].accumulation != Accumulation.SUM:
        return None
    return counting_periods(indicator, whole_plan(indicator.plan), indicator.plan)


def _first_day(spans: Sequence[Period], day: date) -> date:
    return next((span.first for span in spans if day in span), day)


def danish(value: Decimal) -> str:
    """The number as one types it, whatever the page's language: 1234,5."""
    return f"{value.normalize():f}".replace(".", ",")
