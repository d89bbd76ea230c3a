import json
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Plan, Role
from jobs.models import Job, JobState
from reporting.models import Measure, StatusReport, StatusReportFile
from reporting.packs.content import read_pack
from reporting.packs.files import make_files
from reporting.packs.freezing import freeze_pack
from tests.factories import create_activity, create_held_session, create_member, create_plan, create_session
from tests.reporting.makers import create_indicator, create_target
from tests.reporting.packs.makers import AS_OF, create_frozen_pack, create_pack, no_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-20 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken", name="Birkeparken")


@pytest.fixture
def cafe(plan):
    activity = create_activity(plan=plan, name="Unge Cafeen")
    indicator = create_indicator(
        plan=plan, activities=[activity], code="K2", measure=Measure.MEAN_VISITS, text="Mindst 20"
    )
    create_target(indicator=indicator, value=20)
    create_held_session(activity=activity, heads=30, date=date(2025, 10, 7))
    return activity


def member(plan, role) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role))
    return client


@pytest.fixture
def leader(plan):
    return member(plan, Role.PROJECT_MANAGER)


def url(name: str, *args) -> str:
    return reverse(f"reporting:status_report_{name}", args=["birkeparken", *args])


def words(response) -> str:
    text = re.sub(r"<(script|style|template).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def filled(report: StatusReport, **changes) -> dict:
    """What the edit page would send, were nothing written; then what was."""
    data = {
        "body": report.body,
        "meets_on": f"{report.meets_on:%d-%m-%Y}",
        "period": "2025-26",
        "as_of": f"{report.as_of:%d-%m-%Y}",
        "summary": report.summary,
        "decisions": report.decisions,
        "deviations": report.deviations,
        "version": str(report.version),
    }
    for row in report.narratives.all():
        data[f"text_{row.pk}"] = row.text
        if row.approved_at:
            data[f"approved_{row.pk}"] = "on"
    return data | changes


def narrative(report: StatusReport, position: int = 3):
    return report.narratives.get(focus_area__position=position)


# -- the list ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "text"),
    [
        (Role.PROJECT_MANAGER, "Ingen mødepakker endnu"),
        (Role.BOARD, "Der er endnu ingen mødepakker. Du får en mail, når der er en."),
    ],
)
def test_status_report_list_teaches_the_next_step(plan, role, text):
    assert text in words(member(plan, role).get(url("list")))


def test_status_report_list_shows_the_board_frozen_packs_only(plan, cafe, leader):
    create_frozen_pack(plan=plan, body="Bestyrelsen")
    draft = create_pack(plan=plan, body="Følgegruppen")
    board = member(plan, Role.BOARD)

    assert "Bestyrelsen" in words(board.get(url("list")))
    assert "Følgegruppen" not in words(board.get(url("list")))
    assert board.get(url("detail", draft.pk)).status_code == 404
    assert board.get(url("download", draft.pk, "pdf")).status_code == 404
    assert "Følgegruppen" in words(leader.get(url("list")))


def test_status_report_list_asks_as_often_for_thirty_packs_as_for_one(plan, cafe, leader):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(url("list")).status_code == 200
        return len(captured)

    create_pack(plan=plan)
    few = queries()
    for number in range(29):
        create_pack(plan=plan, body=f"Møde {number}")

    assert queries() == few


# -- creating ----------------------------------------------------------------------------------------------------------


def test_status_report_create_takes_the_last_whole_month(plan, cafe, leader):
    answer = leader.post(
        url("create"), {"body": "Styregruppen", "meets_on": "24/11 2025", "period": "2025-26", "as_of": ""}
    )

    report = StatusReport.objects.get()
    assert answer.url == url("edit", report.pk)
    assert (report.meets_on, report.starts_on, report.ends_on, report.as_of) == (
        date(2025, 11, 24), date(2025, 7, 1), date(2026, 6, 30), date(2025, 10, 31),
    )  # fmt: skip
    assert report.narratives.count() == 4


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"as_of": "20-11-2025"}, "Vælg en dag, der er gået."),
        ({"as_of": "30-06-2025"}, "Den dag ligger uden for perioden (1. juli 2025 – 30. juni 2026)."),
        ({"as_of": "31-02-2025"}, ""),
        ({"meets_on": "på mandag"}, ""),
        (
            {"meets_on": "30-10-2025"},
            "Tallene går til og med 31. oktober 2025, og mødet ligger før. Ret en af de to datoer.",
        ),
        ({"body": ""}, ""),
        ({"body": "Møde med 010190-1234"}, "CPR"),
        ({"period": "1999"}, ""),
    ],
)
def test_status_report_create_says_what_is_wrong_and_keeps_what_was_typed(plan, cafe, leader, typed, sentence):
    data = {"body": "Følgegruppen Nord", "meets_on": "24-11-2025", "period": "2025-26", "as_of": ""} | typed

    answer = leader.post(url("create"), data)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert all(f'value="{data[name]}"' in answer.content.decode() for name in ("meets_on", "as_of") if data[name])
    assert StatusReport.objects.count() == 0


def test_status_report_create_takes_a_meeting_on_the_last_day_of_the_figures(plan, cafe, leader):
    answer = leader.post(
        url("create"), {"body": "Styregruppen", "meets_on": "31-10-2025", "period": "2025-26", "as_of": "31-10-2025"}
    )

    assert (answer.status_code, StatusReport.objects.get().meets_on) == (302, AS_OF)


def test_status_report_create_waits_for_the_plan_to_begin():
    plan = create_plan(slug="birkeparken", starts_on=date(2026, 1, 1), ends_on=date(2029, 12, 31))

    assert "Planen er ikke begyndt" in words(member(plan, Role.PROJECT_MANAGER).get(url("create")))


def test_status_report_create_of_a_new_edition_brings_all_texts(plan, cafe, leader):
    source = create_frozen_pack(plan=plan, summary="Kort sagt godt", decisions="At flytte")
    page = leader.get(url("create"), {"fra": source.pk})
    assert 'value="Styregruppen"' in page.content.decode()

    data = {"body": "Styregruppen", "meets_on": "24-11-2025", "period": "2025-26", "as_of": "31-10-2025"}
    leader.post(f"{url('create')}?fra={source.pk}", data)

    copy = StatusReport.objects.drafts().get()
    assert (copy.summary, copy.decisions) == ("Kort sagt godt", "At flytte")
    assert leader.get(url("create"), {"fra": "x" * 30}).status_code == 200


# -- writing -----------------------------------------------------------------------------------------------------------


def test_status_report_edit_shows_each_areas_figures_beside_its_text(plan, cafe, leader):
    report = create_pack(plan=plan)

    text = words(leader.get(url("edit", report.pk)))

    assert "Kriminalpræventiv indsats K2 Mindst 20 30 af 20" in text
    assert "Dine ord om Kriminalpræventiv indsats" in text


def test_status_report_edit_saves_texts_and_approvals(plan, cafe, leader):
    report = create_pack(plan=plan)
    row, other = narrative(report), narrative(report, 1)
    data = filled(report, summary="Godt i gang", decisions="At flytte cafeen")
    data |= {f"text_{row.pk}": "Debatterne trækker", f"approved_{row.pk}": "on", f"text_{other.pk}": "Seks i job"}

    answer = leader.post(url("edit", report.pk), data)

    assert answer.url == url("detail", report.pk)
    report.refresh_from_db()
    row.refresh_from_db()
    other.refresh_from_db()
    assert (report.summary, report.decisions, report.version) == ("Godt i gang", "At flytte cafeen", 1)
    assert (row.text, row.is_waiting, other.text, other.is_waiting) == ("Debatterne trækker", False, "Seks i job", True)


def test_status_report_edit_loses_nothing_when_two_write_at_once(plan, cafe, leader):
    report = create_pack(plan=plan)
    mine = filled(report, summary="Mine ord")
    leader.post(url("edit", report.pk), filled(report, summary="Kollegaens ord"))

    answer = leader.post(url("edit", report.pk), mine)

    assert answer.status_code == 409
    assert "En anden gemte kladden, mens du skrev." in words(answer)
    assert "Kollegaens ord" in words(answer)
    assert "Mine ord" in words(answer)
    again = mine | {"version": re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]}
    leader.post(url("edit", report.pk), again)
    assert StatusReport.objects.get().summary == "Mine ord"


def test_status_report_edit_keeps_the_words_when_the_pack_was_frozen_meanwhile(plan, cafe, leader):
    report = create_pack(plan=plan)
    mine = filled(report, summary="Mine ord")
    freeze_pack(report_id=report.pk, make_files=no_files)

    answer = leader.post(url("edit", report.pk), mine)

    assert answer.status_code == 409
    assert "Pakken blev frosset, mens du skrev." in words(answer)
    assert "Mine ord" in words(answer)
    assert leader.get(url("edit", report.pk)).url == url("detail", report.pk)


def test_status_report_edit_keeps_a_period_that_the_plan_no_longer_has(plan, cafe, leader):
    report = create_pack(plan=plan)
    Plan.objects.update(starts_on=date(2023, 8, 1))

    page = leader.get(url("edit", report.pk)).content.decode()
    assert "1. juli 2025 – 30. juni 2026" in page

    leader.post(url("edit", report.pk), filled(report, period="nu"))
    report.refresh_from_db()
    assert (report.starts_on, report.ends_on, report.version) == (date(2025, 7, 1), date(2026, 6, 30), 1)


@pytest.mark.parametrize("page", ["detail", "edit"])
def test_draft_pages_ask_as_often_for_thirty_activities_as_for_one(plan, cafe, leader, page):
    create_frozen_pack(plan=plan)
    report = create_pack(plan=plan, meets_on=date(2025, 12, 15))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(url(page, report.pk)).status_code == 200
        return len(captured)

    few = queries()
    for number in range(29):
        activity = create_activity(plan=plan)
        indicator = create_indicator(plan=plan, activities=[activity], code=f"X{number}")
        create_target(indicator=indicator, value=5)
        create_held_session(activity=activity, heads=5, date=date(2025, 10, 8))

    assert queries() == few


@pytest.mark.parametrize(("name", "text"), [("summary", "x" * 1501), ("decisions", "Ring til 010190-1234")])
def test_status_report_edit_refuses_what_is_too_long_or_a_cpr_number(plan, cafe, leader, name, text):
    report = create_pack(plan=plan)

    answer = leader.post(url("edit", report.pk), filled(report, **{name: text}))

    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert StatusReport.objects.get().version == 0


def test_status_report_drop_can_be_undone(plan, cafe, leader):
    report = create_pack(plan=plan)

    dropped = leader.post(url("drop", report.pk), follow=True)
    assert "Kladden er kasseret." in words(dropped)
    assert url("restore", report.pk) in dropped.content.decode()
    assert leader.get(url("detail", report.pk)).status_code == 404

    leader.post(url("restore", report.pk))
    assert leader.get(url("detail", report.pk)).status_code == 200


# -- preview and freezing ----------------------------------------------------------------------------------------------


def test_status_report_preview_says_what_is_left_to_do(plan, cafe, leader):
    create_session(activity=cafe, date=date(2025, 10, 14))
    report = create_pack(plan=plan)
    report.narratives.filter(focus_area__position=1).update(text="Seks i job")

    text = words(leader.get(url("detail", report.pk)))

    assert "Teksten om Beskæftigelse er ikke godkendt." in text
    assert "1 aften (14. oktober) er ikke registreret og bliver låst." in text
    assert "Godkend teksterne" in text
    assert "Frys mødepakken" not in text

    leader.post(url("approve", report.pk), {"version": "0"})
    assert "Frys mødepakken" in words(leader.get(url("detail", report.pk)))


def test_status_report_preview_says_since_when_evenings_are_not_logged(plan, cafe, leader):
    for day in (date(2023, 9, 5), date(2025, 10, 14)):
        create_session(activity=cafe, date=day)

    text = words(leader.get(url("detail", create_pack(plan=plan).pk)))

    assert "2 aftener fra 5. september 2023 til og med 31. oktober er ikke registreret og bliver låst." in text


def test_packs_ask_for_the_look_of_milestones(plan, cafe, leader):
    for report in (create_pack(plan=plan), create_frozen_pack(plan=plan)):
        assert "css/milestones" in leader.get(url("detail", report.pk)).content.decode()


def test_status_report_approve_takes_no_text_that_was_not_read(plan, cafe, leader):
    report = create_pack(plan=plan)
    row = narrative(report)
    leader.post(url("edit", report.pk), filled(report) | {f"text_{row.pk}": "Ny tekst"})

    answer = leader.post(url("approve", report.pk), {"version": "0"}, follow=True)

    row.refresh_from_db()
    assert row.is_waiting
    assert "Læs den igennem igen." in words(answer)


def test_status_report_freeze_is_one_click_with_visible_progress(plan, cafe, leader, run_jobs):
    board = create_member(plan=plan, role=Role.BOARD, email="styregruppe@eksempel.dk")
    silent = create_member(plan=plan, role=Role.BOARD)
    Membership.objects.filter(user=silent).update(release_mail=False)
    report = create_pack(plan=plan, decisions="At flytte cafeen")

    asked = leader.post(url("freeze", report.pk), {"version": "0"})
    assert "Venter på sin tur" in words(leader.get(asked.url))
    [job, *_mails] = run_jobs()

    assert (job.state, job.progress_done, job.progress_total) == (JobState.DONE, 5, 5)
    assert job.result_line == "Mødepakken er frosset. 1 i bestyrelsen får en mail."
    assert leader.get(asked.url).url == url("detail", report.pk)
    assert "Fortsæt" in words(leader.get(asked.url, headers={"HX-Request": "true"}))
    run_jobs()
    [message] = mail.outbox
    assert (message.to, url("detail", report.pk) in message.body) == ([board.email], True)
    assert "At flytte cafeen" not in message.body
    assert Plan.objects.get().figures_locked_until == AS_OF


def test_status_report_freeze_asked_twice_is_one_job(plan, cafe, leader, run_jobs):
    report = create_pack(plan=plan)

    asked = [leader.post(url("freeze", report.pk), {"version": "0"}).url for _click in range(2)]

    assert asked[0] == asked[1]
    run_jobs()
    assert leader.post(url("freeze", report.pk), {"version": "0"}).url == url("detail", report.pk)
    assert Job.objects.filter(kind="freeze_status_report").count() == 1


def test_status_report_freeze_takes_no_draft_that_was_not_read(plan, cafe, leader):
    report = create_pack(plan=plan)
    leader.post(url("edit", report.pk), filled(report, summary="Nyt"))

    answer = leader.post(url("freeze", report.pk), {"version": "0"}, follow=True)

    assert "Læs den igennem igen." in words(answer)
    assert Job.objects.count() == 0


def test_freeze_job_tells_what_stopped_it(plan, cafe, leader, run_jobs):
    report = create_pack(plan=plan)
    asked = leader.post(url("freeze", report.pk), {"version": "0"})
    report.narratives.filter(focus_area__position=1).update(text="Skrevet i sidste øjeblik")

    [job] = run_jobs()

    assert job.result_line == "En tekst mangler at blive godkendt. Godkend den, og frys pakken igen."
    assert "Tilbage til kladden" in words(leader.get(asked.url))


def test_freeze_job_run_again_after_its_worker_died_is_one_pack_and_one_mail(plan, cafe, leader, run_jobs):
    create_member(plan=plan, role=Role.BOARD)
    report = create_pack(plan=plan)
    leader.post(url("freeze", report.pk), {"version": "0"})
    run_jobs()
    report.refresh_from_db()
    before = (report.sha256, StatusReportFile.objects.count())

    Job.objects.filter(kind="freeze_status_report").update(state=JobState.QUEUED, finished_at=None, attempts=1)
    run_jobs()
    run_jobs()

    report.refresh_from_db()
    assert (report.sha256, StatusReportFile.objects.count()) == before
    assert len(mail.outbox) == 1


# -- the frozen page ---------------------------------------------------------------------------------------------------


def test_status_report_detail_shows_the_board_the_pack_and_not_what_came_later(plan, cafe):
    report = create_frozen_pack(plan=plan, summary="Godt i gang", decisions="At flytte cafeen")
    create_held_session(activity=cafe, heads=90, date=date(2025, 10, 21))
    board = member(plan, Role.BOARD)

    text = words(board.get(url("detail", report.pk)))

    assert "Mødepakke til Styregruppen · 24. november 2025 Er vi på sporet? Ja, på det ene mål." in text
    assert "K2 Mindst 20 30 af 20" in text
    assert "Det skal I beslutte At flytte cafeen" in text
    assert report.sha256 in text
    assert "Lav en ny udgave" not in text


def test_status_report_detail_reads_a_drawing_without_the_database(plan, cafe):
    report = create_frozen_pack(plan=plan)
    board = member(plan, Role.BOARD)
    board.get(url("detail", report.pk))

    with CaptureQueriesContext(connection) as captured:
        board.get(url("detail", report.pk))

    tables = {match for query in captured for match in re.findall(r'FROM "(\w+)"', query["sql"])}
    assert not {name for name in tables if name.startswith(("activities_", "residents_"))}
    assert len(captured) <= 8


@pytest.mark.parametrize(("format", "start"), [("pdf", b"%PDF-1.7"), ("xlsx", b"PK"), ("json", b'{"corrections"')])
def test_status_report_download_gives_what_the_meeting_was_given(plan, cafe, format, start):
    report = create_frozen_pack(plan=plan, make_files=make_files)
    board = member(plan, Role.BOARD)

    with time_machine.travel(date(2027, 1, 1) + timedelta(days=1)):
        answer = member(plan, Role.BOARD).get(url("download", report.pk, format))

    assert answer.content.startswith(start)
    assert answer["Content-Disposition"] == f'attachment; filename="moedepakke-birkeparken-2025-11-24.{format}"'
    if format == "json":
        assert json.loads(answer.content) == read_pack(report)
    else:
        StatusReportFile.objects.all().delete()
        assert board.get(url("download", report.pk, format)).content == answer.content


def test_status_report_download_knows_no_other_format(plan, cafe):
    report = create_frozen_pack(plan=plan)

    assert member(plan, Role.BOARD).get(url("download", report.pk, "docx")).status_code == 404


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.PARTNER])
def test_packs_are_not_for_volunteers_and_partners(plan, cafe, role):
    report = create_frozen_pack(plan=plan)

    for address in (url("list"), url("detail", report.pk), url("download", report.pk, "pdf")):
        assert member(plan, role).get(address).status_code == 403
