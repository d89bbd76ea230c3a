"""Where the table stands in a sheet: below which title lines, with which headings in which columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from jobs.sheets.errors import SheetError
from jobs.sheets.fields import SheetField, heading_key
from jobs.sheets.package import MAX_ROWS, TOO_BIG
from jobs.sheets.workbook import Cell, Sheet, Workbook
from jobs.values import CellError, cell_text, clean_text, is_blank, month_and_year

TOP = 40  # a heading row further down than this is not looked for
OWN_HEADINGS = frozenset({"fejl", "række"})  # of the workbook of rejected rows


@dataclass(slots=True, eq=False)
class Table:
    """One sheet's table: headings at `heading`, data below."""

    sheet: Sheet
    heading: int
    headings: list[Cell]
    places: dict[str, int]
    repeated: dict[str, list[tuple[int, Any]]]
    unknown: list[str]
    year: int | None = None
    month: int | None = None

    def label(self, name: str, fields: Mapping[str, SheetField]) -> str:
        """The heading as the file writes it."""
        place = self.places.get(name)
        return fields[name].heading if place is None else clean_text(self.headings[place])

    def number(self, index: int) -> int:
        return self.sheet.number(index)

    def cell(self, index: int, name: str) -> Cell:
        place = self.places.get(name)
        row = self.sheet.rows[index]
        return row[place] if place is not None and place < len(row) else None

    def data(self) -> Iterator[tuple[int, list[Cell]]]:
        """Rows below the headings that hold anything, and are not the headings once more."""
        rows = self.sheet.rows
        again = {cell for cell in self.headings if isinstance(cell, str) and cell}
        for index in range(self.heading + 1, len(rows)):
            row = rows[index]
            for cell in row:
                if cell is None or (isinstance(cell, str) and is_blank(cell)):
                    continue
                if cell not in again or not self._repeats(row):
                    yield index, row
                break

    def _repeats(self, row: list[Cell]) -> bool:
        return all(cell == heading for cell, heading in zip(row, self.headings, strict=False) if not is_blank(cell))

    def cleaner(self, name: str, fields: Mapping[str, SheetField]) -> "Cleaner":
        return Cleaner(fields[name], {"year": self.year, "month": self.month} if fields[name].dated else {})


class Cleaner(dict):
    """Value of every distinct cell of a column, read once. A cell that cannot be read maps to its CellError."""

    def __init__(self, field: SheetField, context: dict[str, Any]) -> None:
        super().__init__()
        self.clean = field.widget.clean
        self.context = context

    def __missing__(self, cell: Cell) -> Any:
        try:
            value = self.clean(cell, **self.context)
        except CellError as error:
            value = error
        self[cell] = value
        return value


@dataclass(slots=True)
class _Match:
    heading: int
    headings: list[Cell]
    places: dict[str, int]
    repeated: dict[str, list[tuple[int, Any]]]
    unknown: list[str]
    missing: list[str]

    @property
    def found(self) -> int:
        return len(self.places) + len(self.repeated)


def find_tables(
    book: Workbook, fields: Mapping[str, SheetField], *, ignored: frozenset[str] = frozenset()
) -> tuple[list[Table], list[str]]:
    """The tables of all visible sheets, and the names of sheets without one. No table at all is a SheetError."""
    tables, others, best = [], [], None
    for sheet in book.visible:
        match = _find_headings(sheet, fields, ignored)
        if match is None or match.missing:
            others.append(sheet.name)
            if match and (best is None or match.found > best.found):
                best = match
            continue
        _fill_merged(sheet, match)
        month, year = _context(book, sheet, match.heading)
        tables.append(
            Table(sheet, match.heading, match.headings, match.places, match.repeated, match.unknown, year, month)
        )
    if not tables:
        raise SheetError(_no_table(best, fields))
    if (
        sum(len(table.sheet.rows) for table in tables) > MAX_ROWS
        and sum(1 for t in tables for _ in t.data()) > MAX_ROWS
    ):
        raise SheetError(TOO_BIG)
    return tables, others


def how_well(sheet: Sheet, fields: Mapping[str, SheetField], ignored: frozenset[str]) -> int:
    """How many columns of the sheet are known, 0 when a required one is missing. Reads the headings only."""
    match = _find_headings(sheet, fields, ignored)
    return 0 if match is None or match.missing else match.found


def _fill_merged(sheet: Sheet, match: _Match) -> None:
    """A date or an activity merged over several rows stands in each of them. (A mark over two people does not.)"""
    columns = set(match.places.values())
    room = MAX_ROWS
    for (top, left), (bottom, right) in sheet.merged:
        if top <= match.heading or left != right or left not in columns:
            continue
        for row in sheet.rows[top + 1 : bottom + 1]:
            room -= 1
            if room < 0:
                return
            if left < len(row) and is_blank(row[left]):
                row[left] = sheet.rows[top][left]


def _no_table(best: _Match | None, fields: Mapping[str, SheetField]) -> str:
    required = [field.heading for field in fields.values() if field.required]
    if best is None or best.found == 0:
        return str(_("No table was found. The columns must be: %(columns)s.")) % {"columns": ", ".join(required)}
    missing = ", ".join(fields[name].heading for name in best.missing)
    if len(best.missing) == 1:
        return str(_("The column “%(columns)s” is missing. Add it and try again.")) % {"columns": missing}
    return str(_("These columns are missing: %(columns)s. Add them and try again.")) % {"columns": missing}


def _find_headings(sheet: Sheet, fields: Mapping[str, SheetField], ignored: frozenset[str]) -> _Match | None:
    best: _Match | None = None
    for index, row in enumerate(sheet.rows[:TOP]):
        if sum(1 for cell in row if not is_blank(cell)) < 2 and not _spanned(sheet, index):
            continue
        single = _match(index, row, fields, ignored)
        if not single.missing and not _goes_on(sheet, index, fields):
            return single
        if index + 1 < len(sheet.rows):
            below = _match(index + 1, sheet.rows[index + 1], fields, ignored)
            double = _match(index + 1, _combined(sheet, index, fields), fields, ignored)
            if not double.missing and double.found > single.found and double.found > below.found:
                return double
        if not single.missing:
            return single
        if best is None or single.found > best.found:
            best = single
    return best


def _spanned(sheet: Sheet, index: int) -> bool:
    """Does a heading of this row stand over several columns?"""
    return any(top == index and right > left for (top, left), (_bottom, right) in sheet.merged)


def _goes_on(sheet: Sheet, index: int, fields: Mapping[str, SheetField]) -> bool:
    """Is the next row part of the headings: under a heading that spans columns, or all headings itself?"""
    if _spanned(sheet, index):
        return True
    below = [cell for cell in sheet.rows[index + 1] if not is_blank(cell)] if index + 1 < len(sheet.rows) else []
    return bool(below) and all(isinstance(cell, str) and _known(cell, fields) for cell in below)


def _combined(sheet: Sheet, index: int, fields: Mapping[str, SheetField]) -> list[Cell]:
    """Two heading rows as one: “Antal” over “I alt” and “Heraf 13-17 år”."""
    above, below = list(sheet.rows[index]), list(sheet.rows[index + 1])
    for (top, left), (_bottom, right) in sheet.merged:
        if top == index and 0 <= left < len(above):
            for column in range(left, min(right + 1, len(above))):
                above[column] = above[left]
    cells: list[Cell] = []
    for upper, lower in zip(above, below, strict=False):
        both = f"{cell_text(upper)} {cell_text(lower)}".strip()
        options = [lower, upper, both] if not is_blank(lower) else [upper]
        known = (cell for cell in (both, lower, upper) if _known(cell, fields))
        cells.append(next(known, options[0]))
    return cells


def _known(cell: Cell, fields: Mapping[str, SheetField]) -> bool:
    key = heading_key(cell)
    return bool(key) and any(
        key in field.keys or (field.repeated and field.repeated(cell)) for field in fields.values()
    )


def _match(index: int, row: list[Cell], fields: Mapping[str, SheetField], ignored: frozenset[str]) -> _Match:
    """Which column holds which field, when this row is the heading row."""
    keys = [heading_key(cell) for cell in row]
    places: dict[str, int] = {}
    for name, column in fields.items():
        if column.repeated is None:
            ranked = [(column.keys.index(key), place) for place, key in enumerate(keys) if key in column.keys]
            taken = set(places.values())
            ranked = [(rank, place) for rank, place in ranked if place not in taken]
            if ranked:
                places[name] = min(ranked)[1]
    repeated: dict[str, list[tuple[int, Any]]] = {}
    unknown = []
    for place, cell in enumerate(row):
        if place in places.values() or not keys[place]:
            continue
        if keys[place] in ignored or keys[place] in OWN_HEADINGS:
            continue
        for name, column in fields.items():
            if column.repeated is not None and (meaning := column.repeated(cell)) is not None:
                repeated.setdefault(name, []).append((place, meaning))
                break
        else:
            unknown.append(clean_text(cell))
    missing = [
        name for name, column in fields.items() if column.required and name not in places and name not in repeated
    ]
    return _Match(index, row, places, repeated, unknown, missing)


def _context(book: Workbook, sheet: Sheet, heading: int) -> tuple[int | None, int | None]:
    """Month and year that the tab's name, the title lines or the file name give to dates without them."""
    month = year = None
    titles = [cell for row in sheet.rows[:heading] for cell in row if isinstance(cell, str | date)]
    for text in (sheet.name, *titles, book.filename.rpartition(".")[0]):
        found_month, found_year = (text.month, text.year) if isinstance(text, date) else month_and_year(text)
        month, year = month or found_month, year or found_year
    return month, year
