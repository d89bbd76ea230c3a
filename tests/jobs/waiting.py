"""Waiting for another process: short looks, and a limit."""

import time
from collections.abc import Callable

from jobs.models import Job


def wait_until(condition: Callable[[], bool], *, seconds: float = 40) -> bool:
    """Look until it is so, or the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def is_finished(job: Job) -> bool:
    """Has the job ended, as the database says?"""
    job.refresh_from_db()
    return job.is_finished
