"""A meeting pack in words: what page and paper both draw. Reads the pack's JSON and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.periods import Period
from accounts.templatetags.portal_tags import da_date, da_date_range, da_number, dates_written_in, status_word
from activities.models import SessionState
from reporting.board import AreaBlock, Board, judged_rows, read_board
from reporting.board_rows import Row
from reporting.models import Measure
from reporting.packs.since import Since, read_since
from reporting.periods import KINDS
from reporting.plain import Plain
from reporting.status import Status

MOST_BARS = 24


class Bar(NamedTuple):
    """One column of an area's chart; `value` None where nothing is known."""

    name: str
    value: Decimal | None


@dataclass(frozen=True, kw_only=True)
class PackArea:
    """A focus area: what the project manager says, its targets and its activities."""

    block: AreaBlock
    narrative: list[str]
    chart_title: str
    chart: list[Bar]


@dataclass(frozen=True, kw_only=True)
class CorrectedFigure:
    name: str
    then: str
    now: str


@dataclass(frozen=True, kw_only=True)
class CorrectedLog:
    activity: str
    day: str
    then: str
    now: str
    corrected_on: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """What was put right of what the last pack said."""

    sentence: str
    reopenings: list[str]
    figures: list[CorrectedFigure]
    logs: list[CorrectedLog]
    more: str


@dataclass(frozen=True, kw_only=True)
class Pack:
    """The whole pack, ready to be drawn."""

    plan: str
    title: str
    meeting: str
    period: str
    covers: str
    frozen_on: str
    edition: str
    board: Board
    tally: list[tuple[str, str, str]]  # status, word, how many
    summary: list[str]
    decisions: list[str]
    deviations: list[str]
    areas: list[PackArea]
    since: Since | None
    corrections: Corrections | None
    definitions: list[tuple[str, str]]


def read_in_words(content: Plain) -> Pack:
    """The pack in the active language."""
    with written_when_frozen(content):
        return _pack(content)


@contextmanager
def written_when_frozen(content: Plain) -> Iterator[None]:
    """Days without their year mean the year of the pack, also when it is read much later."""
    with dates_written_in(int(content["frozen_at"][:4])):
        yield


def _pack(content: Plain) -> Pack:
    figures, meeting = content["figures"], content["meeting"]
    board = read_board(figures)
    rows = [row for block in board.areas for row in block.rows]
    edition = int(content["edition"])
    return Pack(
        plan=content["plan"]["name"],
        title=_("Meeting pack for %(body)s") % {"body": meeting["body"]},
        meeting=_day(meeting["on"], "year"),
        period=_period(figures["period"]),
        covers=_("Figures up to %(day)s") % {"day": _day(figures["as_of"], "year")},
        frozen_on=_day(content["frozen_at"][:10], "year"),
        edition=_("edition %(number)s") % {"number": edition} if edition > 1 else "",
        board=board,
        tally=_tally(rows),
        summary=_paragraphs(content["summary"]),
        decisions=content["decisions"],
        deviations=content["deviations"],
        areas=list(_areas(content, board)),
        since=_since(content, rows),
        corrections=_corrections(content["corrections"]) if content["corrections"] else None,
        definitions=_definitions(figures),
    )


def _day(iso: str, style: str = "plain") -> str:
    return da_date(date.fromisoformat(iso), style)


def _period(period: Plain) -> str:
    first, last = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
    return period_name(Period(first, last, period["kind"], period["label"]))


def period_name(period: Period) -> str:
    """ "Plan year 2025/26 (1 July 2025 – 30 June 2026)"."""
    span = da_date_range(period.first, period.last)
    if period.kind not in KINDS:
        return span
    name = str(KINDS[period.kind])
    return f"{name} ({span})" if period.kind == "plan" else f"{name} {period.label} ({span})"


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _definitions(figures: Plain) -> list[tuple[str, str]]:
    language = "en" if get_language() == "en" else "da"
    labels = {code: capfirst(str(Measure(code).label)) for code in figures["definitions"]}
    return sorted((labels[code], texts[language]) for code, texts in figures["definitions"].items())


def _tally(rows: list[Row]) -> list[tuple[str, str, str]]:
    """How many targets have each status, the best first: together those of the headline. Words that a period's end has
    changed are told apart."""
    found: dict[tuple[str, str], int] = {}
    for row in judged_rows(rows):
        key = (str(row.status), row.status_word or status_word(str(row.status)))
        found[key] = found.get(key, 0) + 1
    order = [str(status) for status in Status]
    return [
        (status, word, da_number(count))
        for (status, word), count in sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    ]


# -- areas -------------------------------------------------------------------------------------------------------------


def _areas(content: Plain, board: Board) -> Iterator[PackArea]:
    texts = {row["area"]: row["text"] for row in content["narratives"]}
    blocks = {block.position: block for block in board.areas}
    for row in content["narratives"]:  # a text about an area that has no figures yet
        name = row["name_en"] if get_language() == "en" else row["name"]
        blocks.setdefault(row["area"], AreaBlock(position=row["area"], name=name))
    for position in sorted(blocks, key=int):
        block = blocks[position]
        narrative = _paragraphs(texts.get(position, ""))
        if block.rows or block.activities or narrative:
            title, chart = _visits(content["figures"], position)
            yield PackArea(block=block, narrative=narrative, chart_title=title, chart=chart)


def _visits(figures: Plain, position: str) -> tuple[str, list[Bar]]:
    """The area's visits month by month (quarter by quarter in a long period): they add up over activities."""
    sums: dict[str, Decimal] = {}
    for activity in figures["activities"]:
        if activity["area"] == position:
            for point in activity["trend"]["points"]:
                sums[point["on"]] = sums.get(point["on"], Decimal(0)) + Decimal(point["value"] or 0)
    days = sorted(sums)
    if len(days) < 2 or not any(sums.values()):
        return "", []
    by_month = (date.fromisoformat(days[1]) - date.fromisoformat(days[0])).days < 60
    title = _("Visits month by month") if by_month else _("Visits, three months at a time")
    shown = days[-MOST_BARS:]
    return title, [Bar(name=_month(day, with_year=len(shown) > 12), value=sums[day]) for day in shown]


def _month(iso: str, *, with_year: bool) -> str:
    day = date.fromisoformat(iso)
    return date_format(day, "M y" if with_year else "M").replace(".", "").lower()


# -- corrections -------------------------------------------------------------------------------------------------------


def _since(content: Plain, rows: list[Row]) -> Since | None:
    since = content["since_last"]
    return read_since(content, rows, then_period=_period(since["period"])) if since else None


def _corrections(found: Plain) -> Corrections:
    since = found["since"]
    meeting = f"{since['meeting']['body']}, {_day(since['meeting']['on'])}"
    count = len(found["figures"])
    if not count and not found["logs"]:
        sentence = _("Nothing has been corrected in what %(meeting)s was told.") % {"meeting": meeting}
    elif not count:
        sentence = _("Logs have been corrected, but every figure that %(meeting)s was told still stands.") % {
            "meeting": meeting
        }
    else:
        sentence = ngettext(
            "%(count)s figure that %(meeting)s was told is another today.",
            "%(count)s figures that %(meeting)s was told are others today.",
            count,
        ) % {"count": count, "meeting": meeting}
    more = int(found["more_logs"])
    return Corrections(
        sentence=sentence,
        reopenings=[
            _("Opened for corrections %(day)s: %(reason)s") % {"day": _day(row["on"]), "reason": row["reason"]}
            for row in found["reopenings"]
        ],
        figures=[_corrected_figure(row) for row in found["figures"]],
        logs=[_corrected_log(row) for row in found["logs"]],
        more=ngettext("and %(count)s evening more", "and %(count)s evenings more", more) % {"count": more}
        if more
        else "",
    )


def _corrected_figure(row: Plain) -> CorrectedFigure:
    kinds = {"held": _("sessions held"), "visits": _("visits"), "volunteer_turns": _("volunteer turns")}
    name = f"{row['code']} {row['name']}" if row["kind"] == "indicator" else f"{row['name']}: {kinds[row['figure']]}"
    if row["figure"] == "people":
        return CorrectedFigure(name=name, then="", now=_("corrected; the new value stands with the target"))
    percent = " %" if row["unit"] == "%" else ""
    return CorrectedFigure(name=name, then=da_number(row["then"]) + percent, now=da_number(row["now"]) + percent)


def _corrected_log(row: Plain) -> CorrectedLog:
    then, now = row["then"], row["now"]
    with_volunteers = then["volunteer_turns"] != now["volunteer_turns"]
    moved_to = f" ({_day(now['on'])})" if now["on"] and now["on"] != then["on"] else ""
    return CorrectedLog(
        activity=row["activity"],
        day=_day(row["on"]),
        then=_outcome(then, with_volunteers=with_volunteers),
        now=_outcome(now, with_volunteers=with_volunteers) + moved_to,
        corrected_on=_day(row["corrected_on"]),
        reason=row["reason"],
    )


def _outcome(outcome: Plain, *, with_volunteers: bool) -> str:
    state = outcome["state"]
    if state == SessionState.PLANNED:
        return _("Not logged")
    if state != SessionState.HELD:
        return str(SessionState(state).label)
    came = _("%(count)s came") % {"count": da_number(outcome["visits"])}
    if not with_volunteers or outcome["volunteer_turns"] is None:
        return came
    turns = int(outcome["volunteer_turns"])
    helped = ngettext("%(count)s volunteer", "%(count)s volunteers", turns) % {"count": da_number(turns)}
    return f"{came}, {helped}"


def frozen_at(content: Plain) -> datetime:
    """When the pack was frozen: the date of its files."""
    return datetime.fromisoformat(content["frozen_at"])
