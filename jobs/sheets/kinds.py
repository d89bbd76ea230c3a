"""A file given to the wrong import is told where it belongs."""

from typing import TYPE_CHECKING

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from jobs.sheet_kinds import SheetKind, sheet_kinds
from jobs.sheets.errors import SheetError
from jobs.sheets.table import Table, how_well

if TYPE_CHECKING:
    from jobs.sheets.resource import SheetResource
    from jobs.sheets.workbook import Sheet, Workbook


class WrongKind(SheetError):
    """The file is for another import."""

    def __init__(self, kind: SheetKind) -> None:
        super().__init__(
            _("It looks like %(looks)s. Choose “%(name)s” instead."), looks=kind.looks_like, name=kind.name
        )
        self.kind = kind


def sort_out(book: "Workbook", own: "type[SheetResource]", tables: list[Table]) -> tuple[list[Table], list[Table]]:
    """The tables that are for this import, and those that another kind explains better, which are not read.

    “Navn” is an organisation to one import and a child to another: whoever knows more columns of a sheet is right.
    Raises WrongKind when nothing is left.
    """
    better = [better_kind(table.sheet, own, least=len(table.places) + len(table.repeated)) for table in tables]
    mine = [table for table, kind in zip(tables, better, strict=True) if kind is None]
    if not mine:
        refuse_other_kind(book, own)
    return mine, [table for table, kind in zip(tables, better, strict=True) if kind is not None]


def refuse_other_kind(book: "Workbook", own: "type[SheetResource]") -> None:
    """Raise WrongKind when some sheet of the file is complete for another import."""
    for sheet in book.visible:
        if kind := better_kind(sheet, own, least=0):
            raise WrongKind(kind)


def better_kind(sheet: "Sheet", own: "type[SheetResource]", *, least: int) -> SheetKind | None:
    """The other kind that knows most columns of the sheet, if it lacks none and knows more than `least`."""
    best, found = None, least
    for kind in sheet_kinds():
        layouts = [import_string(path) for path in kind.layouts]
        columns = 0
        if own not in layouts:
            columns = max(how_well(sheet, layout.fields, layout.ignored_headings) for layout in layouts)
        if columns > found:
            best, found = kind, columns
    return best
