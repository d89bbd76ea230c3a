"""The words of a target sheet: what is measured, in which direction, for which activities, in which period."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from accounts.periods import Period, plan_periods, school_years, whole_plan
from activities.models import Format
from activities.themes import FORMAT_WORDS
from jobs.values import CellError, clean_text, is_blank, match_key, parse_date, parse_range, shown
from reporting.models import Direction, Measure
from residents.imports.stored import ActivityNames

# The words that sheets use for each measure; "unikke deltagere, mindst N gange" carries its number.
MEASURE_WORDS: dict[str, str] = {
    Measure.SESSIONS_HELD: "antal afholdte gange|afholdte gange|antal gange|antal arrangementer",
    Measure.WEEKS_OPEN: "antal uger åben|antal uger|uger åben",
    Measure.VISITS: "antal fremmøder|fremmøder|fremmøde|antal besøg|besøg",
    Measure.MEAN_VISITS: "gennemsnit pr. gang|gennemsnit pr gang|gennemsnit per gang|gennemsnit",
    Measure.SESSIONS_WITH_FORMAT: "antal gange med tema|antal gange med form|gange med tema|antal temagange|"
    "gange med tema eller form",
    Measure.UNIQUE_PEOPLE: "unikke deltagere|antal unikke deltagere|forskellige deltagere",
    Measure.VOLUNTEER_TURNS: "antal frivilligvagter|frivilligvagter|antal vagter",
    Measure.VOLUNTEER_HOURS: "frivilligtimer|antal frivilligtimer",
    Measure.ACTIVE_VOLUNTEERS: "antal på dato|aktive frivillige|aktive frivillige på en dato",
    Measure.CONTACTS: "antal henvendelser|henvendelser",
    Measure.REFERRALS: "antal brobygninger|brobygninger",
    Measure.SHARE: "andel|andel i procent",
    Measure.BASELINE_CHANGE: "ændring fra udgangspunkt|ændring",
    Measure.BENCHMARK_GAP: "afstand til sammenligning|afstand",
    Measure.REGISTER: "registertal",
    Measure.SURVEY: "spørgeskema|spørgeskemaundersøgelse|survey",
    Measure.PEOPLE_COUNT: "antal personer (opgørelse)|antal personer|egen opgørelse|opgørelse",
    Measure.CARRIED_ON: "andel videreført|andel af tilbud der videreføres|andel af aktiviteter der videreføres|"
    "videreførte tilbud|andel videreførte tilbud|andel af aktiviteter, der føres videre",
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
WHOLE_AREA = frozenset({"hele indsatsområdet", "alle i indsatsområdet", "indsatsområdet"})
_DAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_WEEKDAY_OF = {word: str(day) for day, name in enumerate(_DAYS, start=1) for word in (name, f"{name}e", name[:3])}
_WEEKDAYS = re.compile(rf"(?:{'|'.join(_WEEKDAY_OF)})(?:(?:, | og |/)(?:{'|'.join(_WEEKDAY_OF)}))*")
_AGES = re.compile(r"(\d{1,3})\s*-\s*(\d{1,3}) år(?:ige)?|(\d{1,3})\s*(?:\+|år og over|år og derover)")
_THEME = re.compile(r"tema:?\s*(.+)")
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
class Narrowed:
    """What a bracket behind an activity says: one of these."""

    format: str = ""
    theme: str = ""
    weekdays: str = ""
    ages: tuple[int, int | None] | None = None


@dataclass(frozen=True)
class Chosen:
    """The activities (a union), and perhaps only some of their evenings or heads."""

    is_all: bool = False
    is_area: bool = False
    activities: frozenset[int] = frozenset()
    narrowed: Narrowed = Narrowed()


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
    """Which activities a cell names, and what of them: “Madklub; Haveklub”, “Unge Cafeen (debat)”, “alle (mandag)”."""

    def __init__(self, plan: Plan) -> None:
        self.names = ActivityNames(plan)
        self.formats = {format.code: format for format in Format.objects.all()}
        words = [(format.name, format.code) for format in self.formats.values()]
        words += [(format.name_en, format.code) for format in self.formats.values()]
        self.format_by_key: dict[str, str] = {match_key(word): code for word, code in [*words, *FORMAT_WORDS.items()]}

    def read(self, cell: Any) -> Chosen:
        text = cell if isinstance(cell, str) else clean_text(cell)
        found: set[int] = set()
        narrowed: set[Narrowed] = set()
        is_all = is_area = False
        for part in re.split(r"[;\n]+", text):
            if not (whole := clean_text(part)):
                continue
            name, bracket = self._parts(whole)
            key = match_key(name)
            if key in EVERYTHING:
                is_all = True
            elif key in WHOLE_AREA:
                is_area = True
            else:
                found.add(self.names.find(name).pk)
            narrowed.add(self._narrowed(bracket))
        if len(narrowed) > 1:
            raise CellError(_("One target counts one format only. Write two targets."))
        if is_all or is_area:
            found = set()
        return Chosen(is_all, is_area and not is_all, frozenset(found), narrowed.pop() if narrowed else Narrowed())

    def _parts(self, name: str) -> tuple[str, str]:
        """An activity's own name may hold brackets; otherwise they narrow it down."""
        match = _IN_BRACKETS.fullmatch(name)
        if match is None or match_key(name) in self.names.by_key:
            return name, ""
        return match[1], match[2]

    def _narrowed(self, bracket: str) -> Narrowed:
        """A format, days of the week, ages, or “tema: job”."""
        key = match_key(bracket)
        if not key:
            return Narrowed()
        if code := self.format_by_key.get(key):
            return Narrowed(format=code)
        if _WEEKDAYS.fullmatch(key):
            days = {_WEEKDAY_OF[word] for word in re.split(r", | og |/", key)}
            return Narrowed(weekdays="".join(sorted(days)))
        if match := _AGES.fullmatch(key.replace("–", "-")):
            lowest, highest = int(match[1] or match[3]), int(match[2]) if match[2] else None
            if highest is None or lowest <= highest:
                return Narrowed(ages=(lowest, highest))
        if match := _THEME.fullmatch(key):
            return Narrowed(theme=match[1][:60])
        raise CellError(
            _("“(%(value)s)” is not understood. Write a format (%(names)s), a day such as “mandag”, ages such as "
              "“13-17 år”, or “tema: job”."),
            value=shown(bracket),
            names=", ".join(format.name for format in self.formats.values()),
        )  # fmt: skip
