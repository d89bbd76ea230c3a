"""E-mail: written down, claimed, sent at most once by itself."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings
from django.utils import timezone

from accounts.mail import compose, deliver, forget_old_mails, send_again, send_plan_mail
from accounts.models import Mail, MailState
from jobs.models import Job, JobState
from tests.factories import create_plan, create_user

pytestmark = pytest.mark.django_db


class Refusing(BaseEmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({"amir@eksempel.dk": (550, b"no such user")})


class BreakingOff(BaseEmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("connection lost")


HERE = "tests.accounts.test_mail"


def write(key="uge-47", plan=None, to="amir@eksempel.dk"):
    user = create_user(email=to)
    context = {"user_id": user.pk, "root": "https://portal.example"}
    return send_plan_mail(template="password_reset", to=to, context=context, key=key, plan=plan)


def test_a_mail_is_sent_by_a_job(run_jobs):
    mail = write()
    assert outbox.outbox == []

    jobs = run_jobs()

    mail.refresh_from_db()
    assert [job.result_line for job in jobs] == ["E-mailen er sendt."]
    assert mail.state == MailState.SENT
    assert mail.sent_at is not None
    assert [message.to for message in outbox.outbox] == [["amir@eksempel.dk"]]
    assert outbox.outbox[0].extra_headers["Message-ID"] == mail.message_id
    assert mail.message_id.endswith("@portal.example>")


def test_the_same_key_is_the_same_mail(run_jobs):
    plan = create_plan()
    first = write(plan=plan)
    second = send_plan_mail(template="password_reset", to="x@eksempel.dk", context={}, key="uge-47", plan=plan)
    run_jobs()
    assert first.pk == second.pk
    assert len(outbox.outbox) == 1


def test_the_same_key_in_two_plans_is_two_mails():
    one = send_plan_mail(template="nudge", to="a@eksempel.dk", context={}, key="k", plan=create_plan())
    two = send_plan_mail(template="nudge", to="a@eksempel.dk", context={}, key="k", plan=create_plan())
    assert one.pk != two.pk
    assert one.message_id != two.message_id


def test_a_job_that_runs_twice_sends_once(run_jobs):
    mail = write()
    run_jobs()
    assert deliver(mail_id=mail.pk) == MailState.SENT
    assert len(outbox.outbox) == 1


def test_a_worker_that_died_while_sending_leaves_the_question_to_a_person():
    mail = write()
    Mail.objects.update(state=MailState.SENDING, claimed_at=timezone.now())
    assert deliver(mail_id=mail.pk) == MailState.UNCLEAR
    assert outbox.outbox == []


@pytest.mark.parametrize(
    ("backend", "state", "line"),
    [
        ("Refusing", MailState.FAILED, "E-mailen kunne ikke sendes. Tjek adressen, og send den igen."),
        (
            "BreakingOff",
            MailState.UNCLEAR,
            "Det er uklart, om e-mailen nåede frem. Spørg modtageren, før du sender den igen.",
        ),
    ],
)
def test_what_went_wrong_is_told_apart(run_jobs, backend, state, line):
    mail = write()
    with override_settings(EMAIL_BACKEND=f"{HERE}.{backend}"):
        jobs = run_jobs()
    mail.refresh_from_db()
    assert mail.state == state
    assert [(job.state, job.result_line) for job in jobs] == [(JobState.FAILED, line)]

    assert send_again(mail=mail)
    run_jobs()
    assert len(outbox.outbox) == 1
    assert not send_again(mail=mail)


def test_a_mail_whose_matter_is_gone_is_not_sent(run_jobs):
    mail = write()
    from accounts.models import User

    User.objects.filter(email="amir@eksempel.dk").delete()
    jobs = run_jobs()
    assert [job.result_line for job in jobs] == ["E-mailen var der ikke længere brug for."]
    assert not Mail.objects.filter(pk=mail.pk).exists()


def test_a_mail_is_in_its_receivers_language():
    user = create_user(email="john@example.com", name="John Smith", language="en")
    mail = Mail(template="password_reset", to=user.email, context={"user_id": user.pk, "root": "https://p.example"})
    message = compose(mail)
    assert message.subject == "A new password"
    assert message.body.startswith("Hi John\n")


def test_a_name_cannot_write_a_header():
    user = create_user(email="john@example.com", name="John\nBcc: x@ond.example", language="en")
    message = compose(Mail(template="password_reset", to=user.email, context={"user_id": user.pk, "root": ""}))
    assert message.recipients() == ["john@example.com"]
    assert "\n" not in message.subject


def test_mails_are_forgotten_after_30_days():
    with time_machine.travel("2025-03-01 12:00+01:00", tick=False):
        write()
        now = timezone.now()
    assert forget_old_mails(now=now + timedelta(days=30)) == 0
    assert forget_old_mails(now=now + timedelta(days=31)) == 1
    assert Job.objects.count() == 1
