"""Text files as Danish Excel and others write them: which encoding, which delimiter."""

import codecs
import csv
import re
from collections import Counter
from io import StringIO

from django.utils.translation import gettext_lazy as _

from jobs.sheets.errors import SheetError
from jobs.sheets.package import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, TOO_BIG

NOT_A_TABLE = _("The file does not hold a table. Choose an Excel file (.xlsx) or a CSV file with columns.")
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
# What an export puts an apostrophe before, so that a spreadsheet does not run it as a formula (full-width twins too).
RISKY = "=+-@\t\r\n\0＝＋－＠"
_ESCAPED = re.compile(rf"'[ ]*[{re.escape(RISKY)}]")
DELIMITERS = ";\t|,"
KEPT_ONCE = 50_000


def decode(data: bytes) -> str:
    """BOM, then UTF-8, then Windows-1252, which Danish Excel writes."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decoded(data, encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _decoded(data, "cp1252")
    if _CONTROL.search(text):
        raise SheetError(NOT_A_TABLE)
    return text


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError:
        raise SheetError(NOT_A_TABLE) from None


def read_delimited(data: bytes) -> list[list[str]]:
    """The rows of a CSV file; row 1 is the first, as Excel numbers them."""
    text = decode(data)
    if line := _SEPARATOR_LINE.match(text):
        delimiter, text = line[1], text[line.end() :]
    else:
        delimiter = sniff_delimiter(text)
    if text.count(delimiter) > MAX_CELLS:
        raise SheetError(TOO_BIG)
    rows: list[list[str]] = []
    seen: dict[str, str] = {}  # a long list says the same few thousand things over and over: keep each once
    try:
        # Strict, or a quotation mark that is never closed would swallow the rows after it without a word.
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(row) > MAX_COLUMNS:
                raise SheetError(NOT_A_TABLE)
            rows.append([seen.setdefault(cell, cell) for cell in row] if len(seen) < KEPT_ONCE else row)
    except csv.Error:
        raise SheetError(
            _('A quotation mark (") in row %(row)s is not closed. Correct it and try again.'), row=len(rows) + 1
        ) from None
    except TypeError:
        raise SheetError(NOT_A_TABLE) from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if len(rows) > MAX_ROWS + 100:
        raise SheetError(TOO_BIG)
    if "'" in text:
        rows = [[cell[1:] if _ESCAPED.match(cell) else cell for cell in row] for row in rows]
    return rows


def sniff_delimiter(text: str) -> str:
    """The sign that stands equally often in most lines; a semicolon before a comma, which is a decimal comma too."""
    lines = [line for line in _QUOTED.sub("", text[:65_536]).splitlines() if line.strip()][:60]
    for sign in DELIMITERS:
        counts = Counter(line.count(sign) for line in lines)
        if counts and (most := counts.most_common(1)[0])[0] > 0 and most[1] * 2 >= len(lines):
            return sign
    return max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))
