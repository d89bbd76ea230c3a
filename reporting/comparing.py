"""Two tellings of one indicator, each in its own figure set: may they be compared, and has it got better?"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reporting.models import Measure
from reporting.plain import Plain, number
from reporting.status import SEVERITY

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


def compare(row: Plain, figure_set: Plain, before: Plain, previous: Plain, *, is_same_period: bool = True) -> Plain:
    """One indicator then and now. A difference is told only where both are about the same period, and counted alike."""
    alike = is_alike(row, figure_set, before, previous)
    change = None
    if is_same_period and alike and row["value"] is not None and before["value"] is not None:
        change = number(Decimal(row["value"]) - Decimal(before["value"]))
    return {
        "code": row["code"],
        "then": _told(before),
        "now": _told(row),
        "change": change,
        "turn": _turn(before["status"], row["status"]) if alike else None,
        "is_alike": alike,
    }


def _told(row: Plain) -> Plain:
    keys = ("value", "value_max", "withheld", "target", "target_high", "status", "measure", "unit")
    return {key: row[key] for key in keys}


def _turn(then: str | None, is_now: str | None) -> str | None:
    """Has the status become better or worse? None where one of the two says nothing."""
    order = [str(status) for status in SEVERITY]
    if then not in order or is_now not in order:
        return None
    change = order.index(is_now) - order.index(then)
    return "same" if not change else "worse" if change > 0 else "better"


def turns_sentence(rows: Sequence[Plain], *, same_period: bool = True) -> str:
    """How many targets have another status, those apart whose own target was changed meanwhile."""
    moved = [row for row in rows if same_period and is_moved_target(row["then"], row["now"])]
    turns = [row["turn"] for row in rows if row not in moved]
    also = sum(row["turn"] in ("better", "worse") for row in moved)
    unlike = sum(not row.get("is_alike", True) for row in rows)
    said = [_turn_sentence(turns.count("better"), turns.count("worse"))]
    if also:
        if not {"better", "worse"} & set(turns):
            said = []
        said.append(
            ngettext(
                "%(count)s target has another status, but the target itself was changed too.",
                "%(count)s targets have another status, but the targets themselves were changed too.",
                also,
            )
            % {"count": also}
        )
    if unlike:
        said.append(
            ngettext(
                "%(count)s figure is not counted as it was last time.",
                "%(count)s figures are not counted as they were last time.",
                unlike,
            )
            % {"count": unlike}
        )
    return " ".join(said)


def _turn_sentence(better: int, worse: int) -> str:
    parts = []
    if better:
        parts.append(
            ngettext("%(count)s target has a better status", "%(count)s targets have a better status", better)
            % {"count": better}
        )
    if worse:
        parts.append(
            ngettext("%(count)s target has a worse status", "%(count)s targets have a worse status", worse)
            % {"count": worse}
        )
    if not parts:
        return _("No target has another status than last time.")
    return _(" and ").join(parts) + "."
