"""Kinds of jobs for tests; real workers load them too (`--include tests.jobs.kinds`)."""

import time

from jobs.models import Job, StoredFile, store_file
from jobs.registry import JobFailed, JobResult, Report, job_kind


@job_kind("tests.count")
def count(job: Job, report: Report) -> JobResult:
    """Counts, and leaves one file behind: its effect."""
    wanted = job.arguments["to"]
    for number in range(wanted):
        time.sleep(job.arguments.get("pause", 0))
        report(number + 1, wanted)
    store_file(plan_id=job.plan_id, name=f"effect of {job.pk}", content=b"counted")
    return JobResult(line=f"Talt til {wanted}.", details={"to": wanted})


@job_kind("tests.stuck_at_first")
def stuck_at_first(job: Job, report: Report) -> JobResult:
    """Never comes to an end at its first attempt, so that a test can kill its worker."""
    report(1, 2)
    if job.attempts == 1:
        store_file(plan_id=None, name=f"started {job.pk}", content=b"")
        time.sleep(120)
    return count(Job(pk=job.pk, arguments={"to": 2}), report)


@job_kind("tests.refuse")
def refuse(job: Job, report: Report) -> JobResult:
    """Can't be done, and says why."""
    raise JobFailed("Filen har ingen tabel.")


@job_kind("tests.break")
def break_down(job: Job, report: Report) -> JobResult:
    """Has a bug, whose words must not reach anybody."""
    raise ValueError("Key (alias)=(Ali) is in here")


def effects(job: Job) -> int:
    """How often a job has had its effect."""
    return StoredFile.objects.filter(name=f"effect of {job.pk}").count()
