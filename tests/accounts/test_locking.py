"""Locked figures, and opening them for a while."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.locking import close_again, reopen
from accounts.models import Plan, Reopening, Role
from activities.log import LogRefused, SessionLog, log_session
from activities.models import Session, SessionState
from tests.factories import create_activity, create_member, create_plan, create_session

pytestmark = pytest.mark.django_db

LOCKED = date(2025, 10, 31)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken", figures_locked_until=LOCKED)


@pytest.fixture
def leader(plan):
    return create_member(plan=plan, role=Role.PROJECT_MANAGER, name="Lars Leder")


def open_for(plan, leader, hours: int) -> Reopening:
    return reopen(plan=plan, by=leader, reason="Lejren manglede", length=timedelta(hours=hours), now=timezone.now())


def test_reopen_opens_the_locked_days_and_they_lock_themselves(plan, leader, clock):
    before = (plan.is_locked(LOCKED), plan.locked_until)
    open_for(plan, leader, 24)
    stored = Plan.objects.get()
    while_open = (stored.is_locked(LOCKED), stored.locked_until)
    clock.shift(timedelta(hours=24))

    assert (before, while_open) == ((True, LOCKED), (False, None))
    assert (stored.is_locked(LOCKED), stored.locked_until) == (True, LOCKED)


def test_log_session_takes_a_locked_evening_only_while_it_is_open(plan, leader, clock):
    create_session(activity=create_activity(plan=plan), date=LOCKED)
    log = SessionLog(state=SessionState.HELD, heads_total=12)

    def write():
        stored = Session.objects.select_related("plan").get()
        return log_session(session=stored, log=log, by=leader, version=stored.version, today=timezone.localdate())

    with pytest.raises(LogRefused):
        write()
    open_for(plan, leader, 1)
    assert write().heads_total == 12
    clock.shift(timedelta(hours=1))
    with pytest.raises(LogRefused):
        write()


def test_reopen_keeps_who_opened_what_and_why(plan, leader, clock):
    first = open_for(plan, leader, 72)
    clock.shift(timedelta(hours=2))
    second = open_for(plan, leader, 1)
    clock.shift(timedelta(minutes=30))
    closed = [close_again(plan=plan, now=timezone.now()) for _press in range(2)]

    assert closed == [True, False]
    assert [(row.pk, row.opened_by, row.reason, row.locked_until) for row in Reopening.objects.all()] == [
        (second.pk, leader, "Lejren manglede", LOCKED),
        (first.pk, leader, "Lejren manglede", LOCKED),
    ]
    ends = [row.ended_at - first.opened_at for row in Reopening.objects.all()]
    assert ends == [timedelta(hours=2, minutes=30), timedelta(hours=2)]
    assert Plan.objects.get().is_locked(LOCKED)


def test_reopen_does_nothing_where_nothing_is_locked(leader):
    plan = create_plan()

    assert open_for(plan, leader, 1) is None
    assert Reopening.objects.count() == 0


def at(name: str) -> str:
    return reverse(f"plan:{name}", args=["birkeparken"])


def test_figures_reopen_needs_a_reason_and_says_until_when(plan, leader, client):
    client.force_login(leader)

    without = client.post(at("figures_reopen"), {"reason": " ", "length": "24"})
    page = client.post(at("figures_reopen"), {"reason": "Lejren manglede", "length": "24"}, follow=True).text
    client.post(at("figures_close"))

    assert without.status_code == 422
    assert "Tallene er åbne til 25. november kl. 10.00" in page
    assert Plan.objects.get().is_locked(LOCKED)
    assert "Lejren manglede" in client.get(at("settings")).text


@pytest.mark.parametrize("day", ["2025-10-30", "", "2025-11-24", "2062-01-01"])
def test_settings_move_the_lock_forward_only_and_never_into_the_future(plan, leader, client, day):
    client.force_login(leader)
    form = {"name": "X", "starts_on": "2023-07-01", "ends_on": "2027-06-30", "figures_locked_until": day}

    response = client.post(at("settings"), form)

    assert list(response.context["form"].errors) == ["figures_locked_until"]
    assert Plan.objects.get().figures_locked_until == LOCKED
