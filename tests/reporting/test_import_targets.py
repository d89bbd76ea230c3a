import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from openpyxl import Workbook

from reporting.goals import put_away
from reporting.models import DefinitionChange, Goal, Indicator, Measure, Target, TargetChange
from reporting.releases import release_figures
from reporting.target_words import Measured, read_measure
from tests.factories import create_activity, create_alias, create_plan
from tests.reporting.makers import create_goal

pytestmark = pytest.mark.django_db

SHEET = Path(__file__).parent.parent / "data" / "maal-2023-2026.xlsx"
HEADINGS = ["Nr.", "Indsatsområde", "Mål (ordret)", "Måles som", "Aktivitet", "Enhed", "Retning", "2025/26", "Kilde"]
AREA = "Kriminalpræventiv indsats"


@pytest.fixture
def plan():
    plan = create_plan(slug="birkeparken")
    for name in ("Unge Cafeen", "Lektiecafé", "Jobcafé", "Jobdating", "Madklub", "Haveklub", "Motionsklub for kvinder"):
        create_activity(plan=plan, name=name)
    return plan


def run(path, *options: str) -> tuple[dict, str, int]:
    """The closing counts, what else was said, and the exit code."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_targets", "birkeparken", str(path), *options, stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode
    last = out.getvalue().splitlines()[-1:] or ["{}"]
    return json.loads(last[0]), err.getvalue(), code


def sheet(tmp_path, *rows: list, headings: list = HEADINGS, name: str = "mål.xlsx") -> Path:
    book = Workbook()
    for line in (["Vores mål"], [], headings, *rows):
        book.active.append(line)
    path = tmp_path / name
    book.save(path)
    return path


def row(
    code="K1", measured="antal afholdte gange", activity="Unge Cafeen", direction="mindst", aim: object = 40, **other
):
    text = other.get("text", f"Mål {code}")
    return [code, other.get("area", AREA), text, measured, activity, "gange", direction, aim, "registrering"]


def counts(rows, created=0, updated=0, unchanged=0, rejected=0) -> dict:
    return {"rows": rows, "created": created, "updated": updated, "unchanged": unchanged, "rejected": rejected}


def test_import_targets_reads_the_teams_own_sheet(plan):
    assert run(SHEET) == (counts(15, created=15), "", 0)

    by_code = {indicator.code: indicator for indicator in Indicator.objects.all()}
    k4, u6, b8, s2, s4 = (by_code[code] for code in ("K4", "U6", "B8", "S2", "S4"))
    assert (k4.measure, k4.format.code, [a.name for a in k4.activities.all()]) == (
        "sessions_with_format",
        "debate",
        ["Unge Cafeen"],
    )
    assert (u6.measure, u6.at_least_times) == ("unique_at_least", 20)
    assert (b8.direction, b8.baseline) == ("range", Decimal("28.4"))
    assert (s2.all_activities, s2.measure) == (True, "volunteer_hours")
    assert sorted(a.name for a in s4.activities.all()) == ["Haveklub", "Madklub", "Motionsklub for kvinder"]
    assert by_code["K1"].focus_area.name == AREA
    years = [(date(y, 7, 1), date(y + 1, 6, 30)) for y in range(2023, 2027)]
    said = {
        code: [(t.starts_on, t.ends_on, t.value, t.high, t.due_on) for t in by_code[code].targets.all()]
        for code in ("S2", "K7", "B8", "S9")
    }
    assert said == {
        "S2": [(*span, Decimal(n), None, None) for span, n in zip(years, (800, 900, 1000, 1000), strict=True)],
        "K7": [(*years[1], Decimal(14), None, None), (*years[3], Decimal(10), None, None)],
        "B8": [(*span, Decimal(30), Decimal(50), None) for span in years],
        "S9": [(*years[0], None, None, date(2024, 7, 1))],
    }


def test_import_targets_twice_changes_nothing(plan):
    run(SHEET)

    assert run(SHEET) == (counts(15, unchanged=15), "", 0)
    assert TargetChange.objects.count() == 0


def test_import_targets_dry_run_writes_nothing(plan):
    assert run(SHEET, "--dry-run")[0] == counts(15, created=15)
    assert Indicator.objects.count() == 0


def test_import_targets_keeps_the_old_value_beside_a_changed_target(plan, tmp_path):
    run(sheet(tmp_path, row(aim=40)))

    result = run(sheet(tmp_path, row(aim=42), name="mål-rettet.xlsx"))

    change = TargetChange.objects.get()
    assert result == (counts(1, updated=1), "", 0)
    assert Target.objects.get().value == 42
    assert (change.old_value, change.reason) == (Decimal(40), "Import af mål-rettet.xlsx")


def test_import_targets_notes_where_a_number_is_counted_otherwise(plan, tmp_path):
    run(sheet(tmp_path, row(), row(code="K2", activity="Madklub"), row(code="K3")))
    release_figures(plan=plan, as_of=date(2025, 10, 1), today=date(2025, 10, 1))

    run(sheet(tmp_path, row(measured="antal besøg"), row(code="K2", activity="Haveklub"), row(code="K3", aim=41)))

    changes = DefinitionChange.objects.order_by("indicator__code")
    assert [(change.indicator.code, change.changed_on, change.text) for change in changes] == [
        ("K1", timezone.localdate(), "Tælles som fremmøder, Unge Cafeen. Før: afholdte gange, Unge Cafeen."),
        ("K2", timezone.localdate(), "Tælles som afholdte gange, Haveklub. Før: afholdte gange, Madklub."),
    ]


def test_import_targets_notes_no_change_before_anybody_has_read_figures(plan, tmp_path):
    run(sheet(tmp_path, row()))

    run(sheet(tmp_path, row(measured="antal besøg")))

    assert not DefinitionChange.objects.exists()


def test_import_targets_never_deletes_what_a_blank_cell_leaves_out(plan, tmp_path):
    run(sheet(tmp_path, row(aim=40)))

    result = run(sheet(tmp_path, [*row(aim=None)[:5], None, "mindst", None, None]))

    assert result == (counts(1, unchanged=1), "", 0)
    assert (Target.objects.get().value, Indicator.objects.get().unit) == (40, "gange")


@pytest.mark.parametrize(
    ("written", "value"),
    [("1.000", "1000"), ("12,5", "12.5"), (12.5, "12.5"), ("40 %", "40"), ("1.234,5", "1234.5"), (40.0, "40")],
)
def test_import_targets_reads_danish_numbers(plan, tmp_path, written, value):
    run(sheet(tmp_path, row(aim=written)))

    assert Target.objects.get().value == Decimal(value)


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (row(measured="antal smil"), "Måles som"),
        (row(activity="Ukendt klub"), "Aktivitet"),
        (row(activity="Unge Cafeen (ukendt)"), "Aktivitet"),
        (row(activity=None), "Aktivitet"),
        (row(area="Beskæftigelse og sport"), "Indsatsområde"),
        (row(direction="cirka"), "Retning"),
        (row(aim="ca. 30"), "2025/26"),
        (row(aim="30-50"), "2025/26"),
        (row(aim="50-30", direction="interval"), "2025/26"),
        (row(aim=date(2026, 1, 1)), "2025/26"),
        (row(measured="milepæl", aim=40, direction=None), "2025/26"),
        (row(code=None), "Nr."),
        (row(code="et alt for langt nummer"), "Nr."),
        (row(aim="12345678901"), "2025/26"),
    ],
)
def test_import_targets_rejects_what_cannot_be_told_and_takes_the_rest(plan, tmp_path, wrong, column):
    result, said, code = run(sheet(tmp_path, row(code="A1"), wrong))

    assert (result, code) == (counts(2, created=1, rejected=1), 1)
    assert f": {column}: " in said
    assert [indicator.code for indicator in Indicator.objects.all()] == ["A1"]


def test_import_targets_rejects_rows_that_disagree_about_one_number(plan, tmp_path):
    result, _said, _code = run(sheet(tmp_path, row(aim=40), row(aim=41), row(code="K2"), row(code="K2")))

    assert result == counts(4, created=1, unchanged=1, rejected=2)


def test_import_targets_rejects_a_period_outside_the_plan(plan, tmp_path):
    headings = [*HEADINGS[:7], "2019/20", "Kilde"]

    result, said, code = run(sheet(tmp_path, row(aim=40), headings=headings))

    assert (result, code) == (counts(1, rejected=1), 1)
    assert "2019/20" in said


@pytest.mark.parametrize(
    ("heading", "period"),
    [
        ("2025-2026", (date(2025, 7, 1), date(2026, 6, 30))),
        ("Planår 2025/26", (date(2025, 7, 1), date(2026, 6, 30))),
        ("2025/26 H1", (date(2025, 7, 1), date(2025, 12, 31))),
        ("2025/26 2. kvartal", (date(2025, 10, 1), date(2025, 12, 31))),
        ("Skoleår 2025/26", (date(2025, 8, 1), date(2026, 7, 31))),
        ("Hele planen", (date(2023, 7, 1), date(2027, 6, 30))),
    ],
)
def test_import_targets_knows_the_plans_periods(plan, tmp_path, heading, period):
    run(sheet(tmp_path, row(), headings=[*HEADINGS[:7], heading, "Kilde"]))

    target = Target.objects.get()
    assert (target.starts_on, target.ends_on) == period


def test_import_targets_finds_activities_by_their_spellings(plan, tmp_path):
    create_alias(activity=plan.activities.get(name="Haveklub"), text="Haveklubben")

    run(sheet(tmp_path, row(activity="haveklubben; MADKLUB ; "), row(code="K9", activity="Alle")))

    union, everything = Indicator.objects.order_by("code")
    assert sorted(activity.name for activity in union.activities.all()) == ["Haveklub", "Madklub"]
    assert everything.all_activities


@pytest.mark.parametrize("measure", [one for one in Measure if one != Measure.UNIQUE_AT_LEAST])
def test_import_targets_knows_each_measure_by_the_portals_own_name(measure):
    with translation.override("da"):
        assert read_measure(measure.label) == Measured(measure)


def test_import_targets_reads_nothing_from_a_file_without_the_columns(plan, tmp_path):
    assert run(sheet(tmp_path, ["a", "b"], headings=["Dato", "Antal"]))[2] == 2


# -- goals -------------------------------------------------------------------------------------------------------------

WITH_GOALS = ["Nr.", "Indsatsområde", "Vision", "Overordnet mål", "Delmål", *HEADINGS[2:]]


def with_goals(code: str, *chain: str | None, area: str = AREA) -> list:
    line = row(code=code, area=area)
    return [*line[:2], *chain, *line[2:]]


def hierarchy() -> list[tuple[str, str, str | None, list[str]]]:
    goals = Goal.objects.select_related("parent").prefetch_related("indicators").order_by("pk")
    return [
        (goal.kind, goal.text, goal.parent and goal.parent.text, sorted(i.code for i in goal.indicators.all()))
        for goal in goals
    ]


def test_import_targets_brings_the_goals_of_the_agreements(plan, tmp_path):
    file = sheet(
        tmp_path,
        with_goals("K1", "En tryg bydel", "Færre sigtede", "Cafeen er åben"),
        with_goals("K2", "En tryg  bydel", "Færre sigtede", "cafeen er åben"),
        with_goals("K3", "En tryg bydel", "Færre sigtede", None),
        with_goals("K4", None, None, None),
        with_goals("U1", None, "Færre sigtede", None, area="Uddannelse og livschancer"),
        headings=WITH_GOALS,
    )

    first, again = run(file), run(file)

    assert (first, again) == ((counts(5, created=5), "", 0), (counts(5, unchanged=5), "", 0))
    assert hierarchy() == [
        ("vision", "En tryg bydel", None, []),
        ("goal", "Færre sigtede", "En tryg bydel", ["K3"]),
        ("subgoal", "Cafeen er åben", "Færre sigtede", ["K1", "K2"]),
        ("goal", "Færre sigtede", None, ["U1"]),
    ]


def test_import_targets_leaves_goals_where_people_have_hung_them(plan, tmp_path):
    vision = create_goal(plan=plan, kind="vision", text="En tryg bydel")
    goal = create_goal(plan=plan, text="Færre sigtede", parent=vision)
    create_goal(plan=plan, kind="subgoal", text="Cafeen er åben", parent=goal)
    create_goal(plan=plan, kind="subgoal", text="Åbne døre")

    run(
        sheet(
            tmp_path,
            with_goals("K1", None, None, "Cafeen er åben"),
            with_goals("K2", "En tryg bydel", None, "Cafeen er åben"),
            with_goals("K3", None, "Færre sigtede", "Åbne døre"),
            headings=WITH_GOALS,
        )
    )

    assert hierarchy() == [
        ("vision", "En tryg bydel", None, []),
        ("goal", "Færre sigtede", "En tryg bydel", []),
        ("subgoal", "Cafeen er åben", "Færre sigtede", ["K1", "K2"]),
        ("subgoal", "Åbne døre", "Færre sigtede", ["K3"]),
    ]


def test_import_targets_takes_out_a_goal_that_was_put_away(plan, tmp_path):
    goal = create_goal(plan=plan, text="Færre sigtede")
    put_away(goal=goal, now=plan.created_at)

    run(sheet(tmp_path, with_goals("K1", None, "Færre sigtede", None), headings=WITH_GOALS))

    assert Goal.objects.get().removed_at is None


def test_import_targets_dry_run_writes_no_goal(plan, tmp_path):
    run(sheet(tmp_path, with_goals("K1", "En tryg bydel", None, None), headings=WITH_GOALS), "--dry-run")

    assert Goal.objects.count() == 0


@pytest.mark.parametrize(
    ("headings", "text"),
    [(("Mål (ordret)", "Mål"), "A"), (("Mål", "Succeskriterium"), "B"), (("Delmål", "Indikator"), "B")],
)
def test_import_targets_takes_the_narrowest_wording_as_the_target(plan, tmp_path, headings, text):
    line = row()
    run(sheet(tmp_path, [*line[:2], "A", "B", *line[3:]], headings=[*HEADINGS[:2], *headings, *HEADINGS[3:]]))

    indicator = Indicator.objects.get()
    assert (indicator.text, indicator.goal.text) == (text, "A" if text == "B" else "B")


# -- what of the activities --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "fields"),
    [
        ("Unge Cafeen (debat)", {"format": "debate"}),
        ("Unge Cafeen (mandag)", {"weekdays": "1"}),
        ("Unge Cafeen (tirsdage og torsdage)", {"weekdays": "24"}),
        ("Unge Cafeen (man/fre)", {"weekdays": "15"}),
        ("Unge Cafeen (13-17 år)", {"ages": (13, 17)}),
        ("Unge Cafeen (18 år og over)", {"ages": (18, None)}),
        ("Unge Cafeen (tema: Job)", {"theme": "job"}),
        ("alle (mandag)", {"weekdays": "1", "all_activities": True}),
        ("Hele indsatsområdet", {"whole_area": True}),
    ],
)
def test_import_targets_reads_what_of_the_activities_counts(plan, tmp_path, cell, fields):
    file = sheet(tmp_path, row(activity=cell, measured="antal fremmøder"))

    assert (run(file)[0], run(file)[0]) == (counts(1, created=1), counts(1, unchanged=1))
    indicator = Indicator.objects.get()
    found = {
        "format": indicator.format.code if indicator.format else "",
        "theme": indicator.theme,
        "weekdays": indicator.weekdays,
        "ages": indicator.ages,
        "all_activities": indicator.all_activities,
        "whole_area": indicator.whole_area,
    }
    nothing = {
        "format": "", "theme": "", "weekdays": "", "ages": None, "all_activities": False, "whole_area": False
    }  # fmt: skip
    assert found == {**nothing, **fields}


@pytest.mark.parametrize("cell", ["Unge Cafeen (17-13 år)", "Unge Cafeen (fuldmåne)", "Unge Cafeen (mandag); Madklub"])
def test_import_targets_explains_a_bracket_that_it_cannot_read(plan, tmp_path, cell):
    result, said, _code = run(sheet(tmp_path, row(activity=cell)))

    assert result == counts(1, rejected=1)
    assert ": Aktivitet: " in said
