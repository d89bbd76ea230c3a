"""Nothing that was dropped stays on the floor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import Job, JobState, StoredFile, store_file
from jobs.registry import enqueue
from jobs.running import claim
from jobs.sweeper import Sweep, delete_old_jobs, sweep

pytestmark = pytest.mark.django_db


def age(job, **changes):
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=3), **changes)


def test_sweep_leaves_fresh_jobs_alone():
    waiting, running = (enqueue(kind="tests.count", arguments={"to": 1}) for _ in range(2))
    claim(job_id=running.pk)

    assert sweep() == Sweep(requeued=0, given_up=0, files_deleted=0)
    assert [Job.objects.get(pk=job.pk).state for job in (waiting, running)] == [JobState.QUEUED, JobState.RUNNING]


def test_sweep_requeues_jobs_without_signs_of_life():
    lost, abandoned = (enqueue(kind="tests.count", arguments={"to": 1}) for _ in range(2))
    claim(job_id=abandoned.pk)
    age(lost)
    age(abandoned)

    assert sweep() == Sweep(requeued=2, given_up=0, files_deleted=0)
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.QUEUED}
    assert sweep() == Sweep(requeued=0, given_up=0, files_deleted=0)


def test_sweep_gives_up_after_three_attempts_and_says_so():
    job = enqueue(kind="tests.count", arguments={"to": 1})
    claim(job_id=job.pk)
    age(job, attempts=3)

    assert sweep() == Sweep(requeued=0, given_up=1, files_deleted=0)
    job.refresh_from_db()
    assert (job.state, job.finished_at is not None) == (JobState.FAILED, True)
    assert job.result_line == "Det er forsøgt tre gange uden held. Bed din administrator se på det."


def test_sweep_deletes_files_past_their_time():
    kept = store_file(plan_id=1, name="rest.xlsx", content=b"1")
    StoredFile.objects.create(
        plan_id=1,
        name="old.csv",
        content=b"2",
        created_at=timezone.now() - timedelta(hours=2),
        delete_after=timezone.now() - timedelta(hours=1),
    )

    assert sweep().files_deleted == 1
    assert StoredFile.objects.get() == kept


def test_delete_old_jobs_keeps_the_last_ninety_days():
    now = timezone.now()
    old, recent = (enqueue(kind="tests.count", arguments={"to": 1}) for _ in range(2))
    Job.objects.filter(pk=old.pk).update(state=JobState.DONE, finished_at=now - timedelta(days=91))
    Job.objects.filter(pk=recent.pk).update(state=JobState.DONE, finished_at=now - timedelta(days=89))

    assert delete_old_jobs() == "1 old jobs deleted"
    assert Job.objects.get() == recent
