import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Plan
from accounts.periods import Period, plan_periods
from activities.models import CountingMode, Session
from jobs.canonical import canonical_json, fingerprint
from reporting.figure_set import build_figure_set, number
from reporting.models import Measure, Release
from reporting.releases import (
    ReleaseDamaged,
    latest_release,
    periods_begun,
    plans_to_release,
    read_release,
    release_figures,
)
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_participant,
    create_plan,
    create_user,
)
from tests.reporting.makers import YEAR, create_indicator, create_measurement, create_target

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 10, 31)
DANISH_NAMES = ["Café Éclair", "Éclair", "eftermiddag", "Zebra", "Ærø", "ørn", "Ål", "Aalborg", "aase"]
DANISH_CODES = ["a1", "B1", "É1", "Æ1", "ø1", "Ø2", "Å1", "AA2", "å3"]
QUARTER = (date(2025, 7, 1), date(2025, 9, 30))
WHOLE = (date(2023, 7, 1), date(2027, 6, 30))
SPRING = (date(2024, 2, 1), date(2024, 7, 31))  # a half-year, and the first school year, of a plan from 1 February


@pytest.fixture
def plan():
    return create_plan()


@pytest.fixture
def cafe(plan):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    create_held_session(activity=activity, heads=30, date=date(2025, 10, 7))
    return activity


def add_people(activity, count: int, *, day: date = date(2025, 9, 2), alias: str = "Barn") -> None:
    session = create_held_session(activity=activity, heads=None, date=day)
    for index in range(count):
        create_attendance(
            session=session, participant=create_participant(plan=activity.plan, alias=f"{alias} {day} {index}")
        )


def released(plan, period=YEAR) -> dict:
    return read_release(latest_release(plan, *period))


def test_release_figures_freezes_every_period_that_has_begun(plan, cafe):
    run = release_figures(plan=plan, as_of=AS_OF)

    assert {(row.starts_on, row.ends_on) for row in run.new} == {
        (period.first, period.last) for period in periods_begun(plan, AS_OF)
    }
    assert len(run.new) == 3 + 5 + 10 + 1


def test_release_figures_twice_gives_the_same_release(plan, cafe):
    first = release_figures(plan=plan, as_of=AS_OF)

    second = release_figures(plan=plan, as_of=AS_OF)

    assert (len(second.new), second.unchanged) == (0, len(first.new))
    assert Release.objects.count() == len(first.new)


def test_what_only_stands_in_another_order_is_not_released_again(plan, cafe):
    """As it was before the order was fixed, or as another database sorted it."""
    other = create_activity(plan=plan, name="Ålgården")
    create_indicator(plan=plan, code="A1", activities=[cafe, other])
    create_indicator(plan=plan, code="A2", all_activities=True)
    create_indicator(plan=plan, code="A3")
    [year] = [row for row in release_figures(plan=plan, as_of=AS_OF).new if (row.starts_on, row.ends_on) == YEAR]
    told = json.loads(year.content)
    for rows in (told["activities"], told["indicators"], told["indicators"][0]["activities"]):
        rows.reverse()
    add_release(year, told)

    assert release_figures(plan=plan, as_of=AS_OF).new == []

    told["indicators"][1]["activities"] = []  # none is not all
    add_release(year, told)
    assert [(row.starts_on, row.ends_on) for row in release_figures(plan=plan, as_of=AS_OF).new] == [YEAR]


def add_release(like: Release, told: dict) -> None:
    """A newer one of the same period, with another text."""
    content = canonical_json(told)
    Release.objects.create(
        plan=like.plan, starts_on=like.starts_on, ends_on=like.ends_on, as_of=like.as_of, content=content,
        summary=like.summary, sha256=fingerprint(content), released_at=timezone.now(),
    )  # fmt: skip


def test_what_is_released_stands_in_danish_order_on_every_database(plan):
    for name, code in zip(DANISH_NAMES[::-1], DANISH_CODES[::-1], strict=True):
        create_activity(plan=plan, name=name)
        create_indicator(plan=plan, code=code, measure=Measure.VISITS, all_activities=True)
    create_indicator(plan=plan, code="Z", activities=list(plan.activities.all()))

    figures = build_figure_set(plan, Period(*YEAR), AS_OF)

    assert [row["activity"] for row in figures["activities"]] == DANISH_NAMES
    assert [row["code"] for row in figures["indicators"]] == [*DANISH_CODES[:3], "Z", *DANISH_CODES[3:]]
    assert next(row["activities"] for row in figures["indicators"] if row["code"] == "Z") == DANISH_NAMES


def test_release_figures_shows_a_late_correction_only_in_the_next_release(plan, cafe):
    release_figures(plan=plan, as_of=AS_OF)
    before = latest_release(plan, *YEAR)
    session = cafe.sessions.get()
    session.heads_total = 44
    session.save()
    assert released(plan)["activities"][0]["sessions"]["visits"] == "30"

    run = release_figures(plan=plan, as_of=AS_OF)

    touched = {(row.starts_on, row.ends_on) for row in run.new}
    assert touched == {(p.first, p.last) for p in periods_begun(plan, AS_OF) if date(2025, 10, 7) in p}
    assert released(plan)["activities"][0]["sessions"]["visits"] == "44"
    kept = Release.objects.get(pk=before.pk)
    assert (kept.content, kept.sha256) == (before.content, before.sha256)


def test_release_figures_leaves_out_what_came_after_its_last_day(plan, cafe):
    create_held_session(activity=cafe, heads=99, date=date(2025, 11, 4))

    release_figures(plan=plan, as_of=AS_OF)

    assert released(plan)["activities"][0]["sessions"]["visits"] == "30"
    assert released(plan)["as_of"] == "2025-10-31"
    assert released(plan, QUARTER)["as_of"] == "2025-09-30"


def test_release_is_canonical_text_with_its_fingerprint(plan, cafe):
    create_indicator(plan=plan, activities=[cafe], measure=Measure.MEAN_VISITS)
    release_figures(plan=plan, as_of=AS_OF)
    release = latest_release(plan, *YEAR)

    figure_set = json.loads(release.content)

    assert release.content == canonical_json(build_figure_set(plan, plan_periods(plan, "year")[2], AS_OF))
    assert release.sha256 == fingerprint(release.content)
    assert all_plain(figure_set)
    assert figure_set["indicators"][0]["value"] == "30"


def all_plain(value: object) -> bool:
    """Text, booleans, None, lists and dictionaries: no number that two libraries could write differently."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and all_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(all_plain(item) for item in value)
    return value is None or isinstance(value, str | bool)


def test_release_row_cannot_be_changed_or_deleted(plan, cafe):
    release_figures(plan=plan, as_of=AS_OF)
    release = latest_release(plan, *YEAR)

    for attempt in (release.save, release.delete, Release.objects.all().delete):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(TypeError):
        Release.objects.update(content="{}")


def test_release_stays_when_its_author_goes_and_goes_with_its_plan(plan, cafe):
    author = create_user()
    release_figures(plan=plan, as_of=AS_OF, by=author)

    author.delete()
    assert latest_release(plan, *YEAR).released_by is None

    Session.objects.all().delete()
    plan.delete()
    assert Release.objects.count() == 0


def test_read_release_refuses_a_row_that_was_changed_behind_the_portal(plan, cafe):
    release_figures(plan=plan, as_of=AS_OF)
    release = latest_release(plan, *YEAR)
    release.content = release.content.replace('"30"', '"31"')

    with pytest.raises(ReleaseDamaged):
        read_release(release)


def test_release_holds_no_name_of_anybody(plan, cafe):
    create_indicator(plan=plan, activities=[cafe], measure=Measure.UNIQUE_PEOPLE)
    for month in (8, 9, 10):
        add_people(cafe, 12, day=date(2025, month, 5), alias="Kanariefugl")

    release_figures(plan=plan, as_of=date(2026, 1, 31))

    assert Release.objects.count() > 0
    assert [row.pk for row in Release.objects.all() if "kanariefugl" in row.content.casefold()] == []


@pytest.mark.parametrize(("people", "value", "withheld"), [(9, None, "small"), (10, "10", None)])
def test_release_tells_own_total_of_people_from_ten_up(plan, people, value, withheld):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    indicator = create_indicator(plan=plan, activities=[activity], measure=Measure.UNIQUE_PEOPLE)
    create_target(indicator=indicator, value=100)
    add_people(activity, people)

    row = build_figure_set(plan, Period(*YEAR, "year"), AS_OF)["indicators"][0]

    assert (row["value"], row["value_max"], row["withheld"]) == (value, value, withheld)


def test_release_tells_no_people_by_month_or_quarter_or_outside_the_target_period(plan):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    indicator = create_indicator(plan=plan, activities=[activity], measure=Measure.UNIQUE_PEOPLE)
    create_target(indicator=indicator, value=100)
    create_target(indicator=indicator, value=30, period=QUARTER)
    add_people(activity, 40)

    half = build_figure_set(plan, Period(date(2025, 7, 1), date(2025, 12, 31), "half"), AS_OF)
    quarter = build_figure_set(plan, Period(*QUARTER, "quarter"), AS_OF)

    for figure_set in (half, quarter):
        row = figure_set["indicators"][0]
        assert (row["value"], row["status"], row["withheld"]) == (None, None, "period")
        assert row["trend"]["kind"] == "visits"
        assert figure_set["activities"][0]["unique_min"] is None


@pytest.mark.parametrize(
    ("people", "in_use", "withheld"),
    [
        ([YEAR], True, None),
        ([YEAR], False, None),
        ([], True, "few"),  # visits are told, so 100 % of them would tell of the people
        ([], False, "few"),
        ([(date(2025, 7, 1), date(2025, 12, 31))], True, "few"),
    ],
)
def test_release_tells_a_share_only_of_people_that_are_told_themselves(plan, people, in_use, withheld):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    visits = create_indicator(plan=plan, activities=[activity], measure=Measure.VISITS)
    unique = create_indicator(plan=plan, activities=[activity], measure=Measure.UNIQUE_PEOPLE, is_active=in_use)
    share = create_indicator(plan=plan, code="S", measure=Measure.SHARE, numerator=visits, denominator=unique)
    create_target(indicator=share, value=50)
    for period in people:
        create_target(indicator=unique, value=20, period=period)
    add_people(activity, 23)

    rows = build_figure_set(plan, Period(*YEAR, "year"), AS_OF)["indicators"]

    told = [(row["value"], row["withheld"]) for row in rows if row["code"] == "S"]
    assert told == [(None if withheld else "100", withheld)]


@pytest.mark.parametrize(("people", "value", "withheld"), [(9, None, "small"), (10, "10", None)])
def test_release_tells_a_typed_in_number_of_people_like_a_counted_one(plan, people, value, withheld):
    """Its own total from ten up, and never what was known on the way."""
    indicator = create_indicator(plan=plan, code="A", measure=Measure.PEOPLE_COUNT)
    create_target(indicator=indicator, value=100)
    for day, so_far in ((date(2025, 8, 1), 3), (date(2025, 9, 1), people - 1), (date(2025, 10, 1), people)):
        create_measurement(indicator=indicator, value=so_far, measured_on=day)
    year = Period(*YEAR, "year")

    row = build_figure_set(plan, year, AS_OF)["indicators"][0]
    draft = build_figure_set(plan, year, AS_OF, for_team=True)["indicators"][0]

    assert (row["value"], row["value_max"], row["withheld"]) == (value, value, withheld)
    assert (row["parts"], row["trend"]["points"], row["measured_on"]) == ([], [], "2025-10-01")
    assert (draft["value"], draft["parts"][0]["value"], draft["withheld"]) == (str(people), str(people), None)
    assert [point["value"] for point in draft["trend"]["points"]] == ["3", str(people - 1), str(people)]


@pytest.mark.parametrize("period", [QUARTER, (date(2025, 7, 1), date(2025, 12, 31)), WHOLE])
def test_release_tells_no_typed_in_number_of_people_outside_its_target_period(plan, period):
    indicator = create_indicator(plan=plan, measure=Measure.PEOPLE_COUNT)
    for target in (YEAR, QUARTER, (date(2024, 7, 1), date(2025, 6, 30))):
        create_target(indicator=indicator, value=20, period=target)
    for day in (date(2024, 10, 1), date(2025, 8, 1), date(2025, 10, 1)):
        create_measurement(indicator=indicator, value=12, measured_on=day)

    row = build_figure_set(plan, Period(*period), AS_OF)["indicators"][0]
    draft = build_figure_set(plan, Period(*period), AS_OF, for_team=True)["indicators"][0]

    assert (row["value"], row["withheld"], row["parts"], row["trend"]["points"]) == (None, "period", [], [])
    assert draft["value"] is not None


@pytest.mark.parametrize(
    ("part", "whole", "value", "withheld"),
    [(9, 40, None, "few"), (10, 19, None, "few"), (10, 40, "25", None)],
)
def test_release_tells_a_share_of_typed_in_people_from_ten_of_twenty_up(plan, part, whole, value, withheld):
    made_of = {}
    for code, people in (("A", part), ("B", whole)):
        made_of[code] = create_indicator(plan=plan, code=code, measure=Measure.PEOPLE_COUNT)
        create_target(indicator=made_of[code], value=20)
        create_measurement(indicator=made_of[code], value=people)
    share = create_indicator(
        plan=plan, code="S", measure=Measure.SHARE, numerator=made_of["A"], denominator=made_of["B"]
    )
    create_target(indicator=share, value=30)

    rows = build_figure_set(plan, Period(*YEAR, "year"), AS_OF)["indicators"]

    assert [(row["value"], row["withheld"]) for row in rows if row["code"] == "S"] == [(value, withheld)]


def test_draft_for_the_team_keeps_small_totals(plan):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    create_indicator(plan=plan, activities=[activity], measure=Measure.UNIQUE_PEOPLE)
    add_people(activity, 3)

    draft = build_figure_set(plan, Period(*YEAR, "year"), AS_OF, for_team=True)

    assert draft["indicators"][0]["value"] == "3"
    assert draft["activities"][0]["unique_min"] == "3"


def test_release_shows_ages_thirty_days_after_a_half_year_only(plan):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    add_people(activity, 8)

    half = Period(date(2025, 7, 1), date(2025, 12, 31), "half")

    assert build_figure_set(plan, half, date(2026, 1, 29))["ages"] is None
    assert build_figure_set(plan, half, date(2026, 1, 30))["ages"] == {"total": "10", "rows": []}
    assert build_figure_set(plan, Period(*YEAR, "year"), date(2026, 6, 30))["ages"] is None


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "half", "school"),
    [
        (
            date(2024, 2, 1),
            date(2027, 1, 31),
            (date(2024, 2, 1), date(2024, 7, 31)),
            (date(2024, 8, 1), date(2025, 7, 31)),
        ),
        (
            date(2024, 2, 1),
            date(2027, 1, 31),
            (date(2024, 2, 1), date(2024, 7, 31)),
            (date(2024, 2, 1), date(2024, 7, 31)),
        ),
        (date(2024, 2, 1), date(2024, 7, 31), (date(2024, 2, 1), date(2024, 7, 31)), None),
        (date(2025, 2, 1), date(2026, 7, 31), (date(2026, 2, 1), date(2026, 7, 31)), None),
    ],
)
def test_a_half_year_tells_ages_whatever_else_has_its_days(starts_on, ends_on, half, school):
    plan = create_plan(starts_on=starts_on, ends_on=ends_on)
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    if school:
        create_target(indicator=create_indicator(plan=plan, activities=[activity]), value=10, period=school)
    add_people(activity, 20, day=half[0])

    release_figures(plan=plan, as_of=date(2026, 9, 30))

    releases = [read_release(row) for row in Release.objects.filter(starts_on=half[0], ends_on=half[1])]
    assert [row["ages"] for row in releases] == [{"total": "20", "rows": []}]
    told = [read_release(row) for row in Release.objects.all()]
    assert [row["ages"]["total"] for row in told if row["ages"]].count("20") == 1


def test_plans_to_release_is_due_once_a_month(plan, cafe):
    Plan.objects.update(created_at=timezone.make_aware(datetime(2023, 7, 1)))

    assert plans_to_release(date(2025, 11, 1)) == [plan]

    release_figures(plan=plan, as_of=AS_OF)

    assert plans_to_release(date(2025, 11, 1)) == []
    assert plans_to_release(date(2025, 11, 30)) == []
    assert plans_to_release(date(2025, 12, 1)) == [plan]


def test_number_is_one_text_per_value():
    texts = [number(n) for n in (Decimal("40.0000"), Decimal("1E+3"), Decimal("-0.0"), Decimal("12.50"), 0, None)]

    assert texts == ["40", "1000", "0", "12.5", "0", None]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_release_figures_asked_twice_at_once_is_one_release():
    plan = create_plan()
    create_held_session(activity=create_activity(plan=plan), heads=30, date=date(2025, 10, 7))

    def release() -> int:
        try:
            return len(release_figures(plan=plan, as_of=AS_OF).new)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as presses:
        made = sorted(press.result() for press in [presses.submit(release) for _ in range(4)])

    assert made == [0, 0, 0, len(periods_begun(plan, AS_OF))]
    assert Release.objects.count() == made[-1]
