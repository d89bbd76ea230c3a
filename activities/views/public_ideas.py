"""Send an idea, and vote, without a login. At most two cookies: the form's protection, and today's vote."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import public
from accounts.sign_in import client_address
from activities.forms.ideas import IdeaForm
from activities.ideas import (
    IDEAS_LIMIT,
    VOTES_LIMIT,
    IdeaRefused,
    how_far,
    new_voter,
    open_ideas,
    send_idea,
    vote,
    voted_today,
)
from activities.models import Activity, Idea, IdeaState
from activities.public_programme import public_activities

VOTE_COOKIE = "stemme"
MOST_IDEAS = 60
NEW_VOTE, SAME_VOTE, MOVED_VOTE = "ny", "samme", "flyttet"  # in the address, for a browser without scripts


@public
@require_http_methods(["GET", "HEAD", "POST"])
def idea_page(request: HttpRequest, plan_slug: str, pk: int | None = None) -> HttpResponse:
    """The ideas of an activity with their votes, and a form for a new one."""
    activity = _activity(request, pk)
    if activity is None:
        return render(request, "activities/ideas_none.html", {"plan": request.plan, "area": 0})
    form = IdeaForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        if IDEAS_LIMIT.take(f"{request.plan.pk}:{client_address(request)}"):
            send_idea(activity=activity, **form.cleaned_data)
            return redirect(f"{request.path}?tak=1#tak")
        problem = _("Many ideas have come from here today. Yours is still in the field: send it tomorrow.")
    return _page(request, activity, form=form, problem=problem)


@public
@require_POST
def idea_vote(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Today's vote of this browser goes to that idea."""
    idea = get_object_or_404(Idea.objects.select_related("activity__plan"), plan=request.plan, pk=pk)
    today = timezone.localdate()
    voter = request.COOKIES.get(VOTE_COOKIE, "")[:64]
    address = f"{request.plan.pk}:{client_address(request)}"
    if not voter and not VOTES_LIMIT.take(address):
        problem = _("Many votes have come from here today. Vote again tomorrow.")
        return _page(request, idea.activity, form=IdeaForm(), problem=problem, status=429)
    voter = voter or new_voter()
    before = voted_today(idea.activity, voter=voter, today=today)
    said = NEW_VOTE if before is None else SAME_VOTE if before == idea.pk else MOVED_VOTE
    try:
        vote(idea=idea, voter=voter, today=today)
    except IdeaRefused as refusal:
        return _page(request, idea.activity, form=IdeaForm(), problem=str(refusal), status=409)
    if getattr(request, "htmx", False):
        template = "activities/_public_ideas.html"
        response = _page(request, idea.activity, form=None, voter=voter, said=said, template=template)
    else:
        page = reverse("activities:idea_page", args=[plan_slug, idea.activity_id])
        response = redirect(f"{page}?stemme={said}#stemme")
    _remember(request, response, voter)
    return response


def _remember(request: HttpRequest, response: HttpResponse, voter: str) -> None:
    """Until midnight only: tomorrow's vote cannot be joined with today's."""
    midnight = datetime.combine(timezone.localdate() + timedelta(days=1), time(0), timezone.get_current_timezone())
    response.set_cookie(
        VOTE_COOKIE,
        voter,
        expires=midnight,
        path=f"/{request.plan.slug}/ideer/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _activity(request: HttpRequest, pk: int | None) -> Activity | None:
    activities = public_activities(request.plan)
    if pk is None:
        return activities[0] if activities else None
    found = next((activity for activity in activities if activity.pk == pk), None)
    if found is None:
        raise Http404(_("There is no such page."))
    return found


def _page(
    request: HttpRequest,
    activity: Activity,
    *,
    form: IdeaForm | None,
    problem: str = "",
    voter: str = "",
    said: str = "",
    template: str = "activities/ideas_public.html",
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    voter = voter or request.COOKIES.get(VOTE_COOKIE, "")[:64]
    ideas = list(open_ideas(activity)[:MOST_IDEAS])
    for idea in ideas:
        idea.how_far = how_far(idea, today=today) if idea.state == IdeaState.ACCEPTED else ""  # type: ignore[attr-defined]
    context = {
        "plan": request.plan,
        "activity": activity,
        "area": activity.focus_area,
        "ideas": ideas,
        "mine": voted_today(activity, voter=voter, today=today),
        "form": form,
        "problem": problem,
        "is_sent": "tak" in request.GET,
        "said": said or request.GET.get("stemme", ""),
    }
    return render(request, template, context, status=status)
