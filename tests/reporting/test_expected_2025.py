"""The whole way: an empty demo plan, the team's own sheets, the figures of 2025 to the last head."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Plan
from residents.attendance import count_people

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data"
EXPECTED = json.loads((DATA / "expected-2025.json").read_text())


def run(command: str, *arguments: str) -> tuple[dict, int]:
    """The JSON line at the end, and the exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command(command, *arguments, stdout=out, stderr=io.StringIO())
    except CommandError as error:
        code = error.returncode
    return json.loads(out.getvalue().splitlines()[-1]), code


@pytest.fixture
def figures():
    call_command("seed_demo", "--without-logs", "--today", "2026-11-22", stdout=io.StringIO())
    log, log_code = run("import_log", "herredsvang", str(DATA / "logbog-2025.csv"))
    matrix, matrix_code = run(
        "import_attendance", "herredsvang", str(DATA / "fremmoede-lektiecafe-2025.xlsx"), "--activity", "Lektiecafé"
    )
    assert (log["rows"], log["rejected"], log_code) == (EXPECTED["log_rows"], EXPECTED["log_rejected_rows"], 1)
    assert (matrix["rejected"], matrix_code) == (0, 0)
    asked = ["herredsvang", "--from", "2025-01-01", "--to", "2025-12-31", "--format", "json"]
    return run("figures", *asked)[0]


def test_figures_of_2025_equal_the_teams_own_count(figures):
    found = {row["activity"]: row for row in figures["activities"]}
    indicators = {row["code"]: row for row in figures["indicators"]}

    for name, expected in EXPECTED["log"].items():
        row = found[name]
        assert {
            "sessions_held": row["sessions_held"],
            "visits": row["visits"],
            "cancelled": row["cancelled"],
            "closed": row["closed"],
            "max_visits": row["unique_min"],  # of a head-count activity: its largest evening
            "volunteers": row["volunteer_turns"],
        } == {key: value for key, value in expected.items() if key != "debates"}
        assert row["mean_visits"] == expected["visits"] / expected["sessions_held"]
        assert row["unique_max"] == row["visits"]
    assert indicators["K4"]["value"] == EXPECTED["log"]["Unge Cafeen"]["debates"]

    matrix = EXPECTED["matrix"]
    row = found[matrix["activity"]]
    assert (row["sessions_held"], row["visits"], row["unique_min"], row["unique_max"]) == (
        matrix["sessions_held"],
        matrix["visits"],
        matrix["unique_participants"],
        matrix["unique_participants"],
    )
    assert indicators["U6"]["value"] == matrix["unique_at_least_20"]
    assert indicators["U2"]["value"] == matrix["visits"] / matrix["sessions_held"]

    others = [row for name, row in found.items() if name not in {*EXPECTED["log"], matrix["activity"]}]
    assert {row["sessions_held"] for row in others} == {0}


def test_people_of_2025_equal_the_teams_own_count(figures):
    plan = Plan.objects.get(slug="herredsvang")
    lesson = plan.activities.get(name=EXPECTED["matrix"]["activity"])

    people = count_people(plan, [lesson], date(2025, 1, 1), date(2025, 12, 31), at_least=45)

    assert (people.known, people.at_least, people.largest) == (
        EXPECTED["matrix"]["unique_participants"],
        EXPECTED["matrix"]["unique_at_least_45"],
        EXPECTED["matrix"]["max_visits"],
    )
