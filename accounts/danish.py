"""Danish order: æ, ø, å stand last, and aa is å. Neither Python's order nor every database's is Danish.

What a database sorts by name follows its collation: another one after a move, or after an upgrade of its library. So
names are sorted here wherever all of them are read anyway, and always in what gets a fingerprint.
"""

from collections.abc import Iterable
from typing import Any, TypeVar
from unicodedata import combining, normalize

Row = TypeVar("Row", bound=Any)  # a stored row with a name

_ORDER = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "ü": "y"})


def danish_order(text: str) -> str:
    """Sort key for short lists of names. Other accents than the Danish letters' own are passed over."""
    letters = normalize("NFC", text).casefold().replace("aa", "å").translate(_ORDER)
    return "".join(letter for letter in normalize("NFD", letters) if not combining(letter))


def by_name(rows: Iterable[Row]) -> list[Row]:
    """All of them, sorted by name."""
    return sorted(rows, key=lambda row: (danish_order(row.name), row.pk))
