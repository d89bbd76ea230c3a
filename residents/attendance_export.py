"""Every attendance of a plan as one long list, in the columns that `import_attendance` reads. For the team alone.

A row is a person on an evening: alias and birth year; who is anonymous has neither. Hundreds of thousands of rows leave
as they are read: on PostgreSQL the server writes the CSV itself (COPY), elsewhere a plain cursor is read in portions.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.db.models import Case, CharField, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, NullIf

from accounts.models import Plan
from jobs.sheets.bulk import csv_chunks, write_xlsx
from residents.models import Attendance

HEADINGS = ["Dato", "Aktivitet", "Indsatsområde", "Alias", "Fødselsår"]  # Danish in every language: read back by these
SHEET = "Fremmøde"
AT_ONCE = 2000
BYTES_AT_ONCE = 64 * 1024
RUNS_AS_FORMULA = r"^ *[=+\-@＝＋－＠\t\r\n]"  # spreadsheets run the full-width twins as well


def count_attendances(plan: Plan) -> int:
    return Attendance.objects.filter(plan=plan).count()


def attendance_csv(plan: Plan) -> Iterator[bytes]:
    """UTF-8 with BOM, semicolons, no cell a formula; the same bytes on every database."""
    if connection.vendor == "postgresql":
        return _copied(plan)
    return csv_chunks(HEADINGS, _rows(plan))


def write_attendance_xlsx(plan: Plan, target: BinaryIO, progress: Callable[[int], None] = lambda done: None) -> int:
    """The same list as a workbook; says how many rows."""
    return write_xlsx(target, name=SHEET, headings=HEADINGS, rows=_rows(plan), progress=progress)


def _attendances(plan: Plan) -> QuerySet[Attendance]:
    """In the order of the covering index, so that nothing is sorted first."""
    return Attendance.objects.filter(plan=plan).order_by("activity_id", "date", "participant_id")


_IS_KNOWN = Q(participant__anonymised_on__isnull=True)


def _rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Raw rows: the ORM's own iterator would spend most of the time on making objects."""
    year = Case(When(_IS_KNOWN, then=F("participant__birth_year")))
    query = _attendances(plan).values_list(
        "date", "activity__name", "activity__focus_area__name", NullIf("participant__alias", Value("")), year
    )
    days: dict[Any, date] = {}
    with connection.chunked_cursor() as cursor:
        cursor.execute(*query.query.sql_with_params())
        while rows := cursor.fetchmany(AT_ONCE):
            for day, *rest in rows:
                if day not in days:
                    days[day] = day if isinstance(day, date) else date.fromisoformat(day)
                yield (days[day], *rest)


def _copied(plan: Plan) -> Iterator[bytes]:
    """COPY, with the dates and the formula guard made by the server."""
    query = _attendances(plan).values_list(
        Func("date", Value("DD-MM-YYYY"), function="to_char", output_field=CharField()),
        _guarded("activity__name"),
        _guarded("activity__focus_area__name"),
        NullIf(_guarded("participant__alias"), Value("")),
        Case(When(_IS_KNOWN, then=Cast("participant__birth_year", CharField()))),
    )
    statement, params = query.query.sql_with_params()
    yield next(csv_chunks(HEADINGS, []))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # the reader's line may be slow
        command = f"COPY ({statement}) TO STDOUT WITH (FORMAT csv, DELIMITER ';', ENCODING 'UTF8')"
        held: list[bytes] = []
        size = 0
        with cursor.copy(command, params) as lines:
            for line in lines:
                held.append(bytes(line))
                size += len(line)
                if size >= BYTES_AT_ONCE:
                    yield b"".join(held).replace(b"\n", b"\r\n")
                    held, size = [], 0
        yield b"".join(held).replace(b"\n", b"\r\n")


def _guarded(field: str) -> Case:
    """An apostrophe before what a spreadsheet would run, as `csv_value` writes it."""
    is_risky = Q(**{f"{field}__regex": RUNS_AS_FORMULA})
    return Case(When(is_risky, then=Concat(Value("'"), field)), default=F(field), output_field=CharField())
