"""For the team: who has which shift, what an evening needs, and the rules."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.mail import send_again
from accounts.models import MailState
from accounts.permissions import plan_permission_required
from activities.forms.shifts import ShiftSettingsForm, need_forms
from activities.models import Session, Shift, ShiftSignup
from activities.needs import save_evening_needs, save_needs, shift_settings
from activities.reminders import TEMPLATE
from activities.shift_board import people_for, read_evenings
from activities.shifts import ShiftRefused, give_up, take_shift
from activities.views.back import back_url
from activities.views.shifts import GIVEN_UP, TAKEN


@plan_permission_required("shifts.manage")
def shift_manage(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """One evening: who is on it, and what it needs."""
    session = get_object_or_404(
        Session.objects.for_plan(request.plan).select_related("activity__focus_area", "format", "venue"), pk=pk
    )
    session.plan = request.plan
    forms = need_forms(request.POST or None, stored=session.shifts.wanted())
    if request.method == "POST" and all(form.is_valid() for form in forms):
        save_evening_needs(session=session, needs=[need for form in forms if (need := form.to_need())])
        messages.success(request, _("Saved for this evening."))
        return redirect("activities:shift_manage", plan_slug, pk)
    evenings = read_evenings(plan=request.plan, sessions=[session.pk])
    has_errors = any(form.errors for form in forms)
    context = {
        "session": session,
        "evening": evenings[0] if evenings else None,
        "forms": forms,
        "has_errors": has_errors,
        "people": people_for(plan=request.plan),
        "back": back_url(request, "activities:shift_list"),
        "next": request.POST.get("next") or request.GET.get("next") or "",
    }
    return render(request, "activities/shift_manage.html", context, status=422 if has_errors else 200)


@require_POST
@plan_permission_required("shifts.manage")
def shift_put_on(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Put somebody on a shift."""
    shift = get_object_or_404(
        Shift.objects.filter(plan=request.plan).select_related("role", "session__activity", "session__plan"), pk=pk
    )
    chosen = request.POST.get("user", "")
    member = request.plan.memberships.active().select_related("user").filter(user=int(chosen)).first() \
        if chosen.isdecimal() else None  # fmt: skip
    if member is None:
        messages.warning(request, _("Choose who takes the shift."))
        return _to_evening(request, shift.session_id)
    try:
        signup = take_shift(shift=shift, user=member.user, now=timezone.now())
    except ShiftRefused as refused:
        messages.warning(request, f"{member.user.first_name}: {refused}")
    else:
        _say(request, signup, _("%(name)s is on the shift: %(role)s."), undo=TAKEN)
    return _to_evening(request, shift.session_id)


@require_POST
@plan_permission_required("shifts.manage")
def signup_remove(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take somebody off a shift."""
    rows = ShiftSignup.objects.filter(plan=request.plan).select_related("user", "shift__role", "shift__session__plan")
    signup = get_object_or_404(rows, pk=pk)
    try:
        signup = give_up(signup=signup, now=timezone.now(), is_removed=True)
    except ShiftRefused as refused:
        messages.warning(request, str(refused))
    else:
        _say(request, signup, _("%(name)s is off the shift: %(role)s."), undo=GIVEN_UP)
    return _to_evening(request, signup.shift.session_id)


@plan_permission_required("shifts.manage")
def shift_needs(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """What an activity usually needs."""
    activity = get_object_or_404(request.plan.activities.select_related("focus_area"), pk=pk)
    activity.plan = request.plan
    forms = need_forms(request.POST or None, stored=activity.shift_needs.all())
    if request.method == "POST" and all(form.is_valid() for form in forms):
        needs = [need for form in forms if (need := form.to_need())]
        save_needs(activity=activity, needs=needs, today=timezone.localdate())
        if needs:
            messages.success(request, _("Saved. The coming evenings have their shifts."))
        else:
            messages.info(request, _("Saved. %(activity)s has no shifts.") % {"activity": activity.name})
        return redirect("activities:activity_detail", plan_slug, pk)
    has_errors = any(form.errors for form in forms)
    context = {"activity": activity, "forms": forms, "has_errors": has_errors}
    return render(request, "activities/shift_needs.html", context, status=422 if has_errors else 200)


@plan_permission_required("shifts.manage")
def shift_rules(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Deadline, reminder, certificate: the plan's own numbers."""
    form = ShiftSettingsForm(request.POST or None, instance=shift_settings(request.plan))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The rules are saved."))
        return redirect("activities:shift_list", plan_slug)
    return render(request, "activities/shift_rules.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@plan_permission_required("shifts.manage")
def reminder_resend(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Somebody has looked at a reminder that failed or is unclear, and wants it sent once more."""
    mail = get_object_or_404(request.plan.mails.filter(template=TEMPLATE), pk=pk)
    if send_again(mail=mail, by=request.user):
        messages.success(request, _("The e-mail is on its way."))
    else:
        messages.info(request, _("Nothing to send."))
    return redirect("activities:volunteer_list", plan_slug)


def troubled_reminders(request: HttpRequest):
    """Reminders that did not get through, or perhaps did."""
    return request.plan.mails.filter(template=TEMPLATE, state__in=[MailState.FAILED, MailState.UNCLEAR])[:20]


def _say(request: HttpRequest, signup: ShiftSignup, text: str, *, undo: str) -> None:
    here = reverse("activities:shift_manage", args=[request.plan.slug, signup.shift.session_id])
    url = reverse("activities:signup_undo", args=[request.plan.slug, signup.pk])
    names = {"name": signup.user.first_name, "role": signup.shift.role.local_name}
    messages.success(request, text % names, extra_tags=f"undo:{url}?{urlencode({'hvad': undo, 'next': here})}")


def _to_evening(request: HttpRequest, session_pk: int) -> HttpResponse:
    return redirect("activities:shift_manage", request.plan.slug, session_pk)
