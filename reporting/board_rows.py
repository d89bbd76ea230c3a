"""One indicator in words, from its row of a figure set alone: value, target, expected, status, what it takes, trend."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.portal_tags import da_date, da_number
from reporting.disclosure import SMALLEST_TOTAL
from reporting.explain import Fact, break_words, explain, plain_day, target_change_notes
from reporting.goal_lines import GoalLine
from reporting.models import Direction, Measure
from reporting.plain import Plain
from reporting.status import GROWING, Accumulation, Status
from reporting.told_status import other_word
from reporting.values import Why

NUMBER_WORDS: tuple[str | Promise, ...] = (
    "", gettext_lazy("one"), gettext_lazy("two"), gettext_lazy("three"), gettext_lazy("four"), gettext_lazy("five"),
    gettext_lazy("six"), gettext_lazy("seven"), gettext_lazy("eight"), gettext_lazy("nine"), gettext_lazy("ten"),
    gettext_lazy("eleven"), gettext_lazy("twelve"),
)  # fmt: skip
ONE_DECIMAL_BELOW = 10
ONE_EACH = (Measure.SESSIONS_HELD, Measure.SESSIONS_WITH_FORMAT)  # a session gives one at most
SPREAD = (Measure.VISITS, Measure.VOLUNTEER_TURNS, Measure.VOLUNTEER_HOURS)


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """What the project manager says beside the computed status."""

    status: str | None
    comment: str
    day: str
    is_draft: bool


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
    judgement: OwnWords | None
    breaks: list[str]
    facts: list[Fact]
    trend: list[Decimal | None]
    trend_target: Decimal | None
    trend_breaks: list[float]
    trend_label: str
    trend_title: str
    trend_caption: str
    trend_rows: list[tuple[str, str]]
    is_milestone: bool = False  # it has a line of its own
    goals: list[GoalLine] = field(default_factory=list)  # what is said above it, and not above an earlier one


def read_row(row: Plain, figure_set: Plain, before: Plain | None, previous: Plain | None) -> Row:
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
        status_word=other_word(row, figure_set),
        is_danger=row["status"] == Status.AT_RISK,
        notes=_notes(row),
        next_step=next_step(row, is_over=is_over),
        judgement=_own_words(row["judgement"]),
        breaks=[break_words(change) for change in row["breaks"]],
        facts=explain(row, figure_set, before, previous),
        trend=trend,
        trend_target=target,
        trend_breaks=_trend_breaks(row["breaks"], points),
        trend_title=str(trend_words(row["trend"])[0]),
        trend_caption=str(trend_words(row["trend"])[1]),
        trend_label=_trend_label(row["trend"], target),
        is_milestone=row["measure"] == Measure.MILESTONE,
        trend_rows=[(point_name(row["trend"], point), da_number(point["value"])) for point in points],
    )


def _own_words(judgement: Plain | None) -> OwnWords | None:
    if judgement is None:
        return None
    return OwnWords(
        status=judgement["status"],
        comment=judgement["comment"],
        day=plain_day(judgement["on"]),
        is_draft=judgement["is_draft"],
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
    return _("expected by now: %(expected)s") % {"expected": rounded(Decimal(row["expected"]))}


def rounded(value: Decimal) -> str:
    """To the nearest whole number; below ten, where a whole one is much, with one decimal."""
    return da_number(value, 0) if abs(value) >= ONE_DECIMAL_BELOW else da_number(value)


WHY_NONE = {
    Why.NOTHING_HELD.value: gettext_lazy("no session has been held yet"),
    Why.ZERO_WHOLE.value: gettext_lazy("no share: the whole is 0"),
    Why.NO_BASELINE.value: gettext_lazy("the baseline is missing"),
    Why.NO_BENCHMARK.value: gettext_lazy("what it is compared with is missing"),
    Why.NOTHING_DECIDED.value: gettext_lazy("nothing is decided yet"),
}


def _notes(row: Plain) -> list[str]:
    """A target that was changed, completeness or the day it was typed in, and what kind of number it is."""
    notes = target_change_notes(row)
    if row["typed_in"]:
        if row["measured_on"]:
            notes.append(_("typed in %(day)s") % {"day": da_date(date.fromisoformat(row["measured_on"]), "plain")})
        else:
            notes.append(_("to be typed in"))
    elif row["sessions"] and row["sessions"]["due"] != "0":
        notes.append(
            _("%(logged)s of %(due)s logged")
            % {"logged": da_number(row["sessions"]["logged"]), "due": da_number(row["sessions"]["due"])}
        )
    if row["why_none"]:
        notes.append(str(WHY_NONE[row["why_none"]]))
    if row["of_area"]:
        notes.append(_("how the area develops, not our effect"))
    if row["ended"]:
        notes.append(_("%(names)s: ended") % {"names": ", ".join(row["ended"])})
    if row["estimated"]:
        notes.append(_("estimated"))
    notes += [_waiting(row, entry) for entry in row["waiting"]]
    if row["withheld"] == "ages":
        notes.append(_("figures of some ages are for the team only"))
    elif row["withheld"] == "small":
        notes.append(_("so few people are not told"))
    elif row["withheld"] == "few":
        notes.append(_("a share of people is told only where both numbers are large enough and told themselves"))
    elif row["withheld"] == "period":
        notes.append(_("people are only told for the target's own period"))
    elif row["value_max"] is not None and row["value_max"] != row["value"]:
        notes.append(_("a range: some came without a name"))
    elif row["measure"] == Measure.UNIQUE_AT_LEAST:
        notes.append(_("only people we know"))
    return notes


def _waiting(row: Plain, entry: Plain) -> str:
    """What the team alone sees: typed in, not approved, not counted."""
    if row["measure"] == Measure.MILESTONE:
        return _("marked as done, awaits approval")
    value = da_number(entry["value"])
    if entry.get("estimated"):
        value = _("%(value)s (estimated)") % {"value": value}
    return _("%(value)s awaits approval") % {"value": value}


def next_step(row: Plain, *, is_over: bool) -> str:
    """What it takes, in a few words: "three more reach the target"."""
    if row["due_on"]:
        return _("the date has passed") if row["status"] == Status.AT_RISK else ""
    missing = _decimal(row["missing"])
    if missing is None or row["status"] in (None, Status.REACHED):
        return ""
    if row["status"] == Status.NO_DATA and not row["too_early"]:
        return ""
    if _is_above(row):
        if is_over or row["accumulation"] in GROWING:
            return _("%(count)s above the limit") % {"count": da_number(missing)}
        return _("%(count)s lower reaches the target") % {"count": _in_words(missing)}
    if is_over:
        return _("%(count)s below the target") % {"count": da_number(missing)}
    if row["needed_mean"] is not None:
        return _needed_words(row)
    if row["accumulation"] == Accumulation.MEAN:
        return _("%(count)s below the target") % {"count": da_number(missing)}
    if row["accumulation"] not in GROWING:
        return _("%(count)s more reach the target") % {"count": _in_words(missing)}
    missing = missing.to_integral_value(ROUND_CEILING)
    text = _("%(count)s more reach the target") % {"count": _in_words(missing)}
    return text + _with_what_is_left(row, missing)


def _needed_words(row: Plain) -> str:
    """ "three more per session than now reach the target: 33 for the rest of the period"."""
    needed, value = _decimal(row["needed_mean"]), _decimal(row["value"])
    more = (needed - value).to_integral_value(ROUND_CEILING)
    return _("%(more)s more per session reach the target: %(mean)s for the rest of the period") % {
        "more": _in_words(more),
        "mean": da_number(needed.quantize(Decimal("0.1"), ROUND_CEILING)),
    }


def _with_what_is_left(row: Plain, missing: Decimal) -> str:
    """What the rest of the period asks of each planned session, or that there are too few of them."""
    left = _decimal(row["sessions_left"])
    if row["planned"] is None or row["typed_in"] or row["status"] not in (Status.BEHIND, Status.AT_RISK):
        return ""
    if row["measure"] in ONE_EACH:
        if missing > left:
            return _(", but only %(left)s are planned") % {"left": da_number(left)}
        return _(", %(left)s are planned") % {"left": da_number(left)}
    if row["measure"] in SPREAD and left:
        each = (missing / left).quantize(Decimal("0.1"), ROUND_CEILING)
        return _(": %(each)s per session for the rest of the period") % {"each": da_number(each)}
    return ""


def _is_above(row: Plain) -> bool:
    """What is missing is missing downwards."""
    if row["direction"] == Direction.AT_MOST:
        return True
    return row["target_high"] is not None and _decimal(row["value_max"] or row["value"]) > _decimal(row["target_high"])


def _in_words(number: Decimal) -> str:
    is_whole = number == number.to_integral_value()
    return str(NUMBER_WORDS[int(number)]) if is_whole and 0 < number < len(NUMBER_WORDS) else da_number(number)


# -- trends ------------------------------------------------------------------------------------------------------------

# Kind of trend and length of a step: how the table is headed, and the few words under the small chart.
TREND_WORDS: dict[tuple[str, str | None], tuple[Promise, Promise]] = {
    ("sum", "month"): (gettext_lazy("Added up, month by month"), gettext_lazy("added up")),
    ("sum", "quarter"): (gettext_lazy("Added up, quarter by quarter"), gettext_lazy("added up")),
    ("mean", "month"): (gettext_lazy("Mean of each month"), gettext_lazy("mean per month")),
    ("mean", "quarter"): (gettext_lazy("Mean of each quarter"), gettext_lazy("mean per quarter")),
    ("visits", "month"): (gettext_lazy("Visits of each month"), gettext_lazy("visits per month")),
    ("visits", "quarter"): (gettext_lazy("Visits of each quarter"), gettext_lazy("visits per quarter")),
    ("measured", None): (gettext_lazy("What was typed in"), gettext_lazy("typed in")),
    ("typed_sum", None): (gettext_lazy("Added up, as it was typed in"), gettext_lazy("added up")),
}
TYPED = ("measured", "typed_sum")


def trend_words(trend: Plain) -> tuple[Promise, Promise]:
    return TREND_WORDS[trend["kind"], trend["step"]]


def _trend_breaks(breaks: list[Plain], points: list[Plain]) -> list[float]:
    """Where on the line the figure began to be counted otherwise: 0 at the first point, 1 at the last.

    Between two points as far as the day lies between theirs; a day outside them is not drawn.
    """
    days = [date.fromisoformat(point["on"]).toordinal() for point in points]
    places = []
    for change in breaks:
        day = date.fromisoformat(change["on"]).toordinal()
        for index, (first, last) in enumerate(pairwise(days)):
            if first <= day < last:
                places.append((index + (day - first) / (last - first)) / (len(days) - 1))
    return places


def _trend_label(trend: Plain, target: Decimal | None) -> str:
    """The trend in words, for who does not see the line."""
    known = [point for point in trend["points"] if point["value"] is not None]
    title = str(trend_words(trend)[0])
    if not known:
        return _("%(title)s: no figures yet") % {"title": title}
    first, last = known[0], known[-1]
    text = _("%(title)s: from %(low)s (%(from)s) to %(high)s (%(to)s)") % {
        "title": title,
        "low": da_number(first["value"]),
        "from": point_name(trend, first),
        "high": da_number(last["value"]),
        "to": point_name(trend, last),
    }
    if target is not None:
        text += ". " + (_("The target is %(target)s") % {"target": da_number(target)})
    return text


def point_name(trend: Plain, point: Plain) -> str:
    day = date.fromisoformat(point["on"])
    if trend["kind"] in TYPED:
        return da_date(day, "short")
    text = date_format(day, "F Y")
    return _("quarter from %(month)s") % {"month": text} if trend["step"] == "quarter" else text


def _decimal(value: str | None) -> Any:
    return None if value is None else Decimal(value)
