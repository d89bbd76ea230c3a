"""Attendance as a spreadsheet: a tab a month, or a long list (semantics, Attendance import)."""

import json
import unicodedata
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Plan
from activities.models import Activity, CountingMode, LogSource, Session, SessionState
from jobs.sheets import SheetError, read_workbook
from jobs.sheets.writing import rejects_workbook
from residents.attendance import count_people
from residents.imports.attendance import attendance_resource
from residents.models import Attendance, Participant
from tests.factories import (
    create_activity,
    create_alias,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_schedule,
    create_session,
)
from tests.sheets.commands import counts, run_import, write
from tests.sheets.files import ATTENDANCE, DATA, csv_text, xlsx

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2025, 1, 6), date(2025, 1, 8)


@pytest.fixture
def plan(db):
    return create_plan(slug="herredsvang")


@pytest.fixture
def club(plan):
    return create_activity(plan=plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)


def month(*people, days=(FIRST, LAST), title="Lektiecafé – fremmøde januar 2025", tab="Januar") -> bytes:
    return xlsx({tab: [[title], [], ["Navn", "Fødselsår", *days], *people]})


def visits(*rows, headings=("Dato", "Aktivitet", "Alias", "Fødselsår")) -> bytes:
    return csv_text(headings, *rows)


def apply(club: Activity, data: bytes, name: str = "fremmoede.xlsx", **options):
    book = read_workbook(data, name)
    options.setdefault("activity", club)
    return attendance_resource(book=book, plan=club.plan, **options).apply(book)


def ticks() -> list[tuple[str, date]]:
    return sorted(Attendance.objects.values_list("participant__alias", "date"))


def reasons(outcome) -> list[tuple[int, str, str]]:
    return [(item.number, item.column, item.reason) for item in outcome.invalid_rows]


# -- the real file -----------------------------------------------------------------------------------------------------


def test_import_attendance_gives_the_expected_figures_of_2025(plan, club):
    expected = json.loads((DATA / "expected-2025.json").read_text())["matrix"]

    ran = run_import("import_attendance", "herredsvang", ATTENDANCE, activity="Lektiecafé")

    assert (ran.code, ran.counts) == (0, counts(created=1509, unchanged=110))
    year = (date(2025, 1, 1), date(2025, 12, 31))
    found = count_people(plan, [club], *year)
    assert {
        "activity": club.name,
        "sessions_held": found.sessions,
        "visits": found.visits,
        "unique_participants": found.known,
        "unique_at_least_20": count_people(plan, [club], *year, at_least=20).at_least,
        "unique_at_least_45": count_people(plan, [club], *year, at_least=45).at_least,
        "max_visits": found.largest,
    } == expected


def test_import_attendance_twice_changes_nothing(plan, club):
    run_import("import_attendance", "herredsvang", ATTENDANCE, activity="Lektiecafé")
    before = list(Session.objects.order_by("pk").values()), list(Attendance.objects.order_by("pk").values())

    ran = run_import("import_attendance", "herredsvang", ATTENDANCE, activity="lektiecafé")

    assert (ran.code, ran.counts) == (0, counts(unchanged=1619))
    assert (list(Session.objects.order_by("pk").values()), list(Attendance.objects.order_by("pk").values())) == before


def test_import_attendance_dry_run_writes_nothing(plan, club):
    ran = run_import("import_attendance", "herredsvang", ATTENDANCE, activity="Lektiecafé", dry_run=True)

    assert ran.counts == counts(created=1509, unchanged=110)
    assert (Session.objects.count(), Participant.objects.count()) == (0, 0)


# -- people × dates ----------------------------------------------------------------------------------------------------


def test_import_attendance_counts_every_filled_cell(plan, club):
    outcome = apply(club, month(["Ida Q.", 2012.0, "x", "syg"], ["Ali I.", "2016", "", 1.0], ["I alt", "", 1, 1]))

    assert outcome.counts() == counts(created=2, unchanged=1)
    assert ticks() == [("Ali I.", LAST), ("Ida Q.", FIRST)]
    assert [(total.sheet, total.row) for total in outcome.ignored] == [("Januar", 6)]


@pytest.mark.parametrize("mark", ["x", "X", 1, 1.0, "1", "ja", "✓", " x "])
def test_import_attendance_marks_of_presence(plan, club, mark):
    assert apply(club, month(["Ida", 2012, mark, ""])).counts() == counts(created=1)


@pytest.mark.parametrize("mark", ["-", 0, "0", "syg", "Afbud"])
def test_import_attendance_marks_of_absence(plan, club, mark):
    assert apply(club, month(["Ida", 2012, mark, "x"])).counts() == counts(created=1, unchanged=1)
    assert ticks() == [("Ida", LAST)]


def test_import_attendance_rejects_other_marks_by_cell(plan, club):
    outcome = apply(club, month(["Ida", 2012, "?", "x"], ["Ali", 2013, 2, "nej"]))

    text = "Mærket “{}” er ukendt. Skriv x for til stede, eller lad feltet være tomt."
    assert reasons(outcome) == [
        (4, "06-01-2025", text.format("?")),
        (5, "06-01-2025", text.format("2")),
        (5, "08-01-2025", text.format("nej")),
    ]
    assert outcome.counts() == counts(created=1, rejected=3)


def test_import_attendance_a_date_without_anybody_present_was_not_held(plan, club):
    apply(club, month(["Ida", 2012, "x", "syg"], ["Ali", 2013, "", ""]))

    assert list(Session.objects.values_list("date", "state", "known_heads")) == [(FIRST, "held", 1)]


def test_import_attendance_people_are_alias_and_birth_year(plan, club):
    apply(
        club,
        xlsx(
            {
                "Januar": [
                    ["Navn", "Fødselsår", FIRST],
                    ["Ægir  Q.", 2012, "x"],
                    ["Ida", 2012, "x"],
                    ["Ida", 2013, "x"],
                ],
                "Februar": [
                    ["Navn", "Fødselsår", date(2025, 2, 3)],
                    [unicodedata.normalize("NFD", " ægir q. "), "2012.0", "x"],
                ],
            }
        ),
    )

    people = sorted(Participant.objects.values_list("alias", "birth_year"))
    assert people == [("Ida", 2012), ("Ida", 2013), ("Ægir Q.", 2012)]
    assert Attendance.objects.filter(participant__alias="Ægir Q.").count() == 2


@pytest.mark.parametrize(
    ("heading", "tab", "title"),
    [
        ("6/1", "Januar", "Lektiecafé 2025"),
        ("6.", "Januar", "Lektiecafé 2025"),
        (6, "Januar 2025", ""),
        ("ma 6/1", "Jan", "Fremmøde 2025"),
        ("6. januar", "Ark1", "Lektiecafé – fremmøde januar 2025"),
        ("06-01-25", "Ark1", ""),
        (45663, "Ark1", ""),
    ],
)
def test_import_attendance_dates_take_their_month_and_year_from_the_tab(plan, club, heading, tab, title):
    outcome = apply(club, month(["Ida", 2012, "x"], days=(heading,), title=title, tab=tab))

    assert outcome.counts() == counts(created=1)
    assert ticks() == [("Ida", FIRST)]


@pytest.mark.parametrize(
    ("heading", "reason"),
    [
        ("Uge 2", "“Uge 2” er en uge, ikke en dato. Skriv datoen, fx 21-10-2025."),
        ("31-02-2025", "Datoen 31-02-2025 findes ikke i kalenderen. Ret den."),
    ],
)
def test_import_attendance_rejects_the_cells_under_a_date_that_is_none(plan, club, heading, reason):
    outcome = apply(club, month(["Ida", 2012, "x", "x"], ["Ali", 2013, "", "x"], days=(FIRST, heading)))

    assert reasons(outcome) == [(4, heading, reason), (5, heading, reason)]


@pytest.mark.parametrize(
    ("person", "column", "reason"),
    [
        (["", 2012], "Navn", "Navnet mangler. Skriv et alias, fx et fornavn og et bogstav."),
        (["Ida", ""], "Fødselsår", "Fødselsåret mangler. Skriv fire cifre, fx 2012."),
        (["Ida", "03-02-2012"], "Fødselsår", "Skriv kun årstallet, fx 2012. Fødselsdatoen gemmes ikke."),
        (["Ida", date(2012, 2, 3)], "Fødselsår", "Skriv kun årstallet, fx 2012. Fødselsdatoen gemmes ikke."),
        (["Ida" * 30, 2012], "Navn", "Teksten er for lang. Højst 60 tegn."),
    ],
)
def test_import_attendance_rejects_every_cell_of_a_person_it_cannot_read(plan, club, person, column, reason):
    outcome = apply(club, month([*person, "x", "x"]))

    assert reasons(outcome) == [(4, column, reason), (4, column, reason)]
    assert Participant.objects.count() == 0


def test_import_attendance_rows_that_disagree_are_both_rejected(plan, club):
    outcome = apply(club, month(["Ida", 2012, "x", "x"], ["ida ", 2012, "syg", "x"]))

    text = "Filen siger både til stede og ikke til stede for denne person på denne dato."
    assert sorted(reasons(outcome)) == [(4, "06-01-2025", text), (5, "06-01-2025", text)]
    assert outcome.counts() == counts(created=1, unchanged=1, rejected=2)


def test_import_attendance_rejected_cells_can_be_corrected_and_imported_again(plan, club):
    outcome = apply(club, month(["Ida", 2012, "?", "x"], ["Ali", "", "", "x"], days=("6/1", "8/1")))
    rows = read_workbook(rejects_workbook(outcome), "afvist.xlsx").sheets[0].rows
    assert rows[0] == ["Navn", "Fødselsår", FIRST, LAST, "Fejl"]
    assert rows[1][:4] == ["Ida", 2012, "?", ""]
    assert rows[2][:4] == ["Ali", "", "", "x"]
    rows[1][2], rows[2][1] = "x", 2013

    corrected = apply(club, xlsx({"Januar": rows}))

    assert corrected.counts() == counts(created=2)
    assert ticks() == [("Ali", LAST), ("Ida", FIRST), ("Ida", LAST)]


def test_import_attendance_names_aliases_that_say_too_much(plan, club):
    outcome = apply(club, month(["Ida 20 10 12 34", 2012, "x", ""], ["Ali (hash)", 2013, "x", ""]))

    assert outcome.counts() == counts(created=2)
    assert outcome.warnings == [
        "Januar: Aliasset i række 4 ligner et telefonnummer. Skriv kun et alias.",
        "Januar: Aliasset i række 5 rummer et ord om stoffer eller kriminalitet. Skriv kun et alias.",
    ]


# -- against what is stored --------------------------------------------------------------------------------------------


def test_import_attendance_a_blank_never_deletes(plan, club):
    apply(club, month(["Ida", 2012, "x", "x"]))

    assert apply(club, month(["Ida", 2012, "", "x"])).counts() == counts(unchanged=1)
    assert len(ticks()) == 2


def test_import_attendance_a_mark_of_absence_takes_an_imported_tick_off(plan, club):
    apply(club, month(["Ida", 2012, "x", "x"], ["Ali", 2013, "x", ""]))

    outcome = apply(club, month(["Ida", 2012, "syg", "syg"]))

    assert outcome.counts() == counts(updated=2)
    assert ticks() == [("Ali", FIRST)]
    assert list(Session.objects.order_by("date").values_list("state", "known_heads")) == [("held", 1), ("planned", 0)]


def test_import_attendance_never_changes_a_list_that_a_person_kept(plan, club):
    session = create_held_session(
        activity=club, heads=None, date=FIRST, logged_by=create_member(plan=plan, name="Mette")
    )
    create_attendance(session=session, participant=create_participant(plan=plan, alias="Ida", birth_year=2012))

    outcome = apply(club, month(["Ida", 2012, "x", ""], ["Ali", 2013, "x", ""], ["Bo", 2013, "-", ""]))

    assert outcome.counts() == counts(unchanged=2, rejected=1)
    assert reasons(outcome) == [
        (
            5,
            "06-01-2025",
            "Mette har registreret aftenen i portalen, og dens liste siger noget andet om denne person.",
        )
    ]
    assert ticks() == [("Ida", FIRST)]


def test_import_attendance_respects_locked_figures(plan, club):
    apply(club, month(["Ida", 2012, "x", ""]))
    Plan.objects.filter(pk=plan.pk).update(figures_locked_until=FIRST)
    plan.refresh_from_db()
    club.refresh_from_db()

    outcome = apply(club, month(["Ida", 2012, "x", "x"], ["Ali", 2013, "x", ""]))

    assert outcome.counts() == counts(created=1, unchanged=1, rejected=1)
    assert outcome.invalid_rows[0].number == 5


def test_import_attendance_does_not_contradict_a_written_total(plan, club):
    create_held_session(activity=club, heads=1, date=FIRST, log_source=LogSource.IMPORT)

    outcome = apply(club, month(["Ida", 2012, "x", ""], ["Ali", 2013, "x", ""]))

    assert reasons(outcome)[0][2] == "Aftenen er registreret med 1 i alt, men listen har 2 til stede. Ret den ene."
    assert outcome.counts() == counts(rejected=2)


def test_import_attendance_keeps_unnamed_heads(plan, club):
    create_held_session(activity=club, heads=20, date=FIRST, log_source=LogSource.IMPORT)

    apply(club, month(["Ida", 2012, "x", ""]))

    found = count_people(plan, [club], FIRST, LAST)
    assert (found.visits, found.known, found.unnamed) == (20, 1, 19)


def test_import_attendance_refuses_names_on_a_sensitive_evening(plan, club):
    create_session(activity=club, date=FIRST, theme="Hash", is_sensitive=True)

    outcome = apply(club, month(["Ida", 2012, "x", ""]))

    assert reasons(outcome)[0][2] == "Aftenens tema er følsomt: der tælles kun hoveder, ingen navne."
    assert Attendance.objects.count() == 0


def test_import_attendance_refuses_dates_ahead(plan, club):
    outcome = apply(club, month(["Ida", 2012, "x", "x"]), today=FIRST)

    assert reasons(outcome) == [
        (4, "08-01-2025", "Datoen ligger ude i fremtiden, så ingen kan have været der endnu. Ret datoen.")
    ]


def test_import_attendance_fills_planned_evenings_and_leaves_the_others_not_logged(plan, club):
    schedule = create_schedule(activity=club, rule="FREQ=WEEKLY;BYDAY=MO,WE", starts_on=date(2025, 1, 1))
    planned = create_session(activity=club, date=FIRST, schedule=schedule, scheduled_on=FIRST)

    apply(club, month(["Ida", 2012, "x", "", "x"], days=(FIRST, LAST, date(2025, 1, 15))))

    states = list(Session.objects.order_by("date").values_list("date__day", "state"))
    assert states == [(6, "held"), (8, "planned"), (13, "planned"), (15, "held")]
    planned.refresh_from_db()
    assert (planned.state, planned.log_source, planned.version) == (SessionState.HELD, LogSource.IMPORT, 1)


# -- a long list -------------------------------------------------------------------------------------------------------


def test_import_attendance_reads_a_long_list_without_an_activity(plan, club, tmp_path):
    create_alias(activity=club, text="Lektiecafe")
    data = visits(
        ["06-01-2025", "Lektiecafé", "Ida", "2012"],
        ["6/1-25", "lektiecafe", "Ali", "2013"],
        ["06-01-2025", "Lektiecafe", "ida ", "2012.0"],
        ["I alt", "", "", "3"],
    )

    ran = run_import("import_attendance", "herredsvang", write(tmp_path / "liste.csv", data))

    assert (ran.code, ran.counts) == (0, counts(created=2, unchanged=1))
    assert ticks() == [("Ali", FIRST), ("Ida", FIRST)]


def test_import_attendance_list_takes_the_activity_from_the_option(plan, club, tmp_path):
    file = write(tmp_path / "liste.csv", visits(["06-01-2025", "Ida", "2012"], headings=("Dato", "Navn", "Født")))

    without = run_import("import_attendance", "herredsvang", file)
    ran = run_import("import_attendance", "herredsvang", file, activity="Lektiecafé")

    assert (without.code, without.errors) == (
        2,
        "Filen siger ikke, hvilken aktivitet den handler om. Vælg aktiviteten.",
    )
    assert ran.counts == counts(created=1)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        (["31-02-2025", "Lektiecafé", "Ida", "2012"], "Dato", "Datoen 31-02-2025 findes ikke i kalenderen. Ret den."),
        (["", "Lektiecafé", "Ida", "2012"], "Dato", "Datoen mangler. Skriv den som 21-10-2025."),
        (["06-01-2025", "", "Ida", "2012"], "Aktivitet", "Aktiviteten mangler. Skriv dens navn."),
        (
            ["06-01-2025", "Lektiecafé", "", "2012"],
            "Alias",
            "Navnet mangler. Skriv et alias, fx et fornavn og et bogstav.",
        ),
        (["06-01-2025", "Lektiecafé", "Ida", "12"], "Fødselsår", "“12” er ikke et årstal. Skriv fire cifre, fx 2012."),
        (
            ["06-01-2025", "Madklub", "Ida", "2012"],
            "Aktivitet",
            "Madklub tælles i hoveder, uden navne. Skift tællemåde, eller importér en log.",
        ),
    ],
)  # fmt: skip
def test_import_attendance_list_rejects_with_row_column_and_reason(plan, club, cells, column, reason):
    create_activity(plan=plan, name="Madklub")

    outcome = apply(club, visits(["06-01-2025", "Lektiecafé", "Ali", "2013"], cells), "liste.csv", activity=None)

    assert reasons(outcome) == [(3, column, reason)]
    assert outcome.counts() == counts(created=1, rejected=1)


def test_import_attendance_list_may_have_a_mark(plan, club):
    data = visits(
        ["06-01-2025", "Lektiecafé", "Ida", "2012", "x"],
        ["06-01-2025", "Lektiecafé", "Ali", "2013", "syg"],
        ["06-01-2025", "Lektiecafé", "Bo", "2013", ""],
        headings=("Dato", "Aktivitet", "Alias", "Fødselsår", "Til stede"),
    )

    outcome = apply(club, data, "liste.csv")

    assert outcome.counts() == counts(created=1, unchanged=1)
    assert ticks() == [("Ida", FIRST)]


# -- the whole file ----------------------------------------------------------------------------------------------------


def test_import_attendance_refuses_with_exit_2(plan, club, tmp_path):
    create_activity(plan=plan, name="Madklub")
    cpr = write(tmp_path / "cpr.xlsx", month(["Ida", 2012, "x", ""], ["Ali 010203-1234", 2013, "x", ""]))

    unknown = run_import("import_attendance", "herredsvang", ATTENDANCE, activity="Skakklub")
    heads = run_import("import_attendance", "herredsvang", ATTENDANCE, activity="Madklub")
    nobody = run_import("import_attendance", "herredsvang", ATTENDANCE)
    refused = run_import("import_attendance", "herredsvang", cpr, activity="Lektiecafé")

    assert [ran.code for ran in (unknown, heads, nobody, refused)] == [2, 2, 2, 2]
    assert [ran.counts for ran in (unknown, heads, nobody, refused)] == [None] * 4
    assert heads.errors == "Madklub tælles i hoveder, uden navne. Skift tællemåde, eller importér en log."
    assert "række 5, kolonne A" in refused.errors
    assert "1234" not in refused.errors
    assert Participant.objects.count() == 0


def test_import_attendance_needs_as_many_queries_for_many_rows_as_for_few(plan, club, django_assert_max_num_queries):
    days = [date.fromordinal(FIRST.toordinal() + number) for number in range(60)]
    people = [[f"Barn {number}", 2012, *["x"] * 60] for number in range(40)]

    with django_assert_max_num_queries(22):
        apply(club, month(*[row[:5] for row in people[:3]], days=days[:3]))
    with django_assert_max_num_queries(24):
        apply(club, month(*people, days=days))

    assert Attendance.objects.count() == 60 * 40


MARKS = st.sampled_from(["", "x", "X", 1, "syg", "-", "0"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(marks=st.lists(st.lists(MARKS, min_size=2, max_size=2), min_size=3, max_size=3), data=st.data())
def test_import_attendance_in_parts_and_any_order_is_the_same(plan, club, marks, data):
    Session.objects.all().delete()
    Participant.objects.all().delete()
    people = [[alias, 2012, *row] for alias, row in zip(("Ida", "Ali", "Bo"), marks, strict=True)]
    for part in data.draw(st.lists(st.lists(st.sampled_from(people), min_size=1, unique_by=str), max_size=3)):
        apply(club, month(*part))
    apply(club, month(*data.draw(st.permutations(people))))
    present = [
        (alias, day)
        for alias, _year, *row in people
        for day, mark in zip((FIRST, LAST), row, strict=True)
        if mark in ("x", "X", 1)
    ]

    assert ticks() == sorted(present)
    assert sum(Session.objects.values_list("known_heads", flat=True)) == len(present)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.lists(st.one_of(MARKS, st.text(max_size=12), st.integers(), st.dates(), st.floats(-9, 9)), max_size=6),
        max_size=6,
    )
)
def test_import_attendance_random_tables_give_rejections_and_no_traceback(plan, club, rows):
    with suppress(SheetError):
        outcome = apply(club, month(*rows, days=(FIRST, "8/1", "x9")))
        assert outcome.rows_read == outcome.created + outcome.updated + outcome.unchanged + outcome.rejected
