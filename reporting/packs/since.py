"""What has happened since the last pack, in words: from the pack's JSON and its rows."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.templatetags.portal_tags import da_number, status_word
from reporting.board_rows import Row
from reporting.comparing import is_moved_target, turns_sentence
from reporting.disclosure import SMALLEST_TOTAL
from reporting.explain import plain_day, target_words
from reporting.models import Measure
from reporting.plain import Plain


@dataclass(frozen=True, kw_only=True)
class SinceRow:
    code: str
    text: str
    area: str
    then: str
    now: str
    change: str
    status: str | None
    status_word: str
    turn: str  # better, worse, same, or empty where nothing can be said
    turn_word: str
    notes: list[str]  # why the two may not be compared as they are


@dataclass(frozen=True, kw_only=True)
class Since:
    """What has happened since the last pack."""

    heading: str
    sentence: str
    then_label: str
    rows: list[SinceRow]
    has_changes: bool
    new: list[str]
    gone: list[str]


def read_since(content: Plain, rows: list[Row], *, then_period: str) -> Since:
    """The pack's "since last" in the active language; `then_period` is the last pack's period in words."""
    since, figures = content["since_last"], content["figures"]
    by_code = {row.code: row for row in rows}
    told = {row["code"]: row for row in figures["indicators"]}
    pairs = [row for row in since["rows"] if row["code"] in by_code]
    same_period = since["is_same_period"]
    compared = [
        _since_row(row, by_code[row["code"]], told[row["code"]], since, same_period=same_period) for row in pairs
    ]
    meeting = since["meeting"]
    then = _("up to %(day)s") % {"day": plain_day(since["as_of"])}
    if not same_period:
        then = f"{since['period']['label'] or then_period}, {then}"
    targets = [row for row in pairs if not by_code[row["code"]].is_milestone]
    return Since(
        heading=_("Since %(body)s, %(day)s") % {"body": meeting["body"], "day": plain_day(meeting["on"])},
        sentence=turns_sentence(targets, same_period=same_period),
        then_label=then,
        rows=compared,
        has_changes=any(row.change or row.turn in ("better", "worse") for row in compared),
        new=[f"{code} {by_code[code].text}" for code in since["new"] if code in by_code],
        gone=[f"{row['code']} {row['text']}" for row in since["gone"]],
    )


def _since_row(row: Plain, now: Row, told: Plain, since: Plain, *, same_period: bool) -> SinceRow:
    change = ""
    if row["change"] not in (None, "0") and not now.is_milestone:
        change = ("+" if Decimal(row["change"]) > 0 else "") + da_number(row["change"])
    turn = row["turn"] or ""
    words = {"better": _("better"), "worse": _("worse"), "same": ""}
    return SinceRow(
        code=row["code"],
        text=now.text,
        area=now.area,
        then=_value_then(row["then"], told),
        now=now.value,
        change=change,
        status=now.status,
        status_word=now.status_word or (status_word(now.status) if now.status else ""),
        turn=turn,
        turn_word=words.get(turn, ""),
        notes=_notes(row, told, since, same_period=same_period),
    )


def _notes(row: Plain, told: Plain, since: Plain, *, same_period: bool) -> list[str]:
    """What stands between the two: another target, another way of counting."""
    notes = []
    if same_period and is_moved_target(row["then"], row["now"]):
        reasons = [change["reason"] for change in told["target_changes"] if change["on"] >= since["as_of"]]
        notes.append(target_words(row["then"], row["now"], unit=told["unit"], reason="; ".join(reversed(reasons))))
    if not row.get("is_alike", True):
        notes.append(_("The two figures are not counted alike, so they cannot be compared"))
    return notes


def _value_then(then: Plain, now: Plain) -> str:
    """A value as it was told then, in the unit that it had then."""
    if then["withheld"] == "small":
        return _("under %(limit)s") % {"limit": SMALLEST_TOTAL}
    if then.get("measure", now["measure"]) == Measure.MILESTONE:
        return _("Done") if then["value"] not in (None, "0") else da_number(None)
    low, high = da_number(then["value"]), da_number(then["value_max"])
    text = f"{low}–{high}" if then["value_max"] is not None and high != low else low
    return f"{text} %" if then.get("unit", now["unit"]) == "%" and then["value"] is not None else text
