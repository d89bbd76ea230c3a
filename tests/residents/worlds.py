"""Small random worlds for counting, as plain data, and the rules of design §3 written out naively over them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st

from accounts.models import Plan
from activities.models import Activity, CountingMode, Session, SessionState
from residents.attendance import PeopleCount
from residents.models import Attendance, Participant
from tests.factories import create_activity, create_participant, create_plan, get_format

DAY_ZERO = date(2025, 1, 1)
ACTIVITIES = 3  # the first two in area 1, the third in area 2
PEOPLE = 5
DAYS = 12
AREA_OF = (1, 1, 2)


@dataclass(frozen=True)
class Evening:
    activity: int
    day: int
    state: str
    ticks: frozenset[int]
    unnamed: int | None  # None: nobody typed a total
    debate: bool

    @property
    def total(self) -> int | None:
        return None if self.unnamed is None else len(self.ticks) + self.unnamed

    @property
    def visits(self) -> int:
        return len(self.ticks) + (self.unnamed or 0)


@dataclass(frozen=True)
class Asked:
    activities: frozenset[int] | None
    first: int
    last: int
    at_least: int
    debates_only: bool


@st.composite
def evenings(draw) -> Evening:
    """Any evening the database would accept: only held ones are counted, a sensitive one has no ticks."""
    state = draw(st.sampled_from([SessionState.HELD, SessionState.HELD, SessionState.HELD, *SessionState.values]))
    held, sensitive = state == SessionState.HELD, draw(st.sampled_from([False, False, False, True]))
    people = st.frozensets(st.integers(0, PEOPLE - 1), max_size=PEOPLE)
    return Evening(
        activity=draw(st.integers(0, ACTIVITIES - 1)),
        day=draw(st.integers(0, DAYS - 1)),
        state=state,
        ticks=draw(people) if held and not sensitive else frozenset(),
        unnamed=draw(st.none() | st.integers(0, 9)) if held else None,
        debate=draw(st.booleans()),
    )


worlds = st.lists(evenings(), max_size=10)
questions = st.builds(
    lambda activities, days, at_least, debates_only: Asked(activities, min(days), max(days), at_least, debates_only),
    st.none() | st.frozensets(st.integers(0, ACTIVITIES - 1), max_size=ACTIVITIES),
    st.tuples(st.integers(-1, DAYS), st.integers(-1, DAYS)),
    st.integers(1, 3),
    st.booleans(),
)


def chosen(world: list[Evening], asked: Asked) -> list[Evening]:
    return [
        evening
        for evening in world
        if evening.state == SessionState.HELD
        and asked.first <= evening.day <= asked.last
        and (asked.activities is None or evening.activity in asked.activities)
        and (evening.debate or not asked.debates_only)
    ]


def oracle(world: list[Evening], asked: Asked) -> PeopleCount:
    """The rules one by one, without a database."""
    held = chosen(world, asked)
    times: dict[int, int] = {}
    for evening in held:
        for person in evening.ticks:
            times[person] = times.get(person, 0) + 1
    visits = sum(evening.visits for evening in held)
    unnamed = sum(evening.unnamed or 0 for evening in held)
    largest = max((evening.visits for evening in held), default=0)
    return PeopleCount(
        visits=visits,
        sessions=len(held),
        known=len(times),
        largest=largest,
        unnamed=unnamed,
        unique_min=max(len(times), largest),
        unique_max=len(times) + unnamed,
        at_least=sum(1 for count in times.values() if count >= asked.at_least),
    )


@contextmanager
def undone() -> Iterator[None]:
    """One example of a property test: the next one starts from an empty database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def day(number: int) -> date:
    return DAY_ZERO + timedelta(days=number)


@dataclass(frozen=True)
class Stage:
    """A world written to the database."""

    plan: Plan
    activities: list[Activity]
    people: list[Participant]
    sessions: list[Session]


def build(world: list[Evening], *, plan: Plan | None = None) -> Stage:
    plan = plan or create_plan(starts_on=date(2024, 12, 1), ends_on=date(2028, 11, 30))
    activities = [
        create_activity(plan=plan, area=AREA_OF[number], counting_mode=CountingMode.PSEUDONYMOUS)
        for number in range(ACTIVITIES)
    ]
    people = [create_participant(plan=plan) for _ in range(PEOPLE)]
    debate = get_format("debate")
    sessions = Session.objects.bulk_create(
        Session(
            plan=plan,
            activity=activities[evening.activity],
            date=day(evening.day),
            state=evening.state,
            heads_total=evening.total,
            known_heads=len(evening.ticks),
            format=debate if evening.debate else None,
            logged_at=None if evening.state == SessionState.PLANNED else timezone.now(),
        )
        for evening in world
    )
    Attendance.objects.bulk_create(
        Attendance(
            plan=plan,
            session=session,
            participant=people[person],
            activity=session.activity,
            date=session.date,
        )
        for evening, session in zip(world, sessions, strict=True)
        for person in evening.ticks
    )
    return Stage(plan, activities, people, sessions)
