"""The whole log as a spreadsheet, in the columns that `import_log` reads: what goes out can come back in."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models.functions import Coalesce

from accounts.danish import danish_order
from accounts.models import Plan
from activities.models import Session, SessionAgeBand, SessionState

Band = tuple[int, int | None]
STATE_WORDS = {SessionState.HELD: "afholdt", SessionState.CANCELLED: "aflyst", SessionState.CLOSED: "lukket"}
# Danish in every language of the page, like the sheets of the teams: they are read back by these words.
BEFORE_BANDS = ["Dato", "Aktivitet", "Indsatsområde", "Status", "Antal i alt", "Anslået"]
AFTER_BANDS = ["Frivillige", "Tema", "Form", "Bemærkning", "Årsag"]


def log_table(plan: Plan) -> tuple[list[str], Iterator[list[Any]]]:
    """Headings and rows of every logged evening, oldest first, those of a day by activity. Two queries in all."""
    bands: dict[int, dict[Band, int]] = {}
    columns: set[Band] = set()
    for session, lowest, highest, heads in SessionAgeBand.objects.filter(plan=plan).values_list(
        "session_id", "lowest", "highest", "heads"
    ):
        bands.setdefault(session, {})[lowest, highest] = heads
        columns.add((lowest, highest))
    ordered = sorted(columns, key=lambda band: (band[0], band[1] or 999))
    headings = [*BEFORE_BANDS, *map(band_heading, ordered), *AFTER_BANDS]
    return headings, _rows(plan, bands, ordered)


def _rows(plan: Plan, bands: dict[int, dict[Band, int]], ordered: list[Band]) -> Iterator[list[Any]]:
    logged = Session.objects.for_plan(plan).filter(state__in=STATE_WORDS).order_by("date", "pk")
    logged = logged.annotate(heads=Coalesce("heads_total", "known_heads"))
    rows = logged.values_list(
        "pk", "date", "activity__name", "activity__focus_area__name", "state", "heads", "heads_estimated",
        "volunteer_turns", "theme", "format__name", "note", "reason",
    ).iterator(chunk_size=2000)  # fmt: skip
    for row in _by_day_and_activity(rows):
        pk, day, activity, area, state, heads, estimated, turns, theme, form, note, reason = row
        is_held = state == SessionState.HELD
        own = bands.get(pk, {})
        yield [
            day, activity, area, STATE_WORDS[SessionState(state)], heads if is_held else None,
            "ja" if estimated else None,
            *(own.get(band) for band in ordered),
            turns, theme, form, note, reason,
        ]  # fmt: skip


def _by_day_and_activity(rows: Iterator[Any]) -> Iterator[Any]:
    """Day by day as they come; the few of one day in Danish order, whatever the database sorts by."""
    for _day, same_day in groupby(rows, key=itemgetter(1)):
        yield from sorted(same_day, key=lambda row: (danish_order(row[2]), row[0]))


def band_heading(band: Band) -> str:
    """As `log_rows.age_band` reads it."""
    lowest, highest = band
    return f"Heraf {lowest}+ år" if highest is None else f"Heraf {lowest}-{highest} år"
