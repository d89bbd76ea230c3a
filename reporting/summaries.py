"""What a page over many plans needs of a release: a few numbers, kept beside the text when it is frozen.

The nightly recount says when a summary is not of its text.
"""

from collections import Counter

from reporting.models import Measure
from reporting.plain import Plain


def summarise(figure_set: Plain) -> Plain:
    """The targets by area and status as the follow-up page judges them, sessions held, visits, and what is logged."""
    judged = [row for row in figure_set["indicators"] if row["status"] and row["measure"] != Measure.MILESTONE]
    counts = figure_set["completeness"]
    return {
        "areas": [
            {
                "position": int(area["position"]),
                "name": area["name"],
                "name_en": area["name_en"],
                "targets": dict(Counter(row["status"] for row in judged if row["area"] == area["position"])),
            }
            for area in figure_set["areas"]
        ],
        **{key: int(counts[key]) for key in ("held", "visits", "logged", "due")},
    }
