"""Vagter: what one has taken, where somebody is missing, and one's own calendar."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.mail import site_root
from accounts.permissions import has_plan_permission, plan_permission_required, public
from activities.calendar_feed import close_feed, feed_token, find_feed, open_feed, own_calendar
from activities.forms.shifts import OwnDetailsForm
from activities.models import CalendarFeed, Shift, ShiftSignup
from activities.needs import shift_settings
from activities.shift_board import shift_board
from activities.shift_mail import tell_late, tell_swapped
from activities.shifts import (
    ShiftRefused,
    ask_swap,
    can_give_up_freely,
    give_up,
    owner_to_ring,
    take_over,
    take_shift,
    undo_giving_up,
    undo_taking,
)
from activities.views.back import back_url
from activities.volunteers import own_details

SOON = timedelta(days=14)
TAKEN, GIVEN_UP = "taget", "afmeldt"


@plan_permission_required("shifts.take")
def shift_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Own shifts, and the coming evenings with what is missing."""
    now = timezone.now()
    today = timezone.localdate(now)
    settings = shift_settings(request.plan)
    board = shift_board(plan=request.plan, user=request.user, now=now, today=today, settings=settings)
    may_manage = has_plan_permission(request.membership.role, "shifts.manage")
    context = {
        "board": board,
        "missing_soon": board.missing_until(today + SOON),
        "today": today,
        "settings": settings,
        "may_manage": may_manage,
        "asked": request.plan.references.waiting().count() if may_manage else 0,
    }
    return render(request, "activities/shift_list.html", context)


@require_POST
@plan_permission_required("shifts.take")
def shift_take(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """One tap: the shift is yours."""
    shift = get_object_or_404(_shifts(request), pk=pk)
    try:
        signup = take_shift(shift=shift, user=request.user, now=timezone.now())
    except ShiftRefused as refused:
        messages.warning(request, str(refused))
    else:
        _say(request, signup, _("The shift is yours: %(what)s."), undo=TAKEN)
    return _to_evening(request, shift)


@plan_permission_required("shifts.take")
def signup_give_up(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Give up one's shift. After the deadline the page says first whom to ring."""
    now = timezone.now()
    signup = get_object_or_404(_signups(request), pk=pk)
    if signup.user_id != request.user.pk or signup.withdrawn_at is not None:
        messages.info(request, _("The shift is not yours any more."))
        return _to_evening(request, signup.shift)
    is_free = can_give_up_freely(signup.shift, now=now, settings=shift_settings(request.plan))
    if request.method == "POST":
        try:
            with transaction.atomic():
                signup = give_up(signup=signup, now=now)
                tell_late(signup=signup, by=request.user, root=site_root(request))
        except ShiftRefused as refused:
            messages.warning(request, str(refused))
        else:
            _say(request, signup, _("You are off the shift: %(what)s."), undo=GIVEN_UP)
        return _to_evening(request, signup.shift)
    context = {
        "signup": signup,
        "session": signup.shift.session,
        "is_free": is_free,
        "ring": owner_to_ring(signup.shift.session),
        "back": back_url(request, "activities:shift_list"),
    }
    return render(request, "activities/signup_give_up.html", context)


@require_POST
@plan_permission_required("shifts.take")
def signup_swap(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Ask whether somebody will swap, or take the question back."""
    signup = get_object_or_404(_signups(request), pk=pk)
    wanted = request.POST.get("wanted") != "0"
    if signup.user_id != request.user.pk:
        messages.info(request, _("The shift is not yours any more."))
        return _to_evening(request, signup.shift)
    try:
        ask_swap(signup=signup, now=timezone.now(), wanted=wanted)
    except ShiftRefused as refused:
        messages.warning(request, str(refused))
    else:
        if wanted:
            messages.success(
                request, _("The others can see that you want to swap. It is your shift until somebody takes it.")
            )
        else:
            messages.info(request, _("You keep the shift."))
    return _to_evening(request, signup.shift)


@require_POST
@plan_permission_required("shifts.take")
def signup_take_over(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take the shift of somebody who wants to swap."""
    offered = get_object_or_404(_signups(request), pk=pk)
    try:
        with transaction.atomic():
            signup = take_over(signup=offered, user=request.user, now=timezone.now())
            tell_swapped(signup=signup, by=request.user, root=site_root(request))
    except ShiftRefused as refused:
        messages.warning(request, str(refused))
    else:
        _say(request, signup, _("The shift is yours: %(what)s."), undo=TAKEN)
    return _to_evening(request, offered.shift)


@require_POST
@plan_permission_required("shifts.take")
def signup_undo(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take back the last tap. Colleagues may do it for whom they put on or took off."""
    signup = get_object_or_404(_signups(request), pk=pk)
    is_allowed = signup.user_id == request.user.pk or has_plan_permission(request.membership.role, "shifts.manage")
    now, is_done = timezone.now(), False
    try:
        if is_allowed and request.GET.get("hvad") == GIVEN_UP:
            is_done = undo_giving_up(signup=signup, now=now)
        elif is_allowed:
            is_done = undo_taking(signup=signup, now=now)
    except ShiftRefused as refused:
        messages.warning(request, str(refused))
        return _to_evening(request, signup.shift)
    if is_done:
        messages.info(request, _("Taken back."))
    else:
        messages.warning(request, _("It is too late to undo this."))
    return _to_evening(request, signup.shift)


@plan_permission_required("shifts.take")
def volunteer_own(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """One's own phone, reminders and quiet hours, and the address of one's own calendar."""
    form = OwnDetailsForm(request.POST or None, instance=own_details(request.membership))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("activities:volunteer_own", plan_slug)
    feed = CalendarFeed.objects.filter(plan=request.plan, user=request.user).first()
    context = {
        "form": form,
        "settings": shift_settings(request.plan),
        "feed_url": _feed_url(request, feed) if feed else "",
    }
    return render(request, "activities/volunteer_own.html", context, status=422 if form.errors else 200)


@require_POST
@plan_permission_required("shifts.take")
def calendar_change(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Give oneself a calendar address, a new one, or none."""
    if request.POST.get("close"):
        close_feed(plan=request.plan, user=request.user)
        messages.info(request, _("The address does not work any more."))
    else:
        open_feed(plan=request.plan, user=request.user, now=timezone.now())
        messages.success(request, _("Here is your address. Only you have it."))
    return redirect(reverse("activities:volunteer_own", args=[plan_slug]) + "#kalender")


@require_safe
@public
def shift_feed(request: HttpRequest, plan_slug: str, token: str) -> HttpResponse:
    """The calendar itself, for calendar programs: the address is the key."""
    feed = find_feed(plan=request.plan, token=token)
    if feed is None:
        raise Http404
    body = own_calendar(feed=feed, today=timezone.localdate())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="vagter.ics"'
    response["ETag"] = f'"{salted_hmac("activities.shift_feed", body).hexdigest()}"'
    patch_cache_control(response, private=True, max_age=300)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _feed_url(request: HttpRequest, feed: CalendarFeed) -> str:
    return request.build_absolute_uri(reverse("activities:shift_feed", args=[request.plan.slug, feed_token(feed)]))


def _shifts(request: HttpRequest):
    return Shift.objects.filter(plan=request.plan).select_related("role", "session__activity", "session__plan")


def _signups(request: HttpRequest):
    rows = ShiftSignup.objects.filter(plan=request.plan)
    return rows.select_related("user", "shift__role", "shift__session__activity__focus_area", "shift__session__plan")


def _say(request: HttpRequest, signup: ShiftSignup, text: str, *, undo: str) -> None:
    """A message with "Undo"."""
    url = reverse("activities:signup_undo", args=[request.plan.slug, signup.pk])
    query = urlencode({"hvad": undo, "next": back_url(request, "activities:shift_list")})
    what = f"{signup.shift.role.local_name}, {signup.shift.session.activity.name}"
    messages.success(request, text % {"what": what}, extra_tags=f"undo:{url}?{query}")


def _to_evening(request: HttpRequest, shift: Shift) -> HttpResponse:
    """Back to where one came from, at that evening."""
    return redirect(f"{back_url(request, 'activities:shift_list')}#aften-{shift.session_id}")
