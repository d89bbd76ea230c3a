"""The readable list of daily work. `manage.py run_daily_jobs` and beat do the same."""

import logging
from collections.abc import Iterable, Iterator

from django.core.management import call_command
from django.utils.module_loading import import_string

logger = logging.getLogger("portal.daily")

# Each takes nothing, may be repeated any number of times a day, and returns one line about what it did.
DAILY_JOBS = [
    "config.daily.clear_sessions",
    "jobs.sweeper.delete_old_jobs",
    "activities.schedule.extend_all_schedules",
    "activities.ideas.forget_old_voters",
    "activities.needs.make_all_shifts",
    "activities.shifts.forget_removed",
    "activities.programme_items.forget_guests",
    "accounts.retention.forget_old_rows",
    "residents.retention.forget_old_rows",
    "residents.recount.recount_all",
    "reporting.recount.recount_all",
    "reporting.tasks.release_month",
]

# The same, every five minutes: what has an hour of its own.
FREQUENT_JOBS = ["activities.reminders.send_all_due"]


def run_daily_jobs() -> Iterator[tuple[str, str | None]]:
    """Run the daily list. Yields (name, line or None)."""
    yield from run(DAILY_JOBS)


def run_frequent_jobs() -> Iterator[tuple[str, str | None]]:
    """Run the list of every five minutes. Yields (name, line or None)."""
    yield from run(FREQUENT_JOBS)


def run(names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """In order; one that fails is logged and does not stop the others."""
    for name in names:
        try:
            line = import_string(name)()
        except Exception:
            logger.exception("daily job failed: %s", name)
            yield name, None
        else:
            yield name, line or ""


def clear_sessions() -> str:
    """Delete sign-ins that have run out."""
    call_command("clearsessions")
    return "expired sessions deleted"
