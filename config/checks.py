"""Checks of the set-up as a whole (`manage.py check`, `check --deploy`)."""

import os

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def check_embedded_parts(*, app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """SQLite and the filesystem broker hold on one machine only."""
    if not settings.EMBEDDED:
        return []
    return [
        checks.Warning(
            "Embedded set-up: SQLite and the filesystem queue work on one machine only.",
            hint="Set DATABASE_URL, REDIS_URL, SECRET_KEY and ALLOWED_HOSTS for production.",
            id="config.W001",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def check_sender(*, app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """Invitations and password resets need a mail server and a sender that answers."""
    if settings.EMBEDDED or not settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        return []
    return [checks.Warning("Mail is only printed to the log.", hint="Set EMAIL_URL.", id="config.W002")]


@checks.register(checks.Tags.security)
def check_demo(*, app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """The demo logins are public knowledge."""
    if settings.DEMO and not settings.ENVIRONMENT.loopback:
        return [checks.Error("DEMO is on while others can reach the site.", id="config.E001")]
    return []


@checks.register(checks.Tags.security, deploy=True)
def check_ledger(*, app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """Without its ledger nobody can be erased."""
    path = settings.ERASURE_LEDGER
    if os.access(path if path.exists() else path.parent, os.W_OK):
        return []
    hint = "Make its folder for the user that the portal runs as, or set ERASURE_LEDGER."
    return [checks.Error(f"The ledger of erasures {path} cannot be written.", hint=hint, id="config.E002")]
