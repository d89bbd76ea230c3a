"""`python -m tests.bench.export_run PLAN [--floor]`: the workbook of all attendance, or the same rows by xlsxwriter.

A process of its own, as a worker is, so that its highest memory is the export's. Prints one line of JSON.
"""

import json
import sys
import tempfile
from time import perf_counter, process_time

import django

django.setup()

import xlsxwriter  # noqa: E402

from accounts.models import Plan  # noqa: E402
from residents.attendance_export import HEADINGS, _rows, write_attendance_xlsx  # noqa: E402
from tests.bench.server import own_peak_memory  # noqa: E402


def main(slug: str, *, is_floor: bool) -> None:
    plan = Plan.objects.get(slug=slug)
    start_mb = own_peak_memory()
    with tempfile.TemporaryFile() as target:
        started, used = perf_counter(), process_time()
        rows = by_xlsxwriter(plan, target) if is_floor else write_attendance_xlsx(plan, target)
        json.dump(
            {
                "rows": rows,
                "seconds": perf_counter() - started,
                "cpu_seconds": process_time() - used,
                "mb": target.tell() / 1024 / 1024,
                "start_mb": start_mb,
                "peak_mb": own_peak_memory(),
            },
            sys.stdout,
        )


def by_xlsxwriter(plan: Plan, target) -> int:
    """Cell by cell in constant memory, with nothing else around it."""
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "default_date_format": "dd-mm-yyyy"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    count = 0
    for count, (day, activity, area, alias, year) in enumerate(_rows(plan), start=1):
        sheet.write_datetime(count, 0, day)
        sheet.write_string(count, 1, activity)
        sheet.write_string(count, 2, area)
        sheet.write_string(count, 3, alias)
        sheet.write_number(count, 4, year)
    book.close()
    return count


if __name__ == "__main__":
    main(sys.argv[1], is_floor="--floor" in sys.argv)
