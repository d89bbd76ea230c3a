"""The goal hierarchy as the follow-up page says it, from a figure set alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reporting.models import GoalKind

Plain = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class GoalLine:
    """A sentence of the agreement above the indicators that tell about it."""

    kind: str
    text: str


def under_goals(rows: Iterable[Plain], figure_set: Plain) -> list[tuple[Plain, list[GoalLine]]]:
    """The indicators in the order of the goals that they belong to, those under none first; each with the sentences
    that come before it and have not been said. A release from before there were goals has none."""
    goals = {goal["id"]: goal for goal in figure_set.get("goals", [])}
    places = {None: -1} | {goal_id: place for place, goal_id in enumerate(goals)}
    said: set[str] = set()
    found = []
    for row in sorted(rows, key=lambda row: places[row.get("goal")]):
        lines: list[GoalLine] = []
        goal_id = row.get("goal")
        while goal_id is not None and goal_id not in said:
            said.add(goal_id)
            goal = goals[goal_id]
            lines.insert(0, GoalLine(kind=str(GoalKind(goal["kind"]).label), text=goal["text"]))
            goal_id = goal["parent"]
        found.append((row, lines))
    return found
