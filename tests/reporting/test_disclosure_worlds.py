"""Two worlds that a reader outside the team must not be able to tell apart, through the real releases."""

import json
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Plan
from accounts.periods import add_months
from activities.models import Activity, CountingMode, Session
from reporting.disclosure import TABLES
from reporting.models import FixedTable, Measure, Release
from reporting.releases import newest_releases, read_release, release_figures
from residents.models import Attendance, Participant
from residents.retention import anonymise
from tests.factories import (
    create_activity,
    create_age_band,
    create_attendance,
    create_held_session,
    create_participant,
    create_plan,
)
from tests.reporting.makers import YEAR, create_indicator, create_target
from tests.residents.worlds import undone

pytestmark = pytest.mark.django_db

DAYS = [date(2025, 7, 8), date(2025, 9, 2), date(2025, 11, 4), date(2026, 1, 13), date(2026, 3, 3)]
HALF = (date(2025, 7, 1), date(2025, 12, 31))
LATE = date(2026, 8, 31)


@dataclass
class Stage:
    plan: Plan
    activities: list[Activity] = field(default_factory=list)
    evenings: list[Session] = field(default_factory=list)


def build(slug: str, *, heads: int = 40) -> Stage:
    """Two activities with evenings of as many heads, their targets, and age bands; nobody known yet."""
    plan = create_plan(slug=slug, name="Planen")
    create_age_band(plan=plan, lowest=7, highest=12)
    create_age_band(plan=plan, lowest=13, highest=17)
    stage = Stage(plan)
    for name in ("Cafe", "Klub"):
        activity = create_activity(plan=plan, name=name, counting_mode=CountingMode.PSEUDONYMOUS)
        stage.activities.append(activity)
        stage.evenings += [create_held_session(activity=activity, heads=heads, date=day) for day in DAYS]
        unique = create_indicator(
            plan=plan, code=f"{name}1", text="Unikke", measure=Measure.UNIQUE_PEOPLE, activities=[activity]
        )
        often = create_indicator(
            plan=plan, code=f"{name}2", text="Ofte", measure=Measure.UNIQUE_AT_LEAST, activities=[activity],
            at_least_times=2,
        )  # fmt: skip
        visits = create_indicator(
            plan=plan, code=f"{name}3", text="Fremmøder", measure=Measure.VISITS, activities=[activity]
        )
        for indicator in (unique, often, visits):
            create_target(indicator=indicator, value=20)
            create_target(indicator=indicator, value=10, period=HALF)
    return stage


def fill(stage: Stage, ages: list[int], who: list[list[int]], alias: str = "Barn") -> list[Participant]:
    people = Participant.objects.bulk_create(
        Participant(plan=stage.plan, alias=f"{alias} {n}", alias_key=f"{alias} {n}".casefold(), birth_year=2025 - age)
        for n, age in enumerate(ages)
    )
    for evening, present in zip(stage.evenings, who, strict=True):
        Attendance.objects.bulk_create(
            Attendance(
                plan=stage.plan,
                session=evening,
                participant=people[number],
                activity_id=evening.activity_id,
                date=evening.date,
            )
            for number in present
        )
        Session.objects.filter(pk=evening.pk).update(known_heads=len(present))
    return people


def told(plan: Plan) -> list[dict]:
    """Everything that is released, of every period, without the plan's own address."""
    rows = [read_release(row) for row in newest_releases(plan).order_by("starts_on", "ends_on")]
    return [{**row, "plan": None} for row in rows]


def differing(one: object, other: object, path: str = "") -> set[str]:
    """Where two documents differ, list places left out: "indicators[].value"."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            found
            for key in one.keys() | other.keys()
            for found in differing(one.get(key), other.get(key), f"{path}.{key}".lstrip("."))
        }
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return {found for pair in zip(one, other, strict=True) for found in differing(*pair, f"{path}[]")}
    return set() if one == other else {path}


evenings = st.lists(st.sets(st.integers(0, 29), max_size=15).map(sorted), min_size=10, max_size=10)
ages = st.lists(st.integers(5, 40), min_size=30, max_size=30)


@settings(max_examples=6)
@given(first=st.tuples(ages, evenings), second=st.tuples(ages, evenings))
def test_who_came_shows_only_in_the_tables_of_the_registry(first, second):
    with undone():
        worlds = []
        for number, (their_ages, who) in enumerate((first, second)):
            stage = build(f"verden-{number}", heads=15)
            fill(stage, their_ages, who)
            release_figures(plan=stage.plan, as_of=LATE)
            worlds.append(told(stage.plan))

        where = {path for pair in zip(*worlds, strict=True) for path in differing(*pair)}

    allowed = {path for table in TABLES.values() for path in table.paths}
    assert {path for path in where if not path.startswith(tuple(allowed))} == set()


def test_the_comparison_of_two_worlds_finds_what_differs():
    assert differing({"a": [{"b": 1, "c": 2}], "d": 3}, {"a": [{"b": 1, "c": 4}], "d": 3}) == {"a[].c"}


def test_aliases_change_no_byte():
    worlds = []
    for number, alias in enumerate(("Amina", "Bo")):
        stage = build(f"verden-{number}")
        fill(stage, [9, 15] * 15, [list(range(25))] * 10, alias=alias)
        release_figures(plan=stage.plan, as_of=LATE)
        worlds.append(json.dumps(told(stage.plan)))

    assert worlds[0] == worlds[1]


def half_year_table(plan: Plan) -> list[dict | None]:
    rows = Release.objects.filter(plan=plan, starts_on=HALF[0], ends_on=HALF[1]).order_by("released_at", "pk")
    return [read_release(row)["ages"] for row in rows]


@pytest.fixture
def stage():
    """Thirty people, 17 of them of 7-12 years and 13 of 13-17, on every evening of the first activity."""
    stage = build("planen")
    stage.people = fill(stage, [9] * 17 + [15] * 13, [*[list(range(30))] * 5, *[[]] * 5])
    return stage


def test_a_table_of_people_is_fixed_thirty_days_after_its_half_year(stage):
    for as_of in (date(2025, 12, 31), date(2026, 1, 29)):
        release_figures(plan=stage.plan, as_of=as_of)
    assert half_year_table(stage.plan) == [None]

    release_figures(plan=stage.plan, as_of=date(2026, 1, 31))

    assert half_year_table(stage.plan)[1:] == [{"total": "30", "rows": []}]  # nobody of 18 or more: no rows


def test_corrections_and_erasures_never_change_a_table_that_is_told(stage):
    release_figures(plan=stage.plan, as_of=date(2026, 1, 31))
    first = half_year_table(stage.plan)[-1]
    before = dict(Release.objects.values_list("pk", "sha256"))

    adult = [create_participant(plan=stage.plan, alias=f"Voksen {n}", birth_year=1990) for n in range(6)]
    for person in adult:
        create_attendance(session=Session.objects.get(pk=stage.evenings[0].pk), participant=person)
    anonymise(plan=stage.plan, participants=[stage.people[0].pk], today=LATE)
    Attendance.objects.filter(participant=stage.people[1]).delete()
    Participant.objects.filter(pk=stage.people[2].pk).update(birth_year=1980)
    release_figures(plan=stage.plan, as_of=date(2026, 2, 28))
    release_figures(plan=stage.plan, as_of=LATE)

    assert first == {"total": "30", "rows": []}
    assert {json.dumps(table) for table in half_year_table(stage.plan)} == {json.dumps(first)}
    assert {pk: sha for pk, sha in Release.objects.values_list("pk", "sha256") if pk in before} == before


def test_too_few_people_is_told_once_as_well():
    stage = build("planen")
    fill(stage, [9] * 4 + [15] * 26, [[0, 1, 2, 3], *[[]] * 9])
    release_figures(plan=stage.plan, as_of=date(2026, 1, 31))

    for number in range(20):
        person = create_participant(plan=stage.plan, alias=f"Ny {number}", birth_year=2012)
        create_attendance(session=Session.objects.get(pk=stage.evenings[1].pk), participant=person)
    release_figures(plan=stage.plan, as_of=LATE)

    assert half_year_table(stage.plan)[-1] == {"total": None, "rows": []}


def test_a_plan_that_is_moved_makes_no_table_of_days_that_are_told(stage):
    release_figures(plan=stage.plan, as_of=date(2026, 1, 31))
    stage.plan.starts_on = add_months(stage.plan.starts_on, 1)
    stage.plan.save()

    release_figures(plan=stage.plan, as_of=LATE)

    told_spans = FixedTable.objects.filter(plan=stage.plan).values_list("starts_on", "ends_on").order_by("starts_on")
    spans = list(told_spans)
    assert (date(2025, 8, 1), date(2026, 1, 31)) not in spans
    assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_what_is_corrected_after_a_release_shows_in_the_next_one_only(stage):
    release_figures(plan=stage.plan, as_of=date(2026, 1, 31))
    year = Release.objects.get(starts_on=YEAR[0], ends_on=YEAR[1])
    Session.objects.filter(pk=stage.evenings[0].pk).update(heads_total=45)
    release_figures(plan=stage.plan, as_of=date(2026, 2, 28))

    visits = [
        next(row["value"] for row in read_release(release)["indicators"] if row["code"] == "Cafe3")
        for release in Release.objects.filter(starts_on=YEAR[0], ends_on=YEAR[1]).order_by("pk")
    ]
    assert visits == ["160", "165"]
    assert read_release(Release.objects.get(pk=year.pk))["as_of"] == "2026-01-31"
