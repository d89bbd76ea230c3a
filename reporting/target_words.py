"""The words of a target sheet: what is measured, in which direction, for which activities, in which period."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from accounts.periods import Period, plan_periods, school_years, whole_plan
from activities.models import Activity, Format
from activities.themes import FORMAT_WORDS
from jobs.values import CellError, clean_text, is_blank, match_key, parse_date, parse_range, shown
from reporting.models import Direction, Measure
from residents.imports.stored import ActivityNames

# The words that sheets use for each measure; "unikke deltagere, mindst N gange" carries its number.
MEASURE_WORDS: dict[str, str] = {
    Measure.SESSIONS_HELD: "antal afholdte gange|afholdte gange|antal gange|antal arrangementer",
    Measure.WEEKS_OPEN: "antal uger åben|antal uger|uger åben",
    Measure.VISITS: "antal fremmøder|fremmøder|fremmøde",
    Measure.MEAN_VISITS: "gennemsnit pr. gang|gennemsnit pr gang|gennemsnit per gang|gennemsnit",
    Measure.SESSIONS_WITH_FORMAT: "antal gange med tema|antal gange med form|gange med tema|antal temagange",
    Measure.UNIQUE_PEOPLE: "unikke deltagere|antal unikke deltagere|forskellige deltagere",
    Measure.VOLUNTEER_TURNS: "antal frivilligvagter|frivilligvagter|antal vagter",
    Measure.VOLUNTEER_HOURS: "frivilligtimer|antal frivilligtimer",
    Measure.ACTIVE_VOLUNTEERS: "antal på dato|aktive frivillige",
    Measure.CONTACTS: "antal henvendelser|henvendelser",
    Measure.REFERRALS: "antal brobygninger|brobygninger",
    Measure.SHARE: "andel|andel i procent",
    Measure.BASELINE_CHANGE: "ændring fra udgangspunkt|ændring",
    Measure.BENCHMARK_GAP: "afstand til sammenligning|afstand",
    Measure.REGISTER: "registertal",
    Measure.SURVEY: "spørgeskema|spørgeskemaundersøgelse|survey",
    Measure.PEOPLE_COUNT: "antal personer (opgørelse)|antal personer|egen opgørelse|opgørelse",
    Measure.MILESTONE: "milepæl",
    Measure.COMPLETENESS: "andel registreret",
}
_MEASURE_OF = {word: code for code, words in MEASURE_WORDS.items() for word in words.split("|")}
_AT_LEAST = re.compile(r"(?:antal )?(?:unikke|forskellige) deltagere,? (?:med )?mindst (\d{1,3}) gange?")

_DIRECTION_OF = {
    word: code
    for code, words in {
        Direction.AT_LEAST: "mindst|minimum|min|min.|≥|>=|over",
        Direction.AT_MOST: "højst|maksimum|maksimalt|maks|maks.|max|max.|≤|<=|under",
        Direction.RANGE: "interval|mellem|inden for",
    }.items()
    for word in words.split("|")
}
EVERYTHING = frozenset({"alle", "alle aktiviteter", "hele planen", "alt"})
_CODE = re.compile(r"[\w.-]{1,10}")
_IN_BRACKETS = re.compile(r"(.+?)\s*\(([^()]+)\)")
LARGEST = Decimal(10) ** 10  # what the column holds


@dataclass(frozen=True)
class Measured:
    code: str
    at_least_times: int | None = None


@dataclass(frozen=True)
class Aim:
    """What a sheet says of one period: a number, two limits, or a day."""

    low: Decimal | None = None
    high: Decimal | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Chosen:
    """The activities (a union) and perhaps one format."""

    is_all: bool = False
    activities: frozenset[int] = frozenset()
    format: str = ""


def read_code(cell: object) -> str:
    code = clean_text(cell).replace(" ", "").rstrip(".")
    if code and not _CODE.fullmatch(code):
        raise CellError(_("“%(value)s” is not a number of a target. Write it as K2."), value=shown(cell))
    return code


def read_measure(cell: object) -> Measured | None:
    key = match_key(clean_text(cell))
    if not key:
        return None
    if match := _AT_LEAST.fullmatch(key):
        if not int(match[1]):
            raise CellError(_("“%(value)s”: write at least 1 time."), value=shown(cell))
        return Measured(Measure.UNIQUE_AT_LEAST, int(match[1]))
    code = _MEASURE_OF.get(key)
    if code is None:
        raise CellError(
            _("“%(value)s” is not a known way to measure. Write for example “antal afholdte gange”."),
            value=shown(cell),
        )
    return Measured(code)


def read_direction(cell: object) -> str:
    key = match_key(clean_text(cell))
    if key and key not in _DIRECTION_OF:
        raise CellError(
            _("“%(value)s” is not a known direction. Write “mindst”, “højst” or “interval”."), value=shown(cell)
        )
    return _DIRECTION_OF.get(key, "")


def read_aim(cell: object) -> Aim | None:
    """30, 12,5, 1.000, 30-50, or a day for a milestone."""
    if is_blank(cell):
        return None
    if isinstance(cell, datetime | date):
        return Aim(due_on=parse_date(cell))
    try:
        limits = parse_range(cell)
    except CellError:
        try:
            return Aim(due_on=parse_date(cell))
        except CellError:
            raise CellError(
                _("“%(value)s” is not a target. Write 30, 12,5, 30-50 or a date."), value=shown(cell)
            ) from None
    if limits is None:
        return None
    if max(abs(limit) for limit in limits) >= LARGEST:
        raise CellError(_("“%(value)s” is too large a number here. Correct it."), value=shown(cell))
    return Aim(low=limits[0], high=limits[1])


def period_heading(heading: object) -> str | None:
    """A heading that names a period: “2025/26”, “2025-2026”, “2025/26 H1”, “Skoleår 2025/26”, “Hele planen”, 2025."""
    if isinstance(heading, datetime | date | bool):
        return None
    if isinstance(heading, float) and heading == int(heading):
        heading = int(heading)
    key = period_key(str(heading) if isinstance(heading, int) else clean_text(heading))
    return key if _PERIOD.fullmatch(key) else None


_PERIOD = re.compile(r"hele planen|(?:planår|skoleår|mål|måltal)? ?(?:19|20)\d\d(?:/\d\d)?(?: (?:h[12]|k[1-4]))?")
_LONG_YEARS = re.compile(r"((?:19|20)\d\d)\s*[-/–]\s*(?:(?:19|20))?(\d\d)(?!\d)")


def period_key(label: str) -> str:
    """Spellings of one period as one key."""
    key = _LONG_YEARS.sub(r"\1/\2", match_key(label))
    key = re.sub(r"^(?:planår|mål|måltal) ", "", key)
    key = re.sub(r"([12])\. halvår", r"h\1", key)
    return re.sub(r"([1-4])\. kvartal", r"k\1", key)


def periods_by_key(plan: Plan) -> dict[str, Period]:
    """The plan's periods by the headings that mean them."""
    found = {
        period_key(period.label): period for kind in ("quarter", "half", "year") for period in plan_periods(plan, kind)
    }
    found |= {f"skoleår {period_key(period.label)}": period for period in school_years(plan)}
    return {**found, "hele planen": whole_plan(plan)}


class ActivityWords:
    """Which activities and format a cell names: “Madklub; Haveklub”, “Unge Cafeen (debat)”, “alle”."""

    def __init__(self, plan: Plan) -> None:
        self.names = ActivityNames(plan)
        self.formats = {format.code: format for format in Format.objects.all()}
        words = [(format.name, format.code) for format in self.formats.values()]
        words += [(format.name_en, format.code) for format in self.formats.values()]
        self.format_by_key: dict[str, str] = {match_key(word): code for word, code in [*words, *FORMAT_WORDS.items()]}

    def read(self, cell: Any) -> Chosen:
        text = cell if isinstance(cell, str) else clean_text(cell)
        found: set[int] = set()
        formats: set[str] = set()
        for part in re.split(r"[;\n]+", text):
            name = clean_text(part)
            if not name:
                continue
            if match_key(name) in EVERYTHING:
                return Chosen(is_all=True)
            activity, format_code = self._activity(name)
            found.add(activity.pk)
            formats.add(format_code)
        if len(formats) > 1:
            raise CellError(_("One target counts one format only. Write two targets."))
        return Chosen(activities=frozenset(found), format=formats.pop() if formats else "")

    def _activity(self, name: str) -> tuple[Activity, str]:
        """An activity's own name may hold brackets; otherwise they name a format."""
        match = _IN_BRACKETS.fullmatch(name)
        if match is None or match_key(name) in self.names.by_key:
            return self.names.find(name), ""
        code = self.format_by_key.get(match_key(match[2]))
        if code is None:
            raise CellError(
                _("The format “%(value)s” is not known. Known are: %(names)s."),
                value=shown(match[2]),
                names=", ".join(format.name for format in self.formats.values()),
            )
        return self.names.find(match[1]), code
