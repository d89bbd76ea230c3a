"""The two jobs of an import in the browser: look at the file, then write it."""

from django.utils.translation import gettext as _

from accounts.models import Plan
from jobs.models import Job, StoredFile
from jobs.registry import JobFailed, JobResult, Report, job_kind
from jobs.sheets import SheetError
from reporting.imports import keep_account, run_stored

CHECK, WRITE = "import_check", "import_write"


@job_kind(CHECK)
def run_check(job: Job, report: Report) -> JobResult:
    """What an import would do. Arguments: kind, file (id), activity (id or None)."""
    return _run(job, report, is_check=True)


@job_kind(WRITE)
def run_write(job: Job, report: Report) -> JobResult:
    """The import itself, compared anew with what is stored by now. Twice is once: the second time all is in."""
    return _run(job, report, is_check=False)


def _run(job: Job, report: Report, *, is_check: bool) -> JobResult:
    plan = Plan.objects.get(pk=job.plan_id or 0)
    stored = StoredFile.objects.for_plan(plan.pk).filter(pk=job.arguments["file"]).first()
    if stored is None:
        raise JobFailed(_("The file is no longer here. Choose it again."))
    try:
        outcome = run_stored(
            kind=job.arguments["kind"],
            stored=stored,
            plan=plan,
            activity_id=job.arguments.get("activity"),
            by=job.requested_by,
            is_check=is_check,
            progress=report,
        )
    except SheetError as error:
        stored.delete()
        raise JobFailed(str(error)) from None
    details = keep_account(plan=plan, outcome=outcome)
    line = _("The file has been looked at.") if is_check else _("The import is done.")
    return JobResult(line=line, details=details)
