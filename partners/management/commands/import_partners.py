from typing import Any

from accounts.models import Plan
from jobs.sheets import Workbook
from jobs.sheets.command import ImportCommand
from partners.imports import PartnerResource


class Command(ImportCommand):
    help = (
        "Reads partners, their contacts and what was agreed into a plan: one row an organisation and contact. A blank "
        "cell never deletes; running the same file twice changes nothing."
    )
    plan_model = Plan

    def get_resource(self, plan: Plan, book: Workbook, options: dict[str, Any]) -> PartnerResource:
        return PartnerResource(plan=plan)
