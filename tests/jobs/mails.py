"""Where a real worker's mail goes in tests: files in the database, which the test sees too."""

import time

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from jobs.models import StoredFile, store_file


class Stored(BaseEmailBackend):
    """Keeps each mail as a file."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        for message in messages:
            store_file(plan_id=None, name=f"mail to {message.to[0]}", content=message.body.encode())
        return len(messages)


class StuckAtFirst(Stored):
    """Never comes to an end with its first mail, so that a test can kill its worker in the middle of sending."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        if not StoredFile.objects.filter(name="sending").exists():
            store_file(plan_id=None, name="sending", content=b"")
            time.sleep(120)
        return super().send_messages(messages)


def sent_to(address: str) -> int:
    """How often a mail has gone to that address."""
    return StoredFile.objects.filter(name=f"mail to {address}").count()
