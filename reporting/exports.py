"""The figures of one period as a file: CSV of one table, or a workbook of them all. From a figure set alone."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jobs.sheets.bulk import csv_chunks
from jobs.sheets.writing import SheetOut, xlsx_bytes
from reporting.columns import CODE, DAY, NUMBER, TABLES, YES, Column, DataTable, plain_number
from reporting.figure_set import Plain
from reporting.models import Measure
from reporting.plain import few_decimals

WIDE = {"text": 60, "goal": 60, "activity": 32, "focus_area": 28}


def figures_csv(figure_set: Plain, table: DataTable) -> Iterator[bytes]:
    """UTF-8 with BOM, semicolons, decimal commas, no cell a formula; headings and codes in the page's language."""
    return csv_chunks([str(column.heading) for column in table.columns], _rows(figure_set, table))


def figures_workbook(figure_set: Plain, *, state: str, sha256: str = "") -> bytes:
    """All tables, and what every measure means. `state`: "Draft …" or "Released …", as the page says it."""
    sheets = [_about(figure_set, state, sha256)]
    sheets += [
        SheetOut(
            name=str(table.title),
            headings=[str(column.heading) for column in table.columns],
            rows=_rows(figure_set, table),
            widths=[WIDE.get(column.name, 14) for column in table.columns],
        )
        for table in TABLES.values()
        if table.rows(figure_set)
    ]
    return xlsx_bytes([*sheets, _definitions(figure_set)], title=figure_set["plan"]["name"])


def _rows(figure_set: Plain, table: DataTable) -> Iterator[list[Any]]:
    for row in table.rows(figure_set):
        if table.is_shown(row, figure_set):
            yield [cell(column, row, figure_set) for column in table.columns]


def cell(column: Column, row: Plain, figure_set: Plain) -> Any:
    """A value as a sheet shows it: a code in words, a day as a date, yes or no, a number with few decimals."""
    if column.words is not None:
        return column.words(row, figure_set) or None
    value = column.read(row, figure_set)
    if value is None or value == "":
        return None
    if column.kind == CODE and column.codes is not None:
        return capfirst(str(column.codes(value).label))
    if column.kind == DAY:
        return date.fromisoformat(value)
    if column.kind == YES:
        return _("yes") if value else _("no")
    if column.kind == NUMBER:
        is_typed = column.is_typed or row.get("typed_in", False)
        return few_decimals(value, is_typed=is_typed, is_share=column.is_share)
    return value


def _about(figure_set: Plain, state: str, sha256: str) -> SheetOut:
    period = figure_set["period"]
    counts = figure_set["completeness"]
    rows = [
        (_("Plan"), figure_set["plan"]["name"]),
        (_("Period"), period["label"]),
        (_("First day"), date.fromisoformat(period["from"])),
        (_("Last day"), date.fromisoformat(period["to"])),
        (_("Figures up to"), date.fromisoformat(figure_set["as_of"])),
        (_("Draft or released"), state),
        (_("Logged"), plain_number(counts["logged"])),
        (_("Due sessions"), plain_number(counts["due"])),
        *([("SHA-256", sha256)] if sha256 else []),
    ]
    return SheetOut(name=_("About the file"), headings=[_("Figures"), ""], rows=rows, widths=[24, 60])


def _definitions(figure_set: Plain) -> SheetOut:
    """As they read when the figures were made; then what each column says."""
    language = "en" if get_language() == "en" else "da"
    rows: list[tuple[str, str]] = [
        (capfirst(str(Measure(code).label)), texts[language]) for code, texts in figure_set["definitions"].items()
    ]
    seen: set[str] = set()
    for table in TABLES.values():
        for column in table.columns:
            if column.name not in seen:
                seen.add(column.name)
                rows.append((str(column.heading), str(column.says)))
    return SheetOut(name=_("Definitions"), headings=[_("Word"), _("Definition")], rows=rows, widths=[32, 90])
