"""A job is done once, and what came of it is written down."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.heartbeat import Pulse
from jobs.models import Job, JobState
from jobs.registry import JobResult, enqueue
from jobs.running import claim, finish, perform
from tests.jobs.kinds import effects

pytestmark = pytest.mark.django_db


def test_perform_does_the_job_and_keeps_its_result():
    job = enqueue(kind="tests.count", arguments={"to": 3})

    assert perform(job_id=job.pk) is True

    job.refresh_from_db()
    assert (job.state, job.result_line, job.result) == (JobState.DONE, "Talt til 3.", {"to": 3})
    assert (job.progress_done, job.progress_total, job.attempts) == (3, 3, 1)
    assert job.created_at <= job.started_at <= job.finished_at


def test_perform_has_one_effect_when_a_job_is_delivered_twice():
    job = enqueue(kind="tests.count", arguments={"to": 1})

    assert [perform(job_id=job.pk), perform(job_id=job.pk)] == [True, False]
    assert effects(job) == 1


def test_perform_shrugs_at_a_job_that_is_gone():
    assert perform(job_id=987654) is False


def test_perform_shows_why_a_job_was_refused():
    job = enqueue(kind="tests.refuse")

    perform(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.result_line) == (JobState.FAILED, "Filen har ingen tabel.")


@pytest.mark.logs_errors
def test_perform_hides_the_words_of_a_bug():
    job = enqueue(kind="tests.break")

    perform(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.result_line == "Noget gik galt hos os, og det er noteret. Prøv igen, eller spørg din administrator."


def test_claim_leaves_a_job_that_shows_life():
    job = enqueue(kind="tests.count", arguments={"to": 1})
    claim(job_id=job.pk)

    assert claim(job_id=job.pk) is None


def test_claim_takes_over_a_job_without_signs_of_life():
    job = enqueue(kind="tests.count", arguments={"to": 1})
    claim(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=3))

    assert claim(job_id=job.pk).attempts == 2


def test_finish_is_ignored_from_a_worker_that_was_given_up():
    job = enqueue(kind="tests.count", arguments={"to": 1})
    first = claim(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=3))
    second = claim(job_id=job.pk)

    late = finish(job=first, state=JobState.FAILED, result=JobResult(line="late"), pulse=Pulse(job=first))
    assert late is False
    assert finish(job=second, state=JobState.DONE, result=JobResult(line="in time"), pulse=Pulse(job=second)) is True
    assert Job.objects.get(pk=job.pk).result_line == "in time"


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("job_state_known", {"state": "dreaming", "finished_at": None}),
        ("job_progress_within_total", {"progress_done": 2, "progress_total": 1}),
        ("job_finished_at_matches_state", {"state": JobState.DONE}),
    ],
)
def test_job_constraints_refuse_what_cannot_be(constraint, wrong):
    with pytest.raises(IntegrityError, match="constraint") as refused, transaction.atomic():
        Job.objects.create(kind="tests.count", **wrong)

    assert constraint in str(refused.value) or "job_finished_at_matches_state" in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_from_outside_and_survives_a_roll_back():
    job = enqueue(kind="tests.count", arguments={"to": 1})
    claimed = claim(job_id=job.pk)

    with Pulse(job=claimed) as pulse:
        pulse.report(4, 9)
        pulse._write()

    job.refresh_from_db()
    assert (job.progress_done, job.progress_total) == (4, 9)
