"""Who stands on the tick list of an evening: regulars first, then the others by name. Nobody is preset as present."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from activities.models import Session
from jobs.values import match_key
from residents.models import Attendance, Participant

REGULAR_WINDOW = timedelta(weeks=8)
REGULAR_TIMES = 2  # in that window
MOST_REGULARS = 40
LISTED_WINDOW = timedelta(days=365)
MOST_LISTED = 200  # a longer list is searched, not scrolled
FILL_TO = 50  # where few have come yet, the plan's other people stand there too
MOST_FOUND = 50


@dataclass(frozen=True)
class TickRow:
    """One person on the list. `ticked` is what the database says, `checked` what the page shows."""

    pk: int
    alias: str
    birth_year: int
    key: str
    ticked: bool
    checked: bool


@dataclass(frozen=True)
class TickList:
    regulars: list[TickRow]
    others: list[TickRow]
    has_more: bool  # the plan has people who are not on this list

    def __len__(self) -> int:
        return len(self.regulars) + len(self.others)

    @property
    def opens_others(self) -> bool:
        """The others are folded away under the regulars, unless one of them has a tick."""
        return not self.regulars or any(row.checked for row in self.others)


def tick_list(*, session: Session, checked: frozenset[int] | None = None) -> TickList:
    """Everybody who came to the activity in the last year; a short list is filled up with others of the plan by name.

    Three statements, whatever the number of people: the first is answered from the covering index alone.
    `checked` are the ticks of a form that is shown again.
    """
    came = _recent_visits(session)
    ids = sorted(came, key=came.__getitem__, reverse=True)[:MOST_LISTED]
    people = Participant.objects.people().filter(plan_id=session.plan_id)
    is_listed = Q(pk__in=ids)
    if len(came) > MOST_LISTED:
        is_listed |= Q(pk__in=_ticks(session).values("participant"))
    rows = list(_with_ticks(session, people.filter(is_listed)))
    room = max(FILL_TO - len(rows), 0)
    others = people.exclude(pk__in=list(came))
    if room:
        fill = list(_with_ticks(session, others)[: room + 1])
        rows, has_more = rows + fill[:room], len(fill) > room
    else:
        has_more = others.exists()
    rows.sort(key=lambda person: (person.sort_key, person.birth_year, person.pk))
    usual = [person for person in rows if came.get(person.pk, 0) >= REGULAR_TIMES]
    usual.sort(key=lambda person: -came[person.pk])  # stable: by name among equals
    regulars = usual[:MOST_REGULARS]
    first = {person.pk for person in regulars}
    return TickList(
        regulars=[_row(person, checked) for person in regulars],
        others=[_row(person, checked) for person in rows if person.pk not in first],
        has_more=has_more or len(came) > MOST_LISTED,
    )


def find_people(
    *, session: Session, query: str, checked: frozenset[int] | None = None, unlisted_only: bool = False
) -> TickList:
    """People of the whole plan whose alias holds the query, by name. `unlisted_only` leaves out the usual list."""
    key = match_key(query)
    people = Participant.objects.people().filter(plan_id=session.plan_id, alias_key__contains=key)
    if unlisted_only:
        listed = tick_list(session=session)
        people = people.exclude(pk__in=[row.pk for row in (*listed.regulars, *listed.others)])
    found = list(_with_ticks(session, people)[: MOST_FOUND + 1]) if key else []
    return TickList([], [_row(person, checked) for person in found[:MOST_FOUND]], has_more=len(found) > MOST_FOUND)


def _recent_visits(session: Session) -> dict[int, int]:
    """Everybody who came in the last year, tonight included, and how often in the eight weeks before tonight."""
    visits = Attendance.objects.filter(
        plan_id=session.plan_id,
        activity_id=session.activity_id,
        date__range=(session.date - LISTED_WINDOW, session.date),
    )
    recent = Q(date__gte=session.date - REGULAR_WINDOW, date__lt=session.date)
    times = Count("participant", filter=recent)
    return dict(visits.order_by().values("participant").annotate(times=times).values_list("participant", "times"))


def _ticks(session: Session) -> QuerySet[Attendance]:
    return Attendance.objects.filter(plan_id=session.plan_id, session=session)


def _with_ticks(session: Session, people: QuerySet[Participant]) -> QuerySet[Participant, Any]:
    """By name, each with whether it is `ticked`; plain rows, since nothing here changes a participant."""
    has_tick = Exists(_ticks(session).filter(participant=OuterRef("pk")))
    rows = people.annotate(ticked=has_tick).order_by("sort_key", "birth_year", "pk")
    return rows.values_list("pk", "alias", "birth_year", "alias_key", "sort_key", "ticked", named=True)


def _row(person: Any, checked: frozenset[int] | None) -> TickRow:
    """From a row of `_with_ticks`."""
    return TickRow(
        pk=person.pk,
        alias=person.alias,
        birth_year=person.birth_year,
        key=person.alias_key,
        ticked=person.ticked,
        checked=person.ticked if checked is None else person.pk in checked,
    )
