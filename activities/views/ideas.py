"""What volunteers and colleagues do with ideas: let them out, talk about them, join two, put them away."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import plan_permission_required
from activities.forms.ideas import CommentForm, IdeaForm
from activities.ideas import (
    IdeaRefused,
    comment_on,
    merge_idea,
    send_idea,
    set_idea_state,
    waiting_by_activity,
    with_votes,
)
from activities.models import Idea, IdeaState
from activities.posters import qr_svg
from activities.public_programme import public_activities

PER_PAGE = 50
MOVABLE = (IdeaState.NEW, IdeaState.OPEN, IdeaState.HIDDEN)
TABS = {
    "nye": IdeaState.NEW,
    "aabne": IdeaState.OPEN,
    "program": IdeaState.ACCEPTED,
    "lagt-vaek": IdeaState.HIDDEN,
}


@plan_permission_required("ideas.moderate")
def idea_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Ideas by state: the new ones first, since somebody waits for them. A member's own idea is sent here too."""
    activities = public_activities(request.plan)
    asked = request.GET.get("aktivitet", "")
    waiting = waiting_by_activity(request.plan)
    first = next((one for one in activities if one.pk in waiting), activities[0] if activities else None)
    chosen = next((one for one in activities if str(one.pk) == asked), first)
    form = IdeaForm(request.POST or None)
    if request.method == "POST" and chosen and form.is_valid():
        idea = send_idea(activity=chosen, by=request.user, **form.cleaned_data)
        messages.success(request, _("“%(title)s” is open for votes.") % {"title": idea.title})
        return redirect(_list_url(request, idea))
    ideas = Idea.objects.filter(plan=request.plan, activity=chosen)
    new = waiting.get(chosen.pk, 0) if chosen else 0
    tab = request.GET.get("vis") or ("nye" if new else "aabne")
    state = TABS.get(tab, IdeaState.OPEN)
    rows = with_votes(ideas.filter(state=state)).select_related("format").prefetch_related("comments__written_by")
    page = Paginator(rows.order_by("-vote_count", "-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    targets = ideas.filter(state__in=[IdeaState.OPEN, IdeaState.ACCEPTED]).order_by("title")
    context = {
        "activities": activities,
        "chosen": chosen,
        "page": page,
        "tab": tab,
        "tabs": _tabs(request, tab, new, chosen),
        "targets": list(targets.values_list("pk", "title")[:200]),
        "form": form,
        "public_url": request.build_absolute_uri(_public_url(request, chosen)) if chosen else "",
    }
    return render(request, "activities/idea_list.html", context)


def _tabs(request: HttpRequest, tab: str, new: int, chosen) -> list[dict]:
    labels = {
        "nye": _("New (%(count)s)") % {"count": new},
        "aabne": _("Open"),
        "program": _("In the programme"),
        "lagt-vaek": _("Put away"),
    }
    about = f"&aktivitet={chosen.pk}" if chosen else ""
    return [{"url": f"?vis={key}{about}", "label": label, "active": key == tab} for key, label in labels.items()]


@plan_permission_required("ideas.moderate")
@require_POST
def idea_state(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Let it out, or put it away. The message takes it back."""
    idea = _idea(request, pk)
    state = request.POST.get("state") or request.GET.get("state")  # the second when it is taken back
    if state in MOVABLE:
        before = idea.state
        if set_idea_state(idea=idea, state=state):
            text = _("“%(title)s” is put away.") if state == IdeaState.HIDDEN else _("“%(title)s” is open for votes.")
            undo = f"undo:{_state_url(request, idea)}?state={before}" if before in MOVABLE else ""
            messages.success(request, text % {"title": idea.title}, extra_tags=undo)
    return redirect(_list_url(request, idea))


@plan_permission_required("ideas.moderate")
@require_POST
def idea_merge(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Two ideas say the same."""
    idea = _idea(request, pk)
    into = Idea.objects.filter(plan=request.plan, pk=_number(request.POST.get("into"))).first() or idea
    before = idea.state if idea.state in MOVABLE else IdeaState.OPEN
    try:
        merge_idea(idea=idea, into=into)
    except IdeaRefused as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("“%(title)s” is joined with “%(other)s”, votes and all.")
        undo = f"undo:{_state_url(request, idea)}?state={before}"
        messages.success(request, text % {"title": idea.title, "other": into.title}, extra_tags=undo)
    return redirect(_list_url(request, idea))


@plan_permission_required("ideas.moderate")
@require_POST
def idea_comment(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    idea = _idea(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        comment_on(idea=idea, text=form.cleaned_data["text"], by=request.user)
    else:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return redirect(_list_url(request, idea))


@plan_permission_required("ideas.moderate")
@require_safe
def idea_code(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The QR code that leads to the public page, to print and hang up."""
    activity = get_object_or_404(request.plan.activities.select_related("focus_area"), pk=pk)
    url = request.build_absolute_uri(_public_url(request, activity))
    return render(request, "activities/idea_code.html", {"activity": activity, "url": url, "qr": qr_svg(url)})


def _idea(request: HttpRequest, pk: int) -> Idea:
    return get_object_or_404(Idea.objects.select_related("activity"), plan=request.plan, pk=pk)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _public_url(request: HttpRequest, activity) -> str:
    return reverse("activities:idea_page", args=[request.plan.slug, activity.pk])


def _state_url(request: HttpRequest, idea: Idea) -> str:
    return reverse("activities:idea_state", args=[request.plan.slug, idea.pk])


def _list_url(request: HttpRequest, idea: Idea) -> str:
    tab = request.POST.get("vis", "")
    return (
        reverse("activities:idea_list", args=[request.plan.slug])
        + f"?aktivitet={idea.activity_id}"
        + (f"&vis={tab}" if tab in TABS else "")
    )
