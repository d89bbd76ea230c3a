"""A meeting pack as files: a PDF to read and print, a workbook to count on. Both in Danish, both from its JSON alone.

The same JSON gives the same bytes: dates come from the pack, nothing from the clock.
"""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.templatetags.portal_tags import da_number, status_word
from jobs.typesetting import typeset
from reporting.board import ActivityRow, Row
from reporting.packs.reading import Bar, Pack, PackArea, frozen_at, read_in_words, written_when_frozen
from reporting.packs.workbook import pack_workbook
from reporting.plain import Plain

LANGUAGE = "da"
PDF, XLSX = "pdf", "xlsx"


def make_files(content: Plain, sha256: str) -> dict[str, bytes]:
    """Both files of a pack, by format."""
    return {PDF: pack_pdf(content, sha256), XLSX: pack_xlsx(content, sha256)}


def pack_pdf(content: Plain, sha256: str) -> bytes:
    """The pack on paper (A4, PDF/UA-1)."""
    with translation.override(LANGUAGE), written_when_frozen(content):
        data = _document(read_in_words(content), sha256)
    return typeset("pack", data, made_at=frozen_at(content))


def pack_xlsx(content: Plain, sha256: str) -> bytes:
    """The pack as a workbook."""
    with translation.override(LANGUAGE), written_when_frozen(content):
        return pack_workbook(content, sha256)


def _document(pack: Pack, sha256: str) -> dict[str, Any]:
    """What the template draws: plain values and finished words."""
    board = pack.board
    return {
        "lang": LANGUAGE,
        "title": f"{pack.title}, {pack.meeting} · {pack.plan}",
        "foot": " · ".join(filter(None, [pack.plan, pack.title, pack.meeting, pack.edition])),
        "plan": pack.plan,
        "meeting": f"{pack.title} · {pack.meeting}",
        "question": board.question,
        "answer": board.answer,
        "period": pack.period,
        "covers": pack.covers,
        "completeness": board.completeness,
        "tally": [{"status": status, "word": word, "count": count} for status, word, count in pack.tally],
        "summary": pack.summary,
        "decisions": pack.decisions,
        "deviations": pack.deviations,
        "attention": [_indicator(row) for row in board.attention],
        "areas": [_area(part) for part in pack.areas],
        "since": asdict(pack.since) if pack.since else None,
        "corrections": asdict(pack.corrections) if pack.corrections else None,
        "ages": _ages(pack),
        "definitions": [{"term": term, "text": text} for term, text in pack.definitions],
        "sha256": sha256,
        "words": _words(pack),
    }


def _words(pack: Pack) -> dict[str, str]:
    return {
        "kind": _("Meeting pack"),
        "page_of": _("of"),
        "decisions": _("For you to decide"),
        "attention": _("What needs a word"),
        "deviations": _("Deviations from the plan"),
        "code": _("No."),
        "target": _("Goal"),
        "value": _("Value"),
        "trend": _("Trend"),
        "status": _("Status"),
        "activity": _("Activity"),
        "held": _("Held"),
        "not_held": _("Cancelled/closed"),
        "visits": _("Visits"),
        "mean": _("Per session"),
        "turns": _("Volunteer turns"),
        "milestones": _("Milestones"),
        "milestone": _("Milestone"),
        "judgement": _("The project manager's judgement"),
        "logged": _("Logged"),
        "now": _("Now"),
        "then": _("Then"),
        "change": _("Difference"),
        "new": _("New targets:"),
        "gone": _("No longer followed:"),
        "since": _("Since last, target by target"),
        "corrections": _("Corrected since last"),
        "figure": _("Figure"),
        "logs": _("The evenings behind"),
        "day": _("Day"),
        "reason": _("Corrected, and why"),
        "ages": _("Who came"),
        "definitions": _("How the figures are counted"),
        "how": _(
            "A session that is not logged is left out; it is never a zero. Visits are how often somebody came, not how "
            "many people. Status compares with what could be expected by now from the planned sessions."
        ),
        "frozen": _(
            "Frozen %(day)s. The figures stand as they were that day, and what is corrected later is in the next pack. "
            "Anybody can check with the fingerprint that nothing has been changed."
        )
        % {"day": pack.frozen_on},
    }


def _area(part: PackArea) -> dict[str, Any]:
    return {
        "position": part.block.position,
        "name": part.block.name,
        "narrative": part.narrative,
        "rows": [_indicator(row) for row in part.block.drawn_rows],
        "milestones": [asdict(line) for line in part.block.milestones],
        "activities": [_activity(row) for row in part.block.activities],
        "chart": _chart(part.chart_title, part.chart, part.block.position),
    }


def _indicator(row: Row) -> dict[str, Any]:
    return {
        "goals": [f"{goal.kind}: {goal.text}" for goal in row.goals],
        "code": row.code,
        "text": row.text,
        "value": row.value,
        "of": row.of,
        "expected": row.expected,
        "status": row.status,
        "status_word": row.status_word or (status_word(row.status) if row.status else ""),
        "next_step": row.next_step,
        "judgement": _judgement(row),
        "notes": row.notes,
        "trend": [None if value is None else float(value) for value in row.trend],
        "trend_target": None if row.trend_target is None else float(row.trend_target),
        "trend_label": row.trend_label,
    }


def _judgement(row: Row) -> dict[str, str | None] | None:
    """What the project manager says beside the computed status."""
    own = row.judgement
    if own is None:
        return None
    word = status_word(own.status) if own.status else ""
    return {"status": own.status, "word": word, "comment": own.comment, "day": own.day}


def _activity(row: ActivityRow) -> dict[str, str]:
    return {
        "name": row.name,
        "held": da_number(row.sessions["held"]),
        "not_held": f"{da_number(row.sessions['cancelled'])}/{da_number(row.sessions['closed'])}",
        "visits": row.visits,
        "mean": row.mean,
        "turns": row.volunteer_turns,
        "completeness": row.completeness,
    }


def _chart(title: str, bars: list[Bar], position: str) -> dict[str, Any]:
    """A chart and the same numbers in words, for who does not see it."""
    told = ", ".join(f"{bar.name} {da_number(bar.value)}" for bar in bars)
    return {
        "title": title,
        "area": position,
        "alt": f"{title}: {told}",
        "bars": [
            {"name": bar.name, "value": float(bar.value or Decimal(0)), "shown": da_number(bar.value)} for bar in bars
        ],
    }


def _ages(pack: Pack) -> dict[str, Any] | None:
    if not pack.board.ages_total:
        return None
    bars = [Bar(name=name, value=Decimal(people)) for name, people in pack.board.ages]
    return {
        "sentence": _("About %(total)s different people, whom we know by alias.")
        % {"total": da_number(pack.board.ages_total)},
        "note": _(
            "Rounded to the nearest five, and only shown when every group is large enough, "
            "so that nobody can be picked out. Fixed 30 days after the half-year: later corrections do not change it."
        ),
        "chart": _chart(_("People by age"), bars, "0"),
    }
