"""Where a form leads when it is done: back to the page that it came from."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from activities.models import Session
from activities.programme_lag import find_lags


def back_url(request: HttpRequest, default: str = "activities:week") -> str:
    """`next` when it leads to a page of this plan, else the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    inside = wanted.startswith(f"/{request.plan.slug}/")
    if inside and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse(default, args=[request.plan.slug])


def go(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that htmx follows as a whole page too."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def say_logged(request: HttpRequest, session: Session, text: str, *, back: str, level: int = messages.SUCCESS) -> None:
    """A message with "Undo", which is good for as long as nobody has written since."""
    undo = reverse("activities:session_undo", args=[request.plan.slug, session.pk])
    query = urlencode({"version": session.version, "next": back})
    messages.add_message(request, level, text, extra_tags=f"undo:{undo}?{query}")


def say_lag(request: HttpRequest, *sessions: Session) -> None:
    """The public reads what was published last: say what it still says of these evenings, and where to publish."""
    for lag in find_lags(plan=request.plan, today=timezone.localdate(), sessions=sessions):
        url = reverse("activities:programme_publish", args=[request.plan.slug, lag.season.pk])
        link = format_html('{} <a href="{}">{}</a>', lag.text, url, _("Publish again"))
        messages.warning(request, link)
