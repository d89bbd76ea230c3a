"""One evening: log it, correct it, take it back; the unplanned; the list of a month."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.periods import add_months
from accounts.permissions import plan_permission_required
from activities.forms.log import LogForm, RowForm, ask_about_heads, ask_about_person
from activities.forms.sessions import MonthFilter, UnplannedForm
from activities.history import compare_logs, formats_by_id, session_history
from activities.log import LogConflict, LogRefused, SessionLog, clear_log, log_session, undo_log
from activities.models import NEWEST_FIRST, AgeBand, Session, SessionState
from activities.own_changes import log_over_own
from activities.programme_themes import write_own_theme
from activities.unplanned import AlreadyLogged, log_unplanned, remove_session, undo_unplanned
from activities.usual import usual_table, usual_visits
from activities.views.back import back_url, go, say_lag, say_logged
from activities.views.week import rows_left
from activities.week import has_own_activities, missing_counts, team_sessions, week_of


def _bands(session: Session) -> list[AgeBand]:
    """The plan's age bands, and those that this evening was counted in before they were changed.

    A tick list knows the ages by itself.
    """
    bands = {}
    if not session.uses_tick_list:
        bands = {band.lowest: band for band in AgeBand.objects.filter(plan=session.plan)}
    for stored in session.age_bands.all():
        bands.setdefault(stored.lowest, AgeBand(lowest=stored.lowest, highest=stored.highest))
    return [bands[lowest] for lowest in sorted(bands)]


def _find(request: HttpRequest, pk: int) -> Session:
    rows = team_sessions(request.plan).select_related("logged_by", "schedule").prefetch_related("age_bands")
    session = get_object_or_404(rows, pk=pk)
    session.plan = request.plan
    return session


@plan_permission_required("log.write")
def session_log(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Log one evening, or correct it. A colleague's later numbers are never overwritten unseen."""
    today = timezone.localdate()
    session = _find(request, pk)
    formats = formats_by_id()
    usual = usual_table(plan=request.plan, today=today, activities=[session.activity_id])
    best = usual.best(session)
    form = LogForm(
        request.POST or None,
        session=session,
        bands=_bands(session),
        formats=formats,
        usual=best,
        is_ahead=session.date > today and session.state != SessionState.HELD,
    )
    conflict: Session | None = None
    if request.method == "POST" and form.is_valid() and form.is_sure:
        try:
            saved = _save(request, session, form, today)
        except LogConflict as late:
            conflict = late.current
        except LogRefused as refused:
            form.refuse(str(refused), refused.field)
        else:
            back = back_url(request)
            say_logged(request, saved, _saved_text(saved), back=back)
            say_lag(request, saved)
            return go(request, back)
    context = {
        "session": session,
        "form": form,
        "usual": best,
        "usual_of_format": bool(usual.of_format(session.activity_id, session.format_id)),
        "history": session_history(session, formats),
        "is_locked": request.plan.is_locked(session.date),
        "is_ahead": session.date > today,
        "today": today,
        "back": back_url(request),
        "next": request.POST.get("next") or request.GET.get("next") or "",
    }
    if conflict:
        context |= {"conflict": conflict, "differences": compare_logs(conflict, form.to_log())}
        return render(request, "activities/session_log.html", context, status=409)
    is_open = form.errors or not form.is_sure
    return render(request, "activities/session_log.html", context, status=422 if is_open else 200)


def _save(request: HttpRequest, session: Session, form: LogForm, today: date) -> Session:
    """Write the log over one's own earlier changes, never over a colleague's."""
    if form.is_theme_only and session.state == SessionState.PLANNED:
        said = form.cleaned_data
        return write_own_theme(
            session=session,
            theme=said["theme"],
            form=said["format"],
            is_sensitive=said["is_sensitive"],
            by=request.user,
            version=said["version"],
        )
    return log_over_own(
        session=session, log=form.to_log(), by=request.user, version=form.cleaned_data["version"], today=today
    )


def _saved_text(session: Session) -> str:
    names = {"activity": session.activity.name, "state": session.get_state_display().lower()}
    if session.state == SessionState.PLANNED:
        return _("%(activity)s is saved.") % names
    if session.state != SessionState.HELD:
        return _("%(activity)s: %(state)s.") % names
    if session.heads_total is None:
        return _("%(activity)s is saved.") % names
    return _("%(activity)s: %(heads)s. Thank you.") % {**names, "heads": session.heads_total}


@require_POST
@plan_permission_required("log.write")
def session_not_held(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """One tap: cancelled, or closed for a holiday. The reason can follow."""
    session = _find(request, pk)
    state = SessionState.CLOSED if request.POST.get("state") == SessionState.CLOSED else SessionState.CANCELLED
    log = SessionLog(
        state=state,
        theme=session.theme,
        format=session.format,
        is_sensitive=session.is_sensitive,
        reason=session.reason,
    )
    return _quickly(request, session, lambda version: log_session(
        session=session, log=log, by=request.user, version=version, today=timezone.localdate()
    ))  # fmt: skip


@require_POST
@plan_permission_required("log.write")
def session_clear(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Back to "not logged"."""
    session = _find(request, pk)
    return _quickly(request, session, lambda version: clear_log(session=session, by=request.user, version=version))


@require_POST
@plan_permission_required("log.write")
def session_undo(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take the last change back, unless a colleague has written since."""
    session = _find(request, pk)
    given = request.POST.get("version") or request.GET.get("version") or ""
    may_go = given.isdecimal() and not request.plan.is_locked(session.date)
    if may_go and undo_unplanned(session=session, version=int(given)):
        messages.info(request, _("Taken back."))
        return go(request, back_url(request))
    return _quickly(
        request, session, lambda version: undo_log(session=session, by=request.user, version=version), undone=True
    )


@require_POST
@plan_permission_required("log.write")
def session_remove(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take away an evening that somebody made by hand and that never was."""
    session = _find(request, pk)
    given = request.POST.get("version", "")
    is_gone = False
    if session.state == SessionState.PLANNED and given.isdecimal() and not request.plan.is_locked(session.date):
        is_gone = remove_session(session=session, version=int(given))
    if is_gone:
        messages.success(request, _("%(activity)s is taken off.") % {"activity": session.activity.name})
        return go(request, back_url(request))
    messages.error(request, _("It cannot be taken off: it belongs to a series, or a colleague has logged it."))
    return go(request, reverse("activities:session_log", args=[plan_slug, pk]))


def _quickly(request: HttpRequest, session: Session, write, *, undone: bool = False) -> HttpResponse:
    """A one-tap change: the card answers for itself with htmx, a message does without."""
    back = back_url(request)
    given = request.POST.get("version") or request.GET.get("version") or ""
    try:
        saved = write(int(given) if given.isdecimal() else session.version)
    except LogConflict:
        messages.warning(request, _("A colleague has just logged this evening. Look at both numbers here."))
        return go(request, reverse("activities:session_log", args=[request.plan.slug, session.pk]))
    except LogRefused as refused:
        messages.error(request, str(refused))
        return go(request, back)
    place = request.POST.get("place", "")
    if request.htmx and place in ("week", "friday"):
        return _card(request, saved, place, back)
    if undone:
        messages.info(request, _("Taken back."))
    elif saved.state == SessionState.PLANNED:
        messages.info(request, _("%(activity)s is not logged now.") % {"activity": saved.activity})
    else:
        say_logged(request, saved, _saved_text(saved), back=back)
    say_lag(request, saved)
    return go(request, back)


def _card(request: HttpRequest, session: Session, place: str, back: str) -> HttpResponse:
    """The card or row as it stands after a one-tap change."""
    today = timezone.localdate()
    context = {"session": session, "here": back, "today": today, "fresh": True}
    if place == "week":
        mine = has_own_activities(plan=request.plan, user=request.user) and "vis=alle" not in back
        context["board"] = missing_counts(
            plan=request.plan, week=week_of(today), today=today, owner=request.user if mine else None
        )
    else:
        context |= rows_left(request, session, back)
    if session.state != SessionState.PLANNED:
        return render(request, f"activities/_{place}_done.html", context)
    usual = usual_table(plan=request.plan, today=today, activities=[session.activity_id]).best(session)
    if place == "week":
        return render(request, "activities/_week_card.html", context | {"usual": usual})
    row = {"session": session, "form": RowForm(session=session, usual=usual), "usual": usual}
    return render(request, "activities/_friday_row.html", context | {"row": row})


@plan_permission_required("log.write")
def session_unplanned(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Something that stood in no plan: created and logged in one step, on any date."""
    today = timezone.localdate()
    form = UnplannedForm(request.POST or None, plan=request.plan, today=today, chosen=request.GET.get("aktivitet", ""))
    already: Session | None = None
    if request.method == "POST" and form.is_valid() and _is_sure(form, today):
        try:
            session = log_unplanned(plan=request.plan, by=request.user, today=today, **form.to_arguments())
        except AlreadyLogged as found:
            already = found.session
        except LogRefused as refused:
            form.refuse(str(refused), refused.field)
        else:
            back = back_url(request)
            if session.state == SessionState.PLANNED:
                return go(request, reverse("residents:attendance_record", args=[plan_slug, session.pk]))
            say_logged(request, session, _saved_text(session), back=back)
            return go(request, back)
    context = {"form": form, "already": already, "back": back_url(request)}
    is_open = form.errors or already or not form.is_sure
    return render(request, "activities/session_unplanned.html", context, status=422 if is_open else 200)


def _is_sure(form: UnplannedForm, today: date) -> bool:
    activity = form.chosen_activity()
    ask_about_person(form, "note", plan=form.plan)
    if activity:
        ask_about_heads(form, usual_visits(activity, today=today))
    return form.is_sure


@plan_permission_required("log.view")
def session_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """A month of evenings: find one, see who logged it, correct it."""
    today = timezone.localdate()
    form = MonthFilter(request.GET or None, plan=request.plan, today=today)
    first = form.first
    rows = team_sessions(request.plan).select_related("logged_by").with_visits()
    rows = rows.filter(date__gte=first, date__lt=add_months(first, 1))
    rows = form.narrow(rows, today).order_by(*NEWEST_FIRST)
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "first": first,
        "previous": add_months(first, -1),
        "next": add_months(first, 1),
        "today": today,
        "here": request.get_full_path(),
        "locked_until": request.plan.locked_until,
    }
    return render(request, "activities/session_list.html", context)
