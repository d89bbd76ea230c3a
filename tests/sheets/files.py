"""Small files for tests: workbooks and text files in memory."""

import csv
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import xlsxwriter

DATA = Path(__file__).resolve().parent.parent / "data"
LOG = DATA / "logbog-2025.csv"
ATTENDANCE = DATA / "fremmoede-lektiecafe-2025.xlsx"


def xlsx(sheets: dict[str, Iterable[Sequence[object]]], *, hidden: Sequence[str] = ()) -> bytes:
    """A workbook with these tabs; a value of a tab is its rows."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    dates = book.add_format({"num_format": "dd-mm-yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(index, column, value, dates)
                elif value is not None and value != "":
                    sheet.write(index, column, value)
        if name in hidden:
            sheet.hide()
    book.close()
    return buffer.getvalue()


def csv_text(*rows: Sequence[object], delimiter: str = ";") -> bytes:
    buffer = StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The workbook with some parts replaced or added."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return buffer.getvalue()
