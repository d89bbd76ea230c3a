"""Register figures as the fund and the municipality send them: CSV, in Windows-1252 as often as not."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.models import Plan
from reporting.models import Measure, Measurement, MeasurementState
from tests.factories import create_plan
from tests.reporting.makers import create_indicator, create_measurement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    plan = create_plan(slug="birkeparken")
    create_indicator(plan=plan, code="K6", measure=Measure.REGISTER, text="Sigtede unge pr. 1.000", source="Register")
    create_indicator(plan=plan, code="K7", measure=Measure.SURVEY, text="Utrygge beboere på Høgevej")
    create_indicator(plan=plan, code="U7", measure=Measure.BENCHMARK_GAP)
    create_indicator(plan=plan, code="K1", measure=Measure.SESSIONS_HELD)
    create_indicator(plan=plan, code="S9", measure=Measure.MILESTONE, direction="")
    return plan


def run(path, *options: str) -> tuple[dict, str, int]:
    """The closing counts, what else was said, and the exit code."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_register", "birkeparken", str(path), *options, stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode
    last = out.getvalue().splitlines()[-1:] or ["{}"]
    return json.loads(last[0]), err.getvalue(), code


def csv(tmp_path, *lines: str, headings="Nr.;Dato;Værdi;Kilde", encoding="cp1252", name="register.csv"):
    path = tmp_path / name
    path.write_bytes("\r\n".join([headings, *lines]).encode(encoding))
    return path


def counts(rows, created=0, updated=0, unchanged=0, rejected=0) -> dict:
    return {"rows": rows, "created": created, "updated": updated, "unchanged": unchanged, "rejected": rejected}


def values() -> list[tuple]:
    rows = Measurement.objects.order_by("indicator__code", "measured_on").select_related("indicator")
    return [(row.indicator.code, row.measured_on, row.value, row.source, row.is_estimated) for row in rows]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_import_register_reads_the_files_that_are_sent(plan, tmp_path, encoding):
    file = csv(
        tmp_path,
        "K6;2023;41,5;Boligsociale Data",
        "k6;31-12-2024;ca. 39;",
        "Utrygge beboere på Høgevej;20. maj 2025;312 af 1.180;Måling på Østerbro",
        encoding=encoding,
    )

    assert run(file) == (counts(3, created=3), "", 0)
    assert values() == [
        ("K6", date(2023, 12, 31), Decimal("41.5"), "Boligsociale Data", False),
        ("K6", date(2024, 12, 31), Decimal(39), "Register", True),
        ("K7", date(2025, 5, 20), Decimal("26.4407"), "Måling på Østerbro", False),
    ]
    assert {row.state for row in Measurement.objects.all()} == {MeasurementState.APPROVED}


def test_import_register_twice_changes_nothing_and_a_dry_run_writes_nothing(plan, tmp_path):
    file = csv(tmp_path, "K6;2023;1.041,5;Boligsociale Data", "K7;2024;14 af 20;")

    assert run(file, "--dry-run") == (counts(2, created=2), "", 0)
    assert values() == []
    assert [run(file)[0], run(file)[0]] == [counts(2, created=2), counts(2, unchanged=2)]


def test_import_register_corrects_what_an_import_wrote_and_never_what_a_person_wrote(plan, tmp_path):
    run(csv(tmp_path, "K6;2023;41,5;Boligsociale Data"))
    create_measurement(indicator=plan.indicators.get(code="K7"), value=12, measured_on=date(2024, 12, 31))

    result, said, code = run(csv(tmp_path, "K6;2023;40,9;Boligsociale Data", "K7;2024;13;", name="rettet.csv"))

    assert (result, code) == (counts(2, updated=1, rejected=1), 1)
    assert "12" in said
    assert "13" in said
    assert [(code, value) for code, _day, value, _source, _is in values()] == [("K6", Decimal("40.9")), ("K7", 12)]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("K6;;41,5;", "Dato"),
        ("K6;2023;;", "Værdi"),
        (";2023;41,5;", "Nr."),
        ("X9;2023;41,5;", "Nr."),
        ("K1;2025;41;", "Nr."),
        ("S9;01-09-2025;1;", "Nr."),
        ("K6;2025;41,5;", "Dato"),
        ("K6;uge 43;41,5;", "Dato"),
        ("K6;30-02-2024;41,5;", "Dato"),
        ("K7;2019;12;", "Dato"),
        ("K6;2023;30-50;", "Værdi"),
        ("K6;2023;mange;", "Værdi"),
        ("K6;2023;14 af 20;", "Værdi"),
        ("K7;2024;5 af 0;", "Værdi"),
        ("K6;2023;99.999.999.999;", "Værdi"),
        ("U7;2024;81,5;", "Sammenlignet med"),
    ],
)
def test_import_register_rejects_what_cannot_be_told_and_takes_the_rest(plan, tmp_path, line, column):
    result, said, code = run(csv(tmp_path, "K6;2022;43;", line))

    assert (result, code) == (counts(2, created=1, rejected=1), 1)
    assert f": {column}: " in said
    assert [row[:3] for row in values()] == [("K6", date(2022, 12, 31), 43)]


def test_import_register_takes_the_level_that_is_compared_with(plan, tmp_path):
    run(csv(tmp_path, "U7;2024;81,5;86", headings="Nr.;År;Tal;Kommunen"))

    assert Measurement.objects.get().compared_with == 86


def test_import_register_rejects_rows_that_disagree_about_one_day(plan, tmp_path):
    result, _said, _code = run(csv(tmp_path, "K6;2023;41;", "K6;2023;42;", "K7;2024;12,0;", "K7;31-12-2024;12;"))

    assert result == counts(4, created=1, unchanged=1, rejected=2)


def test_import_register_leaves_locked_days_alone(plan, tmp_path):
    Plan.objects.update(figures_locked_until=date(2024, 12, 31))

    result, said, _code = run(csv(tmp_path, "K6;2024;41;", "K6;01-03-2025;40;"))

    assert result == counts(2, created=1, rejected=1)
    assert "31. december 2024 er låst" in said


def test_import_register_refuses_a_file_with_a_cpr_number(plan, tmp_path):
    assert run(csv(tmp_path, "K6;2023;41;010190-1234"))[2] == 2


def test_import_register_says_when_two_targets_have_the_same_words(plan, tmp_path):
    create_indicator(plan=plan, code="K8", measure=Measure.REGISTER, text="sigtede unge pr.  1.000")

    result, _said, _code = run(csv(tmp_path, "Sigtede unge pr. 1.000;2023;41;"))

    assert result == counts(1, rejected=1)


def test_import_register_rejects_what_cannot_be(plan, tmp_path):
    file = csv(tmp_path, "K7;20-05-2025;150;", "K7;20-05-2024;-4;", "K7;20-06-2025;50;")

    found, said, code = run(file)

    assert (found, code) == (counts(3, created=1, rejected=2), 1)
    assert "En andel ligger mellem 0 og 100 procent, så 150 kan ikke passe." in said
    assert [value for _code, _day, value, _source, _about in values()] == [50]


def test_import_register_warns_of_what_lies_far_from_the_one_before(plan, tmp_path):
    create_measurement(indicator=plan.indicators.get(code="K6"), value="13.4", measured_on=date(2024, 10, 1))
    file = csv(tmp_path, "K6;01-11-2024;1.234;", "K6;01-12-2024;1.200;", "K6;01-01-2025;ca. 12;")

    found, said, code = run(file)

    assert (found, code) == (counts(3, created=3), 0)
    assert said.splitlines() == [
        "K6, 01-11-2024: 1234 er langt fra det forrige (13,4 den 01-10-2024). Se efter, om det er rigtigt.",
        "K6, 01-01-2025: ca. 12 er langt fra det forrige (1200 den 01-12-2024). Se efter, om det er rigtigt.",
    ]
