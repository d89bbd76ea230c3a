"""The whole attendance with aliases, for the project manager: every download is in the log of reads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Plan
from accounts.permissions import plan_permission_required
from jobs.models import Job, StoredFile
from jobs.progress import progress_context
from jobs.registry import enqueue
from jobs.sheets.writing import CSV_TYPE, XLSX_TYPE
from residents.attendance_export import attendance_csv, count_attendances
from residents.idle import asks_again_when_idle
from residents.reads import log_read
from residents.tasks import ATTENDANCE_WORKBOOK

PAGE = "attendance_export"


@plan_permission_required("attendance.export")
@asks_again_when_idle
@require_GET
def attendance_export(request: HttpRequest, plan_slug: str) -> StreamingHttpResponse:
    """As CSV, at once: it leaves as it is read."""
    log_read(plan=request.plan, user=request.user, page=PAGE, rows=count_attendances(request.plan))
    return StreamingHttpResponse(
        attendance_csv(request.plan), content_type=CSV_TYPE, headers=_headers(request.plan, "csv")
    )


@plan_permission_required("attendance.export")
@asks_again_when_idle
@require_POST
def attendance_workbook(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """As a workbook, made by a worker."""
    job = enqueue(kind=ATTENDANCE_WORKBOOK, plan_id=request.plan.pk, requested_by=request.user)
    return redirect("residents:attendance_workbook_progress", plan_slug, job.pk)


@plan_permission_required("attendance.export")
@require_GET
def attendance_workbook_progress(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """How far it is; then the way to the file."""
    job = _job(request, pk)
    context = progress_context(
        job=job,
        progress_url=reverse("residents:attendance_workbook_progress", args=[plan_slug, pk]),
        finished_url=reverse("residents:attendance_workbook_file", args=[plan_slug, pk]),
        finished_label=_("Get the file"),
    )
    template = "jobs/_job_progress.html" if request.htmx else "residents/attendance_workbook.html"
    return render(request, template, context)


@plan_permission_required("attendance.export")
@asks_again_when_idle
@require_GET
def attendance_workbook_file(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The file, for an hour."""
    details = _job(request, pk).result or {}
    stored = StoredFile.objects.for_plan(request.plan.pk).filter(pk=details.get("file")).first()
    if stored is None:
        messages.info(request, _("The file was kept for an hour, and is gone. Ask for it again."))
        return redirect("residents:attendance_workbook_progress", plan_slug, pk)
    log_read(plan=request.plan, user=request.user, page=PAGE, rows=details["rows"])
    return HttpResponse(bytes(stored.content), content_type=XLSX_TYPE, headers=_headers(request.plan, "xlsx"))


def _job(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(Job.objects.for_plan(request.plan.pk), pk=pk, kind=ATTENDANCE_WORKBOOK)


def _headers(plan: Plan, suffix: str) -> dict[str, str]:
    name = f"{plan.slug}-fremmoede-{timezone.localdate():%Y-%m-%d}.{suffix}"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
