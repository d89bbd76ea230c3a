"""When an activity runs: a new time, a change with its preview, one evening on another day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import plan_permission_required
from activities.forms.activities import MoveForm, ScheduleForm
from activities.log import LogRefused
from activities.models import Schedule, Session, SessionState
from activities.schedule import CATCH_UP
from activities.series import (
    ALL,
    FOLLOWING,
    THIS,
    create_schedule,
    edit_series,
    end_series,
    move_session,
    preview_series,
    read_rhythm,
)
from activities.views.back import back_url


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
    preview = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if data["scope"] == THIS:
                move_session(
                    session=session,
                    day=data["day"],
                    start_time=data["start_time"],
                    end_time=data["end_time"],
                    venue=form.get_venue(request.plan),
                    by=request.user,
                    today=today,
                )
                messages.success(request, _("%(activity)s is moved.") % {"activity": session.activity.name})
                return redirect(back_url(request, "activities:upcoming"))
        except LogRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            # The evening itself is where the change begins, also when it moves back in its week.
            since = max(min(session.scheduled_on, session.scheduled_on + (data["day"] - session.date)), today)
            arguments = {
                "schedule": session.schedule, "scope": data["scope"], "change": form.to_change(), "today": today,
                "from_on": since if data["scope"] == FOLLOWING else today,
            }  # fmt: skip
            if "confirm" in request.POST:
                messages.success(request, _done_text(edit_series(**arguments)))
                return redirect(back_url(request, "activities:upcoming"))
            preview = preview_series(**arguments)
    context = {
        "form": form,
        "session": session,
        "preview": preview,
        "back": back_url(request, "activities:upcoming"),
        "log_url": reverse("activities:session_log", args=[plan_slug, pk]),
        "today": today,
    }
    return render(request, "activities/session_move.html", context, status=422 if form.errors else 200)
