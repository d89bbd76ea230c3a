"""The ledger of erasures: which participants are gone, kept outside the database so that a restored backup learns it.

One JSON object a line: `at` (UTC), `kind`, `plan` and `id`. Ids and times only, nothing about anybody. Lines are only
ever added. The file is `settings.ERASURE_LEDGER` (docs/operations.md); `residents.replay` reads it after a restore.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

ERASED = "erased"  # a participant, on request
ANONYMISED = "anonymised"  # a participant, by the rules of retention
HEADS_ONLY = "heads_only"  # a session whose ticks became heads without a name
KINDS = (ERASED, ANONYMISED, HEADS_ONLY)
logger = logging.getLogger("portal.erasures")


class LedgerClosed(Exception):
    """The ledger cannot be written; the message is a sentence for the person."""

    def __str__(self) -> str:
        return _("Nothing has been changed, because the list of deletions cannot be written. Tell the administrator.")


@dataclass(frozen=True)
class Entry:
    """`pk` is a participant's id, or with `HEADS_ONLY` a session's."""

    kind: str
    plan: int
    pk: int
    at: datetime

    def as_line(self) -> str:
        at = self.at.isoformat(timespec="microseconds")
        return json.dumps({"at": at, "kind": self.kind, "plan": self.plan, "id": self.pk}) + "\n"


def note_gone(*, kind: str, plan: int, pks: Iterable[int]) -> None:
    """Add a line for each id and have it on the disk before returning.

    Call it last in the transaction that erases: when the line cannot be written (`LedgerClosed`), nothing is erased,
    and nobody is told that it was. A line whose transaction failed after all is harmless: somebody wanted it.
    """
    now = timezone.now()
    lines = "".join(Entry(kind, plan, pk, now).as_line() for pk in sorted(pks))
    if not lines:
        return
    try:
        _append(Path(settings.ERASURE_LEDGER), lines.encode())
    except OSError as error:
        logger.error("the ledger of erasures cannot be written: %s", error.strerror)
        raise LedgerClosed from None


def _append(path: Path, lines: bytes) -> None:
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
            lines = b"\n" + lines  # a line that was cut off spoils only itself
        while lines:
            lines = lines[file.write(lines) :]
        os.fsync(file.fileno())
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def read_ledger(path: Path) -> tuple[list[Entry], list[int]]:
    """The entries in order, and the numbers of the lines that are none."""
    entries, unreadable = [], []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entries.append(_parse(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            unreadable.append(number)
    return entries, unreadable


def _parse(data: dict[str, Any]) -> Entry:
    entry = Entry(kind=data["kind"], plan=data["plan"], pk=data["id"], at=datetime.fromisoformat(data["at"]))
    if entry.kind not in KINDS or type(entry.plan) is not int or type(entry.pk) is not int or entry.at.tzinfo is None:
        raise ValueError
    return entry
