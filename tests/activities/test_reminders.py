"""One reminder before a shift: when, to whom, and never twice."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.mail import MailOutdated, deliver
from accounts.models import Mail, MailState, Membership, VolunteerDetails
from activities.models import SessionState, ShiftSettings
from activities.reminders import is_quiet, reminder_time, send_all_due, send_due
from activities.series import move_session
from activities.shifts import give_up
from tests.factories import (
    create_activity,
    create_member,
    create_plan,
    create_session,
    create_shift,
    create_signup,
    create_venue,
    create_volunteer,
)

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)
EARLIER = TUESDAY - timedelta(days=10)


def local(day, hour, minute=0):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def due(day, start, *, quiet=(time(21), time(8)), **settings):
    details = VolunteerDetails(quiet_from=quiet[0], quiet_to=quiet[1])
    return reminder_time(datetime.combine(day, start), settings=ShiftSettings(**settings), details=details)


# -- when --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "quiet", "expected"),
    [
        (time(21), (time(21), time(8)), True),
        (time(20, 59), (time(21), time(8)), False),
        (time(0), (time(21), time(8)), True),
        (time(7, 59), (time(21), time(8)), True),
        (time(8), (time(21), time(8)), False),
        (time(13), (time(12), time(14)), True),
        (time(14), (time(12), time(14)), False),
        (time(3), (time(8), time(8)), False),  # the same time twice: no quiet hours
    ],
)
def test_quiet_hours_may_go_over_midnight(moment, quiet, expected):
    assert is_quiet(moment, *quiet) is expected


@pytest.mark.parametrize(
    ("start", "options", "expected"),
    [
        (time(18), {}, datetime(2026, 11, 23, 16)),
        (time(18), {"remind_days": 3, "remind_at": time(12)}, datetime(2026, 11, 21, 12)),
        (time(18), {"remind_days": 0, "remind_at": time(10)}, datetime(2026, 11, 24, 10)),
        (time(9), {"remind_days": 0, "remind_at": time(10)}, datetime(2026, 11, 23, 20, 30)),  # 7.00 would be quiet
        (time(18), {"remind_at": time(22)}, datetime(2026, 11, 24, 8)),  # when the quiet hours end
        (time(18), {"remind_at": time(7)}, datetime(2026, 11, 23, 8)),
        (time(9), {"remind_at": time(23)}, datetime(2026, 11, 23, 20, 30)),  # 8.00 is too late for 9.00
        (time(0, 30), {}, datetime(2026, 11, 23, 16)),
    ],
)
def test_a_reminder_comes_at_the_plans_hour_outside_quiet_hours(start, options, expected):
    assert due(TUESDAY, start, **options) == expected


@given(
    start=st.times(),
    days=st.integers(0, 14),
    at=st.times(),
    quiet=st.tuples(st.integers(0, 23), st.integers(0, 23)),
)
def test_a_reminder_is_never_late_and_never_in_quiet_hours(start, days, at, quiet):
    quiet = (time(quiet[0]), time(quiet[1]))

    moment = due(TUESDAY, start, quiet=quiet, remind_days=days, remind_at=at)

    assert moment <= datetime.combine(TUESDAY, start) - timedelta(hours=2)
    assert not is_quiet(moment.time(), *quiet)
    assert datetime.combine(TUESDAY, start) - moment < timedelta(days=days + 3)


# -- to whom -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def plan():
    return create_plan(name="Herredsvang")


def signed_up(plan, *, day=TUESDAY, start=time(18), role="door", at=EARLIER, user=None, **details):
    """Somebody took a shift long ago."""
    user = user or create_volunteer(plan=plan, name="Yasmin Ahmadi", **details)
    activity = create_activity(plan=plan, name="Unge Cafeen" if not plan.activities.exists() else "")
    session = create_session(
        activity=activity,
        date=day,
        start_time=start,
        end_time=time(21),
        venue=create_venue(plan=plan, name=f"Hus {activity.pk}"),
    )
    with time_machine.travel(local(at, 12), tick=False):
        return create_signup(shift=create_shift(session=session, role=role), user=user)


def test_nobody_is_reminded_before_the_time_and_everybody_once_after(plan, run_jobs):
    signed_up(plan)

    assert send_due(plan=plan, now=local(date(2026, 11, 23), 15, 59)) == 0
    with time_machine.travel(local(date(2026, 11, 23), 16), tick=False):
        assert [send_due(plan=plan, now=timezone.now()) for _ in range(3)] == [1, 0, 0]
        run_jobs()
        assert send_due(plan=plan, now=local(TUESDAY, 12)) == 0

    (message,) = outbox.outbox
    assert message.subject == "Din vagt i Unge Cafeen, tirsdag 24. november"
    assert message.body.startswith(
        "Hej Yasmin\n\nDu har vagt i Unge Cafeen, tirsdag 24. november:\n- Dør, fra kl. 18.00\n"
    )
    assert "siden Vagter" in message.body


def test_who_took_the_shift_after_the_reminder_gets_none(plan):
    signed_up(plan, at=date(2026, 11, 24))

    assert send_due(plan=plan, now=local(TUESDAY, 13)) == 0


def test_who_does_not_want_it_gets_none(plan):
    signed_up(plan, wants_reminders=False)

    assert send_due(plan=plan, now=local(date(2026, 11, 23), 17)) == 0


def test_a_colleague_without_details_is_reminded_as_everybody(plan):
    signed_up(plan, user=create_member(plan=plan))

    assert send_due(plan=plan, now=local(date(2026, 11, 23), 17)) == 1


@pytest.mark.parametrize("what", ["given up", "cancelled", "off", "left", "begun"])
def test_what_does_not_stand_is_not_reminded_of(plan, what):
    signup = signed_up(plan)
    now = local(date(2026, 11, 23), 17)
    if what == "given up":
        give_up(signup=signup, now=local(EARLIER, 13))
    elif what == "cancelled":
        type(signup.shift.session).objects.update(state=SessionState.CANCELLED, logged_at=timezone.now())
    elif what == "off":
        type(signup.shift).objects.update(is_off=True)
    elif what == "left":
        Membership.objects.filter(user=signup.user).delete()
    else:
        now = local(TUESDAY, 18)

    assert send_due(plan=plan, now=now) == 0


def test_two_shifts_of_one_evening_are_one_mail(plan, run_jobs):
    signup = signed_up(plan, role="kitchen")
    with time_machine.travel(local(EARLIER, 12), tick=False):
        late = create_shift(session=signup.shift.session, role="clean-up", start_time=time(21), end_time=time(22))
        create_signup(shift=late, user=signup.user)

    with time_machine.travel(local(date(2026, 11, 23), 17), tick=False):
        assert send_due(plan=plan, now=timezone.now()) == 1
        run_jobs()

    assert "- Køkken, fra kl. 18.00\n- Oprydning, fra kl. 21.00\n" in outbox.outbox[0].body


def test_a_round_that_was_lost_is_made_up_for_outside_quiet_hours(plan):
    """Beat stood still since the afternoon: not at 23, but the next morning."""
    signed_up(plan)

    assert send_due(plan=plan, now=local(date(2026, 11, 23), 23)) == 0
    assert send_due(plan=plan, now=local(TUESDAY, 3)) == 0
    assert send_due(plan=plan, now=local(TUESDAY, 8)) == 1


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("start", [time(18), time(1, 30), time(2, 30), time(3)])
def test_both_clock_changes_move_no_reminder(plan, day, start):
    signed_up(plan, day=day, start=start, at=day - timedelta(days=9))
    before = day - timedelta(days=1)

    assert send_due(plan=plan, now=local(before, 15, 55)) == 0
    assert send_due(plan=plan, now=local(before, 16)) == 1
    assert send_due(plan=plan, now=local(before, 16, 5)) == 0


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_quiet_hours_that_end_in_the_night_of_a_clock_change(plan, day):
    """Quiet from 14 until 2.30, an hour that is skipped in spring and comes twice in autumn."""
    signed_up(plan, day=day, at=day - timedelta(days=9), quiet_from=time(14), quiet_to=time(2, 30))
    rounds = [local(day - timedelta(days=1), 12) + timedelta(minutes=5 * number) for number in range(12 * 40)]

    sent = [now for now in rounds if send_due(plan=plan, now=now)]

    assert len(sent) == 1
    assert timezone.localtime(sent[0]).date() == day
    assert time(2, 30) <= timezone.localtime(sent[0]).time() <= time(3, 5)


def test_an_evening_that_is_moved_is_worth_a_new_reminder(plan):
    signup = signed_up(plan)
    assert send_due(plan=plan, now=local(date(2026, 11, 23), 17)) == 1
    session = signup.shift.session
    moved = {"start_time": time(18), "end_time": time(21), "venue": None, "by": signup.user, "today": TUESDAY}
    move_session(session=session, day=TUESDAY + timedelta(days=7), **moved)

    assert send_due(plan=plan, now=local(TUESDAY, 12)) == 0
    assert send_due(plan=plan, now=local(TUESDAY + timedelta(days=6), 17)) == 1


# -- sending -----------------------------------------------------------------------------------------------------------


def test_what_was_given_up_before_the_worker_came_is_not_sent(plan, run_jobs):
    signup = signed_up(plan)
    send_due(plan=plan, now=local(date(2026, 11, 23), 17))
    with time_machine.travel(local(date(2026, 11, 23), 17, 1), tick=False):
        give_up(signup=signup, now=timezone.now())
        run_jobs()

    assert (outbox.outbox, Mail.objects.count()) == ([], 0)


def test_a_queue_that_stood_still_until_the_night_waits_for_the_morning(plan, run_jobs):
    signed_up(plan)
    send_due(plan=plan, now=local(date(2026, 11, 23), 17))

    with time_machine.travel(local(TUESDAY, 2), tick=False):
        run_jobs()
        assert (outbox.outbox, send_due(plan=plan, now=timezone.now())) == ([], 0)
    with time_machine.travel(local(TUESDAY, 8), tick=False):
        assert send_due(plan=plan, now=timezone.now()) == 1
        run_jobs()

    assert len(outbox.outbox) == 1


def test_a_reminder_that_is_being_sent_is_not_taken_from_under_the_sender(plan):
    signup = signed_up(plan)
    send_due(plan=plan, now=local(date(2026, 11, 23), 17))
    mail = Mail.objects.get()
    Mail.objects.update(state=MailState.SENDING)
    give_up(signup=signup, now=local(date(2026, 11, 23), 17))

    with pytest.raises(MailOutdated):
        deliver(mail_id=mail.pk)
    assert Mail.objects.get().state == MailState.SENDING


@pytest.mark.parametrize("people", [1, 30])
def test_a_round_asks_the_same_few_questions(plan, people, django_assert_num_queries):
    for _ in range(people):
        signed_up(plan, wants_reminders=False)

    with django_assert_num_queries(4):
        send_due(plan=plan, now=local(date(2026, 11, 23), 17))


def test_all_running_plans_are_served():
    for ends_on in (date(2027, 6, 30), date(2027, 6, 30), date(2026, 11, 1)):
        signed_up(create_plan(ends_on=ends_on))

    with time_machine.travel(local(date(2026, 11, 23), 17), tick=False):
        assert send_all_due() == "2 reminders written"
        assert send_all_due() == "0 reminders written"
