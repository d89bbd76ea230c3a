"""Every part that a monitor asks for, working and not."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from jobs.heartbeat import note_worker_alive
from jobs.models import Heartbeat, Job, JobState
from tests.config.test_environment import COMPLETE, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_worker(settings):
    if settings.CELERY_BROKER_URL.startswith("memory"):
        pytest.skip("no Redis given (REDIS_URL)")
    note_worker_alive()


def test_healthz_is_200_when_every_part_works(client, with_worker):
    response = client.get("/healthz/")

    report = response.json()
    assert (response.status_code, report["failing"]) == (200, [])
    assert report.pop("worker_seen_seconds_ago") < 60
    assert report == {
        "database": True,
        "pending_migrations": 0,
        "cache": True,
        "broker": True,
        "queue_age_seconds": 0,
        "last_backup_at": None,
        "figures": None,
        "failing": [],
    }
    assert "sessionid" not in response.cookies


@pytest.mark.logs_errors
@pytest.mark.parametrize("silent_for", [None, timedelta(minutes=3)], ids=["never seen", "silent"])
def test_healthz_is_503_without_a_worker(client, with_worker, silent_for):
    Heartbeat.objects.all().delete()
    if silent_for:
        Heartbeat.objects.create(name="worker", seen_at=timezone.now() - silent_for)

    response = client.get("/healthz/")

    assert (response.status_code, response.json()["failing"]) == (503, ["worker"])


def test_healthz_counts_a_long_job_as_life(client, with_worker):
    Heartbeat.objects.all().delete()
    Job.objects.create(kind="tests.count", state=JobState.RUNNING)

    assert client.get("/healthz/").status_code == 200


@pytest.mark.logs_errors
def test_healthz_is_503_when_jobs_wait_too_long(client, with_worker):
    Job.objects.create(kind="tests.count", created_at=timezone.now() - timedelta(minutes=11))

    response = client.get("/healthz/")

    assert (response.status_code, response.json()["failing"]) == (503, ["worker"])
    assert response.json()["queue_age_seconds"] == 660


@pytest.mark.logs_errors
def test_healthz_is_503_while_migrations_wait(client, with_worker):
    MigrationRecorder.Migration.objects.filter(app="jobs").delete()

    response = client.get("/healthz/")

    assert (response.status_code, response.json()["failing"]) == (503, ["migrations", "worker"])


@pytest.mark.logs_errors
def test_healthz_is_503_without_the_cache(client, with_worker, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }

    response = client.get("/healthz/")

    assert (response.status_code, response.json()["failing"]) == (503, ["cache"])


def test_healthz_tells_the_last_backup(client, with_worker, settings, tmp_path):
    stamp = tmp_path / "backup"
    stamp.touch()
    at = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    os.utime(stamp, (at.timestamp(), at.timestamp()))
    settings.BACKUP_STAMP = str(stamp)

    assert client.get("/healthz/").json()["last_backup_at"] == "2026-11-22T03:00:00+00:00"


@pytest.mark.once
def test_healthz_answers_when_database_and_redis_are_gone():
    ask = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "answer = Client(raise_request_exception=False).get('/healthz/', headers={'host': 'portal.example.org'})\n"
        "print(answer.status_code); print(answer.content.decode())"
    )
    gone = {"DATABASE_URL": "postgresql://portal@127.0.0.1:1/portal", "REDIS_URL": "redis://127.0.0.1:1/0"}

    said = run(
        "-c", ask, **COMPLETE | gone, DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="CRITICAL"
    ).stdout.splitlines()

    assert said[0] == "503"
    assert json.loads(said[1])["failing"] == ["database", "migrations", "cache", "broker", "worker"]
