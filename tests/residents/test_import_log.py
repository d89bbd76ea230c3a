"""The log of a year as a spreadsheet (semantics, Log import)."""

import json
import unicodedata
from collections import Counter
from contextlib import suppress
from datetime import date, time
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Plan
from activities.log import undo_log
from activities.models import AgeBand, LogSource, Session, SessionChange, SessionState
from jobs.sheets import SheetError, read_workbook
from residents.imports.log import LogResource
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
    get_format,
)
from tests.sheets.commands import counts, run_import, write
from tests.sheets.files import DATA, LOG, csv_text, xlsx

pytestmark = pytest.mark.django_db

HEADINGS = ["Dato", "Aktivitet", "Status", "Antal i alt", "Heraf 13-17 år", "Frivillige", "Tema / bemærkning"]
SPELLINGS = {
    "Unge Cafeen": ["Unge-cafeen", "Unge Café"],
    "Jobcafé": ["Jobcafe", "Job café"],
    "Motionsklub for kvinder": ["Motionsklub f. kvinder"],
    "Haveklub": ["Haveklubben"],
    "Madklub": ["Madklubben"],
}


@pytest.fixture
def plan(db):
    return create_plan(slug="herredsvang")


@pytest.fixture
def cafe(plan):
    activity = create_activity(plan=plan, name="Unge Cafeen")
    create_alias(activity=activity, text="Unge-cafeen")
    return activity


def log_of(*rows, headings=HEADINGS) -> bytes:
    return csv_text(headings, *rows)


def apply(plan: Plan, data: bytes, name: str = "log.csv"):
    return LogResource(plan=plan).apply(read_workbook(data, name))


def row(day="07-01-2025", activity="Unge Cafeen", state="Afholdt", heads="30", band="", turns="", theme=""):
    return [day, activity, state, heads, band, turns, theme]


def reasons(outcome) -> list[tuple[int, str, str]]:
    return [(item.number, item.column, item.reason) for item in outcome.invalid_rows]


# -- the real file -----------------------------------------------------------------------------------------------------


@pytest.fixture
def herredsvang(plan):
    for name, spellings in SPELLINGS.items():
        activity = create_activity(plan=plan, name=name)
        for text in spellings:
            create_alias(activity=activity, text=text)
    return plan


def test_import_log_gives_the_expected_figures_of_2025(herredsvang):
    expected = json.loads((DATA / "expected-2025.json").read_text())

    ran = run_import("import_log", "herredsvang", LOG)

    assert ran.code == 1
    rejected, repeats = expected["log_rejected_rows"], expected["log_exact_duplicate_rows"]
    new = expected["log_rows"] - rejected - repeats
    assert ran.counts == counts(created=new, unchanged=repeats, rejected=rejected)
    found = {}
    for name in SPELLINGS:
        sessions = list(Session.objects.filter(plan=herredsvang, activity__name=name).select_related("format"))
        states = Counter(session.state for session in sessions)
        held = [session for session in sessions if session.state == SessionState.HELD]
        found[name] = {
            "sessions_held": len(held),
            "visits": sum(session.heads_total for session in held),
            "cancelled": states["cancelled"],
            "closed": states["closed"],
            "max_visits": max(session.heads_total for session in held),
            "volunteers": sum(session.volunteer_turns or 0 for session in held),
        }
        debates = [session for session in held if session.format and session.format.code == "debate"]
        if debates:
            found[name]["debates"] = len(debates)
    assert found == expected["log"]


def test_import_log_twice_changes_nothing(herredsvang):
    run_import("import_log", "herredsvang", LOG)
    before = list(Session.objects.order_by("pk").values())

    ran = run_import("import_log", "herredsvang", LOG)

    assert ran.counts == counts(unchanged=240, rejected=3)
    assert list(Session.objects.order_by("pk").values()) == before
    assert SessionChange.objects.count() == 237


def test_import_log_names_rejected_rows_and_the_total_row(herredsvang):
    ran = run_import("import_log", "herredsvang", LOG)

    assert ran.errors.splitlines()[:4] == [
        "række 66: Antal i alt: “17-22” er et interval. Skriv ét tal, fx 20, eller “ca. 20”.",
        "række 154: Antal i alt: “23-28” er et interval. Skriv ét tal, fx 20, eller “ca. 20”.",
        "række 244: Dato: Datoen 31-02-2025 findes ikke i kalenderen. Ret den.",
        "række 245: sumrække, læses ikke: I alt 3.460",
    ]


def test_import_log_dry_run_counts_and_writes_nothing(herredsvang):
    ran = run_import("import_log", "herredsvang", LOG, dry_run=True)

    assert (ran.code, ran.counts) == (1, counts(created=237, unchanged=3, rejected=3))
    assert Session.objects.count() == 0


def test_import_log_closing_line_comes_although_the_rejects_cannot_be_written(herredsvang, tmp_path):
    ran = run_import("import_log", "herredsvang", LOG, rejected=tmp_path / "findes-ikke" / "afvist.xlsx")

    assert (ran.code, ran.counts) == (1, counts(created=237, unchanged=3, rejected=3))


def test_import_log_rejected_rows_can_be_corrected_and_imported_again(herredsvang, tmp_path):
    out = tmp_path / "afvist.xlsx"
    run_import("import_log", "herredsvang", LOG, rejected=out)
    rows = read_workbook(out.read_bytes(), "afvist.xlsx").sheets[0].rows
    assert rows[0][:3] == ["Dato", "Uge", "Aktivitet"]
    assert rows[0][-1] == "Fejl"
    assert [line[-1].partition(".")[0] for line in rows[1:]] == ["Række 66", "Række 154", "Række 244"]
    heads, day = rows[0].index("Antal i alt"), rows[0].index("Dato")
    rows[1][heads], rows[2][heads], rows[3][day] = 20, 25, "28-02-2025"

    ran = run_import("import_log", "herredsvang", write(tmp_path / "rettet.xlsx", xlsx({"Afviste": rows})))

    assert (ran.code, ran.counts) == (0, counts(created=3))


# -- one row -----------------------------------------------------------------------------------------------------------


def test_import_log_writes_every_fact_of_a_held_evening(plan, cafe):
    outcome = apply(plan, log_of(row(heads="ca. 30", band="12", turns="4", theme="Debat: hashrygning")))

    session = Session.objects.get()
    assert outcome.counts() == counts(created=1)
    assert (session.state, session.heads_total, session.heads_estimated) == ("held", 30, True)
    assert (session.volunteer_turns, session.theme, session.format.code) == (4, "hashrygning", "debate")
    assert (session.is_sensitive, session.log_source, session.version) == (True, LogSource.IMPORT, 1)
    assert list(session.age_bands.values_list("lowest", "highest", "heads")) == [(13, 17, 12)]
    assert list(AgeBand.objects.filter(plan=plan).values_list("lowest", "highest")) == [(13, 17)]


def test_import_log_zero_heads_is_held(plan, cafe):
    apply(plan, log_of(row(heads="0")))

    assert Session.objects.values_list("state", "heads_total").get() == ("held", 0)


@pytest.mark.parametrize("heads", ["", "-", "0"])
def test_import_log_remark_of_a_cancelled_evening_is_the_reason(plan, cafe, heads):
    apply(plan, log_of(row(state="AFLYST", heads=heads, theme="sygdom")))

    session = Session.objects.get()
    assert (session.state, session.heads_total, session.reason, session.theme) == ("cancelled", None, "sygdom", "")


@pytest.mark.parametrize("heading", ["Tema", "Emne", "Bemærkning", "Noter"])
def test_import_log_finds_debates_whatever_the_column_is_called(plan, cafe, heading):
    apply(plan, log_of(row(theme="debat:  Gaming"), headings=[*HEADINGS[:-1], heading]))

    session = Session.objects.get()
    assert (session.format.code, session.theme, session.note) == ("debate", "Gaming", "")


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"heads": ""}, "Antal i alt", "En afholdt aften skal have et antal. Skriv 0, hvis ingen kom."),
        ({"heads": "-"}, "Antal i alt", "En afholdt aften skal have et antal. Skriv 0, hvis ingen kom."),
        ({"heads": "20-25"}, "Antal i alt", "“20-25” er et interval. Skriv ét tal, fx 20, eller “ca. 20”."),
        ({"band": "31"}, "Antal i alt", "Aldersgrupperne giver 31 tilsammen, men der kom kun 30."),
        (
            {"state": "aflyst", "heads": "3"},
            "Antal i alt",
            "En aflyst eller lukket aften har intet antal. Ret status eller antal.",
        ),
        (
            {"state": "lukket", "heads": "", "band": "3"},
            "Antal i alt",
            "En aflyst eller lukket aften har intet antal. Ret status eller antal.",
        ),
        ({"day": "31-02-2025"}, "Dato", "Datoen 31-02-2025 findes ikke i kalenderen. Ret den."),
        ({"day": "Uge 43"}, "Dato", "“Uge 43” er en uge, ikke en dato. Skriv datoen, fx 21-10-2025."),
        ({"day": ""}, "Dato", "Datoen mangler. Skriv den som 21-10-2025."),
        (
            {"day": "01-01-2099"},
            "Dato",
            "Aftenen ligger ude i fremtiden. Den kan aflyses eller lukkes, men ikke være afholdt endnu.",
        ),
        ({"activity": "Unge Kafeen"}, "Aktivitet", "Aktiviteten “Unge Kafeen” kendes ikke. Mente du “Unge Cafeen”?"),
        (
            {"activity": "Skakklub"},
            "Aktivitet",
            "Aktiviteten “Skakklub” kendes ikke. Opret den, eller føj stavemåden til den rigtige aktivitet.",
        ),
        ({"state": "måske"}, "Status", "“måske” er ikke en kendt status. Skriv “afholdt”, “aflyst” eller “lukket”."),
        ({"state": "", "heads": ""}, "Status", "Status mangler. Skriv “afholdt”, “aflyst” eller “lukket”."),
        ({"turns": "mange"}, "Frivillige", "“mange” er ikke et helt tal. Skriv kun tallet, fx 20."),
    ],
)  # fmt: skip
def test_import_log_rejects_with_row_column_and_reason(plan, cafe, cells, column, reason):
    outcome = apply(plan, log_of(row(day="14-01-2025"), row(**cells)))

    assert reasons(outcome) == [(3, column, reason)]
    assert outcome.counts() == counts(created=1, rejected=1)


def test_import_log_names_every_fault_of_a_row(plan, cafe):
    outcome = apply(plan, log_of(row(day="31-02-2025", heads="20-25", activity="Skakklub")))

    assert outcome.invalid_rows[0].column == "Dato, Antal i alt"


def test_import_log_a_count_without_status_is_held(plan, cafe):
    apply(plan, csv_text(["Dato", "Aktivitet", "Antal"], ["07-01-2025", "Unge Cafeen", "30"]))

    assert Session.objects.values_list("state", "heads_total").get() == ("held", 30)


# -- rows of one file against each other -------------------------------------------------------------------------------


def test_import_log_rows_that_say_the_same_are_one(plan, cafe):
    outcome = apply(plan, log_of(row(), row(day="7/1-25", activity="unge-cafeen ", state="afholdt", heads="30.0")))

    assert outcome.counts() == counts(created=1, unchanged=1)


def test_import_log_rows_that_disagree_are_all_rejected(plan, cafe):
    outcome = apply(plan, log_of(row(), row(day="14-01-2025"), row(heads="31"), row()))

    text = "Rækkerne 2, 4, 5 siger ikke det samme om aftenen. Behold den rigtige."
    assert reasons(outcome) == [(2, "Antal i alt", text), (4, "Antal i alt", text), (5, "Antal i alt", text)]
    assert outcome.counts() == counts(created=1, rejected=3)


@pytest.mark.parametrize("label", ["I alt", "Sum", "Total 2025", "i alt:"])
def test_import_log_total_rows_are_named_and_not_counted(plan, cafe, label):
    outcome = apply(plan, log_of(row(), [label, "", "", "30", "", "", ""]))

    assert outcome.counts() == counts(created=1)
    assert [(total.row, total.text) for total in outcome.ignored] == [(3, f"{label} 30")]


# -- against what is stored --------------------------------------------------------------------------------------------


def test_import_log_updates_what_an_import_wrote(plan, cafe):
    apply(plan, log_of(row(heads="30")))

    outcome = apply(plan, log_of(row(heads="31", band="5")))

    assert outcome.counts() == counts(updated=1)
    session = Session.objects.get()
    assert (session.heads_total, session.version) == (31, 2)
    assert list(session.age_bands.values_list("lowest", "heads")) == [(13, 5)]


def test_import_log_never_overwrites_a_person(plan, cafe):
    mette = create_member(plan=plan, name="Mette")
    create_held_session(activity=cafe, heads=25, logged_by=mette)

    outcome = apply(plan, log_of(row(heads="30", turns="2")))

    assert reasons(outcome) == [
        (2, "Dato", "Mette har skrevet aftenen i portalen: afholdt, 25. Filen siger: afholdt, 30, frivillige: 2.")
    ]
    assert Session.objects.get().heads_total == 25


def test_import_log_agreeing_with_a_person_is_unchanged(plan, cafe):
    create_held_session(activity=cafe, heads=30)

    assert apply(plan, log_of(row())).counts() == counts(unchanged=1)


def test_import_log_respects_locked_figures(plan, cafe):
    apply(plan, log_of(row(heads="30")))
    Plan.objects.filter(pk=plan.pk).update(figures_locked_until=date(2025, 1, 31))
    plan.refresh_from_db()

    outcome = apply(plan, log_of(row(heads="30"), row(day="14-01-2025"), row(day="04-02-2025")))
    changed = apply(plan, log_of(row(heads="31")))

    assert outcome.counts() == counts(created=1, unchanged=1, rejected=1)
    assert reasons(outcome) == [
        (
            3,
            "Dato",
            "Tallene til og med 31-01-2025 er låst. Portalen siger: ikke registreret. Filen siger: afholdt, 30.",
        )
    ]
    assert reasons(changed) == [
        (2, "Dato", "Tallene til og med 31-01-2025 er låst. Portalen siger: afholdt, 30. Filen siger: afholdt, 31.")
    ]


def test_import_log_fills_the_planned_evening_of_a_series(plan, cafe):
    schedule = create_schedule(activity=cafe)
    planned = create_session(activity=cafe, schedule=schedule, scheduled_on=date(2025, 1, 7), start_time=time(18))

    outcome = apply(plan, log_of(row()))

    assert outcome.counts() == counts(created=1)
    assert Session.objects.get().pk == planned.pk


def test_import_log_new_evenings_of_a_series_get_its_times(plan, cafe):
    schedule = create_schedule(activity=cafe)

    apply(plan, log_of(row(), row(day="08-01-2025")))

    tuesday, wednesday = Session.objects.order_by("date")
    assert (tuesday.schedule, tuesday.scheduled_on, tuesday.end_time) == (schedule, date(2025, 1, 7), time(21))
    assert (wednesday.schedule, wednesday.start_time) == (None, None)


def test_import_log_missing_evenings_of_a_series_stand_as_not_logged(plan, cafe):
    create_schedule(activity=cafe)

    outcome = apply(plan, log_of(row(), row(day="28-01-2025"), row(day="21-01-2025", heads="20-25")))

    planned = Session.objects.filter(state=SessionState.PLANNED).order_by("date").values_list("date", flat=True)
    assert list(planned) == [date(2025, 1, 14), date(2025, 1, 21)]
    assert outcome.notes == ["Aftener i serierne, som filen ikke nævner: 2. De står som ikke registreret."]
    assert apply(plan, log_of(row(day="14-01-2025"))).counts() == counts(created=1)
    assert Session.objects.count() == 4


def test_import_log_total_below_the_tick_list_is_rejected(plan):
    club = create_activity(plan=plan, name="Lektiecafé", counting_mode="pseudonymous")
    session = create_held_session(activity=club, heads=None, log_source=LogSource.IMPORT)
    for alias in ("Ida", "Ali"):
        create_attendance(session=session, participant=create_participant(plan=plan, alias=alias))

    low = apply(plan, log_of(row(activity="Lektiecafé", heads="1")))
    cancelled = apply(plan, log_of(row(activity="Lektiecafé", state="aflyst", heads="")))
    same = apply(plan, log_of(row(activity="Lektiecafé", heads="2")))
    more = apply(plan, log_of(row(activity="Lektiecafé", heads="5")))

    assert reasons(low) == [(2, "Dato", "Alene fremmødelisten har 2 personer, men filen siger 1.")]
    assert reasons(cancelled) == [(2, "Dato", "Fremmødelisten har 2 personer, så aftenen blev holdt.")]
    assert same.counts() == counts(unchanged=1)
    assert more.counts() == counts(updated=1)


def test_import_log_two_logged_evenings_on_one_day_are_left_to_people(plan, cafe):
    create_held_session(activity=cafe, heads=20, log_source=LogSource.IMPORT)
    create_held_session(activity=cafe, heads=10, log_source=LogSource.IMPORT)

    assert reasons(apply(plan, log_of(row()))) == [
        (2, "Dato", "Aktiviteten har flere registrerede aftener den dag. Ret dem i portalen.")
    ]


def test_import_log_a_missing_column_says_nothing(plan, cafe):
    apply(plan, log_of(row(band="12", turns="4", theme="Debat: gaming")))

    outcome = apply(plan, csv_text(["Dato", "Aktivitet", "Antal"], ["07-01-2025", "Unge Cafeen", "30"]))

    assert outcome.counts() == counts(unchanged=1)


def test_import_log_can_be_taken_back(plan, cafe):
    apply(plan, log_of(row(heads="30")))
    apply(plan, log_of(row(heads="31")))
    person = create_member(plan=plan)

    undo_log(session=Session.objects.get(), by=person)

    assert Session.objects.get().heads_total == 30


def test_import_log_belongs_to_its_plan(plan, cafe):
    other = create_plan()
    create_activity(plan=other, name="Skakklub")

    assert apply(plan, log_of(row(activity="Skakklub"))).counts() == counts(rejected=1)


# -- other teams' sheets -----------------------------------------------------------------------------------------------


def test_import_log_reads_other_layouts(plan, cafe):
    data = xlsx(
        {
            "Forside": [["Helhedsplan"], ["Log over aktiviteter"]],
            "2025": [
                ["Log for Unge Cafeen 2025"],
                [],
                ["Emne", "Deltagere", "Dato ", "AKTIVITET:", "Vejr"],
                ["Quiz", 31, "3/2", unicodedata.normalize("NFD", "Unge  cafeen"), "sol"],
                ["", 12.0, date(2025, 2, 4), "Unge-cafeen", ""],
                [],
                ["", 14, "3. marts", "Unge cafeen", "regn"],
            ],
        }
    )

    outcome = apply(plan, data, "log.xlsx")

    assert outcome.counts() == counts(created=3)
    assert outcome.unknown_columns == ["Vejr"]
    assert list(Session.objects.order_by("date").values_list("date", "heads_total", "theme")) == [
        (date(2025, 2, 3), 31, "Quiz"),
        (date(2025, 2, 4), 12, ""),
        (date(2025, 3, 3), 14, ""),
    ]


def test_import_log_reads_headings_in_two_rows(plan, cafe):
    data = csv_text(
        ["Dato", "Aktivitet", "Antal", "", "Bemærkning"],
        ["", "", "I alt", "Heraf 13-17 år", ""],
        ["07-01-2025", "Unge Cafeen", "30", "12", "Godt gået"],
    )

    apply(plan, data)

    session = Session.objects.get()
    assert (session.heads_total, session.note) == (30, "Godt gået")
    assert list(session.age_bands.values_list("lowest", "heads")) == [(13, 12)]


def test_import_log_reads_cells_merged_over_several_rows(plan, cafe):
    create_activity(plan=plan, name="Jobcafé")
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("2025")
    sheet.merge_range(0, 0, 0, 2, "Log 2025")
    sheet.write_row(1, 0, ["Dato", "Aktivitet", "Antal"])
    sheet.merge_range(2, 0, 3, 0, "07-01-2025")
    sheet.write_row(2, 1, ["Unge Cafeen", 30])
    sheet.write_row(3, 1, ["Jobcafé", 8])
    book.close()

    assert apply(plan, buffer.getvalue(), "log.xlsx").counts() == counts(created=2)
    assert sorted(Session.objects.values_list("heads_total", "date")) == [(8, date(2025, 1, 7)), (30, date(2025, 1, 7))]


def test_import_log_repeated_headings_are_no_rows(plan, cafe):
    assert apply(plan, log_of(row(), HEADINGS, row(day="14-01-2025"))).counts() == counts(created=2)


# -- the whole file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Filen er tom."),
        (b"hej\r\nmed dig\r\n", "Der er ingen tabel i filen. Kolonnerne skal være: Dato, Aktivitet, Antal i alt."),
        (
            csv_text(["Dato", "Aktivitet"], ["07-01-2025", "x"]),
            "Kolonnen “Antal i alt” mangler. Tilføj den, og prøv igen.",
        ),
        (
            log_of(row(), row(theme="Mødte 010203-1234")),
            "Noget ligner et CPR-nummer: række 3, kolonne G (Tema / bemærkning). Fjern det, og prøv igen; "
            "intet er importeret.",
        ),
    ],
)  # fmt: skip
def test_import_log_refuses_the_file_with_exit_2(plan, cafe, tmp_path, data, message):
    ran = run_import("import_log", "herredsvang", write(tmp_path / "log.csv", data))

    assert (ran.code, ran.counts, ran.errors) == (2, None, message)
    assert Session.objects.count() == 0


def test_import_log_unknown_plan_or_file_gives_exit_2(plan, tmp_path):
    unknown = run_import("import_log", "findes-ikke", LOG)
    missing = run_import("import_log", "herredsvang", tmp_path / "log.csv")

    assert (unknown.code, unknown.errors) == (2, "Der er ingen plan, der hedder “findes-ikke”.")
    assert (missing.code, missing.errors) == (2, "Filen log.csv kan ikke åbnes.")


def test_import_log_needs_as_many_queries_for_many_rows_as_for_few(plan, cafe, django_assert_max_num_queries):
    create_schedule(activity=cafe)
    days = [date.fromordinal(date(2025, 1, 7).toordinal() + 7 * week) for week in range(90)]
    rows = [row(day=f"{day:%d-%m-%Y}", band="3") for day in days]

    with django_assert_max_num_queries(22):
        apply(plan, log_of(*rows[:3]))
    with django_assert_max_num_queries(22):
        apply(plan, log_of(*rows))

    assert Session.objects.count() == 90


CELLS = st.one_of(
    st.sampled_from(["07-01-2025", "Unge Cafeen", "afholdt", "aflyst", "30", "ca. 30", "20-25", "-", "", "I alt"]),
    st.text(max_size=20),
    st.integers(-5, 10**12).map(str),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=9), max_size=8))
def test_import_log_random_tables_give_rejections_and_no_traceback(plan, cafe, rows):
    data = "\r\n".join(";".join(cell.replace('"', "") for cell in line) for line in [HEADINGS, *rows])
    with suppress(SheetError):
        outcome = apply(plan, data.encode("utf-8", "replace"))
        assert outcome.rows_read == outcome.created + outcome.updated + outcome.unchanged + outcome.rejected


@settings(max_examples=20)
@given(data=st.data())
def test_import_log_order_and_repetition_do_not_matter(plan, cafe, data):
    Session.objects.all().delete()
    rows = [row(day=f"{day:02d}-01-2025", heads=str(day)) for day in range(1, 9)]
    for part in data.draw(st.lists(st.lists(st.sampled_from(rows), min_size=1), min_size=1, max_size=4)):
        apply(plan, log_of(*part))
    apply(plan, log_of(*data.draw(st.permutations(rows))))

    assert list(Session.objects.order_by("date").values_list("date__day", "heads_total")) == [
        (day, day) for day in range(1, 9)
    ]


def test_import_log_a_blank_theme_leaves_the_programme_alone(plan, cafe):
    create_session(activity=cafe, theme="gaming", format=get_format("debate"))

    first = apply(plan, log_of(row()))
    again = apply(plan, log_of(row()))

    session = Session.objects.get()
    assert (session.theme, session.format.code, session.heads_total) == ("gaming", "debate", 30)
    assert (first.counts(), again.counts()) == (counts(created=1), counts(unchanged=1))


def test_import_log_twice_when_an_evening_turns_out_cancelled(plan, cafe):
    apply(plan, log_of(row(theme="Debat: gaming", turns="3")))

    first = apply(plan, log_of(row(state="aflyst", heads="", theme="sygdom")))
    again = apply(plan, log_of(row(state="aflyst", heads="", theme="sygdom")))

    assert (first.counts(), again.counts()) == (counts(updated=1), counts(unchanged=1))
    assert Session.objects.values_list("state", "reason", "volunteer_turns").get() == ("cancelled", "sygdom", None)
