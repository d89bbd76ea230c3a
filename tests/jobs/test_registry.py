"""Asking for a job."""

import time

import pytest
from django.db import transaction

from jobs.models import Job, JobState
from jobs.registry import enqueue, job_kind, publish
from tests.jobs import kinds
from tests.jobs.queues import queue_down


@pytest.fixture
def dead_broker():
    with queue_down():
        yield


@pytest.mark.django_db
def test_enqueue_writes_a_waiting_job():
    job = enqueue(kind="tests.count", plan_id=7, arguments={"to": 3})

    job.refresh_from_db()
    assert (job.kind, job.plan_id, job.arguments) == ("tests.count", 7, {"to": 3})
    assert (job.state, job.attempts, job.finished_at) == (JobState.QUEUED, 0, None)


@pytest.mark.django_db
def test_enqueue_refuses_a_kind_that_nobody_registered():
    with pytest.raises(LookupError, match="Unknown job kind: nonsense"):
        enqueue(kind="nonsense")

    assert Job.objects.count() == 0


def test_job_kind_refuses_a_second_function_for_one_name():
    with pytest.raises(ValueError, match=r"tests\.count is registered twice"):
        job_kind("tests.count")(kinds.refuse)


@pytest.mark.django_db
def test_enqueue_publishes_only_when_the_transaction_is_through(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        enqueue(kind="tests.count", arguments={"to": 1})

    assert len(callbacks) == 1


@pytest.mark.django_db(transaction=True)
def test_enqueue_keeps_the_row_when_the_queue_is_down(dead_broker):
    started = time.monotonic()

    job = enqueue(kind="tests.count", arguments={"to": 1})

    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED
    assert publish(job_id=job.pk) is False
    assert time.monotonic() - started < 10  # a person waits for this page
