"""What a pack says of each target is the same on its page, on paper and in its workbook."""

import io
import re
from collections import Counter
from datetime import date

import openpyxl
import pypdfium2
import pytest
import time_machine
from django.utils import translation

from reporting.models import Measure
from reporting.packs.content import read_pack
from reporting.packs.drawing import draw_content
from reporting.packs.files import pack_pdf, pack_xlsx
from reporting.packs.reading import read_in_words
from tests.factories import create_activity, create_held_session, create_plan
from tests.reporting.makers import create_indicator, create_measurement, create_target
from tests.reporting.packs.makers import create_frozen_pack

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-20 10:00+01:00", tick=False), translation.override("da"):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken", name="Birkeparken")


def paper(content) -> str:
    document = pypdfium2.PdfDocument(pack_pdf(content, "ab" * 32))
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def page(content) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", str(draw_content(content)[1])).split())


def sheet(content, name: str) -> list[dict]:
    book = openpyxl.load_workbook(io.BytesIO(pack_xlsx(content, "ab" * 32)))
    headings, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


@pytest.fixture
def mixed(plan):
    """A target on track, one close to it, one too early to say, one kept back; milestones of this year and another."""
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_held_session(activity=cafe, heads=8, date=date(2025, 10, 7))
    made = (
        ("K2", Measure.MEAN_VISITS, 7, None),
        ("K6", Measure.SURVEY, 40, 39),
        ("B1", Measure.PEOPLE_COUNT, 30, 12),
        ("U6", Measure.UNIQUE_PEOPLE, 15, None),
    )
    for code, measure, target, typed in made:
        counted = [cafe] if measure in (Measure.MEAN_VISITS, Measure.UNIQUE_PEOPLE) else []
        indicator = create_indicator(plan=plan, code=code, measure=measure, activities=counted)
        create_target(indicator=indicator, value=target)
        if typed:
            create_measurement(indicator=indicator, value=typed)
    for code, day in (("M1", date(2026, 3, 1)), ("S9", date(2024, 5, 1))):
        milestone = create_indicator(plan=plan, code=code, measure=Measure.MILESTONE, direction="", text=f"Aftale {code}")
        first = date(day.year if day.month > 6 else day.year - 1, 7, 1)
        create_target(indicator=milestone, due_on=day, period=(first, date(first.year + 1, 6, 30)))
    create_measurement(indicator=milestone, value=1, measured_on=date(2024, 4, 2))
    return read_pack(create_frozen_pack(plan=plan))


def test_headline_and_tiles_count_the_same_targets_and_milestones_are_none_of_them(mixed):
    pack = read_in_words(mixed)

    told = [row["Status"] for row in sheet(mixed, "Måltal")]
    assert pack.board.answer == "Ja, på 2 af 4 mål."
    assert [(word, count) for _status, word, count in pack.tally] == [
        ("På sporet", "1"), ("Tæt på", "1"), ("For tidligt at sige", "1"), ("Vises ikke", "1"),
    ]  # fmt: skip
    assert Counter(told) == Counter({word: int(count) for _status, word, count in pack.tally})


def test_milestone_has_its_own_line_and_word_on_page_paper_and_in_the_workbook(mixed):
    assert "Aftale M1 M1 Planlagt senest 1. marts 2026" in page(mixed)
    assert "Milepæle Nr. Milepæl Status M1 Aftale M1 Planlagt senest 1. marts 2026" in paper(mixed)
    assert [(row["Nr."], row["Status"], row["Dag"]) for row in sheet(mixed, "Milepæle")] == [
        ("M1", "Planlagt", "senest 1. marts 2026")
    ]
    assert "S9" not in page(mixed) + paper(mixed)
