"""Text of cells and fields: cleaned, compared, shown; and the error that every reader raises."""

import math
import unicodedata
from datetime import date, datetime, time
from typing import Any

from django.utils.functional import Promise

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
# Invisible leftovers of copying from web pages, and control characters that no database column should meet.
INVISIBLE = dict.fromkeys(
    [*range(0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD, 0x200B, 0x2060, 0xFEFF]
)


class CellError(ValueError):
    """A value that cannot be read. The message is a whole, translated sentence that says what to do.

    `column` is the field it belongs to, where a row as a whole is judged.
    """

    def __init__(self, message: str | Promise, *, column: str = "", **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


class PortalDiffers(CellError):
    """The portal holds something else, and it stays. Nothing is wrong with the file's own words."""


def clean_text(value: object) -> str:
    """One line of text: NFC, trimmed, inner blanks collapsed, invisible characters out."""
    text = value if isinstance(value, str) else cell_text(value)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.translate(INVISIBLE).split())


def match_key(text: str) -> str:
    """The form in which two spellings are the same: cleaned (NFC, NFD alike) and casefolded."""
    return unicodedata.normalize("NFC", clean_text(text).casefold())


def cell_text(value: object) -> str:
    """A cell as Danish Excel would show it: 38 for 38.0, 03-02-2025 for a date."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "SAND" if value else "FALSK"
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value).replace(".", ",")
    if isinstance(value, datetime):
        return f"{value:%d-%m-%Y}" if value.time() == time() else f"{value:%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)


def is_blank(value: object) -> bool:
    if not isinstance(value, str):
        return value is None
    return not value or (not value[0].isalnum() and not clean_text(value))


def shown(value: object) -> str:
    """The value for a message, short enough to read."""
    text = clean_text(value)
    return text if len(text) <= 40 else text[:39] + "…"
