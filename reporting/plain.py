"""Plain data: text, booleans, None, lists and dictionaries; numbers as decimal strings, days as ISO strings."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

Plain = dict[str, Any]


def number(value: int | Decimal | None) -> str | None:
    """A number as a decimal string: no exponent, no trailing zeros, so that equal figures are equal text."""
    if value is None:
        return None
    value = Decimal(value)
    return "0" if value == 0 else format(value.normalize(), "f")


def iso_day(value: date | datetime | None) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat()
