from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from residents.ledger import read_ledger
from residents.replay import replay


class Command(BaseCommand):
    help = (
        "After a restore: erases and makes anonymous again whoever the ledger of erasures names, and counts in heads "
        "again where ticks had become heads. Safe to repeat; exit code 1 without a ledger or with an unreadable line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="*", help="ledgers to read (default: the one that ERASURE_LEDGER names)")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = [Path(name) for name in options["file"]] or [Path(settings.ERASURE_LEDGER)]
        entries, trouble = [], []
        for path in paths:
            try:
                found, unreadable = read_ledger(path)
            except OSError as error:
                raise CommandError(
                    f"The ledger {path} cannot be read ({error.strerror}). If anybody was ever erased, bring it here "
                    "from the latest copy; if nobody was, there is nothing to do."
                ) from None
            entries += found
            trouble += [f"line {number} of {path}" for number in unreadable]
        done = replay(sorted(entries, key=lambda entry: entry.at))
        print(
            f"{len(entries)} entries: {done.erased} participants erased again, {done.anonymised} made anonymous again, "
            f"{done.evenings} evenings counted in heads again."
        )
        if trouble:
            raise CommandError(f"Not readable, and so not applied: {', '.join(trouble)}.")
