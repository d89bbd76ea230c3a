"""A meeting pack as a workbook: every figure with its definition, as numbers that can be counted on."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.templatetags.portal_tags import status_word
from jobs.sheets.writing import SheetOut, xlsx_bytes
from reporting.columns import Withheld
from reporting.disclosure import SMALLEST_TOTAL
from reporting.explain import target_change_notes
from reporting.models import Direction, Measure
from reporting.packs.reading import Pack, frozen_at, read_in_words
from reporting.plain import Plain, few_decimals
from reporting.told_status import told_status


def pack_workbook(content: Plain, sha256: str) -> bytes:
    """In the active language. Text is never a formula; the same content gives the same bytes."""
    pack = read_in_words(content)
    sheets = [
        _about(content, pack, sha256),
        _targets(content, pack),
        *([_milestones(pack)] if any(part.block.milestones for part in pack.areas) else []),
        _activities(content),
        *([_since(pack)] if pack.since else []),
        *([_corrections(pack)] if pack.corrections else []),
        _definitions(pack),
    ]
    return xlsx_bytes(sheets, created=frozen_at(content), title=f"{pack.title}, {pack.meeting}")


def _about(content: Plain, pack: Pack, sha256: str) -> SheetOut:
    board = pack.board
    rows: list[tuple[str, Any]] = [
        (_("Plan"), pack.plan),
        (_("Meeting"), f"{content['meeting']['body']}, {pack.meeting}"),
        (_("Period"), pack.period),
        (_("Figures up to"), _day(content["figures"]["as_of"])),
        (_("Frozen"), _day(content["frozen_at"][:10])),
        *([(_("Edition"), Decimal(content["edition"]))] if pack.edition else []),
        (board.question, board.answer),
        (_("Logged"), board.completeness),
        *((_("In short"), line) for line in pack.summary),
        *((_("For you to decide"), line) for line in pack.decisions),
        *((_("Deviations from the plan"), line) for line in pack.deviations),
        *((part.block.name, line) for part in pack.areas for line in part.narrative),
        ("SHA-256", sha256),
    ]
    return SheetOut(name=_("Meeting pack"), headings=[pack.title, ""], rows=rows, widths=[30, 90])


def _targets(content: Plain, pack: Pack) -> SheetOut:
    headings = [
        _("No."), _("Focus area"), _("Target, verbatim"), _("Measured as"), _("Direction"), _("Value"),
        _("Value at most"), _("Unit"), _("Target"), _("Upper limit"), _("Due"), _("Expected by now"), _("Status"),
        _("Sessions held"), _("Logged"), _("Due sessions"), _("Remark"),
        _("The project manager's judgement"), _("The project manager's comment"),
    ]  # fmt: skip
    return SheetOut(
        name=_("Targets"),
        headings=headings,
        rows=_target_rows(content, pack),
        widths=[8, 26, 60, 26, 12, 10, 10, 12, 10, 10, 12, 10, 14, 10, 10, 10, 44, 18, 44],
    )


def _target_rows(content: Plain, pack: Pack) -> Iterator[list[Any]]:
    """The targets that the pack shows, in the order of the sheet."""
    figures = content["figures"]
    names = {row["position"]: row["name"] for row in figures["areas"]}
    shown = {row.code for block in pack.board.areas for row in block.drawn_rows}
    for row in figures["indicators"]:
        if row["code"] not in shown:
            continue
        sessions = row["sessions"] or {}
        yield [
            row["code"],
            names[row["area"]],
            row["text"],
            capfirst(str(Measure(row["measure"]).label)),
            str(Direction(row["direction"]).label) if row["direction"] else "",
            few_decimals(row["value"], is_typed=row["typed_in"]),
            few_decimals(row["value_max"], is_typed=row["typed_in"]),
            row["unit"],
            few_decimals(row["target"], is_typed=True),
            few_decimals(row["target_high"], is_typed=True),
            _day(row["due_on"]),
            few_decimals(row["expected"]),
            told_status(row, figures),
            few_decimals(sessions.get("held")),
            few_decimals(sessions.get("logged")),
            few_decimals(sessions.get("due")),
            _remark(row),
            *_own_words(row["judgement"]),
        ]


def _own_words(judgement: Plain | None) -> tuple[str, str]:
    """The project manager's status and comment beside the computed status."""
    if judgement is None:
        return "", ""
    return status_word(judgement["status"]) if judgement["status"] else "", judgement["comment"]


def _remark(row: Plain) -> str:
    """What stands beside the figure on the page: a changed target, why it is not told, where it comes from."""
    return " · ".join(filter(None, [*target_change_notes(row), _about_figure(row)]))


def _about_figure(row: Plain) -> str:
    if row["withheld"] == "small":
        return _("under %(limit)s") % {"limit": SMALLEST_TOTAL}
    if row["withheld"] == "period":
        return _("people are only told for the target's own period")
    if row["withheld"] in ("ages", "few"):
        return str(Withheld(row["withheld"]).label)
    if not row["typed_in"]:
        return ""
    return " · ".join(filter(None, [_("estimated") if row["estimated"] else "", row["source"]]))


def _milestones(pack: Pack) -> SheetOut:
    headings = [_("No."), _("Focus area"), _("Milestone"), _("Status"), _("Day"), _("Remark")]
    rows = [
        [line.code, part.block.name, line.text, line.word, line.when, line.note]
        for part in pack.areas
        for line in part.block.milestones
    ]
    return SheetOut(name=_("Milestones"), headings=headings, rows=rows, widths=[8, 26, 60, 14, 22, 44])


def _activities(content: Plain) -> SheetOut:
    figures = content["figures"]
    names = {row["position"]: row["name"] for row in figures["areas"]}
    headings = [
        _("Activity"), _("Focus area"), _("Held"), _("Cancelled"), _("Closed"), _("Not logged"), _("Visits"),
        _("Per session"), _("Volunteer turns"),
    ]  # fmt: skip
    rows = [
        [
            row["activity"],
            names[row["area"]],
            *(few_decimals(row["sessions"][key]) for key in ("held", "cancelled", "closed", "unlogged", "visits")),
            few_decimals(row["mean_visits"]),
            few_decimals(row["volunteer_turns"]),
        ]
        for row in figures["activities"]
    ]
    return SheetOut(name=_("Activities"), headings=headings, rows=rows, widths=[32, 30])


def _since(pack: Pack) -> SheetOut:
    since = pack.since
    assert since is not None
    headings = [_("No."), _("Target"), since.then_label, _("Now"), _("Difference"), _("Status"), "", _("Remark")]
    rows = [
        [row.code, row.text, row.then, row.now, row.change, row.status_word, row.turn_word, ". ".join(row.notes)]
        for row in since.rows
    ]
    rows += [[code, _("New target"), "", "", "", "", "", ""] for code in since.new]
    rows += [[code, _("No longer followed"), "", "", "", "", "", ""] for code in since.gone]
    return SheetOut(name=_("Since last"), headings=headings, rows=rows, widths=[8, 60, 24, 12, 12, 18, 10, 60])


def _corrections(pack: Pack) -> SheetOut:
    found = pack.corrections
    assert found is not None
    headings = [_("Figure"), _("Day"), _("Then"), _("Now"), _("Corrected"), _("Why")]
    rows = [[row.name, "", row.then, row.now, "", ""] for row in found.figures]
    rows += [[row.activity, row.day, row.then, row.now, row.corrected_on, row.reason] for row in found.logs]
    return SheetOut(name=_("Corrections"), headings=headings, rows=[*rows, [found.more or found.sentence]],
                    widths=[60, 16, 24, 24, 16, 60])  # fmt: skip


def _definitions(pack: Pack) -> SheetOut:
    headings = [_("Measure"), _("How it is counted")]
    return SheetOut(name=_("Definitions"), headings=headings, rows=pack.definitions, widths=[34, 100])


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
