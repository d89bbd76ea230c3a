"""Counts, decimals, ranges and years."""

import math
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from jobs.values.text import DASHES, CellError, cell_text, clean_text, shown

MAX_COUNT = 99_999


class IntervalError(CellError):
    """Two numbers where one is asked for."""


class Count(NamedTuple):
    value: int
    estimated: bool = False


_ABOUT = re.compile(
    r"^(?:ca\b\.?:?|cirka\b|circa\b|omkring\b|omtrent\b|omk\.|o\.|~|≈|±)\s*(.+)$|^(.+?)\s*(?:\bca\.?|\bcirka)$"
)
_UNIT = re.compile(
    r"\s*(?:personer|pers\.?|deltagere|delt\.?|unge|børn|voksne|kvinder|beboere|frivillige|stk\.?|i alt)$"
)
_INTERVAL = re.compile(r"[\d.,]+\s*(?:-|/|\btil\b|\beller\b|\bel\.|\.\.\.?|…)\s*[\d.,]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:[. ]\d{3})+")
_WHOLE = re.compile(r"(-?\d+)(?:[.,]0{1,2})?")


def parse_count(value: object, *, most: int = MAX_COUNT) -> Count | None:
    """A whole number of people. “ca. 30” is 30 and estimated; “-” and blank are None; “20-25” is an IntervalError."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Count(_within(_whole(value, value), most, value))
    text = clean_text(value).translate(DASHES).casefold()
    if not text.strip("-"):
        return None
    estimated = False
    if about := _ABOUT.match(text):
        text, estimated = about[1] or about[2], True
    text = _UNIT.sub("", text)
    if _INTERVAL.fullmatch(text):
        raise IntervalError(
            _("“%(value)s” is an interval. Write one number, such as 20, or “ca. 20”."), value=shown(value)
        )
    if _THOUSANDS.fullmatch(text):
        return Count(_within(int(re.sub(r"\D", "", text)), most, value), estimated)
    if match := _WHOLE.fullmatch(text):
        return Count(_within(int(match[1][:10]), most, value), estimated)
    raise CellError(_("“%(value)s” is not a whole number. Write the number alone, such as 20."), value=shown(value))


def _whole(number: float, value: object) -> int:
    if not math.isfinite(number) or number != int(number):
        raise CellError(_("“%(value)s” is not a whole number. Write the number alone, such as 20."), value=shown(value))
    return int(number)


def _within(number: int, most: int, value: object) -> int:
    if number < 0:
        raise CellError(_("“%(value)s” is below zero. Correct the number."), value=shown(value))
    if number > most:
        raise CellError(_("“%(value)s” is too large a number here. Correct it."), value=shown(value))
    return number


_GROUPED = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_DECIMAL_POINT = re.compile(r"-?\d+(?:\.\d+)?")


def parse_decimal(value: object) -> Decimal | None:
    """A Danish decimal: 12,5 and 1.000 (a thousand); a point is only a decimal point when it cannot group thousands."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, float) and not math.isfinite(value):
            raise CellError(_("“%(value)s” is not a number. Write it as 12,5."), value=shown(value))
        return Decimal(value) if value == int(value) else Decimal(repr(round(value, 10)))
    text = clean_text(value).translate(DASHES)
    text = re.sub(r"\s*(?:%|kr\.?|pct\.?)$", "", text).replace(" ", "")
    if not text.strip("-"):
        return None
    if len(text) > 20:
        raise CellError(_("“%(value)s” is too large a number here. Correct it."), value=shown(value))
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _DECIMAL_COMMA.fullmatch(text) or _DECIMAL_POINT.fullmatch(text):
        try:
            return Decimal(text.replace(",", "."))
        except InvalidOperation:  # digits of other scripts that Decimal does not know
            pass
    raise CellError(_("“%(value)s” is not a number. Write it as 12,5."), value=shown(value))


_RANGE = re.compile(r"([\d.,]+)\s*%?\s*(?:-|\btil\b)\s*([\d.,]+)\s*%?")


def parse_range(value: object) -> tuple[Decimal, Decimal] | None:
    """“30-50” as its two ends; a single number is both."""
    if isinstance(value, str) and (match := _RANGE.fullmatch(clean_text(value).translate(DASHES).casefold())):
        low, high = parse_decimal(match[1]), parse_decimal(match[2])
        if low is not None and high is not None:
            if low > high:
                raise CellError(_("“%(value)s” runs backwards. Write the smaller number first."), value=shown(value))
            return low, high
    number = parse_decimal(value)
    return None if number is None else (number, number)


def parse_year(value: object, *, first: int = 1900, last: int = 2100) -> int | None:
    """A year alone (2015, 2015.0, “2015”). A full date is refused: only the year is kept about a person."""
    if value is None:
        return None
    if isinstance(value, date):
        raise CellError(_("Write only the year, such as 2012. The date of birth is not stored."))
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = cell_text(value)
    else:
        text = clean_text(value)
        if not text:
            return None
    match = re.fullmatch(r"(\d{4})(?:[.,]0+)?", text)
    if match is None:
        if re.fullmatch(r"\d{1,2}\D+\d{1,2}\D+\d{2,4}", text):
            raise CellError(_("Write only the year, such as 2012. The date of birth is not stored."))
        raise CellError(_("“%(value)s” is not a year. Write four digits, such as 2012."), value=shown(value))
    year = int(match[1])
    if not first <= year <= last:
        raise CellError(
            _("The year %(value)s looks wrong. It must lie between %(first)s and %(last)s."),
            value=year, first=first, last=last,
        )  # fmt: skip
    return year


class Written(NamedTuple):
    """A measured value as somebody wrote it."""

    value: Decimal
    is_estimated: bool = False
    part: Decimal | None = None
    whole: Decimal | None = None


_PART_OF = re.compile(r"(\d[\d.,]*)\s*(?:\baf\b|\bud af\b|\bof\b|/)\s*(\d[\d.,]*)(?:\s*\D*)?")


def parse_written(value: object, *, allows_part: bool = False) -> Written | None:
    """A measured value: “12,5”, “1.234”, “ca. 30” (estimated), “70 %”, and where it is a share “14 af 20” (70).

    An interval, words, and a share of nothing are a CellError.
    """
    text = clean_text(value).translate(DASHES).casefold() if isinstance(value, str) else ""
    if not text:
        number = parse_decimal(value)
        return None if number is None else Written(number)
    estimated = False
    if about := _ABOUT.match(text):
        text, estimated = about[1] or about[2], True
    if match := _PART_OF.fullmatch(text):
        if not allows_part:
            raise CellError(_("“%(value)s” is two numbers. Write one number, such as 12,5."), value=shown(value))
        part, whole = parse_decimal(match[1].rstrip(".,")), parse_decimal(match[2].rstrip(".,"))
        return _share_of(part or Decimal(0), whole or Decimal(0), value, is_estimated=estimated)
    text = _UNIT.sub("", text)
    if _INTERVAL.fullmatch(text):
        raise IntervalError(
            _("“%(value)s” is an interval. Write one number, such as 20, or “ca. 20”."), value=shown(value)
        )
    try:
        number = parse_decimal(text)
    except CellError:
        raise CellError(_("“%(value)s” is not a number. Write it as 12,5."), value=shown(value)) from None
    return None if number is None else Written(number, estimated)


def _share_of(part: Decimal, whole: Decimal, value: object, *, is_estimated: bool) -> Written:
    if whole == 0:
        raise CellError(_("A share of 0 says nothing. Leave it until there is somebody to take the share of."))
    if part > whole:
        raise CellError(_("“%(value)s”: the first number must not be larger than the second."), value=shown(value))
    return Written(100 * part / whole, is_estimated, part, whole)
