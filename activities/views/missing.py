"""For the project manager: who lacks what."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.mail import site_root
from accounts.models import User
from accounts.permissions import plan_permission_required
from activities.nudges import lacks, locked_unlogged, nudge


@plan_permission_required("log.nudge")
def missing_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Unlogged evenings by coordinator."""
    today = timezone.localdate()
    rows = lacks(plan=request.plan, today=today)
    context = {
        "lacks": rows,
        "sessions": sum(len(row.sessions) for row in rows),
        "locked": locked_unlogged(plan=request.plan, today=today),
    }
    return render(request, "activities/missing_list.html", context)


@require_POST
@plan_permission_required("log.nudge")
def nudge_send(request: HttpRequest, plan_slug: str, user_pk: int) -> HttpResponse:
    """One friendly mail a day to a colleague."""
    colleague = get_object_or_404(User, memberships__plan=request.plan, pk=user_pk)
    sent = nudge(
        plan=request.plan,
        colleague=colleague,
        by=request.user,
        today=timezone.localdate(),
        root=site_root(request),
    )
    names = {"name": colleague.first_name}
    if sent:
        messages.success(request, _("A friendly reminder is on its way to %(name)s.") % names)
    else:
        messages.info(request, _("%(name)s has had a reminder today already, or lacks nothing.") % names)
    return redirect("activities:missing_list", plan_slug)
