"""Freezing the figures: a page that says what changes and who is told, one button, a job with progress."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import site_root
from accounts.models import Plan
from accounts.permissions import plan_permission_required
from jobs.models import Job, JobState
from jobs.progress import progress_context
from jobs.registry import enqueue
from reporting.release_preview import preview_release
from reporting.releases import last_release_id
from reporting.tasks import RELEASE


@plan_permission_required("figures.release")
def release_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """What the release changes and who is told; with POST, freeze everything up to today.

    What is planned for tonight is not late yet. `since` is the last release that the page was drawn from: pressing
    twice, or pressing on an old page, makes no second release.
    """
    if request.method == "POST":
        return _release(request, plan_slug)
    today = timezone.localdate()
    context = {
        "preview": preview_release(request.plan, as_of=today, today=today),
        "since": last_release_id(request.plan) or 0,
        "today": today,
        "begins_later": request.plan.starts_on > today,
    }
    return render(request, "reporting/release_create.html", context)


@transaction.atomic
def _release(request: HttpRequest, plan_slug: str) -> HttpResponse:
    Plan.objects.select_for_update().get(pk=request.plan.pk)  # two presses at once take turns
    waiting = Job.objects.for_plan(request.plan.pk).filter(kind=RELEASE, state__in=[JobState.QUEUED, JobState.RUNNING])
    job = waiting.first()
    if job is None:
        since = request.POST.get("since", "")
        if since and since != str(last_release_id(request.plan) or 0):
            messages.info(request, _("The figures have been released since you opened the page. Here they are."))
            return redirect(f"{reverse('reporting:follow_up', args=[plan_slug])}?vis=frigivet")
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
