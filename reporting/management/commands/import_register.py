from typing import Any

from django.utils import timezone

from accounts.models import Plan
from jobs.sheets import Workbook
from jobs.sheets.command import ImportCommand
from reporting.register_sheet import RegisterResource


class Command(ImportCommand):
    help = (
        "Reads register figures and other typed-in values of a plan: one row a value, with the target's number, a date "
        "or a year, and the source. Running the same file twice changes nothing."
    )
    plan_model = Plan

    def get_resource(self, plan: Plan, book: Workbook, options: dict[str, Any]) -> RegisterResource:
        return RegisterResource(plan=plan, today=timezone.localdate())
