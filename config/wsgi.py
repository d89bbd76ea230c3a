"""WSGI entry point: `gunicorn config.wsgi`."""

import gc
import os

from config.environment import refuse_bad_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["PORTAL_PROCESS"] = "web"  # only the web pools its database connections
refuse_bad_settings(exit_code=3)  # gunicorn's "worker failed to boot": it stops instead of trying again for ever

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
gc.freeze()  # what has been loaded stays for good: the search for cycles need not go through it at every page
