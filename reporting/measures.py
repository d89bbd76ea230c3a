"""Every measure as one small declared object: the only place to add another.

A measure says what its number means (`definition`, shown under "How the figure is counted" and kept in releases), how
it grows (`accumulation`), what it is counted in (`unit`), what it rests on (`basis`), whether a value may be typed in
instead, and how it is worked out from the evidence. People are counted by `residents.attendance` alone; where the team
counts residents elsewhere and types in how many, the measure says so (`types_people`).

To add a measure: a member of `models.Measure`, an object here, the word that spreadsheets use for it in
`target_words.MEASURE_WORDS`, and a row in the oracle test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reporting.evidence import Basis, Evidence
from reporting.facts import count_sessions
from reporting.models import Measure
from reporting.status import Accumulation
from reporting.values import NOTHING, Value, Why, exactly

MINUTES_AN_HOUR = 60
HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class MeasureRule:
    """One measure. `takes_values`: people may type a value in, also where there is something to count."""

    code: Measure
    definition: Promise | str
    accumulation: Accumulation
    compute: Callable[[Evidence], Value]
    basis: Basis = Basis.SESSIONS
    unit: Promise | str = ""
    takes_values: bool = False
    counts_people: bool = False
    types_people: bool = False  # somebody has counted residents, and types in how many

    @property
    def is_of_people(self) -> bool:
        """Its figure is a number of residents, so it passes `disclosure` before it leaves the team."""
        return self.counts_people or self.types_people

    @property
    def counts_sessions(self) -> bool:
        """Its figure follows the planned sessions, so it has a completeness and an expected value."""
        return self.basis == Basis.SESSIONS

    @property
    def is_typed_in(self) -> bool:
        """Nothing but what people type in makes it."""
        return self.basis == Basis.TYPED_IN


def _sessions_held(evidence: Evidence) -> Value:
    return exactly(len(evidence.held))


def _weeks_open(evidence: Evidence) -> Value:
    return exactly(len({fact.date.isocalendar()[:2] for fact in evidence.held}))


def _visits(evidence: Evidence) -> Value:
    held = evidence.held
    return Value(Decimal(sum(fact.visits for fact in held)), Decimal(sum(fact.visits_most for fact in held)))


def _mean_visits(evidence: Evidence) -> Value:
    if not (held := evidence.held):
        return Value(None, None, Why.NOTHING_HELD)
    least, most = (Decimal(sum(visits)) for visits in zip(*((f.visits, f.visits_most) for f in held), strict=True))
    return Value(least / len(held), most / len(held))


def _sessions_with_format(evidence: Evidence) -> Value:
    return exactly(sum(fact.format_id is not None or bool(fact.theme) for fact in evidence.held))


def _unique_people(evidence: Evidence) -> Value:
    return Value(Decimal(evidence.people.unique_min), Decimal(evidence.people.unique_max))


def _unique_at_least(evidence: Evidence) -> Value:
    people = evidence.people
    return Value(Decimal(people.at_least), None if people.unnamed else Decimal(people.at_least))


def _volunteer_turns(evidence: Evidence) -> Value:
    return exactly(sum(fact.volunteer_turns for fact in evidence.held))


def _volunteer_hours(evidence: Evidence) -> Value:
    return exactly(sum((fact.volunteer_minutes for fact in evidence.held), Decimal(0)) / MINUTES_AN_HOUR)


def _completeness(evidence: Evidence) -> Value:
    counts = count_sessions(evidence.sessions, today=evidence.today)
    return exactly(Decimal(100 * counts.logged) / counts.due) if counts.due else NOTHING


def _typed(evidence: Evidence) -> Value:
    typed = evidence.typed
    return Value(None, None, typed.why) if typed.value is None else exactly(typed.value)


def _tallies(evidence: Evidence) -> Value:
    """What was typed in holds up to its day; what is counted after it comes on top."""
    counted = [tally for tally in evidence.tallies if not evidence.typed.covers(tally.date)]
    if evidence.typed.value is None and not counted:
        return NOTHING
    return exactly((evidence.typed.value or Decimal(0)) + sum(tally.number for tally in counted))


def _active_volunteers(evidence: Evidence) -> Value:
    """A value that somebody typed in is meant to be believed; without one, sign-ups count, where there are any."""
    if evidence.typed.value is not None:
        return _typed(evidence)
    return exactly(evidence.volunteers) if evidence.volunteers else NOTHING


def _share(evidence: Evidence) -> Value:
    """Of two figures, the bounds crossed: the smallest part of the largest whole, the largest of the smallest."""
    if evidence.operands is None:
        return _typed(evidence)
    part, whole = evidence.operands
    if part.low is None or whole.low is None:
        return Value(None, None, part.why or whole.why)
    if whole.low == 0:
        return Value(None, None, Why.ZERO_WHOLE)
    low = Decimal(0) if whole.high is None else HUNDRED * part.low / whole.high
    return Value(low, None if part.high is None else HUNDRED * part.high / whole.low)


def _carried_on(evidence: Evidence) -> Value:
    if evidence.typed.value is not None:
        return _typed(evidence)
    if evidence.embedded is None:
        return Value(None, None, Why.NOTHING_DECIDED)
    carried, whole = evidence.embedded
    if not whole:
        return Value(None, None, Why.ZERO_WHOLE)
    return exactly(HUNDRED * carried / whole)


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
            "The number of held sessions with the format (debate, film …). When no format is chosen: those with a "
            "theme or any format."
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
        definition=_(
            "The hours of volunteers at held sessions: the length of their shifts, and for those who did not sign up "
            "the length of the session."
        ),
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
        definition=_(
            "Different volunteers with a shift in the last 12 weeks, counted from who signed up. Where a value is "
            "typed in within the period, that is the figure."
        ),
        accumulation=Accumulation.LATEST,
        unit=_("volunteers"),
        basis=Basis.VOLUNTEERS,
        takes_values=True,
        compute=_active_volunteers,
    ),
    MeasureRule(
        code=Measure.CONTACTS,
        definition=_(
            "Contacts as they were counted, day by day. A number that is typed in holds from the beginning of the "
            "target period up to its day, and what is counted after that day comes on top. Longer periods add up."
        ),
        accumulation=Accumulation.SUM,
        unit=pgettext_lazy("measure", "contacts"),
        basis=Basis.TALLIES,
        takes_values=True,
        compute=_tallies,
    ),
    MeasureRule(
        code=Measure.REFERRALS,
        definition=_(
            "People helped on to a job centre, a company, a school or an association, as they were counted, day by "
            "day. A number that is typed in holds from the beginning of the target period up to its day, and what is "
            "counted after that day comes on top. Longer periods add up."
        ),
        accumulation=Accumulation.SUM,
        unit=_("people"),
        basis=Basis.TALLIES,
        takes_values=True,
        compute=_tallies,
    ),
    MeasureRule(
        code=Measure.SHARE,
        definition=_(
            "A part of a whole in per cent: typed in with its source, or one figure of this list divided by another. "
            "Of a whole of 0 there is no share."
        ),
        accumulation=Accumulation.LATEST,
        unit="%",
        basis=Basis.INDICATORS,
        takes_values=True,
        compute=_share,
    ),
    MeasureRule(
        code=Measure.BASELINE_CHANGE,
        definition=_("The level that was typed in, less the baseline. Without a baseline there is no figure."),
        accumulation=Accumulation.LATEST,
        basis=Basis.TYPED_IN,
        takes_values=True,
        compute=_typed,
    ),
    MeasureRule(
        code=Measure.BENCHMARK_GAP,
        definition=_(
            "The level here, less the level that we compare with; both typed in with their source. Below zero is below "
            "what we compare with."
        ),
        accumulation=Accumulation.LATEST,
        basis=Basis.TYPED_IN,
        takes_values=True,
        compute=_typed,
    ),
    MeasureRule(
        code=Measure.REGISTER,
        definition=_("A register figure, typed in with its source. It tells about the area, not about our effect."),
        accumulation=Accumulation.LATEST,
        basis=Basis.TYPED_IN,
        takes_values=True,
        compute=_typed,
    ),
    MeasureRule(
        code=Measure.SURVEY,
        definition=_("The answers of a survey, typed in with its source."),
        accumulation=Accumulation.LATEST,
        basis=Basis.TYPED_IN,
        takes_values=True,
        compute=_typed,
    ),
    MeasureRule(
        code=Measure.PEOPLE_COUNT,
        definition=_(
            "People since the target period began, typed in from the team's own count with its date. Longer periods "
            "add up, so that somebody counted in two of them counts in both."
        ),
        accumulation=Accumulation.SUM,
        unit=_("people"),
        basis=Basis.TYPED_IN,
        takes_values=True,
        types_people=True,
        compute=_typed,
    ),
    MeasureRule(
        code=Measure.CARRIED_ON,
        definition=_(
            "Of the plan's activities: the share that somebody carries on without the plan. Those for which nothing is "
            "decided yet are part of the whole."
        ),
        accumulation=Accumulation.LATEST,
        unit="%",
        basis=Basis.ACTIVITIES,
        takes_values=True,
        compute=_carried_on,
    ),
    MeasureRule(
        code=Measure.MILESTONE,
        definition=_("A milestone: done or not, on a date. Typed in as 1 when it is done."),
        accumulation=Accumulation.LATEST,
        basis=Basis.TYPED_IN,
        takes_values=True,
        compute=_typed,
    ),
]

MEASURES: dict[str, MeasureRule] = {rule.code: rule for rule in RULES}
