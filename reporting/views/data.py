"""Your data: everything that can leave the portal, in one place; and what every figure means."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.permissions import has_plan_permission, plan_permission_required
from reporting.columns import TABLES
from reporting.dictionary import code_lists, measure_entries, people_entries, status_entries
from reporting.models import FigureCheck
from reporting.views.tokens import token_rows


@plan_permission_required("data.manage")
@require_GET
def data(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Files to take out, and who reads the figures from other programs."""
    role = request.membership.role
    check = FigureCheck.objects.filter(plan=request.plan).first()
    context = {
        "may_export_log": has_plan_permission(role, "log.export"),
        "may_export_attendance": has_plan_permission(role, "attendance.export"),
        "tokens": token_rows(request.plan),
        "check": check,
        "differences": json.loads(check.details) if check else [],
    }
    return render(request, "reporting/data.html", context)


@plan_permission_required("releases.view")
@require_GET
def dictionary(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Every measure, column and code with its definition, from the same declarations that count and export them."""
    context = {
        "statuses": status_entries(),
        "measures": list(measure_entries()),
        "tables": TABLES.values(),
        "code_lists": code_lists(),
        "people": people_entries(),
    }
    return render(request, "reporting/dictionary.html", context)
