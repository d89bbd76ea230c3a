"""The paper behind a value: which files may come in, and what is looked at before one is kept.

Texts and spreadsheets are read for CPR numbers. PDFs, pictures and Word files are not read inside beyond their kind, so
the page says that they must not be about individual people.
"""

import re
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jobs.cpr import contains_cpr, find_cpr
from jobs.sheets import SheetError, read_workbook
from jobs.values import CellError, clean_text

MOST_BYTES = 5 * 1024 * 1024
LONGEST_NAME = 120
LARGEST_TEXT = 20 * 1024 * 1024  # of a Word file's text, unpacked
_MARKUP = re.compile(r"<[^<>]*>")
TYPES = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
BEGINS = {
    ".pdf": (b"%PDF-",),
    ".xlsx": (b"PK\x03\x04",),
    ".docx": (b"PK\x03\x04",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
}


@dataclass(frozen=True)
class Attachment:
    """A file that has been looked at."""

    name: str
    content: bytes


def read_attachment(file: UploadedFile) -> Attachment:
    """The file, or CellError with what is wrong with it. Nothing is kept before it has passed."""
    name = clean_text(PurePath((file.name or "").replace("\\", "/").replace("\0", "")).name)
    kind = PurePath(name).suffix.lower()
    if kind not in TYPES:
        raise CellError(_("Choose a PDF, an Excel or Word file, a picture (PNG, JPG) or a text file."))
    if file.size is None or file.size > MOST_BYTES:
        raise CellError(_("The file is larger than 5 MB. Choose a smaller one."))
    if file.size == 0:
        raise CellError(_("The file is empty."))
    if contains_cpr(name) or find_cpr(PurePath(name).stem) is not None:
        raise CellError(_("The file's name looks like a CPR number. Give it another name: CPR numbers are never kept."))
    content = file.read()
    if kind in BEGINS and not content.startswith(BEGINS[kind]):
        raise CellError(_("The file is not what its name says. Save it again and choose it once more."))
    _look_inside(kind, name, content)
    stem, suffix = name[: -len(kind)], name[-len(kind) :]
    return Attachment(name=stem[: LONGEST_NAME - len(kind)] + suffix, content=content)


def _look_inside(kind: str, name: str, content: bytes) -> None:
    if kind in (".xlsx", ".csv"):
        try:
            read_workbook(content, name)
        except SheetError as error:
            raise CellError(str(error)) from None
        return
    lines = {".txt": _lines, ".docx": _paragraphs}.get(kind)
    if lines and any(find_cpr(line) is not None for line in lines(content)):
        raise CellError(_("There is a CPR number in the file. Take it out: CPR numbers are never kept."))


def _lines(content: bytes) -> list[str]:
    is_wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return content.decode("utf-16" if is_wide else "utf-8", errors="replace").splitlines()


def _paragraphs(content: bytes) -> list[str]:
    """The running text of a Word file; a number that formatting has split is joined again."""
    try:
        with ZipFile(BytesIO(content)) as package, package.open("word/document.xml") as document:
            xml = document.read(LARGEST_TEXT + 1)
    except (BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        raise CellError(_("The file is damaged. Save it again and choose it once more.")) from None
    if len(xml) > LARGEST_TEXT:
        raise CellError(_("The file is larger than 5 MB. Choose a smaller one."))
    return [_MARKUP.sub("", paragraph) for paragraph in xml.decode("utf-8", errors="replace").split("</w:p>")]
