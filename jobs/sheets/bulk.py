"""Long lists out: hundreds of thousands of rows as CSV or .xlsx, written as they are read, in constant memory.

`writing.xlsx_bytes` asks xlsxwriter for every cell. Here xlsxwriter makes an empty workbook, so that the package, its
styles and its heading row are what it always writes, and the rows are put in as text: a list says the same few thousand
things over and over, so each value is turned into XML once.
"""

import csv
import math
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from jobs.sheets.writing import csv_value, is_risky, tab_name

ROWS_AT_ONCE = 2000
KEPT = 50_000  # different values; more than that and the list is not of the kind that repeats itself
EXCEL_DAY_ZERO = date(1899, 12, 30)
MOST_ROWS = 1_048_575  # of a sheet, below its headings
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_SAMPLE = re.compile(rb'<row r="2".*?</row>', re.DOTALL)
_STYLE = re.compile(rb' s="(\d+)"')
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
_LOOKS_ESCAPED = re.compile("_(?=x[0-9a-fA-F]{4}_)")


def csv_chunks(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """UTF-8 with BOM, semicolons, CRLF, as `csv_bytes`, a few thousand rows at a time."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([csv_value(heading) for heading in headings])
    known: dict[Any, str] = {}
    for number, row in enumerate(rows, start=1):
        cells = []
        for value in row:
            key = (value.__class__, value)
            cell = known.get(key)
            if cell is None:
                if len(known) >= KEPT:
                    known.clear()
                cell = known[key] = csv_value(value)
            cells.append(cell)
        writer.writerow(cells)
        if number % ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def write_xlsx(
    target: BinaryIO,
    *,
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """One tab of plain values to a seekable file; says how many rows. More than a sheet holds is a ValueError."""
    frame = _frame(tab_name(name, set()), headings)
    page = _DIMENSION.sub(b"", frame.read(SHEET))
    sample = _SAMPLE.search(page)
    if sample is None:
        raise ValueError("xlsxwriter writes its rows in another way by now")
    styles = [int(number) for number in _STYLE.findall(sample[0])]
    texts = _Texts(headings)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for part in frame.namelist():
            if part not in (SHEET, STRINGS):
                package.writestr(part, frame.read(part))
        with package.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(page[: sample.start()])
            count = 0
            for chunk, count in _row_chunks(rows, len(headings), texts, dated=styles[0], quoted=styles[1]):
                sheet.write(chunk)
                progress(count)
            sheet.write(page[sample.end() :])
        with package.open(STRINGS, "w") as strings:
            strings.write(texts.part())
    return count


def _frame(name: str, headings: Sequence[str]) -> zipfile.ZipFile:
    """A workbook with its headings, and a second row that shows the two styles."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    sheet.write_number(1, 0, 1, book.add_format({"num_format": "dd-mm-yyyy"}))
    sheet.write_string(1, 1, "", book.add_format({"quote_prefix": True}))
    sheet.write_string(1, 2, "-")  # or a sheet of blank cells would need no table of texts
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(headings) - 1, 0), 16)
    book.close()
    return zipfile.ZipFile(buffer)


class _Texts:
    """The workbook's table of texts: the headings first, as xlsxwriter numbered them."""

    def __init__(self, headings: Sequence[str]) -> None:
        self.number: dict[str, int] = {}
        for heading in headings:
            self.number.setdefault(heading, len(self.number))

    def cell(self, text: str, style: str) -> str:
        """What follows a cell's address."""
        number = self.number.get(text)
        if number is None:
            if len(self.number) >= KEPT:  # keep no more of them: in the sheet itself
                return f'{style} t="inlineStr"><is>{_element(text)}</is></c>'
            number = self.number[text] = len(self.number)
        return f'{style} t="s"><v>{number}</v></c>'

    def part(self) -> bytes:
        items = "".join(f"<si>{_element(text)}</si>" for text in self.number)
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'uniqueCount="{len(self.number)}">{items}</sst>'
        ).encode()


def _element(text: str) -> str:
    cleaned = _LOOKS_ESCAPED.sub("_x005F_", text[:32_767].translate(_NOT_XML))
    space = ' xml:space="preserve"' if cleaned != cleaned.strip() or "\n" in cleaned else ""
    return f"<t{space}>{escape(cleaned)}</t>"


def _row_chunks(
    rows: Iterable[Sequence[Any]], width: int, texts: _Texts, *, dated: int, quoted: int
) -> Iterator[tuple[bytes, int]]:
    """The rows as XML with how many there are by then; a cell is its address and what its value made before."""
    letters = [xl_col_to_name(column) for column in range(width)]
    known: dict[Any, str] = {}
    pieces: list[str] = []
    number = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise ValueError("more rows than a sheet holds")
        line = number + 1
        pieces.append(f'<row r="{line}">')
        for letter, value in zip(letters, row, strict=True):
            if value is None or value == "":
                continue
            key = (value.__class__, value)
            tail = known.get(key)
            if tail is None:
                if len(known) >= KEPT:
                    known.clear()
                tail = known[key] = _tail(value, texts, dated, quoted)
            pieces.append(f'<c r="{letter}{line}"{tail}')
        pieces.append("</row>")
        if number % ROWS_AT_ONCE == 0:
            yield "".join(pieces).encode(), number
            pieces.clear()
    yield "".join(pieces).encode(), number


def _tail(value: Any, texts: _Texts, dated: int, quoted: int) -> str:
    """A cell from after its address on."""
    if isinstance(value, bool):
        return texts.cell("ja" if value else "nej", "")
    if isinstance(value, int | float | Decimal) and math.isfinite(value):
        return f"><v>{value}</v></c>"
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None).date()
    if isinstance(value, date):
        return f' s="{dated}"><v>{(value - EXCEL_DAY_ZERO).days}</v></c>'
    text = str(value).translate(_NOT_XML)
    if not text:  # nothing that a sheet can hold: as empty as an empty text
        return "/>"
    return texts.cell(text, f' s="{quoted}"' if is_risky(text) else "")
