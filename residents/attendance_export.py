"""Every attendance of a plan as one long list, in the columns that `import_attendance` reads. For the team alone.

A row is a person on an evening: alias and birth year; who is anonymous has neither. Hundreds of thousands of rows leave
as they are read: on PostgreSQL the server writes the CSV itself (COPY), elsewhere a plain cursor is read in portions.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import NullIf

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


# An apostrophe (chr 39) before what a spreadsheet would run, as `csv_value` writes it. The ticks come in the order of
# the covering index; looking each name up from there (the server remembers them) keeps it, while a hash join would have
# everything sorted again.
_COPIED = """
SELECT tick.date, line.name, line.area, person.alias, person.year
FROM residents_attendance tick
CROSS JOIN LATERAL (
    SELECT CASE WHEN activity.name ~ %s THEN chr(39) || activity.name ELSE activity.name END AS name,
        CASE WHEN area.name ~ %s THEN chr(39) || area.name ELSE area.name END AS area
    FROM activities_activity activity JOIN partners_focusarea area ON area.id = activity.focus_area_id
    WHERE activity.id = tick.activity_id
    OFFSET 0
) line
CROSS JOIN LATERAL (
    SELECT NULLIF(CASE WHEN alias ~ %s THEN chr(39) || alias ELSE alias END, '') AS alias,
        CASE WHEN anonymised_on IS NULL THEN birth_year END AS year
    FROM residents_participant WHERE id = tick.participant_id
    OFFSET 0
) person
WHERE tick.plan_id = %s
ORDER BY tick.activity_id, tick.date, tick.participant_id
"""


def _copied(plan: Plan) -> Iterator[bytes]:
    """COPY, with the dates and the formula guard made by the server."""
    yield next(csv_chunks(HEADINGS, []))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # the reader's line may be slow
        cursor.execute("SET LOCAL DateStyle = 'Postgres, DMY'")  # 07-01-2025
        command = f"COPY ({_COPIED}) TO STDOUT WITH (FORMAT csv, DELIMITER ';')"
        risky = RUNS_AS_FORMULA
        with cursor.copy(command, [risky, risky, risky, plan.pk]) as lines:
            held = bytearray()  # growing it is twice as fast as joining the lines
            for line in lines:
                held += line
                if len(held) >= BYTES_AT_ONCE:
                    yield bytes(held).replace(b"\n", b"\r\n")
                    held.clear()
        cursor.execute("SET LOCAL DateStyle TO DEFAULT")
        yield bytes(held).replace(b"\n", b"\r\n")
