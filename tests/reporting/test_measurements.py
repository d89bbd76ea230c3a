"""Values that are typed in: how they are read, who lets them count, and the papers behind them."""

import io
from datetime import date
from decimal import Decimal
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Plan, Role
from accounts.periods import Period
from reporting.attachments import MOST_BYTES
from reporting.figure_set import build_figure_set
from reporting.measuring import MeasurementRefused, Typed, add_measurement, approve, correct_measurement, send_back
from reporting.models import Indicator, Measure, Measurement, MeasurementFile, MeasurementState
from reporting.plausible import is_far, last_before
from reporting.releases import read_release, release_figures
from tests.factories import create_member, create_plan
from tests.reporting.makers import YEAR, create_indicator, create_measurement, create_target
from tests.sheets.files import xlsx as workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken")


def member(plan, role, name="Anne Berg") -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role, name=name))
    return client


def at(name: str, *arguments) -> str:
    return reverse(f"reporting:{name}", args=["birkeparken", *arguments])


def post(client, code="K6", address="", **fields):
    data = {"measured_on": "2025-11-03", "value": "1.234,5", "source": "Boligsociale Data", "note": "", **fields}
    return client.post(address or at("measurement_create", code), data)


# -- reading -----------------------------------------------------------------------------------------------------------


def test_measurement_create_reads_a_danish_number(plan):
    create_indicator(plan=plan, code="K6", measure=Measure.REGISTER)

    response = post(member(plan, Role.PROJECT_MANAGER), measured_on="3.11.25")

    measurement = Measurement.objects.get()
    assert response.status_code == 302
    assert (measurement.value, measurement.measured_on, measurement.source, measurement.recorded_by.name) == (
        Decimal("1234.5"),
        date(2025, 11, 3),
        "Boligsociale Data",
        "Anne Berg",
    )


@pytest.mark.parametrize(
    ("measure", "written", "value", "is_estimated", "echo"),
    [
        (Measure.REGISTER, "ca. 30", "30", True, "Gemt: 30 (anslået)."),
        (Measure.REGISTER, "1.234", "1234", False, "Gemt: 1.234."),
        (Measure.REGISTER, "12,5", "12.5", False, "Gemt: 12,5."),
        (Measure.REGISTER, "-3", "-3", False, "Gemt: −3."),
        (Measure.SURVEY, "71,2 %", "71.2", False, "Gemt: 71,2."),
        (Measure.SHARE, "14 af 20", "70", False, "Gemt: 14 af 20 = 70 %."),
        (Measure.SURVEY, "ca. 29/48", "60.4167", True, "Gemt: 29 af 48 = 60,4 % (anslået)."),
    ],
)
def test_measurement_create_says_back_what_it_read(plan, measure, written, value, is_estimated, echo):
    create_indicator(plan=plan, code="K6", measure=measure)
    client = member(plan, Role.PROJECT_MANAGER)

    page = client.get(post(client, value=written).url).content.decode()

    measurement = Measurement.objects.get()
    assert (measurement.value, measurement.is_estimated) == (Decimal(value), is_estimated)
    assert echo in page


@pytest.mark.parametrize(
    ("measure", "field", "value"),
    [
        (Measure.REGISTER, "value", "omkring tredive"),
        (Measure.REGISTER, "value", "20-25"),
        (Measure.REGISTER, "value", "14 af 20"),
        (Measure.REGISTER, "value", ""),
        (Measure.REGISTER, "value", "-"),
        (Measure.REGISTER, "value", "12345678901"),
        (Measure.SHARE, "value", "5 af 0"),
        (Measure.SHARE, "value", "21 af 20"),
        (Measure.SHARE, "value", "140"),
        (Measure.SHARE, "value", "-1"),
        (Measure.REGISTER, "measured_on", "2025-11-25"),
        (Measure.REGISTER, "measured_on", "31-02-2025"),
        (Measure.SURVEY, "measured_on", "2023-06-30"),
        (Measure.REGISTER, "source", ""),
        (Measure.REGISTER, "source", "liste 010190-1234"),
        (Measure.REGISTER, "note", "010190 1234"),
    ],
)
def test_measurement_create_explains_what_it_cannot_take_and_keeps_what_was_typed(plan, measure, field, value):
    create_indicator(plan=plan, code="K6", measure=measure)

    response = post(member(plan, Role.STAFF), **{"value": "12", field: value})

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert response.context["form"][field].value() == value
    assert Measurement.objects.count() == 0


def test_measurement_create_needs_the_level_that_a_gap_is_to(plan):
    create_indicator(plan=plan, code="U7", measure=Measure.BENCHMARK_GAP)
    client = member(plan, Role.PROJECT_MANAGER)

    without = post(client, "U7", value="81,5")
    post(client, "U7", value="81,5", compared_with="86")

    assert list(without.context["form"].errors) == ["compared_with"]
    assert Measurement.objects.get().compared_with == 86


@pytest.mark.parametrize(
    ("measure", "unit", "value", "sentence"),
    [
        (Measure.REGISTER, "%", "-4", "En andel ligger mellem 0 og 100 procent, så -4 kan ikke passe."),
        (Measure.REGISTER, "% af de unge", "150", "En andel ligger mellem 0 og 100 procent, så 150 kan ikke passe."),
        (Measure.SURVEY, "", "100,1", "En andel ligger mellem 0 og 100 procent, så 100,1 kan ikke passe."),
        (Measure.CARRIED_ON, "", "101", "En andel ligger mellem 0 og 100 procent, så 101 kan ikke passe."),
        (Measure.PEOPLE_COUNT, "unge", "12,5", "Skriv et helt tal, eller “ca. 13”, hvis det er et skøn."),
        (Measure.ACTIVE_VOLUNTEERS, "", "ca. 2,5", "Her tælles der i hele tal, så 2,5 kan ikke passe."),
        (Measure.REGISTER, "Beboere", "12,5", "Her tælles der i hele tal, så 12,5 kan ikke passe."),
        (Measure.REFERRALS, "", "-1", "Tallet kan ikke være under nul. Skriv det uden minus."),
        (Measure.REGISTER, "pr. 1.000", "-1", "Tallet kan ikke være under nul. Skriv det uden minus."),
    ],
)
def test_measurement_create_refuses_what_cannot_be(plan, measure, unit, value, sentence):
    create_indicator(plan=plan, code="K6", measure=measure, unit=unit)

    response = post(member(plan, Role.PROJECT_MANAGER), value=value)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["value"])
    assert sentence in response.context["form"].errors["value"][0]
    assert Measurement.objects.count() == 0


@pytest.mark.parametrize(
    ("measure", "unit", "value"),
    [
        (Measure.SHARE, "%", "100"),
        (Measure.REGISTER, "%", "0"),
        (Measure.REGISTER, "pr. 1.000", "12,5"),
        (Measure.REGISTER, "unge pr. 1.000", "12,5"),
        (Measure.REGISTER, "procentpoint", "-4"),
        (Measure.SURVEY, "point", "140"),
        (Measure.BASELINE_CHANGE, "%", "-4"),
        (Measure.BENCHMARK_GAP, "%", "-4"),
        (Measure.PEOPLE_COUNT, "unge", "0"),
    ],
)
def test_measurement_create_takes_what_can_be(plan, measure, unit, value):
    create_indicator(plan=plan, code="K6", measure=measure, unit=unit)

    response = post(member(plan, Role.PROJECT_MANAGER), value=value, compared_with="1")

    assert (response.status_code, Measurement.objects.count()) == (302, 1)


def test_add_measurement_refuses_what_cannot_be(plan):
    indicator = create_indicator(plan=plan, measure=Measure.PEOPLE_COUNT)
    typed = Typed(measured_on=date(2025, 10, 1), source="opgørelse", value=Decimal("12.5"))

    with pytest.raises(MeasurementRefused) as refused:
        add_measurement(indicator=indicator, typed=typed, by=None, approved=True)

    assert refused.value.field == "value"


def test_measurement_create_begins_with_the_source_of_the_latest_value(plan, register):
    client = member(plan, Role.STAFF)
    Indicator.objects.update(source="registrering")
    before = client.get(at("measurement_create", "K6")).context["form"]["source"].value()
    create_measurement(indicator=register, value=36, source="Politiet", measured_on=date(2025, 9, 1))
    create_measurement(indicator=register, value=35, source="Kommunen", measured_on=date(2025, 10, 1))
    create_measurement(indicator=register, value=39, source="Boligsociale Data", measured_on=date(2024, 10, 1))

    after = client.get(at("measurement_create", "K6")).context["form"]["source"].value()

    assert (before, after) == ("", "Kommunen")


# -- far from the last -------------------------------------------------------------------------------------------------


def test_measurement_create_asks_once_about_a_value_far_from_the_last(plan, register):
    create_measurement(indicator=register, value="13.4", measured_on=date(2025, 10, 1))
    client = member(plan, Role.PROJECT_MANAGER)

    asked = post(client, value="1.234", note="Fra brevet")
    kept = [asked.context["form"][name].value() for name in ("value", "source", "note")]
    stored = Measurement.objects.count()
    answered = post(client, value="1.234", as_is=asked.context["form"].as_is)

    page = asked.content.decode()
    assert (asked.status_code, stored, kept) == (422, 1, ["1.234", "Boligsociale Data", "Fra brevet"])
    assert "Det er langt fra sidst (13,4 den 1. oktober). Er det rigtigt?" in page
    assert 'name="as_is" value="1234">Gem det, som det er' in page
    assert (answered.status_code, Measurement.objects.first().value) == (302, 1234)


def test_measurement_create_asks_again_about_another_value(plan, register):
    create_measurement(indicator=register, value="13.4", measured_on=date(2025, 10, 1))

    response = post(member(plan, Role.PROJECT_MANAGER), value="1.235", as_is="1234")

    assert (response.status_code, Measurement.objects.count()) == (422, 1)


def test_measurement_create_says_that_the_file_has_to_be_chosen_once_more(plan, register):
    create_measurement(indicator=register, value="13.4", measured_on=date(2025, 10, 1))
    client = member(plan, Role.PROJECT_MANAGER)

    with_file = post(client, value="1.234", file=SimpleUploadedFile("brev.pdf", PDF))
    without = post(client, value="1.234")

    said = ["Vælg bilaget igen." in response.content.decode() for response in (with_file, without)]
    assert said == [True, False]


@pytest.mark.parametrize(
    ("last", "value", "far"),
    [
        ("13.4", "67", False),
        ("13.4", "67.1", True),
        ("10", "2", False),
        ("10", "1.9", True),
        ("10", "0", True),
        ("2", "25", False),
        ("2", "25.1", True),
        ("4", "0", False),
        ("-10", "10", False),
        ("-10", "60", True),
    ],
)
def test_is_far_means_five_times_as_much_or_a_fifth_and_leaves_small_numbers_in_peace(last, value, far):
    assert is_far(Decimal(value), Decimal(last)) is far


def test_last_before_is_of_the_same_period_where_a_count_begins_anew(plan):
    people = create_indicator(plan=plan, measure=Measure.PEOPLE_COUNT)
    level = create_indicator(plan=plan, measure=Measure.REGISTER)
    for indicator in (people, level):
        create_target(indicator=indicator, value=40)
        create_measurement(indicator=indicator, value=40, measured_on=date(2025, 6, 30))

    found = [last_before(indicator, date(2025, 7, 20)) for indicator in (people, level)]

    assert [None if one is None else one.value for one in found] == [None, 40]


def test_last_before_is_neither_itself_nor_later_nor_sent_back(plan, register):
    first = create_measurement(indicator=register, value=10, measured_on=date(2025, 9, 1))
    itself = create_measurement(indicator=register, value=11, measured_on=date(2025, 10, 1))
    create_measurement(indicator=register, value=12, measured_on=date(2025, 10, 3))
    create_measurement(
        indicator=register, value=13, measured_on=date(2025, 10, 1), state="returned", return_reason="Forkert"
    )

    assert last_before(register, date(2025, 10, 1), apart_from=itself) == first


# -- approval ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def register(plan):
    indicator = create_indicator(plan=plan, code="K6", measure=Measure.REGISTER)
    create_target(indicator=indicator, value=50)
    return indicator


def figure(plan, *, for_team: bool) -> dict:
    return build_figure_set(plan, Period(*YEAR), date(2025, 11, 24), for_team=for_team)["indicators"][0]


def test_measurement_of_staff_counts_once_it_is_approved(plan, register):
    post(member(plan, Role.STAFF), value="35")
    draft = Measurement.objects.get()
    before = [figure(plan, for_team=for_team) for for_team in (True, False)]

    member(plan, Role.PROJECT_MANAGER, "Lars Leder").post(at("measurement_approve", draft.pk))

    after = figure(plan, for_team=False)
    approved = Measurement.objects.get()
    assert [(row["value"], row["waiting"]) for row in before] == [
        (None, [{"on": "2025-11-03", "value": "35"}]),
        (None, []),
    ]
    assert (after["value"], after["waiting"]) == ("35", [])
    assert (approved.state, approved.decided_by.name) == (MeasurementState.APPROVED, "Lars Leder")


def test_measurement_of_the_project_manager_counts_at_once(plan, register):
    post(member(plan, Role.PROJECT_MANAGER), value="35")

    assert figure(plan, for_team=False)["value"] == "35"


def test_follow_up_marks_what_awaits_approval_for_the_team_alone(plan, register):
    create_measurement(indicator=register, value="35.5", state=MeasurementState.DRAFT)
    release_figures(plan=plan, as_of=date(2025, 11, 24))

    draft = member(plan, Role.STAFF).get(at("follow_up")).content.decode()
    released = member(plan, Role.BOARD).get(at("follow_up")).content.decode()

    assert "35,5 venter på godkendelse" in draft
    assert "1 tal venter på godkendelse" in draft
    assert "35,5" not in released


def test_every_list_of_values_says_which_are_estimated(plan, register):
    create_measurement(indicator=register, value=30, is_estimated=True, state=MeasurementState.DRAFT)
    create_measurement(indicator=register, value=31)
    client = member(plan, Role.PROJECT_MANAGER)

    pages = [client.get(at(*page)).content.decode() for page in (("indicator_detail", "K6"), ("measurement_queue",))]

    assert [page.count('<span class="tag">anslået</span>') for page in pages] == [1, 1]
    assert "30 (anslået) venter på godkendelse" in client.get(at("follow_up")).content.decode()


def test_measurement_return_needs_a_reason_and_leads_back_to_who_wrote_it(plan, register):
    staff = member(plan, Role.STAFF)
    post(staff, value="35")
    draft = Measurement.objects.get()
    manager = member(plan, Role.PROJECT_MANAGER)

    without = manager.post(at("measurement_return", draft.pk), {"reason": " "})
    manager.post(at("measurement_return", draft.pk), {"reason": "Tallet er for hele kommunen"})
    queue = staff.get(at("measurement_queue")).content.decode()
    edited = post(staff, address=at("measurement_edit", draft.pk), value="ca. 31")

    draft.refresh_from_db()
    assert (without.status_code, edited.status_code) == (422, 302)
    assert "Tallet er for hele kommunen" in queue
    assert (draft.state, draft.value, draft.is_estimated, draft.return_reason) == (
        MeasurementState.DRAFT,
        31,
        True,
        "",
    )


def test_measurement_edit_shows_what_was_written(plan):
    indicator = create_indicator(plan=plan, code="K6", measure=Measure.SHARE)
    draft = create_measurement(
        indicator=indicator, value=70, part=14, whole=20, is_estimated=True, state=MeasurementState.DRAFT
    )

    form = member(plan, Role.STAFF).get(at("measurement_edit", draft.pk)).context["form"]

    assert form.initial["value"] == "ca. 14 af 20"


def test_measurement_return_takes_an_approved_value_out_of_the_next_release_only(plan, register):
    value = create_measurement(indicator=register, value=35)
    first = release_year(plan)

    member(plan, Role.PROJECT_MANAGER).post(at("measurement_return", value.pk), {"reason": "Forkert år"})

    second = release_year(plan)
    told = [read_release(release)["indicators"][0]["value"] for release in (first, second)]
    assert told == ["35", None]


def release_year(plan):
    new = release_figures(plan=plan, as_of=date(2025, 11, 24)).new
    return next(release for release in new if (release.starts_on, release.ends_on) == YEAR)


def test_approve_and_send_back_are_done_once(plan, register):
    manager = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    draft = create_measurement(indicator=register, value=35, state=MeasurementState.DRAFT)

    assert [approve(measurement=draft, by=manager) for _press in range(2)] == [True, False]
    assert [send_back(measurement=draft, by=manager, reason="x") for _press in range(2)] == [True, False]


def test_correct_measurement_refuses_what_was_approved_meanwhile(plan, register):
    draft = create_measurement(indicator=register, value=35, state=MeasurementState.DRAFT)
    client = member(plan, Role.STAFF)
    stale = Measurement.objects.get(pk=draft.pk)
    approve(measurement=draft, by=create_member(plan=plan, role=Role.PROJECT_MANAGER))

    with pytest.raises(MeasurementRefused):
        correct_measurement(measurement=stale, typed=None, by=None, approved=False)
    assert client.get(at("measurement_edit", draft.pk)).status_code == 302
    assert Measurement.objects.get().value == 35


def test_measurement_create_marks_a_milestone_as_done(plan):
    indicator = create_indicator(plan=plan, code="K6", measure=Measure.MILESTONE, direction="")
    create_target(indicator=indicator, due_on=date(2025, 12, 1))
    client = member(plan, Role.PROJECT_MANAGER)

    post(client)

    assert Measurement.objects.get().value == 1
    assert "Nået" in client.get(at("follow_up")).content.decode()


def test_measurements_of_a_locked_day_are_refused(plan, register):
    waiting = create_measurement(indicator=register, value=35, state=MeasurementState.DRAFT)
    Plan.objects.update(figures_locked_until=date(2025, 11, 3))
    client = member(plan, Role.PROJECT_MANAGER)

    created = post(client, value="30")
    client.post(at("measurement_approve", waiting.pk))
    returned = client.post(at("measurement_return", waiting.pk), {"reason": "x"})
    corrected = post(client, address=at("measurement_edit", waiting.pk), value="30", measured_on="2025-11-10")

    assert [response.status_code for response in (created, returned, corrected)] == [422, 422, 422]
    page = created.content.decode()
    assert (
        "Tal til og med 3. november 2025 er låst. Projektlederen kan åbne dem for en stund under Indstillinger, "
        "“Åbn for rettelser”."
    ) in page
    assert reverse("plan:figures_reopen", args=["birkeparken"]) in page
    assert [(m.value, m.state) for m in Measurement.objects.all()] == [(35, "draft")]


def test_measurements_of_a_locked_day_lead_staff_nowhere(plan, register):
    Plan.objects.update(figures_locked_until=date(2025, 11, 3))

    page = post(member(plan, Role.STAFF), value="30").content.decode()

    assert reverse("plan:figures_reopen", args=["birkeparken"]) not in page


def test_measurement_of_a_day_before_the_plan_is_not_called_locked_up_to_today(plan, register):
    Plan.objects.update(figures_locked_until=date(2025, 11, 3))

    response = post(member(plan, Role.PROJECT_MANAGER), value="30", measured_on="2022-05-01")

    assert response.context["form"].errors["measured_on"] == [
        "1. maj 2022 ligger før planen, som begynder 1. juli 2023. Så gamle tal kan kun skrives, mens tallene er åbne. "
        "Projektlederen kan åbne dem under Indstillinger, “Åbn for rettelser”."
    ]


def test_measurement_queue_asks_as_much_of_thirty_values_as_of_one(plan, register):
    client = member(plan, Role.PROJECT_MANAGER)
    create_measurement(indicator=register, value=1, state=MeasurementState.DRAFT)
    client.get(at("measurement_queue"))
    of_one = count_queries(client)
    for number in range(29):
        create_measurement(indicator=register, value=number, state=MeasurementState.DRAFT)

    assert count_queries(client) == of_one


def count_queries(client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(at("measurement_queue"))
    return len(queries)


def test_measurement_note_stays_with_the_team(plan, register):
    create_measurement(indicator=register, value=5, note="hemmelig note")
    client = member(plan, Role.STAFF)

    assert "hemmelig note" in client.get(at("indicator_detail", "K6")).content.decode()
    assert "hemmelig note" not in client.get(at("follow_up")).content.decode()


# -- attachments -------------------------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def word_file(*paragraphs: str) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    file = io.BytesIO()
    with ZipFile(file, "w") as package:
        package.writestr("word/document.xml", f"<w:document><w:body>{body}</w:body></w:document>")
    return file.getvalue()


def xlsx(*rows: list) -> bytes:
    return workbook({"Ark1": list(rows)})


def attach(client, name: str, content: bytes):
    return post(client, value="35", file=SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Udtræk æøå.PDF", PDF),
        ("billede.png", PNG),
        ("notat.docx", word_file("312 af 1.180 svarede")),
        ("svar.csv", "Spørgsmål;Svar\nTryg;312\n".encode("cp1252")),
        ("svar.xlsx", xlsx(["Spørgsmål", "Svar"], ["Tryg", 312])),
        ("note.txt", "Talt på mødet".encode()),
    ],
)
def test_measurement_file_comes_back_as_it_was_for_the_team(plan, register, name, content):
    staff = member(plan, Role.STAFF)
    attach(staff, name, content)
    stored = MeasurementFile.objects.get()

    response = staff.get(at("measurement_file", stored.measurement_id))

    assert (stored.name, stored.size, response.content) == (name, len(content), content)
    assert response["Content-Disposition"].startswith("attachment")
    assert member(plan, Role.BOARD).get(at("measurement_file", stored.measurement_id)).status_code == 403
    assert name in staff.get(at("indicator_detail", "K6")).content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("program.exe", b"MZ"),
        ("side.html", b"<script>"),
        ("010190-1234.pdf", PDF),
        ("liste 0101901234.pdf", PDF),
        ("ikke-en.pdf", b"<html>"),
        ("ikke-en.png", PDF),
        ("tom.pdf", b""),
        ("stor.pdf", PDF + b"\0" * MOST_BYTES),
        ("note.txt", b"ring til 010190-1234"),
        ("bred.txt", "ring til 010190-1234".encode("utf-16")),
        ("svar.csv", b"Alias;Svar\n010190-1234;ja\n"),
        ("svar.xlsx", xlsx(["Alias", "Svar"], ["010190-1234", "ja"])),
        ("notat.docx", word_file("se 0101</w:t></w:r><w:r><w:t>90-1234")),
        ("notat.docx", b"PK\x03\x04 beskadiget"),
    ],
)
def test_measurement_file_is_refused_before_anything_is_kept(plan, register, name, content):
    response = attach(member(plan, Role.STAFF), name, content)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["file"])
    assert (Measurement.objects.count(), MeasurementFile.objects.count()) == (0, 0)
    assert "010190" not in str(response.context["form"].errors)


def test_measurement_edit_keeps_the_file_until_there_is_another(plan, register):
    staff = member(plan, Role.STAFF)
    attach(staff, "første.pdf", PDF)
    address = at("measurement_edit", Measurement.objects.get().pk)

    post(staff, address=address, value="30")
    kept = MeasurementFile.objects.get().name
    post(staff, address=address, value="30", file=SimpleUploadedFile("anden.pdf", PDF))

    assert (kept, MeasurementFile.objects.get().name) == ("første.pdf", "anden.pdf")
