"""The whole country: 50 more plans beside Herredsvang, ten years, 30 million attendances. PostgreSQL only, by COPY."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from time import monotonic

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Membership, Plan, Role, User
from activities.models import Activity, AgeBand, CountingMode, Session
from config.demo.herredsvang import AGE_BANDS, PERIOD, add_activities, add_closures, add_indicators
from config.demo.people import invent_aliases
from jobs.values import match_key
from partners.models import PlanProgramme, ProgrammePeriod, focus_areas
from residents.models import Attendance, Participant

ENDS_ON = date(2027, 6, 30)
YEARS = 10
PEOPLE = 4_000
WEEKS = 42  # of a year that a plan runs
A_WEEK = 2  # evenings of each activity
HEADS = (32, 46)
# Invented housing areas.
NAMES = (
    "Agerhøj", "Birkelunden", "Blåmejseparken", "Bøgevang", "Charlottehøj", "Damengen", "Egekvarteret", "Elmelund",
    "Engparken", "Fasanhaven", "Firkløveren", "Fjordglimt", "Fyrrevænget", "Granhøj", "Grønnevang", "Hasselhaven",
    "Havrevangen", "Hedelund", "Hyldespjældet Nord", "Højtoften", "Irisparken", "Jernbanekvarteret", "Kastanjehaven",
    "Kirkemarken", "Kløvervangen", "Kornblomsten", "Kærbyparken", "Lindebakken", "Lyngparken", "Lærkereden",
    "Mosegården", "Møllevangen", "Nordhaven", "Nøddelunden", "Oddervang", "Pilebækken", "Poppelparken", "Ravnsbjerg",
    "Rosenvænget", "Rugvangen", "Rønnebakken", "Skovbrynet", "Solsikken", "Stationsparken", "Sønderbro Haver",
    "Tjørnehøj", "Toftegården", "Vibeengen", "Ørnevang", "Åparken",
)  # fmt: skip


@dataclass(kw_only=True)
class Rate:
    """How many rows, how quickly."""

    rows: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.rows:,} rows in {self.seconds:.0f} s ({self.rows / max(self.seconds, 0.001):,.0f} rows/s)"


@dataclass(frozen=True, kw_only=True)
class NationReport:
    plans: int
    sessions: Rate
    attendances: Rate
    rebuild: Rate


@transaction.atomic
def build_nation(
    *,
    today: date,
    seed: int,
    scale: float,
    owner: User | None,
    say: Callable[[str], None],
    names: Sequence[str] = NAMES,
) -> NationReport:
    """Add the other plans in one transaction. `scale` is the share of the rows; the number of plans stays."""
    people = max(60, round(PEOPLE * scale**0.5))
    plans = [add_plan(name=name, owner=owner, seed=seed, people=people) for name in names]
    say(f"{len(plans)} plans with {len(plans[0].activities)} activities and {len(plans[0].people):,} people each.")
    report = NationReport(plans=len(plans), sessions=Rate(), attendances=Rate(), rebuild=Rate())
    # Checked row by row, two tables' worth of foreign keys and indexes cost four times as much as checked once.
    with unconstrained(Session, report.rebuild), unconstrained(Attendance, report.rebuild):
        for number, plan in enumerate(plans, start=1):
            evenings = copy_sessions(plan=plan, today=today, scale=scale, seed=seed, rate=report.sessions)
            copy_attendances(plan=plan, evenings=evenings, seed=seed, rate=report.attendances)
            if number % 10 == 0:
                say(f"{number} of {len(plans)} plans: {report.attendances}.")
        report.rebuild.rows = report.sessions.rows + report.attendances.rows
        say("Building keys and indexes ...")
    return report


@dataclass(frozen=True, kw_only=True)
class NationPlan:
    plan: Plan
    activities: list[Activity]
    people: list[str]


def add_plan(*, name: str, owner: User | None, seed: int, people: int) -> NationPlan:
    """A plan with everything but its evenings."""
    plan = Plan.objects.create(
        slug=match_key(name).translate(str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "-"})),
        name=name,
        area=name,
        starts_on=date(ENDS_ON.year - YEARS, 7, 1),
        ends_on=ENDS_ON,
        is_demo=True,
    )
    PlanProgramme.objects.create(plan=plan, period=ProgrammePeriod.objects.get(name=PERIOD))
    if owner:
        Membership.objects.create(plan=plan, user=owner, role=Role.PROJECT_MANAGER)
    areas = {area.position: area for area in focus_areas(plan)}
    add_closures(plan=plan)
    AgeBand.objects.bulk_create(AgeBand(plan=plan, lowest=low, highest=high) for low, high in AGE_BANDS)
    activities = add_activities(plan=plan, areas=areas, owners={})
    Activity.objects.filter(plan=plan).update(counting_mode=CountingMode.PSEUDONYMOUS)
    add_indicators(plan=plan, areas=areas, activities=activities, today=plan.starts_on, by=None)
    random = Random(f"{seed}:{name}")  # invented people
    rows = Participant.objects.bulk_create(
        (
            Participant(plan=plan, alias=f"{alias} {number}", alias_key=match_key(f"{alias} {number}"), birth_year=born)
            for number, (alias, born) in enumerate(invent_many(people, random))
        ),
        batch_size=2000,
    )
    return NationPlan(plan=plan, activities=list(activities.values()), people=[str(row.pk) for row in rows])


def invent_many(number: int, random: Random) -> list[tuple[str, int]]:
    """Aliases for thousands: the same few hundred again and again, told apart by the number behind."""
    few = invent_aliases(number=min(number, 400), ages=(8, 60), year=ENDS_ON.year - 5, random=random)
    return [few[index % len(few)] for index in range(number)]


@contextmanager
def unconstrained(model: type, rate: Rate) -> Iterator[None]:
    """Without foreign keys, unique keys and indexes (the primary key stays); all of them are back and checked after."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype DESC, conname",
            [table],
        )
        constraints = cursor.fetchall()
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
            [table, table],
        )
        indexes = cursor.fetchall()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the plans have queued is checked before tables change
        quote = connection.ops.quote_name
        for name, _definition in constraints:
            cursor.execute(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {quote(name)}")
        yield
        started = monotonic()
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        for name, definition in constraints:
            cursor.execute(f"ALTER TABLE {quote(table)} ADD CONSTRAINT {quote(name)} {definition}")
        rate.seconds += monotonic() - started
        cursor.execute(f"ANALYZE {quote(table)}")


def copy_sessions(
    *, plan: NationPlan, today: date, scale: float, seed: int, rate: Rate
) -> list[tuple[int, int, str, int]]:
    """Ten years of held evenings; gives (session, activity, day, heads) for the attendances."""
    random = Random(f"{seed}:{plan.plan.slug}:evenings")
    started = monotonic()
    evenings = []
    with connection.cursor() as cursor:
        days = running_days(plan.plan.starts_on, min(today, plan.plan.ends_on))
        days = days[:: max(1, round(1 / scale))]
        number = len(days) * len(plan.activities)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Session._meta.db_table, number],
        )
        keys = iter([key for (key,) in cursor.fetchall()])
        columns = (
            "id, plan_id, activity_id, date, start_time, end_time, theme, is_sensitive, state, heads_estimated, "
            "known_heads, volunteer_turns, note, reason, logged_at, log_source, version"
        )
        lines = []
        for day in days:
            for activity in plan.activities:
                key, heads = next(keys), min(random.randint(*HEADS), len(plan.people))
                evenings.append((key, activity.pk, day, heads))
                lines.append(
                    f"{key}\t{plan.plan.pk}\t{activity.pk}\t{day}\t18:00\t21:00\t\tf\theld\tf\t{heads}\t2\t\t\t"
                    f"{day} 21:30+01\tperson\t1\n"
                )
        with cursor.copy(f"COPY {Session._meta.db_table} ({columns}) FROM STDIN") as copy:
            copy.write("".join(lines))
    rate.rows += len(evenings)
    rate.seconds += monotonic() - started
    return evenings


def running_days(first: date, last: date) -> list[str]:
    """Two days in each of the year's running weeks (from August, with July closed)."""
    days, monday = [], first - timedelta(days=first.weekday())
    while monday <= last:
        if monday.month != 7 and monday.isocalendar().week not in (7, 42, 51, 52, 53, 1):
            days += [str(monday + timedelta(days=offset)) for offset in (1, 3)[:A_WEEK]]
        monday += timedelta(weeks=1)
    return [day for day in days if str(first) <= day < str(last)]


def copy_attendances(*, plan: NationPlan, evenings: list[tuple[int, int, str, int]], seed: int, rate: Rate) -> None:
    """Who came: a window of the plan's people that moves through the years, so that regulars and leavers both exist.

    Lines of one evening differ in the person only, so that one `join` writes them all.
    """
    random = Random(f"{seed}:{plan.plan.slug}:people")
    started = monotonic()
    now = timezone.now().isoformat()
    columns = "plan_id, session_id, participant_id, activity_id, date, source, recorded_at"
    people, size = plan.people, len(plan.people)
    window = min(size, 600)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {Attendance._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
        block = []
        for number, (key, activity, day, heads) in enumerate(evenings):
            start = (size - window) * number // max(len(evenings), 1)
            came = random.sample(people[start : start + window], heads)
            before, after = f"{plan.plan.pk}\t{key}\t", f"\t{activity}\t{day}\tperson\t{now}\n"
            block += [before, (after + before).join(came), after]
            rate.rows += heads
            if len(block) > 3000:
                copy.write("".join(block))
                block.clear()
        copy.write("".join(block))
    rate.seconds += monotonic() - started
