"""What comes in as bytes: read, or refused in one line."""

import gc
import struct
import tracemalloc
import zipfile
from datetime import date
from io import BytesIO

import pytest
import xlsxwriter

from jobs.sheets import SheetError, read_file, read_workbook
from tests.sheets.files import ATTENDANCE, LOG, csv_text, repacked, xlsx

ROWS = [["Dato", "Aktivitet", "Antal"], [date(2025, 1, 7), "Unge Cafeen", 30]]


def refusal(data: bytes, name: str = "log.xlsx") -> str:
    with pytest.raises(SheetError) as error:
        read_workbook(data, name)
    text = str(error.value)
    assert "\n" not in text
    return text


def test_read_workbook_gives_dates_numbers_and_texts():
    book = read_workbook(xlsx({"Log": [*ROWS, [date(2025, 1, 14), "Jobcafé", True]]}), "log.xlsx")

    assert [sheet.name for sheet in book.sheets] == ["Log"]
    assert book.sheets[0].rows == [*ROWS, [date(2025, 1, 14), "Jobcafé", "SAND"]]


def test_read_workbook_numbers_rows_as_excel_does():
    book = read_workbook(xlsx({"Log": [[], [], ["", "", "Dato"], ["", "", "x"]]}), "log.xlsx")

    assert (book.sheets[0].number(0), book.sheets[0].letter(0)) == (3, "C")


def test_read_file_reads_the_real_workbook():
    book = read_file(ATTENDANCE)

    assert [sheet.name for sheet in book.sheets][:3] == ["Januar", "Februar", "Marts"]
    assert book.sheets[0].rows[2][:3] == ["Navn", "Fødselsår", date(2025, 1, 6)]


def test_read_file_reads_the_real_log_in_windows_1252():
    rows = read_file(LOG).sheets[0].rows

    assert len(rows) == 245
    assert rows[0][2:5] == ["Aktivitet", "Indsatsområde", "Status"]
    assert rows[4][8] == "Debat: kærlighed og kultur"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_read_workbook_sniffs_encoding_and_delimiter(encoding, delimiter):
    table = [["Dato", "Café", "Bemærkning"], ["07-01-2025", "Unge Cafeen", "æblegrød – 12"], ["14-01-2025", "Jø", "å"]]
    text = "".join(delimiter.join(row) + "\r\n" for row in table)

    assert read_workbook(text.encode(encoding), "log.csv").sheets[0].rows == table


def test_read_workbook_prefers_semicolon_to_decimal_comma():
    data = csv_text(["Mål", "2024", "2025"], ["41,5", "40,0", "38,5"], ["17,2", "14,1", "10,0"])

    assert read_workbook(data, "maal.csv").sheets[0].rows[1] == ["41,5", "40,0", "38,5"]


def test_read_workbook_keeps_quoted_cells_whole():
    data = b'Dato;Note\r\n07-01-2025;"Sagde ""hej""; gik\nigen"\r\n'

    assert read_workbook(data, "log.csv").sheets[0].rows[1] == ["07-01-2025", 'Sagde "hej"; gik\nigen']


def test_read_workbook_honours_a_separator_line():
    assert read_workbook(b"sep=,\r\nDato,Note\r\n07-01-2025,a;b\r\n", "log.csv").sheets[0].rows[1] == [
        "07-01-2025",
        "a;b",
    ]


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "log.csv", "Filen er tom."),
        (b" \r\n ", "log.csv", "Filen er tom."),
        (b"x", "log.pdf", "Vælg en Excel-fil (.xlsx) eller en CSV-fil (.csv)."),
        (b"x", "log", "Vælg en Excel-fil (.xlsx) eller en CSV-fil (.csv)."),
        (b"x", "log.xlsm", "Filer af typen .xlsm læses ikke. Åbn filen, gem den som .xlsx, og prøv igen."),
        (b"a;b", "log.xlsx", "Filen hedder .xlsx, men er ikke en Excel-fil. Gem den som .xlsx, og prøv igen."),
        (b"\0\1\2\3;\4", "log.csv", "Filen er ikke en tabel. Vælg en Excel-fil (.xlsx) eller en CSV-fil med kolonner."),
        (b"PK\x03\x04hej", "log.xlsx", "Filen kan ikke læses. Åbn den i Excel, gem den som .xlsx, og prøv igen."),
        (
            b"PK\x03\x04hej",
            "log.csv",
            "Filen hedder .csv, men er en Excel-fil. Gem den som .xlsx, og prøv igen.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "log.xlsx",
            "Filen er låst med adgangskode. Fjern adgangskoden i Excel, og prøv igen.",
        ),
        (
            b'Dato;Note\r\n07-01-2025;"aldrig lukket\r\n14-01-2025;b\r\n',
            "log.csv",
            'Et citationstegn (") i række 2 er ikke lukket. Ret det, og prøv igen.',
        ),
    ],
)
def test_read_workbook_refuses_in_one_danish_line(data, name, message):
    assert refusal(data, name) == message


def test_read_workbook_refuses_another_kind_of_archive():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")

    assert refusal(buffer.getvalue()) == "Filen er ikke et regneark. Vælg en Excel-fil (.xlsx) eller en CSV-fil."


TOO_BIG = "Filen er for stor. Der kan læses højst 20 MB og 200.000 rækker; del den i to."


def test_read_workbook_refuses_fifty_megabytes():
    assert refusal(b"a;b\r\n" * 10_000_000, "log.csv") == TOO_BIG


def test_read_workbook_refuses_too_many_rows_of_text():
    assert refusal(b"a;b\r\n" * 201_000, "log.csv") == TOO_BIG


def bomb(part: str, unit: bytes, times: int, head: bytes = b"", tail: bytes = b"") -> bytes:
    return repacked(xlsx({"Log": ROWS}), {part: head + unit * times + tail})


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


@pytest.mark.parametrize(
    "data",
    [
        bomb("xl/media/image1.xml", b"\0" * 1_000_000, 250),
        bomb("xl/worksheets/sheet1.xml", b" " * 1_000_000, 201, SHEET),
        bomb("xl/worksheets/sheet1.xml", b"", 0, SHEET + b'<row r="1"><c r="A1"><v>1</v></c></row>'
             b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'),
        bomb("xl/worksheets/sheet1.xml", b'<row r="1048000"><c r="A1048000"><v>1</v></c></row>', 1, SHEET,
             b"</sheetData></worksheet>"),
        bomb("xl/worksheets/sheet1.xml", b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>", 5000, SHEET),
        bomb("xl/sharedStrings.xml", b"<si/>", 4_100_000, b"<sst>", b"</sst>"),
    ],
    ids=["big-part", "big-sheet", "opposite-corners", "million-rows", "no-addresses", "many-strings"],
)  # fmt: skip
def test_read_workbook_refuses_bombs_without_unpacking_them(data):
    assert len(data) < 2_000_000
    tracemalloc.start()
    text = refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert text == TOO_BIG
    assert peak < 150_000_000


def test_read_workbook_refuses_sizes_that_lie():
    data = bytearray(bomb("xl/worksheets/sheet1.xml", b" " * 1_000_000, 201, SHEET))
    start = 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:  # every entry of the central directory claims one byte
        struct.pack_into("<I", data, start + 24, 1)
        start += 4

    assert refusal(bytes(data)) == TOO_BIG


def test_read_workbook_refuses_entity_bombs():
    laughs = b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;">]><worksheet>&l2;</worksheet>'

    assert refusal(repacked(xlsx({"Log": ROWS}), {"xl/worksheets/sheet1.xml": laughs})).startswith("Filen kan ikke")


def test_read_workbook_refuses_sixteen_thousand_columns():
    assert refusal(xlsx({"Log": [["x"] * 16_384, ["y"]]})) == (
        "Arket har alt for mange kolonner. Slet de tomme kolonner til højre, og prøv igen."
    )


def test_read_workbook_is_not_troubled_by_formatted_empty_cells():
    """Somebody coloured the whole sheet: addresses to the far corner, and nothing in them."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Log")
    sheet.write_row(0, 0, ["Dato", "Antal"])
    sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()

    assert read_workbook(buffer.getvalue(), "log.xlsx").sheets[0].rows == [["Dato", "Antal"]]


# -- CPR ---------------------------------------------------------------------------------------------------------------

CPR = "010203-1234"


@pytest.mark.parametrize("cell", [CPR, "Ali 0102031234", "０１０２０３－１２３４", 102031234, 102031234.0])
def test_read_workbook_refuses_cpr_by_row_and_column(cell):
    text = refusal(xlsx({"Januar": [["Navn", "Note"], ["Ali", "fin"], ["Ida", cell]]}))

    assert (
        text == "Noget ligner et CPR-nummer: række 3, kolonne B (Note). Fjern det, og prøv igen; intet er importeret."
    )
    assert "1234" not in text


def test_read_workbook_refuses_cpr_in_text_files():
    text = refusal(csv_text(["Dato", "Note"], ["07-01-2025", f"Mødte {CPR}"]), "log.csv")

    assert (
        text == "Noget ligner et CPR-nummer: række 2, kolonne B (Note). Fjern det, og prøv igen; intet er importeret."
    )


def test_read_workbook_refuses_cpr_on_hidden_tabs_and_names_the_tab():
    text = refusal(xlsx({"Log": ROWS, "Gemt": [["a"], [CPR]]}, hidden=["Gemt"]))

    assert "fanen “Gemt”, række 2, kolonne A" in text


def test_read_workbook_names_three_places_and_counts_the_rest():
    text = refusal(xlsx({"Log": [["Navn"], [CPR], [CPR], ["020304-1111"], [CPR], [CPR]]}))

    assert "række 2, kolonne A (Navn); række 3, kolonne A (Navn); række 4, kolonne A (Navn) og 2 steder mere" in text


def test_read_workbook_refuses_cpr_in_tab_and_file_names():
    assert "Navnet på fane nr. 2" in refusal(xlsx({"Log": ROWS, CPR: ROWS}))
    assert "Filens navn" in refusal(xlsx({"Log": ROWS}), f"Ali {CPR}.xlsx")


def test_read_workbook_refuses_cpr_in_comments_and_properties():
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Log")
    sheet.write_row(0, 0, ["Dato", "Antal"])
    sheet.write_comment("B1", f"Ring til {CPR}")
    book.close()
    assert "cellen B1" in refusal(buffer.getvalue())

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet("Log").write_row(0, 0, ["Dato", "Antal"])
    book.set_properties({"title": CPR})
    book.close()
    assert "CPR-nummer" in refusal(buffer.getvalue())


def test_reading_a_file_leaves_the_collector_as_it_was():
    read_workbook(b"Dato;Antal\r\n01-02-2025;3\r\n", "log.csv")
    assert gc.isenabled()

    with pytest.raises(SheetError):
        read_workbook(b"", "log.csv")
    assert gc.isenabled()
