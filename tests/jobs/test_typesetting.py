"""Printed matter: the same bytes every time, text that stays text, our fonts alone, and tags for screen readers."""

import hashlib
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pypdf
import pypdfium2
import pytest
import typst

from jobs.typesetting import FONTS, TEMPLATES, printable, typeset

MADE_AT = datetime(2025, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.once


def specimen(**changes):
    return {
        "title": "Prøvetryk",
        "lang": "da",
        "foot": "Herredsvang",
        "figure": "1.234,5",
        "text": "Blåbærgrød",
        "areas": ["Neutral", "Beskæftigelse", "Uddannelse", "Kriminalpræventiv", "Medborgerskab"],
        "states": {"reached": "Nået", "at_risk": "I fare"},
        **changes,
    }


def pdf_text(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "\n")


def test_typeset_gives_the_same_bytes_for_the_same_input():
    assert typeset("specimen", specimen(), made_at=MADE_AT) == typeset("specimen", specimen(), made_at=MADE_AT)
    drawn = [typeset("specimen", specimen(), made_at=MADE_AT, format="png") for _time in range(2)]
    assert drawn[0] == drawn[1]
    assert drawn[0].startswith(b"\x89PNG")


def test_typeset_dates_the_document_by_the_time_that_was_passed_in():
    later = MADE_AT + timedelta(days=1)

    metadata = pypdf.PdfReader(io.BytesIO(typeset("specimen", specimen(), made_at=later))).metadata

    assert metadata.creation_date == later


def test_typeset_keeps_what_people_typed_as_text():
    typed = '#strong[fed] *fed* $x^2$ <label> @ref // \\ "#panic()" = Overskrift'

    text = pdf_text(typeset("specimen", specimen(text=typed), made_at=MADE_AT))

    assert typed in text.replace("\n", " ")


@pytest.mark.parametrize("letters", ["æøåÆØÅ", "–×≥≤→", "Žižek Łódź Gülşen Đorđe", "„citat” ’ … ½ €"])
def test_typeset_draws_danish_letters_and_signs_with_our_own_fonts(letters):
    pdf = typeset("specimen", specimen(text=letters, figure=letters), made_at=MADE_AT)

    assert pdf_text(pdf).count(letters) >= 2
    fonts = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    families = {font.get_object()["/BaseFont"].split("+")[1].split("-")[0] for font in fonts}
    assert families == {"Figtree", "BricolageGrotesque"}


def test_typeset_replaces_what_no_font_of_ours_can_draw():
    assert printable({"a": ["fest 🎉 nu", "Жук", "ﬁn", "ti\x00n", 3, None]}) == {
        "a": ["fest  nu", "???", "fin", "tin", 3, None]
    }
    assert "???" in pdf_text(typeset("specimen", specimen(text="🎉 Жук"), made_at=MADE_AT))


def test_typeset_tags_the_document_for_screen_readers():
    reader = pypdf.PdfReader(io.BytesIO(typeset("specimen", specimen(), made_at=MADE_AT)))
    root = reader.trailer["/Root"]

    assert (root["/Lang"], reader.metadata.title) == ("da-DK", "Prøvetryk")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid:part>1<" in root["/Metadata"].get_data().decode().replace(" ", "")
    assert [alt for kind, alt in structure(root["/StructTreeRoot"]) if kind == "/Figure"] == specimen()["areas"]


def structure(element):
    """Every element of the tree in reading order: its kind and its text for who cannot see it."""
    element = element.get_object()
    found = [(element["/S"], element.get("/Alt"))] if "/S" in element else []
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        if isinstance(child.get_object(), dict):
            found += structure(child)
    return found


def test_typeset_refuses_a_document_without_a_title():
    with pytest.raises(typst.TypstError, match="title"):
        typeset("specimen", specimen(title=""), made_at=MADE_AT)


def test_templates_fetch_nothing_from_elsewhere():
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.typ")}

    assert [name for name, text in texts.items() if re.search(r"import \"@|\(\"https?:", text)] == []


def test_document_fonts_are_the_recorded_ones():
    record = json.loads((FONTS / "fonts.json").read_text(encoding="utf-8"))
    recorded = {name: sha for entry in record.values() for name, sha in entry["files"].items()}

    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.glob("*.ttf")} == recorded
    assert len(list(FONTS.glob("LICENSE-*"))) == len(record)
