"""`python -m tests.bench.world D2`: one plan with twelve years behind it; prints what the clients need to know.

Every evening has fifty people from a pool of its own size, as in the peers' measurements: D1 600 evenings of 1,500
people, D2 6,000 of 6,000, D3 60,000 of 6,000. Eight activities in four areas; and for tonight, evenings with 20, 50 and
200 people, and one for each of twenty colleagues who log at once. Beside it a season in a plan of its own
(`season_world`). The size `nation` is another world (`nation_world`).
"""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Membership, Plan, Role, User  # noqa: E402
from accounts.periods import add_months, plan_periods, whole_plan  # noqa: E402
from activities.models import Activity, LogSource, Schedule, Session, SessionState  # noqa: E402
from config.demo.people import FIRST_NAMES, LETTERS  # noqa: E402
from jobs.values import match_key  # noqa: E402
from partners.models import PlanProgramme, ProgrammePeriod, focus_areas  # noqa: E402
from reporting.models import Indicator, Measure, Target  # noqa: E402
from reporting.periods import period_key  # noqa: E402
from reporting.releases import release_figures  # noqa: E402
from residents.models import Attendance, Participant  # noqa: E402
from tests.bench.nation_world import make_nation  # noqa: E402
from tests.bench.season_world import make_season  # noqa: E402

SIZES = {"D1": (600, 1_500), "D2": (6_000, 6_000), "D3": (60_000, 6_000)}  # evenings, people
PER_EVENING = 50
MEMBERS = 60
TONIGHTS_POOL = 187  # whatever the size: tonight's list is as long behind a long history as behind a short one
YEARS = 12
STAFF = 20
TICKED = 60  # evenings that the two tick benchmarks write on
TODAY = timezone.localdate()
STARTS_ON = add_months(TODAY.replace(day=1), -12 * YEARS - 5)
COLUMNS = ("plan_id", "session_id", "participant_id", "activity_id", "date", "source", "recorded_at")


def main(size: str) -> None:
    made = make_nation() if size == "nation" else make_plans(size)
    made["cookies"] = {mailbox: cookies_of(user) for mailbox, user in made.pop("users").items()}
    json.dump(made, sys.stdout)


def make_plans(size: str) -> dict[str, object]:
    """The plan with the long history, and the season."""
    evenings, people = SIZES[size]
    with transaction.atomic():
        plan, activities = make_plan()
        users = make_users(plan)
        participants = make_participants(plan, people)
        sessions = make_history(plan, activities, evenings)
        copy_attendances(plan, attendances(plan, sessions, participants))
        tonight = make_tonight(plan, activities[0], participants)
        make_indicators(plan, activities)
        season, users["planlaegger"] = make_season(TODAY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for back in (1, 0):
        first = add_months(TODAY.replace(day=1), -back)
        release_figures(plan=plan, as_of=first - timedelta(days=1), today=first)
    return {
        "plan": plan.slug,
        "rows": Attendance.objects.count(),
        "users": users,
        "whole_plan": period_key(whole_plan(plan)),
        "participants": participants[:400],
        "free_period": [add_months(TODAY, -12 * 4).isoformat(), add_months(TODAY, -12).isoformat()],
        "season": season,
        **tonight,
    }


def make_plan() -> tuple[Plan, list[Activity]]:
    plan = Plan.objects.create(
        slug="maaling",
        name="Måling",
        starts_on=STARTS_ON,
        ends_on=TODAY + timedelta(days=200),
        is_demo=True,
    )
    PlanProgramme.objects.create(plan=plan, period=ProgrammePeriod.objects.get(name="2019-26"))
    areas = list(focus_areas(plan))
    activities = [
        Activity.objects.create(
            plan=plan, name=f"Aktivitet {number + 1}", focus_area=areas[number % 4], counting_mode="pseudonymous"
        )
        for number in range(9)
    ]
    for number, activity in enumerate(activities[:8]):
        Schedule.objects.create(
            plan=plan,
            activity=activity,
            rule="FREQ=WEEKLY",
            starts_on=plan.starts_on + timedelta(days=number % 7),
            start_time=time(18),
            end_time=time(21),
        )
    return plan, activities[:8]  # the ninth is for what is imported


def make_users(plan: Plan) -> dict[str, User]:
    roles = [("leder", Role.PROJECT_MANAGER), ("styregruppe", Role.BOARD)]
    roles += [(f"medarbejder{number}", Role.STAFF) for number in range(STAFF)]
    users = {}
    for mailbox, role in roles:
        users[mailbox] = User.objects.create_user(f"{mailbox}@maaling.example", "demo", name=mailbox.title())
        Membership.objects.create(plan=plan, user=users[mailbox], role=role)
    return users


def cookies_of(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def make_participants(plan: Plan, number: int) -> list[int]:
    names = [f"{first} {letter}{other}." for letter in LETTERS for other in LETTERS for first in FIRST_NAMES]
    rows = [
        Participant(plan=plan, alias=alias, alias_key=match_key(alias), birth_year=2005 + index % 12)
        for index, alias in enumerate(names[:number])
    ]
    return [row.pk for row in Participant.objects.bulk_create(rows, batch_size=2000)]


def make_history(plan: Plan, activities: list[Activity], evenings: int) -> list[Session]:
    """Held evenings spread over the twelve years up to yesterday."""
    span = (TODAY - STARTS_ON).days
    rows = []
    for number in range(evenings):
        day = TODAY - timedelta(days=1 + number * span // evenings)
        rows.append(held(plan, activities[number % len(activities)], day, PER_EVENING))
    return Session.objects.bulk_create(rows, batch_size=2000)


def held(plan: Plan, activity: Activity, day: date, known: int) -> Session:
    return Session(
        plan=plan,
        activity=activity,
        date=day,
        start_time=time(18),
        end_time=time(21),
        state=SessionState.HELD,
        known_heads=known,
        volunteer_turns=2,
        logged_at=timezone.make_aware(datetime.combine(day, time(21, 30))),
        log_source=LogSource.PERSON,
        version=1,
    )


def attendances(plan: Plan, sessions: Iterable[Session], participants: list[int]) -> Iterator[tuple]:
    """Fifty of the activity's sixty members each evening; through the years its members are replaced by others.

    Tonight's activity, the first, takes on as many a year in every size.
    """
    random = Random(1)
    now = timezone.now()
    by_activity: dict[int, list[Session]] = {}
    for session in sessions:
        by_activity.setdefault(session.activity_id, []).append(session)
    share = len(participants) // len(by_activity)
    for number, (activity, evenings) in enumerate(by_activity.items()):
        pool = participants[number * share :][: share if number else TONIGHTS_POOL]
        for index, session in enumerate(evenings):  # newest first
            start = (len(pool) - MEMBERS) * index // len(evenings)
            for person in random.sample(pool[start : start + MEMBERS], session.known_heads):
                yield plan.pk, session.pk, person, activity, session.date, "person", now


def copy_attendances(plan: Plan, rows: Iterable[tuple]) -> None:
    table = Attendance._meta.db_table
    columns = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" * len(COLUMNS))
        plain = ((*row[:4], row[4].isoformat(), row[5], row[6].replace(tzinfo=None).isoformat(" ")) for row in rows)
        cursor.cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", plain)


def make_tonight(plan: Plan, activity: Activity, participants: list[int]) -> dict[str, object]:
    """Today: an evening with fifty people and a past; three of activities with 20, 50 and 200 people and none; and
    planned ones to tick on."""
    tonight = held(plan, activity, TODAY, PER_EVENING)
    flat = {size: held(plan, list_of(plan, size), TODAY, size) for size in (20, 50, 200)}
    evenings = TICKED + STAFF + 1
    planned = [Session(plan=plan, activity=activity, date=TODAY, start_time=time(18)) for _ in range(evenings)]
    Session.objects.bulk_create([tonight, *flat.values(), *planned])
    copy_attendances(
        plan,
        (
            (plan.pk, session.pk, person, session.activity_id, TODAY, "person", timezone.now())
            for session in (tonight, *flat.values())
            for person in participants[: session.known_heads]
        ),
    )
    keys = [session.pk for session in planned]
    return {
        "tonight": tonight.pk,
        "flat": {size: session.pk for size, session in flat.items()},
        "tick_one": keys[0],
        "tick_fifty": keys[1:TICKED],
        "rush": keys[TICKED:-1],
        "bare_ticks": keys[-1],
    }


def list_of(plan: Plan, size: int) -> Activity:
    area = focus_areas(plan).first()
    return Activity.objects.create(plan=plan, name=f"Liste {size}", focus_area=area, counting_mode="pseudonymous")


def make_indicators(plan: Plan, activities: list[Activity]) -> None:
    """Sixteen indicators with a target a plan year, as a plan has."""
    measures = (Measure.SESSIONS_HELD, Measure.MEAN_VISITS, Measure.UNIQUE_PEOPLE, Measure.VISITS)
    for number in range(16):
        activity = activities[number % len(activities)]
        indicator = Indicator.objects.create(
            plan=plan,
            focus_area=activity.focus_area,
            code=f"M{number + 1}",
            text=f"Mål nummer {number + 1}",
            measure=measures[number % 4],
            unit="gange",
            direction="at_least",
        )
        indicator.activities.add(activity)
        Target.objects.bulk_create(
            Target(plan=plan, indicator=indicator, starts_on=year.first, ends_on=year.last, value=40)
            for year in [*plan_periods(plan, "year"), whole_plan(plan)]
        )


if __name__ == "__main__":
    main(sys.argv[1])
