"""The daily list."""

import pytest
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from config import daily
from config.settings import CELERY_BEAT_SCHEDULE

pytestmark = pytest.mark.django_db


def test_daily_jobs_can_all_be_found():
    names = [*daily.DAILY_JOBS, *daily.FREQUENT_JOBS]

    assert [callable(import_string(name)) for name in names] == [True] * len(names)


def test_run_daily_jobs_does_the_list_and_closes_with_a_count(capsys):
    call_command("run_daily_jobs")

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == daily.DAILY_JOBS
    assert lines[-1] == f"{len(daily.DAILY_JOBS)} daily jobs done."


@pytest.mark.logs_errors
def test_run_daily_jobs_goes_on_after_one_that_fails(capsys, monkeypatch):
    monkeypatch.setattr(daily, "DAILY_JOBS", ["config.daily.no_such_job", "config.daily.clear_sessions"])

    with pytest.raises(CommandError, match="1 of 2 daily jobs failed"):
        call_command("run_daily_jobs")

    assert capsys.readouterr().out.splitlines() == [
        "config.daily.no_such_job: failed, see the log",
        "config.daily.clear_sessions: expired sessions deleted",
    ]


def test_beat_runs_the_same_list():
    assert {entry["task"] for entry in CELERY_BEAT_SCHEDULE.values()} == {
        "jobs.heartbeat",
        "jobs.sweep",
        "config.run_daily_jobs",
        "config.run_frequent_jobs",
    }
    assert list(daily.run_frequent_jobs()) == [("activities.reminders.send_all_due", "0 reminders written")]
