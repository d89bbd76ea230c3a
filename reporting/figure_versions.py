"""Older figure sets, read as if they were made today: what they do not hold is filled in with "not told".

Nothing is computed again. A release keeps its own text and fingerprint; only what a page reads gets the newer keys.
"""

from reporting.measures import MEASURES
from reporting.models import Measure
from reporting.plain import Plain
from reporting.status import Accumulation


def as_newest(figure_set: Plain) -> Plain:
    """The same figure set in the newest shape. Changes and returns what it is given."""
    figure_set.setdefault("goals", [])
    figure_set.setdefault("milestones", [])
    step = "month" if figure_set["period"]["kind"] != "plan" else "quarter"
    for row in figure_set["indicators"]:
        for key, value in _MISSING.items():
            row.setdefault(key, value)
        # Version 1 took the latest of every typed-in value, and judged counts before their period was over.
        rule = Accumulation.LATEST if row["typed_in"] else MEASURES[row["measure"]].accumulation
        row.setdefault("accumulation", rule.value)
        for key in ("parts", "breaks", "waiting", "ended", "made_of"):
            row.setdefault(key, [])
        row.setdefault("of_area", row["measure"] == Measure.REGISTER)
        row.setdefault("basis", MEASURES[row["measure"]].basis.value)
    for row in figure_set["activities"]:
        row.setdefault("weeks", None)
    for row in [*figure_set["indicators"], *figure_set["activities"]]:
        trend = row["trend"]
        trend.setdefault("step", None if trend["kind"] == "measured" else step)
        trend.setdefault("before", None)
        trend.setdefault("expected", None)
    return figure_set


_MISSING: Plain = {
    "too_early": False, "estimated": False, "goal": None, "planned": None, "judgement": None, "why_none": None,
    "theme": "", "weekdays": "", "ages": None,
}  # fmt: skip
