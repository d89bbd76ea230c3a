"""The Celery side of the daily list."""

from celery import shared_task

from config.daily import run_daily_jobs as run_the_list


@shared_task(name="config.run_daily_jobs")
def run_daily_jobs() -> None:
    """Do the daily work."""
    list(run_the_list())
