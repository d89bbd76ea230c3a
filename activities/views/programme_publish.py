"""From draft to public: what would change, publish it, take it back."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.mail import site_root
from accounts.permissions import plan_permission_required
from activities.models import ProgrammeRelease, Season
from activities.programme_board import load_board
from activities.programme_mail import affected, tell_affected
from activities.programme_release import ProgrammeChanged, publish_programme, restore_release, withdraw_release
from activities.views.programme import board_url, find_season, may


@plan_permission_required("programme.publish")
def programme_publish(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """What becomes public, and what of it is different from now; then publish exactly that."""
    season = find_season(request, pk)
    if request.method == "POST":
        try:
            done = _publish(request, season)
        except ProgrammeChanged:
            return _preview(request, season, is_late=True, status=409)
        messages.success(request, done)
        return redirect(board_url(season))
    return _preview(request, season)


@transaction.atomic
def _publish(request: HttpRequest, season: Season) -> str:
    published = publish_programme(season=season, by=request.user, seen=request.POST.get("seen", ""))
    if not published.is_new:
        return _("Nothing has changed since last, so it stands as it is.")
    told = tell_affected(
        release=published.release,
        changes=published.changes,
        by=request.user,
        root=site_root(request),
        link=board_url(season),
    )
    text = _("The programme is out.")
    if told:
        text += " " + ngettext("%(count)s person gets a mail.", "%(count)s people get a mail.", told) % {"count": told}
    return text


def _preview(request: HttpRequest, season: Season, *, is_late: bool = False, status: int = 200) -> HttpResponse:
    board = load_board(season, today=timezone.localdate(), sees_ages=may(request, "volunteers.manage"))
    releases = list(season.releases.filter(withdrawn_at=None).select_related("published_by").defer("content")[:10])
    told = affected(season, board.draft.changes) if season.releases.exists() and board.draft.changes else {}
    context = {
        "told": [user.first_name for user in told if user.pk != request.user.pk],
        "season": season,
        "draft": board.draft,
        "flags": board.flags,
        "releases": releases,
        "is_late": is_late,
        "back": board_url(season),
    }
    return render(request, "activities/programme_publish.html", context, status=status)


@require_POST
@plan_permission_required("programme.publish")
def programme_withdraw(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take the newest release back. The one before it is public again."""
    rows = ProgrammeRelease.objects.filter(plan=request.plan).select_related("season__activity__focus_area")
    release = get_object_or_404(rows, pk=pk)
    if withdraw_release(release=release):
        undo = reverse("activities:programme_stand_again", args=[plan_slug, release.pk])
        messages.success(request, _("The programme is taken back."), extra_tags=f"undo:{undo}")
    else:
        messages.warning(request, _("There is a newer one already."))
    return redirect(reverse("activities:programme_publish", args=[plan_slug, release.season_id]))


@require_POST
@plan_permission_required("programme.publish")
def programme_stand_again(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Undo that the newest release was taken back."""
    rows = ProgrammeRelease.objects.filter(plan=request.plan).select_related("season")
    release = get_object_or_404(rows, pk=pk)
    if restore_release(release=release):
        messages.info(request, _("The programme is out again."))
    else:
        messages.warning(request, _("There is a newer one already."))
    return redirect(reverse("activities:programme_publish", args=[plan_slug, release.season_id]))
