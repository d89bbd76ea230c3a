"""Frivillige: what the team must know of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.guardians import is_waiting
from accounts.models import Role
from accounts.permissions import plan_permission_required
from activities.forms.shifts import VolunteerForm
from activities.hours import ACTIVE_WITHIN, hours_by_volunteer
from activities.needs import shift_settings
from activities.references import contribution
from activities.views.shift_staff import troubled_reminders
from activities.volunteers import certificate_state, own_details, volunteers_of

PAGE = 50
ASKED = 20  # the oldest requests; the others follow when these are read


@plan_permission_required("volunteers.manage")
def volunteer_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Who they are, how to reach them, and whose certificate is missing or old."""
    today = timezone.localdate()
    settings = shift_settings(request.plan)
    rows = volunteers_of(plan=request.plan, settings=settings, today=today)
    times = hours_by_volunteer(request.plan, today - ACTIVE_WITHIN, today)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [(row, times.get(row.member.user_id)) for row in page.object_list],
        "page": page,
        "attention": sum(row.needs_attention for row in rows),
        "settings": settings,
        "asked": list(request.plan.references.waiting().select_related("user").order_by("asked_at", "pk")[:ASKED]),
        "mails": list(troubled_reminders(request)),
        "today": today,
    }
    return render(request, "activities/volunteer_list.html", context)


@plan_permission_required("volunteers.manage")
def volunteer_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Birth year, phone, date of the certificate, reminders."""
    today = timezone.localdate()
    members = request.plan.memberships.active().exclude(role__in=[Role.BOARD, Role.PARTNER, Role.ADMINISTRATOR])
    member = get_object_or_404(members.select_related("user", "plan", "volunteer"), pk=pk)
    details = own_details(member)
    form = VolunteerForm(request.POST or None, instance=details, today=today)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": member.user.name})
        return redirect("activities:volunteer_list", plan_slug)
    context = {
        "member": member,
        "given": contribution(plan=request.plan, user=member.user, today=today),
        "references": list(request.plan.references.filter(user=member.user_id)),
        "form": form,
        "is_waiting": is_waiting(member, today=today),
        "certificate": certificate_state(own_details(member), settings=shift_settings(request.plan), today=today),
    }
    return render(request, "activities/volunteer_edit.html", context, status=422 if form.errors else 200)
