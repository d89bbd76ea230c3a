"""What the plan offers: list, create, change, end."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.danish import by_name
from accounts.permissions import has_plan_permission, plan_permission_required
from activities.catalogue import save_activity
from activities.forms.activities import ActivityForm
from activities.models import NEWEST_FIRST, OLDEST_FIRST, Activity, Schedule, Session, SessionState
from activities.schedule import end_activity, extend_schedules
from activities.series import read_rhythm
from activities.usual import usual_table
from partners.models import focus_areas


def running_series(today):
    """Series that have not ended."""
    return Schedule.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).select_related("venue")


def with_rhythm(schedules):
    """Series together with what a page says of them."""
    return [{"schedule": schedule, "rhythm": read_rhythm(schedule.rule, schedule.starts_on)} for schedule in schedules]


@plan_permission_required("activities.view")
def activity_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """All activities by focus area; the ended ones below."""
    today = timezone.localdate()
    rows = request.plan.activities.select_related("focus_area", "owner", "venue").prefetch_related(
        Prefetch("schedules", queryset=running_series(today), to_attr="running")
    )
    activities = by_name(rows)  # the ended ones are of all areas
    for activity in activities:
        activity.times = with_rhythm(activity.running)
    areas = [
        {"area": area, "activities": [a for a in activities if a.is_active and a.focus_area_id == area.pk]}
        for area in focus_areas(request.plan)
    ]
    known = {row["area"].pk for row in areas}
    context = {
        "areas": areas,
        "others": [a for a in activities if a.is_active and a.focus_area_id not in known],
        "ended": [activity for activity in activities if not activity.is_active],
        "usual": usual_table(plan=request.plan, today=today)
        if has_plan_permission(request.membership.role, "log.view")
        else None,
        "any": bool(activities),
    }
    return render(request, "activities/activity_list.html", context)


@plan_permission_required("activities.view")
def activity_detail(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """One activity: when it runs, how it is counted, what came and what comes."""
    today = timezone.localdate()
    activity = _find(request, pk)
    sessions = Session.objects.for_plan(request.plan).filter(activity=activity).select_related("format", "venue")
    context = {
        "activity": activity,
        "times": with_rhythm(running_series(today).filter(activity=activity)),
        "coming": sessions.filter(date__gte=today, state=SessionState.PLANNED).order_by(*OLDEST_FIRST)[:6],
        "latest": sessions.exclude(state=SessionState.PLANNED).with_visits().order_by(*NEWEST_FIRST)[:6],
        "unlogged": sessions.unlogged(today).count(),
        "usual": usual_table(plan=request.plan, today=today, activities=[activity.pk]).of_activity(activity.pk),
        "aliases": list(activity.aliases.all()),
        "closures": list(activity.closures.filter(ends_on__gte=today)),
        "needs": list(activity.shift_needs.select_related("role")),
        "may_log": has_plan_permission(request.membership.role, "log.write"),
        "may_manage_shifts": has_plan_permission(request.membership.role, "shifts.manage"),
    }
    return render(request, "activities/activity_detail.html", context)


def _find(request: HttpRequest, pk: int) -> Activity:
    rows = request.plan.activities.select_related("focus_area", "owner", "venue")
    activity = get_object_or_404(rows, pk=pk)
    activity.plan = request.plan
    return activity


@plan_permission_required("activities.manage")
def activity_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """A new activity with its weekly time in the same form."""
    today = timezone.localdate()
    form = ActivityForm(request.POST or None, plan=request.plan, today=today, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        activity = form.save(commit=False)
        activity.venue = form.get_venue(request.plan)
        activity, planned = save_activity(
            activity=activity,
            spellings=form.cleaned_data["aliases"],
            today=today,
            schedule=form.get_schedule(activity),
        )
        text = _("%(activity)s is created.") % {"activity": activity.name}
        if planned:
            text += " " + ngettext("%(count)s evening planned.", "%(count)s evenings planned.", planned) % {
                "count": planned
            }
        messages.success(request, text)
        return redirect("activities:activity_detail", plan_slug, activity.pk)
    context = {"form": form, "areas": focus_areas(request.plan)}
    return render(request, "activities/activity_form.html", context, status=422 if form.errors else 200)


@plan_permission_required("activities.manage")
def activity_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    today = timezone.localdate()
    activity = _find(request, pk)
    form = ActivityForm(request.POST or None, instance=activity, plan=request.plan, today=today)
    if request.method == "POST" and form.is_valid():
        changed = form.save(commit=False)
        changed.venue = form.get_venue(request.plan)
        save_activity(activity=changed, spellings=form.cleaned_data["aliases"], today=today)
        messages.success(request, _("Saved."))
        return redirect("activities:activity_detail", plan_slug, activity.pk)
    context = {"form": form, "activity": activity}
    return render(request, "activities/activity_form.html", context, status=422 if form.errors else 200)


@plan_permission_required("activities.manage")
def activity_end(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Asks first: the history stays, coming evenings go. It can be taken up again."""
    today = timezone.localdate()
    activity = _find(request, pk)
    if request.method == "POST":
        removed = end_activity(activity=activity, today=today)
        text = _("%(activity)s has ended.") % {"activity": activity.name}
        if removed:
            text += " " + ngettext(
                "%(count)s coming evening is taken off.", "%(count)s coming evenings are taken off.", removed
            ) % {"count": removed}
        messages.success(request, text)
        return redirect("activities:activity_list", plan_slug)
    coming = Session.objects.for_plan(request.plan).filter(
        activity=activity, state=SessionState.PLANNED, date__gt=today
    )
    counts = coming.aggregate(sessions=Count("pk"), themed=Count("pk", filter=~Q(theme="")))
    return render(request, "activities/activity_end.html", {"activity": activity, **counts})


@plan_permission_required("activities.manage")
def activity_resume(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take an ended activity up again. Its series stay ended: the new season gets its own time."""
    activity = _find(request, pk)
    if request.method == "POST":
        activity.is_active = True
        activity.save(update_fields=["is_active"])
        extend_schedules(plan=request.plan, today=timezone.localdate())
        messages.success(request, _("%(activity)s runs again. When?") % {"activity": activity.name})
    return redirect("activities:activity_detail", plan_slug, pk)


@plan_permission_required("activities.view")
def guide_status(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """For the set-up guide: how far are the activities? A fragment."""
    counts = request.plan.activities.active().aggregate(
        activities=Count("pk", distinct=True),
        scheduled=Count("pk", distinct=True, filter=Q(schedules__isnull=False)),
    )
    return render(request, "activities/_guide_status.html", counts)
