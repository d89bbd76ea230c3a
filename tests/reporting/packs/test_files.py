"""The files of a pack: drawn from its JSON alone, the same bytes every time, and the same figures as the JSON."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pypdf
import pypdfium2
import pytest
import time_machine
from django.utils import translation

from accounts.models import Plan
from accounts.periods import whole_plan
from accounts.templatetags.portal_tags import da_number
from activities.log import current_log, log_session
from reporting.models import Measure
from reporting.packs.content import read_pack
from reporting.packs.drawing import draw_content
from reporting.packs.files import make_files, pack_pdf, pack_xlsx
from reporting.packs.freezing import freeze_pack
from reporting.packs.reading import read_in_words
from tests.factories import create_activity, create_held_session, create_plan, create_schedule
from tests.jobs.test_typesetting import structure
from tests.reporting.makers import create_indicator, create_measurement, create_target
from tests.reporting.packs.makers import create_frozen_pack, create_pack, no_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-20 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(name="Birkeparken")


@pytest.fixture
def content(plan):
    """The second pack of a plan, with one of everything; K2 was corrected after the first."""
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_schedule(activity=cafe, starts_on=date(2025, 8, 5))
    for area, code, measure, target in ((3, "K2", Measure.MEAN_VISITS, 20), (1, "B1", Measure.SESSIONS_HELD, 40)):
        indicator = create_indicator(plan=plan, activities=[cafe], code=code, measure=measure, area=area)
        create_target(indicator=indicator, value=target)
    register = create_indicator(plan=plan, code="K6", measure=Measure.REGISTER, unit="pr. 1.000", direction="at_most")
    create_target(indicator=register, value=35)
    create_measurement(indicator=register, value="36.5", source="Danmarks Statistik")
    for day, heads in ((date(2025, 9, 2), 1234), (date(2025, 10, 7), 30)):
        create_held_session(activity=cafe, heads=heads, date=day)
    create_frozen_pack(plan=plan)
    Plan.objects.update(figures_locked_until=None)
    session = cafe.sessions.get(date=date(2025, 10, 7))
    log_session(session=session, log=replace(current_log(session), heads_total=44), by=None)
    fields = {
        "summary": "Æblerne er røde\nog grødens søde",
        "decisions": "At flytte cafeen",
        "deviations": "Lukket i uge 42",
    }
    report = create_pack(plan=plan, meets_on=date(2025, 12, 15), **fields)
    report.narratives.filter(focus_area__position=3).update(text="Debatterne trækker", approved_at="2025-11-20T09:00Z")
    return read_pack(freeze_pack(report_id=report.pk, make_files=no_files)[0])


def words(pdf: bytes) -> str:
    """What the pages say, as one line: justified and wrapped text, without the breaks."""
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def tree(pdf: bytes):
    return structure(pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"])


def workbook(content):
    return openpyxl.load_workbook(io.BytesIO(pack_xlsx(content, "ab" * 32)))


def test_files_made_again_are_the_same_bytes_also_in_another_year_and_language(content):
    first = make_files(content, "ab" * 32)

    with time_machine.travel("2031-02-03 04:05:06"), translation.override("en"):
        again = make_files(content, "ab" * 32)

    assert {name: (file[:4], len(file)) for name, file in first.items()} == {
        "pdf": (b"%PDF", len(again["pdf"])),
        "xlsx": (b"PK\x03\x04", len(again["xlsx"])),
    }
    assert first == again


def test_page_and_files_are_drawn_from_the_json_alone(content, django_assert_num_queries):
    with django_assert_num_queries(0):
        make_files(content, "ab" * 32)
        draw_content(content)


def test_pdf_tells_the_figures_of_the_json(content):
    text = words(pack_pdf(content, "ab" * 32))

    with translation.override("da"):
        board = read_in_words(content).board
        shown = [row for block in board.areas for row in block.rows]
        assert {row.code: row.value for row in shown} == {"B1": "2", "K2": "639", "K6": "36,5"}
        for row in shown:
            assert f"{row.code} {row.text}" in text
            assert f"{row.value}{row.of}".replace(" ", "") in text.replace(" ", "")
        for activity in content["figures"]["activities"]:
            assert f"{activity['activity']} 2 0/0 {da_number(activity['sessions']['visits'])}" in text
        assert f"{board.question} {board.answer}" in text
    for entry in content["figures"]["definitions"].values():
        assert " ".join(entry["da"].split()) in text


def test_pdf_tells_texts_decisions_since_last_and_corrections(content):
    text = words(pack_pdf(content, "ab" * 32))

    for said in (
        "Mødepakke til Styregruppen · 15. december 2025",
        "Planår 2025/26 (1. juli 2025 – 30. juni 2026). Tal til og med 31. oktober 2025.",
        "Æblerne er røde og grødens søde",
        "Det skal I beslutte 1. At flytte cafeen",
        "Afvigelser fra planen • Lukket i uge 42",
        "Debatterne trækker",
        "Siden sidst: Styregruppen, 24. november",
        "K2 Mål K2 632 639",
        "2 tal, der blev lagt frem for Styregruppen, 24. november, er siden rettet.",
        "Unge Cafeen 7. oktober 30 kom 44 kom 20. november",
        "SHA-256: " + "ab" * 16 + " " + "ab" * 16,
    ):
        assert said in text


def test_correction_that_changed_the_volunteers_tells_both_counts(content):
    [log] = content["corrections"]["logs"]
    logs = [{**log, "now": {**log["now"], "volunteer_turns": turns}} for turns in ("1", "4")]
    content = {**content, "corrections": {**content["corrections"], "logs": logs}}

    text = words(pack_pdf(content, "ab" * 32))

    assert ("30 kom 44 kom, 1 frivillig" in text, "30 kom 44 kom, 4 frivillige" in text) == (True, True)


def test_pdf_is_tagged_with_title_language_headings_tables_and_texts_for_drawings(content):
    pdf = pack_pdf(content, "ab" * 32)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    found = tree(pdf)

    assert reader.trailer["/Root"]["/Lang"] == "da-DK"
    assert reader.metadata.title == "Mødepakke til Styregruppen, 15. december 2025 · Birkeparken"
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        "Er vi på sporet? Ja, på 2 af 3 mål."
    ]
    kinds = [kind for kind, _alt in found]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") >= 6
    assert kinds.count("/THead") == kinds.count("/Table") >= 5
    alts = [alt for kind, alt in found if kind == "/Figure"]
    assert alts
    assert None not in alts
    assert "Fremmøder måned for måned: jul 0, aug 0, sept 1.234, okt 44" in alts


@pytest.mark.parametrize(
    "spoilt", ["=1+1", "#panic[x]", "*fed* _kursiv_ `kode`", "<script>alert(1)</script>", "🎉 Жук"]
)
def test_files_take_any_text_as_text(content, spoilt):
    content = {**content, "summary": spoilt, "decisions": [spoilt]}
    told = spoilt.replace("🎉 Жук", "???")

    files = make_files(content, "ab" * 32)

    assert words(files["pdf"]).count(told) == 2
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0] for cell in row]
    assert [cell.data_type for cell in cells if cell.value == spoilt] == ["s", "s"]


def test_pdf_of_an_empty_plan_and_of_a_long_one():
    empty = create_plan(with_programme=False)
    content = read_pack(create_frozen_pack(plan=empty, period=whole_plan(empty)))
    assert "Planen som helhed" in words(pack_pdf(content, "ab" * 32)) or "Hele planen" in words(
        pack_pdf(content, "x" * 64)
    )

    long = create_plan(starts_on=date(2014, 1, 1), ends_on=date(2025, 12, 31))
    activity = create_activity(plan=long)
    for number in range(40):
        create_target(
            indicator=create_indicator(plan=long, activities=[activity], code=f"X{number}", text="Et langt mål " * 20),
            value=10,
            period=(long.starts_on, long.ends_on),
        )
    for year in range(2014, 2026):
        create_held_session(activity=activity, heads=999999, date=date(year, 3, 3))
    pdf = pack_pdf(read_pack(create_frozen_pack(plan=long, period=whole_plan(long))), "ab" * 32)

    assert "X39" in words(pdf)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) > 4


def test_workbook_has_figures_as_numbers_and_their_definitions(content):
    book = workbook(content)

    assert book.sheetnames == [
        "Mødepakke", "Måltal", "Aktiviteter", "Siden sidst", "Rettelser", "Definitioner",
    ]  # fmt: skip
    rows = {row[0]: row for row in book["Måltal"].iter_rows(min_row=2, values_only=True)}
    assert (rows["K2"][5], rows["K2"][8], rows["K6"][5], rows["K6"][7]) == (639, 20, 36.5, "pr. 1.000")
    activity = next(book["Aktiviteter"].iter_rows(min_row=2, values_only=True))
    assert (activity[0], activity[2], activity[6]) == ("Unge Cafeen", 2, 1278)
    told = {row[0]: row[1] for row in book["Definitioner"].iter_rows(min_row=2, values_only=True)}
    assert told == dict(read_pack_definitions(content))
    assert ("SHA-256", "ab" * 32) in list(book["Mødepakke"].iter_rows(values_only=True))


def read_pack_definitions(content):
    with translation.override("da"):
        return read_in_words(content).definitions
