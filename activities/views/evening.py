"""The evening on one phone page: who does what, the lists, and closing it."""

from datetime import date, time

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import has_plan_permission, plan_permission_required
from activities.evening import close_evening, may_close, may_open, run_sheet, tick_line, undo_closing
from activities.forms.evening import CloseForm
from activities.history import compare_logs
from activities.log import LogConflict, LogRefused, SessionLog
from activities.models import ChecklistLine, Reflection, Session, SessionState, ShiftSignup
from activities.usual import usual_table
from activities.views.back import back_url, go

OFF = (SessionState.CANCELLED, SessionState.CLOSED)


@plan_permission_required("evening.run")
def evening(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The run sheet."""
    session = _find(request, pk)
    role = request.membership.role
    now = timezone.localtime()
    today = now.date()
    has_begun = (session.date, session.start_time or time()) <= (today, now.time())
    may = (
        session.date <= today
        and session.state not in OFF
        and not request.plan.is_locked(session.date)
        and may_close(session, request.membership)
    )
    is_team = has_plan_permission(role, "log.write")
    sheet = run_sheet(
        plan=request.plan,
        session=session,
        user=request.user,
        with_phones=has_plan_permission(role, "guests.phone"),
    )
    context = {
        "session": session,
        "sheet": sheet,
        "today": today,
        "is_held": session.state == SessionState.HELD,
        "is_off": session.state in OFF,
        "is_ahead": session.date > today,
        "may_close": may,
        "has_begun": has_begun,
        "close_now": may and has_begun and session.state == SessionState.PLANNED,
        "is_team": is_team,
        "may_manage": has_plan_permission(role, "shifts.manage"),
        "back": back_url(request, "activities:week" if is_team else "activities:upcoming"),
    }
    return render(request, "activities/evening.html", context)


@plan_permission_required("evening.run")
def evening_close(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Close the evening: this is the session's log."""
    session = _find(request, pk)
    today = timezone.localdate()
    sheet_url = reverse("activities:evening", args=[plan_slug, pk])
    refusal = _why_not(request, session, today)
    if refusal:
        messages.warning(request, refusal)
        return go(request, sheet_url)
    usual = usual_table(plan=request.plan, today=today, activities=[session.activity_id]).best(session)
    signups = ShiftSignup.objects.standing().filter(plan=request.plan, shift__session=session, shift__is_off=False)
    form = CloseForm(
        request.POST or None,
        session=session,
        signups=list(signups.select_related("user").order_by("shift__role__position", "pk")),
        reflection=Reflection.objects.filter(plan=request.plan, session=session).first(),
        usual=usual,
    )
    context = {"session": session, "form": form, "usual": usual, "today": today, "back": sheet_url}
    if request.method == "POST" and form.is_valid() and form.is_sure:
        try:
            saved, before = close_evening(
                session=session,
                closing=form.to_closing(),
                by=request.user,
                version=form.cleaned_data["version"],
                today=today,
            )
        except LogConflict as late:
            context |= _conflict(form, late.current)
            return render(request, "activities/evening_close.html", context, status=409)
        except LogRefused as refused:
            form.refuse(str(refused))
        else:
            if before is not None:
                request.session[_undo_key(pk)] = before
            text = _("The evening is closed: %(heads)s came. Thank you.") % {"heads": saved.heads_total}
            undo = reverse("activities:evening_undo", args=[plan_slug, pk])
            messages.success(request, text, extra_tags=f"undo:{undo}")
            return go(request, sheet_url)
    is_open = form.errors or not form.is_sure
    return render(request, "activities/evening_close.html", context, status=422 if is_open else 200)


@require_POST
@plan_permission_required("evening.run")
def evening_undo(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take the closing back, unless somebody has written since."""
    session = _find(request, pk)
    before = request.session.get(_undo_key(pk))
    if before is None or not may_close(session, request.membership):
        messages.info(request, _("There is nothing to take back."))
        return redirect("activities:evening", plan_slug, pk)
    try:
        undo_closing(session=session, before=before, by=request.user)
    except LogConflict:
        messages.warning(request, _("Somebody has changed the evening since, so it stays as it is."))
    except LogRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.info(request, _("Taken back."))
    del request.session[_undo_key(pk)]
    return redirect("activities:evening", plan_slug, pk)


@require_POST
@plan_permission_required("evening.run")
def evening_tick(request: HttpRequest, plan_slug: str, pk: int, line_pk: int) -> HttpResponse:
    """One line of a list is done, or is not."""
    session = _find(request, pk)
    line = get_object_or_404(ChecklistLine.objects.filter(plan=request.plan, item__session=session), pk=line_pk)
    line = tick_line(line=line, is_done=request.POST.get("done") != "0", by=request.user, now=timezone.now())
    if request.htmx:
        return render(request, "activities/_check_line.html", {"session": session, "line": line, "fresh": True})
    return redirect(f"{reverse('activities:evening', args=[plan_slug, pk])}#linje-{line.pk}")


def _find(request: HttpRequest, pk: int) -> Session:
    """The evening, when the reader may open it."""
    rows = Session.objects.for_plan(request.plan).select_related("activity__focus_area", "format", "venue", "logged_by")
    session = get_object_or_404(rows, pk=pk)
    session.plan = request.plan
    if not may_open(session, request.membership):
        raise Http404
    return session


def _why_not(request: HttpRequest, session: Session, today: date) -> str:
    """A whole sentence when the evening cannot be closed by this person now."""
    if session.state in OFF:
        return _("The evening is off.")
    if session.date > today:
        return _("The evening lies ahead. Close it when it has been.")
    if request.plan.is_locked(session.date):
        return _("The figures of that day are locked, so the evening cannot be changed. Ask the project manager.")
    if not may_close(session, request.membership):
        return _("Only those who have a shift can close the evening. Take a shift, or ask one of the others.")
    return ""


def _conflict(form: CloseForm, current: Session) -> dict:
    """What the other one wrote beside one's own: numbers only, since a note of the team is the team's."""
    closing = form.to_closing()
    mine = SessionLog(
        state=SessionState.HELD,
        heads_total=closing.heads_total,
        heads_estimated=closing.is_estimated,
        volunteer_turns=len(closing.present) + closing.others,
    )
    shown = {_("State"), _("How many came"), _("Volunteers")}
    return {
        "conflict": current,
        "differences": [line for line in compare_logs(current, mine) if line.label in shown],
    }


def _undo_key(pk: int) -> str:
    return f"evening-{pk}"
