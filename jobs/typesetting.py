"""Printed matter: a template and plain data in, a PDF or a picture out. Typst draws; only this module knows it.

Templates are `templates/typst/*.typ`. The data travels as JSON beside the template, so that text typed by people stays
text whatever it holds. Fonts and icons come from the repository alone, and the time is passed in: the same template,
data and time give the same bytes on any machine with the same version of typst.
"""

import functools
import json
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import typst
    from typst import PDFStandard

ROOT = Path(__file__).resolve().parent.parent  # templates read icons from static/icons
TEMPLATES = ROOT / "templates" / "typst"
FONTS = TEMPLATES / "fonts"
PIXELS_PER_INCH = 144  # of pictures
UNKNOWN = "?"


def typeset(
    template: str,
    data: dict[str, Any],
    *,
    made_at: datetime,
    format: Literal["pdf", "png"] = "pdf",
    standards: tuple["PDFStandard", ...] = ("ua-1",),
    pixels_per_inch: float = PIXELS_PER_INCH,
) -> bytes:
    """Draw `templates/typst/<template>.typ` with `data` (what JSON can hold; read it there with `portal.data`).

    A PDF keeps `made_at` as its date and, unless told otherwise, is accessible (PDF/UA-1): a template without a title,
    a language or a text for a picture is refused with `typst.TypstError`. A picture shows the only page there is.
    Characters that our fonts cannot draw become "?"; emoji are left out.
    """
    import typst  # here, not above: most web workers never draw, and it costs each 7 MB

    drawn = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(ROOT),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format=format,
        ppi=pixels_per_inch if format == "png" else None,
        sys_inputs={"data": json.dumps(printable(data), ensure_ascii=False, sort_keys=True)},
        pdf_standards=list(standards) if format == "pdf" else None,
        timestamp=int(made_at.timestamp()),
    )
    if not isinstance(drawn, bytes):
        raise ValueError(f"{template} has several pages, a picture has one.")
    return drawn


@functools.cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@functools.cache
def _known_characters() -> frozenset[str]:
    record = json.loads((FONTS / "fonts.json").read_text(encoding="utf-8"))
    ranges = [span for entry in record.values() for span in entry["characters"]]
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1)) | {"\n", "\t"}


def printable(value: Any) -> Any:
    """The same data with every text in characters that our fonts can draw."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else _printable_text(value)
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value


def _printable_text(text: str) -> str:
    return "".join(_printable_character(character) for character in unicodedata.normalize("NFC", text))


def _printable_character(character: str) -> str:
    known = _known_characters()
    if character in known:
        return character
    plain = unicodedata.normalize("NFKD", character)  # "ﬁ" → "fi", "①" → "1"; a letter loses an accent we lack
    kept = "".join(part for part in plain if part in known and not unicodedata.combining(part))
    if kept:
        return kept
    is_letter = unicodedata.category(character)[0] in "LN"
    return UNKNOWN if is_letter else ""
