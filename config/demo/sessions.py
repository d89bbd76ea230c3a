"""Three years of evenings: who came, what was cancelled, what nobody logged. Every number is drawn from the seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import Plan, User
from activities.models import Activity, Format, LogSource, Schedule, Session, SessionAgeBand, SessionState
from activities.schedule import occurrences
from activities.themes import sensitive_theme
from config.demo.activities import (
    CAFE_THEMES,
    CLOSED_REASONS,
    GATHERING_ACTIVITY,
    GATHERINGS,
    OFFERS,
    PSEUDONYMOUS,
    REASONS,
    Offer,
)
from config.demo.people import invent_aliases
from jobs.values import match_key
from residents.models import Attendance, Participant

BATCH = 2000
CAFE = "Unge Cafeen"
THEMES_FROM = date(2023, 8, 8)
# How a year breathes: fewer in the dark and before summer, most in September and October.
MONTHS = {1: 0.93, 2: 0.97, 3: 1.02, 4: 1.0, 5: 0.97, 6: 0.86, 8: 0.98, 9: 1.07, 10: 1.08, 11: 1.04, 12: 0.88}
FORGOTTEN_LAST_WEEK = ("Madklub", "Jobcafé", "Pigeklub")
AGE_BANDS = ((6, 12), (13, 17), (18, 24), (25, None))
CHILDREN, ADULTS = (9, 16), (19, 74)


@dataclass(kw_only=True)
class Cast:
    """What every evening needs to know."""

    plan: Plan
    activities: dict[str, Activity]
    loggers: list[User]
    seed: int
    today: date
    formats: dict[str, Format] = field(default_factory=lambda: {row.code: row for row in Format.objects.all()})

    def random(self, *parts: object) -> Random:
        """A stream of its own for each thing: a longer history leaves what lies before it as it was."""
        return Random(":".join(str(part) for part in (self.seed, *parts)))  # invented numbers, not secrets


def build_history(*, cast: Cast, first: date) -> tuple[int, int]:
    """Write all sessions from `first` to the day before today. Says how many sessions and attendances."""
    offers = {offer.name: offer for offer in OFFERS}
    pools = add_participants(cast=cast)
    sessions: list[Session] = []
    for schedule in Schedule.objects.filter(plan=cast.plan).select_related("plan", "activity").order_by("pk"):
        closures = schedule.plan.closures.all()
        for day in occurrences(schedule, first, cast.today - timedelta(days=1), closures=closures):
            sessions.append(draw_session(cast=cast, offer=offers[schedule.activity.name], schedule=schedule, day=day))
    sessions += draw_gatherings(cast=cast, first=first)

    attended: dict[int, list[int]] = {}
    for session in sessions:
        offer = offers.get(session.activity.name, GATHERING_ACTIVITY)
        if session.state == SessionState.HELD and offer.mode == PSEUDONYMOUS:
            attended[id(session)] = draw_people(cast=cast, session=session, pool=pools[offer.name])
    sessions.sort(key=lambda session: (session.date, session.start_time, session.activity_id))
    Session.objects.bulk_create(sessions, batch_size=BATCH)
    SessionAgeBand.objects.bulk_create(draw_age_bands(cast=cast, sessions=sessions, offers=offers), batch_size=BATCH)
    rows = [
        Attendance(
            plan=cast.plan,
            session=session,
            participant_id=participant,
            activity_id=session.activity_id,
            date=session.date,
        )
        for session in sessions
        for participant in attended.get(id(session), ())
    ]
    Attendance.objects.bulk_create(rows, batch_size=BATCH)
    return len(sessions), len(rows)


def add_participants(*, cast: Cast) -> dict[str, list[tuple[int, float]]]:
    """The people known by alias, and for each activity its pool: (participant, how keen), oldest members first.

    The three community activities draw from the same residents, so that unique people over all three is less than
    the sum.
    """
    random = cast.random("people")
    year = cast.plan.starts_on.year
    children = invent_aliases(number=96, ages=CHILDREN, year=year, random=random)
    adults = invent_aliases(number=250, ages=ADULTS, year=year, random=random)
    rows = Participant.objects.bulk_create(
        Participant(plan=cast.plan, alias=alias, alias_key=match_key(alias), birth_year=born)
        for alias, born in dict.fromkeys([*children, *adults])
    )
    young, grown = [row.pk for row in rows[:96]], [row.pk for row in rows[96:]]
    members = {
        "Lektiecafé": young[:58],
        "Lommepengeprojekt": young[44:90],
        "Madklub": grown[:120],
        "Haveklub": grown[84:136],
        "Motionsklub for kvinder": grown[112:178],
        "Familiekursus": grown[170:234],
    }
    return {name: [(pk, random.betavariate(1.3, 1.9) + 0.04) for pk in pool] for name, pool in members.items()}


def draw_session(*, cast: Cast, offer: Offer, schedule: Schedule, day: date) -> Session:
    """One evening of a series: held with a count, cancelled, closed, or never logged."""
    random = cast.random(offer.name, day)
    session = Session(
        plan=cast.plan,
        activity=schedule.activity,
        schedule=schedule,
        scheduled_on=day,
        date=day,
        start_time=schedule.start_time,
        end_time=schedule.end_time,
        venue_id=schedule.venue_id,
    )
    draw = 1.0
    if offer.name == CAFE:
        draw = set_theme(session, cast.formats)
    age = (cast.today - day).days
    chance = random.random()
    if (age <= 7 and offer.name in FORGOTTEN_LAST_WEEK) or (age > 28 and chance < 0.007):
        return session
    write_log(session, cast=cast)
    if chance > 0.965:
        session.state, session.reason = SessionState.CANCELLED, random.choice(REASONS)
    elif chance > 0.96:
        session.state, session.reason = SessionState.CLOSED, random.choice(CLOSED_REASONS)
    else:
        session.state = SessionState.HELD
        session.heads_total = draw_heads(offer=offer, day=day, draw=draw, random=random, since=cast.plan.starts_on)
        session.volunteer_turns = random.randint(*offer.volunteers)
        if offer.notes and random.random() < 0.16:
            session.note = random.choice(offer.notes)
    return session


def draw_heads(*, offer: Offer, day: date, draw: float, random: Random, since: date) -> int:
    """How many came: the usual number, the season, the plan's growth, the theme, and chance."""
    years = (day - since).days / 365.25
    usual = offer.heads * MONTHS.get(day.month, 1) * (1 + offer.growth * years) * draw
    return max(offer.least, min(offer.most, round(random.gauss(usual, offer.spread))))


def set_theme(session: Session, formats: dict[str, Format]) -> float:
    """Unge Cafeen's programme, week by week. Gives how much the theme draws."""
    code, theme, draw = CAFE_THEMES[(session.date - THEMES_FROM).days // 7 % len(CAFE_THEMES)]
    session.theme, session.format = theme, formats.get(code)
    session.is_sensitive = sensitive_theme(theme)
    return draw


def write_log(session: Session, *, cast: Cast) -> None:
    """Who logged it, and when: mostly the same night, sometimes on Friday. By a stream of its own: how many came is the
    same without accounts to log it."""
    random = cast.random("log", session.activity.name, session.date)
    evening = datetime.combine(session.date, session.end_time or time(21))
    delay = timedelta(minutes=random.randint(5, 50))
    if random.random() < 0.2:
        delay += timedelta(days=random.randint(1, 3))
    now = timezone.make_aware(datetime.combine(cast.today, time(7)))
    session.logged_at = min(timezone.make_aware(evening) + delay, now)
    owner = session.activity.owner_id
    if cast.loggers:
        session.logged_by_id = owner if owner and random.random() < 0.75 else random.choice(cast.loggers).pk
    session.log_source, session.version = LogSource.PERSON, 1


def draw_gatherings(*, cast: Cast, first: date) -> Iterator[Session]:
    """The few great days a year, without a series; those of the next two months stand as planned."""
    activity = cast.activities[GATHERING_ACTIVITY.name]
    for year in range(cast.plan.starts_on.year, cast.plan.ends_on.year + 1):
        for month, day, theme, usual in GATHERINGS:
            when = date(year, month, day)
            if not max(first, cast.plan.starts_on) <= when <= min(cast.today + timedelta(days=60), cast.plan.ends_on):
                continue
            random = cast.random("gathering", when)
            session = Session(
                plan=cast.plan,
                activity=activity,
                date=when,
                start_time=time(13),
                end_time=time(17),
                venue_id=activity.venue_id,
                theme=theme,
            )
            if when < cast.today:
                write_log(session, cast=cast)
                session.state = SessionState.HELD
                session.heads_total = round(random.gauss(usual, usual * 0.12))
                session.heads_estimated = session.heads_total > 60
                session.volunteer_turns = random.randint(*GATHERING_ACTIVITY.volunteers)
            yield session


def draw_people(*, cast: Cast, session: Session, pool: list[tuple[int, float]]) -> list[int]:
    """Who of the pool came, regulars most often. Sets the session's known heads; a few evenings have unnamed heads."""
    random = cast.random("came", session.activity.name, session.date)
    year = (session.date - cast.plan.starts_on).days // 365
    size, moved = len(pool), year * len(pool) // 8  # one in eight is replaced each year
    members = pool[moved : moved + round(size * 0.62)] or pool
    came = min(session.heads_total or 0, len(members))
    unnamed = random.randint(1, 3) if random.random() < 0.07 else 0
    known = max(0, came - unnamed)
    ranked = sorted(members, key=lambda member: random.random() ** (1 / member[1]), reverse=True)
    session.known_heads = known
    session.heads_total = came if unnamed else None
    return [participant for participant, _keenness in ranked[:known]]


def draw_age_bands(*, cast: Cast, sessions: list[Session], offers: dict[str, Offer]) -> Iterator[SessionAgeBand]:
    """Heads by age for most head counts with young people; adults are seldom asked."""
    for session in sessions:
        offer = offers.get(session.activity.name)
        if offer is None or session.state != SessionState.HELD or not session.heads_total or session.known_heads:
            continue
        if offer.mode == PSEUDONYMOUS or not offer.ages[1]:
            continue
        random = cast.random("ages", offer.name, session.date)
        if random.random() < 0.25:
            continue
        left = session.heads_total
        for (lowest, highest), share in zip(AGE_BANDS, offer.ages, strict=True):
            heads = min(left, round(session.heads_total * share * random.uniform(0.85, 1.05)))
            if heads:
                left -= heads
                yield SessionAgeBand(plan=cast.plan, session=session, lowest=lowest, highest=highest, heads=heads)
