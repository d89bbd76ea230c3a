"""The project's own settings, made quick for tests. DATABASE_URL and REDIS_URL choose the parts."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Tests may be run against PostgreSQL alone: what production also demands is filled in here.
on_postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")
with_redis = bool(os.environ.get("REDIS_URL"))
if on_postgresql or with_redis:
    os.environ.setdefault("SECRET_KEY", "only-for-tests")
    os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/15")
elif "DATABASE_URL" not in os.environ:
    folder = tempfile.mkdtemp(prefix="portal-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/portal.db"
    os.environ["PORTAL_TESTS_OWN_FOLDER"] = folder
elif os.environ.get("PORTAL_TESTS_OWN_FOLDER") and "PYTEST_XDIST_WORKER" in os.environ:
    # A parallel worker inherits the address: give it a folder, and so a queue, of its own.
    folder = tempfile.mkdtemp(prefix="portal-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/portal.db"

from config.settings import *  # noqa: E402, F403
from config.settings import CACHES, DATA_FOLDER, DATABASES, EMBEDDED  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A worker of a test's own may send its mail into the database, where the test can see it (tests/jobs/mails.py).
EMAIL_BACKEND = os.environ.get("TESTS_EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
ALLOWED_HOSTS = ["*"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ledger = tempfile.mkdtemp(prefix="portal-ledger-")  # never the one of a portal that lives here too
atexit.register(shutil.rmtree, ledger, ignore_errors=True)
ERASURE_LEDGER = Path(ledger) / "erasures.jsonl"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # no scan of all static files at every start
DATABASES["default"]["CONN_MAX_AGE"] = 0
CELERY_TASK_DEFAULT_QUEUE = f"tests-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"  # parallel runs share a Redis
if EMBEDDED:
    # A file, not memory: threads and a real worker have connections of their own, as in life.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_FOLDER) / "test.db")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
elif not with_redis:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    CELERY_BROKER_URL = "memory://"
