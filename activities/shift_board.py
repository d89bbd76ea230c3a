"""Who has which shift, and where somebody is missing: what the pages of shifts show, read in a few queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from accounts.danish import danish_order
from accounts.models import Membership, Plan, User, VolunteerDetails
from activities.models import RemovedShift, Session, SessionState, Shift, ShiftSettings, ShiftSignup
from activities.shifts import Span, age_on, can_give_up_freely, shift_span

WEEKS_AHEAD = 8
CLOSE_WITHIN = timedelta(days=7)  # who had a shift is asked for so long to close the evening
GROWN_UP = 18
CALLED_OFF = (SessionState.CANCELLED, SessionState.CLOSED)


@dataclass
class Place:
    """One shift of an evening with the people on it. `mine` is the reader's own sign-up."""

    shift: Shift
    signups: list[ShiftSignup] = field(default_factory=list)
    mine: ShiftSignup | None = None
    is_late_gap: bool = False  # somebody gave it up after the deadline, and it has not been taken since
    is_alone_under_18: bool = False
    clashes: bool = False  # with a shift of the reader's on the same evening

    @property
    def span(self) -> Span:
        return shift_span(self.shift)

    @property
    def missing(self) -> int:
        return max(self.shift.minimum - len(self.signups), 0)

    @property
    def has_room(self) -> bool:
        return len(self.signups) < self.shift.maximum

    @property
    def offered(self) -> list[ShiftSignup]:
        """Those who want to swap, without the reader."""
        return [signup for signup in self.signups if signup.swap_asked_at and signup is not self.mine]


@dataclass
class Evening:
    """One evening with its shifts."""

    session: Session
    places: list[Place] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return sum(place.missing for place in self.places)

    @property
    def mine(self) -> list[Place]:
        return [place for place in self.places if place.mine]


@dataclass(frozen=True)
class OwnShift:
    """A shift of the reader's, with what can be done about it."""

    place: Place
    session: Session
    is_free_to_give_up: bool


@dataclass(frozen=True)
class Board:
    """The page of shifts: one's own first, then the evenings that come."""

    own: list[OwnShift]
    evenings: list[Evening]
    removed: list[RemovedShift]
    called_off: list[ShiftSignup]  # one's own, on evenings that are off
    unclosed: list[Session]  # one had a shift there, and nobody has written how many came

    def missing_until(self, last: date) -> int:
        """How many are missing up to a day, inclusive."""
        return sum(evening.missing for evening in self.evenings if evening.session.date <= last)


def shift_board(
    *, plan: Plan, user: User, now: datetime, today: date, settings: ShiftSettings, weeks: int = WEEKS_AHEAD
) -> Board:
    """The coming evenings that have shifts. Own shifts are shown however far ahead they lie. Seven queries."""
    last = today + timedelta(weeks=weeks)
    mine = ShiftSignup.objects.standing().filter(plan=plan, user=user).values("shift__session")
    sessions = Session.objects.for_plan(plan).filter(state=SessionState.PLANNED, date__gte=today)
    sessions = sessions.filter(Q(date__lte=last) | Q(pk__in=mine))
    evenings = read_evenings(plan=plan, sessions=sessions, user=user)
    own = [
        OwnShift(place, evening.session, can_give_up_freely(place.shift, now=now, settings=settings))
        for evening in evenings
        for place in evening.mine
    ]
    removed = RemovedShift.objects.filter(plan=plan, user=user, date__gte=today)
    called_off = ShiftSignup.objects.standing().filter(
        plan=plan, user=user, shift__is_off=False, shift__session__date__gte=today, shift__session__state__in=CALLED_OFF
    ).select_related("shift__role", "shift__session__activity")  # fmt: skip
    unclosed = (
        Session.objects.for_plan(plan)
        .unlogged(today)
        .open_for_log(plan)
        .filter(date__gte=today - CLOSE_WITHIN, pk__in=mine)
    )
    return Board(
        own=own,
        evenings=[evening for evening in evenings if evening.session.date <= last],
        removed=list(removed),
        called_off=list(called_off.order_by("shift__session__date", "pk")),
        unclosed=list(unclosed.select_related("activity")),
    )


def read_evenings(*, plan: Plan, sessions: QuerySet[Session] | list[int], user: User | None = None) -> list[Evening]:
    """Those of the evenings that have shifts, in order of time. Three queries.

    `sessions` is a queryset (or a list of keys) of the plan's evenings.
    """
    shifts = Shift.objects.wanted().filter(plan=plan, session__in=sessions)
    shifts = shifts.select_related("role", "session__activity__focus_area", "session__format", "session__venue")
    by_session: dict[int, Evening] = {}
    places: dict[int, Place] = {}
    for shift in shifts.order_by("session", "role__position", "pk"):
        evening = by_session.setdefault(shift.session_id, Evening(shift.session))
        shift.session = evening.session
        places[shift.pk] = Place(shift)
        evening.places.append(places[shift.pk])
    gone: dict[int, ShiftSignup] = {}
    for signup in ShiftSignup.objects.filter(plan=plan, shift__in=list(places)).select_related("user"):
        place = places[signup.shift_id]
        signup.shift = place.shift
        if signup.withdrawn_at is None:
            place.signups.append(signup)
            if user and signup.user_id == user.pk:
                place.mine = signup
        elif signup.is_late:
            gone[signup.shift_id] = signup
    for pk in gone:
        places[pk].is_late_gap = places[pk].missing > 0
    for evening in by_session.values():
        own = [place.span for place in evening.mine]
        for place in evening.places:
            place.clashes = place.mine is None and any(place.span.overlaps(span) for span in own)
    _mark_alone(plan, places.values())
    return list(by_session.values())


def _mark_alone(plan: Plan, places: Iterable[Place]) -> None:
    """Somebody below 18 who is alone on a shift. Who is of unknown age is nobody's warning."""
    alone = [place for place in places if len(place.signups) == 1]
    ages = birth_years(plan, [place.signups[0].user_id for place in alone])
    for place in alone:
        age = age_on(place.shift.session.date, ages.get(place.signups[0].user_id))
        place.is_alone_under_18 = age is not None and age < GROWN_UP


def birth_years(plan: Plan, users: Iterable[int]) -> dict[int, int | None]:
    """User → birth year as the plan knows it. One query."""
    rows = VolunteerDetails.objects.filter(membership__plan=plan, membership__user__in=list(users))
    return dict(rows.values_list("membership__user_id", "birth_year"))


def missing_by_session(*, plan: Plan, sessions: Iterable[Session]) -> dict[int, int]:
    """Session → how many are missing in all, for those where somebody is. One query."""
    keys = [session.pk for session in sessions if session.state == SessionState.PLANNED]
    if not keys:
        return {}
    standing = Count("signups", filter=Q(signups__withdrawn_at__isnull=True))
    rows = Shift.objects.wanted().filter(plan=plan, session__in=keys).annotate(signed=standing)
    found: dict[int, int] = defaultdict(int)
    for session, gap in rows.filter(signed__lt=F("minimum")).values_list("session_id", F("minimum") - F("signed")):
        found[session] += gap
    return dict(found)


def own_sessions(*, plan: Plan, user: User, sessions: Iterable[Session]) -> dict[int, list[str]]:
    """Session → the kinds of shift that the person has there. One query."""
    keys = [session.pk for session in sessions]
    rows = ShiftSignup.objects.standing().filter(
        plan=plan, user=user, shift__session__in=keys, shift__is_off=False
    ).select_related("shift__role")  # fmt: skip
    found: dict[int, list[str]] = defaultdict(list)
    for signup in rows.order_by("shift__role__position"):
        found[signup.shift.session_id].append(signup.shift.role.local_name)
    return dict(found)


def people_for(*, plan: Plan) -> list[Membership]:
    """Who can be put on a shift: volunteers first, then colleagues, by name. One query."""
    rows = plan.memberships.active().filter(role__in=["volunteer", "staff", "project_manager"])
    return sorted(
        rows.select_related("user"), key=lambda member: (member.role != "volunteer", danish_order(member.user.name))
    )
