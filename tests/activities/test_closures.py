"""Closed days: what a closure takes off, and what it leaves for somebody to decide about."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from activities.models import Session, SessionState
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_schedule,
    create_session,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tuesday_evening():
    with time_machine.travel("2026-11-24 21:30+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang")


@pytest.fixture
def lotte(plan):
    return create_member(plan=plan, name="Lotte Madsen")


@pytest.fixture
def cafe(plan, lotte):
    return create_activity(plan=plan, name="Unge Cafeen", owner=lotte)


def url(name, *args):
    return reverse(f"activities:{name}", args=["herredsvang", *args])


def test_closure_create_shows_first_and_closes_then(client, plan, cafe, lotte):
    client.force_login(lotte)
    schedule = create_schedule(activity=cafe, starts_on=date(2026, 11, 3))
    create_session(activity=cafe, date=date(2026, 12, 29), schedule=schedule, scheduled_on=date(2026, 12, 29))
    data = {"name": "Juleferie", "starts_on": "22-12-2026", "ends_on": "1-1-2027", "activity": ""}

    shown = client.post(url("closure_create"), data)
    assert ([s.date for s in shown.context["removed"]], plan.closures.count()) == ([date(2026, 12, 29)], 0)

    client.post(url("closure_create"), data | {"confirm": "1"})
    assert (plan.closures.get().name, Session.objects.count()) == ("Juleferie", 0)

    client.post(url("closure_delete", plan.closures.get().pk))
    assert Session.objects.filter(date=date(2026, 12, 29)).count() == 1


CHRISTMAS = {"name": "Juleferie", "starts_on": "22-12-2026", "ends_on": "1-1-2027", "activity": ""}


def test_closure_create_names_what_no_series_planned(client, plan, cafe, lotte):
    """A party in the closed days is not forgotten: it is named before and after, and decided about with one tap."""
    client.force_login(lotte)
    party = create_session(activity=create_activity(plan=plan, name="Julefest"), date=date(2026, 12, 22))
    create_session(activity=cafe, date=date(2027, 1, 2))  # the day after
    create_held_session(activity=cafe, date=date(2026, 11, 23))

    shown = client.post(url("closure_create"), CHRISTMAS)
    assert (shown.context["left"], "Julefest" in shown.content.decode()) == ([party], True)
    assert "Én gang uden fast tid ligger stadig i lukkeperioden:" in shown.content.decode()

    page = client.post(url("closure_create"), CHRISTMAS | {"confirm": "1"}, follow=True)
    assert page.context["left"] == [party]
    assert f'href="{url("session_move", party.pk)}?next={url("closure_list")}"' in page.content.decode()

    page = client.post(
        url("session_not_held", party.pk), {"version": party.version, "next": url("closure_list")}, follow=True
    )
    party.refresh_from_db()
    assert (page.redirect_chain, page.context["left"]) == ([(url("closure_list"), 302)], [])
    assert party.state == SessionState.CANCELLED


def test_closure_of_one_activity_names_its_own_evenings_only(client, plan, cafe, lotte):
    client.force_login(lotte)
    own = create_session(activity=cafe, date=date(2026, 12, 23))
    create_session(activity=create_activity(plan=plan), date=date(2026, 12, 23))
    create_session(activity=create_activity(plan=create_plan()), date=date(2026, 12, 23))
    data = CHRISTMAS | {"activity": cafe.pk}

    assert client.post(url("closure_create"), data).context["left"] == [own]
    client.post(url("closure_create"), data | {"confirm": "1"})
    assert client.get(url("closure_list")).context["left"] == [own]


def test_closure_list_names_an_evening_that_was_moved_into_closed_days(client, plan, cafe, lotte):
    client.force_login(lotte)
    client.post(url("closure_create"), CHRISTMAS | {"confirm": "1"})
    schedule = create_schedule(activity=cafe, starts_on=date(2026, 11, 3))
    create_session(activity=cafe, date=date(2026, 12, 23), schedule=schedule, scheduled_on=date(2026, 12, 15))

    assert [session.date for session in client.get(url("closure_list")).context["left"]] == [date(2026, 12, 23)]


def test_closure_list_lets_an_administrator_move_but_not_log(client, plan, cafe):
    client.force_login(create_member(plan=plan, role=Role.ADMINISTRATOR))
    create_session(activity=cafe, date=date(2026, 12, 23))
    client.post(url("closure_create"), CHRISTMAS | {"confirm": "1"})

    page = client.get(url("closure_list")).content.decode()

    assert ("/ikke-afholdt/" in page, "/flyt/" in page) == (False, True)


@pytest.mark.parametrize("rows", [1, 30])
def test_closure_list_takes_constant_queries(client, plan, cafe, lotte, rows, django_assert_max_num_queries):
    client.force_login(lotte)
    client.post(url("closure_create"), CHRISTMAS | {"confirm": "1"})
    for _ in range(rows):
        create_session(activity=cafe, date=date(2026, 12, 23))

    with django_assert_max_num_queries(8):
        client.get(url("closure_list"))


def test_closure_create_refuses_dates_the_wrong_way_round(client, plan, lotte):
    client.force_login(lotte)

    page = client.post(
        url("closure_create"), {"name": "Ferie", "starts_on": "2-1-2027", "ends_on": "1-1-2027", "confirm": "1"}
    )

    assert (page.status_code, plan.closures.count()) == (422, 0)


def test_closure_list_suggests_breaks_that_are_not_closed(client, plan, lotte):
    client.force_login(lotte)

    names = [row["name"] for row in client.get(url("closure_list")).context["suggestions"]]

    assert names == ["Juleferie", "Vinterferie, uge 7", "Sommerferie", "Efterårsferie, uge 42"]
