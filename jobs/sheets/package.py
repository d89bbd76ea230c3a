"""What must be known about an .xlsx file before anything unpacks it.

The spreadsheet reader lays a sheet out as a full rectangle, so two cells in opposite corners of a tiny file could ask
for gigabytes; and the sizes that a zip archive declares may be lies. So every part is unpacked here once, as a stream
with a ceiling, and the cells' addresses are looked at.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from jobs.cpr import contains_cpr
from jobs.sheets.errors import SheetError

MAX_FILE = 20_000_000
MAX_UNPACKED = 200_000_000
MAX_PARTS = 2_000
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_CELLS = 4_000_000
UNADDRESSED = 500_000  # cells without an address of their own: legal, rare, and slow to count
CHUNK = 1 << 20
# Parts without words of people; docProps/app.xml repeats the names of the tabs, which are looked at on their own.
NO_WORDS = ("xl/styles", "xl/theme", "xl/media", "_rels", "[Content", "docProps/app.xml")

TOO_BIG = _("The file is too big. At most 20 MB and 200,000 rows can be read; split it in two.")
DAMAGED = _("The file cannot be read. Open it in Excel, save it as .xlsx and try again.")

_ADDRESS = rb"""\sr\s*=\s*["']([A-Za-z]{1,4})(\d{1,8})["']"""
# Literal beginnings, so that the search runs at the speed of memory over what Excel itself writes.
_WIDE_COLUMN = re.compile(rb""" r="([A-Z]{2,3})\d""")
_ROW = re.compile(rb"""<row r="(\d{1,8})\"""")
_CELL_STARTS = tuple(start + end for start in (b"<c", b":c") for end in (b" ", b">", b"/", b"\n", b"\t", b"\r"))
_TOKEN = re.compile(rb"""<(?:\w+:)?(row|c)((?:\s[^>]*?)?)(/?)>""")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,8})["']""")
_CELL_ADDRESS = re.compile(_ADDRESS)
_TAG = re.compile(rb"<[^>]*>")
_RUN = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")  # a piece of text; a number may run over several
_TEXT_END = re.compile(rb"</(?:\w+:)?(?:comment|si|p|lpwstr|title|creator|subject|description|keywords|definedName)>")
_COMMENT_CELL = re.compile(rb"""<(?:\w+:)?(?:comment|threadedComment)\s[^>]*?\bref="([A-Z]{1,3}\d{1,7})\"""")


class Part(NamedTuple):
    name: str
    packed: memoryview
    method: int


def check_package(data: bytes) -> None:
    """Raise SheetError for an archive that is no workbook, is damaged, locked or too big, or has a CPR in a comment."""
    parts = _parts(data)
    if not any(part.name == "xl/workbook.xml" for part in parts):
        raise SheetError(_("The file is not a spreadsheet. Choose an Excel file (.xlsx) or a CSV file."))
    unpacked = 0
    for part in parts:
        if not part.name.endswith((".xml", ".rels")):
            continue
        if part.name.startswith("xl/worksheets/") and part.name.endswith(".xml"):
            unpacked += _check_sheet(part, MAX_UNPACKED - unpacked)
        elif part.name.startswith("xl/sharedStrings"):
            unpacked += _check_strings(part, MAX_UNPACKED - unpacked)
        else:
            unpacked += _check_texts(part, MAX_UNPACKED - unpacked)


def _parts(data: bytes) -> list[Part]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError, UnicodeDecodeError):
        raise SheetError(DAMAGED) from None
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise SheetError(TOO_BIG)
    parts = []
    for entry in entries:
        if entry.flag_bits & 1:
            raise SheetError(_("The file is locked with a password. Remove the password in Excel and try again."))
        head = data[entry.header_offset : entry.header_offset + 30]
        if len(head) < 30 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SheetError(DAMAGED)
        name_length, extra_length = struct.unpack("<HH", head[26:30])
        start = entry.header_offset + 30 + name_length + extra_length
        packed = memoryview(data)[start : start + entry.compress_size]
        parts.append(Part(entry.filename, packed, entry.compress_type))
    return parts


def _unpack(part: Part, room: int) -> Iterator[bytes]:
    """The part in pieces, never more than `room` bytes, whatever the archive declares."""
    total = 0
    if part.method == zipfile.ZIP_STORED:
        if len(part.packed) > room:
            raise SheetError(TOO_BIG)
        yield bytes(part.packed)
        return
    engine = zlib.decompressobj(-15)
    try:
        for start in range(0, len(part.packed), CHUNK):
            waiting = bytes(part.packed[start : start + CHUNK])
            while waiting:
                piece = engine.decompress(waiting, CHUNK)
                waiting = engine.unconsumed_tail
                total += len(piece)
                if total > room:
                    raise SheetError(TOO_BIG)
                yield piece
        yield engine.flush()
    except zlib.error:
        raise SheetError(DAMAGED) from None


def _pieces(part: Part, room: int) -> Iterator[bytes]:
    """Like `_unpack`, cut between tags so that no tag is split; a document type (entity bombs) is refused."""
    rest = b""
    for piece in _unpack(part, room):
        text = rest + piece
        cut = text.rfind(b"<")
        if cut < 0 or len(text) - cut > 4 * CHUNK:
            cut = len(text)
        head, rest = text[:cut], text[cut:]
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise SheetError(DAMAGED)
        yield head
    yield rest


def _check_sheet(part: Part, room: int) -> int:
    """Rows × columns stay small. The quick look overestimates; what it doubts is looked at cell by cell."""
    columns: set[bytes] = {b"Z"}
    cells = addressed = size = last_row = rows = 0
    for piece in _pieces(part, room):
        size += len(piece)
        cells += sum(map(piece.count, _CELL_STARTS))
        addressed += piece.count(b'<c r="')
        columns.update(_WIDE_COLUMN.findall(piece))
        found = _ROW.findall(piece)
        rows += piece.count(b"<row") + piece.count(b":row") - len(found)
        last_row = max(last_row, max(map(int, found), default=0))
        if cells > 4 * MAX_CELLS or cells - addressed > UNADDRESSED:
            raise SheetError(TOO_BIG)
    widest = max(map(column_number, columns))
    doubtful = cells != addressed or rows or last_row > MAX_ROWS or widest > MAX_COLUMNS
    if doubtful or last_row * widest > MAX_CELLS:
        _check_cells(part, room)
    return size


def _check_cells(part: Part, room: int) -> None:
    """The rectangle of cells that hold something, numbered as the reader numbers cells without an address."""
    row, column, last_row, last_column, filled = 0, 0, 0, 0, 0
    for piece in _pieces(part, room):
        for kind, attributes, closed in _TOKEN.findall(piece):
            if kind == b"row":
                number = _ROW_NUMBER.search(attributes)
                row, column = int(number[1]) if number else row + 1, 0
                continue
            address = _CELL_ADDRESS.search(attributes)
            if address:
                column, row = column_number(address[1]), int(address[2])
            else:
                column += 1
            if not closed:
                filled += 1
                last_row, last_column = max(last_row, row), max(last_column, column)
        if filled > MAX_CELLS or last_row > MAX_ROWS + 1_000 or last_row * last_column > MAX_CELLS:
            raise SheetError(TOO_BIG)
    if last_column > MAX_COLUMNS:
        raise SheetError(_("The sheet has far too many columns. Delete the empty columns to the right and try again."))


def _check_strings(part: Part, room: int) -> int:
    size = strings = 0
    for piece in _pieces(part, room):
        size += len(piece)
        strings += piece.count(b"<si")
        if strings > MAX_CELLS:
            raise SheetError(TOO_BIG)
    return size


def _check_texts(part: Part, room: int) -> int:
    """Comments, text boxes, headers, properties: nothing of them is stored, but a CPR number there is refused too."""
    size = 0
    for piece in _pieces(part, room):
        size += len(piece)
        if part.name.startswith(NO_WORDS):
            continue
        for text in _TEXT_END.split(piece):
            words = (_TAG.sub(b"\n", text), b"".join(_RUN.findall(text)))
            if any(contains_cpr(word.decode("utf-8", "replace")) for word in words):
                cell = _COMMENT_CELL.findall(text)
                if cell:
                    raise SheetError(
                        _("The comment at cell %(cell)s looks like a CPR number. Delete it; nothing was imported."),
                        cell=cell[-1].decode(),
                    )
                raise SheetError(
                    _("A comment, text box or file property looks like a CPR number. Delete it; nothing was imported.")
                )
    return size


def column_number(letters: bytes | str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters.upper() if isinstance(letters, bytes) else letters.upper().encode():
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
