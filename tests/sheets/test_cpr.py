"""CPR numbers are found in any notation; phone numbers, IBAN and dates are let through."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from jobs.cpr import contains_cpr, finds_phone_number, finds_sensitive_words, validate_no_cpr

NOTATIONS = [
    "{d}{s}",
    "{d}-{s}",
    "{d} {s}",
    "{d} - {s}",
    "{d}–{s}",
    "{d}\u2011{s}",
    "{d}\u00a0{s}",
    "{d}/{s}",
    "{d}.{s}",
    "{d}_{s}",
    "{d}:{s}",
    "{d}\u200b{s}",
    "{dd}.{mm}.{yy}-{s}",
    "{dd}-{mm}-{yy} {s}",
    "{dd}/{mm}/{yy}-{s}",
    "{dd} {mm} {yy} {s}",
    "cpr{d}{s}",
    "CPR: {d}-{s}.",
    "Ali ({d}-{s}) kom",
    "x_{d}-{s}_y",
]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@given(
    day=st.dates(),
    serial=st.integers(0, 9999),
    notation=st.sampled_from(NOTATIONS),
    digits=st.sampled_from([{}, FULL_WIDTH, ARABIC]),
    replaced=st.booleans(),
)
def test_contains_cpr_finds_every_notation(day, serial, notation, digits, replaced):
    number = day.day + (60 if replaced else 0)
    parts = {"dd": f"{number:02d}", "mm": f"{day.month:02d}", "yy": f"{day.year % 100:02d}"}
    text = notation.format(d="".join(parts.values()), s=f"{serial:04d}", **parts)

    assert contains_cpr(text.translate(digits))


@given(day=st.dates(), serial=st.integers(0, 9999))
def test_contains_cpr_finds_numbers_that_lost_their_leading_zero(day, serial):
    number = int(f"{day:%d%m%y}{serial:04d}")

    assert contains_cpr(number)
    assert contains_cpr(float(number))
    assert contains_cpr(str(number))


@pytest.mark.parametrize(
    "text",
    [
        "86 12 00 01",
        "+45 86 12 00 01",
        "+45 20 10 12 34",
        "0045 20101234",
        "DK50 0040 0440 1162 43",
        "DK5000400440116243",
        "20101234 22334455",
        "20 10 12 34, 22 33 44 55",
        "20 10 12 34 22 33 44 55",
        "03-02-2025",
        "01.09.2025-30.06.2026",
        "01.09.25-30.06.26",
        "2025-09-01 12:00",
        "12-03-2025 18.00-21.00",
        "3. februar 2025 kl. 19.00-21.30",
        "5790001234567",
        "1234567890",
        "320203-1234",
        "011303-1234",
        "06-01-2025 08-01-2025",
        "12.03.25 kl. 1830",
        "ca. 30",
        "",
    ],
)
def test_contains_cpr_lets_other_numbers_through(text):
    assert contains_cpr(text) is False


@pytest.mark.parametrize("value", [True, None, 20101234, 38.5, 1234567890.0])
def test_contains_cpr_lets_other_cells_through(value):
    assert contains_cpr(value) is False


def test_validate_no_cpr_says_what_to_do_and_never_the_number():
    with pytest.raises(ValidationError) as refused:
        validate_no_cpr("Mødte 010203-1234 i dag")

    assert refused.value.messages == ["Det ligner et CPR-nummer. Fjern det: portalen gemmer aldrig CPR-numre."]


def test_validate_no_cpr_accepts_ordinary_notes():
    assert validate_no_cpr("Tirsdag 24-11-2025 kl. 18.00-21.00, tlf. 86 12 00 01") is None


@pytest.mark.parametrize(
    ("text", "phone", "words"),
    [
        ("Ali H. 20 10 12 34", True, False),
        ("Ali 20101234", True, False),
        ("Ali +45 2010 1234", True, False),
        ("Ali (ryger hash)", False, True),
        ("Ida pusher", False, True),
        ("Ida Q.", False, False),
        ("Hashim K.", False, False),
        ("Søren 2", False, False),
    ],
)
def test_gentle_detectors(text, phone, words):
    assert (finds_phone_number(text), finds_sensitive_words(text)) == (phone, words)
