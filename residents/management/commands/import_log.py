from typing import Any

from accounts.models import Plan
from jobs.sheets import Workbook
from jobs.sheets.command import ImportCommand
from residents.imports.log import LogResource


class Command(ImportCommand):
    help = (
        "Reads a log (one row an evening: date, activity, status, head count …) into a plan. Running the same file "
        "twice changes nothing; what a person wrote in the portal is never overwritten."
    )
    plan_model = Plan

    def get_resource(self, plan: Plan, book: Workbook, options: dict[str, Any]) -> LogResource:
        return LogResource(plan=plan)
