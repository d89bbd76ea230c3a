"""Freezing the figures: one button, a job with progress."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.mail import site_root
from accounts.permissions import plan_permission_required
from jobs.models import Job
from jobs.progress import progress_context
from jobs.registry import enqueue
from reporting.tasks import RELEASE


@plan_permission_required("figures.release")
@require_POST
def release_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Freeze everything up to today. What is planned for tonight is not late yet."""
    today = timezone.localdate().isoformat()
    job = enqueue(
        kind=RELEASE,
        plan_id=request.plan.pk,
        requested_by=request.user,
        arguments={"as_of": today, "today": today, "root": site_root(request)},
    )
    return redirect("reporting:release_progress", plan_slug, job.pk)


@plan_permission_required("figures.release")
def release_progress(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """How far the release is."""
    job = get_object_or_404(Job.objects.for_plan(request.plan.pk), pk=pk, kind=RELEASE)
    context = progress_context(
        job=job,
        progress_url=reverse("reporting:release_progress", args=[plan_slug, pk]),
        finished_url=f"{reverse('reporting:follow_up', args=[plan_slug])}?vis=frigivet",
    )
    template = "jobs/_job_progress.html" if request.htmx else "reporting/release_progress.html"
    return render(request, template, context)
