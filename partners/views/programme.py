"""Under which programme period the plan was granted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import plan_permission_required
from partners.forms import ProgrammeForm
from partners.models import PlanProgramme


@plan_permission_required("plan.edit")
def programme_edit(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Choose the period, and with it the focus areas."""
    programme = PlanProgramme.objects.filter(plan=request.plan).first()
    form = ProgrammeForm(request.POST or None, instance=programme, plan=request.plan)
    if form.is_valid():
        form.save()
        messages.success(request, _("The programme period is saved."))
        return redirect("plan:guide", plan_slug)
    return render(request, "partners/programme_edit.html", {"form": form})


@plan_permission_required("plan.edit")
def programme_status(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """A step of the guide: chosen or not."""
    programme = PlanProgramme.objects.filter(plan=request.plan).select_related("period").first()
    return render(request, "partners/_programme_status.html", {"programme": programme})
