"""E-mail to people: written down first, sent by a job, never sent twice by itself.

    send_plan_mail(template="nudge", to=user.email, context={"link": …}, key=f"nudge:{week}:{user.pk}", plan=plan)

`emails/<template>.txt` holds the subject in its first line and the text below. `context` is stored: plain values only,
and nothing secret. What must not be stored (a link with a token) is made when the mail is sent, by a function that is
registered with `@fills_in("<template>")`.
"""

import smtplib
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from accounts.models import Mail, MailState, Plan, User
from jobs.registry import enqueue

KEEP_SENT_FOR = timedelta(days=30)

# The server said no, or was never reached: nobody has the mail. After anything else (a connection that broke off, a
# time-out) it may have arrived.
NOT_SENT = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPNotSupportedError,
    ConnectionRefusedError,
    socket.gaierror,
)


class MailOutdated(Exception):
    """What the mail is about is gone (raised by a filler): nothing is sent."""


Filler = Callable[[dict[str, Any]], dict[str, Any]]
_fillers: dict[str, Filler] = {}


def fills_in(template: str) -> Callable[[Filler], Filler]:
    """Register what completes the stored context of a template when it is sent."""

    def register(function: Filler) -> Filler:
        _fillers[template] = function
        return function

    return register


def site_root(request: HttpRequest) -> str:
    """ "https://portal.example", for links in mails that are made by a worker."""
    return request.build_absolute_uri("/").rstrip("/")


def own_address() -> str:
    """Where the portal is, for a mail that no request asked for; empty when only the web server knows."""
    if settings.EMBEDDED or not settings.ALLOWED_HOSTS:
        return ""
    scheme = "https" if settings.ENVIRONMENT.https else "http"
    return f"{scheme}://{settings.ALLOWED_HOSTS[0]}"


@transaction.atomic
def send_plan_mail(
    *, template: str, to: str, context: dict[str, Any], key: str, plan: Plan | None = None, by: User | None = None
) -> Mail:
    """Write down one mail and ask a worker to send it. The same key again is the same mail: nothing more is sent."""
    key = f"{plan.pk if plan else 0}:{key}"
    mail, created = Mail.objects.get_or_create(
        key=key,
        defaults={
            "plan": plan,
            "template": template,
            "to": to,
            "context": context,
            "message_id": make_message_id(key=key, root=context.get("root", "")),
        },
    )
    if created:
        enqueue(kind="send_mail", plan_id=mail.plan_id, requested_by=by, arguments={"mail_id": mail.pk})
    return mail


@transaction.atomic
def send_again(*, mail: Mail, by: User | None = None) -> bool:
    """A person has seen that a mail failed or is unclear, and wants it sent once more."""
    ready = Mail.objects.filter(pk=mail.pk, state__in=[MailState.FAILED, MailState.UNCLEAR]).update(
        state=MailState.QUEUED, claimed_at=None
    )
    if ready:
        enqueue(kind="send_mail", plan_id=mail.plan_id, requested_by=by, arguments={"mail_id": mail.pk})
    return bool(ready)


def make_message_id(*, key: str, root: str = "") -> str:
    """The same for every attempt, so that a mail server can drop a repeat; tells nothing about its receiver."""
    host = urlsplit(root).hostname or settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{salted_hmac('accounts.mail', key, algorithm='sha256').hexdigest()[:32]}@{host}>"


def deliver(*, mail_id: int) -> MailState:
    """Claim one mail and send it. Not atomic on purpose: the claim must stand if the process dies while sending."""
    mail = Mail.objects.select_related("plan").get(pk=mail_id)
    try:
        message = compose(mail)
    except MailOutdated:
        Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED).delete()
        raise
    claimed = Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED).update(
        state=MailState.SENDING, claimed_at=timezone.now()
    )
    if not claimed:
        # Somebody else sends it, has sent it, or died over it. Only the last is news.
        Mail.objects.filter(pk=mail.pk, state=MailState.SENDING).update(state=MailState.UNCLEAR)
        return MailState(Mail.objects.values_list("state", flat=True).get(pk=mail.pk))
    try:
        message.send()
    except NOT_SENT:
        state = MailState.FAILED
    except (smtplib.SMTPException, OSError):
        state = MailState.UNCLEAR
    else:
        state = MailState.SENT
    sent_at = timezone.now() if state == MailState.SENT else None
    Mail.objects.filter(pk=mail.pk).update(state=state, sent_at=sent_at)
    return state


def compose(mail: Mail) -> EmailMessage:
    """The mail in its receiver's language: the first line of the template is the subject."""
    receiver = User.objects.filter(email=mail.to.lower()).first()
    context = {"plan": mail.plan, "receiver": receiver, **mail.context}
    if mail.template in _fillers:
        context.update(_fillers[mail.template](mail.context))
    with translation.override(receiver.language if receiver else settings.LANGUAGE_CODE):
        text = render_to_string(f"emails/{mail.template}.txt", context)
    subject, _line, body = text.strip().partition("\n")
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[mail.to],
        headers={"Message-ID": mail.message_id},
    )


def forget_old_mails(*, now: datetime) -> int:
    """Who got which mail is kept for 30 days (retention.py). Returns how many were deleted."""
    return Mail.objects.filter(created_at__lt=now - KEEP_SENT_FOR).delete()[0]
