"""`python -m tests.bench.import_run FILE`: preview, import and again, then the floor; prints seconds and memory.

A process of its own, as a worker would be, so that its highest memory is the import's.
"""

import csv
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from time import perf_counter

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.models import Plan  # noqa: E402
from residents.models import Attendance  # noqa: E402
from tests.bench.server import own_peak_memory  # noqa: E402
from tests.bench.world import COLUMNS  # noqa: E402


def main(path: str) -> None:
    plan = Plan.objects.get(slug="maaling")
    before = Attendance.objects.filter(plan=plan).count()
    preview_seconds, _ = timed(plan, path, dry_run=True)
    import_seconds, counts = timed(plan, path)
    peak = own_peak_memory()
    again_seconds, again = timed(plan, path)
    stored = Attendance.objects.filter(plan=plan).count() - before
    json.dump(
        {
            "rows": counts["rows"],
            "stored": stored,
            "changed_again": again["created"] + again["updated"],
            "preview_seconds": preview_seconds,
            "import_seconds": import_seconds,
            "again_seconds": again_seconds,
            "floor_seconds": floor(plan, path),
            "peak_mb": peak,
        },
        sys.stdout,
    )


def timed(plan: Plan, path: str, **options) -> tuple[float, dict]:
    out = io.StringIO()
    started = perf_counter()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        call_command("import_attendance", plan.slug, path, stdout=out, **options)
    return perf_counter() - started, json.loads(out.getvalue().splitlines()[-1])


def floor(plan: Plan, path: str) -> float:
    """The same file with nothing checked: read, written to a table beside, and joined into a copy of the real one.

    By COPY on PostgreSQL, by INSERT on SQLite. People and evenings are there already; the import had to make them.
    """
    table, columns = Attendance._meta.db_table, ", ".join(COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE gulv_attendance (LIKE {table} INCLUDING ALL)")  # all but the foreign keys
            for column, target in (("session_id", "activities_session"), ("participant_id", "residents_participant")):
                key = f"FOREIGN KEY ({column}) REFERENCES {target} DEFERRABLE INITIALLY DEFERRED"
                cursor.execute(f"ALTER TABLE gulv_attendance ADD {key}")
        else:
            cursor.execute(f"CREATE TABLE gulv_attendance (id integer PRIMARY KEY, {columns})")
            cursor.execute("CREATE UNIQUE INDEX gulv_unique ON gulv_attendance (plan_id, session_id, participant_id)")
            cursor.execute("CREATE INDEX gulv_cover ON gulv_attendance (plan_id, activity_id, date, participant_id)")
            cursor.execute("CREATE INDEX gulv_session ON gulv_attendance (session_id)")
            cursor.execute("CREATE INDEX gulv_participant ON gulv_attendance (participant_id)")
        cursor.execute("CREATE TEMPORARY TABLE gulv_list (day date, activity text, alias text, born integer)")
        started = perf_counter()
        with open(path, encoding="cp1252", newline="") as file:
            lines = csv.reader(file, delimiter=";")
            next(lines)
            rows = [(f"{day[6:]}-{day[3:5]}-{day[:2]}", name, alias, int(born)) for day, name, alias, born in lines]
        if connection.vendor == "postgresql":
            with cursor.copy("COPY gulv_list FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("ANALYZE gulv_list")
        else:
            cursor.cursor.executemany("INSERT INTO gulv_list VALUES (?, ?, ?, ?)", rows)
        cursor.execute(
            f"INSERT INTO gulv_attendance ({columns})"
            " SELECT s.plan_id, s.id, p.id, s.activity_id, s.date, 'import', CURRENT_TIMESTAMP FROM gulv_list l"
            " JOIN activities_activity a ON a.plan_id = %s AND a.name = l.activity"
            " JOIN activities_session s ON s.activity_id = a.id AND s.date = l.day"
            " JOIN residents_participant p ON p.plan_id = a.plan_id AND p.alias = l.alias AND p.birth_year = l.born",
            [plan.pk],
        )
        joined = cursor.rowcount
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = perf_counter() - started
        if joined != len(rows):
            raise RuntimeError(f"the floor joined {joined} rows of {len(rows)}")
        transaction.set_rollback(True)
    return seconds


if __name__ == "__main__":
    main(sys.argv[1])
