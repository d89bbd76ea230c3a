"""Whoever sees a participant stands in the log of reads: a page whose line cannot be written is not shown."""

from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.checks import our_views
from activities.models import CountingMode
from residents.models import ParticipantRead
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
)

pytestmark = pytest.mark.django_db

CANARY = "Kanarie"
NAMES = sorted(name for name, _route, _view in our_views() if name.startswith("residents:"))
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/egen/"}
NEW = {"new-alias": "Kana", "new-birth_year": "2012", "add": "1"}

# What is sent to each address beside a plain visit: every way in which it can answer with somebody's alias.
FORMS = {
    "residents:attendance_record": [
        {"state": "held", "note": "2412051234"},  # refused: the list is shown again
        {"state": "held", **NEW},  # somebody like that is known: is it she?
        {"state": "held", "q": "kan", "find": "1"},
    ],
    "residents:attendance_walk_in": [NEW, {"existing": "child"}],
    "residents:participant_edit": [
        {"alias": "", "birth_year": "2012"},  # a mistake: the person is shown again
        {"alias": "Kanarie To", "birth_year": "2012"},  # the other one is so already
    ],
    "residents:participant_merge": [{"other": ""}],
}


class House:
    def __init__(self):
        self.plan = create_plan(slug="egen")
        activity = create_activity(plan=self.plan, counting_mode=CountingMode.PSEUDONYMOUS)
        self.session = create_held_session(activity=activity, date=timezone.localdate(), heads=None)
        self.child = create_participant(plan=self.plan, alias=CANARY, birth_year=2012)
        create_participant(plan=self.plan, alias=f"{CANARY} To", birth_year=2012)
        create_attendance(session=self.session, participant=self.child)
        self.client = Client(raise_request_exception=False)
        self.client.force_login(create_member(plan=self.plan))

    def url(self, name):
        keys = {"plan_slug": "egen", "pk": self.child.pk, "participant_pk": self.child.pk}
        route = next(route for known, route, _view in our_views() if known == name)
        if "gang/" in route:
            keys["pk"] = self.session.pk
        return reverse(name, kwargs={key: value for key, value in keys.items() if f":{key}>" in route})

    def answers(self, name):
        """Every way to ask, each rolled back."""
        url = self.url(name)
        asks = [(self.client.get, {}), (self.client.get, {"q": "kanarie"})]
        for form in FORMS.get(name, [{}]):
            asks.append(
                (self.client.post, {key: {"child": self.child.pk}.get(value, value) for key, value in form.items()})
            )
        for ask, data in asks:
            for headers in ({}, HTMX):
                with transaction.atomic():
                    yield ask(url, data, headers=headers)
                    transaction.set_rollback(True)


@pytest.fixture
def house():
    return House()


@contextmanager
def full_log():
    """No line can be written, as on a disk without room."""
    table = ParticipantRead._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"CREATE TRIGGER full_log BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END")
        else:
            refuse = "BEGIN RAISE EXCEPTION 'full'; END"
            cursor.execute(f"CREATE FUNCTION full_log() RETURNS trigger LANGUAGE plpgsql AS $${refuse}$$")
            cursor.execute(f"CREATE TRIGGER full_log BEFORE INSERT ON {table} EXECUTE FUNCTION full_log()")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER full_log" + ("" if connection.vendor == "sqlite" else f" ON {table}"))


@pytest.mark.parametrize("name", NAMES)
def test_whoever_sees_an_alias_stands_in_the_log(house, name):
    unlogged = []
    before = ParticipantRead.objects.count()
    for response in house.answers(name):
        if CANARY in response.content.decode() and ParticipantRead.objects.count() == before:
            unlogged.append((response.request["REQUEST_METHOD"], response.status_code))

    assert unlogged == []


@pytest.mark.logs_errors
@pytest.mark.parametrize("name", NAMES)
def test_nobody_sees_an_alias_when_the_line_cannot_be_written(house, name):
    seen = []
    with full_log():
        for response in house.answers(name):
            if CANARY in response.content.decode():
                seen.append((response.request["REQUEST_METHOD"], response.status_code))

    assert seen == []


@pytest.mark.logs_errors
def test_a_page_without_its_line_is_our_fault_and_says_so(house):
    with full_log(), transaction.atomic():
        response = house.client.get(house.url("residents:attendance_record"))
        transaction.set_rollback(True)

    assert response.status_code == 500


def test_the_walk_meets_aliases(house):
    """Else the two walks above would prove nothing."""
    meets = {
        name
        for name in NAMES
        if any(CANARY in response.content.decode() for response in house.answers(name) if response.status_code != 500)
    }

    assert meets == {
        "residents:attendance_record",
        "residents:attendance_walk_in",
        "residents:participant_detail",
        "residents:participant_edit",
        "residents:participant_erase",
        "residents:participant_export",
        "residents:participant_list",
        "residents:participant_merge",
    }
