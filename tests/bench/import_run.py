"""`python -m tests.bench.import_run FILE FOLDER`: preview, import and again, then the floor; prints seconds and memory.

A process of its own, as a worker would be, so that its highest memory is the import's.
"""

import io
import json
import resource
import sys
from contextlib import redirect_stderr, redirect_stdout
from time import perf_counter

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.models import Plan  # noqa: E402
from residents.models import Attendance  # noqa: E402
from tests.bench.world import COLUMNS  # noqa: E402


def main(path: str) -> None:
    plan = Plan.objects.get(slug="maaling")
    before = Attendance.objects.filter(plan=plan).count()
    newest = Attendance.objects.filter(plan=plan).order_by("-pk").values_list("pk", flat=True).first() or 0
    preview_seconds, _ = timed(plan, path, dry_run=True)
    import_seconds, counts = timed(plan, path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
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
            "floor_seconds": floor(newest),
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


def floor(newest: int) -> float:
    """The very same rows again, ready-made, into a copy of the table with the same indexes: COPY, or INSERT."""
    table, copy_table = Attendance._meta.db_table, "gulv_attendance"
    columns = ", ".join(COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} WHERE id > %s", [newest])
        rows = cursor.fetchall()
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE {copy_table} (LIKE {table} INCLUDING ALL)")
            started = perf_counter()
            with cursor.copy(f"COPY {copy_table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            seconds = perf_counter() - started
        else:
            cursor.execute(f"CREATE TABLE {copy_table} (id integer PRIMARY KEY, {columns})")
            cursor.execute(f"CREATE UNIQUE INDEX gulv_unique ON {copy_table} (plan_id, session_id, participant_id)")
            cursor.execute(f"CREATE INDEX gulv_cover ON {copy_table} (plan_id, activity_id, date, participant_id)")
            cursor.execute(f"CREATE INDEX gulv_session ON {copy_table} (session_id)")
            cursor.execute(f"CREATE INDEX gulv_participant ON {copy_table} (participant_id)")
            marks = ", ".join("?" * len(COLUMNS))
            started = perf_counter()
            plain = [tuple(value if isinstance(value, int | str) else str(value) for value in row) for row in rows]
            cursor.cursor.executemany(f"INSERT INTO {copy_table} ({columns}) VALUES ({marks})", plain)
            seconds = perf_counter() - started
        transaction.set_rollback(True)
    return seconds


if __name__ == "__main__":
    main(sys.argv[1])
