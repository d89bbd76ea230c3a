"""Where a target stands, in a word, from a figure set alone: the same on the page, in packs, on paper and in files."""

from django.utils.translation import gettext as _

from accounts.templatetags.portal_tags import status_word
from reporting.milestone_lines import WORDS
from reporting.models import Measure
from reporting.plain import Plain
from reporting.status import Accumulation, Status


def told_status(row: Plain, figure_set: Plain) -> str:
    """The whole word beside an indicator; empty where no verdict is given."""
    return other_word(row, figure_set) or (status_word(row["status"]) if row["status"] else "")


def other_word(row: Plain, figure_set: Plain) -> str:
    """Another word than usual: a milestone is planned or done, a period that is over is no longer on its way, a level
    just off its target is close to it, a count without a pace is not judged before its end, and a small total is kept
    back. Empty where the usual one is right."""
    if line := milestone_of(row, figure_set):
        return str(WORDS[line["state"]])
    status, is_over = row["status"], figure_set["is_over"]
    if row["too_early"]:
        return _("Too early to say")
    if status == Status.NO_DATA and row["withheld"]:
        return _("Not told")
    if status == Status.ON_TRACK and _is_level(row) and row["missing"] is not None and not is_over:
        return _("Close to it")
    if not is_over or status not in (Status.ON_TRACK, Status.BEHIND, Status.AT_RISK):
        return ""
    return _("Almost reached") if status == Status.ON_TRACK else _("Not reached")


def milestone_of(row: Plain, figure_set: Plain) -> Plain | None:
    """The line that a milestone has of its own: that of the period's day, else of an earlier one that is shown too."""
    if row["measure"] != Measure.MILESTONE:
        return None
    lines = [line for line in figure_set.get("milestones", ()) if line["code"] == row["code"]]
    return next((line for line in lines if line["due_on"] == row["due_on"]), lines[-1] if lines else None)


def says_something(row: Plain, figure_set: Plain) -> bool:
    """A typed-in figure without target and without value in this period is left out: a milestone of another year."""
    if milestone_of(row, figure_set):
        return True
    return not row["typed_in"] or row["value"] is not None or row["status"] is not None


def _is_level(row: Plain) -> bool:
    """A typed-in level, such as a share or a register figure: it goes up and down."""
    return row["accumulation"] == Accumulation.LATEST
