from typing import Any

from accounts.models import Plan
from jobs.sheets import Workbook
from jobs.sheets.command import ImportCommand
from reporting.target_sheet import TargetResource


class Command(ImportCommand):
    help = (
        "Reads the targets of a plan: one row an indicator, one column a period of the plan. A target that changes "
        "keeps its old value beside it, with the file as the reason. Running the same file twice changes nothing."
    )
    plan_model = Plan

    def get_resource(self, plan: Plan, book: Workbook, options: dict[str, Any]) -> TargetResource:
        return TargetResource(plan=plan, filename=book.filename)
