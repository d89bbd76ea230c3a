"""Spreadsheets out: CSV that Danish Excel opens as it should, and .xlsx; no text ever runs as a formula."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from jobs.cpr import contains_cpr
from jobs.sheets.outcome import Outcome, RejectedRow
from jobs.sheets.table import Table
from jobs.sheets.text import RISKY
from jobs.values import cell_text, clean_text

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
ERROR_HEADING = "Fejl"  # Danish like the sheet's own headings; the importer skips the column


def is_risky(text: str) -> bool:
    """Would a spreadsheet run this text as a formula, or hide that it does?"""
    return text.lstrip(" ")[:1] in RISKY if text.strip(" ") else False


def csv_value(value: Any) -> str:
    """A cell of a CSV file. Numbers stay numbers; risky text gets an apostrophe, which our own reader takes away."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, int | float | Decimal):
        return _danish_number(value)
    if isinstance(value, date):
        return cell_text(value)
    text = str(value).replace("\0", "")
    return f"'{text}" if is_risky(text) else text


def _danish_number(value: float | Decimal) -> str:
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    return cell_text(value) if isinstance(value, float) else str(value)


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with BOM, semicolons, CRLF: what Danish Excel opens by a double click."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(csv_value(heading) for heading in headings)
    for row in rows:
        writer.writerow([csv_value(value) for value in row])
    return buffer.getvalue().encode("utf-8-sig")


@dataclass(slots=True)
class SheetOut:
    """One tab to write: headings, then rows."""

    name: str
    headings: Sequence[Any]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[float] = ()  # of the first columns, in characters; texts in a wide one (40 or more) are wrapped


COLUMN_WIDTH = 16
WRAPPED_FROM = 40


def xlsx_bytes(sheets: Iterable[SheetOut], *, created: datetime | None = None, title: str = "") -> bytes:
    """A workbook of plain values: texts are always texts, numbers numbers, dates dates.

    With `created` (UTC) instead of the clock, the same values give the same bytes.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    if created or title:
        known = created.replace(tzinfo=None) if created else None
        book.set_properties({"title": title} | ({"created": known} if known else {}))
    styles = {
        "heading": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "heading_date": book.add_format({"bold": True, "bottom": 1, "num_format": "dd-mm-yyyy"}),
        "date": book.add_format({"num_format": "dd-mm-yyyy"}),
        "quoted": book.add_format({"quote_prefix": True}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "quoted_wrapped": book.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"}),
    }
    wide = {**styles, "plain": styles["wrapped"], "quoted": styles["quoted_wrapped"]}
    taken: set[str] = set()
    for out in sheets:
        sheet = book.add_worksheet(tab_name(out.name, taken))
        for column, heading in enumerate(out.headings):
            style = styles["heading_date"] if isinstance(heading, date) else styles["heading"]
            _write(sheet, 0, column, heading, {**styles, "date": style, "quoted": style, "plain": style})
        for number, row in enumerate(out.rows, start=1):
            for column, value in enumerate(row):
                is_wide = column < len(out.widths) and out.widths[column] >= WRAPPED_FROM
                _write(sheet, number, column, value, wide if is_wide else styles)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(out.headings) - 1, 0), COLUMN_WIDTH)
        for column, width in enumerate(out.widths):
            sheet.set_column(column, column, width)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, styles: dict[str, Any]) -> None:
    plain = styles.get("plain")
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, "ja" if value else "nej", plain)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, value, plain)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), styles["date"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles["date"])
    else:
        text = str(value).replace("\0", "")[:32_767]
        # The quote prefix is Excel's own apostrophe: the text stays a text also when somebody edits the cell.
        sheet.write_string(row, column, text, styles["quoted"] if is_risky(text) else plain)


def tab_name(name: str, taken: set[str]) -> str:
    """Excel's rules: at most 31 characters, none of []:*?/\\, no apostrophe at the ends, each name once."""
    cleaned = "".join(" " if char in "[]:*?/\\" else char for char in clean_text(name)).strip("' ")[:31] or _("Rows")
    candidate, number = cleaned, 2
    while candidate.casefold() in taken:
        candidate = f"{cleaned[:27]} {number}"
        number += 1
    taken.add(candidate.casefold())
    return candidate


# -- rejected rows -----------------------------------------------------------------------------------------------------


def rejects_workbook(outcome: Outcome) -> bytes:
    """The rejected rows, with the columns that the file had and one more that says why: to correct and import again."""
    sheets = []
    for table in outcome.tables:
        rejected = [row for row in outcome.invalid_rows if row.table is table]
        if rejected:
            sheets.append(_rejects_sheet(table, rejected))
    return xlsx_bytes(sheets)


def _rejects_sheet(table: Table, rejected: list[RejectedRow]) -> SheetOut:
    width = max([len(table.headings), *(len(table.sheet.rows[item.index]) for item in rejected)])
    headings = [table.headings[place] if place < len(table.headings) else "" for place in range(width)]
    keep = [place for place in range(width) if clean_text(headings[place]).casefold() != ERROR_HEADING.casefold()]
    dated = _column_dates(table)
    by_row: dict[int, list[RejectedRow]] = {}
    for item in rejected:
        by_row.setdefault(item.index, []).append(item)
    rows = []
    for index, items in by_row.items():
        source = table.sheet.rows[index]
        marks = {place for places in table.repeated.values() for place, _meaning in places}
        if all(item.place is not None for item in items):  # cells of people × dates: the other cells are in already
            marks -= {item.place for item in items}
        else:
            marks = set()
        cells = [source[place] if place < len(source) and place not in marks else "" for place in keep]
        reason = "; ".join(f"{item.column}: {item.reason}" if item.column else item.reason for item in items)
        rows.append([*cells, _("Row %(row)s. %(reason)s") % {"row": table.number(index), "reason": reason}])
    return SheetOut(
        name=table.sheet.name or _("Rejected"),
        headings=[*(dated.get(place, headings[place]) for place in keep), ERROR_HEADING],
        rows=rows,
    )


def _column_dates(table: Table) -> dict[int, date]:
    """Dates over columns in full: without its title lines, “6/1” would have lost its year."""
    return {
        place: meaning for places in table.repeated.values() for place, meaning in places if isinstance(meaning, date)
    }


def safe_name(text: str) -> str:
    """A file name to keep or to send: never a path, never a CPR number, its kind unchanged."""
    name = clean_text(text).replace("\\", "/").rpartition("/")[2]
    stem, dot, suffix = "".join(char for char in name if char.isalnum() or char in "-_ .").rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    stem = stem[:80].strip(". ")
    if not stem or contains_cpr(stem):
        stem = "fil"
    return f"{stem}{dot}{suffix[:10]}"
