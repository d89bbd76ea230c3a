"""The whole attendance as one list: who may have it, what it says, and that it can come back in."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from activities.models import CountingMode
from jobs.sheets import read_workbook
from jobs.sheets.bulk import csv_chunks
from residents.attendance_export import HEADINGS, _rows, attendance_csv, write_attendance_xlsx
from residents.imports.attendance import attendance_resource
from residents.models import ParticipantRead
from residents.retention import anonymise
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang")


@pytest.fixture
def people(plan):
    """Two evenings of one activity, with aliases that a spreadsheet might run or break, and one who is anonymous."""
    cafe = create_activity(plan=plan, name="=Klub; “Æ”", counting_mode=CountingMode.PSEUDONYMOUS)
    aliases = ["Amina Å.", "=1+1", '-"Bo"; æ', "＠A", "Anonym snart"]
    people = [create_participant(plan=plan, alias=alias, birth_year=2010 + n) for n, alias in enumerate(aliases)]
    for day in (date(2025, 1, 7), date(2025, 2, 28)):
        session = create_held_session(activity=cafe, heads=None, date=day)
        for person in people:
            create_attendance(session=session, participant=person)
    anonymise(plan=plan, participants=[people[-1].pk], today=date(2026, 1, 1))
    return people


def test_attendance_csv_is_what_danish_excel_opens(plan, people):
    lines = b"".join(attendance_csv(plan)).decode("utf-8-sig").split("\r\n")

    assert lines[0] == "Dato;Aktivitet;Indsatsområde;Alias;Fødselsår"
    area = "Kriminalpræventiv indsats"
    cafe = '"\'=Klub; “Æ”"'
    assert lines[1:] == [
        *(
            line
            for day in ("07-01-2025", "28-02-2025")
            for line in (
                f"{day};{cafe};{area};Amina Å.;2010",
                f"{day};{cafe};{area};'=1+1;2011",
                f'{day};{cafe};{area};"\'-""Bo""; æ";2012',
                f"{day};{cafe};{area};'＠A;2013",
                f"{day};{cafe};{area};;",
            )
        ),
        "",
    ]


def test_attendance_csv_is_the_same_bytes_however_it_is_written(plan, people):
    assert b"".join(attendance_csv(plan)) == b"".join(csv_chunks(HEADINGS, _rows(plan)))


@pytest.mark.postgresql
@pytest.mark.parametrize("way", ["nestloop", "mergejoin", "hashjoin"])
def test_attendance_csv_is_in_order_however_the_server_joins(plan, people, way):
    with connection.cursor() as cursor:
        for other in {"nestloop", "mergejoin", "hashjoin"} - {way}:
            cursor.execute(f"SET LOCAL enable_{other} = off")

    days = [line[:10] for line in b"".join(attendance_csv(plan)).decode().split("\r\n")[1:-1]]
    assert days == ["07-01-2025"] * 5 + ["28-02-2025"] * 5


def test_attendance_comes_back_in_unchanged(plan, people):
    buffer = BytesIO()
    assert write_attendance_xlsx(plan, buffer) == 10
    book = read_workbook(buffer.getvalue(), "fremmoede.xlsx")

    outcome = attendance_resource(book=book, plan=plan, today=date(2026, 1, 1)).apply(book)

    counts = outcome.counts()
    assert (counts["unchanged"], counts["created"], counts["updated"]) == (8, 0, 0)


def test_attendance_of_another_plan_stays_there(plan, people):
    other = create_plan(slug="anden")

    assert b"".join(attendance_csv(other)).decode("utf-8-sig") == ";".join(HEADINGS) + "\r\n"


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROJECT_MANAGER])
def test_attendance_export_is_the_project_managers_alone(client, plan, people, role):
    client.force_login(create_member(plan=plan, role=role))

    response = client.get(reverse("residents:attendance_export", args=[plan.slug]))

    assert response.status_code == 403
    assert not ParticipantRead.objects.exists()


def test_attendance_export_streams_and_is_logged_as_a_read(client, plan, people):
    leader = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    client.force_login(leader)

    response = client.get(reverse("residents:attendance_export", args=[plan.slug]))
    content = b"".join(response.streaming_content)

    assert content.startswith(b"\xef\xbb\xbfDato;")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="herredsvang-fremmoede-')
    assert list(ParticipantRead.objects.values_list("user", "page", "rows")) == [(leader.pk, "attendance_export", 10)]


@pytest.mark.postgresql
def test_a_slow_reader_is_not_cut_off(plan, people):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '1s'")
        list(attendance_csv(plan))
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)  # for this transaction; in the portal it ends with the answer


def test_attendance_export_as_a_workbook_is_a_job(client, plan, people, run_jobs):
    leader = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    client.force_login(leader)

    started = client.post(reverse("residents:attendance_workbook", args=[plan.slug]))
    run_jobs()
    ready = client.get(started.url)
    download = client.get(reverse("residents:attendance_workbook_file", args=[plan.slug, started.url.split("/")[-2]]))

    assert ready.status_code == 200
    assert "10 fremmøder" in ready.content.decode()
    rows = read_workbook(download.content, "fremmoede.xlsx").sheets[0].rows
    assert [rows[0], rows[1]] == [
        HEADINGS,
        [date(2025, 1, 7), "=Klub; “Æ”", "Kriminalpræventiv indsats", "Amina Å.", 2010],
    ]
    assert list(ParticipantRead.objects.values_list("page", "rows")) == [("attendance_export", 10)]


def test_a_workbook_that_is_gone_is_made_again(client, plan, people, run_jobs):
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    started = client.post(reverse("residents:attendance_workbook", args=[plan.slug]))
    run_jobs()
    from jobs.models import StoredFile

    StoredFile.objects.all().delete()
    download = client.get(reverse("residents:attendance_workbook_file", args=[plan.slug, started.url.split("/")[-2]]))

    assert download.status_code == 302
