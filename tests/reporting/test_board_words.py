"""The words of the follow-up page: tables of what is said when."""

from datetime import date
from decimal import Decimal

import pytest

from reporting.board import read_board
from reporting.board_rows import rounded
from reporting.figure_set import build_figure_set
from reporting.figure_versions import as_newest
from reporting.models import Measure
from reporting.periods import choose_period
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_participant,
    create_plan,
    create_schedule,
)
from tests.reporting.makers import YEAR, create_indicator, create_measurement, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 24)
AFTER = date(2026, 7, 1)


@pytest.fixture
def plan():
    return create_plan()


def figure_set(plan, today=TODAY):
    period = choose_period(plan, "2025-26", today).period
    return build_figure_set(plan, period, today, today=today)


def board(plan, today=TODAY):
    return read_board(figure_set(plan, today))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2.98", "3"),
        ("3.25", "3,3"),
        ("9.96", "10"),
        ("10.5", "11"),
        ("28.4", "28"),
        ("28.5", "29"),
        ("1234.5", "1.235"),
    ],
)
def test_expected_is_rounded_with_a_decimal_where_it_matters(value, text):
    assert rounded(Decimal(value)) == text


def add_level(plan, value, *, target=20):
    indicator = create_indicator(plan=plan, measure=Measure.ACTIVE_VOLUNTEERS)
    create_target(indicator=indicator, value=target)
    if value is not None:
        create_measurement(indicator=indicator, value=value)


@pytest.mark.parametrize(
    ("values", "running", "over"),
    [
        ([20], "Ja, på det ene mål.", "1 af 1 mål nået."),
        ([20, 21, 25], "Ja, på alle 3 mål.", "3 af 3 mål nået."),
        ([20, 20, 19], "Ja, på alle 3 mål.", "2 af 3 mål nået, 1 næsten."),
        ([20, 19, 5, None], "Ja, på 2 af 4 mål.", "1 af 4 mål nået, 1 næsten, 1 kan ikke bedømmes."),
        ([20, 5, 5], "Kun på 1 af 3 mål.", "1 af 3 mål nået."),
        ([5, 5], "Endnu ikke på nogen af de 2 mål.", "0 af 2 mål nået."),
        ([None], "Det er der ikke tal nok til at sige endnu.", "Det er der ikke tal nok til at sige endnu."),
    ],
)
def test_the_answer_counts_every_target_and_tells_what_was_almost_reached(plan, values, running, over):
    for value in values:
        add_level(plan, value)

    assert board(plan).answer == running
    assert board(plan, AFTER).answer == over


def test_what_cannot_be_judged_is_named_with_its_reason(plan):
    add_level(plan, None)
    count = create_indicator(plan=plan, measure=Measure.CONTACTS, code="S6")
    create_target(indicator=count, value=300)
    create_measurement(indicator=count, value=80)

    said = {why: [row.code for row in rows] for why, rows in board(plan).unjudged}

    assert set(said) == {"For tidligt at sige", "Ingen tal endnu"}
    assert said["For tidligt at sige"] == ["S6"]


def test_a_trend_says_what_it_draws(plan):
    cafe = create_activity(plan=plan)
    create_schedule(activity=cafe, starts_on=date(2025, 8, 5))
    people = create_indicator(plan=plan, activities=[cafe], measure=Measure.UNIQUE_PEOPLE)
    create_target(indicator=people, value=10)
    create_held_session(activity=cafe, heads=30, date=date(2025, 10, 7))

    [block] = [block for block in board(plan).areas if block.rows]

    assert block.rows[0].trend_title == "Fremmøder i hver måned"


@pytest.mark.parametrize(
    ("direction", "value", "word", "rule"),
    [
        ("at_least", 19, "Tæt på", "På sporet ned til 10 % under, bagud ned til 30 % under, derefter i fare"),
        ("at_most", 21, "Tæt på", "På sporet op til 10 % over, bagud op til 30 % over, derefter i fare"),
        ("range", 31, "Tæt på", "På sporet op til 10 % udenfor, bagud op til 30 % udenfor, derefter i fare"),
    ],
)
def test_how_a_level_is_judged_is_said_in_its_own_direction(plan, direction, value, word, rule):
    indicator = create_indicator(plan=plan, measure=Measure.REGISTER, direction=direction, code="K6")
    create_target(indicator=indicator, value=20, high=30 if direction == "range" else None)
    create_measurement(indicator=indicator, value=value)

    [row] = [row for block in board(plan).areas for row in block.rows]

    assert row.status_word == word
    assert [fact.text for fact in row.facts if fact.term == "Status"] == [f"{rule}. “Tæt på” tæller som på sporet"]


def test_a_number_that_is_kept_back_says_why(plan):
    cafe = create_activity(plan=plan, counting_mode="pseudonymous")
    indicator = create_indicator(plan=plan, activities=[cafe], measure=Measure.UNIQUE_PEOPLE, code="U6")
    create_target(indicator=indicator, value=25)
    evening = create_held_session(activity=cafe, heads=None, date=date(2025, 10, 7))
    create_attendance(session=evening, participant=create_participant(plan=plan))

    [row] = [row for block in board(plan).areas for row in block.rows]

    assert (row.value, row.status_word) == ("under 10", "Vises ikke")
    assert "så få personer vises ikke, så ingen kan kendes" in row.notes
    assert [fact.text for fact in row.facts if fact.term == "Vises ikke"] == [
        "Antal under 10 personer vises ikke, så ingen kan kendes i tallet"
    ]


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        (5, 20, "Siden 24. november 2025: 1 mål har fået en bedre status."),
        (20, 5, "Siden 24. november 2025: 1 mål har fået en dårligere status."),
        (20, 21, "Siden 24. november 2025: Ingen mål har fået en anden status end sidst."),
    ],
)
def test_the_page_begins_with_what_has_turned_since_last(plan, then, now, said):
    indicator = create_indicator(plan=plan, measure=Measure.ACTIVE_VOLUNTEERS)
    create_target(indicator=indicator, value=20)
    create_measurement(indicator=indicator, value=then, measured_on=date(2025, 11, 1))
    before = figure_set(plan)
    create_measurement(indicator=indicator, value=now, measured_on=date(2025, 11, 30))

    after = figure_set(plan, date(2025, 12, 1))

    assert read_board(after, before).since == said
    assert read_board(after).since == ""


def test_a_release_of_the_first_version_is_still_drawn(plan):
    add_level(plan, 19)
    old = figure_set(plan)
    old["version"] = "1"
    for row in old["indicators"]:
        for key in ("accumulation", "too_early", "parts"):
            del row[key]
        del row["trend"]["step"]

    drawn = read_board(as_newest(old))

    assert drawn.answer == "Ja, på det ene mål."
    assert YEAR[0] == drawn.first
