"""A figure as two bounds, and why there is none."""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Why(StrEnum):
    """Why there is no figure, where more can be said than "nothing yet"."""

    NOTHING_HELD = "nothing_held"
    ZERO_WHOLE = "zero_whole"
    NO_BASELINE = "no_baseline"
    NO_BENCHMARK = "no_benchmark"
    NOTHING_DECIDED = "nothing_decided"


class Value(NamedTuple):
    """A figure between two bounds; both are the same where it is exact, `high` None where nothing bounds it."""

    low: Decimal | None
    high: Decimal | None
    why: Why | None = None


NOTHING = Value(None, None)


def exactly(number: int | Decimal) -> Value:
    return Value(Decimal(number), Decimal(number))
