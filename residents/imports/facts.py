"""Attendance as a spreadsheet says it, in one shape for both layouts: who was (or was not) there on which evening."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from jobs.cpr import finds_phone_number, finds_sensitive_words
from jobs.sheets import Outcome, Table
from jobs.values import CellError, clean_text, match_key
from residents.imports.stored import Evening

Person = tuple[str, int]  # match_key of the alias, birth year
MAX_ALIAS = 60


class Mark(NamedTuple):
    """One cell: present or not, and where it stands."""

    present: bool
    table: Table
    row: int  # index in the sheet's rows
    place: int


@dataclass(slots=True)
class Facts:
    """Everything a file says, gathered by evening so that each evening is compared once."""

    evenings: dict[Evening, dict[Person, Mark]] = field(default_factory=dict)
    aliases: dict[Person, str] = field(default_factory=dict)  # as written the first time
    disputed: set[tuple[Evening, Person]] = field(default_factory=set)
    repeats: int = 0

    def add(self, evening: Evening, person: Person, mark: Mark, outcome: Outcome) -> None:
        """Two cells that say the same are one; two that disagree are both rejected."""
        people = self.evenings.get(evening)
        if people is None:
            people = self.evenings[evening] = {}
        first = people.setdefault(person, mark)
        if first is mark:
            return
        if first.present == mark.present and (evening, person) not in self.disputed:
            self.repeats += 1
            return
        self.disputed.add((evening, person))
        self._reject(mark, outcome)

    def settle(self, outcome: Outcome) -> None:
        """After the last cell: the first of the disputed cells is rejected too, repeats count as unchanged."""
        for evening, person in self.disputed:
            self._reject(self.evenings[evening].pop(person), outcome)
        outcome.leave(self.repeats)

    @staticmethod
    def _reject(mark: Mark, outcome: Outcome) -> None:
        reject(outcome, mark, CellError(_("The file says both present and not present for this person and date.")))

    def __bool__(self) -> bool:
        return any(self.evenings.values())

    @property
    def span(self) -> tuple[date, date]:
        days = [day for _activity, day in self.evenings]
        return min(days), max(days)


def reject(outcome: Outcome, mark: Mark, error: CellError) -> None:
    heading = mark.table.headings[mark.place]
    outcome.reject(mark.table, mark.row, (clean_text(heading), error), place=mark.place)


def read_alias(cell: object) -> str:
    """The alias as it is shown; how it is matched is `match_key`."""
    alias = clean_text(cell)
    if not alias:
        raise CellError(_("The name is missing. Write an alias, such as a first name and a letter."))
    if len(alias) > MAX_ALIAS:
        raise CellError(_("The text is too long. At most %(most)s characters."), most=MAX_ALIAS)
    return alias


def person_key(alias: str, birth_year: int) -> Person:
    return match_key(alias), birth_year


def gentle_warnings(table: Table, rows: Iterable[tuple[int, str]]) -> list[str]:
    """Phone numbers and words of drugs or crime beside an alias come in, but somebody should look (design §4)."""
    phones = [index for index, alias in rows if finds_phone_number(alias)]
    words = [index for index, alias in rows if finds_sensitive_words(alias)]
    lines = []
    for indexes, text in (
        (phones, _("The alias in row %(rows)s looks like it holds a phone number. Write only an alias.")),
        (words, _("The alias in row %(rows)s holds a word about drugs or crime. Write only an alias.")),
    ):
        if indexes:
            numbers = ", ".join(str(table.number(index)) for index in indexes[:10])
            place = f"{table.sheet.name}: " if table.sheet.name else ""
            lines.append(place + str(text) % {"rows": numbers})
    return lines
