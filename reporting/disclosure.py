"""The gate that every figure about *people* passes before it leaves the team (design §4, research on disclosure).

What may be released, and nothing else:

- Totals of sessions and visits, as they are, at any time grain.
- An indicator's own total of unique people in its own target period: exact from 10 up, else "under 10".
- For a closed half-year: one table of people by age, by the joint ladder below.

The ladder: levels in a fixed order that does not look at the data, finest first; a level is shown only where *every*
cell holds at least `SMALLEST_CELL` people, zeros counting as small; else the next; else the total alone; below the
smallest cell nothing at all. Each shown figure, the total too, is rounded by itself to the nearest five. Hiding only
the small cells, or merging greedily, lets an observer who knows this code work the hidden figures out again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SMALLEST_TOTAL = 10
SMALLEST_CELL = 5
ROUND_TO = 5

Band = tuple[int, int | None]


@dataclass(frozen=True)
class AgeTable:
    """What may be shown of a half-year's people: a rounded total, and the rows if their level passed."""

    total: int | None
    rows: tuple[tuple[int, int | None, int], ...] = ()


def round_to_five(number: int) -> int:
    """To the nearest five; halves cannot occur."""
    return ROUND_TO * round(number / ROUND_TO)


def is_small_total(people: int) -> bool:
    """True when an indicator's own total of people may only be told as "under 10"."""
    return people < SMALLEST_TOTAL


def age_levels(bands: Sequence[Band]) -> list[list[Band]]:
    """The fixed order of levels: the plan's own bands, then under 18 and from 18. Depends on no person."""
    coarse: list[Band] = [(0, 17), (18, None)]
    return [_without_gaps(bands), coarse] if bands else [coarse]


def _without_gaps(bands: Sequence[Band]) -> list[Band]:
    """The plan's bands, with the ages between and around them, so that every person falls in exactly one cell."""
    cells: list[Band] = []
    next_age = 0
    for lowest, highest in sorted(bands, key=lambda band: band[0]):
        if lowest < next_age:  # bands that overlap cannot be a table
            return [(0, 17), (18, None)]
        if lowest > next_age:
            cells.append((next_age, lowest - 1))
        cells.append((lowest, highest))
        if highest is None:
            return cells
        next_age = highest + 1
    return [*cells, (next_age, None)]


def release_ages(people_by_age: Mapping[int, int], bands: Sequence[Band]) -> AgeTable:
    """One closed half-year's people by age, through the ladder. `people_by_age`: age → number of people."""
    total = sum(people_by_age.values())
    if total < SMALLEST_CELL:
        return AgeTable(total=None)
    for level in age_levels(bands):
        counts = [_in_band(people_by_age.items(), band) for band in level]
        if min(counts) >= SMALLEST_CELL:
            rows = tuple(
                (lowest, highest, round_to_five(count)) for (lowest, highest), count in zip(level, counts, strict=True)
            )
            return AgeTable(total=round_to_five(total), rows=rows)
    return AgeTable(total=round_to_five(total))


def _in_band(ages: Iterable[tuple[int, int]], band: Band) -> int:
    lowest, highest = band
    return sum(count for age, count in ages if age >= lowest and (highest is None or age <= highest))
