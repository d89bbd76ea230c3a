"""What a programme still lacks, or has twice: said in a sentence, before the evening says it.

Everything is read set-based in `load_facts`; `find_flags` compares in memory and asks nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.danish import danish_order
from accounts.models import VolunteerDetails
from activities.models import (
    Guest,
    GuestRole,
    ItemState,
    ProgrammeHost,
    ProgrammeItem,
    Season,
    Session,
    SessionState,
    ShiftSignup,
    Venue,
)
from activities.shifts import Span, age_on, span
from jobs.values import match_key

SOON = timedelta(weeks=3)
ADULT = 18
DEBATE = "debate"
NOT_A_KIND = "other"  # everything else is no kind of its own
CALLED_OFF = (SessionState.CANCELLED, SessionState.CLOSED)


@dataclass(frozen=True)
class Flag:
    """One thing to look at. `item` and `session` are ids; a flag of the whole season has neither."""

    code: str
    text: str
    session: int | None = None
    item: int | None = None


@dataclass(frozen=True)
class Booking:
    """Somebody, or a room, at a time. `who` says the same of the same; `session` tells two evenings apart."""

    who: str
    name: str
    where: str
    session: int
    span: Span


@dataclass
class Facts:
    """What the flags are found in. `items` are those of the season that are not called off, with their session."""

    season: Season
    sessions: Sequence[Session]
    items: Sequence[ProgrammeItem]
    hosts: Sequence[ProgrammeHost] = ()
    guests: Sequence[Guest] = ()
    elsewhere: Sequence[Session] = ()  # other activities, on the same dates
    signups: Sequence[ShiftSignup] = field(default_factory=tuple)  # with `birth_year`


def load_facts(season: Season, sessions: Sequence[Session], items: Sequence[ProgrammeItem], *, today: date) -> Facts:
    """Four queries, whatever the season holds. Hosts and guests are those of the season's items, and of items elsewhere
    on the same dates. Guests come without their phone."""
    days = {session.date for session in sessions}
    beside = Q(item__session__date__in=days) & ~Q(item__state=ItemState.CANCELLED)
    here = Q(item__season=season)
    hosts = ProgrammeHost.objects.filter(here | beside, plan_id=season.plan_id)
    guests = Guest.objects.filter(here | beside, plan_id=season.plan_id).defer("phone").order_by("pk")
    elsewhere = Session.objects.filter(plan_id=season.plan_id, date__in=days, venue__isnull=False)
    elsewhere = elsewhere.exclude(activity=season.activity_id).exclude(state__in=CALLED_OFF)
    return Facts(
        season=season,
        sessions=sessions,
        items=[item for item in items if item.state != ItemState.CANCELLED],
        hosts=sorted(
            hosts.select_related("user", "item__session"), key=lambda host: (danish_order(host.user.name), host.pk)
        ),
        guests=list(guests.select_related("item__session")),
        elsewhere=list(elsewhere.select_related("activity", "venue")),
        signups=list(_signups(season, [session.pk for session in sessions if session.date >= today])),
    )


def _signups(season: Season, sessions: Collection[int]) -> Iterable[ShiftSignup]:
    born = VolunteerDetails.objects.filter(membership__plan=season.plan_id, membership__user=OuterRef("user"))
    rows = ShiftSignup.objects.standing().filter(plan_id=season.plan_id, shift__session__in=sessions)
    rows = rows.filter(shift__is_off=False, shift__session__state=SessionState.PLANNED)
    rows = rows.annotate(birth_year=Subquery(born.values("birth_year")[:1]))
    return rows.select_related("shift__role", "shift__session", "user").order_by("pk")


def find_flags(facts: Facts, *, today: date, sees_ages: bool = False) -> list[Flag]:
    """By date; those of the whole season last. Evenings that are over are let be. `sees_ages`: whoever runs the
    volunteers reads who is below 18; a peer reads that an adult is needed."""
    coming = {session.pk: session for session in facts.sessions if session.date >= today}
    flags = [
        *_empty_evenings(facts, coming.values(), today=today),
        *_evenings_off(facts),
        *_no_moderator(facts, coming),
        *_no_venue(facts, coming),
        *_booked_twice(facts, coming),
        *_alone(facts, coming, sees_ages=sees_ages),
    ]
    order = {session.pk: number for number, session in enumerate(facts.sessions)}
    flags.sort(key=lambda flag: order.get(flag.session or 0, len(order)))
    return [*dict.fromkeys(flags), *_too_many(facts)]


def _standing(facts: Facts) -> dict[int, list[ProgrammeItem]]:
    rows: dict[int, list[ProgrammeItem]] = defaultdict(list)
    for item in facts.items:
        if item.session_id is not None:
            rows[item.session_id].append(item)
    return rows


def _day(session: Session) -> str:
    return date_format(session.date, "j. F")


def _empty_evenings(facts: Facts, coming: Iterable[Session], *, today: date) -> Iterator[Flag]:
    standing = _standing(facts)
    for session in coming:
        is_near = session.state == SessionState.PLANNED and session.date <= today + SOON
        if is_near and session.pk not in standing:
            yield Flag("empty", _("%(day)s is empty, and it is soon.") % {"day": _day(session)}, session.pk)


def _evenings_off(facts: Facts) -> Iterator[Flag]:
    """Something stands on an evening that is called off."""
    for item in facts.items:
        if item.session is not None and item.session.state in CALLED_OFF:
            words = {"day": _day(item.session), "title": item.title}
            yield Flag("off", _("%(day)s is called off. Move “%(title)s”.") % words, item.session_id, item.pk)


def _no_moderator(facts: Facts, coming: Collection[int]) -> Iterator[Flag]:
    led = {host.item_id for host in facts.hosts if host.is_moderator}
    led |= {guest.item_id for guest in facts.guests if guest.role == GuestRole.MODERATOR}
    for item in facts.items:
        if item.session_id in coming and item.format and item.format.code == DEBATE and item.pk not in led:
            yield Flag(
                "moderator", _("Nobody leads “%(title)s” yet.") % {"title": item.title}, item.session_id, item.pk
            )


def _no_venue(facts: Facts, coming: Collection[int]) -> Iterator[Flag]:
    for item in facts.items:
        if item.session is not None and item.session_id in coming and not (item.venue_id or item.session.venue_id):
            yield Flag("venue", _("“%(title)s” has no place yet.") % {"title": item.title}, item.session_id, item.pk)


# -- twice at the same time --------------------------------------------------------------------------------------------


def _booked_twice(facts: Facts, coming: Collection[int]) -> Iterator[Flag]:
    """A host, a guest or a room in two places at once. Two items of one evening share theirs, that is no mistake."""
    others: dict[str, list[Booking]] = defaultdict(list)
    own: list[tuple[ProgrammeItem, Booking]] = []
    season_items = {item.pk: item for item in facts.items}
    people: list[ProgrammeHost | Guest] = [*facts.hosts, *facts.guests]
    for row in people:
        booking = _booking_of(row)
        if booking is None:
            continue
        others[booking.who].append(booking)
        if row.item_id in season_items:
            own.append((season_items[row.item_id], booking))
    for session in facts.elsewhere:
        if session.venue is not None:
            room = _room(session, session.venue, session.activity.name)
            others[room.who].append(room)
    for item in facts.items:
        if item.session is not None and (venue := item.venue or item.session.venue):
            own.append((item, _room(item.session, venue, item.title)))
    for item, booking in own:
        if item.session_id not in coming:
            continue
        for other in others[booking.who]:
            if other.session != booking.session and other.span.overlaps(booking.span):
                yield Flag("twice", _twice_text(booking, other), item.session_id, item.pk)


def _booking_of(row: ProgrammeHost | Guest) -> Booking | None:
    session = row.item.session
    if session is None or session.state in CALLED_OFF or row.item.state == ItemState.CANCELLED:
        return None
    if isinstance(row, ProgrammeHost):
        who, name = f"host {row.user_id}", row.user.name
    else:
        who, name = f"guest {row.contact_id or match_key(row.name)}", row.name
    return Booking(who, name, row.item.title, session.pk, span(session.date, session.start_time, session.end_time))


def _room(session: Session, venue: Venue, where: str) -> Booking:
    when = span(session.date, session.start_time, session.end_time)
    return Booking(f"venue {venue.pk}", venue.name, where, session.pk, when)


def _twice_text(booking: Booking, other: Booking) -> str:
    words = {"name": booking.name, "where": other.where}
    if booking.who.startswith("venue"):
        return _("%(name)s is used by “%(where)s” at that time.") % words
    return _("%(name)s is at “%(where)s” at that time.") % words


# -- people and kinds --------------------------------------------------------------------------------------------------


def _alone(facts: Facts, coming: Collection[int], *, sees_ages: bool) -> Iterator[Flag]:
    """Somebody below 18 is the only one on a shift."""
    shifts: dict[int, list[ShiftSignup]] = defaultdict(list)
    for signup in facts.signups:
        shifts[signup.shift_id].append(signup)
    for rows in shifts.values():
        signup, session = rows[0], rows[0].shift.session
        age = age_on(session.date, signup.birth_year)  # type: ignore[attr-defined]  # annotated in _signups
        if len(rows) == 1 and age is not None and age < ADULT and session.pk in coming:
            is_full = signup.shift.maximum <= 1
            yield Flag("alone", _alone_text(signup, is_full=is_full, sees_ages=sees_ages), session.pk)


def _alone_text(signup: ShiftSignup, *, is_full: bool, sees_ages: bool) -> str:
    words = {"name": signup.user.first_name, "shift": signup.shift.role.local_name.lower()}
    if sees_ages:
        text = _("%(name)s is under 18 and alone on the shift: %(shift)s.") % words
        more = _("There is no more room. Make room for one more, or be there yourself.")
    else:
        text = _("An adult is needed on the shift: %(shift)s.") % words
        more = _("There is no more room. Ask a colleague.")
    return f"{text} {more}" if is_full else text


def _too_many(facts: Facts) -> Iterator[Flag]:
    limit = facts.season.format_limit
    if not limit:
        return
    placed = [item.format for item in facts.items if item.session_id and item.format]
    for form, number in Counter(placed).most_common():
        if number > limit and form.code != NOT_A_KIND:
            words = {"kind": form.local_name, "number": number, "limit": limit}
            yield Flag("many", _("%(kind)s: %(number)s times. You agreed on at most %(limit)s.") % words)
