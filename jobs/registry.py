"""The one door to background work: register a kind of job, ask for one to be done.

In an app's `tasks.py`:

    @job_kind("import_log")
    def run_import_log(job: Job, report: Report) -> JobResult:
        for done, chunk in enumerate(chunks):
            write(chunk)                 # short transactions: on SQLite one writer keeps all others waiting
            report(done, len(chunks))    # cheap and safe anywhere, also inside a transaction
        return JobResult(line=_("100 rows read."), details={"rows": 100})

A job may run twice (its worker can die after the last commit), so running it again must change nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import kombu.exceptions
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from jobs.models import Job

logger = logging.getLogger("portal.jobs")

Report = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """What is kept of a finished job: one sentence for people, and small plain data (ids, counts) for pages."""

    line: str
    details: dict[str, Any] = field(default_factory=dict)


class JobFailed(Exception):
    """Raised by a job that cannot be done; its message is shown to the person who asked."""


JobFunction = Callable[[Job, Report], JobResult]
_kinds: dict[str, JobFunction] = {}


def job_kind(name: str) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does this kind of job."""

    def register(function: JobFunction) -> JobFunction:
        if _kinds.setdefault(name, function) is not function:
            raise ValueError(f"The job kind {name} is registered twice.")
        return function

    return register


def function_for(kind: str) -> JobFunction:
    """The function registered for a kind."""
    try:
        return _kinds[kind]
    except KeyError:
        raise LookupError(f"Unknown job kind: {kind}. Is its function in the tasks.py of an app?") from None


def enqueue(
    *,
    kind: str,
    plan_id: int | None = None,
    requested_by: AbstractBaseUser | None = None,
    arguments: dict[str, Any] | None = None,
) -> Job:
    """Write down the job and hand it to the workers when this transaction is through."""
    function_for(kind)
    job = Job.objects.create(
        kind=kind,
        plan_id=plan_id,
        requested_by_id=requested_by.pk if requested_by else None,
        arguments=arguments or {},
    )
    transaction.on_commit(lambda: publish(job_id=job.pk))
    return job


def publish(*, job_id: int) -> bool:
    """Put a job on the queue. With the queue out of order the row stays, and the sweeper tries again."""
    from jobs.tasks import run_job

    try:
        run_job.apply_async(args=[job_id])
    except (kombu.exceptions.KombuError, OSError):
        logger.warning("queue unreachable, the job waits for the sweeper", extra={"job": job_id})
        return False
    return True
