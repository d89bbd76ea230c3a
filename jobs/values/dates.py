"""Dates in any of the forms that Danish sheets hold."""

import math
import re
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from jobs.values.text import DASHES, CellError, clean_text, match_key, shown

FIRST_YEAR, LAST_YEAR = 1990, 2100
EXCEL_EPOCH = date(1899, 12, 30)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jan january",
            "februar feb february",
            "marts mar march mrs",
            "april apr",
            "maj may",
            "juni jun june",
            "juli jul july",
            "august aug",
            "september sep sept",
            "oktober okt oct october",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}


_WEEKDAY = r"(?:(?:man|tirs?|ons|tors?|fre|lør|søn)(?:dag)?|ma|ti|on|to|fr|lø|sø)"
_BEFORE_DATE = re.compile(rf"^(?:{_WEEKDAY}\b\.?,?\s*)?(?:d\.|den\b|d\b)?\s*")
_AFTER_DATE = re.compile(r"(?:,?\s*kl\.?\s*\d{1,2}(?:[.:]\d\d)?.*|[ t]\d\d:\d\d(?::\d\d(?:\.\d+)?)?z?)$")
_ISO = re.compile(r"(\d{4})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:\s*[-./]\s*|\s)(\d{1,2})(?:(?:\s*[-./']\s*|\s+)(\d{4}|\d{2}))?\.?")
_NAMED_MONTH = re.compile(r"(\d{1,2})\.?\s*[-/ ]?\s*([a-zæøå]+)\.?(?:\s*[-,/ ']?\s*(\d{4}|\d{2}))?")
_MONTH_FIRST = re.compile(r"([a-zæøå]+)\.?\s+(\d{1,2})\.?")
_DAY = re.compile(r"(\d{1,2})\.?")
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?")
_WEEK = re.compile(r"(?:uge|week|u|w)\.?\s*\d{1,2}\b.*")

EXAMPLE = "21-10-2025"  # `example` of a refusal; a form puts this year in


def parse_date(value: object, *, year: int | None = None, month: int | None = None) -> date | None:
    """A date in any of the forms that Danish sheets hold. `year` and `month` are what the tab or title says."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return _sane(value.date(), value)
    if isinstance(value, date):
        return _sane(value, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value, year, month)
    text = clean_text(value).translate(DASHES).casefold()
    if not text:
        return None
    if _WEEK.fullmatch(text):
        raise CellError(_("“%(value)s” is a week, not a date. Write the date, such as %(example)s."), **_says(value))
    if _SERIAL.fullmatch(text):
        return _from_number(float(text.replace(",", ".")), year, month)
    text = _AFTER_DATE.sub("", _BEFORE_DATE.sub("", text))
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _make(int(match[1]), int(match[2]), int(match[3]), value)
    if match := _DAY_MONTH.fullmatch(text):
        return _make(_full_year(match[3], year, value), int(match[2]), int(match[1]), value)
    if (match := _NAMED_MONTH.fullmatch(text)) and match[2] in MONTHS:
        return _make(_full_year(match[3], year, value), MONTHS[match[2]], int(match[1]), value)
    if (match := _MONTH_FIRST.fullmatch(text)) and match[1] in MONTHS:
        return _make(_full_year(None, year, value), MONTHS[match[1]], int(match[2]), value)
    if (match := _DAY.fullmatch(text)) and month and year:
        return _make(year, month, int(match[1]), value)
    raise CellError(_("“%(value)s” is not a date. Write it as %(example)s."), **_says(value))


def _says(value: object) -> dict[str, str]:
    """What a refusal says of the value, and the example that it gives."""
    return {"value": shown(value), "example": EXAMPLE}


def _from_number(value: float, year: int | None, month: int | None) -> date:
    if math.isfinite(value) and 20_000 <= value < 80_000:
        return _sane(EXCEL_EPOCH + timedelta(days=int(value)), value)
    if month and year and 1 <= value <= 31 and value == int(value):
        return _make(year, month, int(value), value)
    raise CellError(_("“%(value)s” is not a date. Write it as %(example)s."), **_says(value))


def _full_year(digits: str | None, year: int | None, value: object) -> int:
    if digits:
        return int(digits) if len(digits) == 4 else 2000 + int(digits)
    if year is None:
        raise CellError(_("“%(value)s” has no year. Write the date as %(example)s."), **_says(value))
    return year


def _make(year: int, month: int, day: int, value: object) -> date:
    try:
        return _sane(date(year, month, day), value)
    except CellError:
        raise
    except ValueError:
        raise CellError(
            _("The date %(value)s does not exist in the calendar. Correct it."), value=shown(value)
        ) from None


def _sane(day: date, value: object) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellError(_("The year in %(value)s looks wrong. Correct the date."), value=shown(value))
    return day


_YEAR_IN_TEXT = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_SHORT_YEAR = re.compile(r"['’ ](\d\d)$")
_WORD = re.compile(r"[a-zæøå]+")


def month_and_year(text: str) -> tuple[int | None, int | None]:
    """What a tab or a title line says: “Lektiecafé – fremmøde januar 2025” → (1, 2025); “Jan 25” → (1, 2025)."""
    key = match_key(text)
    months = {MONTHS[word] for word in _WORD.findall(key) if word in MONTHS}
    month = months.pop() if len(months) == 1 else None
    years = set(_YEAR_IN_TEXT.findall(key))
    if len(years) == 1:
        return month, int(years.pop())
    if month and not years and (match := _SHORT_YEAR.search(key)):
        return month, 2000 + int(match[1])
    return month, None
