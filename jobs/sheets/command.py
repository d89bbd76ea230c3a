"""The shared shape of every import command (design §5): exit codes, the closing JSON line, --dry-run, --rejected."""

import json
import sys
from abc import abstractmethod
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from jobs.sheets.errors import SheetError
from jobs.sheets.kinds import WrongKind
from jobs.sheets.outcome import Outcome
from jobs.sheets.resource import SheetResource, run_import
from jobs.sheets.workbook import Workbook, read_file
from jobs.sheets.writing import rejects_workbook

SHOWN = 50  # rejected rows that the terminal names; the workbook has them all


class ImportCommand(BaseCommand):
    """Reads FILE into PLAN. Exit 0: every row is in; 1: some rows were rejected, the others are in; 2: nothing read.

    The last line of standard output is JSON with the counts; everything else goes to standard error.
    """

    plan_model: Any = None

    @abstractmethod
    def get_resource(self, plan: Any, book: Workbook, options: dict[str, Any]) -> SheetResource:
        """The import that this command runs."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", help="the plan's slug")
        parser.add_argument("file", help=".xlsx or .csv")
        parser.add_argument("--dry-run", action="store_true", help="only show what would happen")
        parser.add_argument("--rejected", metavar="OUT.xlsx", help="write rejected rows here, to correct and import")

    def handle(self, **options: Any) -> None:
        plan = self.plan_model.objects.filter(slug=options["plan"]).first()
        if plan is None:
            raise CommandError(_("There is no plan “%(slug)s”.") % {"slug": options["plan"]}, returncode=2)
        try:
            book = read_file(options["file"])
            outcome = run_import(
                lambda: self.get_resource(plan, book, options),
                book,
                is_check=options["dry_run"],
                progress=self.show_progress,
            )
        except WrongKind as wrong:
            names = {"looks": wrong.kind.looks_like, "command": wrong.kind.command}
            raise CommandError(_("It looks like %(looks)s. Use %(command)s instead.") % names, returncode=2) from None
        except SheetError as error:
            raise CommandError(str(error), returncode=2) from None
        self.report(outcome)
        if options["rejected"] and outcome.rejected:
            self.write_rejected(Path(options["rejected"]), outcome)
        self.stderr.flush()
        self.stdout.write(json.dumps(outcome.counts()))
        self.stdout.flush()
        if outcome.rejected:
            raise CommandError(_("Rejected rows: %(count)s.") % {"count": outcome.rejected}, returncode=1)

    def report(self, outcome: Outcome) -> None:
        """What a person should know, on standard error."""
        for row in outcome.invalid_rows[:SHOWN]:
            self.say(f"{place(row.sheet, row.number)}: {row.column}: {row.reason}")
        if len(outcome.invalid_rows) > SHOWN:
            self.say(_("… and %(count)s more.") % {"count": len(outcome.invalid_rows) - SHOWN})
        for total in outcome.ignored:
            self.say(f"{place(total.sheet, total.row)}: " + _("total row, not read: %(text)s") % {"text": total.text})
        if outcome.unknown_columns:
            self.say(_("Columns not read: %(names)s.") % {"names": ", ".join(outcome.unknown_columns)})
        if outcome.other_sheets:
            self.say(_("Tabs not read: %(names)s.") % {"names": ", ".join(outcome.other_sheets)})
        for line in [*outcome.notes, *outcome.warnings]:
            self.say(line)

    def write_rejected(self, path: Path, outcome: Outcome) -> None:
        try:
            path.write_bytes(rejects_workbook(outcome))
        except OSError as error:  # the good rows are in, so the closing line must still come
            self.say(f"{path}: {error.strerror}")
        else:
            self.say(_("Rejected rows are in %(file)s.") % {"file": path})

    def say(self, text: str) -> None:
        self.stderr.write(text, style_func=str)

    def show_progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty() and total:
            self.stderr.write(f"\r{100 * done // total} %", style_func=str, ending="" if done < total else "\n")


def place(sheet: str, row: int) -> str:
    """“Januar, række 5”, or “række 5” in a file without tabs."""
    text = _("row %(row)s") % {"row": row}
    return f"{sheet}, {text}" if sheet else text
