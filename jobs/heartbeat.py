"""Signs of life: of one running job, and of the workers as a whole."""

import threading
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils import timezone

from jobs.models import Heartbeat, Job, JobState

WRITE_EVERY = 1.0  # seconds between two writes of progress


class Pulse:
    """Writes a running job's progress and sign of life, on a thread with a connection of its own.

    So `report` never touches the job's own transaction: it can be called anywhere, a roll-back does not undo progress,
    and what it wrote is seen at once. While the job holds SQLite's write lock the thread waits, and writes afterwards.
    """

    def __init__(self, *, job: Job) -> None:
        self.job_id, self.attempt = job.pk, job.attempts
        self.done = self.total = 0
        self._changed = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"pulse-{job.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stopped.set()
        self._thread.join()

    def report(self, done: int, total: int) -> None:
        """Note how far the job is."""
        self.done, self.total = min(max(done, 0), max(total, 0)), max(total, 0)
        self._changed = True

    def _beat(self) -> None:
        quiet_for = 0.0
        while not self._stopped.wait(WRITE_EVERY):
            quiet_for += WRITE_EVERY
            if self._changed or quiet_for >= settings.JOB_STALE_AFTER.total_seconds() / 8:
                self._changed = False
                quiet_for = 0.0
                self._write()

    def _write(self) -> None:
        try:
            Job.objects.filter(pk=self.job_id, state=JobState.RUNNING, attempts=self.attempt).update(
                heartbeat_at=timezone.now(), progress_done=self.done, progress_total=self.total
            )
        except DatabaseError:
            self._changed = True  # locked or gone for a moment: the next round writes it
        finally:
            connection.close()


def note_worker_alive() -> None:
    """Called by the schedule: a beat sent it and a worker did it."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"seen_at": timezone.now()})


def worker_seen_at() -> datetime | None:
    """When a worker last showed life: by the schedule, or by a long job that keeps the only worker busy."""
    seen = [
        Heartbeat.objects.aggregate(at=Max("seen_at"))["at"],
        Job.objects.filter(state=JobState.RUNNING).aggregate(at=Max("heartbeat_at"))["at"],
    ]
    return max((at for at in seen if at), default=None)
