"""A meeting pack as plain data, before it becomes text: only strings, booleans, None, lists and dictionaries.

Numbers are decimal strings and days ISO strings, as in a figure set, which it holds whole. `packs/pack.schema.json`
says the same to other programs, and a pack that does not follow it is never frozen. It names no person.
"""

import functools
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reporting.comparing import compare
from reporting.figure_versions import as_newest
from reporting.models import AreaNarrative, StatusReport
from reporting.plain import Plain, number
from reporting.releases import fingerprint

VERSION = "1"
SCHEMA = Path(__file__).with_name("pack.schema.json")


class PackDamaged(Exception):
    """The stored text does not have the stored fingerprint: somebody has changed the row behind the portal's back."""


def build_content(
    *,
    report: StatusReport,
    narratives: Iterable[AreaNarrative],
    figures: Plain,
    previous: StatusReport | None,
    corrections: Plain | None,
    edition: int,
    frozen_at: datetime,
) -> Plain:
    """Everything that the meeting is given. `previous` is the frozen pack that "since last" looks back at."""
    return {
        "kind": "meeting_pack",
        "version": VERSION,
        "plan": figures["plan"],
        "meeting": {"body": report.body, "on": report.meets_on.isoformat()},
        "edition": number(edition),
        "frozen_at": frozen_at.astimezone(UTC).isoformat(timespec="seconds"),
        "summary": report.summary.strip(),
        "decisions": lines_of(report.decisions),
        "deviations": lines_of(report.deviations),
        "narratives": [
            {
                "area": number(narrative.focus_area.position),
                "name": narrative.focus_area.name,
                "name_en": narrative.focus_area.name_en,
                "text": narrative.text.strip(),
            }
            for narrative in narratives
            if narrative.text.strip()
        ],
        "figures": figures,
        "since_last": since_last(figures, previous) if previous else None,
        "corrections": corrections,
    }


def lines_of(text: str) -> list[str]:
    """One point per line; blank lines and list marks in front are nothing."""
    lines = (line.strip().lstrip("-–•*").strip() for line in text.splitlines())
    return [line for line in lines if line]


def read_pack(report: StatusReport) -> Plain:
    """The content of a frozen pack, after its fingerprint has been checked; its figures in the newest shape."""
    if fingerprint(report.content) != report.sha256:
        raise PackDamaged(f"Status report {report.pk} does not have its fingerprint.")
    content = json.loads(report.content)
    return {**content, "figures": as_newest(content["figures"])}


def check_schema(content: Plain) -> None:
    """Raises `jsonschema.ValidationError` for what no reader of packs could trust."""
    _validator().validate(content)


@functools.cache
def _validator() -> Any:
    import jsonschema  # here, not above: see reporting/schema.py

    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


# -- since last --------------------------------------------------------------------------------------------------------


def since_last(figures: Plain, previous: StatusReport) -> Plain:
    """The same indicators then and now. A difference is told only where both are about the same period, and counted by
    the same rule."""
    told = read_pack(previous)
    old = told["figures"]
    is_same_period = all(figures["period"][key] == old["period"][key] for key in ("from", "to"))
    before = {row["code"]: row for row in old["indicators"]}
    now = {row["code"] for row in figures["indicators"]}
    return {
        "sha256": previous.sha256,
        "meeting": told["meeting"],
        "as_of": old["as_of"],
        "period": old["period"],
        "is_same_period": is_same_period,
        "rows": [
            compare(row, figures, before[row["code"]], old, is_same_period=is_same_period)
            for row in figures["indicators"]
            if row["code"] in before
        ],
        "new": [row["code"] for row in figures["indicators"] if row["code"] not in before],
        "gone": [{"code": row["code"], "text": row["text"]} for row in old["indicators"] if row["code"] not in now],
    }
