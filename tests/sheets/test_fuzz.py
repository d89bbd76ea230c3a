"""Whatever the bytes are: a workbook, or one clear refusal. Never a traceback."""

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sheets import SheetError, SheetField, find_tables, read_workbook
from jobs.values import clean_text, parse_count, parse_date
from tests.sheets.files import ATTENDANCE, DATA, LOG, csv_text, repacked, xlsx

NAMES = st.sampled_from(["log.csv", "log.xlsx", "log.txt", "log.tsv", "log.xls", "log.pdf", "log", "æ;.csv", ""])
FIELDS = {
    "day": SheetField("Dato", parse_date, required=True, dated=True),
    "name": SheetField("Aktivitet", clean_text, required=True),
    "heads": SheetField("Antal", parse_count),
}


def read(data: bytes, name: str) -> None:
    """Read as an import does: bytes to sheets to a table to values."""
    with suppress(SheetError):
        book = read_workbook(data, name)
        tables, _others = find_tables(book, FIELDS)
        for table in tables:
            cleaners = {field: table.cleaner(field, FIELDS) for field in table.places}
            for index, _row in table.data():
                assert [cleaners[field][table.cell(index, field)] for field in table.places]


@given(data=st.binary(max_size=3000), name=NAMES)
def test_any_bytes(data, name):
    read(data, name)


@given(text=st.text(max_size=2000), encoding=st.sampled_from(["utf-8", "utf-16", "cp1252", "latin-1"]), name=NAMES)
def test_any_text(text, encoding, name):
    read(text.encode(encoding, "replace"), name)


@given(
    rows=st.lists(
        st.lists(
            st.one_of(st.none(), st.booleans(), st.integers(-(10**15), 10**15), st.dates(), st.text(max_size=20)),
            max_size=8,
        ),
        max_size=12,
    )
)
def test_any_table(rows):
    read(xlsx({"Ark": [["Dato", "Aktivitet", "Antal"], *rows]}), "log.xlsx")


@pytest.mark.parametrize("path", [LOG, ATTENDANCE, DATA / "partnere.xlsx", DATA / "maal-2023-2026.xlsx"])
@given(data=st.data())
def test_real_files_with_bytes_changed(path, data):
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=20)):
        content[place] = data.draw(st.integers(0, 255))
    for start in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=2)):
        del content[start : start + data.draw(st.integers(1, 400))]

    read(bytes(content), path.name)


SHEET = "xl/worksheets/sheet1.xml"


@given(data=st.data())
def test_real_workbook_with_its_xml_changed(data):
    with zipfile.ZipFile(BytesIO(ATTENDANCE.read_bytes())) as archive:
        part = data.draw(st.sampled_from([name for name in archive.namelist() if name.endswith(".xml")]))
        xml = bytearray(archive.read(part))
    for _time in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(xml) - 1))
        new = data.draw(st.sampled_from([b"", b"<", b'"', b"</", b"&", b'r="ZZZ9"', b"\xff", b"1e999", b"<c>", b"]]>"]))
        xml[start : start + data.draw(st.integers(0, 12))] = new

    read(repacked(ATTENDANCE.read_bytes(), {part: bytes(xml)}), "fremmoede.xlsx")


@given(rows=st.lists(st.lists(st.text("ab;,\t\"'=\n", max_size=6), max_size=5), max_size=8))
def test_any_delimited_text(rows):
    read(csv_text(["Dato", "Aktivitet"], *rows), "log.csv")
