"""Picks up what was dropped: jobs without a sign of life, files past their time, rows nobody needs any more."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jobs.models import MAX_ATTEMPTS, Job, JobState, StoredFile
from jobs.registry import publish

FINISHED_JOBS_KEPT_FOR = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What one round of the sweeper did."""

    requeued: int
    given_up: int
    files_deleted: int


def sweep() -> Sweep:
    """Requeue stale jobs, give up on those that were tried three times, delete files past their time."""
    now = timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        given_up = (
            Job.objects.stale(now=now)
            .filter(state=JobState.RUNNING, attempts__gte=MAX_ATTEMPTS)
            .update(
                state=JobState.FAILED,
                finished_at=now,
                result_line=_("This was tried three times without luck. Ask your administrator to look at it."),
            )
        )
    requeued = 0
    for job_id in list(Job.objects.stale(now=now).values_list("pk", flat=True)):
        # Again conditional: the job may have shown life, or another sweeper may have taken it, since the list was read.
        taken = Job.objects.stale(now=now).filter(pk=job_id).update(state=JobState.QUEUED, heartbeat_at=now)
        if taken and publish(job_id=job_id):
            requeued += 1
    files_deleted, _by_model = StoredFile.objects.expired(now=now).delete()
    return Sweep(requeued=requeued, given_up=given_up, files_deleted=files_deleted)


def delete_old_jobs() -> str:
    """Delete jobs that finished more than 90 days ago."""
    deleted, _by_model = Job.objects.filter(finished_at__lt=timezone.now() - FINISHED_JOBS_KEPT_FOR).delete()
    return f"{deleted} old jobs deleted"
