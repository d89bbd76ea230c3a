"""Figures as files: to each role what its page shows, as Danish Excel opens it, and no more than a release holds."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from activities.models import CountingMode
from jobs.canonical import fingerprint
from jobs.sheets import read_workbook
from reporting.columns import TABLES, period_key_of
from reporting.dictionary import code_lists, measure_entries, status_entries
from reporting.figure_set import build_figure_set
from reporting.measures import RULES
from reporting.models import Measure, Release
from reporting.periods import period_key
from reporting.plain import few_decimals
from reporting.releases import all_periods, release_figures
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_session,
)
from tests.reporting.makers import create_indicator, create_measurement, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 20)
YEAR = "2025-26"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(TODAY.isoformat())


@pytest.fixture
def plan():
    """Three known people on an evening with five heads, and texts that a spreadsheet might run."""
    plan = create_plan(slug="herredsvang")
    cafe = create_activity(plan=plan, name="=Klub", counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_held_session(activity=cafe, heads=5, date=date(2025, 10, 7))
    for number in range(3):
        person = create_participant(plan=plan, alias=f"Kanarie {number}", birth_year=2012)
        create_attendance(session=session, participant=person)
    unique = create_indicator(plan=plan, code="K3", text="@alle", measure=Measure.UNIQUE_PEOPLE, activities=[cafe])
    create_target(indicator=unique, value=20)
    visits = create_indicator(plan=plan, code="K2", measure=Measure.VISITS, activities=[cafe])
    create_target(indicator=visits, value=100)
    return plan


def member(plan, role) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role))
    return client


def address(name: str, format: str, query: str = f"?periode={YEAR}") -> str:
    return reverse("reporting:figures_export", args=["herredsvang", name, format]) + query


def sheet(response) -> list[dict[str, str]]:
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_team_gets_the_draft(plan):
    rows = sheet(member(plan, Role.STAFF).get(address("indicators", "csv")))

    assert [(row["Nr."], row["Mål, ordret"], row["Værdi"]) for row in rows] == [
        ("K2", "Mål K2", "5"),
        ("K3", "'@alle", "5"),
    ]


def test_the_board_gets_the_release_and_no_small_number_of_people(plan):
    board = member(plan, Role.BOARD)
    assert board.get(address("indicators", "csv")).status_code == 404

    release_figures(plan=plan, as_of=TODAY)
    people = sheet(board.get(address("indicators", "csv")))[1]

    assert (people["Værdi"], people["Vises ikke"]) == ("", "Færre end 10 personer")
    activities = sheet(board.get(address("activities", "csv")))
    assert [(row["Aktivitet"], row["Fremmøder"], row["Forskellige personer, mindst"]) for row in activities] == [
        ("'=Klub", "5", "")
    ]


def test_the_board_cannot_ask_for_the_draft(plan):
    release_figures(plan=plan, as_of=TODAY)

    documents = [
        member(plan, Role.BOARD).get(address("tal", "json", query)).content for query in ("", "?vis=kladde", "?vis=")
    ]

    release = Release.objects.get(starts_on="2025-07-01", ends_on="2026-06-30")
    assert {fingerprint(document.decode()) for document in documents} == {release.sha256}


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.PARTNER])
def test_others_get_no_figures(plan, role):
    release_figures(plan=plan, as_of=TODAY)

    assert member(plan, role).get(address("tal", "xlsx")).status_code == 403


def test_json_of_the_draft_is_the_figure_set(plan):
    period = next(period for period in all_periods(plan) if period_key(period) == YEAR)

    document = json.loads(member(plan, Role.STAFF).get(address("tal", "json")).content)

    assert document == build_figure_set(plan, period, TODAY, today=TODAY, for_team=True)


def test_a_workbook_holds_all_tables_and_what_they_mean(plan):
    release_figures(plan=plan, as_of=TODAY)
    response = member(plan, Role.BOARD).get(address("tal", "xlsx"))
    book = read_workbook(response.content, "tal.xlsx")

    tabs = {tab.name: tab.rows for tab in book.sheets}
    assert list(tabs) == ["Om filen", "Mål", "Aktiviteter", "Fremmøder pr. måned", "Definitioner"]
    release = Release.objects.get(starts_on="2025-07-01", ends_on="2026-06-30")
    assert ["SHA-256", release.sha256] in tabs["Om filen"]
    assert [row[:2] for row in tabs["Mål"][1:]] == [["2025-26", "Planår"]] * 2
    assert 'filename="herredsvang-2025-26.xlsx"' in response.headers["Content-Disposition"]


def test_every_table_says_what_the_figure_set_says(plan):
    release_figures(plan=plan, as_of=TODAY)
    figure_set = json.loads(member(plan, Role.BOARD).get(address("tal", "json")).content)

    rows = {name: list(table.read(figure_set)) for name, table in TABLES.items()}

    assert rows["activities"][0]["visits"] == 5
    assert rows["activities"][0]["completeness"] == 1
    assert [row["visits"] for row in rows["visits-by-month"]] == [0, 0, 0, 5, 0]
    assert rows["ages"] == []
    assert [(row["code"], row["value"], row["withheld"]) for row in rows["indicators"]] == [
        ("K2", 5, None), ("K3", None, "small"),
    ]  # fmt: skip


def test_period_key_of_a_figure_set_is_the_one_in_addresses(plan):
    for period in all_periods(plan):
        assert period_key_of({"period": {"label": period.label}}) == period_key(period)


@pytest.mark.parametrize(
    ("name", "format"), [("tal", "csv"), ("indicators", "xlsx"), ("tal", "pdf"), ("alt", "csv"), ("indicators", "json")]
)
def test_a_file_that_is_none_is_not_found(plan, name, format):
    assert member(plan, Role.STAFF).get(address(name, format)).status_code == 404


def test_follow_up_leads_to_the_files_of_what_it_shows(plan):
    release_figures(plan=plan, as_of=TODAY)
    staff = member(plan, Role.STAFF)

    draft = staff.get(reverse("reporting:follow_up", args=[plan.slug]) + "?periode=2025-26-h1").content.decode()
    released = staff.get(reverse("reporting:follow_up", args=[plan.slug]) + "?vis=frigivet").content.decode()

    assert "eksport/tal.xlsx?periode=2025-26-h1" in draft
    assert "eksport/indicators.csv?periode=2025-26&amp;vis=frigivet" in released


# -- the dictionary ----------------------------------------------------------------------------------------------------


def test_dictionary_holds_every_measure_column_and_code(plan):
    page = member(plan, Role.BOARD).get(reverse("reporting:dictionary", args=[plan.slug])).content.decode()

    for rule in RULES:
        assert f'id="measure-{rule.code}"' in page
    for table in TABLES.values():
        for column in table.columns:
            assert f"<code>{column.name}</code>" in page
    for entry in [code for codes in code_lists() for code in codes.codes]:
        assert f"<code>{entry.code}</code>" in page


def test_dictionary_explains_each_word_of_a_status(plan):
    said = [entry.name for entry in status_entries()]

    assert said == ["Nået", "På sporet", "Tæt på", "Bagud", "I fare", "For tidligt at sige", "Ingen tal", "Vises ikke"]
    page = member(plan, Role.BOARD).get(reverse("reporting:dictionary", args=[plan.slug])).content.decode()
    before_the_files = page[: page.index('id="files"')]
    assert [name for name in said if f"<dt>{name}</dt>" not in before_the_files] == []
    assert "<code>" not in before_the_files


def test_dictionary_defines_measures_in_both_languages(plan):
    entry = next(entry for entry in measure_entries() if entry.code == Measure.VISITS)

    assert entry.says.startswith("Alle, der kom")
    assert entry.other.startswith("Everybody who came")


@pytest.mark.parametrize(("role", "shown"), [(Role.PROJECT_MANAGER, True), (Role.ADMINISTRATOR, False)])
def test_data_page_offers_people_to_the_project_manager_alone(plan, role, shown):
    page = member(plan, role).get(reverse("reporting:data", args=[plan.slug])).content.decode()

    assert (reverse("residents:attendance_export", args=[plan.slug]) in page) == shown
    assert reverse("reporting:dictionary", args=[plan.slug]) in page


# -- as the page says it -----------------------------------------------------------------------------------------------


@pytest.fixture
def told(plan):
    """One of each word that the page has of its own; a milestone done in another year; a typed-in estimate."""
    cafe = plan.activities.get()
    for code, measure, target, typed in (
        ("B1", Measure.PEOPLE_COUNT, 30, "12.3456"),
        ("K6", Measure.SURVEY, 40, 39),
    ):
        indicator = create_indicator(plan=plan, code=code, measure=measure)
        create_target(indicator=indicator, value=target)
        create_measurement(indicator=indicator, value=typed, is_estimated=code == "B1")
    for code, day in (("M1", date(2026, 3, 1)), ("S9", date(2024, 5, 1))):
        milestone = create_indicator(plan=plan, code=code, measure=Measure.MILESTONE, direction="")
        start = date(day.year - 1, 7, 1)
        create_target(indicator=milestone, due_on=day, period=(start, date(day.year, 6, 30)))
    create_measurement(indicator=milestone, value=1, measured_on=date(2024, 4, 2))
    mean = create_indicator(plan=plan, code="K1", measure=Measure.MEAN_VISITS, activities=[cafe])
    create_target(indicator=mean, value=3)
    for day, heads in ((date(2025, 10, 14), 3), (date(2025, 10, 21), 2)):
        create_held_session(activity=cafe, heads=heads, date=day)
    create_session(activity=cafe, date=date(2025, 10, 28))
    release_figures(plan=plan, as_of=TODAY)
    return member(plan, Role.BOARD)


def test_a_file_has_the_words_of_the_page(told):
    rows = sheet(told.get(address("indicators", "csv")))

    assert [(row["Nr."], row["Status"], row["Anslået"]) for row in rows] == [
        ("B1", "For tidligt at sige", "ja"),
        ("K1", "På sporet", "nej"),
        ("K2", "For tidligt at sige", "nej"),
        ("K3", "Vises ikke", "nej"),
        ("K6", "Tæt på", "nej"),
        ("M1", "Planlagt", "nej"),
    ]


def test_a_file_rounds_what_does_not_come_out_even_and_keeps_what_was_typed_in(told):
    rows = {row["Nr."]: row for row in sheet(told.get(address("indicators", "csv")))}

    assert (rows["K1"]["Værdi"], rows["K1"]["Dækning"], rows["B1"]["Værdi"]) == ("3,33", "0,75", "12,3456")


def test_numbers_in_files_have_two_decimals_unless_somebody_typed_them_in():
    assert [str(few_decimals(value)) for value in ("34.5625", "3.3333333333333335", 30, "-0.005")] == [
        "34.56", "3.33", "30", "-0.01",
    ]  # fmt: skip
    assert str(few_decimals("12.3456", is_typed=True)) == "12.3456"


def test_no_file_says_all_of_what_is_not():
    assert [str(few_decimals(share, is_share=True)) for share in ("0.99999", "1", "0.5", None)] == [
        "0.9999", "1", "0.5", "None",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "file"),
    [("indicators", "maal"), ("activities", "aktiviteter"), ("visits-by-month", "fremmoeder-pr-maaned")],
)
def test_files_have_danish_names(told, name, file):
    response = told.get(address(name, "csv"))

    assert response.headers["Content-Disposition"] == f'attachment; filename="herredsvang-2025-26-{file}.csv"'
