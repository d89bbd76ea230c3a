"""Background work of this app: the whole attendance as a workbook."""

from io import BytesIO

from django.utils.translation import ngettext

from accounts.models import Plan
from jobs.models import Job, store_file
from jobs.registry import JobResult, Report, job_kind
from residents.attendance_export import count_attendances, write_attendance_xlsx

ATTENDANCE_WORKBOOK = "attendance_workbook"


@job_kind(ATTENDANCE_WORKBOOK)
def run_attendance_workbook(job: Job, report: Report) -> JobResult:
    """Write the workbook and keep it for an hour. Asked twice, it is made twice; the first one is swept."""
    plan = Plan.objects.get(pk=job.plan_id or 0)
    total = count_attendances(plan)
    buffer = BytesIO()
    rows = write_attendance_xlsx(plan, buffer, lambda done: report(min(done, total), total))
    file = store_file(plan_id=plan.pk, name="fremmoede.xlsx", content=buffer.getvalue())
    line = ngettext(
        "%(rows)s visit with an alias is in the file.", "%(rows)s visits with an alias are in the file.", rows
    ) % {"rows": rows}
    return JobResult(line=line, details={"file": file.pk, "rows": rows})
