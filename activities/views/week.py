"""Min uge and Fredag: what is not logged yet, and what comes."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import plan_permission_required
from activities.evening import volunteer_run
from activities.forms.log import RowForm
from activities.log import LogConflict, LogRefused, log_session
from activities.models import OLDEST_FIRST, Session, SessionState
from activities.programme_lag import find_lags
from activities.shift_board import missing_by_session
from activities.usual import UsualTable, usual_table
from activities.views.back import back_url, go, say_logged
from activities.week import (
    Week,
    has_own_activities,
    left_of_week,
    read_week,
    team_sessions,
    waiting_sessions,
    week_board,
    week_of,
)

WAITING_AT_ONCE = 40


def greeting(hour: int) -> str:
    if 5 <= hour < 10:
        return _("Good morning, %(name)s")
    if 10 <= hour < 17:
        return _("Hello, %(name)s")
    return _("Good evening, %(name)s")


def _scope(request: HttpRequest) -> tuple[bool, bool]:
    """(only my activities, have I any). Who coordinates something sees that first, and can see the whole team."""
    has_own = has_own_activities(plan=request.plan, user=request.user)
    asked = request.GET.get("vis", "")
    return has_own and asked != "alle", has_own


@plan_permission_required("log.view")
def week(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Min uge: tonight first, then what is missing, never more than five things asked."""
    now = timezone.localtime()
    today = now.date()
    shown = read_week(request.GET.get("uge", ""), today)
    mine, has_own = _scope(request)
    board = week_board(plan=request.plan, week=shown, today=today, owner=request.user if mine else None)
    usual = usual_table(plan=request.plan, today=today)
    for session in (*board.tonight, *board.asked):
        session.usual = usual.best(session)
    missing = missing_by_session(plan=request.plan, sessions=[*board.tonight, *board.coming])
    for session in (*board.tonight, *board.coming):
        session.missing = missing.get(session.pk, 0)
    with_sheet = volunteer_run(plan=request.plan, sessions=board.tonight)
    for session in board.tonight:
        session.has_sheet = session.pk in with_sheet
    context = {
        "board": board,
        "lags": find_lags(plan=request.plan, today=today),
        "shown": shown,
        "is_this_week": today in shown,
        "today": today,
        "greeting": greeting(now.hour) % {"name": request.user.first_name},
        "mine": mine,
        "has_own": has_own,
        "here": request.get_full_path(),
    }
    return render(request, "activities/week.html", context)


@plan_permission_required("log.view")
def friday(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Fredag: a whole week's unlogged sessions on one page, saved row by row."""
    return _friday_page(request, read_week(request.GET.get("uge", ""), timezone.localdate()))


@plan_permission_required("log.view")
def waiting(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """What is waiting from all weeks, saved row by row like a week."""
    return _waiting_page(request)


def _friday_page(request: HttpRequest, shown: Week, *, refused: RowForm | None = None) -> HttpResponse:
    """Sessions up to today; the refused row keeps what was typed."""
    today = timezone.localdate()
    mine, has_own = _scope(request)
    owner = request.user if mine else None
    sessions = list(
        team_sessions(request.plan, owner=owner).between(shown.monday, shown.sunday).order_by(*OLDEST_FIRST)
    )
    due = [session for session in sessions if session.date <= today]
    is_open = [s for s in due if s.state == SessionState.PLANNED and not request.plan.is_locked(s.date)]
    context = {
        "rows": _rows(request, is_open, refused),
        "rows_left": len(is_open),
        "done": [session for session in due if session not in is_open],
        "in_week": len(due),
        "ahead": len(sessions) - len(due),
        "older": waiting_sessions(plan=request.plan, today=today, owner=owner).filter(date__lt=shown.monday).count(),
        "shown": shown,
        "is_this_week": shown.monday >= week_of(today).monday,
        "mine": mine,
        "has_own": has_own,
        "here": _address(request, "activities:friday", uge=shown.code),
    }
    return render(request, "activities/friday.html", context)


def _waiting_page(request: HttpRequest, *, refused: RowForm | None = None) -> HttpResponse:
    """At most forty rows at a time, so that a year nobody logged is a page all the same."""
    mine, has_own = _scope(request)
    rows = waiting_sessions(plan=request.plan, today=timezone.localdate(), owner=request.user if mine else None)
    sessions = list(rows[:WAITING_AT_ONCE])
    context = {
        "rows": _rows(request, sessions, refused),
        "rows_left": rows.count(),
        "is_waiting": True,
        "mine": mine,
        "has_own": has_own,
        "here": _address(request, "activities:waiting"),
    }
    return render(request, "activities/waiting.html", context)


def _address(request: HttpRequest, name: str, **query: str) -> str:
    """This page again, with the same whose-activities."""
    asked = {"vis": "alle"} if request.GET.get("vis") == "alle" else {}
    path = reverse(name, args=[request.plan.slug])
    return f"{path}?{urlencode(query | asked)}" if query or asked else path


def _rows(request: HttpRequest, sessions: list[Session], refused: RowForm | None) -> list[dict]:
    usual = usual_table(plan=request.plan, today=timezone.localdate())
    return [_friday_row(session, usual, refused=refused) for session in sessions]


def _friday_row(session: Session, usual: UsualTable, *, refused: RowForm | None = None) -> dict:
    best = usual.best(session)
    form = refused if refused and refused.session.pk == session.pk else RowForm(session=session, usual=best)
    return {"session": session, "form": form, "usual": best}


def _is_waiting(request: HttpRequest, here: str) -> bool:
    return here.partition("?")[0] == reverse("activities:waiting", args=[request.plan.slug])


def rows_left(request: HttpRequest, session: Session, here: str) -> dict:
    """For `_rows_left.html`: how many are left on the page that the row stands on, which `here` leads back to."""
    today = timezone.localdate()
    mine = "vis=alle" not in here and has_own_activities(plan=request.plan, user=request.user)
    owner = request.user if mine else None
    if _is_waiting(request, here):
        left = waiting_sessions(plan=request.plan, today=today, owner=owner).count()
        return {"rows_left": left, "is_waiting": True}
    return {"rows_left": left_of_week(plan=request.plan, week=week_of(session.date), today=today, owner=owner)}


@require_POST
@plan_permission_required("log.write")
def friday_row(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Save one row. Nobody else's row can be lost: each is its own form."""
    session = get_object_or_404(team_sessions(request.plan), pk=pk)
    today = timezone.localdate()
    shown = week_of(session.date)
    came_from = back_url(request)
    here = came_from if request.POST.get("next") else _address(request, "activities:friday", uge=shown.code)
    usual = usual_table(plan=request.plan, today=today, activities=[session.activity_id])
    form = RowForm(request.POST, session=session, usual=usual.best(session))
    if form.is_valid() and form.is_sure:
        try:
            saved = log_session(
                session=session,
                log=form.to_log(),
                by=request.user,
                version=form.cleaned_data["version"],
                today=today,
            )
        except LogConflict:
            messages.warning(request, _("A colleague has just logged this evening. Look at both numbers here."))
            return go(request, reverse("activities:session_log", args=[plan_slug, pk]))
        except LogRefused as refused:
            form.refuse(str(refused), refused.field)
        else:
            if request.htmx:
                done = {"session": saved, "here": here, "fresh": True} | rows_left(request, saved, here)
                return render(request, "activities/_friday_done.html", done)
            say_logged(request, saved, _("%(activity)s is saved.") % {"activity": saved.activity}, back=here)
            return redirect(here)
    if request.htmx:
        row = _friday_row(session, usual, refused=form)
        return render(request, "activities/_friday_row.html", {"row": row, "here": here}, status=422)
    if _is_waiting(request, here):
        return _waiting_page(request, refused=form)
    return _friday_page(request, shown, refused=form)
