"""ASGI entry point, for hosts that want one. The views are synchronous: WSGI is the measured choice."""

import os

from config.environment import refuse_bad_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
refuse_bad_settings()

from django.core.asgi import get_asgi_application  # noqa: E402

application = get_asgi_application()
