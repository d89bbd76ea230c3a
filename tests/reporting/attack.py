"""An observer who knows the code: replays it on every possible world and keeps the worlds that fit what was published.

A *world* is how many people each crossed cell holds. A *rule* turns a world into what is published. A cell *leaks* when
its possible values neither span 0 to 2 or more, nor all reach `SMALLEST_CELL`; what the observer knew before anything
was published (the exact number of people, who was added when) is not the rule's fault and is taken off.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import combinations_with_replacement, pairwise
from typing import Protocol

from reporting.disclosure import SMALLEST_CELL

World = tuple[int, ...]
Rule = Callable[[World], Hashable]


def worlds_of(people: int, cells: int) -> Iterator[World]:
    """Every way to spread exactly that many people over the cells."""
    for bars in combinations_with_replacement(range(people + 1), cells - 1):
        edges = (0, *bars, people)
        yield tuple(after - before for before, after in pairwise(edges))


def worlds_up_to(people: int, cells: int) -> Iterator[World]:
    for number in range(people + 1):
        yield from worlds_of(number, cells)


def is_known(values: Iterable[int]) -> bool:
    """Does the observer know too much about a cell with these possible values?"""
    values = list(values)
    return not (min(values) == 0 and max(values) >= 2) and min(values) < SMALLEST_CELL


def known_cells(worlds: Iterable[World]) -> set[int]:
    return {place for place, values in enumerate(zip(*worlds, strict=True)) if is_known(values)}


def leaks(rule: Rule, worlds: Iterable[World], *, knowing: Rule = lambda world: None) -> int:
    """How many published tables tell the observer about a cell what `knowing` alone did not."""
    before, after = defaultdict(list), defaultdict(list)
    for world in worlds:
        before[knowing(world)].append(world)
        after[knowing(world), rule(world)].append(world)
    prior = {known: known_cells(possible) for known, possible in before.items()}
    return sum(bool(known_cells(possible) - prior[known]) for (known, _told), possible in after.items())


# -- histories ---------------------------------------------------------------------------------------------------------

# Kind, and the cells, which only the truth knows; of a "release" the days since the half-year ended, which all know.
Event = tuple[str, int, int]


def outcomes(world: World, kind: str) -> Iterator[World]:
    """What a world may become by an event of that kind, whichever cells it was about."""
    for place in range(len(world)):
        if kind == "add":
            yield changed(world, place, 1)
        elif world[place]:
            fewer = changed(world, place, -1)
            if kind == "erase":
                yield fewer
            else:
                yield from (changed(fewer, other, 1) for other in range(len(world)) if other != place)


def changed(world: World, place: int, by: int) -> World:
    return (*world[:place], world[place] + by, *world[place + 1 :])


def happen(world: World, event: Event) -> World:
    """The truth."""
    kind, place, other = event
    if kind == "add":
        return changed(world, place, 1)
    if not world[place]:
        raise ValueError("nobody is there")
    fewer = changed(world, place, -1)
    return fewer if kind == "erase" else changed(fewer, other, 1)


class Publisher(Protocol):
    """What is told at a release, and what the publisher must remember of it: only what it has told.

    `keep` says whether it was made of the people as they are now; the same words told again are about those of then.
    """

    def tell(self, world: World, days: int) -> Hashable: ...
    def keep(self, told: Hashable) -> bool: ...


def history_leaks(truth: World, events: Sequence[Event], publisher: Publisher) -> bool:
    """Does the observer learn a cell of a world that was published about, from all that was published in the end?

    He knows how many people there were at first, and of every event all but its cells. What the publisher remembers he
    knows too, for it was told; so he can ask it at each release what it would have told of each world.
    """
    layers = [set(worlds_of(sum(truth), len(truth)))]
    priors = [set(layers[0])]
    published = []
    for event in events:
        kind, days, _other = event
        if kind == "release":
            told = publisher.tell(truth, days)
            layers.append({world for world in layers[-1] if publisher.tell(world, days) == told})
            priors.append(priors[-1])
            if publisher.keep(told):
                published.append(len(layers) - 1)
        else:
            truth = happen(truth, event)
            layers.append({new for world in layers[-1] for new in outcomes(world, kind)})
            priors.append({new for world in priors[-1] for new in outcomes(world, kind)})
    # Back again: a world that leads to none of those that fit the end did not happen.
    for number in reversed(range(len(events))):
        kind, after = events[number][0], layers[number + 1]
        if kind == "release":
            layers[number] = after
        else:
            layers[number] = {world for world in layers[number] if any(new in after for new in outcomes(world, kind))}
    return any(known_cells(layers[place]) - known_cells(priors[place]) for place in published)
