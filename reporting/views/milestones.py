"""Milestones of the whole plan: by when, done or not, dropped with a reason."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.periods import whole_plan
from accounts.permissions import has_plan_permission, plan_permission_required
from reporting.books import load_book
from reporting.forms.targets import DropForm, MilestoneForm
from reporting.milestones import add_milestone, all_milestones, drop_milestone, take_up_milestone
from reporting.models import Target
from reporting.targets import Decision
from reporting.views.indicators import refuse_target


@plan_permission_required("figures.draft")
def milestone_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """The plan's milestones in order of time, a heading a year."""
    today = timezone.localdate()
    book = load_book(request.plan, [whole_plan(request.plan)], as_of=today, today=today)
    found = all_milestones(book)
    role = request.membership.role
    context = {
        "years": [(year, list(rows)) for year, rows in groupby(found, key=lambda one: one.due_on.year)],
        "may_edit": has_plan_permission(role, "indicators.edit"),
        "may_measure": has_plan_permission(role, "measurements.add"),
        "today": today,
    }
    return render(request, "reporting/milestone_list.html", context)


@plan_permission_required("indicators.edit")
def milestone_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    form = MilestoneForm(request.POST or None, plan=request.plan)
    if request.method == "POST" and form.is_valid():
        try:
            indicator = add_milestone(plan=request.plan, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse_target(form, error)
        else:
            messages.success(request, _("%(code)s is on the list of milestones.") % {"code": indicator.code})
            return redirect("reporting:milestone_list", plan_slug)
    return render(request, "reporting/milestone_create.html", {"form": form}, status=422 if form.errors else 200)


def _find(request: HttpRequest, pk: int) -> Target:
    rows = Target.objects.filter(plan=request.plan, due_on__isnull=False).select_related("indicator__focus_area")
    target = get_object_or_404(rows, pk=pk)
    target.indicator.plan = request.plan
    return target


@plan_permission_required("indicators.edit")
def milestone_drop(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """It will not be done, and why."""
    target = _find(request, pk)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drop_milestone(
                target=target, decision=Decision(**form.cleaned_data), by=request.user, today=timezone.localdate()
            )
        except ValidationError as error:
            refuse_target(form, error)
        else:
            undo = reverse("reporting:milestone_take_up", args=[plan_slug, pk])
            messages.success(request, _("The milestone is dropped."), extra_tags=f"undo:{undo}")
            return redirect("reporting:milestone_list", plan_slug)
    context = {"form": form, "target": target}
    return render(request, "reporting/milestone_drop.html", context, status=422 if form.errors else 200)


@plan_permission_required("indicators.edit")
@require_POST
def milestone_take_up(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    take_up_milestone(target=_find(request, pk))
    messages.info(request, _("The milestone is taken up again."))
    return redirect("reporting:milestone_list", plan_slug)
