"""With a real Celery worker: the filesystem queue in the first run of the suite, Redis in the second."""

import pytest

from jobs.models import Job, JobState
from jobs.registry import enqueue, publish
from tests.jobs.kinds import effects
from tests.jobs.waiting import is_finished, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_worker_does_a_job_and_shows_its_progress(celery_worker_process):
    job = enqueue(kind="tests.count", plan_id=3, arguments={"to": 4, "pause": 0.7})

    assert wait_until(lambda: 0 < Job.objects.get(pk=job.pk).progress_done < 4)
    assert wait_until(lambda: is_finished(job))
    assert (job.state, job.result_line, job.progress_done, effects(job)) == (JobState.DONE, "Talt til 4.", 4, 1)


def test_worker_has_one_effect_when_a_job_is_delivered_three_times(celery_worker_process):
    job = enqueue(kind="tests.count", arguments={"to": 2, "pause": 0.3})
    publish(job_id=job.pk)
    publish(job_id=job.pk)
    last = enqueue(kind="tests.count", arguments={"to": 1})

    assert wait_until(lambda: is_finished(last))
    assert wait_until(lambda: is_finished(job))
    assert (job.attempts, effects(job)) == (1, 1)
