"""The goal hierarchy: what the sub-agreements want to reach, and the indicators that tell."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import has_plan_permission, plan_permission_required
from partners.models import focus_areas
from reporting.books import indicators_in_order
from reporting.forms.goals import GoalForm
from reporting.goals import branches, put_away, take_out
from reporting.models import LEVELS, Goal, GoalKind


@plan_permission_required("figures.draft")
def goal_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """The whole hierarchy by focus area."""
    areas = list(focus_areas(request.plan))
    indicators = indicators_in_order(
        request.plan.indicators.filter(is_active=True).select_related("focus_area").order_by()
    )
    found = branches(request.plan, areas, indicators)
    context = {
        "branches": found,
        "is_empty": not any(branch.nodes for branch in found),
        "may_edit": has_plan_permission(request.membership.role, "indicators.edit"),
    }
    return render(request, "reporting/goal_list.html", context)


@plan_permission_required("indicators.edit")
def goal_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """A new one, perhaps right below another (`?under=`) or in one focus area (`?omraade=`)."""
    form = GoalForm(request.POST or None, plan=request.plan, instance=Goal(plan=request.plan), initial=_start(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("reporting:goal_list", plan_slug)
    return render(request, "reporting/goal_form.html", {"form": form}, status=422 if form.errors else 200)


def _start(request: HttpRequest) -> dict[str, object]:
    above = request.GET.get("under", "")
    goal = Goal.objects.filter(plan=request.plan, pk=above).first() if above.isdecimal() else None
    if goal is not None:
        below = LEVELS[min(goal.level + 1, len(LEVELS) - 1)]
        return {"focus_area": goal.focus_area_id, "parent": goal.pk, "kind": below}
    position = request.GET.get("omraade", "")
    areas = focus_areas(request.plan)
    area = areas.filter(position=position).first() if position.isdecimal() else areas.first()
    return {"focus_area": area, "kind": GoalKind.GOAL}


@plan_permission_required("indicators.edit")
def goal_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    goal = get_object_or_404(request.plan.goals.filter(removed_at__isnull=True), pk=pk)
    form = GoalForm(request.POST or None, plan=request.plan, instance=goal)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("reporting:goal_list", plan_slug)
    context = {"form": form, "goal": goal}
    return render(request, "reporting/goal_form.html", context, status=422 if form.errors else 200)


@plan_permission_required("indicators.edit")
@require_POST
def goal_remove(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Put it away. What stands below it moves up, and comes back with it."""
    goal = get_object_or_404(request.plan.goals, pk=pk)
    put_away(goal=goal, now=timezone.now())
    messages.success(
        request,
        _("Removed. What stood below it has moved up."),
        extra_tags=f"undo:{reverse('reporting:goal_restore', args=[plan_slug, pk])}",
    )
    return redirect("reporting:goal_list", plan_slug)


@plan_permission_required("indicators.edit")
@require_POST
def goal_restore(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    take_out(goal=get_object_or_404(request.plan.goals, pk=pk))
    messages.info(request, _("Taken back."))
    return redirect("reporting:goal_list", plan_slug)
