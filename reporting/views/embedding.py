"""Forankring: which activities somebody carries on without the plan."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import has_plan_permission, plan_permission_required
from reporting.books import activities_in_order
from reporting.forms.embedding import YES, EmbeddingForm
from reporting.models import Embedding


@plan_permission_required("figures.draft")
def embedding_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Every activity of the plan, and what is decided."""
    activities = activities_in_order(request.plan.activities.select_related("focus_area", "embedding").order_by())
    rows = [(activity, getattr(activity, "embedding", None)) for activity in activities]
    context = {
        "rows": rows,
        "carried": sum(bool(embedding and embedding.is_carried_on) for _activity, embedding in rows),
        "may_edit": has_plan_permission(request.membership.role, "indicators.edit"),
    }
    return render(request, "reporting/embedding_list.html", context)


@plan_permission_required("indicators.edit")
def embedding_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    activity = get_object_or_404(request.plan.activities, pk=pk)
    embedding = Embedding.objects.filter(plan=request.plan, activity=activity).first()
    form = EmbeddingForm(request.POST or None, embedding=embedding, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not data["choice"]:
            Embedding.objects.filter(plan=request.plan, activity=activity).delete()
        else:
            is_carried_on = data["choice"] == YES
            Embedding.objects.update_or_create(
                activity=activity,
                defaults={
                    "plan": request.plan,
                    "is_carried_on": is_carried_on,
                    "by_whom": data["by_whom"] if is_carried_on else "",
                    "decided_on": data["decided_on"],
                    "recorded_by": request.user,
                },
            )
        messages.success(request, _("Saved."))
        return redirect("reporting:embedding_list", plan_slug)
    context = {"form": form, "activity": activity}
    return render(request, "reporting/embedding_edit.html", context, status=422 if form.errors else 200)
