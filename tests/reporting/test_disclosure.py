"""The gate, attacked by an observer who knows the code and replays it on every possible world."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.disclosure import (
    SMALLEST_CELL,
    AgeTable,
    age_levels,
    is_small_total,
    release_ages,
    round_to_five,
)

BANDS = [(0, 12), (13, 17), (18, 24), (25, None)]
AGE_IN_BAND = (9, 15, 20, 40)
MOST = 27  # people in an exhaustive world: every total that is published is a whole set of totals

Rule = Callable[[tuple[int, ...]], object]


def gate(world: tuple[int, ...]) -> object:
    return release_ages(dict(zip(AGE_IN_BAND, world, strict=True)), BANDS)


def hide_small_cells(world: tuple[int, ...]) -> object:
    """The usual rule: exact total, cells under five hidden."""
    return sum(world), tuple(count if count >= SMALLEST_CELL else None for count in world)


def hide_and_round(world: tuple[int, ...]) -> object:
    return round_to_five(sum(world)), tuple(round_to_five(count) if count >= SMALLEST_CELL else None for count in world)


def worlds() -> Iterator[tuple[int, ...]]:
    """Every way to spread at most `MOST` people over the cells."""
    for first, second, third in product(range(MOST + 1), repeat=3):
        for fourth in range(MOST + 1 - first - second - third):
            yield first, second, third, fourth


def leaks(rule: Rule) -> int:
    """How many published tables pin a cell down: its possible values neither span 0 to 2 or more, nor all reach k."""
    possible: dict[object, list[set[int]]] = defaultdict(lambda: [set() for _ in BANDS])
    for world in worlds():
        for values, count in zip(possible[rule(world)], world, strict=True):
            values.add(count)
    return sum(
        any(not (min(values) == 0 and max(values) >= 2) and min(values) < SMALLEST_CELL for values in cells)
        for cells in possible.values()
    )


def test_release_ages_tells_an_observer_who_replays_it_nothing_about_a_small_cell():
    assert leaks(gate) == 0


@pytest.mark.parametrize("rejected", [hide_small_cells, hide_and_round])
def test_leaks_are_found_in_the_rejected_rules(rejected):
    assert leaks(rejected) > 0


@given(st.dictionaries(st.integers(0, 90), st.integers(1, 40)), st.sampled_from([BANDS, BANDS[1:3], []]))
def test_release_ages_shows_all_cells_of_one_level_or_none(people_by_age, bands):
    table = release_ages(people_by_age, bands)

    assert all(people % 5 == 0 and people >= 5 for _lowest, _highest, people in table.rows)
    assert (table.total is None) == (sum(people_by_age.values()) < SMALLEST_CELL)
    if table.rows:
        level = [(lowest, highest) for lowest, highest, _people in table.rows]
        assert level in age_levels(bands)
        for lowest, highest, people in table.rows:
            cell = sum(n for age, n in people_by_age.items() if lowest <= age <= (highest or 200))
            assert cell >= SMALLEST_CELL
            assert abs(cell - people) <= 2


def test_release_ages_goes_one_level_up_when_a_cell_is_small():
    assert release_ages({9: 7, 15: 6, 20: 5, 40: 12}, BANDS) == AgeTable(
        total=30, rows=((0, 12, 5), (13, 17, 5), (18, 24, 5), (25, None, 10))
    )
    assert release_ages({9: 7, 15: 4, 20: 5, 40: 12}, BANDS) == AgeTable(total=30, rows=((0, 17, 10), (18, None, 15)))
    assert release_ages({9: 2, 20: 8}, BANDS) == AgeTable(total=10)
    assert release_ages({9: 4}, BANDS) == AgeTable(total=None)


def test_age_levels_give_every_age_exactly_one_cell():
    assert age_levels([(13, 17)])[0] == [(0, 12), (13, 17), (18, None)]
    assert age_levels([(6, 12), (13, 17), (25, None)])[0] == [(0, 5), (6, 12), (13, 17), (18, 24), (25, None)]
    assert age_levels([(6, 15), (13, 17)])[0] == [(0, 17), (18, None)]


def test_is_small_total_begins_below_ten():
    assert [is_small_total(people) for people in (0, 9, 10)] == [True, True, False]
