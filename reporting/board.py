"""The follow-up page in words and rows, from a figure set alone: the draft and a release are drawn by the same code.

Nothing here reads the database, so that a page from a release can show nothing that the release does not hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from accounts.templatetags.portal_tags import da_number, da_percent
from reporting.board_rows import Row, read_row
from reporting.comparing import compare, turns_sentence
from reporting.explain import plain_day
from reporting.goal_lines import under_goals
from reporting.milestone_lines import MilestoneLine, milestone_line
from reporting.models import Measure
from reporting.plain import Plain
from reporting.status import Status
from reporting.told_status import says_something

MOST_ATTENTION = 3
GOOD = (Status.REACHED, Status.ON_TRACK)
WORSE = [str(status) for status in (Status.REACHED, Status.ON_TRACK, Status.BEHIND, Status.AT_RISK)]


@dataclass(frozen=True, kw_only=True)
class ActivityRow:
    name: str
    sessions: dict[str, str]
    visits: str
    mean: str
    people: str
    volunteer_turns: str
    completeness: str


@dataclass(kw_only=True)
class AreaBlock:
    position: str
    name: str
    rows: list[Row] = field(default_factory=list)
    milestones: list[MilestoneLine] = field(default_factory=list)
    activities: list[ActivityRow] = field(default_factory=list)
    verdict: str = ""  # "3 of 4 on track", for the first look
    status: str = ""  # the worst of its targets

    @property
    def drawn_rows(self) -> list[Row]:
        """What is drawn as a target: milestones stand on lines of their own where the figure set has lines for them.
        The sentence above one that is left out goes to the next."""
        if not self.milestones:
            return self.rows
        drawn, goals = [], []
        for row in self.rows:
            goals += row.goals
            if not row.is_milestone:
                drawn.append(replace(row, goals=goals))
                goals = []
        return drawn


@dataclass(frozen=True, kw_only=True)
class Board:
    """The whole page."""

    question: str
    answer: str
    is_good: bool
    attention: list[Row]
    unjudged: list[tuple[str, list[Row]]]  # why, and which
    areas: list[AreaBlock]
    completeness: str
    has_targets: bool
    shows_people: bool
    ages: list[tuple[str, str]]
    ages_total: str
    since: str  # "Since 31 October: ...", where a release came before
    as_of: date
    first: date
    last: date


def read_board(figure_set: Plain, previous: Plain | None = None) -> Board:
    """The page of a figure set; `previous` is the release before it, for "since last"."""
    is_over = figure_set["is_over"]
    before = {row["code"]: row for row in previous["indicators"]} if previous else {}
    blocks = {
        area["position"]: AreaBlock(position=area["position"], name=_in_language(area)) for area in figure_set["areas"]
    }
    shown = [row for row in figure_set["indicators"] if says_something(row, figure_set)]
    for indicator, goals in under_goals(shown, figure_set):
        row = read_row(indicator, figure_set, before.get(indicator["code"]), previous)
        blocks[indicator["area"]].rows.append(replace(row, goals=goals))
    for milestone in figure_set.get("milestones", []):
        blocks[milestone["area"]].milestones.append(milestone_line(milestone))
    for activity in figure_set["activities"]:
        blocks[activity["area"]].activities.append(_activity_row(activity))
    for block in blocks.values():
        block.verdict, block.status = _verdict(judged_rows(block.rows), is_over=is_over)
    rows = [row for block in blocks.values() for row in block.rows]
    judged = judged_rows(rows)
    known = [row for row in judged if row.status != Status.NO_DATA]
    if judged:
        question, answer, is_good = _headline(judged, is_over=is_over)
    else:
        question, answer, is_good = figure_set["period"]["label"], "", True
    logged, due = figure_set["completeness"]["logged"], figure_set["completeness"]["due"]
    ages = figure_set["ages"] or {"total": None, "rows": []}
    return Board(
        question=question,
        answer=answer,
        is_good=is_good,
        attention=_attention(known),
        unjudged=_unjudged(judged),
        areas=list(blocks.values()),
        completeness=_("%(logged)s of %(due)s sessions logged") % {"logged": da_number(logged), "due": da_number(due)},
        has_targets=bool(judged),
        shows_people=any(activity.people for block in blocks.values() for activity in block.activities),
        ages=[(_age_band(row), row["people"]) for row in ages["rows"]],
        ages_total=ages["total"] or "",
        since=_since(figure_set, previous),
        as_of=date.fromisoformat(figure_set["as_of"]),
        first=date.fromisoformat(figure_set["period"]["from"]),
        last=date.fromisoformat(figure_set["period"]["to"]),
    )


def _in_language(names: Plain) -> str:
    return names["name_en"] if get_language() == "en" else names["name"]


def _since(figure_set: Plain, previous: Plain | None) -> str:
    """How many targets have another status than in the release before."""
    if previous is None:
        return ""
    before = {row["code"]: row for row in previous["indicators"]}
    pairs = [
        compare(row, figure_set, before[row["code"]], previous)
        for row in figure_set["indicators"]
        if row["code"] in before and row["status"] and row["measure"] != Measure.MILESTONE
    ]
    if not pairs:
        return ""
    return _("Since %(day)s: %(sentence)s") % {
        "day": plain_day(previous["as_of"]),
        "sentence": turns_sentence(pairs),
    }


# -- the sentence that answers -----------------------------------------------------------------------------------------


def _headline(rows: Sequence[Row], *, is_over: bool) -> tuple[str, str, bool]:
    """Question and answer over every target. A running period asks whether it is on track, an ended one whether it got
    there. A target that cannot be judged is told, and is neither good nor bad."""
    known = [row for row in rows if row.status != Status.NO_DATA]
    good = sum(row.status == Status.REACHED if is_over else row.status in GOOD for row in known)
    numbers = {"good": good, "total": len(rows)}
    question = _("Did we reach the targets?") if is_over else _("Are we on track?")
    is_good = bool(known) and good * 2 >= len(known)
    if not known:
        return question, _("There are not figures enough to say yet."), False
    if is_over:
        parts = [_("%(good)s of %(total)s targets reached") % numbers]
        if almost := sum(row.status == Status.ON_TRACK for row in known):
            parts.append(_("%(count)s almost") % {"count": almost})
        if len(known) < len(rows):
            parts.append(_("%(count)s cannot be judged") % {"count": len(rows) - len(known)})
        return question, ", ".join(parts) + ".", is_good
    if good == len(rows):
        answer = ngettext("Yes, on the only target.", "Yes, on all %(total)s targets.", len(rows)) % numbers
    elif is_good:
        answer = _("Yes, on %(good)s of %(total)s targets.") % numbers
    elif good:
        answer = _("Only on %(good)s of %(total)s targets.") % numbers
    else:
        answer = ngettext("Not on the only target.", "Not yet on any of the %(total)s targets.", len(rows)) % numbers
    return question, answer, is_good


def judged_rows(rows: Sequence[Row]) -> list[Row]:
    """The targets that are counted, wherever they are: a plan of milestones is no list of targets."""
    return [row for row in rows if row.status and not row.is_milestone]


def _verdict(judged: Sequence[Row], *, is_over: bool) -> tuple[str, str]:
    """One area's targets in a few words, and the worst of what is known of them."""
    known = [row for row in judged if row.status != Status.NO_DATA]
    if not known:
        return (_("Too early to say") if judged else _("No targets in this period")), ""
    good = sum(row.status == Status.REACHED if is_over else row.status in GOOD for row in known)
    numbers = {"good": good, "total": len(judged)}
    text = _("%(good)s of %(total)s reached") if is_over else _("%(good)s of %(total)s on track")
    return text % numbers, max((str(row.status) for row in known), key=WORSE.index)


def _unjudged(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The targets that no verdict is given on, by the reason."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.status == Status.NO_DATA:
            found.setdefault(row.status_word or _("No figures yet"), []).append(row)
    return list(found.items())


def _attention(known: Sequence[Row]) -> list[Row]:
    """What needs a word, the most urgent first."""
    late = [row for row in known if row.status in (Status.AT_RISK, Status.BEHIND)]
    return sorted(late, key=lambda row: row.status != Status.AT_RISK)[:MOST_ATTENTION]


# -- activities and ages -----------------------------------------------------------------------------------------------


def _activity_row(row: Plain) -> ActivityRow:
    people = ""
    if row["unique_min"] is not None:
        low, high = da_number(row["unique_min"]), da_number(row["unique_max"])
        people = low if low == high else f"{low}–{high}"
    return ActivityRow(
        name=row["activity"],
        sessions=row["sessions"],
        visits=da_number(row["sessions"]["visits"]),
        mean=da_number(row["mean_visits"]),
        people=people,
        volunteer_turns=da_number(row["volunteer_turns"]),
        completeness=da_percent(_rounded_down(row["sessions"]["completeness"])),
    )


def _rounded_down(share: str | None) -> Decimal | None:
    """99.6 % is not all of it: only what is complete is shown as 100 %."""
    if share is None:
        return None
    value = Decimal(share)
    return min(value, Decimal("0.99")) if value < 1 else value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _age_band(row: Plain) -> str:
    if row["to"] is None:
        return _("%(age)s years and over") % {"age": row["from"]}
    return pgettext("ages", "%(low)s–%(high)s years") % {"low": row["from"], "high": row["to"]}
