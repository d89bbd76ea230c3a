"""Several tap at once, with connections of their own: on SQLite and on PostgreSQL a shift is never overfilled."""

from datetime import date, datetime, time
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from activities.models import ShiftSignup
from activities.shifts import ShiftRefused, ask_swap, give_up, take_over, take_shift
from tests.factories import create_activity, create_plan, create_session, create_shift, create_signup, create_volunteer

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
TUESDAY = date(2026, 11, 24)
NOW = timezone.make_aware(datetime(2026, 11, 20, 12))


def at_once(*jobs):
    """Run the jobs in threads that start together; returns what each returned, or the sentence of its refusal."""
    barrier, results = Barrier(len(jobs)), [None] * len(jobs)

    def run(index, job):
        barrier.wait()
        try:
            results[index] = job()
        except ShiftRefused as refused:
            results[index] = str(refused)
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def plan():
    return create_plan()


def make_shift(plan, role="door", maximum=2):
    session = create_session(activity=create_activity(plan=plan), date=TUESDAY, start_time=time(18), end_time=time(21))
    return create_shift(session=session, role=role, maximum=maximum)


def test_eight_people_and_two_places(plan):
    shift = make_shift(plan, maximum=2)
    people = [create_volunteer(plan=plan) for _ in range(8)]

    results = at_once(*[lambda person=person: take_shift(shift=shift, user=person, now=NOW) for person in people])

    assert shift.signups.standing().count() == 2
    assert [str(result)[:24] for result in results].count("En anden var hurtigere: ") == 6


def test_one_person_taps_the_same_shift_four_times(plan):
    shift, person = make_shift(plan, maximum=5), create_volunteer(plan=plan)

    results = at_once(*[lambda: take_shift(shift=shift, user=person, now=NOW)] * 4)

    assert len({result.pk for result in results}) == 1
    assert ShiftSignup.objects.count() == 1


def test_one_person_taps_two_shifts_at_one_time(plan):
    shifts, person = [make_shift(plan) for _ in range(3)], create_volunteer(plan=plan)

    at_once(*[lambda shift=shift: take_shift(shift=shift, user=person, now=NOW) for shift in shifts])

    assert ShiftSignup.objects.standing().count() == 1


def test_a_swap_is_taken_over_once_and_given_up_no_more(plan):
    shift = make_shift(plan, maximum=1)
    signup = create_signup(shift=shift, user=create_volunteer(plan=plan))
    ask_swap(signup=signup, now=NOW)
    people = [create_volunteer(plan=plan) for _ in range(3)]

    at_once(
        *[lambda person=person: take_over(signup=signup, user=person, now=NOW) for person in people],
        lambda: give_up(signup=signup, now=NOW),
    )

    assert shift.signups.standing().count() <= 1
    assert ShiftSignup.objects.filter(replaces=signup).count() <= 1
