"""The Celery side of the lists of regular work."""

from celery import shared_task

from config import daily


@shared_task(name="config.run_daily_jobs")
def run_daily_jobs() -> None:
    """Do the daily work."""
    list(daily.run_daily_jobs())


@shared_task(name="config.run_frequent_jobs")
def run_frequent_jobs() -> None:
    """Do the work of every five minutes."""
    list(daily.run_frequent_jobs())
