"""A worker is killed in the middle of a job."""

import signal
from datetime import timedelta

import pytest

from jobs.models import JobState, StoredFile
from jobs.registry import enqueue
from jobs.sweeper import sweep
from tests.jobs.kinds import effects
from tests.jobs.waiting import is_finished, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_job_of_a_killed_worker_is_done_once_by_another(start_worker, settings):
    settings.JOB_STALE_AFTER = timedelta(seconds=2)
    doomed = start_worker(JOB_STALE_SECONDS="2")
    job = enqueue(kind="tests.stuck_at_first")
    assert wait_until(lambda: StoredFile.objects.filter(name=f"started {job.pk}").exists())

    doomed.send_signal(signal.SIGKILL)
    doomed.wait(timeout=10)
    start_worker(JOB_STALE_SECONDS="2")
    assert wait_until(lambda: sweep().requeued > 0, seconds=15)

    assert wait_until(lambda: is_finished(job))
    assert (job.state, job.attempts, effects(job)) == (JobState.DONE, 2, 1)
