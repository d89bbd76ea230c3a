from argparse import ArgumentParser
from typing import Any

from accounts.models import Plan
from jobs.sheets import Workbook
from jobs.sheets.command import ImportCommand
from residents.imports.attendance import AttendanceResource, attendance_resource


class Command(ImportCommand):
    help = (
        "Reads attendance into a plan: a workbook with a tab a month (people × dates), or a long list with date, "
        "activity, alias and birth year. x, X, 1, ja and ✓ mean present. A blank never deletes; running the same file "
        "twice changes nothing."
    )
    plan_model = Plan

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--activity", metavar="NAME", help="the activity, when the file has no column for it")

    def get_resource(self, plan: Plan, book: Workbook, options: dict[str, Any]) -> AttendanceResource:
        return attendance_resource(book=book, plan=plan, activity=options["activity"])
