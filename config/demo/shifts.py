"""Who helps in Unge Cafeen in the demo: what an evening needs, who has taken a shift, and how it went."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Membership, Plan, User, VolunteerDetails
from activities.models import (
    Activity,
    Mood,
    Reflection,
    Session,
    SessionState,
    Shift,
    ShiftNeed,
    ShiftRole,
    ShiftSignup,
)
from activities.needs import make_shifts
from config.demo.sessions import Cast

# code, at least, at most, from, to
NEEDS = (
    ("host", 2, 3, None, None),
    ("kitchen", 1, 2, time(16, 30), time(19)),
    ("door", 1, 2, None, None),
    ("clean-up", 1, 2, None, None),
    ("technology", 0, 1, None, None),
)
# mailbox → birth year, phone, months since the certificate (None: missing)
VOLUNTEERS: dict[str, tuple[int, str, int | None]] = {
    "frivillig": (2005, "20 00 00 21", 8),
    "samir": (2003, "20 00 00 22", 14),
    "emilie": (2004, "20 00 00 23", 3),
    "ibrahim": (2002, "20 00 00 24", 27),
    "sofia": (2008, "20 00 00 25", 5),
    "zahra": (2009, "", None),
    "viktor": (2010, "20 00 00 27", 2),
}
TEAM_PHONES = {"medarbejder": "20 00 00 31", "leder": "20 00 00 32"}
# week from today → kind of shift → mailboxes; "~" wants to swap
COMING: tuple[dict[str, tuple[str, ...]], ...] = (
    {"host": ("samir", "emilie"), "kitchen": ("ibrahim",), "door": ("frivillig",), "technology": ("viktor",)},
    {"host": ("emilie",), "kitchen": ("zahra", "sofia"), "clean-up": ("~samir",)},
    {"host": ("ibrahim", "viktor"), "kitchen": ("frivillig",), "door": ("samir",)},
    {"host": ("sofia",), "door": ("viktor",)},
    {"kitchen": ("ibrahim",), "host": ("emilie",)},
)
LOOK_BACK = timedelta(weeks=26)
REFLECTIONS = (
    (Mood.GOOD, "Mange blev og ryddede op"),
    (Mood.GOOD, "Vi skal have mere saft næste gang"),
    (Mood.FAIR, "Lidt stille, mange havde lektier"),
    (Mood.BAD, "Musikken drillede hele aftenen"),
    (Mood.GOOD, "Nye ansigter, god snak"),
)


def build_shifts(*, plan: Plan, activity: Activity, users: dict[str, User], cast: Cast | None, today: date) -> None:
    """Needs and shifts; sign-ups where there are accounts; the past where there are logs (`cast`)."""
    roles = {role.code: role for role in ShiftRole.objects.all()}
    ShiftNeed.objects.bulk_create(
        ShiftNeed(
            plan=plan,
            activity=activity,
            role=roles[code],
            minimum=least,
            maximum=most,
            start_time=start,
            end_time=end,
        )
        for code, least, most, start, end in NEEDS
    )
    make_shifts(plan=plan, today=today, activities=[activity.pk])
    if not users:
        return
    add_details(plan=plan, users=users, today=today)
    sign_up(plan=plan, activity=activity, users=users, today=today)
    if cast:
        add_past(cast=cast, activity=activity, users=users, roles=roles)


def add_details(*, plan: Plan, users: dict[str, User], today: date) -> None:
    """What the plan knows of its volunteers; two of the team can be rung."""
    members = {member.user_id: member for member in Membership.objects.filter(plan=plan)}
    rows = [
        VolunteerDetails(
            membership=members[users[mailbox].pk],
            birth_year=born,
            phone=phone,
            certificate_on=None if months is None else today - timedelta(days=30 * months),
        )
        for mailbox, (born, phone, months) in VOLUNTEERS.items()
    ]
    rows += [VolunteerDetails(membership=members[users[mailbox].pk], phone=TEAM_PHONES[mailbox])
             for mailbox in TEAM_PHONES]  # fmt: skip
    VolunteerDetails.objects.bulk_create(rows)


def sign_up(*, plan: Plan, activity: Activity, users: dict[str, User], today: date) -> None:
    """The coming evenings, fuller the nearer they are."""
    coming = Session.objects.for_plan(plan).filter(activity=activity, state=SessionState.PLANNED, date__gte=today)
    taken_at = timezone.make_aware(datetime.combine(today - timedelta(days=10), time(20, 15)))
    rows = []
    for session, wanted in zip(coming.order_by("date", "pk")[: len(COMING)], COMING, strict=False):
        shifts = {shift.role.code: shift for shift in session.shifts.select_related("role")}
        rows += [
            ShiftSignup(
                plan=plan,
                shift=shifts[code],
                user=users[mailbox.strip("~")],
                swap_asked_at=taken_at + timedelta(days=8) if mailbox.startswith("~") else None,
            )
            for code, mailboxes in wanted.items()
            for mailbox in mailboxes
        ]
    ShiftSignup.objects.bulk_create(rows)
    ShiftSignup.objects.filter(plan=plan).update(signed_up_at=taken_at)


def add_past(*, cast: Cast, activity: Activity, users: dict[str, User], roles: dict[str, ShiftRole]) -> None:
    """Half a year of held evenings: as many signed up as the log says were there, and a word on the latest."""
    held = Session.objects.for_plan(cast.plan).held().filter(activity=activity, date__gte=cast.today - LOOK_BACK)
    sessions = list(held.order_by("-date", "pk"))
    shifts = Shift.objects.bulk_create(
        Shift(plan=cast.plan, session=session, role=roles[code], minimum=least, maximum=most)
        for session in sessions
        for code, least, most, _start, _end in NEEDS
    )
    by_session: dict[int, list[Shift]] = {}
    for shift in shifts:
        by_session.setdefault(shift.session_id, []).append(shift)
    signups = []
    for session in sessions:
        random = cast.random("shifts", session.date)
        people = random.sample(list(VOLUNTEERS), k=min(session.volunteer_turns or 0, len(VOLUNTEERS)))
        signups += [
            ShiftSignup(plan=cast.plan, shift=shift, user=users[mailbox], was_there=True)
            for shift, mailbox in zip(by_session[session.pk], people, strict=False)
        ]
    made = ShiftSignup.objects.bulk_create(signups)
    days = {session.pk: session.date for session in sessions}
    sessions_of = {shift.pk: shift.session_id for shift in shifts}
    for signup in made:
        day = days[sessions_of[signup.shift_id]] - timedelta(days=6)
        signup.signed_up_at = timezone.make_aware(datetime.combine(day, time(19, 40)))
    ShiftSignup.objects.bulk_update(made, ["signed_up_at"], batch_size=200)
    Reflection.objects.bulk_create(
        Reflection(plan=cast.plan, session=session, mood=mood, line=line, written_by=users["frivillig"])
        for session, (mood, line) in zip(sessions, REFLECTIONS, strict=False)
    )
