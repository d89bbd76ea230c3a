"""Attendance as a spreadsheet: a tab a month with people × dates, or a long list with one line a visit.

The unit is the non-blank cell. A blank never deletes; a date where nobody is marked present was not held.
"""

from abc import abstractmethod
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models import Activity
from jobs.sheets import Outcome, Progress, SheetError, SheetField, SheetResource, Table, Workbook, heading_key
from jobs.values import (
    CellError,
    clean_text,
    is_blank,
    is_total_label,
    parse_date,
    parse_mark,
    parse_year,
)
from residents.imports.attendance_comparing import compare
from residents.imports.attendance_writing import AttendanceWrite, write_attendance
from residents.imports.facts import Facts, Mark, Person, gentle_warnings, person_key, read_alias
from residents.imports.stored import ActivityNames, take_turns

STEP = 5000  # cells between two reports of progress
ALIAS = ("Navn", "Deltager", "Deltagernavn", "Kaldenavn", "Fornavn", "Barn", "Barnets navn", "Navn/alias", "Name")
BIRTH_YEAR = ("Født", "Årgang", "Fødeår", "Født år", "Fødsels år", "Fødselsår (4 cifre)", "Birth year")


class AttendanceResource(SheetResource):
    """What both layouts share: compare with what is stored, write the difference."""

    ignored_headings = frozenset(
        map(heading_key, ("I alt", "Ialt", "Sum", "Total", "Nr.", "Nr", "#", "Uge", "Ugedag", "Indsatsområde"))
    )

    def __init__(
        self, *, plan: Plan, activity: Activity | None = None, by: User | None = None, today: date | None = None
    ) -> None:
        super().__init__()
        self.plan = plan
        self.activity = activity
        self.by = by
        self.today = today or timezone.localdate()
        self.to_write = AttendanceWrite()

    def prepare(self, outcome: Outcome, progress: Progress) -> None:
        if self.is_writing:
            take_turns(self.plan)
        facts = Facts()
        total = sum(len(table.sheet.rows) for table in outcome.tables)
        for table in outcome.tables:
            self.read(table, facts, outcome, lambda done: progress(done, 3 * total))
        facts.settle(outcome)
        progress(total, 3 * total)
        if facts:
            self.to_write = compare(
                plan=self.plan, facts=facts, outcome=outcome, today=self.today, lock=self.is_writing
            )
        progress(2 * total, 3 * total)

    @abstractmethod
    def read(self, table: Table, facts: Facts, outcome: Outcome, progress: Any) -> None:
        """Collect the facts of one table."""

    def write(self, outcome: Outcome, progress: Progress) -> None:
        write_attendance(plan=self.plan, write=self.to_write, by=self.by, progress=progress)

    def read_year(self, cell: object) -> int:
        year = parse_year(cell, first=1900, last=self.today.year)
        if year is None:
            raise CellError(_("The birth year is missing. Write four digits, such as 2012."))
        return year

    def refuse_headcount(self, activity: Activity) -> None:
        if not activity.counts_people:
            raise CellError(
                _("%(activity)s is counted in heads, without names. Change how it is counted, or import a log."),
                activity=activity.name,
            )


def date_heading(heading: object) -> object | None:
    """Anything over a column that has a digit in it, or is a date, is meant as a date."""
    if isinstance(heading, date | int | float):
        return heading
    return heading if isinstance(heading, str) and any(char.isdecimal() for char in heading) else None


class AttendanceMatrix(AttendanceResource):
    """A tab a month: people down, dates across, a mark where they meet."""

    alias = SheetField("Alias", read_alias, required=True, synonyms=ALIAS)
    birth_year = SheetField("Fødselsår", parse_year, required=True, synonyms=BIRTH_YEAR)
    dates = SheetField("Datoer", parse_mark, required=True, repeated=date_heading)

    def find(self, book: Workbook) -> Outcome:
        outcome = super().find(book)
        try:
            self.refuse_headcount(self._activity())
        except CellError as error:
            raise SheetError(str(error)) from None
        return outcome

    def _activity(self) -> Activity:
        if self.activity is None:
            raise SheetError(_("The file does not say which activity it is about. Choose the activity."))
        return self.activity

    def read(self, table: Table, facts: Facts, outcome: Outcome, progress: Any) -> None:
        activity = self._activity()
        columns = self._columns(table)
        marks = table.cleaner("dates", self.fields)
        aliases = []
        for index, row in table.data():
            alias_cell = table.cell(index, "alias")
            if is_total_label(alias_cell) or (is_blank(alias_cell) and self.is_total(table, index, row)):
                outcome.ignore(table, index)
                continue
            filled = [(place, day) for place, day in columns if place < len(row) and not is_blank(row[place])]
            if not filled:
                continue
            try:
                alias = read_alias(alias_cell)
                person = person_key(alias, self.read_year(table.cell(index, "birth_year")))
            except CellError as error:
                name = "alias" if is_blank(alias_cell) or len(clean_text(alias_cell)) > 60 else "birth_year"
                for place, _day in filled:
                    outcome.reject(table, index, (table.label(name, self.fields), error), place=place)
                continue
            aliases.append((index, alias))
            facts.aliases.setdefault(person, alias)
            for place, day in filled:
                present = marks[row[place]]
                if isinstance(day, CellError) or isinstance(present, CellError):
                    problem = day if isinstance(day, CellError) else present
                    outcome.reject(table, index, (clean_text(table.headings[place]), problem), place=place)
                    continue
                facts.add((activity.pk, day), person, Mark(present, table, index, place), outcome)
            progress(index)
        outcome.warnings += gentle_warnings(table, aliases)

    def _columns(self, table: Table) -> list[tuple[int, date | CellError]]:
        """Each date column with its date, or why it has none. The table keeps the full dates for rejected rows."""
        columns: list[tuple[int, Any]] = []
        for place, heading in table.repeated["dates"]:
            try:
                columns.append((place, parse_date(heading, year=table.year, month=table.month)))
            except CellError as error:
                columns.append((place, error))
        table.repeated["dates"] = columns
        return columns


class AttendanceList(AttendanceResource):
    """One line a visit: date, activity (unless it is given), alias, birth year."""

    day = SheetField("Dato", parse_date, required=True, dated=True, synonyms=("Date", "Mødedato", "Dato for fremmøde"))
    activity_name = SheetField("Aktivitet", clean_text, synonyms=("Aktivitetens navn", "Aktivitetsnavn", "Activity"))
    alias = SheetField("Alias", read_alias, required=True, synonyms=ALIAS)
    birth_year = SheetField("Fødselsår", parse_year, required=True, synonyms=BIRTH_YEAR)
    mark = SheetField("Fremmødt", parse_mark, synonyms=("Til stede", "Fremmøde", "Mødt", "Present"))

    def find(self, book: Workbook) -> Outcome:
        outcome = super().find(book)
        if self.activity is None and any("activity_name" not in table.places for table in outcome.tables):
            raise SheetError(_("The file does not say which activity it is about. Choose the activity."))
        return outcome

    def read(self, table: Table, facts: Facts, outcome: Outcome, progress: Any) -> None:
        days = table.cleaner("day", self.fields)
        aliases = table.cleaner("alias", self.fields)
        names, years = _Activities(self), _Years(self)
        people: dict[tuple[Any, Any], Person] = {}
        marks = table.cleaner("mark", self.fields)
        at_day, at_alias, at_year = (table.places[name] for name in ("day", "alias", "birth_year"))
        at_activity, at_mark = table.places.get("activity_name"), table.places.get("mark")
        width = 1 + max(table.places.values())
        done = 0
        for index, row in table.data():
            if len(row) < width:
                row = row + [None] * (width - len(row))
            done += 1
            if done % STEP == 0:
                progress(done)
            raw_alias, raw_year = row[at_alias], row[at_year]
            day, activity = days[row[at_day]], names[None if at_activity is None else row[at_activity]]
            present = True if at_mark is None else marks[row[at_mark]]
            person = people.get((raw_alias, raw_year))
            if person is None or day.__class__ is not date or activity.__class__ is not int or present is None:
                if self._is_total(table, index, row):
                    outcome.ignore(table, index)
                    continue
                if at_mark is not None and present is None:
                    continue  # a blank mark is a blank cell
                alias, year = aliases[raw_alias], years[raw_year]
                if day is None:
                    day = CellError(_("The date is missing. Write it as 21-10-2025."))
                cells = {"day": day, "activity_name": activity, "alias": alias, "birth_year": year, "mark": present}
                reasons = [
                    (table.label(name, self.fields), value)
                    for name, value in cells.items()
                    if isinstance(value, CellError)
                ]
                if reasons:
                    outcome.reject(table, index, *reasons)
                    continue
                person = people[raw_alias, raw_year] = person_key(alias, year)
                if person not in facts.aliases:
                    facts.aliases[person] = alias
                    outcome.warnings += gentle_warnings(table, [(index, alias)]) if len(outcome.warnings) < 20 else []
            facts.add((activity, day), person, Mark(present, table, index, at_alias), outcome)

    def _is_total(self, table: Table, index: int, row: list[Any]) -> bool:
        return is_total_label(row[table.places["alias"]]) or self.is_total(table, index, row)


class _Activities(dict):
    """Cell → activity id, or the CellError why not. Each spelling is looked up once."""

    def __init__(self, resource: AttendanceList) -> None:
        super().__init__()
        self.resource = resource
        self.names = ActivityNames(resource.plan)
        if resource.activity is not None:
            self[None] = self._checked(resource.activity)

    def _checked(self, activity: Activity) -> int | CellError:
        try:
            self.resource.refuse_headcount(activity)
        except CellError as error:
            return error
        return activity.pk

    def __missing__(self, cell: object) -> int | CellError:
        if self.resource.activity is not None and is_blank(cell):
            return self[None]
        try:
            found: int | CellError = self._checked(self.names.find(clean_text(cell)))
        except CellError as error:
            found = error
        self[cell] = found
        return found


class _Years(dict):
    """Cell → birth year, or the CellError why not."""

    def __init__(self, resource: AttendanceResource) -> None:
        super().__init__()
        self.read_year = resource.read_year

    def __missing__(self, cell: object) -> int | CellError:
        try:
            found: int | CellError = self.read_year(cell)
        except CellError as error:
            found = error
        self[cell] = found
        return found


def attendance_resource(
    *, book: Workbook, plan: Plan, activity: str | Activity | None = None, by: User | None = None,
    today: date | None = None,
) -> AttendanceResource:  # fmt: skip
    """The layout that the file has. An activity by name must be the plan's."""
    if isinstance(activity, str):
        try:
            activity = ActivityNames(plan).find(activity)
        except CellError as error:
            raise SheetError(str(error)) from None
    layout = AttendanceList if _is_list(book) else AttendanceMatrix
    return layout(plan=plan, activity=activity, by=by, today=today)


def _is_list(book: Workbook) -> bool:
    """A heading “Dato” near the top of the first sheet with one means a long list."""
    keys = set(AttendanceList.fields["day"].keys)
    return any(heading_key(cell) in keys for cell in _top_cells(book))


def _top_cells(book: Workbook) -> Iterator[object]:
    for sheet in book.visible:
        for row in sheet.rows[:40]:
            texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
            if len(texts) > 1:
                yield from texts
