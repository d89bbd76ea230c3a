"""Long lists out: the same cells as the ordinary writers give, in constant memory."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from jobs.sheets import bulk, read_workbook
from jobs.sheets.bulk import csv_chunks, write_xlsx
from jobs.sheets.writing import csv_bytes
from tests.sheets.test_writing import RISKY

pytestmark = pytest.mark.once

HEADINGS = ["Dato", "Navn", "Antal"]
texts = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=12)
rows = st.lists(
    st.tuples(
        st.none() | st.dates(date(1950, 1, 1), date(2100, 1, 1)),
        st.none() | texts | st.sampled_from(RISKY),
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.decimals(-1000, 1000, places=2),
    ),
    max_size=12,
)


def written(table, headings=HEADINGS) -> bytes:
    buffer = BytesIO()
    write_xlsx(buffer, name="Fremmøde", headings=headings, rows=table)
    return buffer.getvalue()


def read_back(data: bytes) -> list[list]:
    return [list(row) for row in load_workbook(BytesIO(data)).active.iter_rows(values_only=True)]


@given(rows)
def test_csv_chunks_give_the_same_bytes_as_csv_bytes(table):
    assert b"".join(csv_chunks(HEADINGS, table)) == csv_bytes(HEADINGS, table)


def test_csv_comes_in_portions(monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_AT_ONCE", 2)
    assert [chunk.count(b"\r\n") for chunk in csv_chunks(["a"], [["b"]] * 5)] == [3, 2, 1]


@example([(None, "\x08", False)])
@given(rows)
def test_xlsx_cells_are_what_was_written(table):
    seen = read_back(written(table))

    assert seen[0] == HEADINGS
    expected = [
        [
            None if day is None else datetime.combine(day, datetime.min.time()),
            (text or "").translate(bulk._NOT_XML) or None,
            {True: "ja", False: "nej"}[number] if isinstance(number, bool) else number,
        ]
        for day, text, number in table
    ]
    while expected and expected[-1] == [None] * 3:
        expected.pop()
    got = [[*row, *[None] * (3 - len(row))] for row in seen[1:]]
    assert [_comparable(row) for row in got[: len(expected)]] == [_comparable(row) for row in expected]


def _comparable(row: list) -> list:
    day, text, number = row
    return [day, _lines(text), float(number) if isinstance(number, int | float | Decimal) else number]


def _lines(text: str | None) -> str | None:
    """An XML reader makes one kind of line end of all."""
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("text", RISKY)
def test_xlsx_text_never_runs_as_a_formula(text):
    data = written([[None, text, None]])

    cell = load_workbook(BytesIO(data)).active["B2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_xlsx_is_read_by_our_own_reader():
    data = written([[date(2025, 2, 3), " Åse & <Bo> ", -3], [None, "_x0041_", Decimal("2.5")]])

    assert read_workbook(data, "x.xlsx").sheets[0].rows[1:] == [
        [date(2025, 2, 3), " Åse & <Bo> ", -3],
        ["", "_x0041_", 2.5],
    ]


def test_xlsx_of_nothing_has_its_headings():
    assert read_back(written([])) == [HEADINGS]


def test_xlsx_with_more_texts_than_are_kept(monkeypatch):
    monkeypatch.setattr(bulk, "KEPT", 4)
    table = [[None, f"Tekst {number % 9}", number] for number in range(30)]

    assert [row[1:] for row in read_back(written(table))[1:]] == [row[1:] for row in table]


def test_xlsx_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_AT_ONCE", 10)
    seen = []
    count = write_xlsx(BytesIO(), name="a", headings=["a", "b"], rows=[[1, 2]] * 25, progress=seen.append)

    assert (count, seen) == (25, [10, 20, 25])


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(bulk, "MOST_ROWS", 3)
    with pytest.raises(ValueError, match="more rows"):
        written([[None, "a", 1]] * 4)
