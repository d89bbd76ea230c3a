from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.locking import reopen
from accounts.models import Plan, Role
from activities.models import AgeBand
from reporting.models import Direction, Indicator, Measure, Target
from reporting.targets import set_target
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_session,
    get_focus_area,
)
from tests.reporting.makers import YEAR, create_indicator, create_target

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken")


def member(plan, role) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role, name="Anne Berg"))
    return client


def at(name: str, *arguments) -> str:
    return reverse(f"reporting:{name}", args=["birkeparken", *arguments])


# -- targets -----------------------------------------------------------------------------------------------------------


def test_target_create_for_a_period(plan):
    create_indicator(plan=plan, code="K2")

    response = member(plan, Role.PROJECT_MANAGER).post(
        at("target_create", "K2"), {"period": "2025-07-01_2025-12-31", "value": "12,5"}
    )

    target = Target.objects.get()
    assert response.status_code == 302
    assert (target.starts_on, target.ends_on, target.value) == (date(2025, 7, 1), date(2025, 12, 31), Decimal("12.5"))


def test_target_create_for_a_period_that_has_one_leads_to_the_change(plan):
    create_target(indicator=create_indicator(plan=plan, code="K2"), value=30)

    response = member(plan, Role.PROJECT_MANAGER).post(
        at("target_create", "K2"), {"period": "2025-07-01_2026-06-30", "value": "28"}
    )

    assert response.status_code == 422
    assert Target.objects.get().value == 30


def test_target_edit_needs_a_reason_and_keeps_the_old_value(plan):
    target = create_target(indicator=create_indicator(plan=plan, code="K2"), value=30)
    client = member(plan, Role.PROJECT_MANAGER)
    address = at("target_edit", "K2", target.pk)

    without = client.post(address, {"value": "28", "reason": " "})
    with_reason = client.post(
        address,
        {"value": "28", "reason": "Lokalet er lukket", "decided_by": "Styregruppen", "decided_on": "20-11-2025"},
    )

    change = target.changes.get()
    target.refresh_from_db()
    assert (without.status_code, with_reason.status_code) == (422, 302)
    assert (target.value, change.old_value, change.reason) == (28, 30, "Lokalet er lukket")
    text = client.get(reverse("reporting:follow_up", args=["birkeparken"])).content.decode()
    assert "24. november, var 30: Lokalet er lukket (Styregruppen 20. november)" in text


DECIDED = {"reason": "Ny aftale", "decided_by": "Styregruppen", "decided_on": "20-11-2025"}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"reason": " "}, "reason"),
        ({"decided_by": ""}, "decided_by"),
        ({"decided_on": ""}, "decided_on"),
        ({"decided_on": "25-11-2025"}, "decided_on"),
        ({"decided_on": "30-06-2021"}, "decided_on"),
        ({"value": "mange"}, "value"),
        ({"value": ""}, "value"),
    ],
)
def test_target_edit_needs_a_reason_and_the_deciding_meeting(plan, fields, wrong):
    target = create_target(indicator=create_indicator(plan=plan, code="K2"), value=30)

    response = member(plan, Role.PROJECT_MANAGER).post(
        at("target_edit", "K2", target.pk), {"value": "28", **DECIDED, **fields}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])
    assert Target.objects.get().value == 30


def test_target_edit_takes_a_decision_from_before_the_plan_began_but_not_from_long_before(plan):
    target = create_target(indicator=create_indicator(plan=plan, code="K2"), value=30)
    client = member(plan, Role.PROJECT_MANAGER)
    address = at("target_edit", "K2", target.pk)

    refused = client.post(address, {"value": "28", **DECIDED, "decided_on": "15-10-2020"})
    taken = client.post(address, {"value": "28", **DECIDED, "decided_on": "01-07-2021"})

    assert refused.context["form"].errors["decided_on"] == [
        "Dagen ligger længe før planen, som begynder 1. juli 2023. Skriv dagen for det møde, der besluttede det."
    ]
    assert (refused.status_code, taken.status_code) == (422, 302)


@pytest.mark.parametrize(
    ("address", "period"),
    [
        ("", "2025-07-01_2026-06-30"),
        ("?periode=2024-25-h2", "2025-01-01_2025-06-30"),
        ("?periode=2023-2027", "2023-07-01_2027-06-30"),
        ("?periode=nonsens", "2025-07-01_2026-06-30"),
    ],
)
def test_target_create_begins_with_the_period_that_one_comes_from(plan, address, period):
    create_indicator(plan=plan, code="K2")
    client = member(plan, Role.PROJECT_MANAGER)

    form = client.get(at("target_create", "K2") + address).context["form"]

    assert form["period"].value() == period


def test_target_create_begins_with_the_next_period_where_that_one_has_a_target(plan):
    create_target(indicator=create_indicator(plan=plan, code="K2"), value=30)

    form = member(plan, Role.PROJECT_MANAGER).get(at("target_create", "K2")).context["form"]

    assert form["period"].value() == "2026-07-01_2027-06-30"


def test_indicator_detail_leads_to_a_target_for_its_own_period(plan):
    create_indicator(plan=plan, code="K2")

    page = member(plan, Role.PROJECT_MANAGER).get(at("indicator_detail", "K2") + "?periode=2024-25-h2")

    assert at("target_create", "K2") + "?periode=2024-25-h2" in page.content.decode()


def test_indicator_detail_says_who_decided_a_change_of_a_target(plan):
    target = create_target(indicator=create_indicator(plan=plan, code="K2"), value=30)
    client = member(plan, Role.PROJECT_MANAGER)
    client.post(at("target_edit", "K2", target.pk), {"value": "28", **DECIDED})

    page = client.get(at("indicator_detail", "K2")).content.decode()

    assert "Ny aftale" in page
    assert "Besluttet af Styregruppen den 20. november" in page


@pytest.mark.parametrize("period", ["", "2022-07-01_2023-06-30", "2025-07-01_2025-07-31", "snart"])
def test_target_create_needs_one_of_the_plans_periods(plan, period):
    create_indicator(plan=plan, code="K2")

    response = member(plan, Role.PROJECT_MANAGER).post(at("target_create", "K2"), {"period": period, "value": "30"})

    assert list(response.context["form"].errors) == ["period"]
    assert Target.objects.count() == 0


def test_set_target_refuses_a_period_before_the_plan(plan):
    with pytest.raises(ValidationError) as refused:
        set_target(
            indicator=create_indicator(plan=plan),
            starts_on=date(2022, 7, 1),
            ends_on=date(2023, 6, 30),
            value=Decimal(30),
        )

    assert list(refused.value.message_dict) == ["period"]


def test_targets_of_locked_periods_stand_until_they_are_reopened(plan):
    leader = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    client = Client()
    client.force_login(leader)
    target = create_target(
        indicator=create_indicator(plan=plan, code="K2"), value=30, period=(date(2024, 7, 1), date(2025, 6, 30))
    )
    Plan.objects.update(figures_locked_until=date(2025, 6, 30))

    def change() -> int:
        return client.post(at("target_edit", "K2", target.pk), {"value": "28", **DECIDED}).status_code

    locked = change()
    reopen(plan=plan, by=leader, reason="Fejl i aftalen", length=timedelta(hours=1), now=timezone.now())

    assert (locked, change()) == (422, 302)
    assert Target.objects.get().value == 28


def test_target_edit_asks_for_both_limits_of_a_range(plan):
    indicator = create_indicator(plan=plan, code="B8", measure=Measure.REGISTER, direction=Direction.RANGE)
    target = create_target(indicator=indicator, value=30, high=50)

    response = member(plan, Role.PROJECT_MANAGER).post(
        at("target_edit", "B8", target.pk), {"value": "60", "high": "50", **DECIDED}
    )

    assert list(response.context["form"].errors) == ["high"]


# -- indicators --------------------------------------------------------------------------------------------------------


def indicator_fields(**fields) -> dict:
    return {
        "code": "K9",
        "text": "Mindst 30 unge",
        "focus_area": get_focus_area(3).pk,
        "measure": Measure.MEAN_VISITS,
        "direction": Direction.AT_LEAST,
        "unit": "unge",
        "margin": "10",
        "all_activities": "on",
        **fields,
    }


def test_indicator_create_and_edit(plan):
    cafe = create_activity(plan=plan)
    client = member(plan, Role.PROJECT_MANAGER)

    created = client.post(at("indicator_create"), indicator_fields(activities=[cafe.pk], margin="12,5"))
    edited = client.post(at("indicator_edit", "K9"), indicator_fields(code="K10", activities=[], is_active="on"))

    indicator = Indicator.objects.get()
    assert (created.url, edited.url) == (at("target_create", "K9"), at("indicator_detail", "K10"))
    assert (indicator.code, indicator.margin, indicator.plan, list(indicator.activities.all())) == (
        "K10",
        Decimal("0.1"),
        plan,
        [],
    )


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"code": "K2"}, "code"),
        ({"code": "K/2"}, "code"),
        ({"measure": Measure.UNIQUE_AT_LEAST}, "at_least_times"),
        ({"text": "Barn 010112-1234"}, "text"),
        ({"margin": "80"}, "margin"),
        ({"all_activities": ""}, "activities"),
        ({"measure": Measure.SESSIONS_HELD, "age_band": "13-17"}, "age_band"),
        ({"weekdays": ["8"]}, "weekdays"),
        ({"theme": "010112-1234"}, "theme"),
        ({"measure": Measure.SHARE, "numerator": "part"}, "denominator"),
        ({"measure": Measure.SHARE, "numerator": "part", "denominator": "part"}, "denominator"),
        ({"measure": Measure.VISITS, "numerator": "part", "denominator": "whole"}, "measure"),
        ({"measure": Measure.SHARE, "numerator": "share", "denominator": "whole"}, "numerator"),
        ({"measure": Measure.SHARE, "numerator": "foreign", "denominator": "whole"}, "numerator"),
    ],
)
def test_indicator_create_explains_what_it_cannot_take(plan, fields, wrong):
    part, whole = create_indicator(plan=plan, code="k2"), create_indicator(plan=plan)
    others = {"part": part, "whole": whole, "foreign": create_indicator(plan=create_plan())}
    others["share"] = create_indicator(plan=plan, measure=Measure.SHARE, numerator=part, denominator=whole)
    AgeBand.objects.create(plan=plan, lowest=13, highest=17)
    chosen = {name: others[value].pk for name, value in fields.items() if name in ("numerator", "denominator")}

    response = member(plan, Role.PROJECT_MANAGER).post(at("indicator_create"), indicator_fields(**fields | chosen))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])


def test_indicator_number_is_taken_whatever_its_capitals(plan):
    create_indicator(plan=plan, code="Ø1")

    response = member(plan, Role.PROJECT_MANAGER).post(at("indicator_create"), indicator_fields(code="ø1"))

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["code"])


def test_indicator_create_narrows_to_some_evenings_and_ages(plan):
    AgeBand.objects.create(plan=plan, lowest=13, highest=17)
    client = member(plan, Role.PROJECT_MANAGER)

    client.post(
        at("indicator_create"),
        indicator_fields(whole_area="on", theme="Job", weekdays=["4", "2"], age_band="13-17", about_area="on"),
    )
    indicator = Indicator.objects.get()
    AgeBand.objects.all().delete()  # the plan's groups change: what was agreed stays
    form = client.get(at("indicator_edit", "K9")).context["form"]

    assert (indicator.whole_area, indicator.theme, indicator.iso_weekdays, indicator.ages, indicator.tells_of_area) == (
        True,
        "Job",
        frozenset({2, 4}),
        (13, 17),
        True,
    )
    assert (form["weekdays"].value(), form["age_band"].value()) == (["2", "4"], "13-17")


def test_indicator_create_offers_only_the_plans_own_activities(plan):
    foreign = create_activity(plan=create_plan())

    response = member(plan, Role.PROJECT_MANAGER).post(
        at("indicator_create"), indicator_fields(activities=[foreign.pk])
    )

    assert list(response.context["form"].errors) == ["activities"]


def test_activities_are_offered_and_listed_in_danish_order(plan):
    names = ["Éclair", "eftermiddag", "Zebra", "Ærø", "ørn", "Ål", "aase"]
    for name in reversed(names):
        create_activity(plan=plan, name=name)
    create_activity(plan=plan, name="Aftenklub", is_active=False)
    leader = member(plan, Role.PROJECT_MANAGER)

    form = leader.get(at("indicator_create")).context["form"]
    rows = leader.get(at("embedding_list")).context["rows"]

    assert [label for _value, label in form.fields["activities"].choices] == [*names, "Aftenklub (afsluttet)"]
    assert [activity.name for activity, _embedding in rows] == ["Aftenklub", *names]


def test_indicator_detail_opens_the_figure_to_its_sessions(plan):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_indicator(plan=plan, code="K2", measure=Measure.MEAN_VISITS, activities=[cafe])
    create_held_session(activity=cafe, heads=31, date=date(2025, 10, 7), theme="Quiz")
    create_session(activity=cafe, date=date(2025, 10, 14))
    create_session(activity=cafe, date=date(2025, 12, 2))
    create_held_session(activity=create_activity(plan=plan, name="Madklub"), date=date(2025, 10, 8))

    response = member(plan, Role.STAFF).get(at("indicator_detail", "K2"))

    assert [(s.date, s.visits) for s in response.context["sessions"]] == [
        (date(2025, 10, 14), None),
        (date(2025, 10, 7), 31),
    ]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("indicator_detail", ["K2"]),
        ("measurement_create", ["K2"]),
        ("indicator_edit", ["K2"]),
        ("target_create", ["K2"]),
    ],
)
def test_indicator_pages_are_not_for_the_board(plan, name, arguments):
    create_indicator(plan=plan, code="K2")

    assert member(plan, Role.BOARD).get(at(name, *arguments)).status_code == 403


def test_indicator_pages_of_another_plan_are_not_found(plan):
    create_indicator(plan=create_plan(), code="K2")
    target = create_target(indicator=create_indicator(plan=create_plan(), code="K3"), value=1, period=YEAR)
    create_indicator(plan=plan, code="K3")
    client = member(plan, Role.PROJECT_MANAGER)

    assert client.get(at("indicator_detail", "K2")).status_code == 404
    assert client.get(at("target_edit", "K3", target.pk)).status_code == 404
