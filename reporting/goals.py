"""The goal hierarchy of a plan: read as trees, put away and taken out again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Plan
from partners.models import FocusArea
from reporting.models import Goal, Indicator


@dataclass(frozen=True)
class GoalTree:
    """The goals in use, each before what stands below it, areas by position.

    What hung below a goal that was put away has moved up to the next one above: `parent` says where.
    """

    goals: list[Goal]
    everything: dict[int, Goal]

    def in_use(self, goal_id: int | None) -> Goal | None:
        """The goal itself, or the first one above it that is in use."""
        seen: set[int] = set()
        while goal_id in self.everything and goal_id not in seen:
            seen.add(goal_id)
            goal = self.everything[goal_id]
            if goal.removed_at is None:
                return goal
            goal_id = goal.parent_id
        return None


def load_goals(plan: Plan) -> GoalTree:
    """One query."""
    everything = {goal.pk: goal for goal in Goal.objects.filter(plan=plan).select_related("focus_area")}
    tree = GoalTree([], everything)
    children: dict[int | None, list[Goal]] = defaultdict(list)
    above = {goal.pk: tree.in_use(goal.parent_id) for goal in everything.values()}
    for goal in everything.values():
        if goal.removed_at is None:
            goal.parent = above[goal.pk]
            children[goal.parent_id].append(goal)

    def read(goals: Iterable[Goal]) -> None:
        for goal in sorted(goals, key=lambda goal: (goal.focus_area.position, goal.level, goal.pk)):
            tree.goals.append(goal)
            read(children[goal.pk])

    read(children[None])
    return tree


def depth_of(goal: Goal) -> int:
    """How many goals stand above it; `goal` is one of a tree's."""
    return 0 if goal.parent is None else 1 + depth_of(goal.parent)


@dataclass
class Node:
    """A goal with the indicators right below it; `depth` 0 is the top of its focus area."""

    goal: Goal
    depth: int
    indicators: list[Indicator] = field(default_factory=list)


@dataclass
class Branch:
    """Everything under one focus area in reading order, and the indicators that hang under no goal."""

    area: FocusArea
    nodes: list[Node]
    loose: list[Indicator]


def branches(plan: Plan, areas: Sequence[FocusArea], indicators: Iterable[Indicator]) -> list[Branch]:
    """The hierarchy of every focus area with its indicators."""
    tree = load_goals(plan)
    nodes = {goal.pk: Node(goal, depth_of(goal)) for goal in tree.goals}
    loose: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in indicators:
        goal = tree.in_use(indicator.goal_id)
        place = nodes[goal.pk].indicators if goal else loose[indicator.focus_area_id]
        place.append(indicator)
    return [
        Branch(area, [node for node in nodes.values() if node.goal.focus_area_id == area.pk], loose[area.pk])
        for area in areas
    ]


def put_away(*, goal: Goal, now: datetime) -> None:
    """Out of use; nothing below it is touched. Undone by `take_out`."""
    Goal.objects.filter(pk=goal.pk, removed_at__isnull=True).update(removed_at=now)


def take_out(*, goal: Goal) -> None:
    Goal.objects.filter(pk=goal.pk).update(removed_at=None)


def plain_goals(tree: GoalTree) -> list[dict[str, str | None]]:
    """The goals in reading order for a figure set: numbered from 1, so that no key of a row leaves the database."""
    numbers = {goal.pk: str(place) for place, goal in enumerate(tree.goals, start=1)}
    return [
        {
            "id": numbers[goal.pk],
            "parent": numbers[goal.parent.pk] if goal.parent else None,
            "area": str(goal.focus_area.position),
            "kind": goal.kind,
            "text": goal.text,
        }
        for goal in tree.goals
    ]


def plain_goal_of(tree: GoalTree, indicator: Indicator) -> str | None:
    """The number in `plain_goals` of the goal that an indicator belongs to."""
    goal = tree.in_use(indicator.goal_id)
    return str(tree.goals.index(goal) + 1) if goal else None
