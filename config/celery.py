"""The Celery app: `celery -A config worker`, `celery -A config beat`."""

import logging
import os

from celery import Celery
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

from config.environment import refuse_bad_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
refuse_bad_settings()

logger = logging.getLogger("portal.jobs")
TRANSPORT_ALIASES["filesystem"] = "config.file_queue:Transport"
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def show_life(**kwargs: object) -> None:
    """A worker that has just started is alive, before the schedule first says so."""
    from django.db import DatabaseError

    from jobs.heartbeat import note_worker_alive

    try:
        note_worker_alive()
    except DatabaseError:  # not migrated yet: the schedule will tell
        logger.warning("no heartbeat yet: is the database migrated?")
