"""The follow-up page in words and rows, from a figure set alone: the draft and a release are drawn by the same code.

Nothing here reads the database, so that a page from a release can show nothing that the release does not hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from accounts.templatetags.portal_tags import da_date, da_number, da_percent
from reporting.disclosure import SMALLEST_TOTAL
from reporting.explain import Fact, explain
from reporting.figure_set import Plain
from reporting.models import Direction, Measure
from reporting.status import Status

NUMBER_WORDS: tuple[str | Promise, ...] = (
    "", gettext_lazy("one"), gettext_lazy("two"), gettext_lazy("three"), gettext_lazy("four"), gettext_lazy("five"),
    gettext_lazy("six"), gettext_lazy("seven"), gettext_lazy("eight"), gettext_lazy("nine"), gettext_lazy("ten"),
    gettext_lazy("eleven"), gettext_lazy("twelve"),
)  # fmt: skip
MOST_ATTENTION = 3
GOOD = (Status.REACHED, Status.ON_TRACK)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One indicator, ready to be drawn."""

    code: str
    text: str
    area: str
    anchor: str
    value: str
    of: str
    expected: str
    status: str | None
    status_word: str
    is_danger: bool
    notes: list[str]
    next_step: str
    facts: list[Fact]
    trend: list[Decimal | None]
    trend_target: Decimal | None
    trend_label: str
    trend_title: str
    trend_rows: list[tuple[str, str]]


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
    activities: list[ActivityRow] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Board:
    """The whole page."""

    question: str
    answer: str
    is_good: bool
    attention: list[Row]
    without_figures: str
    areas: list[AreaBlock]
    completeness: str
    has_targets: bool
    shows_people: bool
    ages: list[tuple[str, str]]
    ages_total: str
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
    for indicator in filter(_says_something, figure_set["indicators"]):
        row = _row(indicator, figure_set, before.get(indicator["code"]), previous)
        blocks[indicator["area"]].rows.append(row)
    for activity in figure_set["activities"]:
        blocks[activity["area"]].activities.append(_activity_row(activity))
    rows = [row for block in blocks.values() for row in block.rows]
    judged = [row for row in rows if row.status]
    known = [row for row in judged if row.status != Status.NO_DATA]
    if judged:
        question, answer, is_good = _headline(known, is_over=is_over)
    else:
        question, answer, is_good = figure_set["period"]["label"], "", True
    logged, due = figure_set["completeness"]["logged"], figure_set["completeness"]["due"]
    ages = figure_set["ages"] or {"total": None, "rows": []}
    return Board(
        question=question,
        answer=answer,
        is_good=is_good,
        attention=_attention(known),
        without_figures=_without_figures(sum(row.status == Status.NO_DATA and not row.status_word for row in rows)),
        areas=list(blocks.values()),
        completeness=_("%(logged)s of %(due)s sessions logged") % {"logged": da_number(logged), "due": da_number(due)},
        has_targets=bool(judged),
        shows_people=any(activity.people for block in blocks.values() for activity in block.activities),
        ages=[(_age_band(row), row["people"]) for row in ages["rows"]],
        ages_total=ages["total"] or "",
        as_of=date.fromisoformat(figure_set["as_of"]),
        first=date.fromisoformat(figure_set["period"]["from"]),
        last=date.fromisoformat(figure_set["period"]["to"]),
    )


def _says_something(row: Plain) -> bool:
    """A typed-in figure without target and without value in this period is left out: a milestone of another year."""
    return not row["typed_in"] or row["value"] is not None or row["status"] is not None


def _in_language(names: Plain) -> str:
    return names["name_en"] if get_language() == "en" else names["name"]


# -- the sentence that answers -----------------------------------------------------------------------------------------


def _headline(known: Sequence[Row], *, is_over: bool) -> tuple[str, str, bool]:
    """Question and answer. A running period asks whether it is on track, an ended one whether it got there."""
    total = len(known)
    good = sum(row.status == Status.REACHED if is_over else row.status in GOOD for row in known)
    numbers = {"good": good, "total": total}
    question = _("Did we reach the targets?") if is_over else _("Are we on track?")
    if not total:
        answer = _("There are not figures enough to say yet.")
    elif is_over:
        answer = _("%(good)s of %(total)s were reached.") % numbers
    elif good == total:
        answer = ngettext("Yes, on the only target.", "Yes, on all %(total)s targets.", total) % numbers
    elif good * 2 >= total:
        answer = _("Yes, on %(good)s of %(total)s targets.") % numbers
    elif good:
        answer = _("Only on %(good)s of %(total)s targets.") % numbers
    else:
        answer = ngettext("Not on the only target.", "Not yet on any of the %(total)s targets.", total) % numbers
    return question, answer, bool(total) and good * 2 >= total


def _attention(known: Sequence[Row]) -> list[Row]:
    """What needs a word, the most urgent first."""
    late = [row for row in known if row.status in (Status.AT_RISK, Status.BEHIND)]
    return sorted(late, key=lambda row: row.status != Status.AT_RISK)[:MOST_ATTENTION]


def _without_figures(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)s target has no figures yet.", "%(count)s targets have no figures yet.", count) % {
        "count": count
    }


# -- one indicator -----------------------------------------------------------------------------------------------------


def _row(row: Plain, figure_set: Plain, before: Plain | None, previous: Plain | None) -> Row:
    is_over = figure_set["is_over"]
    points = [] if row["measure"] == Measure.MILESTONE else row["trend"]["points"]
    trend = [_decimal(point["value"]) for point in points]
    if sum(value is not None for value in trend) < 2:
        trend = []  # one point is no trend
    target = _decimal(row["target"]) if row["trend"]["kind"] != "visits" else None
    return Row(
        code=row["code"],
        text=row["text"],
        area=row["area"],
        anchor=f"mål-{row['code']}",
        value=_value(row),
        of=_of(row),
        expected=_expected(row, is_over=is_over),
        status=row["status"],
        status_word=_status_word(row, is_over=is_over),
        is_danger=row["status"] == Status.AT_RISK,
        notes=_notes(row),
        next_step=next_step(row, is_over=is_over),
        facts=explain(row, figure_set, before, previous),
        trend=trend,
        trend_target=target,
        trend_title=str(TREND_TITLES[row["trend"]["kind"]]),
        trend_label=_trend_label(row["trend"], target),
        trend_rows=[(_point_name(row["trend"], point), da_number(point["value"])) for point in points],
    )


def _value(row: Plain) -> str:
    if row["withheld"] == "small":
        return _("under %(limit)s") % {"limit": SMALLEST_TOTAL}
    if row["measure"] == Measure.MILESTONE:
        return _("Done") if row["value"] not in (None, "0") else da_number(None)
    low, high = _shown(row, row["value"]), _shown(row, row["value_max"])
    text = f"{low}–{high}" if row["value_max"] is not None and high != low else low
    return f"{text} %" if row["unit"] == "%" and row["value"] is not None else text


def _shown(row: Plain, value: str | None) -> str:
    """Hours, people and sessions are read as whole numbers; a mean and a typed value keep a decimal."""
    if row["measure"] == Measure.VOLUNTEER_HOURS:
        return da_number(value, 0)
    return da_number(value)


def _of(row: Plain) -> str:
    """What stands beside the number: "of 30", "at most 10", "30–50", "by 1 July 2024"."""
    if row["due_on"]:
        return _("by %(day)s") % {"day": da_date(date.fromisoformat(row["due_on"]), "plain")}
    if row["target"] is None:
        return "" if row["unit"] == "%" or row["value"] is None else row["unit"]
    percent = " %" if row["unit"] == "%" else ""
    if row["direction"] == Direction.RANGE and row["target_high"] is not None:
        return _("within %(low)s–%(high)s") % {
            "low": da_number(row["target"]),
            "high": da_number(row["target_high"]) + percent,
        }
    target = da_number(row["target"]) + percent
    if row["direction"] == Direction.AT_MOST:
        return _("at most %(target)s") % {"target": target}
    return _("of %(target)s") % {"target": target}


def _expected(row: Plain, *, is_over: bool) -> str:
    """ "expected by now: 28", while the period runs and where it says more than the target."""
    if row["expected"] is None or is_over or row["expected"] == row["target"]:
        return ""
    expected = Decimal(row["expected"]).to_integral_value(ROUND_FLOOR)
    return _("expected by now: %(expected)s") % {"expected": da_number(expected)}


def _status_word(row: Plain, *, is_over: bool) -> str:
    """Another word than usual: a period that is over is no longer on its way, and a small total is kept back."""
    status = row["status"]
    if status == Status.NO_DATA and row["withheld"]:
        return _("Not told")
    if not is_over or status not in (Status.ON_TRACK, Status.BEHIND, Status.AT_RISK):
        return ""
    return _("Almost reached") if status == Status.ON_TRACK else _("Not reached")


def _notes(row: Plain) -> list[str]:
    """Completeness or the day it was typed in, and what kind of number it is."""
    notes = []
    if row["typed_in"]:
        if row["measured_on"]:
            notes.append(_("typed in %(day)s") % {"day": da_date(date.fromisoformat(row["measured_on"]), "plain")})
        else:
            notes.append(_("to be typed in"))
    elif row["sessions"]["due"] != "0":
        notes.append(
            _("%(logged)s of %(due)s logged")
            % {"logged": da_number(row["sessions"]["logged"]), "due": da_number(row["sessions"]["due"])}
        )
    if row["withheld"] == "period":
        notes.append(_("people are only told for the target's own period"))
    elif row["value_max"] is not None and row["value_max"] != row["value"]:
        notes.append(_("a range: some came without a name"))
    elif row["measure"] == Measure.UNIQUE_AT_LEAST:
        notes.append(_("only people we know"))
    return notes


def next_step(row: Plain, *, is_over: bool) -> str:
    """What it takes, in a few words: "three more reach the target"."""
    if row["due_on"]:
        return _("the date has passed") if row["status"] == Status.AT_RISK else ""
    missing = _decimal(row["missing"])
    if missing is None or row["status"] in (None, Status.NO_DATA, Status.REACHED):
        return ""
    if row["needed_mean"] is not None:
        needed = _decimal(row["needed_mean"]).quantize(Decimal("0.1"), ROUND_CEILING)
        return _("%(mean)s per session for the rest of the period reaches the target") % {"mean": da_number(needed)}
    is_above = row["direction"] == Direction.AT_MOST or (
        row["target_high"] is not None and _decimal(row["value_max"] or row["value"]) > _decimal(row["target_high"])
    )
    if is_above:
        return _("%(count)s above the limit") % {"count": da_number(missing)}
    if is_over or row["typed_in"] or row["measure"] in (Measure.MEAN_VISITS, Measure.COMPLETENESS):
        return _("%(count)s below the target") % {"count": da_number(missing)}
    return _("%(count)s more reach the target") % {"count": _in_words(missing.to_integral_value(ROUND_CEILING))}


def _in_words(number: Decimal) -> str:
    return str(NUMBER_WORDS[int(number)]) if 0 < number < len(NUMBER_WORDS) else da_number(number)


# -- trends ------------------------------------------------------------------------------------------------------------

TREND_TITLES = {
    "sum": gettext_lazy("Added up, month by month"),
    "mean": gettext_lazy("Mean of each month"),
    "visits": gettext_lazy("Visits of each month"),
    "measured": gettext_lazy("What was typed in"),
}


def _trend_label(trend: Plain, target: Decimal | None) -> str:
    """The trend in words, for who does not see the line."""
    known = [point for point in trend["points"] if point["value"] is not None]
    title = str(TREND_TITLES[trend["kind"]])
    if not known:
        return _("%(title)s: no figures yet") % {"title": title}
    first, last = known[0], known[-1]
    text = _("%(title)s: from %(low)s (%(from)s) to %(high)s (%(to)s)") % {
        "title": title,
        "low": da_number(first["value"]),
        "from": _point_name(trend, first),
        "high": da_number(last["value"]),
        "to": _point_name(trend, last),
    }
    if target is not None:
        text += ". " + (_("The target is %(target)s") % {"target": da_number(target)})
    return text


def _point_name(trend: Plain, point: Plain) -> str:
    day = date.fromisoformat(point["on"])
    return da_date(day, "short") if trend["kind"] == "measured" else date_format(day, "F Y")


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


def _decimal(value: str | None) -> Any:
    return None if value is None else Decimal(value)
