"""The nightly check: every counted figure once more by an independent path, and every release by its fingerprint.

Nothing is put right here. A figure that differs means that a row, an index or the code is wrong, and a person must
look: the project manager's page and the health page tell, and the log says how many.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction

from django.utils import timezone

from accounts.models import Plan
from accounts.periods import Period
from jobs.canonical import fingerprint
from reporting.books import Book, load_book
from reporting.figures import activity_figure, indicator_figure
from reporting.measures import MEASURES
from reporting.models import FigureCheck, Indicator, Measure, Release
from reporting.recount_rows import Asked, Evening, People, by_activity, count_people, read_evenings, read_tallies
from reporting.releases import periods_begun
from reporting.summaries import summarise

logger = logging.getLogger("portal.figures")

# Not counted again: the first two read a handful of rows as they stand, the last is made of figures that are.
LEFT_OUT = (Measure.ACTIVE_VOLUNTEERS, Measure.CARRIED_ON, Measure.SHARE)
KEPT = 20  # differences that are told one by one
CLOSE = Fraction(1, 10**9)  # a mean is kept as a decimal
Number = int | Fraction | None
Tally = tuple[str, date, int | None, int]
TALLIED = {Measure.CONTACTS: "contact", Measure.REFERRALS: "referral"}


@dataclass(frozen=True)
class Difference:
    """One figure that is shown as something else than the rows say."""

    period: str
    figure: str
    shown: str
    recounted: str


@dataclass
class Outcome:
    """What one plan's check found."""

    figures: int
    differences: list[Difference]
    damaged: int = 0  # releases whose text does not have its fingerprint, or whose summary is not of its text

    def __bool__(self) -> bool:
        return bool(self.differences or self.damaged)


def recount_all() -> str:
    """Every plan, one after the other (the daily job)."""
    today = timezone.localdate()
    outcomes = [check_plan(plan, today=today) for plan in Plan.objects.all()]
    wrong = sum(bool(outcome) for outcome in outcomes)
    return f"{sum(outcome.figures for outcome in outcomes)} figures recounted, {wrong} plans differ"


def check_plan(plan: Plan, *, today: date) -> Outcome:
    """Check one plan, keep what was found, and log it when something differs."""
    outcome = recount_plan(plan, today=today)
    FigureCheck.objects.update_or_create(
        plan=plan,
        defaults={
            "checked_at": timezone.now(),
            "figures": outcome.figures,
            "differing": len(outcome.differences),
            "damaged": outcome.damaged,
            "details": json.dumps([asdict(one) for one in outcome.differences[:KEPT]], ensure_ascii=False),
        },
    )
    if outcome:
        logger.error(
            "figures differ from their rows in %s: %s figures, %s damaged releases",
            plan.slug,
            len(outcome.differences),
            outcome.damaged,
        )
    return outcome


def recount_plan(plan: Plan, *, today: date) -> Outcome:
    """Every figure of every period that has begun, as the team sees it, against the rows."""
    periods = periods_begun(plan, today)
    kept = Release.objects.filter(plan=plan).values_list("content", "sha256", "summary")
    damaged = sum(
        fingerprint(content) != sha256 or summary != summarise(json.loads(content))
        for content, sha256, summary in kept.iterator(50)
    )
    if not periods:
        return Outcome(figures=0, differences=[], damaged=damaged)
    book = load_book(plan, periods, as_of=today, today=today, with_activity_people=True)
    evenings = by_activity([one for one in read_evenings(plan.pk) if one.day <= today])
    asked = {_asked(book, indicator) for indicator in book.indicators if MEASURES[indicator.measure].counts_people}
    asked |= {Asked(frozenset({activity.pk})) for activity in book.activities}
    times = sorted({indicator.at_least_times or 1 for indicator in book.indicators} | {1})
    spans = [Period(period.first, min(period.last, today), period.kind, period.label) for period in periods]
    people = count_people(plan.pk, sorted(asked, key=str), spans, times)
    tallies = [row for row in read_tallies(plan.pk) if row[1] <= today]
    figures, differences = 0, []
    for place, period in enumerate(spans):
        for name, shown, recounted in _compared(book, periods[place], place, period, evenings, people, tallies, today):
            figures += 1
            if not _same(shown, recounted):
                differences.append(Difference(period.label, name, _text(shown), _text(recounted)))
    return Outcome(figures=figures, differences=differences, damaged=damaged)


def _compared(
    book: Book,
    period: Period,
    place: int,
    span: Period,
    evenings: dict[int, list[Evening]],
    people: People,
    tallies: Sequence[Tally],
    today: date,
) -> Iterator[tuple[str, Number, Number]]:
    """Name, shown and recounted of each figure of one period."""
    for activity in book.activities:
        figure = activity_figure(book, activity, period)
        asked = Asked(frozenset({activity.pk}))
        mine = _within(evenings, asked, span)
        held = [one for one in mine if one.state == "held"]
        low, high = _range(held, people.known[asked, place])
        mean = Fraction(sum(one.visits for one in held), len(held)) if held else None
        for word, shown, recounted in (
            ("held", figure.counts.held, len(held)),
            ("cancelled", figure.counts.cancelled, sum(one.state == "cancelled" for one in mine)),
            ("closed", figure.counts.closed, sum(one.state == "closed" for one in mine)),
            ("unlogged", figure.counts.unlogged, sum(one.state == "planned" and one.day < today for one in mine)),
            ("visits", figure.counts.visits, sum(one.visits for one in held)),
            ("mean_visits", _exact(figure.mean_visits), mean),
            ("volunteer_turns", figure.volunteer_turns, sum(one.turns for one in held)),
            ("unique_min", figure.people.unique_min, low),
            ("unique_max", figure.people.unique_max, high),
        ):
            yield f"{activity.name}: {word}", shown, recounted
    for indicator in book.indicators:
        if not _can_recount(book, indicator):
            continue
        value = indicator_figure(book, indicator, period).value
        if indicator.measure in TALLIED:
            number = _recount_tallies(book, indicator, tallies, span)
            bounds = (number, number)
        else:
            bounds = _recounted(book, indicator, evenings, span, people, place, today)
        yield f"{indicator.code}: value", _exact(value.low), bounds[0]
        yield f"{indicator.code}: value_max", _exact(value.high), bounds[1]


# -- the measures, said again ------------------------------------------------------------------------------------------

RECOUNTED = frozenset(
    {
        Measure.SESSIONS_HELD, Measure.WEEKS_OPEN, Measure.VISITS, Measure.MEAN_VISITS, Measure.SESSIONS_WITH_FORMAT,
        Measure.UNIQUE_PEOPLE, Measure.UNIQUE_AT_LEAST, Measure.VOLUNTEER_TURNS, Measure.VOLUNTEER_HOURS,
        Measure.COMPLETENESS,
    }
)  # fmt: skip


def _can_recount(book: Book, indicator: Indicator) -> bool:
    """Not what people typed in, nor heads of some ages, which are a range of their own (`residents.ages`)."""
    if indicator.measure in TALLIED:
        return not book.measurements.get(indicator.pk)
    return indicator.measure in RECOUNTED and indicator.ages is None


def _recount_tallies(book: Book, indicator: Indicator, tallies: Sequence[Tally], span: Period) -> Number:
    asked = _asked(book, indicator)
    everything = not asked.activities
    found = [
        number
        for kind, day, activity, number in tallies
        if kind == TALLIED[Measure(indicator.measure)]
        and span.first <= day <= span.last
        and (everything or activity in (asked.activities or ()))
        and (not asked.weekdays or str(day.isoweekday()) in asked.weekdays)
    ]
    return sum(found) if found else None


def _recounted(
    book: Book,
    indicator: Indicator,
    evenings: dict[int, list[Evening]],
    span: Period,
    people: People,
    place: int,
    today: date,
) -> tuple[Number, Number]:
    """Lower and upper bound."""
    asked = _asked(book, indicator)
    mine = _within(evenings, asked, span)
    held = [one for one in mine if one.state == "held"]
    if indicator.measure == Measure.UNIQUE_PEOPLE:
        return _range(held, people.known[asked, place])
    if indicator.measure == Measure.UNIQUE_AT_LEAST:
        count = people.often[asked, place, indicator.at_least_times or 1]
        return count, None if any(one.visits > one.known for one in held) else count
    number = _single(indicator.measure, mine, held, today)
    return number, number


def _single(measure: str, mine: Sequence[Evening], held: Sequence[Evening], today: date) -> Number:
    if measure == Measure.SESSIONS_HELD:
        return len(held)
    if measure == Measure.WEEKS_OPEN:
        return len({one.day.strftime("%G-%V") for one in held})
    if measure == Measure.VISITS:
        return sum(one.visits for one in held)
    if measure == Measure.MEAN_VISITS:
        return Fraction(sum(one.visits for one in held), len(held)) if held else None
    if measure == Measure.SESSIONS_WITH_FORMAT:
        return sum(bool(one.format or one.theme) for one in held)
    if measure == Measure.VOLUNTEER_TURNS:
        return sum(one.turns for one in held)
    if measure == Measure.VOLUNTEER_HOURS:
        return sum((one.minutes for one in held), Fraction(0)) / 60
    logged = sum(one.state != "planned" for one in mine)
    due = logged + sum(one.state == "planned" and one.day < today for one in mine)
    return Fraction(100 * logged, due) if due else None


def _asked(book: Book, indicator: Indicator) -> Asked:
    named = frozenset(activity.pk for activity in indicator.activities.all())
    if indicator.whole_area:
        named = frozenset(a.pk for a in book.activities if a.focus_area_id == indicator.focus_area_id)
    return Asked(None if indicator.all_activities else named, indicator.format_id, indicator.theme, indicator.weekdays)


def _within(evenings: dict[int, list[Evening]], asked: Asked, span: Period) -> list[Evening]:
    activities = evenings if asked.activities is None else asked.activities
    return [
        one
        for activity in activities
        for one in evenings.get(activity, ())
        if span.first <= one.day <= span.last and asked.holds(one.activity, one.format, one.theme, one.day)
    ]


def _range(held: Sequence[Evening], known: int) -> tuple[int, int]:
    """At least everybody known and the largest evening; at most those known and every head without a name."""
    unnamed = sum(one.visits - one.known for one in held)
    return max([known, *(one.visits for one in held)]), known + unnamed


def _exact(value: object) -> Number:
    return None if value is None else Fraction(str(value))


def _same(shown: Number, recounted: Number) -> bool:
    if shown is None or recounted is None:
        return shown is recounted
    return abs(Fraction(shown) - Fraction(recounted)) < CLOSE


def _text(number: Number) -> str:
    if number is None:
        return "–"
    return str(number) if Fraction(number).denominator == 1 else f"{float(number):.4f}".rstrip("0")
