"""Spreadsheets in and out in the browser: choose, look, confirm, fetch what was rejected."""

import csv
import re
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from activities.models import CountingMode, LogSource, Session
from jobs.models import Job, JobState, StoredFile
from jobs.sheets import read_workbook
from partners.models import Organisation
from reporting.import_jobs import WRITE
from reporting.imports import number_ranges
from reporting.models import Indicator
from residents.imports.log import LogResource
from residents.models import Attendance
from tests.factories import (
    create_activity,
    create_alias,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_session,
    get_format,
)
from tests.sheets.files import ATTENDANCE, DATA, LOG, csv_text, xlsx

pytestmark = pytest.mark.django_db

HEADINGS = ["Dato", "Aktivitet", "Status", "Antal i alt", "Tema"]


@pytest.fixture
def plan(db):
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def cafe(plan):
    activity = create_activity(plan=plan, name="Unge Cafeen")
    create_alias(activity=activity, text="Unge-cafeen")
    return activity


@pytest.fixture
def leader(plan):
    client = Client()
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    return client


def address(name: str, *arguments: object) -> str:
    return reverse(f"reporting:{name}", args=["herredsvang", *arguments])


def upload(client: Client, kind: str, data: bytes, name: str, **fields: object):
    file = SimpleUploadedFile(name, data)
    return client.post(address("import_create", kind), {"file": file, **fields})


def words(response) -> str:
    text = re.sub(r"<(script|style|template).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def log_of(*rows) -> bytes:
    return csv_text(HEADINGS, *rows)


def test_imports_shows_the_four_kinds_and_the_log(leader):
    page = words(leader.get(address("imports")))

    for text in ("Log over aftener", "Fremmøde", "Partnere og aftaler", "Måltal", "Loggen til Excel", "Loggen som CSV"):
        assert text in page


def test_import_goes_from_file_to_preview_to_result(leader, plan, cafe, run_jobs):
    data = log_of(
        ["07-01-2025", "Unge-cafeen", "afholdt", "30", "Debat: gaming"],
        ["14-01-2025", "Unge Cafeen", "afholdt", "20-25", ""],
        ["I alt", "", "", "30", ""],
    )

    answer = upload(leader, "log", data, "log.csv")
    assert answer.status_code == 302
    waiting = leader.get(answer.url)
    assert "Filen bliver gennemgået" in words(waiting)
    run_jobs()
    assert leader.get(answer.url, headers={"HX-Request": "true"}).headers["HX-Redirect"] == answer.url
    preview = words(leader.get(answer.url))
    assert "Skal det her ind?" in preview
    assert "Nye 1 Ændrede 0 Inde i forvejen 0 Afviste 1" in preview
    assert "“20-25” er et interval." in preview
    assert "række 4: sumrække" in preview
    assert "Tema: gaming" in preview
    assert Session.objects.count() == 0

    confirmed = leader.post(f"{answer.url}skriv/")
    again = leader.post(f"{answer.url}skriv/")
    assert confirmed.url == again.url
    assert Job.objects.filter(kind=WRITE).count() == 1
    run_jobs()
    result = words(leader.get(confirmed.url))
    assert "De gode rækker er inde." in result
    session = Session.objects.get()
    assert (session.heads_total, session.log_source, session.logged_by.memberships.get().role) == (
        30, LogSource.IMPORT, Role.PROJECT_MANAGER,
    )  # fmt: skip


def test_import_rejected_rows_come_back_as_a_workbook(leader, cafe, run_jobs):
    answer = upload(leader, "log", log_of(["31-02-2025", "Unge Cafeen", "afholdt", "25", "=1+1"]), "log.csv")
    run_jobs()

    page = words(leader.get(answer.url))
    download = leader.get(f"{answer.url}afviste/")

    assert "Der er ikke noget nyt, der kan komme ind." in page
    assert "Importér 0" not in page
    assert download.headers["Content-Disposition"] == 'attachment; filename="herredsvang-afviste-raekker.xlsx"'
    rows = read_workbook(download.content, "afviste.xlsx").sheets[0].rows
    assert rows[1][:5] == ["31-02-2025", "Unge Cafeen", "afholdt", "25", "=1+1"]
    assert rows[1][5].startswith("Række 2. Dato: Datoen 31-02-2025 findes ikke")


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"%PDF-1.7", "log.pdf", "Vælg en Excel-fil (.xlsx) eller en CSV-fil (.csv)."),
        (b"hej", "log.csv", "Der er ingen tabel i filen."),
        (log_of(["07-01-2025", "Unge Cafeen", "", "30", "010203-1234"]), "log.csv", "Noget ligner et CPR-nummer"),
        (log_of(), "010203-1234.csv", "Filens navn ligner et CPR-nummer."),
        (b"a;b\n" * 5_100_000, "log.csv", "Filen er for stor."),
    ],
)  # fmt: skip
def test_import_create_refuses_before_anything_is_kept(leader, cafe, data, name, message):
    answer = upload(leader, "log", data, name)

    assert answer.status_code == 422
    assert message in words(answer)
    assert (StoredFile.objects.count(), Job.objects.count()) == (0, 0)


def test_import_create_asks_which_activity(leader, plan, run_jobs):
    club = create_activity(plan=plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)
    create_activity(plan=plan, name="Madklub")
    form = leader.get(address("import_create", "fremmoede"))
    without = upload(leader, "fremmoede", ATTENDANCE.read_bytes(), "fremmoede.xlsx")

    answer = upload(leader, "fremmoede", ATTENDANCE.read_bytes(), "fremmoede.xlsx", activity=club.pk)
    run_jobs()
    leader.post(f"{answer.url}skriv/")
    run_jobs()

    assert "Lektiecafé" in words(form)
    assert "Madklub" not in words(form)
    assert "Vælg aktiviteten." in words(without)
    assert Attendance.objects.count() == 1509


def test_import_preview_of_attendance_names_no_people(leader, plan, run_jobs):
    club = create_activity(plan=plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)
    data = xlsx(
        {"Januar": [["Navn", "Fødselsår", date(2025, 1, 6)], ["Kanarie K.", 2012, "x"], ["Kanarie L.", 2012, "?"]]}
    )

    answer = upload(leader, "fremmoede", data, "fremmoede.xlsx", activity=club.pk)
    run_jobs()

    page = words(leader.get(answer.url))
    assert "Til stede: 1" in page
    assert "Kanarie" not in page
    assert "Kanarie" not in str(list(Job.objects.values_list("arguments", "result", "result_line")))


def test_import_preview_groups_what_has_one_cause(leader, plan, run_jobs):
    """Twelve children under a date that is none are one line; the workbook still has every cell."""
    create_activity(plan=plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)
    children = [(f"Barn {number}", 2012, "x", "x") for number in range(1, 13)]
    nobody = [("Barn 13", "", "x", "x"), ("Barn 14", "", "", "x")]
    book = xlsx({"Marts": [("Navn", "Fødselsår", "03-03-2025", "99-03-2025"), *children, *nobody]})
    activity = plan.activities.get()

    upload(leader, "fremmoede", book, "fremmøde.xlsx", activity=activity.pk)
    run_jobs()
    job = Job.objects.get()
    page = leader.get(address("import_detail", job.pk))

    groups = [(g["sheet"], g["column"], g["count"], g["rows"]) for g in page.context["account"]["rejected"]]
    assert groups == [("Marts", "99-03-2025", 12, "2–13"), ("Marts", "Fødselsår", 3, "14–15")]
    text = words(page)
    assert "Marts, 12 krydser i kolonnen “99-03-2025”" in text
    assert "Marts, 3 krydser i kolonnen “Fødselsår”" in text
    assert (page.context["rejected"], page.context["more_rejected"]) == (15, 0)
    rejects = read_workbook(leader.get(address("import_rejected", job.pk)).content, "afviste.xlsx")
    assert len(rejects.sheets[0].rows) - 1 == 14  # people, each with the cells that could not come in


def test_import_tells_what_the_portal_holds_otherwise_from_what_is_wrong(leader, plan, cafe, run_jobs):
    lotte = create_member(plan=plan, name="Lotte Madsen")
    create_held_session(activity=cafe, date=date(2025, 1, 7), heads=31, logged_by=lotte, log_source=LogSource.PERSON)
    rows = [("07-01-2025", "Unge Cafeen", "Afholdt", 30, ""), ("14-01-2025", "Yoga", "Afholdt", 3, "")]

    upload(leader, "log", log_of(*rows), "log.csv")
    run_jobs()
    page = leader.get(address("import_detail", Job.objects.get().pk))

    text = words(page)
    wrong, differing = text.split("Én række står anderledes i portalen")
    said = ("Én række kan ikke komme ind", "Yoga", "Lotte Madsen har skrevet aftenen", "ret gangen i portalen")
    assert [sentence in wrong for sentence in said] == [True, True, False, False]
    assert [sentence in differing for sentence in said] == [False, False, True, True]
    assert (page.context["rejected"], page.context["wrong"]) == (2, 1)


def test_import_preview_counts_the_rows_that_it_does_not_name(leader, cafe, run_jobs, monkeypatch):
    monkeypatch.setattr("reporting.imports.SHOWN", 1)
    same = [(f"{day:02}-01-2025", "Yoga", "Afholdt", 3, "") for day in range(7, 10)]
    other = [(f"{day:02}-02-2025", "Skak", "Afholdt", 3, "") for day in range(7, 9)]

    upload(leader, "log", log_of(*same, *other), "log.csv")
    run_jobs()
    page = leader.get(address("import_detail", Job.objects.get().pk))

    assert [group["count"] for group in page.context["account"]["rejected"]] == [3]
    assert (page.context["more_rejected"], "3 rækker, kolonnen “Aktivitet”" in words(page)) == (2, True)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([5], "5"),
        ([3, 4, 5, 9], "3–5, 9"),
        ([9, 3, 4, 4], "3–4, 9"),
        (range(1, 20, 2), "1, 3, 5, 7, 9, 11 …"),
        ([], ""),
    ],
)
def test_number_ranges(numbers, text):
    assert number_ranges(numbers) == text


def test_import_of_partners_and_targets(leader, plan, run_jobs):
    for kind, file in (("partnere", "partnere.xlsx"), ("maal", "maal-2023-2026.xlsx")):
        for name in (
            "Unge Cafeen",
            "Lektiecafé",
            "Jobcafé",
            "Jobdating",
            "Madklub",
            "Haveklub",
            "Motionsklub for kvinder",
        ):
            if not plan.activities.filter(name=name).exists():
                create_activity(plan=plan, name=name)
        answer = upload(leader, kind, (DATA / file).read_bytes(), file)
        run_jobs()
        leader.post(f"{answer.url}skriv/")
        run_jobs()

    assert Organisation.objects.filter(plan=plan).count() == 9
    assert Indicator.objects.filter(plan=plan).count() == 15


def test_import_detail_of_a_failed_job_says_why(leader, cafe, run_jobs):
    answer = upload(leader, "log", LOG.read_bytes(), "log.csv")
    StoredFile.objects.all().delete()
    run_jobs()

    assert "Filen er her ikke længere. Vælg den igen." in words(leader.get(answer.url))


def test_import_detail_after_its_hour_says_so(leader, cafe, run_jobs):
    answer = upload(leader, "log", LOG.read_bytes(), "log.csv")
    run_jobs()
    StoredFile.objects.all().delete()

    page = leader.get(answer.url, follow=True)

    assert page.redirect_chain == [(address("imports"), 302)]
    assert "over en time gammel" in words(page)


def test_import_preview_says_that_it_has_been_imported(leader, cafe, run_jobs):
    answer = upload(leader, "log", log_of(["07-01-2025", "Unge Cafeen", "afholdt", "30", ""]), "log.csv")
    run_jobs()
    confirmed = leader.post(f"{answer.url}skriv/")

    running = words(leader.get(answer.url))
    run_jobs()
    back = leader.get(answer.url)

    assert "Det bliver importeret nu." in running
    assert "Det er importeret." in words(back)
    assert "Intet er skrevet endnu" not in words(back)
    assert f'href="{confirmed.url}"' in back.content.decode()
    assert f"{answer.url}skriv/" not in back.content.decode()


def test_import_confirm_after_a_failure_tries_again(leader, cafe, run_jobs):
    answer = upload(leader, "log", log_of(["07-01-2025", "Unge Cafeen", "afholdt", "30", ""]), "log.csv")
    run_jobs()
    first = leader.post(f"{answer.url}skriv/")
    run_jobs()
    Job.objects.filter(kind=WRITE).update(state=JobState.FAILED)

    second = leader.post(f"{answer.url}skriv/")
    run_jobs()

    assert first.url != second.url
    assert "Det hele er inde." in words(leader.get(second.url))
    assert Session.objects.count() == 1


def test_import_shows_what_changes_before_it_changes(leader, plan, cafe, run_jobs):
    LogResource(plan=plan).apply(read_workbook(log_of(["07-01-2025", "Unge Cafeen", "afholdt", "30", ""]), "log.csv"))

    answer = upload(leader, "log", log_of(["07-01-2025", "Unge Cafeen", "afholdt", "ca. 35", ""]), "log.csv")
    run_jobs()

    page = leader.get(answer.url)
    assert "<del>30</del> → ca. 35" in page.content.decode()
    assert Session.objects.get().heads_total == 30


def test_another_plans_import_is_not_found(leader, cafe, run_jobs):
    answer = upload(leader, "log", LOG.read_bytes(), "log.csv")
    run_jobs()
    other = create_plan(slug="anden")
    stranger = Client()
    stranger.force_login(create_member(plan=other, role=Role.PROJECT_MANAGER))

    assert stranger.get(answer.url).status_code == 404
    assert stranger.get(answer.url.replace("herredsvang", "anden")).status_code == 404
    assert stranger.post(answer.url.replace("herredsvang", "anden") + "skriv/").status_code == 404


# -- the log as a file -------------------------------------------------------------------------------------------------


@pytest.fixture
def logged(plan, cafe):
    """One evening of every sort, with texts that a spreadsheet might run."""
    held = create_held_session(
        activity=cafe, heads=38, date=date(2025, 1, 7), theme="=gaming", format=get_format("debate"), volunteer_turns=3,
        note="@alle; \"kom\"", heads_estimated=True,
    )  # fmt: skip
    held.age_bands.create(plan=plan, lowest=13, highest=17, heads=12)
    held.age_bands.create(plan=plan, lowest=18, highest=None, heads=20)
    create_session(activity=cafe, date=date(2025, 1, 14), state="cancelled", reason="-sygdom", theme="Quiz")
    create_session(activity=cafe, date=date(2025, 1, 21), state="closed")
    create_session(activity=cafe, date=date(2025, 1, 28))
    club = create_activity(plan=plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)
    evening = create_held_session(activity=club, heads=None, date=date(2025, 1, 8))
    create_attendance(session=evening, participant=create_participant(plan=plan, alias="Kanarie"))


def test_log_export_csv_is_what_danish_excel_opens(leader, logged):
    response = leader.get(address("log_export", "csv"))

    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows == [
        ["Dato", "Aktivitet", "Indsatsområde", "Status", "Antal i alt", "Anslået", "Heraf 13-17 år", "Heraf 18+ år",
         "Frivillige", "Tema", "Form", "Bemærkning", "Årsag"],
        ["07-01-2025", "Unge Cafeen", "Kriminalpræventiv indsats", "afholdt", "38", "ja", "12", "20", "3", "'=gaming",
         "Debat", "'@alle; \"kom\"", ""],
        ["08-01-2025", "Lektiecafé", "Kriminalpræventiv indsats", "afholdt", "1", "", "", "", "", "", "", "", ""],
        ["14-01-2025", "Unge Cafeen", "Kriminalpræventiv indsats", "aflyst", "", "", "", "", "", "Quiz", "", "",
         "'-sygdom"],
        ["21-01-2025", "Unge Cafeen", "Kriminalpræventiv indsats", "lukket", "", "", "", "", "", "", "", "", ""],
    ]  # fmt: skip
    assert "Kanarie" not in response.content.decode()
    assert response.headers["Content-Disposition"].startswith('attachment; filename="herredsvang-log-')


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_log_export_imported_again_changes_nothing(leader, plan, logged, format):
    content = leader.get(address("log_export", format)).content

    outcome = LogResource(plan=plan).apply(read_workbook(content, f"log.{format}"))

    assert outcome.counts() == {"rows": 4, "created": 0, "updated": 0, "unchanged": 4, "rejected": 0}
    assert outcome.unknown_columns == []


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_log_export_imported_into_an_empty_plan_gives_the_same_log(leader, plan, logged, format):
    content = leader.get(address("log_export", format)).content
    other = create_plan(slug="ny")
    for name in ("Unge Cafeen", "Lektiecafé"):
        create_activity(plan=other, name=name)

    LogResource(plan=other).apply(read_workbook(content, f"log.{format}"))

    client = Client()
    client.force_login(create_member(plan=other, role=Role.PROJECT_MANAGER))
    again = client.get(reverse("reporting:log_export", args=["ny", "csv"])).content
    assert again == leader.get(address("log_export", "csv")).content


def test_log_export_sorts_the_evenings_of_a_day_in_danish_on_every_database(leader, plan):
    names = ["eftermiddag", "Zebra", "Ærø", "ørn", "Ål", "aase"]
    for name in reversed(names):
        create_held_session(activity=create_activity(plan=plan, name=name), date=date(2025, 3, 4))
        create_held_session(activity=plan.activities.get(name=name), date=date(2025, 3, 5))

    response = leader.get(address("log_export", "csv"))

    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))[1:]
    days = ("04-03-2025", "05-03-2025")
    assert [(row[0], row[1]) for row in rows] == [(day, name) for day in days for name in names]


def test_log_export_of_another_kind_is_not_found(leader):
    assert leader.get(address("log_export", "pdf")).status_code == 404
    assert leader.get(address("import_create", "alt")).status_code == 404


def test_log_export_needs_as_many_queries_for_thirty_evenings(leader, plan, cafe, django_assert_max_num_queries):
    for day in range(1, 31):
        session = create_held_session(activity=cafe, date=date(2025, 1, day))
        session.age_bands.create(plan=plan, lowest=13, highest=17, heads=1)

    with django_assert_max_num_queries(8):
        response = leader.get(address("log_export", "xlsx"))

    assert len(read_workbook(BytesIO(response.content).getvalue(), "log.xlsx").sheets[0].rows) == 31
