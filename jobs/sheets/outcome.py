"""What an import would do, or did: counts, rejected rows with their reasons, samples of what changes.

It is django-import-export's own `Result`, filled set by set instead of row by row.
`rows = created + updated + unchanged + rejected`, always.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from import_export.results import InvalidRow, Result, RowResult

from jobs.sheets.table import Table
from jobs.values import PortalDiffers, cell_text

SAMPLE = 50  # changed rows that a preview shows


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of a changed row, before and after."""

    heading: str
    before: str
    after: str


class SheetDiff:
    """The difference of a changed row as plain text; templates escape it."""

    def __init__(self, pairs: Iterable[tuple[str, object, object]]) -> None:
        self.changes = [Change(str(heading), cell_text(before), cell_text(after)) for heading, before, after in pairs]

    def as_html(self) -> list[str]:
        """Plain texts, in spite of the name that django-import-export gives it."""
        return [f"{change.before} → {change.after}" if change.before else change.after for change in self.changes]


class RejectedRow(InvalidRow):
    """A row (or, in people × dates, a cell) that cannot come in, with every reason."""

    def __init__(
        self,
        table: Table,
        index: int,
        reasons: Sequence[tuple[str, str]],
        place: int | None = None,
        *,
        in_portal: bool = False,
    ) -> None:
        errors: dict[str, list[str]] = {}
        for heading, reason in reasons:
            errors.setdefault(heading, []).append(reason)
        row = table.sheet.rows[index]
        super().__init__(table.number(index), ValidationError(errors), tuple(row))
        self.table = table
        self.index = index
        self.place = place
        self.in_portal = in_portal  # the file is well written; the portal holds something else
        self.reasons = list(reasons)

    @property
    def sheet(self) -> str:
        return self.table.sheet.name

    @property
    def column(self) -> str:
        return ", ".join(dict.fromkeys(heading for heading, _reason in self.reasons))

    @property
    def reason(self) -> str:
        """The reasons in one line; each names its column, which is what the reader must correct."""
        return " ".join(dict.fromkeys(reason for _heading, reason in self.reasons))


@dataclass(frozen=True, slots=True)
class Ignored:
    """A total row, which is named but not read."""

    sheet: str
    row: int
    text: str


class Outcome(Result):
    """Counts and reasons of one check or one import."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.ignored: list[Ignored] = []
        self.unknown_columns: list[str] = []
        self.other_sheets: list[str] = []
        self.warnings: list[str] = []  # gentle ones: what came in all the same, and should be looked at
        self.notes: list[str] = []  # what else the import does

    # -- counting ------------------------------------------------------------------------------------------------------

    @property
    def created(self) -> int:
        return self.totals[RowResult.IMPORT_TYPE_NEW]

    @property
    def updated(self) -> int:
        return self.totals[RowResult.IMPORT_TYPE_UPDATE]

    @property
    def unchanged(self) -> int:
        return self.totals[RowResult.IMPORT_TYPE_SKIP]

    @property
    def rejected(self) -> int:
        return self.totals[RowResult.IMPORT_TYPE_INVALID]

    @property
    def rows_read(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected

    def counts(self) -> dict[str, int]:
        """The closing line of every import command."""
        return {
            "rows": self.rows_read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
        }

    # -- filling -------------------------------------------------------------------------------------------------------

    def create(
        self, table: Table, index: int, pairs: Iterable[tuple[str, object, object]] = (), count: int = 1
    ) -> None:
        self._changed(RowResult.IMPORT_TYPE_NEW, table, index, pairs, count)

    def update(
        self, table: Table, index: int, pairs: Iterable[tuple[str, object, object]] = (), count: int = 1
    ) -> None:
        self._changed(RowResult.IMPORT_TYPE_UPDATE, table, index, pairs, count)

    def leave(self, count: int = 1) -> None:
        """Rows that say what is stored already, or what another row of the file says."""
        self.totals[RowResult.IMPORT_TYPE_SKIP] += count

    def reject(self, table: Table, index: int, *reasons: tuple[str, Any], place: int | None = None) -> None:
        self.totals[RowResult.IMPORT_TYPE_INVALID] += 1
        in_portal = all(isinstance(why, PortalDiffers) for _head, why in reasons)
        words = [(head, str(why)) for head, why in reasons]
        self.invalid_rows.append(RejectedRow(table, index, words, place, in_portal=in_portal))

    def ignore(self, table: Table, index: int) -> None:
        row = table.sheet.rows[index]
        text = " ".join(cell_text(cell).strip() for cell in row if cell_text(cell).strip())
        self.ignored.append(Ignored(table.sheet.name, table.number(index), text[:80]))

    def _changed(self, kind: str, table: Table, index: int, pairs: Iterable[Any], count: int) -> None:
        self.totals[kind] += count
        if len(self.rows) < SAMPLE:
            result = RowResult()
            result.import_type = kind
            result.diff = SheetDiff(pairs)
            result.row_values = {"row": table.number(index), "sheet": table.sheet.name}
            self.append_row_result(result)
