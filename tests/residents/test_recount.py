"""The nightly check of counts against ticks."""

from datetime import date

import pytest

from activities.models import CountingMode, Session
from residents.models import Attendance
from residents.recount import Drift, recount, recount_all
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_participant,
    create_plan,
    create_session,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    activity = create_activity(plan=create_plan(), counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_held_session(activity=activity, heads=None)
    for _ in range(3):
        create_attendance(session=session, participant=create_participant(plan=session.plan))
    return session


def test_recount_finds_nothing_where_all_agrees(session):
    assert recount(session.plan) == Drift()
    assert recount_all() == "1 plans recounted, 0 put right or reported"


def test_recount_puts_the_number_right(session):
    Session.objects.filter(pk=session.pk).update(known_heads=1, heads_total=2)

    assert recount(session.plan) == Drift(counts=1)
    session.refresh_from_db()
    assert (session.known_heads, session.heads_total) == (3, 3)
    assert recount(session.plan) == Drift()


def test_recount_leaves_a_session_without_a_total_without_one(session):
    Session.objects.filter(pk=session.pk).update(known_heads=1)

    assert recount(session.plan) == Drift(counts=1)
    session.refresh_from_db()
    assert (session.known_heads, session.heads_total) == (3, None)


def test_recount_lets_ticks_follow_their_session(session):
    Session.objects.filter(pk=session.pk).update(date=date(2025, 2, 4))

    assert recount(session.plan) == Drift(dates=3)
    assert set(Attendance.objects.values_list("date", flat=True)) == {date(2025, 2, 4)}


def test_recount_reports_ticks_where_none_may_be(session):
    planned = create_session(activity=session.activity, date=date(2025, 1, 14))
    Attendance.objects.filter(pk=Attendance.objects.first().pk).update(session=planned, date=planned.date)

    assert recount(session.plan) == Drift(counts=1, forbidden=1)
    assert Attendance.objects.count() == 3
