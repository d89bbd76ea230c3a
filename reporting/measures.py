"""Every measure as one small declared object: the only place to add another.

A measure says what its number means (`definition`, shown under "How the figure is counted" and kept in releases), how
it grows (`accumulation`), what it is counted in (`unit`), and how it is computed from the sessions in scope; None for
the ones that are typed in with source and date. People are counted by `residents.attendance` alone.

To add a measure: a member of `models.Measure`, an object here, the word that spreadsheets use for it in
`import_targets.MEASURE_WORDS`, and a row in the oracle test.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.models import SessionState
from reporting.facts import SessionFact, count_sessions
from reporting.models import Measure
from reporting.status import Accumulation
from residents.attendance import PeopleCount

MINUTES_AN_HOUR = 60


class Value(NamedTuple):
    """A figure between two bounds; both are the same where it is exact, `high` None where nothing bounds it."""

    low: Decimal | None
    high: Decimal | None


NOTHING = Value(None, None)


@dataclass(frozen=True)
class Evidence:
    """What a measure may look at: the sessions in scope and period, their people, and the day they are seen from."""

    sessions: Collection[SessionFact]
    people: PeopleCount
    today: date

    @property
    def held(self) -> list[SessionFact]:
        return [fact for fact in self.sessions if fact.state == SessionState.HELD]


@dataclass(frozen=True, kw_only=True)
class MeasureRule:
    """One measure. `compute` None: the value is typed in."""

    code: Measure
    definition: Promise | str
    accumulation: Accumulation
    unit: Promise | str = ""
    compute: Callable[[Evidence], Value] | None = None
    counts_people: bool = False

    @property
    def is_typed_in(self) -> bool:
        return self.compute is None


def exactly(number: int | Decimal) -> Value:
    return Value(Decimal(number), Decimal(number))


def _sessions_held(evidence: Evidence) -> Value:
    return exactly(len(evidence.held))


def _weeks_open(evidence: Evidence) -> Value:
    return exactly(len({fact.date.isocalendar()[:2] for fact in evidence.held}))


def _visits(evidence: Evidence) -> Value:
    return exactly(sum(fact.visits for fact in evidence.held))


def _mean_visits(evidence: Evidence) -> Value:
    held = evidence.held
    return exactly(Decimal(sum(fact.visits for fact in held)) / len(held)) if held else NOTHING


def _sessions_with_format(evidence: Evidence) -> Value:
    return exactly(sum(fact.format_id is not None or fact.has_theme for fact in evidence.held))


def _unique_people(evidence: Evidence) -> Value:
    return Value(Decimal(evidence.people.unique_min), Decimal(evidence.people.unique_max))


def _unique_at_least(evidence: Evidence) -> Value:
    people = evidence.people
    return Value(Decimal(people.at_least), None if people.unnamed else Decimal(people.at_least))


def _volunteer_turns(evidence: Evidence) -> Value:
    return exactly(sum(fact.volunteer_turns for fact in evidence.held))


def _volunteer_hours(evidence: Evidence) -> Value:
    minutes = sum(fact.volunteer_turns * (fact.minutes or 0) for fact in evidence.held)
    return exactly(Decimal(minutes) / MINUTES_AN_HOUR)


def _completeness(evidence: Evidence) -> Value:
    counts = count_sessions(evidence.sessions, today=evidence.today)
    return exactly(Decimal(100 * counts.logged) / counts.due) if counts.due else NOTHING


RULES = [
    MeasureRule(
        code=Measure.SESSIONS_HELD,
        definition=_("The number of sessions that were held. Cancelled, closed and unlogged ones do not count."),
        accumulation=Accumulation.SUM,
        unit=_("sessions"),
        compute=_sessions_held,
    ),
    MeasureRule(
        code=Measure.WEEKS_OPEN,
        definition=_("The number of weeks (Monday to Sunday) with at least one session that was held."),
        accumulation=Accumulation.SUM,
        unit=_("weeks"),
        compute=_weeks_open,
    ),
    MeasureRule(
        code=Measure.VISITS,
        definition=_("Everybody who came, each time they came. One person who comes ten times is ten visits."),
        accumulation=Accumulation.SUM,
        unit=_("visits"),
        compute=_visits,
    ),
    MeasureRule(
        code=Measure.MEAN_VISITS,
        definition=_("All visits divided by the sessions that were held. Unlogged sessions are left out, not zero."),
        accumulation=Accumulation.MEAN,
        unit=_("visits per session"),
        compute=_mean_visits,
    ),
    MeasureRule(
        code=Measure.SESSIONS_WITH_FORMAT,
        definition=_(
            "The number of held sessions with the format (debate, film …), or with any theme when none is set."
        ),
        accumulation=Accumulation.SUM,
        unit=_("sessions"),
        compute=_sessions_with_format,
    ),
    MeasureRule(
        code=Measure.UNIQUE_PEOPLE,
        definition=_(
            "Different people over the whole period, each counted once across the activities. Where some came without "
            "a name, it is an honest range: at least those we know, at most those plus every head without a name."
        ),
        accumulation=Accumulation.DISTINCT,
        unit=_("people"),
        compute=_unique_people,
        counts_people=True,
    ),
    MeasureRule(
        code=Measure.UNIQUE_AT_LEAST,
        definition=_(
            "Different people who came at least the stated number of times in the period. Only people known by alias "
            "can be counted so."
        ),
        accumulation=Accumulation.DISTINCT,
        unit=_("people"),
        compute=_unique_at_least,
        counts_people=True,
    ),
    MeasureRule(
        code=Measure.VOLUNTEER_TURNS,
        definition=_("How many volunteers were there, each time they were there."),
        accumulation=Accumulation.SUM,
        unit=_("volunteer turns"),
        compute=_volunteer_turns,
    ),
    MeasureRule(
        code=Measure.VOLUNTEER_HOURS,
        definition=_("Volunteers at each held session times the length of the session, added up."),
        accumulation=Accumulation.SUM,
        unit=_("hours"),
        compute=_volunteer_hours,
    ),
    MeasureRule(
        code=Measure.COMPLETENESS,
        definition=_("Of the sessions that ought to be logged by now: the share that is, also as cancelled or closed."),
        accumulation=Accumulation.MEAN,
        unit="%",
        compute=_completeness,
    ),
    MeasureRule(
        code=Measure.ACTIVE_VOLUNTEERS,
        definition=_("Volunteers with a turn in the last 12 weeks. Typed in until volunteers sign up for shifts here."),
        accumulation=Accumulation.LATEST,
        unit=_("volunteers"),
    ),
    MeasureRule(
        code=Measure.CONTACTS,
        definition=_(
            "The number of contacts since the target period began, typed in from the team's own count. Longer periods "
            "add up."
        ),
        accumulation=Accumulation.SUM,
        unit=pgettext_lazy("measure", "contacts"),
    ),
    MeasureRule(
        code=Measure.REFERRALS,
        definition=_(
            "People helped on to a job centre, a school or an association since the target period began, typed in. "
            "Longer periods add up."
        ),
        accumulation=Accumulation.SUM,
        unit=_("people"),
    ),
    MeasureRule(
        code=Measure.SHARE,
        definition=_("A share in per cent, typed in with its source."),
        accumulation=Accumulation.LATEST,
        unit="%",
    ),
    MeasureRule(
        code=Measure.BASELINE_CHANGE,
        definition=_("The change since the baseline, typed in with its source."),
        accumulation=Accumulation.LATEST,
    ),
    MeasureRule(
        code=Measure.BENCHMARK_GAP,
        definition=_("The gap to what we compare with, typed in with its source."),
        accumulation=Accumulation.LATEST,
    ),
    MeasureRule(
        code=Measure.REGISTER,
        definition=_("A register figure, typed in with its source. It tells about the area, not about our effect."),
        accumulation=Accumulation.LATEST,
    ),
    MeasureRule(
        code=Measure.SURVEY,
        definition=_("The answers of a survey, typed in with its source."),
        accumulation=Accumulation.LATEST,
    ),
    MeasureRule(
        code=Measure.PEOPLE_COUNT,
        definition=_(
            "People since the target period began, typed in from the team's own count with its date. Longer periods "
            "add up, so that somebody counted in two of them counts in both."
        ),
        accumulation=Accumulation.SUM,
        unit=_("people"),
    ),
    MeasureRule(
        code=Measure.MILESTONE,
        definition=_("A milestone: done or not, on a date. Typed in as 1 when it is done."),
        accumulation=Accumulation.LATEST,
    ),
]

MEASURES: dict[str, MeasureRule] = {rule.code: rule for rule in RULES}
