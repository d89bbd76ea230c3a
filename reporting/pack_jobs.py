"""Background work of meeting packs: freezing one, and telling the board."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail import send_plan_mail
from accounts.models import Role
from jobs.models import Job
from jobs.registry import JobFailed, JobResult, Report, job_kind
from reporting.models import StatusReport
from reporting.packs.files import make_files
from reporting.packs.freezing import NotReady, Overtaken, freeze_pack

FREEZE = "freeze_status_report"


@job_kind(FREEZE)
def run_freeze(job: Job, report: Report) -> JobResult:
    """Freeze a pack, draw its files, tell the board. Arguments: report (id), root (the site's address).

    Run again after its worker died it finds the pack frozen, or freezes it, and writes no mail a second time.
    """
    pack = StatusReport.objects.filter(plan_id=job.plan_id or 0, pk=job.arguments["report"]).first()
    if pack is None:
        raise JobFailed(_("The draft is no longer here."))
    try:
        pack, _was_frozen = freeze_pack(report_id=pack.pk, make_files=make_files, by=job.requested_by, report=report)
    except NotReady:
        raise JobFailed(_("A text waits for approval. Approve it, and freeze the pack again.")) from None
    except Overtaken:
        raise JobFailed(_("Somebody was writing in the draft meanwhile. Look at it, and freeze it again.")) from None
    told = tell_board(report=pack, root=job.arguments.get("root", ""))
    return JobResult(line=_closing_line(told), details={"report": pack.pk, "sha256": pack.sha256})


def _closing_line(told: int) -> str:
    line = _("The meeting pack is frozen.")
    if told:
        line += " " + ngettext(
            "%(count)s board member gets an e-mail.", "%(count)s board members get an e-mail.", told
        ) % {"count": told}
    return line


def tell_board(*, report: StatusReport, root: str) -> int:
    """One e-mail with a link to each board member who wants it, once per pack. Tells how many there are."""
    members = report.plan.memberships.active().with_role(Role.BOARD).filter(release_mail=True).select_related("user")
    path = reverse("reporting:status_report_detail", args=[report.plan.slug, report.pk])
    context: dict[str, Any] = {
        "root": root,
        "link": f"{root}{path}" if root else "",
    }
    for member in members:
        send_plan_mail(
            template="status_report_frozen",
            to=member.user.email,
            context=context,
            key=f"status_report:{report.pk}:{member.user_id}",
            plan=report.plan,
        )
    return len(members)
