"""What a pack says of each target is the same on its page, on paper and in its workbook."""

import io
import re
from collections import Counter
from datetime import date
from decimal import Decimal

import openpyxl
import pypdfium2
import pytest
import time_machine
from django.utils import translation

from accounts.models import Plan
from reporting.judgements import write_judgement
from reporting.models import DefinitionChange, Measure
from reporting.packs.content import check_schema, read_pack
from reporting.packs.drawing import draw_content
from reporting.packs.files import pack_pdf, pack_xlsx
from reporting.packs.reading import read_in_words
from reporting.targets import set_target
from tests.factories import create_activity, create_held_session, create_plan
from tests.reporting.makers import YEAR, create_indicator, create_measurement, create_target
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
        milestone = create_indicator(
            plan=plan, code=code, measure=Measure.MILESTONE, direction="", text=f"Aftale {code}"
        )
        first = date(day.year if day.month > 6 else day.year - 1, 7, 1)
        create_target(indicator=milestone, due_on=day, period=(first, date(first.year + 1, 6, 30)))
    create_measurement(indicator=milestone, value=1, measured_on=date(2024, 4, 2))
    write_judgement(
        indicator=plan.indicators.get(code="K6"), starts_on=YEAR[0], ends_on=YEAR[1],
        judgement="behind", comment="Skolen svarer først til maj", is_ready=True, version=0, by=None,
    )  # fmt: skip
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


def test_the_project_managers_judgement_stands_on_page_paper_and_in_the_workbook(mixed):
    assert "Projektlederens vurdering Bagud Skolen svarer først til maj 20. november" in page(mixed)
    assert "Projektlederens vurdering, 20. november Bagud Skolen svarer først til maj" in paper(mixed)
    assert [
        (row["Nr."], row["Projektlederens vurdering"], row["Projektlederens kommentar"])
        for row in sheet(mixed, "Måltal")
        if row["Projektlederens kommentar"]
    ] == [("K6", "Bagud", "Skolen svarer først til maj")]


# -- since last: another target, another way of counting ---------------------------------------------------------------


@pytest.fixture
def cafe(plan):
    """K2 misses its target of 25; K3 counts the visits of all activities; both have been in a pack."""
    cafe, other = (create_activity(plan=plan, name=name) for name in ("Unge Cafeen", "Madklub"))
    for code, measure, activities, target in (
        ("K2", Measure.MEAN_VISITS, [cafe], 25),
        ("K3", Measure.VISITS, [cafe], 100),
    ):
        create_target(
            indicator=create_indicator(plan=plan, code=code, measure=measure, activities=activities), value=target
        )
    for activity, heads in ((cafe, 20), (other, 15)):
        create_held_session(activity=activity, heads=heads, date=date(2025, 10, 7))
    create_frozen_pack(plan=plan)
    Plan.objects.update(figures_locked_until=None)
    return cafe


def next_pack(plan, **fields):
    return read_pack(create_frozen_pack(plan=plan, meets_on=date(2025, 12, 15), **fields))


def lower_target(plan, value="20") -> None:
    set_target(
        indicator=plan.indicators.get(code="K2"), starts_on=YEAR[0], ends_on=YEAR[1], value=Decimal(value),
        reason="Færre aftener", decided_by="Styregruppen", decided_on=date(2025, 11, 19),
    )  # fmt: skip


def test_lowered_target_is_told_beside_the_figure_and_is_no_progress(plan, cafe):
    lower_target(plan)

    content = next_pack(plan)

    told = "Måltallet er ændret fra 25 til 20 (Færre aftener)"
    since = read_in_words(content).since
    assert (page(content).count(told), paper(content).count(told)) == (2, 2)
    assert [row["Bemærkning"] for row in sheet(content, "Måltal") if row["Nr."] == "K2"] == [told]
    assert [(row["Nr."], row["Bemærkning"]) for row in sheet(content, "Siden sidst")] == [("K2", told), ("K3", None)]
    assert [(row.code, row.turn, row.notes) for row in since.rows] == [("K2", "better", [told]), ("K3", "", [])]
    assert since.sentence == "1 mål har fået en anden status, men måltallet er også ændret."


def test_target_that_was_changed_twice_tells_both_changes_the_oldest_first(plan, cafe):
    lower_target(plan)
    with time_machine.travel("2025-11-21 10:00+01:00", tick=False):
        lower_target(plan, "18")
        content = next_pack(plan)

    row = read_in_words(content).areas[0].block.rows[0]
    assert [note for note in row.notes if "ændret" in note] == [
        "Måltallet er ændret fra 25 til 20 (Færre aftener)",
        "Måltallet er ændret fra 20 til 18 (Færre aftener)",
    ]


def test_figure_that_is_counted_otherwise_is_not_compared(plan, cafe):
    plan.indicators.get(code="K3").activities.add(plan.activities.get(name="Madklub"))

    content = next_pack(plan)

    note = "De to tal er ikke talt på samme måde, så de kan ikke sammenlignes"
    [_k2, k3] = read_in_words(content).since.rows
    assert (k3.then, k3.now, k3.change, k3.turn_word, k3.notes) == ("20", "35", "", "", [note])
    assert read_in_words(content).since.sentence == (
        "Ingen mål har fået en anden status end sidst. 1 tal er ikke talt på samme måde som sidst."
    )
    assert content["corrections"]["figures"] == []
    assert (note in page(content), note in paper(content)) == (True, True)
    assert [row["Bemærkning"] for row in sheet(content, "Siden sidst")] == [None, note]


@pytest.mark.parametrize(
    ("name", "changes", "is_alike"),
    [
        ("another word in the theme", {"theme": "job"}, False),
        ("typed in and no longer counted", {"measure": Measure.CONTACTS}, False),
        ("another wording", {"text": "Mange besøg"}, True),
        ("another margin", {"margin": Decimal("0.2")}, True),
    ],
)
def test_what_another_way_of_counting_is(plan, cafe, name, changes, is_alike):
    indicator = plan.indicators.get(code="K3")
    for field, value in changes.items():
        setattr(indicator, field, value)
    indicator.save()
    create_held_session(activity=cafe, heads=5, date=date(2025, 10, 14), theme="Fritidsjob")

    rows = {row["code"]: row for row in next_pack(plan)["since_last"]["rows"]}

    assert rows["K3"]["is_alike"] == is_alike


def test_activity_with_another_name_is_no_other_way_of_counting(plan, cafe):
    cafe.name = "Ungecafeen"
    cafe.save()

    assert [row["is_alike"] for row in next_pack(plan)["since_last"]["rows"]] == [True, True]


def test_definition_that_was_changed_by_hand_is_another_way_of_counting(plan, cafe):
    indicator = plan.indicators.get(code="K3")
    DefinitionChange.objects.create(
        plan=plan, indicator=indicator, changed_on=date(2025, 11, 10), text="Også de helt små"
    )

    assert [row["is_alike"] for row in next_pack(plan, as_of=date(2025, 11, 19))["since_last"]["rows"]] == [True, False]


def test_pack_from_before_this_was_told_is_still_read(plan, cafe):
    content = next_pack(plan)
    for row in content["since_last"]["rows"]:
        del row["is_alike"]
        for told in (row["then"], row["now"]):
            del told["measure"], told["unit"]

    check_schema(content)
    assert [(row.then, row.notes) for row in read_in_words(content).since.rows] == [("20", []), ("20", [])]
