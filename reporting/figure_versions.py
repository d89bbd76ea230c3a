"""Older figure sets, read as if they were made today: what they do not hold is filled in with "not told".

Nothing is computed again. A release keeps its own text and fingerprint; only what a page reads gets the newer keys.
"""

from typing import Any

from reporting.measures import MEASURES
from reporting.status import Accumulation

Plain = dict[str, Any]

# Keys that came without another version, and what their absence means.
ADDED: dict[str, Any] = {"goal": None, "estimated": False, "waiting": []}


def as_newest(figure_set: Plain) -> Plain:
    """The same figure set in the newest shape. Changes and returns what it is given."""
    if figure_set["version"] == "1":
        _from_1(figure_set)
    for row in figure_set["indicators"]:
        for key, absent in ADDED.items():
            row.setdefault(key, absent)
    return figure_set


def _from_1(figure_set: Plain) -> None:
    """Version 1 took the latest of every typed-in value, and judged counts before their period was over."""
    for row in figure_set["indicators"]:
        is_typed_in = row["typed_in"]
        row["accumulation"] = str(Accumulation.LATEST if is_typed_in else MEASURES[row["measure"]].accumulation)
        row["too_early"] = False
        row["parts"] = []
    step = "month" if figure_set["period"]["kind"] != "plan" else "quarter"
    for row in [*figure_set["indicators"], *figure_set["activities"]]:
        row["trend"]["step"] = None if row["trend"]["kind"] == "measured" else step
