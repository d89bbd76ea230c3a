"""Spreadsheets in and out: reading that trusts nothing, checking that names row and column, writing that is safe."""

from jobs.sheets.errors import SheetError
from jobs.sheets.fields import SheetField, heading_key, text_reader
from jobs.sheets.kinds import WrongKind
from jobs.sheets.outcome import Ignored, Outcome, RejectedRow
from jobs.sheets.resource import Progress, SheetResource, no_progress, run_import
from jobs.sheets.table import Table, find_tables
from jobs.sheets.workbook import Sheet, Workbook, read_file, read_workbook

__all__ = [
    "Ignored",
    "Outcome",
    "Progress",
    "RejectedRow",
    "Sheet",
    "SheetError",
    "SheetField",
    "SheetResource",
    "Table",
    "Workbook",
    "WrongKind",
    "find_tables",
    "heading_key",
    "no_progress",
    "read_file",
    "read_workbook",
    "run_import",
    "text_reader",
]
