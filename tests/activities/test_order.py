"""Lists are in Danish order, and evenings in order of time, whatever the database sorts by."""

from datetime import date, time

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from activities.forms.activities import ActivityForm, ClosureForm
from activities.forms.programme import host_choices
from activities.forms.sessions import MonthFilter, UnplannedForm
from activities.forms.tallies import TallyForm
from activities.models import NEWEST_FIRST, Session, SessionState, Venue
from activities.shift_board import read_evenings
from activities.week import waiting_sessions
from tests.factories import create_activity, create_member, create_plan, create_session, create_shift

pytestmark = pytest.mark.django_db
NAMES = ["Café Éclair", "Éclair", "eftermiddag", "Zebra", "Ærø", "ørn", "Ål", "Aalborg", "aase"]
TODAY = date(2026, 11, 3)


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang")


@pytest.fixture
def leader(plan):
    return create_member(plan=plan, role=Role.PROJECT_MANAGER, name="aa Leder")


@pytest.fixture
def activities(plan):
    return [create_activity(plan=plan, name=name) for name in reversed(NAMES)][::-1]


@pytest.mark.parametrize("name", ["upcoming", "insight", "programme"])
def test_pages_list_activities_in_danish_order(client, plan, leader, activities, name):
    client.force_login(leader)

    response = client.get(reverse(f"activities:{name}", args=[plan.slug]))

    assert [activity.name for activity in response.context["activities"]] == NAMES


def test_activity_list_is_in_danish_order(client, plan, leader, activities):
    client.force_login(leader)

    response = client.get(reverse("activities:activity_list", args=[plan.slug]))

    assert [activity.name for row in response.context["areas"] for activity in row["activities"]] == NAMES


def test_forms_offer_activities_in_danish_order_and_what_has_ended_last(plan, activities):
    create_activity(plan=plan, name="Aftenklub", is_active=False)

    def shown(form, name):
        return [label for value, label in form.fields[name].choices if value]

    assert shown(MonthFilter(plan=plan, today=TODAY), "aktivitet") == [*NAMES, "Aftenklub"]
    assert shown(TallyForm(plan=plan, today=TODAY), "activity") == NAMES
    assert shown(ClosureForm(plan=plan), "activity") == NAMES
    assert shown(UnplannedForm(plan=plan, today=TODAY), "activity")[:-1] == NAMES


def test_forms_offer_people_and_venues_in_danish_order(plan):
    for name in reversed(NAMES):
        create_member(plan=plan, role=Role.STAFF, name=name)
        Venue.objects.create(plan=plan, name=name)
    form = ActivityForm(plan=plan, today=TODAY)

    assert [str(label) for value, label in form.fields["owner"].choices if value] == NAMES
    assert [venue.name for venue in form.venues] == NAMES
    assert [name for _pk, name in host_choices(plan)] == NAMES


# -- evenings ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def evenings(plan, leader):
    """Two days, the later first: on each an evening with a time, one without, one with, one without."""
    activity = create_activity(plan=plan, name="Unge Cafeen", owner=leader)
    return [
        create_session(activity=activity, date=day, start_time=start and time(start))
        for day in (date(2026, 10, 6), date(2026, 10, 5))
        for start in (18, None, 20, None)
    ]


def places(rows, evenings):
    """Which of the eight evenings stand where."""
    return [evenings.index(row) for row in rows]


FORTH = [5, 7, 4, 6, 1, 3, 0, 2]
BACK = FORTH[::-1]


def test_an_evening_without_a_time_stands_at_the_start_of_its_day(plan, evenings):
    assert places(Session.objects.filter(plan=plan), evenings) == FORTH
    assert places(Session.objects.order_by(*NEWEST_FIRST), evenings) == BACK
    assert places(waiting_sessions(plan=plan, today=TODAY), evenings) == [1, 3, 0, 2, 5, 7, 4, 6]


def test_shifts_stand_in_the_same_order(plan, leader, evenings):
    for session in evenings:
        create_shift(session=session)

    found = read_evenings(plan=plan, sessions=[session.pk for session in evenings], user=leader)

    assert places([evening.session for evening in found], evenings) == FORTH


def test_pages_list_evenings_in_that_order(client, plan, leader, evenings):
    Session.objects.update(state=SessionState.HELD, heads_total=9, logged_at=timezone.now())
    client.force_login(leader)
    activity = evenings[0].activity

    def rows(name, *args, **query):
        return client.get(reverse(f"activities:{name}", args=[plan.slug, *args]), query).context

    with time_machine.travel("2026-10-07 10:00+02:00", tick=False):
        assert places(rows("session_list", maaned="2026-10")["page"].object_list, evenings) == BACK
        assert places(rows("upcoming", aktivitet=activity.pk)["latest"], evenings) == BACK
        assert places(rows("activity_detail", activity.pk)["latest"], evenings) == BACK[:6]
    Session.objects.update(state=SessionState.PLANNED, heads_total=None)
    with time_machine.travel("2026-10-04 10:00+02:00", tick=False):
        days = rows("upcoming")["days"]
        assert places([row for _day, sessions in days for row in sessions], evenings) == FORTH
        assert places(rows("activity_detail", activity.pk)["coming"], evenings) == FORTH[:6]
