"""What is done with a meeting pack by a button: approve, freeze, fetch as a file, throw away and take back."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.mail import site_root
from accounts.permissions import plan_permission_required
from jobs.models import Job
from jobs.progress import progress_context
from jobs.registry import enqueue
from jobs.sheets.writing import XLSX_TYPE, safe_name
from reporting.models import StatusReport
from reporting.pack_jobs import FREEZE
from reporting.packs.drafts import DraftConflict, DraftFrozen, approve_pack, drop_pack, restore_pack
from reporting.packs.files import PDF, XLSX, make_files
from reporting.packs.freezing import stored_file
from reporting.views.status_reports import find_pack

JSON = "json"
TYPES = {PDF: "application/pdf", XLSX: XLSX_TYPE, JSON: "application/json"}


@plan_permission_required("packs.edit")
@require_POST
def status_report_approve(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Approve all texts as they stood on the page that was read."""
    report = find_pack(request, pk)
    try:
        approve_pack(report=report, version=_version(request), by=request.user)
    except DraftFrozen:
        messages.info(request, _("The pack is frozen already."))
    except DraftConflict:
        messages.warning(request, _("Somebody has written in the draft since you opened it. Read it once more."))
    else:
        messages.success(request, _("The texts are approved."))
    return redirect("reporting:status_report_detail", plan_slug, pk)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@plan_permission_required("packs.edit")
@require_POST
def status_report_freeze(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Ask for the freeze. A double click, or two people at once, ask for one."""
    find_pack(request, pk)
    with transaction.atomic():
        report = StatusReport.objects.select_for_update().get(plan=request.plan, pk=pk)
        if report.is_frozen:
            return redirect("reporting:status_report_detail", plan_slug, pk)
        jobs = Job.objects.for_plan(request.plan.pk).filter(kind=FREEZE, arguments__report=pk, finished_at=None)
        job = jobs.first()
        if job is None:
            if report.version != _version(request):
                messages.warning(
                    request, _("Somebody has written in the draft since you opened it. Read it once more.")
                )
                return redirect("reporting:status_report_detail", plan_slug, pk)
            job = enqueue(
                kind=FREEZE,
                plan_id=request.plan.pk,
                requested_by=request.user,
                arguments={"report": pk, "root": site_root(request)},
            )
    return redirect("reporting:status_report_progress", plan_slug, pk, job.pk)


@plan_permission_required("packs.edit")
@require_GET
def status_report_progress(request: HttpRequest, plan_slug: str, pk: int, job_pk: int) -> HttpResponse:
    """How far the freeze is; then on to the pack."""
    report = find_pack(request, pk)
    jobs = Job.objects.for_plan(request.plan.pk).filter(kind=FREEZE, arguments__report=pk)
    job = get_object_or_404(jobs, pk=job_pk)
    finished_url = reverse("reporting:status_report_detail", args=[plan_slug, pk])
    context = progress_context(
        job=job,
        progress_url=reverse("reporting:status_report_progress", args=[plan_slug, pk, job_pk]),
        finished_url=finished_url,
    )
    if job.is_done and not request.htmx:
        messages.success(request, job.result_line)
        return redirect(finished_url)
    template = "jobs/_job_progress.html" if request.htmx else "reporting/status_report_progress.html"
    return render(request, template, context | {"report": report})


@plan_permission_required("releases.view")
@require_GET
def status_report_download(request: HttpRequest, plan_slug: str, pk: int, format: str) -> HttpResponse:
    """A frozen pack as PDF, workbook or the JSON that its fingerprint is of."""
    report = find_pack(request, pk)
    if format not in TYPES or not report.is_frozen:
        raise Http404
    content = report.content.encode() if format == JSON else stored_file(report, format, make_files)
    name = safe_name(f"moedepakke-{plan_slug}-{report.meets_on:%Y-%m-%d}.{format}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=TYPES[format], headers=headers)


@plan_permission_required("packs.edit")
@require_POST
def status_report_drop(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Throw a draft away; can be undone."""
    report = find_pack(request, pk)
    if drop_pack(report=report):
        undo = reverse("reporting:status_report_restore", args=[plan_slug, pk])
        messages.success(request, _("The draft is thrown away."), extra_tags=f"undo:{undo}")
    else:
        messages.error(
            request, _("A frozen meeting pack stays. Make a new edition if something is to be told otherwise.")
        )
    return redirect("reporting:status_report_list", plan_slug)


@plan_permission_required("packs.edit")
@require_POST
def status_report_restore(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The draft is back."""
    report = get_object_or_404(request.plan.status_reports, pk=pk)
    if restore_pack(report=report):
        messages.success(request, _("The draft is back."))
    return redirect("reporting:status_report_detail", plan_slug, pk)
