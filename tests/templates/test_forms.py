"""What stands beside a label is true: nothing marked "valgfrit" is asked for when it is left out."""

import pytest
from django import forms
from django.template import Context, Template
from django.urls import reverse

from accounts.models import Role
from accounts.templatetags.portal_tags import may_be_left_out
from reporting.models import Measure
from tests.factories import (
    create_activity,
    create_contact,
    create_member,
    create_organisation,
    create_plan,
    create_schedule,
    create_session,
)
from tests.reporting.makers import create_indicator

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang")


@pytest.fixture
def pages(plan):
    """Every form that a project manager meets, by the name of its page."""
    activity = create_activity(plan=plan)
    schedule = create_schedule(activity=activity)
    evening = create_session(activity=activity, schedule=schedule, scheduled_on=schedule.starts_on)
    organisation = create_organisation(plan=plan)
    milestone = create_indicator(plan=plan, measure=Measure.MILESTONE)
    mean = create_indicator(plan=plan, measure=Measure.MEAN_VISITS)
    arguments = {
        "activities:session_log": [evening.pk],
        "activities:session_move": [evening.pk],
        "activities:session_unplanned": [],
        "activities:activity_create": [],
        "activities:activity_edit": [activity.pk],
        "activities:schedule_create": [activity.pk],
        "activities:schedule_edit": [schedule.pk],
        "activities:closure_create": [],
        "partners:organisation_create": [],
        "partners:contact_create": [organisation.pk],
        "partners:contact_edit": [create_contact(organisation=organisation).pk],
        "partners:agreement_create": [],
        "reporting:indicator_create": [],
        "reporting:indicator_edit": [mean.code],
        "reporting:target_create": [mean.code],
        "reporting:measurement_create": [milestone.code],
        "plan:invitation_create": [],
        "plan:settings": [],
    }
    return {name: reverse(name, args=[plan.slug, *more]) for name, more in arguments.items()}


ALMOST_EMPTY = [
    {"next": ""},
    {"weekdays": "1", "scope": "following", "measure": "unique_at_least", "activity": "ny", "role": "staff"},
    {"start_time": "18", "scope": "this", "measure": "milestone", "role": "volunteer", "state": "held"},
]


@pytest.mark.parametrize("data", ALMOST_EMPTY)
def test_nothing_marked_optional_is_asked_for(client, plan, pages, data):
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    untrue = {}
    for name, address in pages.items():
        form = client.post(address, data).context.get("form")
        if form is None:  # the volunteer is invited
            continue
        assert form.errors, name
        marked = [field.name for field in form if field.name in form.errors and may_be_left_out(field)]
        if marked:
            untrue[name] = marked

    assert untrue == {}


class Form(forms.Form):
    name = forms.CharField(label="Navn")
    note = forms.CharField(label="Note", required=False)
    time = forms.CharField(label="Tid", required=False)
    whole = forms.ChoiceField(label="Hvad", required=False, choices=[("", "Hele planen"), (1, "Caféen")])
    owner = forms.ChoiceField(label="Hvem", required=False, choices=[("", "---------"), (1, "Lotte")])

    def __init__(self) -> None:
        super().__init__()
        self.fields["time"].depends = True


def test_only_what_may_always_be_left_out_says_so():
    source = "{% load crispy_forms_filters %}{% for field in form %}{{ field|as_crispy_field }}|{% endfor %}"
    drawn = Template(source).render(Context({"form": Form()})).split("|")

    assert ["valgfrit" in field for field in drawn[:5]] == [False, True, False, False, True]
