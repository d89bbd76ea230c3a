"""The Celery app: `celery -A config worker`, `celery -A config beat`."""

import os

from celery import Celery

from config.environment import refuse_bad_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
refuse_bad_settings()

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
