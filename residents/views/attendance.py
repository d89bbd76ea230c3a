"""The tick list of one evening. Every tap is saved at once; without a script the whole list is saved as a form."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.permissions import plan_permission_required
from activities.history import compare_logs
from activities.log import LogConflict, LogRefused, current_log
from activities.models import Session, SessionState
from activities.views.back import back_url, go
from residents.attendance import (
    Recorded,
    convert_to_heads,
    move_session,
    record_attendance,
    record_tick,
    record_unnamed,
    undo_attendance,
)
from residents.forms import AttendanceForm, MoveForm
from residents.idle import asks_again_when_idle
from residents.ledger import LedgerClosed
from residents.models import Participant
from residents.reads import log_read
from residents.tick_list import find_people, tick_list
from residents.views.walk_in import WalkIn

UNDO = "attendance_undo"


def find_session(request: HttpRequest, pk: int) -> Session:
    rows = Session.objects.for_plan(request.plan)
    session = get_object_or_404(rows.select_related("activity__focus_area", "format", "logged_by"), pk=pk)
    session.plan = request.plan
    return session


def list_url(request: HttpRequest, session: Session) -> str:
    return reverse("residents:attendance_record", args=[request.plan.slug, session.pk])


@plan_permission_required("attendance.record")
@asks_again_when_idle
def attendance_record(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The tick list. Nobody is preset as present; regulars stand first."""
    session = find_session(request, pk)
    if not session.uses_tick_list:
        context = {"session": session, "back": back_url(request)}
        return render(request, "residents/attendance_heads_only.html", context)
    if request.method == "POST":
        return _save(request, session)
    if request.htmx and "q" in request.GET:
        return _found(request, session)
    return _page(request, session, AttendanceForm(session=session), WalkIn(request, session))


def _page(
    request: HttpRequest,
    session: Session,
    form: AttendanceForm,
    walk_in: WalkIn,
    *,
    checked: frozenset[int] | None = None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """The whole page, which nobody sees before its line stands in the log of reads.

    No transaction around both: on SQLite the list would be read under the one writer's lock.
    """
    query = request.GET.get("q", "").strip()
    if query:
        people = find_people(session=session, query=query, checked=checked)
    else:
        people = tick_list(session=session, checked=checked)
    log_read(plan=request.plan, user=request.user, page="attendance_record", rows=len(people), session=session)
    if not people and not walk_in.is_asked:  # nobody to tick, or searched for in vain: the next step lies open
        walk_in = WalkIn(request, session, wanted=query)
        walk_in.opens = True
    today = timezone.localdate()
    context = {
        "session": session,
        "form": form,
        "walk_in": walk_in,
        "people": people,
        "query": query,
        "back": back_url(request),
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "is_locked": request.plan.is_locked(session.date),
        "is_ahead": session.date > today,
        **extra,
    }
    return render(request, "residents/attendance_record.html", context, status=status)


def _found(request: HttpRequest, session: Session) -> HttpResponse:
    """People of the plan who are not on the list, while somebody types in the search field."""
    query = request.GET["q"].strip()
    people = find_people(session=session, query=query, unlisted_only=True)
    if people.others:
        log_read(plan=request.plan, user=request.user, page="attendance_search", rows=len(people), session=session)
    return render(request, "residents/_found.html", {"people": people, "session": session, "query": query})


def _ids(request: HttpRequest, name: str) -> frozenset[int]:
    return frozenset(int(value) for value in request.POST.getlist(name) if value.isascii() and value.isdecimal())


def _save(request: HttpRequest, session: Session) -> HttpResponse:
    """The form as a whole: the save button, and without a script also search and walk-in."""
    form = AttendanceForm(request.POST, session=session)
    walk_in = WalkIn(request, session)
    present, shown = _ids(request, "present"), _ids(request, "shown")
    if not form.is_valid() or not form.is_sure:
        return _page(request, session, form, walk_in, checked=present, status=422)
    changes, seen, unnamed = form.changes(), form.seen(), form.unnamed_heads()
    goes_on = "find" in request.POST or walk_in.is_asked
    clears = "clear" in request.POST and changes["state"] != SessionState.HELD
    says_something = present or session.known_heads or form.cleaned_data["unnamed"] is not None
    if changes["state"] == SessionState.HELD and not says_something:
        if goes_on:  # searching and adding do not log the evening
            return _go_on(request, session, walk_in)
        form.add_error("unnamed", _("Tick off who came. If nobody came, write 0."))
        return _page(request, session, form, walk_in, checked=present, status=422)
    try:
        recorded = record_attendance(
            session=session,
            present=[] if clears else present,
            shown=None if clears else shown,
            unnamed=unnamed if changes["state"] == SessionState.HELD else None,
            keep_total=form.cleaned_data["keep_total"],
            changes=changes,
            seen=seen,
            by=request.user,
            today=timezone.localdate(),
        )
    except Participant.DoesNotExist:
        messages.warning(request, _("The list has changed meanwhile. Look at it once more."))
        return go(request, list_url(request, session))
    except LogRefused as refused:
        ticks = session.known_heads
        can_clear = bool(ticks) and changes["state"] != SessionState.HELD and refused.field == "state"
        if not can_clear:  # else the page asks, with the answer on its button
            form.refuse(str(refused), refused.field)
        extra = {"can_clear": can_clear}
        extra["can_convert"] = bool(ticks or present) and refused.field == "theme"
        return _page(request, session, form, walk_in, checked=present, status=422, **extra)
    except LogConflict as late:
        current = late.current
        mine = replace(current_log(current), **changes)
        form.session, form.initial = current, AttendanceForm(session=current).initial
        extra = {"conflict": current, "differences": compare_logs(current, mine)}
        return _page(request, current, form, walk_in, checked=present, status=409, **extra)
    if goes_on:
        return _go_on(request, recorded.session, walk_in)
    _say_saved(request, recorded)
    return go(request, back_url(request))


def _go_on(request: HttpRequest, session: Session, walk_in: WalkIn) -> HttpResponse:
    """Without a script: the ticks are saved, now search or add."""
    if walk_in.is_asked:
        person = walk_in.person()
        if person is None:
            return _page(request, session, AttendanceForm(session=session), walk_in, status=422)
        try:
            record_tick(
                plan=request.plan,
                session_id=session.pk,
                participant_id=person.pk,
                present=True,
                by=request.user,
                today=timezone.localdate(),
            )
        except LogRefused as refused:
            messages.error(request, str(refused))
        return redirect(list_url(request, session))
    query = request.POST.get("q", "").strip()
    url = list_url(request, session)
    return redirect(f"{url}?{urlencode({'q': query})}" if query else url)


def _say_saved(request: HttpRequest, recorded: Recorded) -> None:
    """A sentence with "Undo", which is good while nobody has written since."""
    session = recorded.session
    request.session[UNDO] = {
        "session": session.pk,
        "version": session.version,
        "added": sorted(recorded.added),
        "removed": sorted(recorded.removed),
    }
    undo = reverse("residents:attendance_undo", args=[request.plan.slug, session.pk])
    messages.success(request, saved_text(session), extra_tags=f"undo:{undo}?{urlencode({'next': back_url(request)})}")


def saved_text(session: Session) -> str:
    """ "Lektiecafé: 12 kryds og 3 uden navn. Tak." """
    if session.state != SessionState.HELD:
        names = {"activity": session.activity.name, "state": session.get_state_display().lower()}
        return _("%(activity)s: %(state)s.") % names
    ticks = ngettext("%(number)s tick", "%(number)s ticks", session.known_heads) % {"number": session.known_heads}
    unnamed = 0 if session.heads_total is None else session.heads_total - session.known_heads
    names = {"activity": session.activity.name, "ticks": ticks, "unnamed": unnamed}
    if unnamed:
        return _("%(activity)s: %(ticks)s and %(unnamed)s without a name. Thank you.") % names
    return _("%(activity)s: %(ticks)s. Thank you.") % names


@plan_permission_required("attendance.record")
@require_POST
@asks_again_when_idle
def attendance_tick(request: HttpRequest, plan_slug: str, pk: int, participant_pk: int) -> HttpResponse:
    """One tap on the list: on when the person's number is among `present`, else off."""
    try:
        session = record_tick(
            plan=request.plan,
            session_id=pk,
            participant_id=participant_pk,
            present=str(participant_pk) in request.POST.getlist("present"),
            by=request.user,
            today=timezone.localdate(),
            keep_total="keep_total" in request.POST,
        )
    except (Session.DoesNotExist, Participant.DoesNotExist):
        return _gone(request, pk)
    except LogRefused as refused:
        return _back_to_list(request, pk, str(refused))
    is_on = str(participant_pk) in request.POST.getlist("present")
    context = {"session": session, "pk": participant_pk, "ticked": is_on, "keep_total": "keep_total" in request.POST}
    return render(request, "residents/_tick_saved.html", context)


@plan_permission_required("attendance.record")
@require_POST
@asks_again_when_idle
def attendance_unnamed(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Heads without a name, saved as they are tapped."""
    value = request.POST.get("unnamed", "").strip() or "0"
    if not (value.isascii() and value.isdecimal() and int(value) <= 999):
        return _back_to_list(request, pk, _("Write the number of people with digits."))
    find_session(request, pk)
    try:
        session = record_unnamed(
            plan=request.plan, session_id=pk, unnamed=int(value), by=request.user, today=timezone.localdate()
        )
    except LogRefused as refused:
        return _back_to_list(request, pk, str(refused))
    return render(request, "residents/_tick_saved.html", {"session": session, "unnamed_saved": True})


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Session.objects.for_plan(request.plan), pk=pk)
    if not request.htmx:
        raise Http404
    return _back_to_list(request, pk, _("That person is no longer on the list."))


def _back_to_list(request: HttpRequest, pk: int, message: str) -> HttpResponse:
    """Something stands in the way: load the list again and say what. Ticks that were saved are there."""
    messages.error(request, message)
    url = reverse("residents:attendance_record", args=[request.plan.slug, pk])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@plan_permission_required("attendance.record")
@require_POST
@asks_again_when_idle
def attendance_to_heads(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The theme is sensitive: the ticks become heads without a name, for good."""
    session = find_session(request, pk)
    form = AttendanceForm(request.POST, session=session)
    theme = None
    if form.is_valid():
        theme = form.changes().get("theme")
    try:
        session = convert_to_heads(session=session, by=request.user, today=timezone.localdate(), theme=theme)
    except (LogRefused, LedgerClosed) as refused:
        return _back_to_list(request, pk, str(refused))
    text = _("%(activity)s: %(heads)s heads, no names.") % {
        "activity": session.activity.name,
        "heads": session.heads_total,
    }
    messages.success(request, text)
    return go(request, back_url(request))


@plan_permission_required("attendance.record")
@require_POST
def attendance_undo(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take back what this person saved last, ticks and log together."""
    session = find_session(request, pk)
    saved = request.session.pop(UNDO, None)
    if not saved or saved["session"] != session.pk:
        messages.info(request, _("There is nothing to take back any more."))
        return go(request, back_url(request))
    try:
        undo_attendance(
            session=session,
            added=saved["added"],
            removed=saved["removed"],
            version=saved["version"],
            by=request.user,
            today=timezone.localdate(),
        )
    except LogConflict:
        messages.warning(request, _("A colleague has written since, so it was not taken back. Look at the list."))
        return go(request, list_url(request, session))
    except (LogRefused, Participant.DoesNotExist) as refused:
        messages.error(request, str(refused) or _("The list has changed meanwhile. Look at it once more."))
        return go(request, list_url(request, session))
    messages.info(request, _("Taken back."))
    return go(request, back_url(request))


@plan_permission_required("attendance.record")
def attendance_move(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The evening was on another day; its ticks go along."""
    session = find_session(request, pk)
    form = MoveForm(request.POST or None, session=session)
    if form.is_valid():
        try:
            day = form.cleaned_data["day"]
            move_session(session=session, day=day, by=request.user, today=timezone.localdate())
        except LogRefused as refused:
            form.add_error("day" if refused.field == "day" else None, str(refused))
        else:
            messages.success(request, _("The evening has been moved, and its ticks with it."))
            return redirect(list_url(request, session))
    context = {"session": session, "form": form, "back": list_url(request, session)}
    return render(request, "residents/attendance_move.html", context, status=422 if form.errors else 200)


@plan_permission_required("log.view")
def session_people(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """How many people an evening had, for other pages (hx-get). Numbers only, no participant is read."""
    return render(request, "residents/_session_people.html", {"session": find_session(request, pk)})
