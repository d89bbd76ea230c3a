"""The status rule against itself written out naively in fractions, and properties that any honest rule has."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from reporting.status import Accumulation, Reading, Status, expected_value, judge

ORDER = ["reached", "on_track", "behind", "at_risk"]
numbers = st.integers(0, 60).map(lambda n: Decimal(n) / 2)


@st.composite
def readings(draw) -> Reading:
    accumulation = draw(st.sampled_from(list(Accumulation)))
    low = draw(st.none() | numbers)
    spread = draw(numbers) if accumulation == Accumulation.DISTINCT and low is not None else Decimal(0)
    target = draw(numbers)
    direction = draw(st.sampled_from(["at_least", "at_most", "range"]))
    whole = draw(st.integers(0, 10))
    return Reading(
        accumulation=accumulation,
        direction=direction,
        low=low,
        high=None if low is None else low + spread,
        target=target,
        target_high=target + draw(numbers) if direction == "range" else None,
        expected=expected_value(accumulation=accumulation, target=target, due=draw(st.integers(0, whole)), whole=whole),
        margin=draw(st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("0.25")])),
        is_over=draw(st.booleans()),
        has_begun=draw(st.booleans()),
    )


def naive(r: Reading) -> str:
    """The page's own words ("Sådan er tallet talt") followed step by step."""
    if r.low is None or (not r.has_begun and not r.is_over):
        return "no_data"
    grows = r.accumulation in ("sum", "distinct")
    running = not r.is_over

    def distance(short: Fraction, base: Fraction) -> str:
        tolerance = Fraction(r.margin) * base
        return "on_track" if short <= tolerance else "behind" if short <= 3 * tolerance else "at_risk"

    def base(limit: Decimal) -> Fraction:
        if r.expected is None or limit != r.target:
            return Fraction(limit)
        return Fraction(floor(r.expected)) if grows and running else Fraction(r.expected)

    def lower() -> str:
        if r.low >= r.target:
            return "on_track" if r.accumulation == "mean" and running else "reached"
        if grows and running and r.expected is None:
            return "no_data"
        return distance(base(r.target) - Fraction(r.low), base(r.target))

    def upper(limit: Decimal, limit_base: Fraction) -> str:
        if r.high <= limit and (r.is_over or r.accumulation == "latest"):
            return "reached"
        if grows and running and r.low > limit:
            return "at_risk"
        if grows and running and r.expected is None:
            return "no_data"
        return distance(Fraction(r.high) - limit_base, limit_base)

    if r.direction == "at_least":
        return lower()
    if r.direction == "at_most":
        return upper(r.target, base(r.target))
    if grows and running and r.low > r.target_high:
        return "at_risk"
    parts = [lower(), upper(r.target_high, Fraction(r.target_high))]
    return "no_data" if "no_data" in parts else max(parts, key=ORDER.index)


@given(readings())
def test_judge_equals_the_rule_written_out(reading):
    assert judge(reading) == naive(reading)


@given(readings(), numbers)
def test_more_is_never_worse_for_at_least(reading, more):
    if reading.low is None or reading.direction != "at_least":
        return
    before, after = judge(reading), judge(replace(reading, low=reading.low + more, high=reading.high + more))

    if Status.NO_DATA not in (before, after):
        assert ORDER.index(after) <= ORDER.index(before)
    else:
        assert after in (Status.NO_DATA, Status.REACHED)


@given(readings())
def test_a_period_that_is_over_is_always_judged(reading):
    over = replace(reading, is_over=True)

    assert (judge(over) == Status.NO_DATA) == (reading.low is None)


@given(st.integers(0, 200), st.lists(st.integers(0, 5), min_size=1, max_size=12), st.data())
def test_expected_value_follows_the_sessions_of_the_season(target, sessions_by_month, data):
    """A month with few sessions expects little; the whole season expects the target, and the steps add up to it."""
    whole = sum(sessions_by_month)
    month = data.draw(st.integers(0, len(sessions_by_month)))

    def expected(months: int) -> Decimal | None:
        due = sum(sessions_by_month[:months])
        return expected_value(accumulation=Accumulation.SUM, target=Decimal(target), due=due, whole=whole)

    if whole == 0:
        assert expected(month) is None
        return
    assert expected(0) == 0
    assert expected(len(sessions_by_month)) == target
    assert abs(Fraction(expected(month)) * whole - target * sum(sessions_by_month[:month])) < Fraction(1, 10**6)
