"""The gate that every figure about *people* passes before it leaves the team (design §4, research on disclosure).

`TABLES` lists what may be told of people, and nothing else may. Sessions and visits are told as they are: they count
evenings and how often somebody came, never who. A number of residents that the team types in is told like one that is
counted here: as a target's own total, never as the entries on its way.

The one breakdown is a half-year's people by age, by the joint ladder below: levels in a fixed order that does not look
at the data, finest first; a level is shown only where *every* crossed cell holds at least `SMALLEST_CELL` people, zeros
counting as small; else the next; else the total alone; below the smallest cell nothing at all. Each shown figure, the
total too, is rounded by itself to the nearest five. Hiding only the small cells, or merging greedily, lets an observer
who knows this code work the hidden figures out again.

A table is fixed the first time it is released, `WAIT` after its half-year, and is told in the same words ever after:
were it made again after one late correction, the observer would know which cell had held four. Two tables never share
a day, not even after somebody has moved the plan's dates.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.periods import Period

SMALLEST_TOTAL = 10
SMALLEST_CELL = 5
SMALLEST_BASE = 20  # of a share of people
ROUND_TO = 5
GRAIN = "half"  # the one grain of time of every breakdown: never a year, a quarter or a running total beside it
WAIT = timedelta(days=30)
SHORTEST = timedelta(days=170)  # a half-year that the plan's end has cut to months tells of no people

Band = tuple[int, int | None]
Span = tuple[date, date]
Rung = tuple[Sequence[Band], ...]  # one partition for each dimension


@dataclass(frozen=True, kw_only=True)
class PeopleTable:
    """One kind of figure about people that may leave the team. `paths`: where it stands in a figure set."""

    code: str
    name: Promise
    rule: Promise
    paths: tuple[str, ...]


TABLES: dict[str, PeopleTable] = {
    table.code: table
    for table in (
        PeopleTable(
            code="own_total",
            name=_("A target's own number of people"),
            rule=_(
                "Counted or typed in: only in the period that the target is set for, half a year or longer. Exact from "
                "10, else “under 10”. A share of people only where both numbers may be told themselves, the whole is "
                "at least 20 and the part at least 10. Targets that count some ages only: never."
            ),
            paths=tuple(
                f"indicators[].{field}"
                for field in (
                    "value",
                    "value_max",
                    "withheld",
                    "status",
                    "expected",
                    "missing",
                    "needed_mean",
                    "too_early",
                )
            ),
        ),
        PeopleTable(
            code="ages",
            name=_("People by age"),
            rule=_(
                "Once for each half-year, fixed 30 days after it ends. Shown only when every group holds at least 5, "
                "and rounded to the nearest 5."
            ),
            paths=("ages",),
        ),
    )
}


# -- an indicator's own total ------------------------------------------------------------------------------------------


def is_small_total(people: int) -> bool:
    """True when an indicator's own total of people may only be told as "under 10"."""
    return people < SMALLEST_TOTAL


def why_withheld(people: int | None, *, period: Period, has_own_target: bool) -> str | None:
    """Why an indicator's own total may not be told: "period", "small", or None when it may."""
    if not has_own_target or period.last - period.first < SHORTEST:
        return "period"
    return "small" if people is not None and is_small_total(people) else None


def may_tell_share(part: int, whole: int) -> bool:
    """Are the numbers of a share of people large enough? Each that counts people must also be told itself."""
    return whole >= SMALLEST_BASE and not is_small_total(part)


# -- the ladder --------------------------------------------------------------------------------------------------------


class Margins(NamedTuple):
    """What the ladder lets through: a rounded total (None: nothing), and the margins of the rung that passed."""

    total: int | None
    rung: Rung | None = None
    margins: tuple[tuple[int, ...], ...] = ()  # one for each dimension, in the order of its cells


def round_to_five(number: int) -> int:
    """To the nearest five; halves cannot occur."""
    return ROUND_TO * round(number / ROUND_TO)


def climb(people: Mapping[tuple[int, ...], int], ladder: Sequence[Rung]) -> Margins:
    """The first rung whose every crossed cell is large enough. `people`: a value for each dimension → how many."""
    total = sum(people.values())
    if total < SMALLEST_CELL:
        return Margins(total=None)
    for rung in ladder:
        crossed = Counter[tuple[int, ...]]()
        for values, count in people.items():
            crossed[tuple(_cell(value, cells) for value, cells in zip(values, rung, strict=True))] += count
        if all(crossed[cell] >= SMALLEST_CELL for cell in product(*(range(len(cells)) for cells in rung))):
            margins = tuple(
                tuple(
                    round_to_five(sum(count for cell, count in crossed.items() if cell[dimension] == place))
                    for place in range(len(cells))
                )
                for dimension, cells in enumerate(rung)
            )
            return Margins(total=round_to_five(total), rung=rung, margins=margins)
    return Margins(total=round_to_five(total))


def _cell(value: int, cells: Sequence[Band]) -> int:
    """Which of the cells holds the value; the cells of a rung leave no gap."""
    return next(place for place, (low, high) in enumerate(cells) if value >= low and (high is None or value <= high))


# -- a half-year's people by age ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AgeTable:
    """What may be shown of a half-year's people: a rounded total, and the rows if their level passed."""

    total: int | None
    rows: tuple[tuple[int, int | None, int], ...] = ()


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
    # Somebody typed in with a birth year to come is 0 years old, not nobody: a person in no cell would be a leak.
    people = Counter[tuple[int, ...]]()
    for age, count in people_by_age.items():
        people[max(age, 0),] += count
    found = climb(people, [(level,) for level in age_levels(bands)])
    if found.rung is None:
        return AgeTable(total=found.total)
    rows = tuple((low, high, count) for (low, high), count in zip(found.rung[0], found.margins[0], strict=True))
    return AgeTable(total=found.total, rows=rows)


def is_due(period: Period, as_of: date) -> bool:
    """May this period's table be told on that day? Long over, and of the one grain."""
    is_whole = period.last - period.first >= SHORTEST
    return period.kind == GRAIN and is_whole and period.last + WAIT <= as_of


def may_be_made(period: Period, as_of: date, fixed: Mapping[Span, object]) -> bool:
    """Is this the first table of these days? `fixed`: the half-years whose table is told already."""
    is_first = all(period.last < first or last < period.first for first, last in fixed)
    return is_first and is_due(period, as_of)
