"""The board of a season: make one, put things on dates, take them back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.danish import by_name
from accounts.permissions import has_plan_permission, plan_permission_required
from activities.forms.programme import SeasonForm
from activities.ideas import waiting_by_activity
from activities.insight import experience_of
from activities.models import Activity, Idea, ProgrammeItem, ProgrammeSlot, Season, Session
from activities.programme import DateTaken, ItemConflict, ItemRefused, place_idea, place_item, take_off, undo_step
from activities.programme_board import load_board, open_ideas
from activities.seasons import SeasonRefused, pick_season, remove_season, save_season, season_sessions, suggest_season
from activities.views.back import back_url, go

SHELF = "hylde"


def find_season(request: HttpRequest, pk: int, among: list[Season] | None = None) -> Season:
    """`among`: the plan's seasons, where a page needs them all anyway."""
    rows = Season.objects.filter(plan=request.plan).select_related("activity__focus_area")
    season = get_object_or_404(rows, pk=pk) if among is None else next((row for row in among if row.pk == pk), None)
    if season is None:
        raise Http404
    season.plan = season.activity.plan = request.plan
    return season


def find_item(request: HttpRequest, pk: int) -> ProgrammeItem:
    rows = ProgrammeItem.objects.filter(plan=request.plan).select_related(
        "season__activity__focus_area", "session__venue", "slot", "format", "venue", "idea", "approved_by", "changed_by"
    )
    item = get_object_or_404(rows, pk=pk)
    item.season.plan = item.season.activity.plan = request.plan
    return item


def may(request: HttpRequest, permission: str) -> bool:
    return has_plan_permission(request.membership.role, permission)


def board_url(season: Season) -> str:
    return reverse("activities:programme_board", args=[season.plan.slug, season.pk])


def say_undo(request: HttpRequest, text: str, token: str, *, back: str) -> None:
    """A message with "Undo". An empty token: nothing has changed, so there is nothing to say."""
    if token:
        undo = reverse("activities:programme_undo", args=[request.plan.slug, token])
        messages.success(request, text, extra_tags=f"undo:{undo}?{urlencode({'next': back})}")


# -- seasons -----------------------------------------------------------------------------------------------------------


@plan_permission_required("programme.plan")
def programme(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """To the board of the season that runs; without one, to the first step."""
    season = pick_season(request.plan, today=timezone.localdate())
    if season is not None:
        return redirect("activities:programme_board", plan_slug, season.pk)
    return render(request, "activities/programme.html", {"activities": _activities(request)})


def _activities(request: HttpRequest) -> list[Activity]:
    return by_name(request.plan.activities.active().select_related("focus_area"))


@plan_permission_required("programme.plan")
def programme_season_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """A new season of an activity, with the next half-year suggested."""
    today = timezone.localdate()
    activities = _activities(request)
    asked = request.POST.get("activity") or request.GET.get("aktivitet", "")
    activity = next((activity for activity in activities if str(activity.pk) == asked), None)
    if activity is None:
        if len(activities) != 1:
            return render(request, "activities/programme.html", {"activities": activities, "is_new": True})
        activity = activities[0]
    activity.plan = request.plan
    suggested = suggest_season(activity, today=today)
    form = SeasonForm(request.POST or None, activity=activity, suggested=suggested)
    if request.method == "POST" and form.is_valid():
        season = save_season(season=form.to_season(), slots=form.cleaned_data["slot_names"], today=today)
        messages.success(request, _("%(name)s is ready. Put something on it.") % {"name": season.name})
        return redirect(board_url(season))
    context = {"form": form, "activity": activity, "suggested": suggested}
    return render(request, "activities/programme_season.html", context, status=422 if form.errors else 200)


@plan_permission_required("programme.plan")
def programme_season_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Another name, other dates, more rows."""
    season = find_season(request, pk)
    form = SeasonForm(request.POST or None, activity=season.activity, season=season)
    if request.method == "POST" and form.is_valid():
        try:
            save_season(season=form.to_season(), slots=form.cleaned_data["slot_names"], today=timezone.localdate())
        except SeasonRefused as refused:
            form.add_error("slot_names", str(refused.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(board_url(season))
    context = {"form": form, "activity": season.activity, "season": season, "is_empty": not season.items.exists()}
    return render(request, "activities/programme_season.html", context, status=422 if form.errors else 200)


@require_POST
@plan_permission_required("programme.plan")
def programme_season_remove(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Only one that holds nothing."""
    season = find_season(request, pk)
    if remove_season(season=season):
        messages.success(request, _("%(name)s is gone.") % {"name": season.name})
        return redirect("activities:programme", plan_slug)
    messages.error(request, _("There is something on it, so it stays."))
    return redirect(board_url(season))


# -- the board ---------------------------------------------------------------------------------------------------------


@plan_permission_required("programme.plan")
def programme_board(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Dates × slots, the shelf, and what is lacking."""
    rows = Season.objects.filter(plan=request.plan).select_related("activity__focus_area")
    seasons = list(rows.order_by("-starts_on", "pk"))
    return _board(request, find_season(request, pk, among=seasons), seasons=seasons)


def _board(
    request: HttpRequest, season: Season, *, seasons: list[Season] | None = None, fresh: int | None = None, status=200
) -> HttpResponse:
    """The board; to htmx only the part that changes. `fresh`: the item that has just been put somewhere."""
    today = timezone.localdate()
    board = load_board(season, today=today, sees_ages=may(request, "volunteers.manage"))
    experience = experience_of(season.activity, today=today)
    for idea in board.ideas:
        idea.tried_theme = experience.of_theme(idea.title)  # type: ignore[attr-defined]
        idea.tried_format = experience.of_format(idea.format_id)  # type: ignore[attr-defined]
    context = {
        "board": board,
        "season": season,
        "today": today,
        "fresh": fresh,
        "here": board_url(season),
        "may_publish": may(request, "programme.publish"),
        "new_ideas": waiting_by_activity(request.plan).get(season.activity_id, 0),
    }
    if request.htmx:
        return render(request, "activities/_programme_board.html", context, status=status)
    return render(request, "activities/programme_board.html", context | {"seasons": seasons or [season]}, status=status)


@plan_permission_required("programme.plan")
def programme_place(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Put an idea or an item on a date, or back on the shelf. GET asks which date, or what for a date."""
    season = find_season(request, pk)
    asked = request.POST or request.GET
    if not (asked.get("item") or asked.get("idea") or asked.get("til")):
        return go(request, board_url(season))
    if request.method != "POST":
        return _choose(request, season)
    try:
        item, token, text = _place(request, season)
    except DateTaken as taken:
        return _taken(request, season, taken)
    except ItemConflict as late:
        messages.warning(request, _late_text(late.current))
        return _answer(request, season, late.current.pk)
    except ItemRefused as refused:
        messages.error(request, str(refused))
        return _answer(request, season)
    say_undo(request, text, token, back=back_url(request, "activities:programme"))
    return _answer(request, season, item.pk)


def _place(request: HttpRequest, season: Season) -> tuple[ProgrammeItem, str, str]:
    """Do it. Returns the item, the token for undo, and what is said of it."""
    to, by = request.POST.get("to", ""), request.user
    seen, swap_with = _whole(request.POST.get("version")), _whole(request.POST.get("swap"))
    if request.POST.get("idea"):
        idea = get_object_or_404(Idea, plan=request.plan, pk=_number(request.POST["idea"]))
        session, slot = find_target(season, to)
        item, token = place_idea(idea=idea, season=season, session=session, slot=slot, by=by, swap_with=swap_with)
    else:
        rows = ProgrammeItem.objects.filter(plan=request.plan, season=season)
        item = get_object_or_404(rows, pk=_number(request.POST.get("item")))
        if to == SHELF:
            token = take_off(item=item, by=by, version=seen)
            return item, token, _("“%(title)s” is back on the shelf.") % {"title": item.title}
        session, slot = find_target(season, to)
        token = place_item(item=item, session=session, slot=slot, by=by, version=seen, swap_with=swap_with)
    words = {"title": item.title, "day": date_format(session.date, "j. F")}
    return item, token, _("“%(title)s” is on %(day)s.") % words


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


def _number(text: str | None) -> int:
    number = _whole(text)
    if number is None:
        raise Http404
    return number


def find_target(season: Season, to: str) -> tuple[Session, ProgrammeSlot]:
    """ "12-3" is the evening 12 and the slot 3. Another plan's, another season's: 404."""
    evening, _dash, slot = to.partition("-")
    sessions = Session.objects.filter(plan=season.plan, activity=season.activity)
    session = get_object_or_404(sessions, pk=_number(evening))
    return session, get_object_or_404(season.slots.all(), pk=_number(slot))


def _late_text(current: ProgrammeItem) -> str:
    words = {"name": current.changed_by.first_name if current.changed_by else _("Somebody"), "title": current.title}
    if current.session:
        words["day"] = date_format(current.session.date, "j. F")
        return _("%(name)s was faster. “%(title)s” is on %(day)s now.") % words
    return _("%(name)s was faster. “%(title)s” is on the shelf now.") % words


def _answer(request: HttpRequest, season: Season, item: int | None = None) -> HttpResponse:
    """Where it came from: the board's own part, or the page that asked."""
    if request.htmx:
        return _board(request, season, fresh=item)
    return go(request, back_url(request, "activities:programme") if "next" in request.POST else board_url(season))


def _taken(request: HttpRequest, season: Season, taken: DateTaken) -> HttpResponse:
    """Something stands there. From the board: say so, and show the board as it is. Else: ask for another date."""
    if request.htmx:
        messages.error(request, str(taken))
        return _board(request, season, status=409)
    return _choose(request, season, taken=taken, data=request.POST, status=409)


def _choose(request: HttpRequest, season: Season, *, taken: DateTaken | None = None, data=None, status=200):
    """Without dragging: a list of dates for an item or idea, or a list of ideas for a date."""
    data = data or request.GET
    today = timezone.localdate()
    context = {
        "season": season,
        "taken": taken,
        "today": today,
        "back": back_url(request, "activities:programme") if data.get("next") else board_url(season),
    }
    if data.get("item"):
        context["item"] = get_object_or_404(
            ProgrammeItem.objects.select_related("session", "format", "slot"), plan=request.plan, season=season,
            pk=_number(data["item"]),
        )  # fmt: skip
    elif data.get("idea"):
        context["idea"] = get_object_or_404(Idea, plan=request.plan, activity=season.activity, pk=_number(data["idea"]))
    else:
        return _fill(request, season, context, data, status=status)
    context["board"] = load_board(season, today=today)
    return render(request, "activities/programme_place.html", context, status=status)


def _fill(request: HttpRequest, season: Season, context: dict, data, *, status: int) -> HttpResponse:
    """What is there to put on this date?"""
    session, slot = find_target(season, data.get("til", ""))
    shelf = season.items.filter(session=None).exclude(state="cancelled").select_related("format")
    context |= {
        "session": session,
        "slot": slot,
        "slots": season.slots.count(),
        "shelf": list(shelf.order_by("created_at", "pk")),
        "ideas": open_ideas(season),
        "evenings": season_sessions(season).count(),
    }
    return render(request, "activities/programme_fill.html", context, status=status)


@require_POST
@plan_permission_required("programme.plan")
def programme_undo(request: HttpRequest, plan_slug: str, token: str) -> HttpResponse:
    """Take the last step back."""
    if undo_step(plan=request.plan, token=token, by=request.user):
        messages.info(request, _("Taken back."))
    else:
        messages.warning(request, _("It is too late to undo this. Somebody has changed it since."))
    return go(request, back_url(request, "activities:programme"))
