"""Turn the web fonts of one weight into a font file that typst reads: unpacked, both alphabets in one, ≥ ≤ → drawn.

Only `vendor_frontend.py` uses this; it needs `fonttools` 4.68.0 and `brotli`, which the portal itself does not.
"""

import tempfile
from pathlib import Path
from typing import Any

from fontTools.merge import Merger, Options
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

WEIGHT_NAMES = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold", 800: "ExtraBold"}
BAR = 0.24  # how far the bar of ≥ lies under the sign, in heights of the sign
SHAFT, HEAD = 1.5, 0.75  # the arrow: how long its line is in minus signs, how large its head in greater-than signs


def make_document_font(*, latin: Path, latin_ext: Path, family: str, weight: int, target: Path) -> set[int]:
    """Write one static TTF; return the characters it can draw. The same input gives the same bytes: no time in it."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for source in (latin, latin_ext):
            font = TTFont(source, recalcTimestamp=False)
            font.flavor = None
            for table in ("STAT", "gasp", "prep", "DSIG"):  # of use on a screen only, or refused by the merger
                if table in font:
                    del font[table]
            part = Path(folder) / f"{source.stem}.ttf"
            font.save(part)
            parts.append(str(part))
        merged = Merger(options=Options(drop_tables=[])).merge(parts)
    _draw_signs(merged)
    _name(merged, family, weight)
    merged.recalcTimestamp = False
    merged["head"].created = merged["head"].modified = TTFont(latin, recalcTimestamp=False)["head"].modified
    merged.save(target, reorderTables=True)
    return set(merged.getBestCmap())


def as_ranges(characters: set[int]) -> list[list[int]]:
    """Neighbouring characters as [first, last]."""
    ranges: list[list[int]] = []
    for character in sorted(characters):
        if ranges and ranges[-1][1] == character - 1:
            ranges[-1][1] = character
        else:
            ranges.append([character, character])
    return ranges


def _draw_signs(font: Any) -> None:
    """The web fonts' Latin part has no ≥, ≤ and →: put them together from > < and the minus sign."""
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    glyf = font["glyf"]
    minus, greater = glyf[names[ord("−")]], glyf[names[ord(">")]]
    height = greater.yMax - greater.yMin
    for sign, bracket in (("≥", ">"), ("≤", "<")):
        pen = TTGlyphPen(None)
        up = TransformPen(pen, (1, 0, 0, 0.86, 0, greater.yMin * 0.14 + height * 0.2))
        glyphs[names[ord(bracket)]].draw(up)
        down = TransformPen(pen, (1, 0, 0, 1, 0, greater.yMin - minus.yMin - height * BAR + height * 0.2))
        glyphs[names[ord("−")]].draw(down)
        _add(font, sign, pen, font["hmtx"][names[ord(bracket)]][0])
    middle = (minus.yMax + minus.yMin) / 2
    height = (greater.yMax + greater.yMin) / 2
    width = font["hmtx"][names[ord("−")]][0]
    pen = TTGlyphPen(None)
    glyphs[names[ord("−")]].draw(TransformPen(pen, (SHAFT, 0, 0, 1, 0, 0)))
    tip = minus.xMax * SHAFT - greater.xMax * HEAD + (greater.xMax - greater.xMin) * HEAD * 0.08
    glyphs[names[ord(">")]].draw(TransformPen(pen, (HEAD, 0, 0, HEAD, tip, middle - height * HEAD)))
    _add(font, "→", pen, round(width * SHAFT))


def _add(font: Any, sign: str, pen: TTGlyphPen, width: int) -> None:
    name = f"uni{ord(sign):04X}"
    glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = glyph
    font["hmtx"][name] = (width, glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(sign)] = name


def _name(font: Any, family: str, weight: int) -> None:
    """One family, told apart by weight: the web fonts call themselves by the master they were cut from."""
    style = WEIGHT_NAMES[weight]
    names = {1: f"{family} {style}", 2: "Regular", 4: f"{family} {style}", 16: family, 17: style}
    names[6] = f"{family.replace(' ', '')}-{style}"
    names[3] = names[6]
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = 0x40
    font["head"].macStyle = 0
