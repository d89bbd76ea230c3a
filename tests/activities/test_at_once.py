"""Two at once, with connections of their own, as in life."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from activities.log import LogConflict, SessionLog, log_session
from activities.models import Session, SessionChange, SessionState
from activities.schedule import extend_all_schedules, extend_schedules
from tests.factories import create_activity, create_member, create_plan, create_schedule, create_session

TODAY = date(2025, 8, 5)


def at_once(*jobs):
    """Run the jobs in threads that start together; returns what each returned or raised."""
    barrier, results = Barrier(len(jobs)), [None] * len(jobs)

    def run(index, job):
        barrier.wait()
        try:
            results[index] = job()
        except LogConflict as conflict:
            results[index] = conflict
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_extend_schedules_twice_at_once_makes_each_evening_once():
    plan = create_plan()
    for _ in range(5):
        create_schedule(activity=create_activity(plan=plan))

    at_once(*[lambda: extend_schedules(plan=plan, today=TODAY)] * 3)

    assert Session.objects.count() == 5 * 13
    assert Session.objects.values("schedule", "scheduled_on").distinct().count() == 5 * 13


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_log_session_twice_at_once_lets_one_win_and_loses_nothing():
    plan = create_plan()
    session = create_session(activity=create_activity(plan=plan), date=TODAY)
    people = [create_member(plan=plan), create_member(plan=plan)]

    def write(heads, person):
        log = SessionLog(state=SessionState.HELD, heads_total=heads)
        return lambda: log_session(session=session, log=log, by=person, version=0, today=TODAY)

    results = at_once(write(38, people[0]), write(41, people[1]))

    session.refresh_from_db()
    conflicts = [result for result in results if isinstance(result, LogConflict)]
    assert (len(conflicts), SessionChange.objects.count(), session.version) == (1, 1, 1)
    assert conflicts[0].current.heads_total == session.heads_total


@pytest.mark.django_db
def test_extend_all_schedules_says_what_it_did():
    plan = create_plan(ends_on=date(2090, 1, 1))
    create_schedule(activity=create_activity(plan=plan))

    assert extend_all_schedules() in ("12 sessions planned", "13 sessions planned")
    assert extend_all_schedules() == "0 sessions planned"
