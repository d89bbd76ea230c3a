"""How far a job is, as a fragment that a page of a higher app shows and asks again for."""

from typing import Any

from jobs.models import Job


def progress_context(
    *, job: Job, progress_url: str, finished_url: str = "", finished_label: str = ""
) -> dict[str, Any]:
    """The context of `jobs/_job_progress.html`.

    `progress_url` answers with that fragment for an htmx request and with a page around it otherwise (the refresh link
    for browsers without JavaScript); `finished_url` is where to go on when the job is done, under `finished_label`.
    """
    percent = round(100 * job.progress_done / job.progress_total) if job.progress_total else None
    return {
        "job": job,
        "progress_url": progress_url,
        "finished_url": finished_url,
        "finished_label": finished_label,
        "percent": percent,
    }
