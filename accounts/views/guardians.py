"""A parent's yes to the account of a volunteer below 15."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import ConsentForm
from accounts.guardians import consent_in_force, is_waiting, record_consent, restore_consent, withdraw_consent
from accounts.models import Membership, Role
from accounts.permissions import plan_permission_required


@plan_permission_required("volunteers.manage")
def consent(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Write it down, or see it."""
    member = _volunteer(request, pk)
    in_force = consent_in_force(plan=request.plan, user=member.user)
    form = ConsentForm(None if in_force else request.POST or None, today=timezone.localdate())
    if form.is_valid():
        record_consent(plan=request.plan, user=member.user, by=request.user, **form.cleaned_data)
        messages.success(request, _("The yes is written down. %(name)s can log in.") % {"name": member.user.first_name})
        return redirect("plan:consent", plan_slug, pk)
    context = {
        "member": member,
        "consent": in_force,
        "form": form,
        "is_waiting": is_waiting(member, today=timezone.localdate()),
    }
    return render(request, "accounts/consent.html", context, status=422 if form.errors else 200)


@plan_permission_required("volunteers.manage")
@require_POST
def consent_withdraw(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The parent says no after all. `?tilbage` takes it back."""
    member = _volunteer(request, pk)
    if "tilbage" in request.GET:
        restore_consent(plan=request.plan, user=member.user)
        messages.success(request, _("The yes stands again."))
    elif withdraw_consent(plan=request.plan, user=member.user, now=timezone.now()):
        undo = reverse("plan:consent_withdraw", args=[plan_slug, pk])
        messages.success(request, _("The account waits for a new yes."), extra_tags=f"undo:{undo}?tilbage=1")
    return redirect("plan:consent", plan_slug, pk)


def _volunteer(request: HttpRequest, pk: int) -> Membership:
    members = request.plan.memberships.active().with_role(Role.VOLUNTEER).select_related("user", "plan", "volunteer")
    return get_object_or_404(members, pk=pk)
