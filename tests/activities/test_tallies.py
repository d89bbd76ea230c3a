"""Contacts and referrals: counted in two taps, taken back in one, never with a name."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Plan, Role
from activities.models import Tally, TallyKind
from activities.tallies import TallyFact, tally_facts
from tests.factories import create_activity, create_member, create_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken")


@pytest.fixture
def client(plan) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=Role.STAFF, name="Anne Berg"))
    return client


def at(name: str, *arguments) -> str:
    return reverse(f"activities:{name}", args=["birkeparken", *arguments])


def count(client, kind=TallyKind.CONTACT, **fields):
    return client.post(at("tally_list"), {"number": "1", "activity": "", "date": "24-11-2025", "kind": kind, **fields})


def test_tally_is_two_taps_from_my_week(plan, client):
    """One tap opens the page, with everything filled in; the second is on the word itself."""
    assert at("tally_list") in client.get(at("week")).content.decode()
    form = client.get(at("tally_list")).context["form"]
    filled = {name: form[name].value() for name in ("number", "activity", "date")}

    page = client.post(
        at("tally_list"), {"number": 1, "activity": "", "date": filled["date"], "kind": "contact"}, follow=True
    ).text

    assert filled == {"number": 1, "activity": None, "date": date(2025, 11, 24)}
    assert "1 henvendelse er talt med." in page
    tally = Tally.objects.get()
    assert (tally.kind, tally.date, tally.number, tally.activity, tally.logged_by.name) == (
        "contact",
        date(2025, 11, 24),
        1,
        None,
        "Anne Berg",
    )


def test_tally_list_suggests_the_activity_of_last_time_or_of_the_address(plan, client):
    desk, cafe = create_activity(plan=plan, name="Beboerrådgivning"), create_activity(plan=plan, name="Jobcafé")
    ended = create_activity(plan=plan, is_active=False)
    foreign = create_activity(plan=create_plan())
    count(client, activity=desk.pk)

    def suggested(query: str = "") -> int | None:
        return client.get(at("tally_list") + query).context["form"].initial["activity"]

    assert suggested() == desk.pk
    assert suggested(f"?aktivitet={cafe.pk}") == cafe.pk
    assert [suggested(f"?aktivitet={wrong}") for wrong in (ended.pk, foreign.pk, "x")] == [desk.pk] * 3


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"number": "0"}, "number"),
        ({"number": "1000"}, "number"),
        ({"number": "et par"}, "number"),
        ({"number": ""}, "number"),
        ({"date": "25-11-2025"}, "date"),
        ({"date": "30-06-2023"}, "date"),
        ({"date": "i går"}, "date"),
        ({"kind": "klage"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"activity": "999999"}, "activity"),
    ],
)
def test_tally_list_explains_what_it_cannot_count(client, fields, wrong):
    response = count(client, **fields)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])
    assert Tally.objects.count() == 0


def test_tally_of_a_locked_day_is_refused_and_stays_where_it_is(plan, client):
    count(client)
    tally = Tally.objects.get()
    Plan.objects.update(figures_locked_until=date(2025, 11, 24))

    refused = count(client)
    client.post(at("tally_remove", tally.pk))

    assert "24. november 2025 er låst" in refused.content.decode()
    assert [row.pk for row in Tally.objects.for_plan(plan)] == [tally.pk]


def test_tally_remove_can_be_taken_back(plan, client):
    count(client)
    tally = Tally.objects.get()

    client.post(at("tally_remove", tally.pk))
    gone = Tally.objects.for_plan(plan).count()
    client.post(at("tally_restore", tally.pk))

    assert (gone, Tally.objects.for_plan(plan).count()) == (0, 1)


def test_tally_facts_hold_what_counts_in_the_days_asked_for(plan):
    cafe = create_activity(plan=plan)
    create_tally(plan, date(2025, 11, 1), 2, activity=cafe)
    create_tally(plan, date(2025, 11, 30), 3)
    create_tally(plan, date(2025, 11, 15), 4, kind=TallyKind.REFERRAL)
    create_tally(plan, date(2025, 11, 15), 5, removed_at=plan.created_at)
    create_tally(plan, date(2025, 12, 1), 6)
    create_tally(create_plan(), date(2025, 11, 15), 7)

    assert tally_facts(plan, date(2025, 11, 1), date(2025, 11, 30)) == {
        "contact": [TallyFact(date(2025, 11, 1), cafe.pk, 2), TallyFact(date(2025, 11, 30), None, 3)],
        "referral": [TallyFact(date(2025, 11, 15), None, 4)],
    }


def create_tally(plan, day: date, number: int, kind=TallyKind.CONTACT, **fields) -> Tally:
    return Tally.objects.create(plan=plan, date=day, number=number, kind=kind, **fields)


def test_tally_list_asks_as_much_of_thirty_rows_as_of_one(plan, client):
    cafe = create_activity(plan=plan)
    count(client, activity=cafe.pk)
    client.get(at("tally_list"))
    of_one = queries(client)
    for _number in range(29):
        count(client, activity=cafe.pk)
    client.get(at("tally_list"))

    assert queries(client) == of_one


def queries(client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(at("tally_list"))
    return len(captured)
