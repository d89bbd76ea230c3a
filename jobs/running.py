"""Doing a job: claim it, run it, write down what came of it. Two deliveries of one job have one effect."""

import logging

from django.conf import settings
from django.db import OperationalError
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jobs.heartbeat import Pulse
from jobs.models import MAX_ATTEMPTS, Job, JobState
from jobs.registry import JobFailed, JobResult, function_for

logger = logging.getLogger("portal.jobs")


def perform(*, job_id: int) -> bool:
    """Run a job unless somebody else has it. Tells whether it ran here."""
    job = claim(job_id=job_id)
    if job is None:
        return False
    fields = {"job": job.pk, "kind": job.kind, "attempt": job.attempts}
    with translation.override(settings.LANGUAGE_CODE):
        pulse = Pulse(job=job)
        try:
            function = function_for(job.kind)
            with pulse:
                result = function(job, pulse.report)
        except JobFailed as failure:
            finish(job=job, state=JobState.FAILED, result=JobResult(line=str(failure)), pulse=pulse)
            logger.info("job refused", extra=fields)
        except OperationalError:
            # A lock that was not released or a lost connection says nothing about the job: the sweeper tries it again.
            logger.warning("job interrupted by the database", extra=fields, exc_info=True)
        except Exception:
            logger.exception("job failed", extra=fields)
            line = _("Something went wrong on our side, and it has been noted. Try again, or ask your administrator.")
            finish(job=job, state=JobState.FAILED, result=JobResult(line=line), pulse=pulse)
        else:
            finish(job=job, state=JobState.DONE, result=result, pulse=pulse)
            logger.info("job done", extra=fields)
    return True


def claim(*, job_id: int) -> Job | None:
    """Take a job that waits, or one whose worker is gone: one conditional UPDATE, so only one taker wins."""
    now = timezone.now()
    abandoned = Q(state=JobState.RUNNING, heartbeat_at__lt=now - settings.JOB_STALE_AFTER)
    taken = (Job.objects.filter(Q(state=JobState.QUEUED) | abandoned, pk=job_id, attempts__lt=MAX_ATTEMPTS)).update(
        state=JobState.RUNNING, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now
    )
    return Job.objects.get(pk=job_id) if taken else None


def finish(*, job: Job, state: JobState, result: JobResult, pulse: Pulse) -> bool:
    """Write the outcome, unless another worker has taken the job over in the meantime."""
    now = timezone.now()
    written = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        state=state,
        result_line=result.line,
        result=result.details,
        progress_done=pulse.total if state == JobState.DONE else pulse.done,
        progress_total=pulse.total,
        heartbeat_at=now,
        finished_at=now,
    )
    return bool(written)
