import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import jsonschema
import pytest
import time_machine
from django.db import connection
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.locking import reopen
from accounts.models import Plan, Reopening
from accounts.periods import Period, whole_plan
from activities.log import current_log, log_session
from activities.models import CountingMode
from reporting.columns import Withheld
from reporting.models import AreaNarrative, Measure, Release, StatusReport
from reporting.packs.content import SCHEMA, PackDamaged, check_schema, lines_of, read_pack
from reporting.packs.drafts import approve_pack, drop_pack, last_day_covered, pack_periods
from reporting.packs.freezing import NotReady, freeze_pack, preview_pack
from reporting.releases import canonical_json, fingerprint, latest_release, read_release, release_figures
from reporting.schema import figure_set_schema
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_participant,
    create_plan,
    create_user,
)
from tests.reporting.makers import YEAR, create_indicator, create_measurement, create_target
from tests.reporting.packs.makers import AS_OF, create_frozen_pack, create_pack, no_files, plan_year

pytestmark = pytest.mark.django_db

QUARTER = Period(date(2025, 7, 1), date(2025, 9, 30), "quarter", "2025/26 K1")


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-20 10:00+01:00", tick=True):
        yield


@pytest.fixture
def plan():
    return create_plan()


@pytest.fixture
def cafe(plan):
    activity = create_activity(plan=plan, name="Unge Cafeen")
    create_target(
        indicator=create_indicator(plan=plan, activities=[activity], code="K2", measure=Measure.MEAN_VISITS), value=20
    )
    create_held_session(activity=activity, heads=30, date=date(2025, 10, 7))
    return activity


def correct(activity, heads: int, *, reason: str = "Forkert tal") -> None:
    """Figures are opened for a while, and somebody puts the number of an old evening right."""
    reopen(plan=activity.plan, by=create_user(), reason=reason, length=timedelta(hours=1), now=timezone.now())
    session = activity.sessions.order_by("date").first()
    log_session(session=session, log=replace(current_log(session), heads_total=heads), by=None)


def approve_all(report: StatusReport) -> None:
    approve_pack(report=report, version=StatusReport.objects.get(pk=report.pk).version)


# -- what a pack holds -------------------------------------------------------------------------------------------------


def test_pack_is_canonical_text_with_its_fingerprint(plan, cafe):
    report = create_pack(plan=plan, summary="Et godt kvartal", decisions="- Forlæng Job Team\n\n- Flyt cafeen")
    report.narratives.filter(focus_area__position=3).update(text="Debatterne trækker")
    approve_all(report)

    frozen, was_frozen = freeze_pack(report_id=report.pk, make_files=no_files)

    content = json.loads(frozen.content)
    assert was_frozen
    assert (frozen.content, frozen.sha256) == (canonical_json(content), fingerprint(frozen.content))
    assert content["meeting"] == {"body": "Styregruppen", "on": "2025-11-24"}
    assert content["decisions"] == ["Forlæng Job Team", "Flyt cafeen"]
    assert [(row["area"], row["text"]) for row in content["narratives"]] == [("3", "Debatterne trækker")]
    assert (content["figures"]["as_of"], content["figures"]["period"]["label"]) == ("2025-10-31", "2025/26")
    assert (content["since_last"], content["corrections"], content["edition"]) == (None, None, "1")


def test_pack_follows_its_schema_and_another_shape_does_not(plan, cafe):
    create_frozen_pack(plan=plan)
    correct(cafe, 33)
    content = read_pack(create_frozen_pack(plan=plan, meets_on=date(2025, 12, 1)))

    check_schema(content)
    for spoilt in (
        {**content, "participants": []},
        {**content, "edition": 2},
        {**content, "frozen_at": "20 November"},
        {**content, "figures": {**content["figures"], "as_of": None}},
        {**content, "figures": {**content["figures"], "extra": 1.5}},
        {key: value for key, value in content.items() if key != "corrections"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            check_schema(spoilt)


def test_pack_of_a_plan_that_counts_only_some_ages_follows_its_schema_also_the_next_time(plan, cafe):
    create_indicator(plan=plan, activities=[cafe], code="U6", measure=Measure.VISITS, lowest_age=13, highest_age=17)
    create_frozen_pack(plan=plan)

    content = read_pack(create_frozen_pack(plan=plan, meets_on=date(2025, 12, 1)))

    assert [row["withheld"] for row in content["figures"]["indicators"]] == [None, "ages"]
    assert [row["then"]["withheld"] for row in content["since_last"]["rows"]] == [None, "ages"]


def test_pack_freezes_whatever_it_may_not_tell_of_people(plan):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_held_session(activity=activity, heads=None, date=date(2025, 10, 7))
    for _number in range(3):
        create_attendance(session=session, participant=create_participant(plan=plan))
    unique = {"plan": plan, "activities": [activity], "measure": Measure.UNIQUE_PEOPLE}
    small = create_indicator(**unique, code="A")
    create_indicator(**unique, code="B")
    create_indicator(**unique, code="C", lowest_age=7, highest_age=17)
    share = create_indicator(plan=plan, code="D", measure=Measure.SHARE, numerator=small, denominator=small)
    create_target(indicator=small, value=10)
    create_target(indicator=share, value=50)

    create_frozen_pack(plan=plan)
    content = read_pack(create_frozen_pack(plan=plan, meets_on=date(2025, 12, 1)))

    told = {row["code"]: row["withheld"] for row in content["figures"]["indicators"]}
    assert told == {"A": "small", "B": "period", "C": "ages", "D": "few"}
    assert {row["code"]: row["now"]["withheld"] for row in content["since_last"]["rows"]} == told


def test_both_schemas_know_every_reason_not_to_tell():
    reasons = {*Withheld.values, None}
    pack = json.loads(SCHEMA.read_text(encoding="utf-8"))

    def told(schema: object) -> list[set]:
        if isinstance(schema, list):
            return [found for part in schema for found in told(part)]
        if not isinstance(schema, dict):
            return []
        own = schema.get("withheld", {})
        inside = [found for part in schema.values() for found in told(part)]
        return [*([set(own["enum"])] if "enum" in own else []), *inside]

    assert told(figure_set_schema()) == [reasons]
    assert told(pack) == [reasons, reasons]


def test_pack_and_the_boards_page_tell_the_same_figures(plan, cafe):
    report = create_frozen_pack(plan=plan)

    assert read_pack(report)["figures"] == read_release(latest_release(plan, *YEAR))


def test_pack_takes_nothing_from_the_board_that_it_has_been_told_already(plan, cafe):
    release_figures(plan=plan, as_of=date(2025, 11, 15))
    newest = Release.objects.count()

    report = create_frozen_pack(plan=plan, as_of=AS_OF)

    assert Release.objects.count() == newest
    assert read_pack(report)["figures"]["as_of"] == "2025-10-31"


def test_pack_holds_no_name_of_anybody(plan):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    create_indicator(plan=plan, activities=[activity], measure=Measure.UNIQUE_PEOPLE)
    writer = create_user(name="Kanariefugl Skriver")
    session = create_held_session(
        activity=activity, heads=None, date=date(2025, 9, 2), logged_by=writer, note="Kanarie"
    )
    for index in range(12):
        create_attendance(session=session, participant=create_participant(plan=plan, alias=f"Kanariefugl {index}"))
    create_frozen_pack(plan=plan)
    Plan.objects.update(figures_locked_until=None)
    log_session(session=session, log=replace(current_log(session), heads_total=20, note="Kanari to"), by=writer)

    report = create_frozen_pack(plan=plan)

    assert "kanari" not in report.content.casefold()
    assert read_pack(report)["corrections"]["logs"] != []


# -- since last and corrections ----------------------------------------------------------------------------------------


def test_correcting_an_old_log_shows_in_the_next_pack_and_never_in_the_first(plan, cafe):
    first = create_frozen_pack(plan=plan)
    before = (first.content, first.sha256)
    correct(cafe, 44, reason="Listen var talt to gange")

    second = create_frozen_pack(plan=plan, meets_on=date(2025, 12, 15))

    first.refresh_from_db()
    assert (first.content, first.sha256) == before
    corrections = read_pack(second)["corrections"]
    assert corrections["since"]["sha256"] == first.sha256
    assert [(row["kind"], row["name"], row["figure"], row["then"], row["now"]) for row in corrections["figures"]] == [
        ("indicator", "Mål K2", "value", "30", "44"),
        ("activity", "Unge Cafeen", "visits", "30", "44"),
    ]
    assert corrections["logs"] == [
        {
            "activity": "Unge Cafeen",
            "on": "2025-10-07",
            "then": {"on": "2025-10-07", "state": "held", "visits": "30", "volunteer_turns": None},
            "now": {"on": "2025-10-07", "state": "held", "visits": "44", "volunteer_turns": None},
            "corrected_on": "2025-11-20",
            "reason": "Listen var talt to gange",
        }
    ]
    assert corrections["reopenings"] == [{"on": "2025-11-20", "reason": "Listen var talt to gange"}]
    since = read_pack(second)["since_last"]
    assert [(row["code"], row["then"]["value"], row["now"]["value"], row["change"]) for row in since["rows"]] == [
        ("K2", "30", "44", "14")
    ]


def test_what_happened_after_the_last_pack_is_news_and_no_correction(plan, cafe):
    create_frozen_pack(plan=plan, as_of=AS_OF)
    create_held_session(activity=cafe, heads=10, date=date(2025, 11, 4))

    content = read_pack(create_frozen_pack(plan=plan, as_of=date(2025, 11, 15), meets_on=date(2025, 12, 15)))

    assert (content["corrections"]["figures"], content["corrections"]["logs"]) == ([], [])
    assert content["since_last"]["rows"][0]["change"] == "-10"  # the mean of 30 and 10


def test_correction_that_was_taken_back_is_none(plan, cafe):
    create_frozen_pack(plan=plan)
    correct(cafe, 44)
    correct(cafe, 30)

    corrections = read_pack(create_frozen_pack(plan=plan, meets_on=date(2025, 12, 15)))["corrections"]

    assert (corrections["figures"], corrections["logs"]) == ([], [])


def test_corrected_number_of_people_is_said_without_both_totals(plan):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    create_target(indicator=create_indicator(plan=plan, activities=[activity], measure="unique_people"), value=50)
    session = create_held_session(activity=activity, heads=None, date=date(2025, 9, 2))
    for index in range(12):
        create_attendance(session=session, participant=create_participant(plan=plan, alias=f"Barn {index}"))
    create_frozen_pack(plan=plan)
    create_attendance(session=session, participant=create_participant(plan=plan, alias="Barn 13"))

    rows = read_pack(create_frozen_pack(plan=plan, meets_on=date(2025, 12, 15)))["corrections"]["figures"]

    assert [(row["figure"], row["then"], row["now"]) for row in rows if row["kind"] == "indicator"] == [
        ("people", None, None)
    ]


def test_corrected_typed_in_number_of_people_is_said_without_both_totals(plan):
    indicator = create_indicator(plan=plan, code="B1", measure=Measure.PEOPLE_COUNT)
    create_target(indicator=indicator, value=50)
    create_measurement(indicator=indicator, value=12, measured_on=date(2025, 10, 1))
    create_frozen_pack(plan=plan)
    create_measurement(indicator=indicator, value=13, measured_on=date(2025, 10, 1))

    content = read_pack(create_frozen_pack(plan=plan, meets_on=date(2025, 12, 15)))

    assert [row["value"] for row in content["figures"]["indicators"]] == ["13"]
    assert [(row["figure"], row["then"], row["now"]) for row in content["corrections"]["figures"]] == [
        ("people", None, None)
    ]


@pytest.mark.parametrize("parts_in_use", [True, False])
def test_corrected_share_of_people_is_said_without_both_shares(plan, parts_in_use):
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    unique = {"plan": plan, "activities": [activity], "is_active": parts_in_use}
    whole = create_indicator(**unique, measure=Measure.UNIQUE_PEOPLE)
    part = create_indicator(**unique, measure=Measure.UNIQUE_AT_LEAST, at_least_times=2)
    share = create_indicator(plan=plan, code="C", measure=Measure.SHARE, numerator=part, denominator=whole)
    for indicator in (whole, part, share):
        create_target(indicator=indicator, value=30)
    first = create_held_session(activity=activity, heads=None, date=date(2025, 9, 2))
    second = create_held_session(activity=activity, heads=None, date=date(2025, 9, 9))
    people = [create_participant(plan=plan, alias=f"Barn {index}") for index in range(40)]
    for person in people:
        create_attendance(session=first, participant=person)
    for person in people[:17]:
        create_attendance(session=second, participant=person)
    told = read_pack(create_frozen_pack(plan=plan))["figures"]["indicators"]
    assert [row["value"] for row in told if row["code"] == "C"] == ["42.5"]
    create_attendance(session=second, participant=people[17])

    rows = read_pack(create_frozen_pack(plan=plan, meets_on=date(2025, 12, 15)))["corrections"]["figures"]

    assert [(row["figure"], row["then"], row["now"]) for row in rows if row["code"] == "C"] == [("people", None, None)]


def test_since_last_over_another_period_tells_both_values_and_no_difference(plan, cafe):
    create_frozen_pack(plan=plan, period=QUARTER, as_of=date(2025, 9, 30))

    since = read_pack(create_frozen_pack(plan=plan, meets_on=date(2025, 12, 15)))["since_last"]

    assert (since["is_same_period"], since["period"]["label"]) == (False, "2025/26 K1")
    assert [(row["then"]["value"], row["now"]["value"], row["change"]) for row in since["rows"]] == [(None, "30", None)]


def test_since_last_looks_back_at_the_same_bodys_pack(plan, cafe):
    own = create_frozen_pack(plan=plan, body="Bestyrelsen")
    create_frozen_pack(plan=plan, body="Styregruppen")

    content = read_pack(create_frozen_pack(plan=plan, body="bestyrelsen", meets_on=date(2025, 12, 15)))

    assert content["since_last"]["sha256"] == own.sha256


def test_a_body_with_danish_letters_is_the_same_in_capitals_on_every_database(plan, cafe):
    own = create_frozen_pack(plan=plan, body="Følgegruppe Øst", meets_on=date(2025, 12, 15))
    create_frozen_pack(plan=plan, body="Styregruppen")
    own.narratives.filter(focus_area__position=3).update(text="Fra følgegruppen")

    draft = create_pack(plan=plan, body="FØLGEGRUPPE ØST", meets_on=date(2025, 12, 15))
    content = preview_pack(draft).content

    assert draft.narratives.get(focus_area__position=3).text == "Fra følgegruppen"
    assert (content["since_last"]["sha256"], content["edition"]) == (own.sha256, "2")


def test_second_pack_of_one_meeting_is_its_second_edition(plan, cafe):
    create_frozen_pack(plan=plan)

    assert read_pack(create_frozen_pack(plan=plan))["edition"] == "2"


# -- freezing ----------------------------------------------------------------------------------------------------------


def test_freezing_moves_the_lock_to_the_last_day_covered_and_never_back(plan, cafe):
    create_frozen_pack(plan=plan, as_of=AS_OF)
    assert Plan.objects.get().figures_locked_until == AS_OF

    create_frozen_pack(plan=plan, period=QUARTER, as_of=date(2025, 9, 30))
    assert Plan.objects.get().figures_locked_until == AS_OF


def test_freezing_locks_figures_that_were_open_for_corrections(plan, cafe):
    create_frozen_pack(plan=plan)
    reopen(plan=plan, by=create_user(), reason="Forkert tal", length=timedelta(days=7), now=timezone.now())
    assert Plan.objects.get().locked_until is None

    create_frozen_pack(plan=plan, meets_on=date(2025, 12, 15))

    assert Plan.objects.get().locked_until == AS_OF
    assert Reopening.objects.get().closed_at is not None


def test_files_that_cannot_be_drawn_leave_a_draft(plan, cafe):
    report = create_pack(plan=plan)

    def break_down(content, sha256):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        freeze_pack(report_id=report.pk, make_files=break_down)

    assert (StatusReport.objects.frozen().count(), Plan.objects.get().locked_until) == (0, None)


def test_frozen_pack_cannot_be_changed_or_deleted(plan, cafe):
    report = create_frozen_pack(plan=plan)

    for attempt in (report.save, report.delete, StatusReport.objects.all().delete):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(TypeError):
        StatusReport.objects.update(summary="noget andet")
    assert drop_pack(report=report) is False


def test_frozen_pack_stays_when_its_author_goes(plan, cafe):
    author = create_user()
    report = freeze_pack(report_id=create_pack(plan=plan).pk, make_files=no_files, by=author)[0]

    author.delete()

    report.refresh_from_db()
    assert (report.frozen_by, read_pack(report)["plan"]["name"]) == (None, plan.name)


def test_frozen_pack_goes_with_its_plan(plan, cafe):
    create_frozen_pack(plan=plan)
    cafe.sessions.all().delete()

    plan.delete()

    assert StatusReport.objects.count() == 0


def test_read_pack_refuses_a_row_that_was_changed_behind_the_portal(plan, cafe):
    report = create_frozen_pack(plan=plan)
    report.content = report.content.replace('"30"', '"31"')

    with pytest.raises(PackDamaged):
        read_pack(report)


def test_text_that_nobody_approved_holds_the_freeze_back(plan, cafe):
    report = create_pack(plan=plan)
    report.narratives.filter(focus_area__position=2).update(text="Skrevet i sommer")

    with pytest.raises(NotReady):
        freeze_pack(report_id=report.pk, make_files=no_files)

    approve_all(report)
    assert freeze_pack(report_id=report.pk, make_files=no_files)[1]


def test_draft_that_is_saved_while_it_is_frozen_is_read_again(plan, cafe):
    report = create_pack(plan=plan)

    def save_meanwhile(content, sha256):
        StatusReport.objects.filter(pk=report.pk, version=0).update(summary="Det sidste ord", version=1)
        return {}

    frozen, _was_frozen = freeze_pack(report_id=report.pk, make_files=save_meanwhile)

    assert read_pack(frozen)["summary"] == "Det sidste ord"


def test_freezing_again_gives_the_same_pack(plan, cafe):
    report = create_frozen_pack(plan=plan)
    correct(cafe, 99)

    again, was_frozen = freeze_pack(report_id=report.pk, make_files=no_files)

    assert (again.sha256, was_frozen) == (report.sha256, False)


def test_preview_changes_nothing(plan, cafe):
    report = create_pack(plan=plan)

    content = preview_pack(report).content

    assert content["figures"]["indicators"][0]["value"] == "30"
    assert (StatusReport.objects.frozen().count(), Release.objects.count()) == (0, 0)
    assert Plan.objects.get().figures_locked_until is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_freezing_twice_at_once_gives_one_pack():
    plan = create_plan()
    create_held_session(activity=create_activity(plan=plan), heads=30, date=date(2025, 10, 7))
    report = create_pack(plan=plan)

    def freeze() -> tuple[str, bool]:
        try:
            frozen, was_frozen = freeze_pack(report_id=report.pk, make_files=no_files)
            return frozen.sha256, was_frozen
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as presses:
        made = [press.result() for press in [presses.submit(freeze) for _ in range(4)]]

    assert len({sha256 for sha256, _was_frozen in made}) == 1
    assert StatusReport.objects.get().sha256 == made[0][0]
    assert sum(was_frozen for _sha256, was_frozen in made) == 1


# -- plans at the edges ------------------------------------------------------------------------------------------------


def test_pack_of_an_empty_plan():
    plan = create_plan(with_programme=False)
    report = create_frozen_pack(plan=plan, period=whole_plan(plan))

    content = read_pack(report)

    assert (content["figures"]["indicators"], content["figures"]["activities"]) == ([], [])
    assert AreaNarrative.objects.count() == 0


def test_pack_of_a_plan_of_twelve_years():
    plan = create_plan(starts_on=date(2014, 1, 1), ends_on=date(2025, 12, 31))
    activity = create_activity(plan=plan)
    create_indicator(plan=plan, activities=[activity])
    day = date(2014, 1, 7)
    while day <= AS_OF:
        create_held_session(activity=activity, heads=10, date=day)
        day += timedelta(weeks=2)

    content = read_pack(create_frozen_pack(plan=plan, period=whole_plan(plan)))

    assert content["figures"]["indicators"][0]["value"] == str(activity.sessions.count())
    assert len(content["figures"]["activities"][0]["trend"]["points"]) == 48


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_pack_begins_with_the_last_packs_texts_unapproved(plan, cafe):
    first = create_pack(plan=plan)
    first.narratives.filter(focus_area__position=3).update(text="Debatterne trækker")
    approve_all(first)
    freeze_pack(report_id=first.pk, make_files=no_files)

    second = create_pack(plan=plan, meets_on=date(2025, 12, 15))

    texts = {row.focus_area.position: (row.text, row.is_waiting) for row in second.narratives.all()}
    assert texts == {1: ("", False), 2: ("", False), 3: ("Debatterne trækker", True), 4: ("", False)}


def test_focus_area_of_a_pack_cannot_be_taken_away(plan, cafe):
    area = create_pack(plan=plan).narratives.first().focus_area

    with pytest.raises(ProtectedError):
        area.delete()


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", []), ("\n \n", []), ("Ét", ["Ét"]), ("- A\r\n• B\n\n  – C ", ["A", "B", "C"]), ("2-3 gange", ["2-3 gange"])],
)
def test_lines_of_reads_a_list_however_it_is_written(text, lines):
    assert lines_of(text) == lines


def test_last_day_covered_is_a_day_that_is_over(plan):
    assert last_day_covered(plan_year(plan), date(2025, 11, 20)) == date(2025, 10, 31)
    assert last_day_covered(QUARTER, date(2025, 11, 20)) == date(2025, 9, 30)
    assert last_day_covered(QUARTER, date(2025, 7, 2)) == date(2025, 7, 1)
    assert last_day_covered(QUARTER, date(2025, 10, 1)) == date(2025, 9, 30)


def test_pack_periods_are_those_that_began_before_today(plan):
    periods = pack_periods(plan, plan.starts_on + timedelta(days=1))

    assert {period.kind for period in periods} == {"year", "half", "quarter", "plan"}
    assert pack_periods(plan, plan.starts_on) == []
