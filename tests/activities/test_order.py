"""Lists are in Danish order, and evenings in order of time, whatever the database sorts by."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from activities.forms.activities import ActivityForm, ClosureForm
from activities.forms.programme import host_choices
from activities.forms.sessions import MonthFilter, UnplannedForm
from activities.forms.tallies import TallyForm
from activities.models import Venue
from tests.factories import create_activity, create_member, create_plan

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


@pytest.mark.parametrize("page", ["upcoming", "insight", "programme"])
def test_pages_list_activities_in_danish_order(client, plan, leader, activities, page):
    client.force_login(leader)

    response = client.get(reverse(f"activities:{page}", args=[plan.slug]))

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
