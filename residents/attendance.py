"""The only place that counts people (design §3 rules 3 and 4).

Visits add up. Unique people do not: they are counted anew for the asked period and set of sessions, and where heads
without a name came too, the honest answer is a range. `PeopleCount` therefore has no `__add__`.

A held session carries `heads_total` (all who came, or nothing) and `known_heads` (its ticks, kept in the same
transaction as the rows). Every tick belongs to a held session and carries that session's plan, activity and date, so
that people are counted from one covering index (plan, activity, date, participant) without a join.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, ExtractYear

from accounts.models import Plan
from accounts.periods import Period
from activities.models import Activity, Format, Session
from residents.ages import Ages, load_age_book
from residents.models import Attendance, Participant
from residents.ticks import (
    Recorded,
    convert_to_heads,
    move_session,
    record_attendance,
    record_tick,
    record_unnamed,
    undo_attendance,
)

__all__ = [
    "PeopleCount",
    "Question",
    "Recorded",
    "answer_questions",
    "ask",
    "convert_to_heads",
    "count_people",
    "count_people_by_activity",
    "count_people_by_focus_area",
    "count_people_by_period",
    "move_session",
    "people_by_age",
    "record_attendance",
    "record_tick",
    "record_unnamed",
    "undo_attendance",
]

QUESTIONS_PER_STATEMENT = 200  # SQLite takes 500 terms in one compound statement


@dataclass(frozen=True)
class PeopleCount:
    """What one set of held sessions says about people. Not a number that can be added to another."""

    visits: int = 0  # fremmøder: known + unnamed heads, over all sessions
    sessions: int = 0  # held
    known: int = 0  # different people with an alias
    largest: int = 0  # the largest single session
    unnamed: int = 0  # heads without an alias, over all sessions
    unique_min: int = 0
    unique_max: int = 0
    at_least: int = 0  # known people who came at least the asked number of times


@dataclass(frozen=True)
class Question:
    """How many people came to these activities in these days (both inclusive)? `activities` None: the whole plan.

    Further narrowed to a format, to some of the evenings, to days of the week (1 Monday … 7 Sunday), to people of some
    ages on the evening. With ages, `PeopleCount.visits` is what is known to be of those ages.
    """

    first: date
    last: date
    activities: frozenset[int] | None = None
    at_least: int = 1
    format: Format | None = None
    sessions: frozenset[int] | None = None
    weekdays: frozenset[int] | None = None
    ages: Ages | None = None

    def __post_init__(self) -> None:
        if self.at_least < 1:
            raise ValueError("at_least is 1 or more.")


_VISITS = Coalesce("heads_total", "known_heads")
_EVENINGS = {
    "visits": Sum(_VISITS),
    "sessions": Count("pk"),
    "largest": Max(_VISITS),
    "unnamed": Sum(_VISITS - F("known_heads")),
}
_NO_EVENING = {"visits": 0, "sessions": 0, "largest": 0, "unnamed": 0}
_NOBODY = {"people": 0}


def count_people(
    plan: Plan,
    activities: Iterable[Activity | int] | None,
    first: date,
    last: date,
    at_least: int = 1,
    format: Format | None = None,
) -> PeopleCount:
    """People over the union of `activities` (None: all of the plan) from `first` to `last`, both inclusive.

    Somebody who came to two of the activities is one person. `format` narrows to evenings of that format.
    """
    return answer_questions(plan, [ask(activities, first, last, at_least=at_least, format=format)])[0]


def count_people_by_period(
    plan: Plan, activities: Iterable[Activity | int] | None, periods: Sequence[Period], at_least: int = 1
) -> list[PeopleCount]:
    """One count per period, in their order; periods may overlap or nest. One set-based query per fact."""
    keys = activity_keys(activities)
    return answer_questions(plan, [Question(period.first, period.last, keys, at_least=at_least) for period in periods])


def count_people_by_activity(plan: Plan, first: date, last: date) -> dict[int, PeopleCount]:
    """By activity id. An activity without a held session in the period is absent: `.get(pk, PeopleCount())`."""
    return _grouped(plan, first, last, "activity_id")


def count_people_by_focus_area(plan: Plan, first: date, last: date) -> dict[int, PeopleCount]:
    """By focus-area id: people are unique within the area, so this is not the sum over its activities."""
    return _grouped(plan, first, last, "activity__focus_area_id")


def ask(
    activities: Iterable[Activity | int] | None,
    first: date,
    last: date,
    *,
    at_least: int = 1,
    format: Format | None = None,
) -> Question:
    """A question from activities or their ids."""
    return Question(first, last, activity_keys(activities), at_least, format)


def activity_keys(activities: Iterable[Activity | int] | None) -> frozenset[int] | None:
    if activities is None:
        return None
    return frozenset(item.pk if isinstance(item, Activity) else item for item in activities)


def answer_questions(plan: Plan, questions: Sequence[Question]) -> list[PeopleCount]:
    """Every question answered in the same order: two statements, three when one asks for "at least n times".

    Each question is one range of the covering index in a UNION ALL, so that unions of activities and overlapping
    periods cost no extra round trip. Questions about ages take three more queries, however many they are.
    """
    answers: list[PeopleCount] = []
    for start in range(0, len(questions), QUESTIONS_PER_STATEMENT):
        answers += _answer_batch(plan, questions[start : start + QUESTIONS_PER_STATEMENT])
    return answers


def _answer_batch(plan: Plan, questions: Sequence[Question]) -> list[PeopleCount]:
    def evenings(cell: int, question: Question) -> QuerySet:
        held = _asked(Session.objects.for_plan(plan).held(), question, format_path="format")
        return held.values(cell=Value(cell)).annotate(**_EVENINGS)

    def known(cell: int, question: Question) -> QuerySet:
        ticks = _asked(Attendance.objects.filter(plan=plan), question, format_path="session__format")
        return ticks.values(cell=Value(cell)).annotate(people=Count("participant", distinct=True))

    def regulars(cell: int, question: Question) -> QuerySet:
        ticks = _asked(Attendance.objects.filter(plan=plan), question, format_path="session__format")
        often = ticks.values("participant").annotate(times=Count("pk")).filter(times__gte=question.at_least)
        people = Participant.objects.filter(plan=plan, pk__in=often.values("participant"))
        return people.order_by().values(cell=Value(cell)).annotate(people=Count("pk"))

    numbered = list(enumerate(questions))
    aged = [(cell, question) for cell, question in numbered if question.ages is not None]
    by_evening = _one_statement(evenings, [(cell, question) for cell, question in numbered if question.ages is None])
    by_evening |= _evenings_by_age(plan, aged)
    by_person = _one_statement(known, numbered)
    by_regular = _one_statement(regulars, [(cell, question) for cell, question in numbered if question.at_least > 1])
    counts = []
    for cell, question in numbered:
        people = by_person.get(cell, _NOBODY)["people"]
        often = by_regular.get(cell, _NOBODY)["people"] if question.at_least > 1 else people
        counts.append(_people_count(by_evening.get(cell, _NO_EVENING), people, often))
    return counts


def _one_statement(
    build: Callable[[int, Question], QuerySet], numbered: Sequence[tuple[int, Question]]
) -> dict[int, dict[str, int]]:
    """The aggregate of every question in one UNION ALL, by the question's number."""
    if not numbered:
        return {}
    first, *others = [build(cell, question) for cell, question in numbered]
    rows = first.union(*others, all=True) if others else first
    return {row["cell"]: row for row in rows}


def _asked(rows: QuerySet, question: Question, *, format_path: str) -> QuerySet:
    rows = rows.filter(date__range=(question.first, question.last))
    if question.activities is not None:
        rows = rows.filter(activity__in=question.activities)
    if question.format is not None:
        rows = rows.filter(**{format_path: question.format})
    if question.weekdays is not None:
        rows = rows.filter(date__iso_week_day__in=question.weekdays)
    if question.sessions is not None:
        rows = rows.filter(**{"pk__in" if rows.model is Session else "session__in": question.sessions})
    if question.ages is not None and rows.model is Attendance:
        lowest, highest = question.ages
        rows = rows.alias(age=ExtractYear("date") - F("participant__birth_year")).filter(age__gte=lowest)
        rows = rows if highest is None else rows.filter(age__lte=highest)
    return rows.order_by()


def _evenings_by_age(plan: Plan, numbered: Sequence[tuple[int, Question]]) -> dict[int, dict[str, int]]:
    """As `evenings`, of the heads that are or may be of the asked ages. Three queries for all questions together."""
    if not numbered:
        return {}
    first, last = min(q.first for _cell, q in numbered), max(q.last for _cell, q in numbered)
    book = load_age_book(plan, first, last)
    held = Session.objects.for_plan(plan).held().between(first, last).annotate(total=_VISITS)
    rows = list(held.order_by().values_list("pk", "date", "activity_id", "format_id", "total"))
    found = {}
    for cell, question in numbered:
        heads = [
            book.within(pk, question.ages, total)
            for pk, day, activity, format, total in rows
            if question.ages is not None and _is_asked(question, pk, day, activity, format)
        ]
        found[cell] = {
            "visits": sum(within.least for within in heads),
            "sessions": len(heads),
            "largest": max((within.least for within in heads), default=0),
            "unnamed": sum(within.most - within.known for within in heads),
        }
    return found


def _is_asked(question: Question, pk: int, day: date, activity: int, format: int | None) -> bool:
    return (
        question.first <= day <= question.last
        and (question.activities is None or activity in question.activities)
        and (question.format is None or format == question.format.pk)
        and (question.weekdays is None or day.isoweekday() in question.weekdays)
        and (question.sessions is None or pk in question.sessions)
    )


def _grouped(plan: Plan, first: date, last: date, group: str) -> dict[int, PeopleCount]:
    question = Question(first, last)
    held = _asked(Session.objects.for_plan(plan).held(), question, format_path="format")
    ticks = _asked(Attendance.objects.filter(plan=plan), question, format_path="session__format")
    known = dict(ticks.values_list(group).annotate(Count("participant", distinct=True)))
    counts = {}
    for row in held.values(cell=F(group)).annotate(**_EVENINGS):
        people = known.get(row["cell"], 0)
        counts[row["cell"]] = _people_count(row, people, people)
    return counts


def _people_count(evenings: dict[str, int], known: int, at_least: int) -> PeopleCount:
    """Design §3 rule 4: the range runs from max(known, largest evening) to known + all unnamed heads."""
    visits, sessions, largest, unnamed = (evenings[name] or 0 for name in ("visits", "sessions", "largest", "unnamed"))
    return PeopleCount(
        visits=visits,
        sessions=sessions,
        known=known,
        largest=largest,
        unnamed=unnamed,
        unique_min=max(known, largest),
        unique_max=known + unnamed,
        at_least=at_least,
    )


def people_by_age(plan: Plan, first: date, last: date) -> dict[int, int]:
    """How many known people of each age came to the plan between two days: age in the year of their last evening.

    For `reporting.disclosure` only: what it gives leaves the team through that gate or not at all.
    """
    ticks = Attendance.objects.filter(plan=plan, date__range=(first, last)).order_by()
    by_person = ticks.values_list("participant", "participant__birth_year").annotate(Max("date"))
    return dict(Counter(day.year - born for _person, born, day in by_person))
