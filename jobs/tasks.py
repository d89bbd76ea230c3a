"""The Celery side of jobs: thin, everything happens in `running` and `sweeper`."""

from celery import shared_task

from jobs.heartbeat import note_worker_alive
from jobs.running import perform
from jobs.sweeper import sweep


@shared_task(name="jobs.run_job")
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
