"""The shared way of every import: read, check, show; then write in one transaction.

django-import-export declares the columns (`SheetField`) and carries the result (`Outcome`); its own writing, row after
row, is too slow for a year of attendance, so a subclass compares and writes whole sets.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from import_export.resources import Resource

from jobs.sheets.collector import without_collecting
from jobs.sheets.errors import SheetError
from jobs.sheets.fields import SheetField
from jobs.sheets.kinds import refuse_other_kind, sort_out
from jobs.sheets.outcome import Outcome
from jobs.sheets.table import Table, find_tables
from jobs.sheets.workbook import Workbook
from jobs.values import CellError, is_blank, is_total_label

Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """For imports that nobody watches."""


class Steps:
    """Reading and writing as one progress, counted in the rows of the file."""

    def __init__(self, book: Workbook, progress: Progress) -> None:
        self.rows = sum(len(sheet.rows) for sheet in book.sheets)
        self.progress = progress

    def reading(self, done: int, total: int) -> None:
        self._report(0.6 * done / max(total, 1))

    def writing(self, done: int, total: int) -> None:
        self._report(0.6 + 0.4 * done / max(total, 1))

    def _report(self, part: float) -> None:
        self.progress(round(self.rows * min(part, 1)), self.rows)


class SheetResource(Resource):
    """Base of an import. A subclass declares fields and gives `prepare` (read and compare) and `write`."""

    fields: dict[str, SheetField]
    ignored_headings: frozenset[str] = frozenset()  # known columns that hold nothing to read
    is_writing = False  # stored rows are to be locked while they are compared

    def check(self, book: Workbook, progress: Progress = no_progress) -> Outcome:
        """What an import would do. Writes nothing."""
        return self._run(book, Steps(book, progress))

    def apply(self, book: Workbook, progress: Progress = no_progress) -> Outcome:
        """Read, compare with what is stored now, and write: all in one transaction."""
        self.is_writing = True
        steps = Steps(book, progress)
        with transaction.atomic():
            outcome = self._run(book, steps)
            self.write(outcome, steps.writing)
        return outcome

    def find(self, book: Workbook) -> Outcome:
        """The tables of the file, without a look at their rows. SheetError when it is not the file for this import,
        and WrongKind when it is one for another."""
        outcome = Outcome()
        try:
            outcome.tables, outcome.other_sheets = find_tables(book, self.fields, ignored=self.ignored_headings)
        except SheetError:
            refuse_other_kind(book, type(self))
            raise
        outcome.tables, not_ours = sort_out(book, type(self), outcome.tables)
        outcome.other_sheets += [table.sheet.name for table in not_ours]
        for table in outcome.tables:
            outcome.unknown_columns.extend(name for name in table.unknown if name not in outcome.unknown_columns)
        return outcome

    def _run(self, book: Workbook, steps: Steps) -> Outcome:
        outcome = self.find(book)
        self.prepare(outcome, steps.reading)
        return outcome

    @abstractmethod
    def prepare(self, outcome: Outcome, progress: Progress) -> None:
        """Read the tables, reject what cannot come in, compare the rest with what is stored; remember what to write."""

    @abstractmethod
    def write(self, outcome: Outcome, progress: Progress) -> None:
        """Write what `prepare` found to be new or different."""

    def read_rows(self, table: Table, outcome: Outcome) -> Iterator[tuple[int, dict[str, Any]]]:
        """The readable data rows as values by field name. Total rows are named, unreadable rows rejected."""
        cleaners = {name: table.cleaner(name, self.fields) for name in [*table.places, *table.repeated]}
        for index, row in table.data():
            if self.is_total(table, index, row):
                outcome.ignore(table, index)
                continue
            values: dict[str, Any] = {}
            reasons = []
            for name, place in table.places.items():
                value = cleaners[name][row[place] if place < len(row) else None]
                if isinstance(value, CellError):
                    reasons.append((table.label(name, self.fields), value))
                values[name] = value
            for name, places in table.repeated.items():
                values[name] = []
                for place, meaning in places:
                    value = cleaners[name][row[place] if place < len(row) else None]
                    if isinstance(value, CellError):
                        reasons.append((str(table.headings[place]), value))
                    values[name].append((meaning, value))
            if reasons:
                outcome.reject(table, index, *reasons)
            else:
                yield index, values

    def is_total(self, table: Table, index: int, row: list[Any]) -> bool:
        """A total inside the data: its first filled cell says so."""
        return is_total_label(next((cell for cell in row if not is_blank(cell)), None))


@without_collecting()
def run_import(
    build: Callable[[], SheetResource], book: Workbook, *, is_check: bool, progress: Progress = no_progress
) -> Outcome:
    """Check or apply what `build` makes. When somebody writes one of the rows in this very moment (a series that fills
    its window, a colleague), the unique keys say so, and the file is compared once more with what is stored by now."""
    if is_check:
        return build().check(book, progress)
    try:
        return build().apply(book, progress)
    except IntegrityError:
        return build().apply(book, progress)
