"""axe finds nothing serious on any main page, in light and in dark, for the role that uses it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from activities.models import Activity, Session
from reporting.models import StatusReport

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
SERIOUS = {"serious", "critical"}
PAGES = {
    "medarbejder": (
        "uge/",
        "fredag/",
        "fredag/venter/",
        "uventet/",
        "gange/",
        "deltagere/",
        "gang/{heads}/",
        "gang/{list}/krydsliste/",
        "frivillige/",
        "bevis/{asked}/",
    ),
    "leder": (
        "maal/",
        "maal/omraade/3/",
        "mangler/",
        "aktiviteter/",
        "aktiviteter/{activity}/",
        "lukkedage/",
        "import/",
        "medlemmer/",
        "moedepakker/",
        "moedepakker/ny/",
        "moedepakker/{draft}/",
        "moedepakker/{draft}/ret/",
    ),
    "styregruppe": ("maal/", "maal/omraade/4/", "aftaler/", "moedepakker/", "moedepakker/{pack}/"),
    "partner": ("vores-aftale/",),
    "frivillig": ("kommende/", "mit-bidrag/"),
    "admin": ("indstillinger/",),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_on_any_main_page(demo, new_context, scheme):
    keys = {
        "heads": demo.tonight().pk,
        "list": Session.objects.filter(plan=demo.plan, known_heads__gt=0).latest("date").pk,
        "activity": Activity.objects.get(plan=demo.plan, name="Lektiecafé").pk,
        "asked": demo.plan.references.waiting().get().pk,
        "draft": StatusReport.objects.filter(plan=demo.plan).drafts().get().pk,
        "pack": StatusReport.objects.filter(plan=demo.plan).frozen().get().pk,
    }
    barriers, sideways = [], []
    for mailbox, paths in PAGES.items():
        page = new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme).new_page()
        demo.live.sign_in(page, demo.user(mailbox))
        for path in paths:
            rest = path.format(**keys)
            answer = page.goto(demo.path(rest))
            assert answer.status == 200, f"{mailbox} {rest}: {answer.status}"
            found = Axe().run(page).response["violations"]
            barriers += [
                f"{mailbox} {rest}: {rule['id']} {node['target']}"
                for rule in found
                if rule["impact"] in SERIOUS
                for node in rule["nodes"]
            ]
            if page.evaluate("document.documentElement.scrollWidth") > 360:
                sideways.append(f"{mailbox} {rest}")
        page.context.close()
    assert barriers == []
    assert sideways == []


def test_no_serious_barrier_on_the_login_page(demo, phone):
    phone.goto(demo.live.url("/accounts/login/"))
    found = Axe().run(phone).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in SERIOUS] == []
