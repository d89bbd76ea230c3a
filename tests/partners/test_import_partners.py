"""Partners as a spreadsheet."""

from datetime import date

import pytest

from jobs.sheets import read_workbook
from partners.imports import PartnerResource
from partners.models import Agreement, Contact, Organisation
from tests.factories import create_agreement, create_organisation, create_plan
from tests.sheets.commands import counts, run_import, write
from tests.sheets.files import DATA, csv_text

pytestmark = pytest.mark.django_db

HEADINGS = [
    "Organisation", "Type", "Kontaktperson", "Rolle", "E-mail", "Telefon", "Indsatsområder", "Aftale fra", "Aftale til",
    "Aftalen går ud på",
]  # fmt: skip


@pytest.fixture
def plan(db):
    return create_plan(slug="herredsvang")


def partner(name="Vestbo", kind="", contact="", title="", email="", phone="", areas="", first="", last="", text=""):
    return [name, kind, contact, title, email, phone, areas, first, last, text]


def apply(plan, *rows):
    return PartnerResource(plan=plan).apply(read_workbook(csv_text(HEADINGS, *rows), "partnere.csv"))


def reasons(outcome):
    return [(item.number, item.column, item.reason) for item in outcome.invalid_rows]


def test_import_partners_reads_the_real_file(plan):
    ran = run_import("import_partners", "herredsvang", DATA / "partnere.xlsx")

    assert (ran.code, ran.counts) == (0, counts(created=9))
    assert (Organisation.objects.count(), Contact.objects.count(), Agreement.objects.count()) == (9, 9, 9)
    school = Agreement.objects.get(text__startswith="Lektiehjælpere")
    assert (school.starts_on, school.ends_on) == (date(2024, 8, 1), date(2026, 7, 31))
    assert [area.name for area in school.focus_areas.all()] == ["Uddannelse og livschancer"]
    assert [party.type for party in school.parties.all()] == ["school"]
    vestbo = Agreement.objects.get(text__startswith="Bærende part")
    assert vestbo.focus_areas.count() == 4


def test_import_partners_twice_changes_nothing(plan):
    run_import("import_partners", "herredsvang", DATA / "partnere.xlsx")
    before = list(Agreement.objects.order_by("pk").values()), list(Contact.objects.order_by("pk").values())

    ran = run_import("import_partners", "herredsvang", DATA / "partnere.xlsx")

    assert ran.counts == counts(unchanged=9)
    assert (list(Agreement.objects.order_by("pk").values()), list(Contact.objects.order_by("pk").values())) == before


def test_import_partners_lays_new_facts_over_old_and_never_deletes(plan):
    apply(plan, partner(kind="Kommune", contact="Karen", phone="86 00 00 01", text="Vi mødes", areas="Beskæftigelse"))

    outcome = apply(
        plan,
        partner(contact="karen", title="Chef", text="Vi mødes", first="01-01-2025"),
        partner(contact="Ole"),
        partner(name="vestbo "),
    )

    assert outcome.counts() == counts(created=1, updated=1, unchanged=1)
    assert sorted(Contact.objects.values_list("name", "title", "phone")) == [
        ("Karen", "Chef", "86 00 00 01"),
        ("Ole", "", ""),
    ]
    agreement = Agreement.objects.get()
    assert (agreement.starts_on, agreement.focus_areas.count()) == (date(2025, 1, 1), 1)
    assert Organisation.objects.get().type == "municipality"


def test_import_partners_knows_what_people_wrote(plan):
    vestbo = create_organisation(plan=plan, name="Vestbo")
    create_agreement(plan=plan, parties=[vestbo], text="Vi mødes")

    assert apply(plan, partner(name="VESTBO", text="vi  mødes")).counts() == counts(unchanged=1)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"name": "", "contact": "Ole"}, "Organisation", "Organisationens navn mangler."),
        ({"contact": "Ole", "email": "ole@"}, "E-mail", "“ole@” er ikke en e-mailadresse. Ret den."),
        (
            {"phone": "86 00 00 01"},
            "Kontaktperson",
            "Kontaktpersonens navn mangler. Skriv det, eller lad det hele være tomt.",
        ),
        (
            {"areas": "Sundhed", "text": "x"},
            "Indsatsområder",
            "Indsatsområdet “Sundhed” er ikke et af planens: Beskæftigelse, Uddannelse og livschancer, "
            "Kriminalpræventiv indsats, Sammenhængskraft og medborgerskab.",
        ),
        (
            {"text": "x", "first": "01-01-2026", "last": "01-01-2025"},
            "Aftale til",
            "Aftalen slutter, før den begynder. Ret en af datoerne.",
        ),
        ({"first": "01-01-2026"}, "Aftalen går ud på", "Aftalen har datoer, men ingen ord. Skriv, hvad den går ud på."),
        ({"text": "x", "first": "snart"}, "Aftale fra", "“snart” er ikke en dato. Skriv den som 21-10-2025."),
    ],
)  # fmt: skip
def test_import_partners_rejects_with_row_column_and_reason(plan, cells, column, reason):
    outcome = apply(plan, partner(name="Fakta"), partner(**cells))

    assert reasons(outcome) == [(3, column, reason)]
    assert outcome.counts() == counts(created=1, rejected=1)


def test_import_partners_knows_the_areas_by_their_other_names(plan):
    apply(plan, partner(text="x", areas="kriminalitetsforebyggelse; Uddannelse og livschancer"))

    assert [area.position for area in Agreement.objects.get().focus_areas.all()] == [2, 3]


def test_import_partners_refuses_cpr_with_exit_2(plan, tmp_path):
    file = write(tmp_path / "partnere.csv", csv_text(HEADINGS, partner(text="Karen 010203-1234")))

    ran = run_import("import_partners", "herredsvang", file)

    assert (ran.code, ran.counts, Organisation.objects.count()) == (2, None, 0)


def test_import_partners_stays_within_the_plan(plan):
    other = create_plan()
    create_organisation(plan=other, name="Vestbo")

    assert apply(plan, partner()).counts() == counts(created=1)
    assert Organisation.objects.filter(plan=plan).count() == 1
