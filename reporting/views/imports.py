"""Spreadsheets in and out: choose a file, look at what it would do, confirm; and the whole log as a file."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import has_plan_permission, plan_permission_required
from jobs.models import Job, StoredFile, store_file
from jobs.progress import progress_context
from jobs.registry import enqueue
from jobs.sheets.writing import CSV_TYPE, XLSX_TYPE, SheetOut, csv_bytes, safe_name, xlsx_bytes
from reporting.forms.imports import ImportForm
from reporting.import_jobs import CHECK, WRITE
from reporting.imports import KINDS, ImportKind, read_account
from residents.imports.log_export import log_table


@plan_permission_required("imports.run")
@require_GET
def imports(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """What can be imported, and the log as a file."""
    context = {
        "kinds": KINDS.values(),
        "may_export": has_plan_permission(request.membership.role, "log.export"),
    }
    return render(request, "reporting/imports.html", context)


@plan_permission_required("imports.run")
def import_create(request: HttpRequest, plan_slug: str, kind: str) -> HttpResponse:
    """Choose the file. It is read before it is kept: a CPR number is refused at the door."""
    chosen = _kind(kind)
    form = ImportForm(request.POST or None, request.FILES or None, kind=chosen, plan=request.plan)
    if request.method == "POST" and form.is_valid():
        file, activity = form.cleaned_data["file"], form.cleaned_data.get("activity")
        stored = store_file(plan_id=request.plan.pk, name=safe_name(file.name), content=form.content)
        job = enqueue(
            kind=CHECK,
            plan_id=request.plan.pk,
            requested_by=request.user,
            arguments={"kind": kind, "file": stored.pk, "activity": activity.pk if activity else None},
        )
        return redirect("reporting:import_detail", plan_slug, job.pk)
    context = {"form": form, "kind": chosen}
    return render(request, "reporting/import_create.html", context, status=422 if form.errors else 200)


@plan_permission_required("imports.run")
@require_GET
def import_detail(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """How far the job is; then what the file would do, or did."""
    job = _job(request, pk)
    here = reverse("reporting:import_detail", args=[plan_slug, pk])
    kind = KINDS[job.arguments["kind"]]
    context: dict[str, Any] = {"job": job, "kind": kind, "is_check": job.kind == CHECK}
    if not job.is_done:
        context |= progress_context(job=job, progress_url=here, finished_url=here)
        template = "jobs/_job_progress.html" if request.htmx else "reporting/import_progress.html"
        return render(request, template, context)
    if request.htmx:  # the progress fragment asked once more: go on by itself
        return HttpResponse(status=204, headers={"HX-Redirect": here})
    written = _written(job) if job.kind == CHECK else None
    account = read_account(plan=request.plan, details=job.result)
    if account is None:
        messages.info(request, _("That import is over an hour old, so its details are gone. Choose the file again."))
        return redirect("reporting:imports", plan_slug)
    details = job.result
    context |= {
        "account": account,
        "created": details["created"],
        "updated": details["updated"],
        "unchanged": details["unchanged"],
        "rejected": details["rejected"],
        "differing": [group for group in account["rejected"] if group["in_portal"]],
        "to_correct": [group for group in account["rejected"] if not group["in_portal"]],
        "wrong": details["rejected"] - account["in_portal"],
        "rows": details["rows"],
        "to_write": details["created"] + details["updated"],
        "more_rejected": details["rejected"] - sum(group["count"] for group in account["rejected"]),
        "has_changes": written is None and bool(details["created"] or details["updated"]),
        "written": written,
    }
    return render(request, "reporting/import_detail.html", context)


@plan_permission_required("imports.run")
@require_POST
def import_confirm(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Write what the preview showed. A double click asks for one job."""
    check = _job(request, pk, kind=CHECK)
    if not check.is_done:
        return redirect("reporting:import_detail", plan_slug, check.pk)
    job = _written(check)
    if job is None:
        job = enqueue(
            kind=WRITE,
            plan_id=request.plan.pk,
            requested_by=request.user,
            arguments={**check.arguments, "check": check.pk},
        )
    return redirect("reporting:import_detail", plan_slug, job.pk)


@plan_permission_required("imports.run")
@require_GET
def import_rejected(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The rejected rows as a workbook, to correct and import again."""
    job = _job(request, pk)
    stored = get_object_or_404(StoredFile.objects.for_plan(request.plan.pk), pk=job.result.get("rejects", 0))
    return _download(bytes(stored.content), f"{request.plan.slug}-{stored.name}", XLSX_TYPE)


@plan_permission_required("log.export")
@require_GET
def log_export(request: HttpRequest, plan_slug: str, format: str) -> HttpResponse:
    """The whole log as Excel or CSV, in the columns that the import reads."""
    headings, rows = log_table(request.plan)
    name = f"{request.plan.slug}-log-{timezone.localdate():%Y-%m-%d}.{format}"
    if format == "csv":
        return _download(csv_bytes(headings, rows), name, CSV_TYPE)
    if format == "xlsx":
        return _download(xlsx_bytes([SheetOut("Log", headings, rows)]), name, XLSX_TYPE)
    raise Http404


def _kind(slug: str) -> ImportKind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _job(request: HttpRequest, pk: int, *, kind: str = "") -> Job:
    jobs = Job.objects.for_plan(request.plan.pk).filter(kind__in=[kind] if kind else [CHECK, WRITE])
    return get_object_or_404(jobs, pk=pk)


def _written(check: Job) -> Job | None:
    """The job that writes, or wrote, what this preview shows; None before it is confirmed, and after a failure."""
    jobs = Job.objects.filter(plan_id=check.plan_id, kind=WRITE, arguments__check=check.pk)
    job = jobs.first()
    return None if job is None or job.has_failed else job


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)
