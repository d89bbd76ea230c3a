"""One focus area in depth: each target beside the year before and the expected path, each activity week by week.

Reads a figure set alone, like `reporting.board`, so that the page of a release shows nothing that it does not hold.
Lines are coordinates in a box of `WIDTH` × `HEIGHT`; the same numbers stand in a table beside each drawing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.periods import add_months
from accounts.templatetags.portal_tags import da_date, da_number
from reporting.board import AreaBlock, Board
from reporting.board_rows import TYPED, Row, point_name, trend_words
from reporting.plain import Plain
from reporting.trends import A_YEAR, NOTHING

WIDTH, HEIGHT, PAD = 640, 160, 6
BEFORE, EXPECTED, NOW = "before", "expected", "now"  # drawn in this order: what is true now lies on top
LINE_NAMES = {
    NOW: gettext_lazy("this period"),
    BEFORE: gettext_lazy("the year before"),
    EXPECTED: gettext_lazy("expected"),
}
# Letter of `trends.weeks` → the word of one week, and of how many.
WEEK_WORDS = {
    "h": gettext_lazy("held"),
    "c": gettext_lazy("cancelled"),
    "l": gettext_lazy("closed"),
    "u": gettext_lazy("not logged"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """`kind` is now, before or expected; `runs` are polylines, one for each stretch without a gap."""

    kind: str
    name: str | Promise
    runs: list[str]


@dataclass(frozen=True, kw_only=True)
class Chart:
    title: str
    label: str
    lines: list[Line]
    top: str
    first: str
    last: str
    headings: list[str | Promise]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True, kw_only=True)
class Week:
    """One cell; `fill` is the percentage of the fullest week, 0 when nothing was held."""

    name: str
    letter: str
    word: str | Promise
    visits: str
    fill: str
    top: str


@dataclass(frozen=True, kw_only=True)
class Strip:
    """The weeks of one activity."""

    name: str
    summary: str
    weeks: list[Week]

    @property
    def told(self) -> list[Week]:
        return [week for week in self.weeks if week.letter != "none"]


@dataclass(frozen=True, kw_only=True)
class AreaPage:
    block: AreaBlock
    rows: list[tuple[Row, Chart | None]]
    strips: list[Strip]


def read_area(board: Board, figure_set: Plain, position: str) -> AreaPage | None:
    """The page of the focus area at `position`, or None when the figures have nothing there."""
    block = next((block for block in board.areas if block.position == position), None)
    if block is None:
        return None
    trends = {row["code"]: row["trend"] for row in figure_set["indicators"]}
    activities = [row for row in figure_set["activities"] if row["area"] == position]
    return AreaPage(
        block=block,
        rows=[(row, read_chart(row, trends[row.code])) for row in block.rows],
        strips=[strip for row in activities if (strip := read_strip(row))],
    )


def empty_area(position: str, name: str) -> AreaPage:
    """An area of the plan without targets or activities in this period."""
    return AreaPage(block=AreaBlock(position=position, name=name), rows=[], strips=[])


# -- year against year -------------------------------------------------------------------------------------------------


def read_chart(row: Row, trend: Plain) -> Chart | None:
    """None where there is nothing to lay beside the figure: typed-in values, a plan's first year."""
    told = {kind: trend[name] for kind, name in ((BEFORE, "before"), (EXPECTED, "expected")) if trend[name]}
    if row.is_milestone or trend["kind"] in TYPED or not told:
        return None
    told[NOW] = trend["points"]
    values = {kind: [_decimal(point["value"]) for point in points] for kind, points in told.items()}
    top = max([value for line in values.values() for value in line if value is not None] + [Decimal(1)])
    names = _step_names(trend, told)
    title = str(trend_words(trend)[0])
    kinds = [kind for kind in (NOW, BEFORE, EXPECTED) if kind in told]
    return Chart(
        title=title,
        label=_("%(code)s. %(title)s. The numbers stand in the table below.") % {"code": row.code, "title": title},
        lines=[
            Line(kind=kind, name=LINE_NAMES[kind], runs=_runs(values[kind], len(names), top))
            for kind in (BEFORE, EXPECTED, NOW)
            if kind in values
        ],
        top=da_number(top),
        first=names[0],
        last=names[-1],
        headings=[LINE_NAMES[kind] for kind in kinds],
        rows=[(name, [_at(values[kind], index) for kind in kinds]) for index, name in enumerate(names)],
    )


def _step_names(trend: Plain, told: dict[str, list[Plain]]) -> list[str]:
    """The steps by the period's own months, also those that are still to come."""
    a_year_on = [
        {"on": add_months(date.fromisoformat(point["on"]), A_YEAR).isoformat()} for point in told.get(BEFORE, [])
    ]
    return [point_name(trend, point) for point in max((told[NOW], told.get(EXPECTED, []), a_year_on), key=len)]


def _at(values: Sequence[Decimal | None], index: int) -> str:
    return da_number(values[index]) if index < len(values) else ""


def _runs(values: Sequence[Decimal | None], steps: int, top: Decimal) -> list[str]:
    """Polylines through the known values; a lone value is a short line, so that it can be seen."""
    across = Decimal(WIDTH - 2 * PAD) / max(steps - 1, 1)
    runs: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        y = HEIGHT - PAD - (HEIGHT - 2 * PAD) * max(value, Decimal(0)) / top
        runs[-1].append(f"{PAD + index * across:.1f},{y:.1f}")
    return [" ".join(run if len(run) > 1 else [run[0], _beside(run[0])]) for run in runs if run]


def _beside(point: str) -> str:
    x, y = point.split(",")
    return f"{float(x) + PAD:.1f},{y}"


# -- weeks -------------------------------------------------------------------------------------------------------------


def read_strip(activity: Plain) -> Strip | None:
    """None for a release from before the weeks were kept, and for a period that has not begun."""
    weeks = activity["weeks"]
    if not weeks or not weeks["states"]:
        return None
    monday = date.fromisoformat(weeks["from"])
    visits = [int(value) for value in weeks["visits"]]
    top = max([*visits, 1])
    cells = [
        _week(monday + timedelta(weeks=index), letter, visits[index], top)
        for index, letter in enumerate(weeks["states"])
    ]
    return Strip(name=activity["activity"], summary=_summary(Counter(weeks["states"])), weeks=cells)


def _week(monday: date, letter: str, visits: int, top: int) -> Week:
    share = 100 * visits / top if letter == "h" else 0.0
    return Week(
        name=_("Week %(number)s, from %(day)s")
        % {"number": monday.isocalendar().week, "day": da_date(monday, "short")},
        letter="none" if letter == NOTHING else letter,
        word=WEEK_WORDS.get(letter, _("nothing planned")),
        visits=da_number(visits) if letter == "h" else "",
        fill=f"{share:.0f}",
        top=f"{100 - share:.0f}",
    )


def _summary(counts: Counter[str]) -> str:
    """ "Held in 38 weeks, cancelled in 2, closed in 3, not logged in 1." """
    parts = [ngettext("held in %(count)s week", "held in %(count)s weeks", counts["h"]) % {"count": counts["h"]}]
    told = (("c", _("cancelled in %(count)s")), ("l", _("closed in %(count)s")), ("u", _("not logged in %(count)s")))
    parts += [words % {"count": counts[letter]} for letter, words in told if counts[letter]]
    return ", ".join(parts)


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
