"""Keyword-only factories: `create_<thing>()` with sensible defaults, so that a test shows only what it is about."""

from datetime import date, time
from itertools import count

from django.utils import timezone

from accounts.models import Membership, Plan, Role, User, VolunteerDetails
from activities.models import (
    Activity,
    ActivityAlias,
    AgeBand,
    CountingMode,
    Format,
    LogSource,
    Schedule,
    Session,
    SessionState,
    Shift,
    ShiftNeed,
    ShiftRole,
    ShiftSignup,
    Venue,
)
from jobs.values import match_key
from partners.models import (
    Agreement,
    Contact,
    FocusArea,
    Organisation,
    OrganisationType,
    PlanProgramme,
    ProgrammePeriod,
)
from residents.models import Attendance, Participant

numbers = count(1)


def create_user(*, email: str = "", name: str = "", password: str = "hemmelig-kode-123", **fields) -> User:
    number = next(numbers)
    return User.objects.create_user(
        email=email or f"person{number}@eksempel.dk", password=password, name=name or f"Person {number}", **fields
    )


def create_plan(
    *,
    slug: str = "",
    name: str = "",
    starts_on: date = date(2023, 7, 1),
    ends_on: date = date(2027, 6, 30),
    with_programme: bool = True,
    **fields,
) -> Plan:
    number = next(numbers)
    plan = Plan.objects.create(
        slug=slug or f"plan-{number}", name=name or f"Plan {number}", starts_on=starts_on, ends_on=ends_on, **fields
    )
    if with_programme:
        PlanProgramme.objects.create(plan=plan, period=ProgrammePeriod.objects.get(name="2019-26"))
    return plan


def create_member(*, plan: Plan, role: str = Role.STAFF, **user_fields) -> User:
    """A new user with that role in the plan."""
    user = create_user(**user_fields)
    Membership.objects.create(plan=plan, user=user, role=role)
    return user


def get_focus_area(position: int = 3, period: str = "2019-26") -> FocusArea:
    """3 = Kriminalpræventiv indsats."""
    return FocusArea.objects.get(period__name=period, position=position)


def create_activity(
    *, plan: Plan, name: str = "", area: int = 3, counting_mode: str = CountingMode.HEADCOUNT, **fields
):
    return Activity.objects.create(
        plan=plan,
        name=name or f"Aktivitet {next(numbers)}",
        focus_area=get_focus_area(area),
        counting_mode=counting_mode,
        **fields,
    )


def create_alias(*, activity: Activity, text: str) -> ActivityAlias:
    return ActivityAlias.objects.create(plan=activity.plan, activity=activity, text=text, key=match_key(text))


def create_venue(*, plan: Plan, name: str = "Kulturhuset") -> Venue:
    return Venue.objects.create(plan=plan, name=name)


def create_age_band(*, plan: Plan, lowest: int = 13, highest: int | None = 17) -> AgeBand:
    return AgeBand.objects.create(plan=plan, lowest=lowest, highest=highest)


def create_schedule(*, activity: Activity, starts_on: date = date(2025, 1, 7), rule: str = "FREQ=WEEKLY", **fields):
    fields.setdefault("start_time", time(18))
    fields.setdefault("end_time", time(21))
    return Schedule.objects.create(plan=activity.plan, activity=activity, rule=rule, starts_on=starts_on, **fields)


def create_session(*, activity: Activity, date: date = date(2025, 1, 7), **fields) -> Session:
    """Planned, unless another state is asked for."""
    if fields.get("state", SessionState.PLANNED) != SessionState.PLANNED:
        fields.setdefault("logged_at", timezone.now())
        fields.setdefault("log_source", LogSource.PERSON)
    return Session.objects.create(plan=activity.plan, activity=activity, date=date, **fields)


def create_held_session(
    *, activity: Activity, heads: int | None = 20, date: date = date(2025, 1, 7), **fields
) -> Session:
    return create_session(activity=activity, date=date, state=SessionState.HELD, heads_total=heads, **fields)


def create_shift(*, session: Session, role: str = "host", minimum: int = 1, maximum: int = 2, **fields) -> Shift:
    """host, kitchen, door, clean-up, technology."""
    return Shift.objects.create(
        plan=session.plan,
        session=session,
        role=ShiftRole.objects.get(code=role),
        minimum=minimum,
        maximum=maximum,
        **fields,
    )


def create_need(*, activity: Activity, role: str = "host", minimum: int = 1, maximum: int = 2, **fields) -> ShiftNeed:
    return ShiftNeed.objects.create(
        plan=activity.plan,
        activity=activity,
        role=ShiftRole.objects.get(code=role),
        minimum=minimum,
        maximum=maximum,
        **fields,
    )


def create_volunteer(*, plan: Plan, birth_year: int | None = 2005, phone: str = "", **fields) -> User:
    """A volunteer with what the plan knows of them."""
    details = {
        name: fields.pop(name) for name in ("certificate_on", "wants_reminders", "quiet_from", "quiet_to")
        if name in fields
    }  # fmt: skip
    user = create_member(plan=plan, role=Role.VOLUNTEER, **fields)
    VolunteerDetails.objects.create(
        membership=user.memberships.get(plan=plan), birth_year=birth_year, phone=phone, **details
    )
    return user


def create_signup(*, shift: Shift, user: User, **fields) -> ShiftSignup:
    return ShiftSignup.objects.create(plan=shift.plan, shift=shift, user=user, **fields)


def create_participant(*, plan: Plan, alias: str = "", birth_year: int = 2012) -> Participant:
    alias = alias or f"Barn {next(numbers)}"
    return Participant.objects.create(plan=plan, alias=alias, alias_key=match_key(alias), birth_year=birth_year)


def create_attendance(*, session: Session, participant: Participant) -> Attendance:
    """A tick on the list of a held session, with the session's own count kept in step."""
    attendance = Attendance.objects.create(
        plan=session.plan,
        session=session,
        participant=participant,
        activity=session.activity,
        date=session.date,
    )
    session.known_heads = Attendance.objects.filter(session=session).count()
    session.save(update_fields=["known_heads"])
    return attendance


def create_organisation(*, plan: Plan, name: str = "", type: str = OrganisationType.OTHER) -> Organisation:
    name = name or f"Forening {next(numbers)}"
    return Organisation.objects.create(plan=plan, name=name, name_key=match_key(name), type=type)


def create_contact(*, organisation: Organisation, name: str = "", **fields) -> Contact:
    return Contact.objects.create(
        plan=organisation.plan, organisation=organisation, name=name or f"Kontakt {next(numbers)}", **fields
    )


def create_agreement(*, plan: Plan, parties: list[Organisation] | None = None, text: str = "Vi mødes", **fields):
    agreement = Agreement.objects.create(plan=plan, text=text, **fields)
    agreement.parties.set(parties or [])
    return agreement


def get_format(code: str = "debate") -> Format:
    return Format.objects.get(code=code)
