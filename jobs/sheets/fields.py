"""Columns of an import, as django-import-export fields whose widgets read through `jobs.values`."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import Widget

from jobs.values import CellError, cell_text, clean_text, match_key

Reader = Callable[..., Any]
_PUNCTUATION = re.compile(r"[^\w%+]+")


def heading_key(text: object) -> str:
    """The form in which two headings are the same: “Tema / bemærkning:” and “tema/Bemærkning”."""
    return _PUNCTUATION.sub(" ", match_key(cell_text(text))).strip()


def text_reader(max_length: int) -> Reader:
    """Reads one line of text that fits its column in the database."""

    def read(value: object) -> str:
        text = clean_text(value)
        if len(text) > max_length:
            raise CellError(_("The text is too long. At most %(most)s characters."), most=max_length)
        return text

    return read


class SheetWidget(Widget):
    """Cleans by one reader; renders as Danish Excel would show it."""

    def __init__(self, reader: Reader, renderer: Callable[[Any], str] = cell_text) -> None:
        super().__init__()
        self.reader = reader
        self.renderer = renderer

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Any:
        return self.reader(value, **kwargs)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.renderer(value)


class SheetField(Field):
    """A column: its heading, other headings that mean the same, and how its cells are read.

    `required` columns must be in the sheet. `repeated` recognises headings that are data themselves (a date, an age
    band): it gets the heading cell and returns what it stands for, or None. `dated` readers get the year and month
    that the tab or the title names.
    """

    def __init__(
        self,
        heading: str,
        reader: Reader,
        *,
        synonyms: Iterable[str] = (),
        required: bool = False,
        repeated: Callable[[object], Any] | None = None,
        dated: bool = False,
        renderer: Callable[[Any], str] = cell_text,
        attribute: str | None = None,
    ) -> None:
        super().__init__(attribute=attribute, column_name=heading, widget=SheetWidget(reader, renderer))
        self.keys = [heading_key(text) for text in (heading, *synonyms)]
        self.required = required
        self.repeated = repeated
        self.dated = dated

    @property
    def heading(self) -> str:
        return str(self.column_name)


Message = str | Promise
