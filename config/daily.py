"""The readable list of daily work. `manage.py run_daily_jobs` and beat do the same."""

import logging
from collections.abc import Iterator

from django.core.management import call_command
from django.utils.module_loading import import_string

logger = logging.getLogger("portal.daily")

# Each takes nothing, may be repeated any number of times a day, and returns one line about what it did.
DAILY_JOBS = [
    "config.daily.clear_sessions",
    "jobs.sweeper.delete_old_jobs",
    "activities.schedule.extend_all_schedules",
    "activities.needs.make_all_shifts",
    "activities.shifts.forget_removed",
    "accounts.retention.forget_old_rows",
    "residents.retention.forget_old_rows",
    "residents.recount.recount_all",
    "reporting.tasks.release_month",
]


def run_daily_jobs() -> Iterator[tuple[str, str | None]]:
    """Run the list in order; one that fails is logged and does not stop the others. Yields (name, line or None)."""
    for name in DAILY_JOBS:
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
