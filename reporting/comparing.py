"""Two tellings of one indicator, each in its own figure set: may they be compared, and with which target?"""

from reporting.models import Measure
from reporting.plain import Plain

COUNTED_BY = ("measure", "typed_in", "basis", "format", "theme", "weekdays", "ages", "made_of")


def is_alike(row: Plain, figure_set: Plain, before: Plain, previous: Plain) -> bool:
    """True where both figures are counted by the same rule, so that their difference says something.

    A figure that was not there yet is no other way of counting. Neither is an activity that was renamed or is new.
    """
    if row["measure"] != before["measure"]:
        return False
    if any(told["value"] is None and not told["withheld"] for told in (row, before)):
        return True
    if any(row[key] != before[key] for key in COUNTED_BY):
        return False
    if row["measure"] == Measure.UNIQUE_AT_LEAST and row["at_least_times"] != before["at_least_times"]:
        return False
    if row["measure"] == Measure.BASELINE_CHANGE and row["baseline"] != before["baseline"]:
        return False
    if any(change["on"] > previous["as_of"] for change in row["breaks"]):
        return False
    return not _moved(row, figure_set, before, previous)


def _moved(row: Plain, figure_set: Plain, before: Plain, previous: Plain) -> bool:
    """An activity that is in both figure sets counts in one of them only."""
    if row["activities"] is None or before["activities"] is None:
        return row["activities"] != before["activities"]
    now, then = set(row["activities"]), set(before["activities"])
    known_now, known_then = ({line["activity"] for line in told["activities"]} for told in (figure_set, previous))
    return bool((now - then) & known_then or (then - now) & known_now)


def is_moved_target(then: Plain, now: Plain) -> bool:
    """True where both were held up against a target, and not the same."""
    if then["target"] is None or now["target"] is None:
        return False
    return (then["target"], then["target_high"]) != (now["target"], now["target_high"])
