"""CPR numbers never enter (databeskyttelsesloven § 11, design §4).

A CPR number is ten digits, DDMMYY and four more. There is no check digit to lean on (modulus 11 was given up in 2007),
so the shape and a date that exists decide. Texts are read as a person would see them: full-width or Arabic digits,
no-break hyphens and invisible characters make no difference.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_GAP = r"[^\w\n,;]|_"  # between the digits of one number: blanks, hyphens, dots, slashes; never a letter or a new line
# The usual shapes, whatever stands around them: DDMMYY-XXXX and DD.MM.YY-XXXX (with one and the same separator).
_SHAPES = re.compile(
    rf"(?<!\d)(?:\d{{6}}(?:(?:{_GAP}){{0,3}}|[,;])\d{{4}}|\d\d({_GAP})\d\d\1\d\d(?:{_GAP}){{1,3}}\d{{4}})(?!\d)"
)
# Digits in a row with small gaps ("0 1 0 2 0 3 1 2 3 4"). Only a row of exactly ten is a candidate, so that phone
# numbers, account numbers, IBAN and date spans are left alone.
_ROW = re.compile(rf"(?<!\d)\d(?:(?:{_GAP}){{0,3}}\d){{8,}}")
_NOT_DIGIT = re.compile(r"\D+")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_PHONE = re.compile(
    r"(?<![\d-])(?:(?:\+|00)\s?45[\s.-]?)?[2-9]\d(?:[\s.-]?\d\d){3}(?![\d-])|(?<!\d)[2-9]\d{3}[\s.-]\d{4}(?!\d)"
)
# Whole words: a name such as Hashim is no drug.
_SENSITIVE = re.compile(
    r"\b(?:hash(?:en|rygning|ryger|handel)?|joints?|pot|kokain|coke|amfetamin|speed|heroin|ecstasy|mdma|ketamin|"
    r"lattergas|snus|stoffer|stofmisbrug(?:er)?|narko(?:tika|man)?|misbrug(?:er)?|pushere?|dealere?|bande(?:n|r|medlem)?|"
    r"kriminel(?:le)?|kriminalitet|sigtet|sigtelse|dømt|dom|anholdt|fængsel|fængslet|arresten?|arresteret|vold|voldelig|"
    r"voldsdømt|tyveri|tyv|stjæler|stjålet|røveri|indbrud|hæleri|hærværk|våben|pistol|kniv|stukket|skudt|skyderi|"
    r"trusler|truet|truede|truer)\b",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    """The text as the eye reads it: compatibility forms folded, every decimal digit 0-9, invisible characters out."""
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in folded
        if unicodedata.category(char) not in ("Cf", "Mn", "Me")
    )


def _is_birth_date(digits: str) -> bool:
    """DDMMYY exists in some century. Replacement numbers carry the day + 60."""
    day, month = int(digits[:2]), int(digits[2:4])
    if day > 60:
        day -= 60
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]


def find_cpr(text: str) -> tuple[int, int] | None:
    """Where the first CPR-shaped number stands in the text as read, or None. Never hand the number itself on."""
    if len(text) < 10:
        return None
    plain = _plain(text)
    for match in _SHAPES.finditer(plain):
        digits = _NOT_DIGIT.sub("", match[0])
        if _is_birth_date(digits):
            return match.span()
    for match in _ROW.finditer(plain):
        digits = _NOT_DIGIT.sub("", match[0])
        if len(digits) == 10 and _is_birth_date(digits):
            return match.span()
    return None


def contains_cpr(value: object) -> bool:
    """True for a text with a CPR-shaped number, or a whole number that is one (Excel drops the leading zero)."""
    if isinstance(value, str):
        stripped = value.strip()
        if len(stripped) == 9 and stripped.isdecimal():  # the same lost zero, in a text file
            return _is_birth_date(_plain("0" + stripped))
        return find_cpr(value) is not None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 10**8 <= value < 10**10 and value == int(value) and _is_birth_date(f"{int(value):010d}")


def validate_no_cpr(value: object) -> None:
    """Refuse text that holds a CPR-shaped number. The message says what to do and never repeats the number."""
    if isinstance(value, str) and find_cpr(value) is not None:
        raise ValidationError(
            _("This looks like a CPR number. Remove it: the portal never stores CPR numbers."), code="cpr"
        )


def finds_phone_number(text: str) -> bool:
    """A Danish phone number, for a gentle warning beside an alias."""
    return _PHONE.search(_plain(text)) is not None


def finds_sensitive_words(text: str) -> bool:
    """Words of drugs or crime, for a gentle warning beside an alias: such things are not written about a person."""
    return _SENSITIVE.search(_plain(text)) is not None
