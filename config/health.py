"""What a monitor asks: does every part answer? Tells no more than that."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import kombu.exceptions
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min, Sum
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import public
from config.celery import app
from jobs.heartbeat import worker_seen_at
from jobs.models import Job
from reporting.models import FigureCheck

WORKER_SILENT_AFTER = 120  # seconds; the worker says that it is alive every 30
QUEUE_STUCK_AFTER = 600
BROKER_ERRORS = (kombu.exceptions.OperationalError, ConnectionError, OSError)


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all parts work, 503 when one does not; the parts that failed are named under `failing`."""
    report: dict[str, object] = {}
    failing = [name for name, look in PARTS.items() if not look(report)]
    report["failing"] = failing
    return JsonResponse(report, status=503 if failing else 200)


def _look_at_database(report: dict[str, object]) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            report["database"] = cursor.fetchone() == (1,)
    except DatabaseError:
        report["database"] = False
    return bool(report["database"])


def _look_at_migrations(report: dict[str, object]) -> bool:
    report["pending_migrations"] = None
    if report["database"]:
        executor = MigrationExecutor(connection)
        report["pending_migrations"] = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return report["pending_migrations"] == 0


def _cache_errors() -> tuple[type[Exception], ...]:
    """What a cache that is gone raises. The client takes 20 MB: it is loaded only where the cache is a Redis."""
    if not str(settings.CACHES["default"]["BACKEND"]).endswith("RedisCache"):
        return ()
    from redis.exceptions import RedisError

    return (RedisError,)


def _look_at_cache(report: dict[str, object]) -> bool:
    stamp = timezone.now().isoformat()
    errors: tuple[type[Exception], ...] = (DatabaseError, *_cache_errors())
    try:
        cache.set("healthz", stamp, timeout=60)
        report["cache"] = cache.get("healthz") is not None
    except errors:
        report["cache"] = False
    return bool(report["cache"])


def _look_at_broker(report: dict[str, object]) -> bool:
    if settings.EMBEDDED:
        report["broker"] = os.access(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"]), os.W_OK)
        return bool(report["broker"])
    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
        report["broker"] = True
    except BROKER_ERRORS:
        report["broker"] = False
    return bool(report["broker"])


def _look_at_worker(report: dict[str, object]) -> bool:
    report["worker_seen_seconds_ago"] = report["queue_age_seconds"] = None
    if not report["database"] or report["pending_migrations"]:
        return False
    seen_at = worker_seen_at()
    oldest = Job.objects.waiting_since()
    now = timezone.now()
    report["worker_seen_seconds_ago"] = round((now - seen_at).total_seconds()) if seen_at else None
    queue_age = round((now - oldest).total_seconds()) if oldest else 0
    report["queue_age_seconds"] = queue_age
    alive = seen_at is not None and (now - seen_at).total_seconds() < WORKER_SILENT_AFTER
    return alive and queue_age < QUEUE_STUCK_AFTER


def _tell_last_backup(report: dict[str, object]) -> bool:
    """The age is told, not judged: how often is the installation's own choice."""
    report["last_backup_at"] = None
    stamp = Path(settings.BACKUP_STAMP) if settings.BACKUP_STAMP else None
    if stamp and stamp.exists():
        report["last_backup_at"] = datetime.fromtimestamp(stamp.stat().st_mtime, tz=UTC).isoformat(timespec="seconds")
    return True


def _tell_figures(report: dict[str, object]) -> bool:
    """Whether last night's recount agrees with the figures. Told, not judged: the site works, a person must look."""
    report["figures"] = None
    if report["database"] and not report["pending_migrations"]:
        found = FigureCheck.objects.aggregate(
            differing=Sum("differing"), damaged_releases=Sum("damaged"), oldest=Min("checked_at")
        )
        checked = found.pop("oldest")
        if checked is not None:
            report["figures"] = {**found, "checked_at": checked.astimezone(UTC).isoformat(timespec="seconds")}
    return True


PARTS: dict[str, Callable[[dict[str, object]], bool]] = {
    "database": _look_at_database,
    "migrations": _look_at_migrations,
    "cache": _look_at_cache,
    "broker": _look_at_broker,
    "worker": _look_at_worker,
    "backup": _tell_last_backup,
    "figures": _tell_figures,
}
