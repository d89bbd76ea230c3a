"""A list that can grow is shown a page at a time: everything is reached, once, and a page costs the same."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from activities.models import Tally, TallyKind
from reporting.models import Measure, MeasurementState
from tests.factories import (
    create_activity,
    create_agreement,
    create_member,
    create_organisation,
    create_participant,
    create_plan,
    create_session,
)
from tests.reporting.makers import create_indicator, create_measurement

pytestmark = pytest.mark.django_db
MANY = 110


def fill_organisations(plan, number):
    create_organisation(plan=plan, name=f"Række {number:03}")


def fill_agreements(plan, number):
    create_agreement(plan=plan, parties=[create_organisation(plan=plan, name=f"Række {number:03}")])


def fill_archive(plan, number):
    fill_agreements(plan, number)
    plan.agreements.update(archived_at=timezone.now())


def fill_members(plan, number):
    create_member(plan=plan, name=f"Række {number:03}", role=Role.VOLUNTEER)


def fill_participants(plan, number):
    create_participant(plan=plan, alias=f"Række {number:03}")


def fill_sessions(plan, number):
    activity = plan.activities.first() or create_activity(plan=plan)
    create_session(activity=activity, date=date(2026, 3, 1 + number % 28), theme=f"Række {number:03}")


def fill_measurements(plan, number):
    indicator = create_indicator(plan=plan, text=f"Række {number:03}", measure=Measure.REGISTER)
    create_measurement(indicator=indicator, value=1, state=MeasurementState.DRAFT)


LISTS = {
    "partners:organisation_list": (fill_organisations, ""),
    "partners:agreement_list": (fill_agreements, ""),
    "partners:agreement_archive_list": (fill_archive, ""),
    "plan:member_list": (fill_members, ""),
    "activities:volunteer_list": (fill_members, ""),
    "activities:session_list": (fill_sessions, "maaned=2026-03"),
    "residents:participant_list": (fill_participants, ""),
    "reporting:measurement_queue": (fill_measurements, ""),
}


@pytest.fixture
def plan():
    return create_plan(slug="egen", starts_on=date(2025, 7, 1), ends_on=date(2029, 6, 30))


@pytest.fixture
def client(plan):
    client = Client()
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER, name="Leder"))
    return client


def rows_of(response):
    unseen = r'aria-label="[^"]*"|<span class="visually-hidden">.*?</span>'
    return re.findall(r"Række \d{3}", re.sub(unseen, "", response.content.decode()))


@pytest.mark.parametrize("name", LISTS)
def test_every_row_of_a_long_list_is_reached(plan, client, name):
    fill, query = LISTS[name]
    for number in range(MANY):
        fill(plan, number)
    url = reverse(name, args=["egen"]) + (f"?{query}" if query else "")

    seen, pages = [], 0
    while url:
        response = client.get(url)
        rows = list(dict.fromkeys(rows_of(response)))
        assert 0 < len(rows) <= 100
        assert not set(rows) & set(seen)
        seen += rows
        pages += 1
        following = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
        address = following[1].replace("&amp;", "&") if following else ""
        assert not following or query in address  # filters are kept
        url = reverse(name, args=["egen"]) + address if following else ""

    assert sorted(seen) == [f"Række {number:03}" for number in range(MANY)]
    assert pages > 1


@pytest.mark.parametrize("name", LISTS)
def test_a_page_costs_the_same_for_two_rows_and_for_thirty(plan, client, name):
    fill, query = LISTS[name]
    url = reverse(name, args=["egen"]) + (f"?{query}" if query else "")

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    for number in range(2):
        fill(plan, number)
    few = cost()
    for number in range(2, 30):
        fill(plan, number)
    assert cost() == few


def test_older_tallies_are_reached(plan, client):
    today = timezone.localdate()
    Tally.objects.bulk_create(
        Tally(plan=plan, kind=TallyKind.CONTACT, date=today - timedelta(days=day), number=day + 1) for day in range(50)
    )
    url = reverse("activities:tally_list", args=["egen"])

    shown = [[row.number for row in client.get(url, {"page": page}).context["rows"]] for page in (1, 2)]

    assert shown == [list(range(1, 41)), list(range(41, 51))]
