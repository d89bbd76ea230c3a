"""Landsoverblik: how are the plans doing? For those who run the installation; from releases alone."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import superuser_required
from jobs.sheets.bulk import csv_chunks
from jobs.sheets.writing import CSV_TYPE, XLSX_TYPE, xlsx_bytes
from reporting.drawing import draw_line, draw_totals
from reporting.overview import ORDERS, add_up, choose_lines, headings, overview_sheet, plan_lines, sheet_rows

PAGE = 60


@superuser_required
def overview(request: HttpRequest) -> HttpResponse:
    """Totals over every running plan, then the plans that were asked for."""
    lines = plan_lines(timezone.localdate())
    search, order = request.GET.get("q", ""), request.GET.get("sorter", "")
    order = order if order in ORDERS else ORDERS[0]
    page = Paginator(choose_lines(lines, search=search, order=order), PAGE).get_page(request.GET.get("page"))
    mine = set(request.user.memberships.values_list("plan_id", flat=True))
    totals = add_up(lines)
    context = {
        "rows": [draw_line(line, is_mine=line.plan.pk in mine) for line in page],
        "totals": totals,
        "areas": draw_totals(totals),
        "page": page,
        "search": search,
        "order": order,
    }
    return render(request, "reporting/overview.html", context)


@superuser_required
@require_GET
def overview_export(request: HttpRequest, format: str) -> HttpResponse:
    """Every running plan as a file, by name."""
    if format not in ("csv", "xlsx"):
        raise Http404
    lines = plan_lines(timezone.localdate())
    file = {"Content-Disposition": f'attachment; filename="landsoverblik.{format}"', "Cache-Control": "no-store"}
    if format == "csv":
        return StreamingHttpResponse(csv_chunks(headings(), sheet_rows(lines)), content_type=CSV_TYPE, headers=file)
    sheet = overview_sheet(lines)
    return HttpResponse(xlsx_bytes([sheet], title=sheet.name), content_type=XLSX_TYPE, headers=file)
