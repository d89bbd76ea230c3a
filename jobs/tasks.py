"""The Celery side of jobs: thin, everything happens in `running` and `sweeper`."""

from celery import shared_task
from django.db import OperationalError

from jobs.heartbeat import note_worker_alive
from jobs.running import perform
from jobs.sweeper import sweep


# A database that is busy or away when the job is claimed costs seconds, not a round of the sweeper.
@shared_task(name="jobs.run_job", autoretry_for=(OperationalError,), retry_backoff=2, max_retries=4)
def run_job(job_id: int) -> None:
    """Do one job."""
    perform(job_id=job_id)


@shared_task(name="jobs.sweep")
def sweep_jobs() -> None:
    """Pick up stale jobs and delete expired files."""
    sweep()


@shared_task(name="jobs.heartbeat")
def heartbeat() -> None:
    """Show that beat and worker are alive."""
    note_worker_alive()
