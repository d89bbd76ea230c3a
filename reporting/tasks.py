"""Background work of this app: freezing figures, by the button and on the first of the month."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail import own_address, send_plan_mail
from accounts.models import Plan
from jobs.models import Job
from jobs.registry import JobResult, Report, enqueue, job_kind
from reporting import import_jobs, pack_jobs  # noqa: F401  why: register their kinds of job; workers look for them in tasks.py
from reporting.models import Release
from reporting.releases import mail_key, plans_to_release, release_figures, release_readers

RELEASE = "release_figures"


@job_kind(RELEASE)
def run_release(job: Job, report: Report) -> JobResult:
    """Freeze a plan's figures and tell its board. Arguments: as_of and today (ISO), root (the site's address)."""
    plan = Plan.objects.get(pk=job.plan_id or 0)
    as_of = date.fromisoformat(job.arguments["as_of"])
    today = date.fromisoformat(job.arguments["today"])
    run = release_figures(plan=plan, as_of=as_of, today=today, by=job.requested_by, report=report)
    # A worker that died after the freeze, before the mails, must not leave the board untold.
    is_news = bool(run.new) or Release.objects.filter(plan=plan, released_at__gte=job.created_at).exists()
    told = tell_board(plan=plan, as_of=as_of, root=job.arguments.get("root", "")) if is_news else 0
    details = {"new": len(run.new), "unchanged": run.unchanged}
    return JobResult(line=_closing_line(is_news=is_news, told=told), details=details)


def _closing_line(*, is_news: bool, told: int) -> str:
    if not is_news:
        return _("Nothing has changed since the last release, so it still stands.")
    line = _("The figures are released.")
    if told:
        line += " " + ngettext(
            "%(count)s board member gets an e-mail.", "%(count)s board members get an e-mail.", told
        ) % {"count": told}
    return line


def tell_board(*, plan: Plan, as_of: date, root: str) -> int:
    """One e-mail to each board member who wants it, once per release day. Tells how many there are."""
    members = release_readers(plan)
    path = reverse("reporting:follow_up", args=[plan.slug])
    context: dict[str, Any] = {"root": root, "link": f"{root}{path}" if root else ""}
    for member in members:
        send_plan_mail(
            template="figures_released",
            to=member.user.email,
            context=context,
            key=mail_key(member, as_of),
            plan=plan,
        )
    return len(members)


def release_month() -> str:
    """For the daily list: on the first of the month, or later if that day was missed, freeze the month before."""
    first = timezone.localdate().replace(day=1)
    month_end = first - timedelta(days=1)
    plans = plans_to_release(first)
    for plan in plans:
        arguments = {"as_of": month_end.isoformat(), "today": first.isoformat(), "root": own_address()}
        enqueue(kind=RELEASE, plan_id=plan.pk, arguments=arguments)
    return f"{len(plans)} plans to release as of {month_end}"
