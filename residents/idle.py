"""Pages with participants ask for the password again after 15 idle minutes: a phone is easily left on a table.

Rest of the portal stays signed in for the evening (semantics, Roles). What somebody was about to save is not lost: it
goes along with the password and is saved when the password is right. With a script the tick list asks in a dialog and
is not left (static/js/ticklist.js).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import HttpResponseClientRedirect

View = Callable[..., HttpResponse]

IDLE = timedelta(minutes=15)
NOTED_EVERY = timedelta(minutes=1)  # the session is not written at every tap
STAMP = "participants_seen_at"
PASSWORD = "again_password"  # noqa: S105 (the name of a form field)
WAS_READING = "again_reading"


def asks_again_when_idle(view: View) -> View:
    """For every view that shows or changes participant rows. Stands below the access decorator."""

    @wraps(view)
    @sensitive_post_parameters(PASSWORD)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if _is_idle(request):
            if PASSWORD not in request.POST:
                return _ask(request)
            user = authenticate(request, username=request.user.email, password=request.POST[PASSWORD])
            if user != request.user:
                return _ask(request, mistake=_("The password is not right. Try again."))
            note_activity(request)
            if WAS_READING in request.POST:
                return HttpResponse(status=204) if request.htmx else redirect(request.get_full_path())
        elif request.htmx and PASSWORD in request.POST and WAS_READING in request.POST:
            return HttpResponse(status=204)  # another tab was quicker
        note_activity(request)
        return view(request, *args, **kwargs)

    return guarded


def note_activity(request: HttpRequest) -> None:
    """Somebody is at the device now. Written at most once a minute."""
    now = timezone.now().timestamp()
    if now - request.session.get(STAMP, 0) >= NOTED_EVERY.total_seconds():
        request.session[STAMP] = now


def note_sign_in(request: HttpRequest, **kwargs: object) -> None:
    """Whoever has just logged in is not asked again at once."""
    request.session[STAMP] = timezone.now().timestamp()


def watch_sign_ins() -> None:
    user_logged_in.connect(note_sign_in, dispatch_uid="residents.idle")


def _is_idle(request: HttpRequest) -> bool:
    return timezone.now().timestamp() - request.session.get(STAMP, 0) > IDLE.total_seconds()


def _ask(request: HttpRequest, *, mistake: str = "") -> HttpResponse:
    if request.htmx:
        if mistake:
            return HttpResponse(escape(mistake), status=422)
        response = HttpResponseClientRedirect(request.htmx.current_url_abs_path or request.get_full_path())
        response.headers["Asks-Password"] = "yes"  # a page that holds what is not saved yet asks itself, and stays
        return response
    is_reading = request.method != "POST" or WAS_READING in request.POST
    hidden = {PASSWORD, WAS_READING, "csrfmiddlewaretoken"}
    carried = [
        (name, value)
        for name, values in ([] if is_reading else request.POST.lists())
        if name not in hidden
        for value in values
    ]
    context = {"mistake": mistake, "is_reading": is_reading, "carried": carried, "address": request.get_full_path()}
    return render(request, "residents/sign_in_again.html", context, status=422 if mistake else 200)
