"""Plain data: text, booleans, None, lists and dictionaries; numbers as decimal strings, days as ISO strings."""

from datetime import date, datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

Plain = dict[str, Any]
TYPED = Decimal("0.0001")  # as fine as a value can be typed in


def number(value: int | Decimal | None) -> str | None:
    """A number as a decimal string: no exponent, no trailing zeros, so that equal figures are equal text."""
    if value is None:
        return None
    value = Decimal(value)
    return "0" if value == 0 else format(value.normalize(), "f")


def few_decimals(
    value: float | str | Decimal | None, *, is_typed: bool = False, is_share: bool = False
) -> Decimal | None:
    """A number for a sheet: what is typed in exactly, what is worked out with two decimals at most.

    A share (0 to 1) keeps four, rounded down: only all of it is 1.
    """
    if value is None:
        return None
    exact = Decimal(str(value))
    if is_share:
        exact = exact.quantize(TYPED, ROUND_FLOOR)
    elif not is_typed:
        exact = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Decimal(str(number(exact)))


def iso_day(value: date | datetime | None) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat()
