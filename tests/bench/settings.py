"""The portal's own settings, with the floors' addresses beside its own."""

import sys

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

# Development packages: import-export would load them where they lie, and production has not got them.
for absent in ("openpyxl", "yaml"):
    sys.modules.setdefault(absent, None)

ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = ["tests.bench.floors.QueryCountMiddleware", *MIDDLEWARE]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
