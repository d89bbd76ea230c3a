"""Jobs: written down, done once, given up honestly."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import Job, JobState
from jobs.registry import JobFailed, JobResult, enqueue, job_kind

pytestmark = pytest.mark.django_db


@job_kind("tests.count")
def count(job, report):
    report(job.arguments["to"], job.arguments["to"])
    return JobResult(line=f"Talt til {job.arguments['to']}.", details={"to": job.arguments["to"]})


def test_enqueue_writes_a_waiting_job():
    job = enqueue(kind="tests.count", plan_id=7, arguments={"to": 3})

    assert (job.state, job.plan_id, job.attempts, job.finished_at) == (JobState.QUEUED, 7, 0, None)


def test_enqueue_refuses_an_unknown_kind():
    with pytest.raises(LookupError, match="Unknown job kind: nonsense"):
        enqueue(kind="nonsense")
