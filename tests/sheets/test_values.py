"""Cells as Danes write them. Every case here was seen in a sheet, or could have been."""

import unicodedata
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.values import (
    CellError,
    Count,
    IntervalError,
    Written,
    cell_text,
    clean_text,
    is_total_label,
    match_key,
    month_and_year,
    parse_count,
    parse_date,
    parse_decimal,
    parse_mark,
    parse_range,
    parse_state,
    parse_written,
    parse_year,
    parse_yes,
)

FEBRUARY = date(2025, 2, 3)


@pytest.mark.parametrize(
    "written",
    [
        "03-02-2025", "3/2-25", "03.02.25", "2025-02-03", "3/2 2025", "3. februar 2025", "d. 3. feb. 2025",
        "mandag 3. februar 2025", "man. 3/2-25", "ma 3/2 2025", "2025-02-03 00:00:00", "2025-02-03T18:00:00", 45691,
        45691.5, "45691", "03/02-2025", "03-02-2025 kl. 18", "3-feb-25", "20250203", date(2025, 2, 3),
        datetime(2025, 2, 3, 18), " 03-02-2025 ", "03–02–2025", "den 3. februar 2025, kl. 19.30",
    ],
)  # fmt: skip
def test_parse_date_reads_every_form(written):
    assert parse_date(written) == FEBRUARY


@pytest.mark.parametrize("written", ["3/2", "3. februar", "3.", "3", 3, 3.0, "ma 3/2", "3.2."])
def test_parse_date_takes_month_and_year_from_the_tab(written):
    assert parse_date(written, year=2025, month=2) == FEBRUARY


@pytest.mark.parametrize("blank", [None, "", "  ", "\u00a0"])
def test_parse_date_of_a_blank_is_none(blank):
    assert parse_date(blank) is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("31-02-2025", "Datoen 31-02-2025 findes ikke i kalenderen. Ret den."),
        ("Uge 43", "“Uge 43” er en uge, ikke en dato. Skriv datoen, fx 21-10-2025."),
        ("7/1", "“7/1” mangler årstal. Skriv datoen som 21-10-2025."),
        ("hest", "“hest” er ikke en dato. Skriv den som 21-10-2025."),
        ("01-01-0205", "Årstallet i 01-01-0205 ser forkert ud. Ret datoen."),
        (13, "“13” er ikke en dato. Skriv den som 21-10-2025."),
    ],
)
def test_parse_date_says_what_to_do(written, message):
    with pytest.raises(CellError) as error:
        parse_date(written)

    assert str(error.value) == message


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_parse_date_reads_back_what_is_shown(day):
    assert parse_date(cell_text(day)) == day
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("38", Count(38)), ("38.0", Count(38)), (38.0, Count(38)), ("38,0", Count(38)), ("1.234", Count(1234)),
        ("ca. 30", Count(30, True)), ("ca 30", Count(30, True)), ("ca.30", Count(30, True)), ("~30", Count(30, True)),
        ("omkring 30", Count(30, True)), ("Cirka 30", Count(30, True)), ("30 unge", Count(30)), ("0", Count(0)),
        ("-", None), ("–", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_parse_count(written, count):
    assert parse_count(written) == count


@pytest.mark.parametrize("written", ["20-25", "20–25", "ca. 20-25", "20 til 25", "3 eller 4", "17 - 22"])
def test_parse_count_refuses_intervals(written):
    with pytest.raises(IntervalError):
        parse_count(written)


@pytest.mark.parametrize("written", ["-3", "−3", "-3,0", -3, -3.0])
def test_parse_count_says_that_nobody_comes_less_than_nobody(written):
    with pytest.raises(CellError, match="er under nul"):
        parse_count(written)


def test_parse_count_names_the_interval():
    with pytest.raises(IntervalError) as error:
        parse_count("17-22")

    assert str(error.value) == "“17-22” er et interval. Skriv ét tal, fx 20, eller “ca. 20”."


@pytest.mark.parametrize("written", [12.5, "12,5", -1, "-5", "hest", "1,000", "9" * 20, True, "30+", float("nan")])
def test_parse_count_refuses_what_is_no_number_of_people(written):
    with pytest.raises(CellError):
        parse_count(written)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12,5", "12.5"), ("1.000", "1000"), ("41,5", "41.5"), ("1.234,5", "1234.5"), ("12.5", "12.5"), ("10 %", "10"),
        ("-3,2", "-3.2"), ("1 000", "1000"), (41.5, "41.5"), (800, "800"), (0.1 + 0.2, "0.3"),
    ],
)  # fmt: skip
def test_parse_decimal(written, number):
    assert parse_decimal(written) == Decimal(number)


def test_parse_range_reads_both_ends():
    assert parse_range("30-50") == (30, 50)
    assert parse_range("30 – 50 %") == (30, 50)
    assert parse_range(30) == (30, 30)
    assert parse_range("") is None
    with pytest.raises(CellError):
        parse_range("50-30")


@pytest.mark.parametrize("written", [2015, 2015.0, "2015", "2015.0", " 2015 "])
def test_parse_year(written):
    assert parse_year(written) == 2015


@pytest.mark.parametrize("written", ["03-02-2015", date(2015, 2, 3)])
def test_parse_year_refuses_a_date_of_birth(written):
    with pytest.raises(CellError) as error:
        parse_year(written)

    assert str(error.value) == "Skriv kun årstallet, fx 2012. Fødselsdatoen gemmes ikke."


@pytest.mark.parametrize("written", [15, "15", "hest", 1850, 2300])
def test_parse_year_refuses_other_numbers(written):
    with pytest.raises(CellError):
        parse_year(written)


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("afholdt", "held"), ("Afholdt ", "held"), ("AFLYST", "cancelled"), ("aflyst - sygdom", "cancelled"),
        ("lukket (ferie)", "closed"), ("Lukket  (Ferie)", "closed"), ("Ferielukket", "closed"), ("Lukket", "closed"),
        ("", None), ("-", None),
    ],
)  # fmt: skip
def test_parse_state(written, state):
    assert parse_state(written) == state


@pytest.mark.parametrize(
    ("written", "present"),
    [
        ("x", True), ("X", True), (1.0, True), (1, True), ("1", True), ("1.0", True), ("ja", True), ("JA ", True),
        ("✓", True), ("✔️", True), ("-", False), ("–", False), ("0", False), (0.0, False), ("syg", False),
        ("Afbud", False), ("", None), (" ", None), (None, None),
    ],
)  # fmt: skip
def test_parse_mark(written, present):
    assert parse_mark(written) is present


@pytest.mark.parametrize("written", ["?", 2, "nej", True, "xx", date(2025, 1, 6)])
def test_parse_mark_refuses_other_marks(written):
    with pytest.raises(CellError):
        parse_mark(written)


def test_parse_yes():
    assert [parse_yes(cell) for cell in ("ja", "X", "nej", "", None)] == [True, True, False, None, None]


@pytest.mark.parametrize("label", ["I alt", "Ialt", "i alt:", "Sum", "SUM:", "Total 2025", "Totalt", "Januar i alt"])
def test_is_total_label(label):
    assert is_total_label(label) is True


@pytest.mark.parametrize("label", ["Summer P.", "Sum P.", "Ida Q.", "", None, 5, "Samletur", "Italien"])
def test_is_total_label_leaves_names_alone(label):
    assert is_total_label(label) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lektiecafé – fremmøde januar 2025", (1, 2025)), ("Jan 25", (1, 2025)), ("Januar", (1, None)),
        ("fremmoede-lektiecafe-2025", (None, 2025)), ("2024-2025", (None, None)), ("marts '25", (3, 2025)),
    ],
)  # fmt: skip
def test_month_and_year(text, expected):
    assert month_and_year(text) == expected


@given(st.text())
def test_match_key_is_stable_under_decomposition(text):
    assert match_key(unicodedata.normalize("NFD", text)) == match_key(text)
    assert match_key(match_key(text)) == match_key(text)


def test_match_key_ignores_case_and_blanks():
    assert match_key("  unge   CAFEEN ") == "unge cafeen"
    assert clean_text("Ægir\u00a0 Q.\u200b") == "Ægir Q."


@given(st.one_of(st.text(), st.floats(), st.integers(), st.dates(), st.none(), st.booleans()))
def test_readers_return_or_raise_cell_error_and_nothing_else(value):
    readers = (
        parse_date, parse_count, parse_decimal, parse_range, parse_year, parse_state, parse_mark, parse_yes,
        lambda cell: parse_date(cell, year=2025, month=2),
    )  # fmt: skip
    for reader in readers:
        with suppress(CellError):
            assert reader(value) is not NotImplemented


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12,5", Written(Decimal("12.5"))),
        ("1.234", Written(Decimal(1234))),
        ("1.234,5", Written(Decimal("1234.5"))),
        ("-3", Written(Decimal(-3))),
        ("−3", Written(Decimal(-3))),
        ("70 %", Written(Decimal(70))),
        ("ca. 30", Written(Decimal(30), is_estimated=True)),
        ("30 ca.", Written(Decimal(30), is_estimated=True)),
        ("omkring 1.200 unge", Written(Decimal(1200), is_estimated=True)),
        ("ca. 12,5 %", Written(Decimal("12.5"), is_estimated=True)),
        (12.5, Written(Decimal("12.5"))),
        (30.0, Written(Decimal(30))),
        ("14 af 20", Written(Decimal(70), part=Decimal(14), whole=Decimal(20))),
        ("14 ud af 20", Written(Decimal(70), part=Decimal(14), whole=Decimal(20))),
        ("14/20", Written(Decimal(70), part=Decimal(14), whole=Decimal(20))),
        ("ca. 708 af 1.180 svar", Written(Decimal(60), is_estimated=True, part=Decimal(708), whole=Decimal(1180))),
        ("0 af 20", Written(Decimal(0), part=Decimal(0), whole=Decimal(20))),
        ("", None),
        ("-", None),
        (None, None),
    ],
)
def test_parse_written_reads_what_people_measure(written, read):
    assert parse_written(written, allows_part=True) == read


@pytest.mark.parametrize("written", ["20-25", "mange", "ca.", "5 af 0", "21 af 20", "12,5,3", "9" * 21])
def test_parse_written_explains_what_it_cannot_read(written):
    with pytest.raises(CellError):
        parse_written(written, allows_part=True)


def test_parse_written_takes_a_part_only_where_it_is_a_share():
    with pytest.raises(CellError):
        parse_written("14 af 20")


@given(st.decimals(min_value=-99_999_999, max_value=99_999_999, places=4), st.booleans())
def test_parse_written_reads_back_every_number(number, is_about):
    text = f"{number.normalize():f}".replace(".", ",")

    assert parse_written(f"ca. {text}" if is_about else text) == Written(number, is_about)
