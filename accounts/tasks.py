"""Background work of accounts: thin, `mail.py` does it."""

from django.utils.translation import gettext as _

from accounts import invitations, passwords  # noqa: F401  # they fill in their own mails
from accounts.mail import MailOutdated, deliver
from accounts.models import Mail, MailState
from jobs.models import Job
from jobs.registry import JobFailed, JobResult, Report, job_kind


@job_kind("send_mail")
def run_send_mail(job: Job, report: Report) -> JobResult:
    """Send one e-mail, at most once."""
    try:
        state = deliver(mail_id=job.arguments["mail_id"])
    except (Mail.DoesNotExist, MailOutdated):
        return JobResult(line=_("The e-mail was no longer needed."))
    if state == MailState.SENT:
        return JobResult(line=_("The e-mail was sent."))
    if state == MailState.FAILED:
        raise JobFailed(_("The e-mail could not be sent. Check the address, and send it again."))
    raise JobFailed(_("It is unclear whether the e-mail arrived. Ask the receiver before you send it again."))
