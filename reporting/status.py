"""Are we on track? One rule from value, target and expected value to a status; nothing here reads the database.

The rule, in the order in which it is asked (it also stands on the page, under "How the figure is counted"):

1. No value, or nothing due and nothing logged yet in a period that still runs: *no data*. A count without an expected
   value (typed in, or without a series) is *too early to say*, told as no data, while the period runs: nothing says how
   far it ought to be. What is reached, sure to be reached, or past its limit for good is told at once.
2. Compare with the *base*: the value expected by now where there is one, rounded down while the period runs because
   nobody holds a fifth of an evening; else the target itself. The tolerance is `margin` × base (10 % unless the
   indicator says otherwise).
3. At least: the lower bound counts. At or above the target is *reached* when it can no longer be lost: sums and unique
   people at once, means and other moving figures when the period is over. Down to one tolerance below the base is
   *on track*, down to three is *behind*, below that *at risk*.
4. At most: the upper bound counts, mirrored; *reached* only when the period is over or the figure is a measured level.
   A sum past its limit cannot come down again: *at risk* while the period runs.
5. Range: the worse of "at least the lower limit" and "at most the upper limit".
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from reporting.models import Direction


class Accumulation(models.TextChoices):
    """How a figure grows over a period, and so what may be done with it."""

    SUM = "sum", _("adds up")
    MEAN = "mean", _("an average over held sessions")
    DISTINCT = "distinct", _("each person once; does not add up")
    LATEST = "latest", _("the latest value in the period")


class Status(models.TextChoices):
    REACHED = "reached", _("Reached")
    ON_TRACK = "on_track", _("On track")
    BEHIND = "behind", _("Behind")
    AT_RISK = "at_risk", _("At risk")
    NO_DATA = "no_data", _("No figures")


SEVERITY = [Status.REACHED, Status.ON_TRACK, Status.BEHIND, Status.AT_RISK]
BEHIND_WITHIN = 3  # tolerances below the base
GROWING = (Accumulation.SUM, Accumulation.DISTINCT)  # can only rise within a period


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is judged: a value between two bounds, against a target."""

    accumulation: str
    direction: str
    low: Decimal | None
    high: Decimal | None
    target: Decimal
    target_high: Decimal | None = None
    expected: Decimal | None = None
    margin: Decimal = Decimal("0.1")
    is_over: bool = False
    has_begun: bool = True  # something was due or logged
    secured: Decimal | None = None  # the value, were everything held that is already in the calendar


def expected_value(*, accumulation: str, target: Decimal, due: int, whole: int) -> Decimal | None:
    """What the schedule lets us expect by now: target × sessions due ÷ sessions in the whole period.

    A mean is expected to be at its target at any time. Without a schedule, or typed in, there is no expected value.
    """
    if accumulation == Accumulation.LATEST or whole == 0:
        return None
    if accumulation == Accumulation.MEAN:
        return target
    return target * due / whole


def judge(reading: Reading) -> Status:
    """The status of a reading, by the rule at the top of this module."""
    if reading.low is None and reading.high is None:
        return Status.NO_DATA
    if not reading.has_begun and not reading.is_over:
        return Status.NO_DATA
    told = _judge_parts(reading)
    return Status.NO_DATA if Status.NO_DATA in told else max(told, key=SEVERITY.index)


def _judge_parts(reading: Reading) -> tuple[Status, ...]:
    if reading.direction == Direction.AT_MOST:
        return (_at_most(reading, limit=reading.target, base=_base(reading)),)
    if reading.direction != Direction.RANGE or reading.target_high is None:
        return (_at_least(reading),)
    above = _at_most(reading, limit=reading.target_high, base=reading.target_high)
    # A sum past its upper limit is past it for good; what the lower limit says no longer matters.
    return (above,) if _is_past_for_good(reading, reading.target_high) else (_at_least(reading), above)


def is_too_early(reading: Reading) -> bool:
    """True for a count that has no pace to follow while its period runs: typed in, or without a series."""
    return reading.accumulation in GROWING and reading.expected is None and not reading.is_over


def _is_past_for_good(reading: Reading, limit: Decimal) -> bool:
    value = reading.high if reading.accumulation == Accumulation.SUM else reading.low
    return reading.accumulation in GROWING and not reading.is_over and value is not None and value > limit


def _base(reading: Reading) -> Decimal:
    if reading.expected is None:
        return reading.target
    moves = reading.accumulation in GROWING and not reading.is_over
    return reading.expected.to_integral_value(ROUND_FLOOR) if moves else reading.expected


def _at_least(reading: Reading) -> Status:
    value = reading.low
    if value is None:
        return Status.NO_DATA
    if value >= reading.target:
        is_safe = reading.accumulation in (*GROWING, Accumulation.LATEST)
        return Status.REACHED if is_safe or reading.is_over else Status.ON_TRACK
    if reading.secured is not None and reading.secured >= reading.target and not reading.is_over:
        return Status.ON_TRACK
    if is_too_early(reading):
        return Status.NO_DATA
    return _by_distance(short_by=_base(reading) - value, base=_base(reading), margin=reading.margin)


def _at_most(reading: Reading, *, limit: Decimal, base: Decimal) -> Status:
    value = reading.high if reading.high is not None else reading.low
    if value is None:
        return Status.NO_DATA
    if value <= limit and (reading.is_over or reading.accumulation == Accumulation.LATEST):
        return Status.REACHED
    if _is_past_for_good(reading, limit):
        return Status.AT_RISK
    if is_too_early(reading):
        return Status.NO_DATA
    return _by_distance(short_by=value - base, base=base, margin=reading.margin)


def _by_distance(*, short_by: Decimal, base: Decimal, margin: Decimal) -> Status:
    tolerance = margin * abs(base)
    if short_by <= tolerance:
        return Status.ON_TRACK
    return Status.BEHIND if short_by <= BEHIND_WITHIN * tolerance else Status.AT_RISK


def status_if_below(reading: Reading, ceiling: int) -> Status:
    """The status that can be told when only "under `ceiling`" is: the same for every such value, else no data."""
    told = {judge(_with_value(reading, Decimal(value))) for value in range(ceiling)}
    return told.pop() if len(told) == 1 else Status.NO_DATA


def _with_value(reading: Reading, value: Decimal) -> Reading:
    return Reading(**{**reading.__dict__, "low": value, "high": value})
