"""A file given to the wrong import is told where it belongs, and nothing is written."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from activities.models import CountingMode, Session
from jobs.models import StoredFile
from jobs.sheet_kinds import sheet_kinds
from partners.models import Organisation
from reporting.imports import KINDS
from reporting.models import Indicator
from residents.models import Participant
from tests.factories import create_activity, create_member, create_plan
from tests.sheets.commands import counts, run_import
from tests.sheets.files import ATTENDANCE, DATA, LOG, csv_text, xlsx

pytestmark = pytest.mark.django_db
FILES = {"log": LOG, "fremmoede": ATTENDANCE, "partnere": DATA / "partnere.xlsx", "maal": DATA / "maal-2023-2026.xlsx"}
COMMANDS = {
    "log": "import_log",
    "fremmoede": "import_attendance",
    "partnere": "import_partners",
    "maal": "import_targets",
    "tal": "import_register",
}
SENTENCES = {
    "log": ("Det ligner en log over aftener.", "Log over aftener"),
    "fremmoede": ("Det ligner en fremmødeliste.", "Fremmøde"),
    "partnere": ("Det ligner en liste over partnere.", "Partnere og aftaler"),
    "maal": ("Det ligner et ark med måltal.", "Måltal"),
}
WRONG = [(given, chosen) for given in FILES for chosen in FILES if given != chosen]
VISITS = [("Dato", "Aktivitet", "Navn", "Fødselsår", "Fremmøde"), ("07-01-2025", "Lektiecafé", "Lille-Ali", 2012, 1)]


@pytest.fixture
def plan():
    plan = create_plan(slug="herredsvang")
    create_activity(plan=plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)
    return plan


@pytest.fixture
def leader(plan):
    client = Client()
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    return client


def nothing_was_written():
    return [model.objects.count() for model in (Session, Participant, Organisation, Indicator, StoredFile)] == [0] * 5


@pytest.mark.parametrize(("given", "chosen"), WRONG)
def test_import_create_says_which_kind_it_looks_like(leader, given, chosen):
    file = SimpleUploadedFile(FILES[given].name, FILES[given].read_bytes())

    page = leader.post(reverse("reporting:import_create", args=["herredsvang", chosen]), {"file": file})

    looks, name = SENTENCES[given]
    assert page.context["form"].errors == {"file": [f"{looks} Vælg “{name}” i stedet."]}
    assert f'href="{reverse("reporting:import_create", args=["herredsvang", given])}"' in page.content.decode()
    assert nothing_was_written()


@pytest.mark.parametrize(("given", "chosen"), WRONG)
def test_the_command_says_which_to_use_and_ends_with_2(plan, given, chosen):
    ran = run_import(COMMANDS[chosen], "herredsvang", FILES[given])

    assert (ran.code, ran.counts) == (2, None)
    assert ran.errors == f"{SENTENCES[given][0]} Brug {COMMANDS[given]} i stedet."
    assert nothing_was_written()


@pytest.mark.parametrize("command", ["import_log", "import_partners"])
def test_a_list_of_visits_is_no_log_and_no_partners(plan, tmp_path, command):
    """Its columns would do for both: “Fremmøde” is a head count, and “Navn” an organisation."""
    file = tmp_path / "besøg.csv"
    file.write_bytes(csv_text(*VISITS))

    ran = run_import(command, "herredsvang", file)

    assert (ran.code, ran.errors) == (2, "Det ligner en fremmødeliste. Brug import_attendance i stedet.")
    assert nothing_was_written()


def test_a_workbook_with_several_kinds_gives_each_import_its_own(plan, tmp_path):
    file = tmp_path / "alt.xlsx"
    partners = [("Navn", "Type"), ("Byskolen", "Skole")]
    file.write_bytes(xlsx({"Besøg": VISITS, "Partnere": partners, "Noter": [("Husk",), ("kaffe",)]}))

    ran = run_import("import_partners", "herredsvang", file)
    assert (ran.code, ran.counts) == (0, counts(created=1))
    assert "Besøg" in ran.errors
    assert list(Organisation.objects.values_list("name", flat=True)) == ["Byskolen"]

    assert run_import("import_attendance", "herredsvang", file).counts == counts(created=1)
    assert Participant.objects.count() == 1


def test_a_file_of_no_kind_still_says_what_is_missing(plan, tmp_path):
    file = tmp_path / "log.csv"
    file.write_bytes(csv_text(["Dato", "Aktivitet"], ["07-01-2025", "x"]))

    ran = run_import("import_log", "herredsvang", file)

    assert (ran.code, ran.errors) == (2, "Kolonnen “Antal i alt” mangler. Tilføj den, og prøv igen.")


def test_every_kind_of_the_browser_is_announced():
    announced = {kind.slug: (kind.name, kind.command) for kind in sheet_kinds()}

    assert announced == {slug: (kind.name, COMMANDS[slug]) for slug, kind in KINDS.items()}
