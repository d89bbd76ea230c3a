"""The goal hierarchy in a target sheet: columns from the vision down to the success criterion."""

from collections import defaultdict
from typing import Any

from accounts.models import Plan
from jobs.sheets import SheetField, text_reader
from jobs.values import match_key
from partners.models import FocusArea
from reporting.models import Goal, GoalKind

Chain = tuple[tuple[str, str], ...]  # kind and wording, from the top down

GOAL_FIELDS = {
    GoalKind.VISION: SheetField("Vision", text_reader(1000), synonyms=("Visionen",)),
    GoalKind.GOAL: SheetField(
        "Overordnet mål", text_reader(1000), synonyms=("Hovedmål", "Overordnede mål", "Målsætning", "Mål")
    ),
    GoalKind.SUBGOAL: SheetField("Delmål", text_reader(1000)),
    GoalKind.CRITERION: SheetField("Succeskriterium", text_reader(1000), synonyms=("Succeskriterier",)),
}


def read_chain(values: dict[str, Any]) -> Chain:
    """What a row says of the hierarchy, blank levels left out."""
    return tuple((kind.value, values[kind]) for kind in GOAL_FIELDS if values.get(kind))


class GoalShelf:
    """The plan's goals by what they say, and what a sheet brings: each sentence is written once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.by_words: dict[tuple[int, str, str], list[Goal]] = defaultdict(list)
        for goal in Goal.objects.filter(plan=plan).select_related("parent__parent__parent").order_by("pk"):
            self.by_words[self._words(goal.focus_area_id, goal.kind, goal.text)].append(goal)
        self.new: list[Goal] = []
        self.changed: list[Goal] = []

    def find(self, area: FocusArea, chain: Chain) -> Goal | None:
        """The goal at the end of a chain. It and those above it are made where they are missing."""
        above: Goal | None = None
        for kind, text in chain:
            goal = self._stored(area, kind, text, above)
            if goal is None:
                goal = Goal(plan=self.plan, focus_area=area, kind=kind, parent=above, text=text)
                self.by_words[self._words(area.pk, kind, text)].append(goal)
                self.new.append(goal)
            above = goal
        return above

    def _stored(self, area: FocusArea, kind: str, text: str, above: Goal | None) -> Goal | None:
        """The same words below the same sentence. A blank level says nothing, so it also matches what has been hung
        somewhere by hand; and what hangs nowhere is hung where the sheet says."""
        same = self.by_words[self._words(area.pk, kind, text)]
        goal = next((goal for goal in same if above is None or above in ancestors(goal)), None)
        if goal is None:
            goal = next((goal for goal in same if goal.parent is None), None)
            if goal is not None:
                goal.parent = above
                self._change(goal)
        if goal is not None and goal.removed_at is not None:
            goal.removed_at = None
            self._change(goal)
        return goal

    def _change(self, goal: Goal) -> None:
        if goal not in self.new and goal not in self.changed:
            self.changed.append(goal)

    def write(self) -> None:
        """From the top down, each after the one above it."""
        for goal in (*self.new, *self.changed):
            goal.parent = goal.parent  # Django takes over the key of one that was saved a moment ago
            goal.save()

    @staticmethod
    def _words(area_id: int, kind: str, text: str) -> tuple[int, str, str]:
        return area_id, str(kind), match_key(text)


def ancestors(goal: Goal) -> list[Goal]:
    above = []
    while goal.parent is not None:
        goal = goal.parent
        above.append(goal)
    return above
