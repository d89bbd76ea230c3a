"""The gate, attacked by an observer who knows the code and replays it on every possible world (see `attack`).

The rules that the research rejected are attacked by the same code and must leak: a test that finds nothing in them is
dead.
"""

from collections.abc import Hashable
from datetime import date, timedelta
from functools import cache
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.periods import Period
from reporting.disclosure import (
    SMALLEST_CELL,
    TABLES,
    WAIT,
    AgeTable,
    Margins,
    age_levels,
    climb,
    is_due,
    is_small_total,
    may_be_made,
    may_tell_share,
    release_ages,
    round_to_five,
    why_withheld,
)
from tests.reporting.attack import World, history_leaks, leaks, worlds_up_to

BANDS = [(0, 12), (13, 17), (18, 24), (25, None)]
AGE_IN_BAND = (9, 15, 20, 40)
MOST = 27  # people in an exhaustive world: every total that is published is a whole set of totals
HALF = Period(date(2025, 7, 1), date(2025, 12, 31), "half", "2025/26 H1")
YEAR = Period(date(2025, 7, 1), date(2026, 6, 30), "year", "2025/26")


@cache
def gate(world: World) -> AgeTable:
    """The rule of the portal, on worlds of four bands."""
    return release_ages(dict(zip(AGE_IN_BAND, world, strict=True)), BANDS)


def own_total(world: World) -> int | None:
    """What else the observer may read of the same people: an indicator's own total, exact from 10 up."""
    return None if is_small_total(sum(world)) else sum(world)


# -- one table, exhaustively -------------------------------------------------------------------------------------------


@pytest.mark.once
def test_an_observer_who_replays_the_gate_learns_nothing_about_a_small_cell():
    assert leaks(gate, worlds_up_to(MOST, 4)) == 0


@pytest.mark.once
def test_nor_with_the_exact_total_beside_it():
    assert leaks(lambda world: (gate(world), own_total(world)), worlds_up_to(MOST, 4), knowing=own_total) == 0
    assert leaks(gate, worlds_up_to(MOST, 4), knowing=sum) == 0


def two_by_two(world: World) -> Margins:
    """Two dimensions of two cells: crossed, then the first alone."""
    people = dict(zip(product((0, 1), repeat=2), world, strict=True))
    halves, whole = ((0, 0), (1, None)), ((0, None),)
    return climb(people, [(halves, halves), (halves, whole)])


def three_by_two(world: World) -> Margins:
    people = dict(zip(product((0, 1, 2), (0, 1)), world, strict=True))
    thirds, halves = ((0, 0), (1, 1), (2, None)), ((0, 0), (1, None))
    return climb(people, [(thirds, halves), (((0, 1), (2, None)), halves)])


@pytest.mark.once
@pytest.mark.parametrize(("rule", "cells", "most"), [(two_by_two, 4, 27), (three_by_two, 6, 12)])
def test_a_joint_ladder_of_two_dimensions_holds(rule, cells, most):
    assert leaks(rule, worlds_up_to(most, cells)) == 0


def exact_and_hidden(world: World) -> Hashable:
    """Hide cells under five, tell the exact total."""
    return sum(world), tuple(count if count >= SMALLEST_CELL else None for count in world)


def rounded_and_hidden(world: World) -> Hashable:
    """The same, all of it rounded."""
    return round_to_five(sum(world)), tuple(round_to_five(count) if count >= SMALLEST_CELL else None for count in world)


def smallest_neighbour_too(world: World) -> Hashable:
    """Where one cell is hidden, hide the smallest of the others as well, so that it can't be subtracted."""
    hidden = {place for place, count in enumerate(world) if count < SMALLEST_CELL}
    if len(hidden) == 1:
        hidden.add(min((count, place) for place, count in enumerate(world) if place not in hidden)[1])
    return sum(world), tuple(None if place in hidden else count for place, count in enumerate(world))


def greedy_merging(world: World) -> Hashable:
    """Merge the first small cell into its smaller neighbour until none is small."""
    groups = [(place,) for place in range(len(world))]

    def size(group):
        return sum(world[place] for place in group)

    while len(groups) > 1 and min(map(size, groups)) < SMALLEST_CELL:
        at = next(place for place, group in enumerate(groups) if size(group) < SMALLEST_CELL)
        beside = min((n for n in (at - 1, at + 1) if 0 <= n < len(groups)), key=lambda n: size(groups[n]))
        low, high = sorted((at, beside))
        groups[low : high + 1] = [groups[low] + groups[high]]
    return tuple((group, size(group)) for group in groups)


def gated_separately(world: World) -> Hashable:
    """Two breakdowns of the same people, each through a gate of its own (cells: two by two)."""
    rows, columns = (world[0] + world[1], world[2] + world[3]), (world[0] + world[2], world[1] + world[3])
    return sum(world), *(cells if min(cells) >= SMALLEST_CELL else None for cells in (rows, columns))


def quarters_and_year(world: World) -> Hashable:
    """Unique people of two quarters and of both together (cells: only the first, only the second, both)."""
    first, second, both = world
    return tuple(
        round_to_five(count) if count >= SMALLEST_CELL else None
        for count in (first + both, second + both, first + second + both)
    )


REJECTED = [
    (exact_and_hidden, 4),
    (rounded_and_hidden, 4),
    (smallest_neighbour_too, 4),
    (greedy_merging, 4),
    (gated_separately, 4),
    (quarters_and_year, 3),
]


@pytest.mark.once
@pytest.mark.parametrize(("rule", "cells"), REJECTED, ids=[rule.__name__ for rule, _cells in REJECTED])
def test_the_rejected_rules_leak(rule, cells):
    assert leaks(rule, worlds_up_to(MOST, cells)) > 0


# -- histories: people come late, are erased, get another birth year, and the figures are released again --------------

THREE_BANDS = [(13, 17)]  # which makes three cells: 0-12, 13-17, 18 and over
THREE_AGES = (9, 15, 20)


class Portal:
    """What the portal does: one table a half-year, when it is due, told in the same words ever after."""

    def __init__(self) -> None:
        self.fixed: dict[tuple[date, date], AgeTable] = {}

    def tell(self, world: World, days: int) -> Hashable:
        as_of = HALF.last + timedelta(days=days)
        if (HALF.first, HALF.last) in self.fixed:
            return self.fixed[HALF.first, HALF.last]
        return three_bands(world) if may_be_made(HALF, as_of, self.fixed) else None

    def keep(self, told: AgeTable | None) -> bool:
        is_new = told is not None and (HALF.first, HALF.last) not in self.fixed
        if is_new:
            self.fixed[HALF.first, HALF.last] = told
        return is_new


class MadeAgain:
    """Rejected: the same gate, but each release tells the table as it is by then, corrections included."""

    def tell(self, world: World, days: int) -> Hashable:
        return three_bands(world)

    def keep(self, told: AgeTable) -> bool:
        return True


@cache
def three_bands(world: World) -> AgeTable:
    return release_ages(dict(zip(THREE_AGES, world, strict=True)), THREE_BANDS)


cells = st.integers(0, 2)
corrections = st.one_of(
    st.tuples(st.just("add"), cells, st.just(0)),
    st.tuples(st.just("erase"), cells, st.just(0)),
    st.tuples(st.just("move"), cells, cells).filter(lambda event: event[1] != event[2]),
)


@st.composite
def histories(draw):
    """A half-year of at most 18 people, then releases over a year with corrections and erasures between them."""
    world = draw(st.tuples(*[st.integers(0, 7)] * 3).filter(lambda world: sum(world) <= 18))
    events, days = [], 0
    for _number in range(draw(st.integers(1, 3))):
        for kind, place, other in draw(st.lists(corrections, max_size=2)):
            now = list(world)
            for earlier in (event for event in events if event[0] != "release"):
                _apply(now, earlier)
            if kind == "add" or now[place]:
                events.append((kind, place, other))
        days += draw(st.integers(0, 90))
        events.append(("release", days, 0))
    return world, events


def _apply(world: list[int], event: tuple[str, int, int]) -> None:
    kind, place, other = event
    world[place] += 1 if kind == "add" else -1
    if kind == "move":
        world[other] += 1


@pytest.mark.once
@settings(max_examples=2000, derandomize=True, deadline=None, database=None)
@given(histories())
def test_two_thousand_histories_with_corrections_and_erasures_tell_nothing(history):
    world, events = history
    assert not history_leaks(world, events, Portal())


def test_a_table_that_is_made_again_after_a_correction_leaks():
    told = ("release", 31, 0)
    assert history_leaks((6, 4, 7), [told, ("add", 1, 0), ("release", 62, 0)], MadeAgain())
    assert not history_leaks((6, 4, 7), [told, ("add", 1, 0), ("release", 62, 0)], Portal())


# -- the parts ---------------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.integers(-1, 90), st.integers(1, 40)), st.sampled_from([BANDS, BANDS[1:3], []]))
def test_release_ages_shows_all_cells_of_one_level_or_none(people_by_age, bands):
    table = release_ages(people_by_age, bands)

    assert all(people % 5 == 0 and people >= 5 for _lowest, _highest, people in table.rows)
    assert (table.total is None) == (sum(people_by_age.values()) < SMALLEST_CELL)
    if table.rows:
        level = [(lowest, highest) for lowest, highest, _people in table.rows]
        assert level in age_levels(bands)
        for lowest, highest, people in table.rows:
            cell = sum(n for age, n in people_by_age.items() if lowest <= max(age, 0) <= (highest or 200))
            assert cell >= SMALLEST_CELL
            assert abs(cell - people) <= 2


def test_release_ages_goes_one_level_up_when_a_cell_is_small():
    assert release_ages({9: 7, 15: 6, 20: 5, 40: 12}, BANDS) == AgeTable(
        total=30, rows=((0, 12, 5), (13, 17, 5), (18, 24, 5), (25, None, 10))
    )
    assert release_ages({9: 7, 15: 4, 20: 5, 40: 12}, BANDS) == AgeTable(total=30, rows=((0, 17, 10), (18, None, 15)))
    assert release_ages({9: 2, 20: 8}, BANDS) == AgeTable(total=10)
    assert release_ages({9: 4}, BANDS) == AgeTable(total=None)


@given(
    st.lists(st.integers(0, 60), max_size=5, unique=True).map(sorted),
    st.booleans(),
)
def test_age_levels_give_every_age_exactly_one_cell(edges, is_open):
    bands = [(low, high - 1) for low, high in pairwise(edges)]
    bands += [(edges[-1], None)] if edges and is_open else []
    for level in age_levels(bands):
        for age in range(100):
            assert sum(low <= age <= (999 if high is None else high) for low, high in level) == 1


def test_bands_that_overlap_fall_back_to_the_coarse_level():
    assert age_levels([(13, 17)])[0] == [(0, 12), (13, 17), (18, None)]
    assert age_levels([(6, 12), (13, 17), (25, None)])[0] == [(0, 5), (6, 12), (13, 17), (18, 24), (25, None)]
    assert age_levels([(6, 15), (13, 17)])[0] == [(0, 17), (18, None)]


def test_is_small_total_begins_below_ten():
    assert [is_small_total(people) for people in (0, 9, 10)] == [True, True, False]


@pytest.mark.parametrize(
    ("people", "period", "has_own_target", "why"),
    [
        (9, YEAR, True, "small"),
        (10, YEAR, True, None),
        (10, HALF, True, None),
        (None, YEAR, True, None),
        (40, YEAR, False, "period"),
        (40, Period(date(2025, 7, 1), date(2025, 9, 30), "quarter"), True, "period"),
    ],
)
def test_an_own_total_is_told_in_its_own_period_from_ten_up(people, period, has_own_target, why):
    assert why_withheld(people, period=period, has_own_target=has_own_target) == why


def test_a_share_of_people_needs_a_large_base_and_a_part_that_is_told():
    assert [may_tell_share(10, 20), may_tell_share(9, 20), may_tell_share(10, 19)] == [True, False, False]


def test_a_table_waits_thirty_days_and_belongs_to_a_whole_half_year():
    assert [is_due(HALF, HALF.last + WAIT + timedelta(days=days)) for days in (-1, 0, 400)] == [False, True, True]
    assert not is_due(YEAR, YEAR.last + WAIT)
    cut = Period(date(2025, 7, 1), date(2025, 9, 12), "half")
    assert not is_due(cut, date(2026, 1, 1))


def test_no_two_tables_share_a_day():
    as_of = date(2026, 6, 1)
    assert may_be_made(HALF, as_of, {(date(2025, 1, 1), date(2025, 6, 30)): None})
    assert not may_be_made(HALF, as_of, {(date(2025, 2, 1), date(2025, 7, 1)): None})
    assert not may_be_made(HALF, as_of, {(HALF.first, HALF.last): None})


def test_the_registry_holds_what_may_be_told_and_no_more():
    assert {code: bool(table.paths) for code, table in TABLES.items()} == {"own_total": True, "ages": True}
