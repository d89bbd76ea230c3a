"""Reminders with a real worker: what is lost on the way is made up for, what is unclear is shown to a person."""

import signal
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail, MailState
from activities.models import ShiftSettings, ShiftSignup
from activities.reminders import send_all_due
from jobs.models import Job, JobState, StoredFile
from jobs.sweeper import sweep
from tests.factories import (
    create_activity,
    create_member,
    create_plan,
    create_session,
    create_shift,
    create_signup,
    create_volunteer,
)
from tests.jobs.mails import sent_to
from tests.jobs.queues import queue_down
from tests.jobs.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
BACKENDS = "tests.jobs.mails"


@pytest.fixture
def yasmin(settings):
    """She has a shift tomorrow, and the hour of her reminder has just passed, whatever time it is now."""
    settings.JOB_STALE_AFTER = timedelta(seconds=2)
    now = timezone.localtime()
    plan = create_plan(slug="herredsvang", ends_on=now.date() + timedelta(days=30))
    ShiftSettings.objects.create(plan=plan, remind_at=now.time())
    yasmin = create_volunteer(plan=plan, quiet_from=now.time(), quiet_to=now.time())  # never quiet
    session = create_session(
        activity=create_activity(plan=plan), date=now.date() + timedelta(days=1), start_time=now.time()
    )
    create_signup(shift=create_shift(session=session), user=yasmin)
    ShiftSignup.objects.update(signed_up_at=timezone.now() - timedelta(days=3))
    yasmin.plan = plan
    return yasmin


def sweep_until_something_is_picked_up():
    """As beat does every minute."""
    assert wait_until(lambda: sweep().requeued > 0, seconds=20)


def test_a_reminder_written_while_the_queue_was_down_is_sent_once(yasmin, start_worker):
    with queue_down():
        assert send_all_due() == "1 reminders written"
    assert Job.objects.get().state == JobState.QUEUED

    start_worker(JOB_STALE_SECONDS="2", TESTS_EMAIL_BACKEND=f"{BACKENDS}.Stored")
    sweep_until_something_is_picked_up()

    assert wait_until(lambda: Mail.objects.get().state == MailState.SENT)
    assert (send_all_due(), sent_to(yasmin.email), Job.objects.count()) == ("0 reminders written", 1, 1)


def test_a_worker_killed_while_sending_leaves_the_question_to_a_person(yasmin, start_worker, client):
    doomed = start_worker(JOB_STALE_SECONDS="2", TESTS_EMAIL_BACKEND=f"{BACKENDS}.StuckAtFirst")
    assert send_all_due() == "1 reminders written"
    assert wait_until(lambda: StoredFile.objects.filter(name="sending").exists())

    doomed.send_signal(signal.SIGKILL)
    doomed.wait(timeout=10)
    start_worker(JOB_STALE_SECONDS="2", TESTS_EMAIL_BACKEND=f"{BACKENDS}.Stored")
    sweep_until_something_is_picked_up()

    assert wait_until(lambda: Mail.objects.get().state == MailState.UNCLEAR)
    assert (send_all_due(), sent_to(yasmin.email)) == ("0 reminders written", 0)

    client.force_login(create_member(plan=yasmin.plan))
    assert yasmin.email in client.get(reverse("activities:volunteer_list", args=["herredsvang"])).content.decode()
    client.post(reverse("activities:reminder_resend", args=["herredsvang", Mail.objects.get().pk]))
    assert wait_until(lambda: sent_to(yasmin.email) == 1)
