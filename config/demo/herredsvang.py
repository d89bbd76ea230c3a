"""Builds the demo plan: Herredsvang, 1 July 2023 - 30 June 2027, up to a given day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Plan, Role, User
from accounts.periods import add_months
from activities.models import Activity, ActivityAlias, ActivityLine, AgeBand, Closure, Format, Schedule, Venue
from activities.schedule import extend_schedules
from config.demo import indicators, partners, people
from config.demo.activities import GATHERING_ACTIVITY, OFFERS, Offer, Slot
from config.demo.changes import write_changes
from config.demo.packs import add_packs
from config.demo.programme import build_programme
from config.demo.references import add_references
from config.demo.sessions import Cast, build_history
from config.demo.shifts import build_shifts
from jobs.values import match_key
from partners.models import Agreement, Contact, FocusArea, Organisation, PlanProgramme, ProgrammePeriod, focus_areas
from reporting.models import Goal, Indicator, Measurement, Target
from reporting.releases import release_figures

SLUG = "herredsvang"
STARTS_ON, ENDS_ON = date(2023, 7, 1), date(2027, 6, 30)
PERIOD = "2019-26"
AGE_BANDS = ((6, 12), (13, 17), (18, 24), (25, None))
RELEASED_MONTHS = 3
SERIES_START = date(2023, 8, 7)  # the first week after the first summer


@dataclass(frozen=True, kw_only=True)
class Built:
    """What was made, for the closing line."""

    plan: Plan
    activities: int
    sessions: int
    attendances: int
    accounts: int


@transaction.atomic
def build_herredsvang(
    *, today: date, seed: int, with_logs: bool = True, with_accounts: bool = True, history_from: date | None = None
) -> Built:
    """The whole demo plan. `history_from` shortens the history (the small size); None is the plan's whole time."""
    plan = Plan.objects.create(
        slug=SLUG,
        name="Herredsvang",
        area="Herredsvang",
        municipality="Aarhus",
        starts_on=STARTS_ON,
        ends_on=ENDS_ON,
        is_demo=True,
    )
    PlanProgramme.objects.create(plan=plan, period=ProgrammePeriod.objects.get(name=PERIOD))
    areas = {area.position: area for area in focus_areas(plan)}
    users = create_accounts(plan=plan) if with_accounts else {}
    add_closures(plan=plan)
    AgeBand.objects.bulk_create(AgeBand(plan=plan, lowest=low, highest=high) for low, high in AGE_BANDS)
    activities = add_activities(plan=plan, areas=areas, owners=users)
    add_partners(plan=plan, areas=areas, partner_user=users.get("partner"))
    add_indicators(plan=plan, areas=areas, activities=activities, today=today, by=users.get("leder"))

    sessions = attendances = 0
    cast = None
    if with_logs:
        cast = Cast(
            plan=plan,
            activities=activities,
            loggers=[user for user in users.values() if user.demo_role == Role.STAFF],
            seed=seed,
            today=today,
        )
        sessions, attendances = build_history(cast=cast, first=max(STARTS_ON, history_from or STARTS_ON))
        write_changes(cast=cast)
    extend_schedules(plan=plan, today=today)
    build_programme(plan=plan, activity=activities["Unge Cafeen"], users=users, today=today)
    build_shifts(plan=plan, activity=activities["Unge Cafeen"], users=users, cast=cast, today=today)
    if with_logs and users:
        add_references(plan=plan, users=users, today=today)
    if with_logs:
        release_months(plan=plan, today=today, months=1 if history_from else RELEASED_MONTHS)
        add_packs(plan=plan, today=today, by=users.get("leder"))
    return Built(plan=plan, activities=len(activities), sessions=sessions, attendances=attendances, accounts=len(users))


def release_months(*, plan: Plan, today: date, months: int) -> None:
    """The releases that the monthly job would have made, each on the first of the next month at six."""
    first = today.replace(day=1)
    days = [add_months(first, -back) for back in reversed(range(months))]
    for day in days:
        if not plan.starts_on < day <= plan.ends_on:
            continue
        made_at = timezone.make_aware(datetime.combine(day, time(6)))
        release_figures(plan=plan, as_of=day - timedelta(days=1), today=day, released_at=made_at)


def create_accounts(*, plan: Plan) -> dict[str, User]:
    """The six logins and the colleagues beside them, by mailbox. One hash for all: hashing is slow on purpose."""
    password, none = make_password(people.PASSWORD), make_password(None)
    known = {mailbox for mailbox, _name, _role in people.LOGINS}
    rows = [*people.LOGINS, *people.COLLEAGUES]
    users = User.objects.bulk_create(
        User(
            email=f"{mailbox}@{people.DOMAIN}",
            name=name,
            password=password if mailbox in known else none,
            is_demo=True,
        )
        for mailbox, name, _role in rows
    )
    Membership.objects.bulk_create(
        Membership(plan=plan, user=user, role=role) for user, (_mailbox, _name, role) in zip(users, rows, strict=True)
    )
    for user, (_mailbox, _name, role) in zip(users, rows, strict=True):
        user.demo_role = role
    return {mailbox: user for user, (mailbox, _name, _role) in zip(users, rows, strict=True)}


def add_closures(*, plan: Plan) -> None:
    """The weeks in which nothing runs: July, week 7, Easter, week 42 and Christmas."""
    rows = []
    for year in range(max(plan.starts_on.year, min(EASTER_MONDAYS)), plan.ends_on.year + 1):
        monday_7, monday_42 = date.fromisocalendar(year, 7, 1), date.fromisocalendar(year, 42, 1)
        easter = EASTER_MONDAYS[year]
        rows += [
            ("Vinterferie", monday_7, monday_7 + timedelta(days=6)),
            ("Påske", easter - timedelta(days=9), easter),
            ("Sommerferie", date(year, 7, 1), date(year, 7, 31)),
            ("Efterårsferie", monday_42, monday_42 + timedelta(days=6)),
            ("Jul og nytår", date(year, 12, 22), date(year + 1, 1, 2)),
        ]
    Closure.objects.bulk_create(
        Closure(plan=plan, name=name, starts_on=first, ends_on=last)
        for name, first, last in rows
        if last >= plan.starts_on and first <= plan.ends_on
    )


EASTER_MONDAYS = {
    2023: date(2023, 4, 10), 2024: date(2024, 4, 1), 2025: date(2025, 4, 21), 2026: date(2026, 4, 6),
    2027: date(2027, 3, 29),
}  # fmt: skip


def add_activities(*, plan: Plan, areas: dict[int, FocusArea], owners: dict[str, User]) -> dict[str, Activity]:
    """The activities with their spellings, venues and series, by name."""
    offers = [*OFFERS, GATHERING_ACTIVITY]
    venues = {
        venue.name: venue
        for venue in Venue.objects.bulk_create(
            Venue(plan=plan, name=name) for name in sorted({offer.venue for offer in offers})
        )
    }
    activities: dict[str, Activity] = {}
    for offer in offers:
        line, _created = ActivityLine.objects.get_or_create(name=offer.name)
        activities[offer.name] = Activity.objects.create(
            plan=plan,
            line=line,
            focus_area=areas[offer.area],
            name=offer.name,
            counting_mode=offer.mode,
            target_group=offer.target_group,
            purpose=offer.purpose,
            owner=owners.get(offer.owner),
            venue=venues[offer.venue],
        )
    ActivityAlias.objects.bulk_create(
        ActivityAlias(plan=plan, activity=activities[offer.name], text=text, key=match_key(text))
        for offer in offers
        for text in offer.spellings
    )
    Schedule.objects.bulk_create(
        Schedule(
            plan=plan,
            activity=activities[offer.name],
            rule=slot.rule,
            starts_on=first_date(slot, offer),
            ends_on=slot.last,
            start_time=slot.start,
            end_time=slot.end,
            venue=venues[offer.venue],
        )
        for offer in offers
        for slot in offer.slots
    )
    return activities


def first_date(slot: Slot, offer: Offer) -> date:
    """The first of the slot's weekdays from the series' start on; odd areas take the other of every second week."""
    earliest = slot.first or SERIES_START
    if "INTERVAL=2" in slot.rule and offer.area % 2:
        earliest += timedelta(weeks=1)
    return earliest + timedelta(days=(slot.weekday - earliest.weekday()) % 7)


def add_partners(*, plan: Plan, areas: dict[int, FocusArea], partner_user: User | None) -> None:
    """Organisations, their people and what was agreed. The partner's login belongs to one of the contacts."""
    for name, type_, contact, title, email, phone, positions, first, last, text in partners.PARTNERS:
        organisation = Organisation.objects.create(plan=plan, name=name, name_key=match_key(name), type=type_)
        Contact.objects.create(
            plan=plan,
            organisation=organisation,
            name=contact,
            title=title,
            email=email,
            phone=phone,
            user=partner_user if contact == people.PARTNER_LOGIN_CONTACT else None,
        )
        agreement = Agreement.objects.create(plan=plan, text=text, starts_on=first, ends_on=last)
        agreement.parties.add(organisation)
        agreement.focus_areas.set(areas[position] for position in positions)


def add_indicators(
    *, plan: Plan, areas: dict[int, FocusArea], activities: dict[str, Activity], today: date, by: User | None
) -> None:
    """The targets for each plan year, and the values that were typed in up to today."""
    formats = {row.code: row for row in Format.objects.all()}
    years = [(date(year, 7, 1), date(year + 1, 6, 30)) for year in range(STARTS_ON.year, ENDS_ON.year)]
    made: dict[str, Indicator] = {}
    targets: list[Target] = []
    for line in indicators.LINES:
        indicator = made[line.code] = Indicator.objects.create(
            plan=plan,
            focus_area=areas[line.area],
            code=line.code,
            text=line.text,
            measure=line.measure,
            at_least_times=line.at_least_times,
            all_activities=line.all_activities,
            format=formats.get(line.format),
            unit=line.unit,
            direction=line.direction,
            baseline=line.baseline,
            source=line.source,
        )
        indicator.activities.set(activities[name] for name in line.activities)
        for (first, last), goal in zip(years, line.targets, strict=True):
            if goal is None:
                continue
            low, high = goal if isinstance(goal, tuple) else (goal, None)
            is_day = isinstance(goal, date)
            targets.append(
                Target(
                    plan=plan,
                    indicator=indicator,
                    starts_on=first,
                    ends_on=last,
                    value=None if is_day else low,
                    high=high,
                    due_on=goal if is_day else None,
                )
            )
    Target.objects.bulk_create(targets)
    add_goals(plan=plan, areas=areas, made=made)
    Measurement.objects.bulk_create(
        Measurement(
            plan=plan,
            indicator=made[code],
            measured_on=day,
            value=value,
            source=source,
            note=note,
            recorded_by=by,
            state=state,
        )
        for state, rows in (("approved", indicators.MEASUREMENTS), ("draft", indicators.WAITING))
        for code, day, value, source, note in rows
        if day < today
    )


def add_goals(*, plan: Plan, areas: dict[int, FocusArea], made: dict[str, Indicator]) -> None:
    """What the sub-agreements want to reach, above the targets."""
    above: dict[int, Goal] = {}
    for kind, position, text, codes in indicators.GOALS:
        goal = Goal.objects.create(
            plan=plan, focus_area=areas[position], kind=kind, text=text, parent=above.get(position)
        )
        above[position] = goal
        plan.indicators.filter(pk__in=[made[code].pk for code in codes]).update(goal=goal)
