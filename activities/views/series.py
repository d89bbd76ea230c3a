"""When an activity runs: a new time, a change with its preview, one evening on another day."""

from copy import copy
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import plan_permission_required
from accounts.templatetags.portal_tags import da_date, da_time_range
from activities.forms.activities import MoveForm, ScheduleForm
from activities.log import LogRefused
from activities.models import Schedule, Session, SessionState
from activities.schedule import CATCH_UP
from activities.series import (
    ALL,
    FOLLOWING,
    THIS,
    booked_by,
    create_schedule,
    edit_series,
    end_series,
    move_session,
    preview_series,
    read_rhythm,
    shifts_left_behind,
    undo_move,
    undo_token,
)
from activities.views.back import back_url, say_lag


def _evenings(count: int) -> str:
    return ngettext("%(count)s evening planned.", "%(count)s evenings planned.", count) % {"count": count}


@plan_permission_required("activities.manage")
def schedule_create(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """A weekly time for an activity."""
    today = timezone.localdate()
    activity = get_object_or_404(request.plan.activities.select_related("focus_area", "venue"), pk=pk)
    form = ScheduleForm(request.POST or None, plan=request.plan, today=today)
    if request.method == "POST" and form.is_valid():
        added = create_schedule(schedule=form.to_schedule(activity), today=today, catch_up=CATCH_UP)
        messages.success(request, _evenings(added))
        return redirect("activities:activity_detail", plan_slug, pk)
    if request.method != "POST" and activity.venue:
        form.initial["venue_name"] = activity.venue.name
    context = {"form": form, "activity": activity}
    return render(request, "activities/schedule_form.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest, pk: int) -> Schedule:
    rows = Schedule.objects.filter(plan=request.plan).select_related("activity__focus_area", "venue")
    schedule = get_object_or_404(rows, pk=pk)
    schedule.plan = schedule.activity.plan = request.plan
    return schedule


@plan_permission_required("activities.manage")
def schedule_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Change a series from a date on. First shows which evenings change, then does it."""
    today = timezone.localdate()
    schedule = _find(request, pk)
    form = ScheduleForm(request.POST or None, plan=request.plan, today=today, schedule=schedule)
    preview = None
    if request.method == "POST" and form.is_valid():
        from_on = form.cleaned_data["from_on"]
        scope = FOLLOWING if from_on > max(schedule.starts_on, today) else ALL
        arguments = {
            "schedule": schedule, "scope": scope, "change": form.to_change(), "today": today, "from_on": from_on,
        }  # fmt: skip
        if "confirm" in request.POST:
            done = edit_series(**arguments)
            messages.success(request, _done_text(done))
            return redirect("activities:activity_detail", plan_slug, schedule.activity_id)
        preview = preview_series(**arguments)
    context = {
        "form": form,
        "activity": schedule.activity,
        "schedule": schedule,
        "rhythm": read_rhythm(schedule.rule, schedule.starts_on),
        "preview": preview,
        "today": today,
    }
    return render(request, "activities/schedule_form.html", context, status=422 if form.errors else 200)


def _done_text(preview) -> str:
    count = len(preview.moved) + len(preview.retimed) + len(preview.created)
    return _("Saved.") + (
        " " + ngettext("%(count)s evening changed.", "%(count)s evenings changed.", count) % {"count": count}
        if count
        else ""
    )


@plan_permission_required("activities.manage")
def schedule_end(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The series ends today; what was logged stays."""
    today = timezone.localdate()
    schedule = _find(request, pk)
    if request.method == "POST":
        removed = end_series(schedule=schedule, last_on=today)
        text = ngettext("The time has ended. %(count)s coming evening is taken off.",
                        "The time has ended. %(count)s coming evenings are taken off.", removed)  # fmt: skip
        messages.success(request, text % {"count": removed})
        return redirect("activities:activity_detail", plan_slug, schedule.activity_id)
    coming = Session.objects.for_plan(request.plan).filter(
        schedule=schedule, state=SessionState.PLANNED, scheduled_on__gt=today
    )
    context = {
        "schedule": schedule,
        "activity": schedule.activity,
        "rhythm": read_rhythm(schedule.rule, schedule.starts_on),
        "sessions": coming.count(),
        "themed": coming.exclude(theme="").count(),
    }
    return render(request, "activities/schedule_end.html", context)


@plan_permission_required("activities.manage")
def session_move(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Another day, time or place: for this evening, this and the following, or all that come."""
    today = timezone.localdate()
    rows = Session.objects.for_plan(request.plan).select_related(
        "activity__focus_area", "schedule__venue", "venue", "format"
    )
    session = get_object_or_404(rows, pk=pk)
    session.plan = session.activity.plan = request.plan
    if session.schedule:
        session.schedule.plan, session.schedule.activity = request.plan, session.activity
    form = MoveForm(request.POST or None, session=session)
    preview, booked = None, ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        booked = _booked(request, session, form) if data["scope"] == THIS else ""
        try:
            if data["scope"] == THIS and not booked:
                before = copy(session)
                moved = move_session(
                    session=session,
                    day=data["day"],
                    start_time=data["start_time"],
                    end_time=data["end_time"],
                    venue=form.get_venue(request.plan),
                    by=request.user,
                    today=today,
                )
                _say_moved(request, before, moved)
                return redirect(back_url(request, "activities:upcoming"))
        except LogRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        if data["scope"] != THIS:
            # The evening itself is where the change begins, also when it moves back in its week.
            since = max(min(session.scheduled_on, session.scheduled_on + (data["day"] - session.date)), today)
            arguments = {
                "schedule": session.schedule, "scope": data["scope"], "change": form.to_change(), "today": today,
                "from_on": since if data["scope"] == FOLLOWING else today,
            }  # fmt: skip
            if "confirm" in request.POST:
                done = edit_series(**arguments)
                messages.success(request, _done_text(done))
                say_lag(request, *(row for _old, row in done.moved), *done.retimed)
                return redirect(back_url(request, "activities:upcoming"))
            preview = preview_series(**arguments)
    context = {
        "form": form,
        "session": session,
        "preview": preview,
        "booked": booked,
        "back": back_url(request, "activities:upcoming"),
        "log_url": reverse("activities:session_log", args=[plan_slug, pk]),
        "today": today,
    }
    return render(request, "activities/session_move.html", context, status=422 if form.errors or booked else 200)


def _booked(request: HttpRequest, session: Session, form: MoveForm) -> str:
    """Who has the place at that time. Empty when it is free, or when the person has seen just this and goes on."""
    data, venue = form.cleaned_data, form.get_venue(request.plan)
    other = booked_by(
        session=session, day=data["day"], start=data["start_time"], end=data["end_time"], venue=venue
    )  # fmt: skip
    if venue is None or not other:
        return ""
    text = _("%(name)s is used by “%(where)s” at that time.") % {"name": venue.name, "where": other}
    return "" if request.POST.get("seen") == text else text


def _say_moved(request: HttpRequest, before: Session, moved: Session) -> None:
    """Where it is now, with "Undo"; what did not come along; and what the public still reads."""
    words = {"activity": moved.activity.name, "day": da_date(moved.date)}
    if moved.start_time:
        words["time"] = da_time_range(moved.start_time, moved.end_time)
        text = _("%(activity)s is now on %(day)s, %(time)s.") % words
    else:
        text = _("%(activity)s is now on %(day)s.") % words
    undo = reverse("activities:session_move_back", args=[request.plan.slug, moved.pk])
    query = urlencode({
        "token": undo_token(before=before, after=moved), "next": back_url(request, "activities:upcoming")
    })  # fmt: skip
    messages.success(request, text, extra_tags=f"undo:{undo}?{query}")
    for shift in shifts_left_behind(moved):
        words = {"role": shift.role.local_name, "time": da_time_range(shift.start_time, shift.end_time)}
        messages.warning(request, _("The shift “%(role)s” is still at %(time)s. Look at it.") % words)
    say_lag(request, moved)


@require_POST
@plan_permission_required("activities.manage")
def session_move_back(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take a move back."""
    session = get_object_or_404(Session.objects.for_plan(request.plan).select_related("plan", "activity"), pk=pk)
    try:
        is_back = undo_move(
            session=session, token=request.GET.get("token", ""), by=request.user, today=timezone.localdate()
        )
    except LogRefused as refused:
        messages.error(request, str(refused))
    else:
        if is_back:
            messages.info(request, _("Taken back."))
        else:
            messages.warning(request, _("It is too late to undo this. Somebody has changed it since."))
    return redirect(back_url(request, "activities:upcoming"))
