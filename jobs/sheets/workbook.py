"""Bytes of a file → sheets of rows, with everything refused that should not come in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

import python_calamine
from django.utils.translation import gettext_lazy as _

from jobs.cpr import contains_cpr
from jobs.sheets.collector import without_collecting
from jobs.sheets.errors import SheetError
from jobs.sheets.package import DAMAGED, MAX_FILE, MAX_ROWS, TOO_BIG, check_package, column_letters
from jobs.sheets.text import read_delimited
from jobs.values import cell_text, is_blank

Cell = str | int | float | date | None
TEXT_KINDS = frozenset({".csv", ".txt", ".tsv"})
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PLAIN = frozenset({str, int, float, date, type(None)})


@dataclass(slots=True, eq=False)
class Sheet:
    """One tab. `rows[0]` is spreadsheet row `first_row`; the first cell of a row stands in column `first_column`."""

    name: str
    rows: list[list[Cell]]
    visible: bool = True
    first_row: int = 1
    first_column: int = 1
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)

    def number(self, index: int) -> int:
        """The row number that a person sees in the spreadsheet."""
        return self.first_row + index

    def letter(self, index: int) -> str:
        """The column letter that a person sees in the spreadsheet."""
        return column_letters(self.first_column + index)


@dataclass(slots=True)
class Workbook:
    filename: str
    sheets: list[Sheet]

    @property
    def visible(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.visible and sheet.rows]


@without_collecting()
def read_workbook(data: bytes, filename: str) -> Workbook:
    """All sheets of an .xlsx or delimited text file, or SheetError. A CPR-shaped number anywhere refuses the file."""
    filename = PurePath(filename.replace("\\", "/").replace("\0", "")).name
    if contains_cpr(PurePath(filename).stem):
        raise SheetError(_("The file name looks like a CPR number. Rename the file and try again."))
    if len(data) > MAX_FILE:
        raise SheetError(TOO_BIG)
    if not data.strip():
        raise SheetError(_("The file is empty."))
    suffix = PurePath(filename).suffix.lower()
    if suffix == ".xlsx":
        sheets = _read_xlsx(data)
    elif suffix in TEXT_KINDS:
        if data.startswith((ZIP, OLE)):
            raise SheetError(
                _("The file is named %(suffix)s but is an Excel file. Save it as .xlsx and try again."), suffix=suffix
            )
        sheets = [Sheet(name="", rows=[list(row) for row in read_delimited(data)])]
    elif suffix in {".xls", ".xlsm", ".xlsb", ".ods", ".numbers"}:
        raise SheetError(
            _("Files of the kind %(suffix)s are not read. Open it, save it as .xlsx and try again."), suffix=suffix
        )
    else:
        raise SheetError(_("Choose an Excel file (.xlsx) or a CSV file (.csv)."))
    if not any(sheet.rows for sheet in sheets):
        raise SheetError(_("The file is empty."))
    book = Workbook(filename=filename, sheets=sheets)
    refuse_cpr(book)
    if sum(len(sheet.rows) for sheet in book.sheets) > MAX_ROWS + 1_000:  # with room for headings and title lines
        raise SheetError(TOO_BIG)
    return book


def read_file(path: str | Path) -> Workbook:
    """The same from a path, never reading more than the limit into memory."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError:
        raise SheetError(_("The file %(name)s cannot be opened."), name=path.name) from None
    return read_workbook(data, path.name)


def _read_xlsx(data: bytes) -> list[Sheet]:
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SheetError(_("The file is locked with a password. Remove the password in Excel and try again."))
        raise SheetError(_("This is an old Excel file. Open it, save it as .xlsx and try again."))
    if not data.startswith(ZIP):
        raise SheetError(_("The file is named .xlsx but is not an Excel file. Save it as .xlsx and try again."))
    check_package(data)
    try:
        return _sheets(data)
    except SheetError:
        raise
    except (python_calamine.CalamineError, ValueError, OverflowError, OSError, KeyError, TypeError):
        raise SheetError(DAMAGED) from None
    except BaseException as error:
        # why: a panic inside the Rust reader arrives as an exception of its own, outside Exception
        if type(error).__name__ == "PanicException":
            raise SheetError(DAMAGED) from None
        raise


def _sheets(data: bytes) -> list[Sheet]:
    sheets = []
    with python_calamine.CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
        for about in workbook.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            source = workbook.get_sheet_by_name(about.name)
            rows = _plain_rows(source.to_python(skip_empty_area=True))
            row, column = source.start or (0, 0)
            sheets.append(
                Sheet(
                    name=about.name,
                    rows=rows,
                    visible=about.visible == python_calamine.SheetVisibleEnum.Visible,
                    first_row=row + 1,
                    first_column=column + 1,
                    merged=[
                        ((top - row, left - column), (bottom - row, right - column))
                        for (top, left), (bottom, right) in (source.merged_cell_ranges or [])
                    ],
                )
            )
    return sheets


def _plain_rows(rows: list[list[Any]]) -> list[list[Cell]]:
    """Only texts, numbers and dates. True is not 1, and a time of day is a text: both as Danish Excel shows them."""
    kinds = set(map(type, chain.from_iterable(rows)))
    if not kinds <= _PLAIN or float in kinds:
        rows = [[_plain(cell) for cell in row] for row in rows] if _needs_care(rows, kinds) else rows
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
    return rows


def _needs_care(rows: list[list[Any]], kinds: set[type]) -> bool:
    return not kinds <= _PLAIN or any(value != value for value in set(chain.from_iterable(rows)))


def _plain(cell: Any) -> Cell:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, bool | time | timedelta) or (isinstance(cell, float) and cell != cell):
        return cell_text(cell)
    return cell


# -- CPR ---------------------------------------------------------------------------------------------------------------


def refuse_cpr(book: Workbook) -> None:
    """A CPR-shaped number refuses the whole file, hidden tabs too. Says where it stands, never what it is."""
    for position, sheet in enumerate(book.sheets, start=1):
        if contains_cpr(sheet.name):
            raise SheetError(
                _("The name of tab no. %(position)s looks like a CPR number. Rename it; nothing was imported."),
                position=position,
            )
        found = {cell for cell in set(chain.from_iterable(sheet.rows)) if contains_cpr(cell)}
        if found:
            raise SheetError(
                _("Something looks like a CPR number: %(places)s. Remove it and try again; nothing was imported."),
                places=_places(book, sheet, found),
            )


def _places(book: Workbook, sheet: Sheet, found: Iterable[Cell]) -> str:
    places: list[str] = []
    wanted, count = set(found), 0
    headings = _likely_headings(sheet)
    for index, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if cell in wanted and not isinstance(cell, date):
                count += 1
                if len(places) < 3:
                    heading = headings.get(column, "")
                    place = _("row %(row)s, column %(column)s") % {
                        "row": sheet.number(index),
                        "column": f"{sheet.letter(column)} ({heading})" if heading else sheet.letter(column),
                    }
                    places.append(place)
    text = "; ".join(places)
    if count > len(places):
        text = _("%(places)s and %(count)s more places") % {"places": text, "count": count - len(places)}
    if len(book.sheets) > 1:
        text = _("tab “%(tab)s”, %(places)s") % {"tab": sheet.name, "places": text}
    return str(text)


def _likely_headings(sheet: Sheet) -> dict[int, str]:
    """The fullest row of texts near the top, to name a column by more than its letter."""
    best: dict[int, str] = {}
    for row in sheet.rows[:20]:
        texts = {
            column: cell.strip()
            for column, cell in enumerate(row)
            if isinstance(cell, str) and cell.strip() and len(cell) <= 60 and not contains_cpr(cell)
        }
        if len(texts) > len(best):
            best = texts
    return best
