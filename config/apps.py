from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import call_command
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    """Wiring. Imports every app, imported by none."""

    name = "config"

    def ready(self) -> None:
        from config import celery, checks  # noqa: F401  # tasks are queued through this app; checks register themselves

        post_migrate.connect(create_cache_table, sender=apps.get_app_config("jobs"))


def create_cache_table(*, using: str, **kwargs: object) -> None:
    """`migrate` alone makes a database usable, the cache included."""
    if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
        call_command("createcachetable", database=using, verbosity=0)
