"""One item of the programme: its words, its people, its lists, and how far it is."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import plan_permission_required
from activities.forms.programme import GuestForm, ItemForm, LineForm, state_of
from activities.insight import Insight, what_works
from activities.models import Activity, ChecklistLine, Guest, ListKind, ProgrammeItem, SessionState
from activities.programme import (
    ItemConflict,
    ItemRefused,
    approve_item,
    cancel_item,
    place_item,
    restore_item,
    take_off,
    unapprove_item,
)
from activities.programme_board import load_board
from activities.programme_history import compare_items
from activities.programme_items import (
    add_line,
    create_item,
    edit_item,
    put_back,
    remove_guest,
    removed_facts,
    save_guest,
    tick_line,
)
from activities.views.back import back_url, go
from activities.views.programme import board_url, find_item, find_season, find_target, may, say_undo

REMOVED = "removed_from_item"  # in the session: what the last removal took, for its "Undo"


def item_url(item: ProgrammeItem) -> str:
    return reverse("activities:programme_item", args=[item.season.plan.slug, item.pk])


@plan_permission_required("programme.plan")
def programme_item(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Everything about one item, with the next step at the bottom."""
    item = find_item(request, pk)
    today = timezone.localdate()
    card = load_board(item.season, today=today, sees_ages=may(request, "volunteers.manage")).cards[item.pk]
    sees_phone = may(request, "guests.phone")
    is_evening_on = item.session is not None and item.session.state == SessionState.PLANNED
    context = {
        "item": item,
        "card": card,
        "guests": _guests(item, sees_phone=sees_phone),
        "lists": _lists(item),
        "line_form": LineForm(),
        "today": today,
        "may_approve": may(request, "programme.approve"),
        "is_evening_on": is_evening_on,
        "may_call_off": is_evening_on and may(request, "log.write") and not request.plan.is_locked(item.session.date),
        "sees_phone": sees_phone,
        "back": board_url(item.season),
    }
    return render(request, "activities/programme_item.html", context)


def _guests(item: ProgrammeItem, *, sees_phone: bool) -> list[dict]:
    """As plain rows, without the phone for who may not see it: it never reaches the template."""
    names = ["pk", "name", "title", "role", "is_confirmed", "is_public", *(["phone"] if sees_phone else [])]
    rows = Guest.objects.filter(plan_id=item.plan_id, item=item).order_by("pk").values(*names)
    return [row | {"role_name": Guest(role=row["role"]).get_role_display()} for row in rows]


def _lists(item: ProgrammeItem) -> list[tuple[str, str, list[ChecklistLine]]]:
    lines = list(ChecklistLine.objects.filter(plan_id=item.plan_id, item=item).select_related("done_by"))
    return [(kind.value, kind.label, [line for line in lines if line.kind == kind]) for kind in ListKind]


# -- its words ---------------------------------------------------------------------------------------------------------


@plan_permission_required("programme.plan")
def programme_item_create(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """A new item. With `til` it is put on that date in the next step."""
    season = find_season(request, pk)
    form = ItemForm(request.POST or None, plan=request.plan)
    to = request.POST.get("til") or request.GET.get("til", "")
    if request.method == "POST" and form.is_valid():
        values = form.to_values()
        item = ProgrammeItem(plan=request.plan, season=season, **values)
        create_item(item=item, hosts=form.to_hosts(), by=request.user)
        return redirect(_put(request, item, to) if to else item_url(item))
    context = {"form": form, "season": season, "to": to, "back": back_url(request, "activities:programme")}
    context["tried"] = tried_formats(season.activity)
    return render(request, "activities/programme_item_form.html", context, status=422 if form.errors else 200)


def tried_formats(activity: Activity) -> list[Insight]:
    """The kinds of evening that something can be said of, the best attended first. Two queries."""
    return [one for one in what_works(activity, today=timezone.localdate()).formats if one.middle is not None]


def _put(request: HttpRequest, item: ProgrammeItem, to: str) -> str:
    """The new item onto its date. Was somebody faster, another date is asked for. Returns where to go."""
    session, slot = find_target(item.season, to)
    try:
        place_item(item=item, session=session, slot=slot, by=request.user)
    except ItemRefused as refused:
        messages.error(request, str(refused))
        place = reverse("activities:programme_place", args=[request.plan.slug, item.season_id])
        return f"{place}?item={item.pk}"
    return item_url(item)


@plan_permission_required("programme.plan")
def programme_item_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Change an item. What somebody else wrote meanwhile is shown beside it, and nothing is lost."""
    item = find_item(request, pk)
    form = ItemForm(request.POST or None, plan=request.plan, item=item)
    context = {"form": form, "season": item.season, "item": item, "back": item_url(item)}
    context["tried"] = tried_formats(item.season.activity)
    if request.method == "POST" and form.is_valid():
        try:
            saved = edit_item(
                item=item,
                values=form.to_values(),
                hosts=form.to_hosts(),
                by=request.user,
                version=form.cleaned_data["version"] or 0,
                may_approve=may(request, "programme.approve"),
            )
        except ItemConflict as late:
            context |= {
                "conflict": late.current,
                "differences": compare_items(late.current, form.to_values(), form.to_hosts()),
            }
            return render(request, "activities/programme_item_form.html", context, status=409)
        if saved.state != item.state:
            messages.info(request, _("Saved. A colleague looks at it once more."))
        else:
            messages.success(request, _("Saved."))
        return redirect(item_url(item))
    return render(request, "activities/programme_item_form.html", context, status=422 if form.errors else 200)


# -- how far it is -----------------------------------------------------------------------------------------------------


def _step(request: HttpRequest, pk: int, step: Callable[..., str], text: str) -> HttpResponse:
    item = find_item(request, pk)
    given = request.POST.get("version", "")
    back = back_url(request, "activities:programme") if request.POST.get("next") else item_url(item)
    try:
        token = step(item=item, by=request.user, version=int(given) if given.isdecimal() else None)
    except ItemConflict:
        messages.warning(request, _("Somebody has changed it since. Look at it here."))
        return go(request, item_url(item))
    except ItemRefused as refused:
        messages.error(request, str(refused))
        return go(request, item_url(item))
    say_undo(request, text % {"title": item.title}, token, back=back)
    return go(request, back)


@require_POST
@plan_permission_required("programme.approve")
def programme_item_approve(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Staff says yes."""
    return _step(request, pk, approve_item, _("“%(title)s” is approved."))


@require_POST
@plan_permission_required("programme.approve")
def programme_item_unapprove(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Back to draft."""
    return _step(request, pk, unapprove_item, _("“%(title)s” is a draft again."))


@require_POST
@plan_permission_required("programme.plan")
def programme_item_shelve(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Off its date, back on the shelf."""
    return _step(request, pk, take_off, _("“%(title)s” is back on the shelf."))


@require_POST
@plan_permission_required("programme.plan")
def programme_item_cancel(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Called off: the theme alone. Its evening is called off like any other (`session_not_held`)."""
    item = find_item(request, pk)
    is_evening_on = item.session is not None and item.session.state == SessionState.PLANNED
    text = (
        _("“%(title)s” is called off. The evening is held without it.")
        if is_evening_on
        else _("“%(title)s” is called off.")
    )
    return _step(request, pk, cancel_item, text)


@require_POST
@plan_permission_required("programme.plan")
def programme_item_restore(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Not called off after all."""
    return _step(request, pk, restore_item, _("“%(title)s” is back."))


# -- guests ------------------------------------------------------------------------------------------------------------


def _guest_form(request: HttpRequest, guest: Guest | None) -> GuestForm:
    return GuestForm(
        request.POST or None,
        plan=request.plan,
        guest=guest,
        sees_phone=may(request, "guests.phone"),
        sees_contacts=may(request, "contacts.view"),
    )


def _save_guest(request: HttpRequest, guest: Guest, form: GuestForm) -> HttpResponse:
    again = save_guest(
        guest=guest, values=form.to_values(), by=request.user, may_approve=may(request, "programme.approve")
    )
    _say_saved(request, again=again)
    return redirect(item_url(guest.item))


def _say_saved(request: HttpRequest, *, again: bool) -> None:
    if again:
        messages.info(request, _("Saved. A colleague looks at it once more."))
    else:
        messages.success(request, _("Saved."))


@plan_permission_required("programme.plan")
def programme_guest_create(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """One more guest."""
    item = find_item(request, pk)
    form = _guest_form(request, None)
    if request.method == "POST" and form.is_valid():
        return _save_guest(request, Guest(plan=request.plan, item=item), form)
    context = {"form": form, "item": item, "back": item_url(item)}
    return render(request, "activities/programme_guest.html", context, status=422 if form.errors else 200)


@plan_permission_required("programme.plan")
def programme_guest_edit(request: HttpRequest, plan_slug: str, pk: int, guest_pk: int) -> HttpResponse:
    """Change a guest. A colleague's later change is shown first."""
    item = find_item(request, pk)
    guest = get_object_or_404(Guest, plan=request.plan, item=item, pk=guest_pk)
    guest.item = item
    form = _guest_form(request, guest)
    is_late = False
    if request.method == "POST" and form.is_valid():
        is_late = form.cleaned_data["seen"] != state_of(guest)
        if not is_late:
            return _save_guest(request, guest, form)
    sees_phone = may(request, "guests.phone")
    stored = next(row for row in _guests(item, sees_phone=sees_phone) if row["pk"] == guest.pk)
    context = {"form": form, "item": item, "guest": stored, "back": item_url(item), "seen": state_of(guest)}
    if is_late:
        return render(request, "activities/programme_guest.html", context | {"is_late": True}, status=409)
    return render(request, "activities/programme_guest.html", context, status=422 if form.errors else 200)


@require_POST
@plan_permission_required("programme.plan")
def programme_guest_remove(request: HttpRequest, plan_slug: str, pk: int, guest_pk: int) -> HttpResponse:
    """The guest does not come."""
    item = find_item(request, pk)
    guest = get_object_or_404(Guest, plan=request.plan, item=item, pk=guest_pk)
    guest.item = item
    was_public, name = guest.is_public and item.state == "published", guest.name
    undo = _keep_removed(request, item, guest)
    again = remove_guest(guest=guest, by=request.user, may_approve=may(request, "programme.approve"))
    if was_public:
        text = _("%(name)s is off. The name stands in the programme until you publish again.")
        messages.warning(request, text % {"name": name}, extra_tags=undo)
    else:
        messages.success(request, _("%(name)s is off.") % {"name": name}, extra_tags=undo)
    if again:
        messages.info(request, _("A colleague looks at it once more."))
    return redirect(item_url(item))


def _keep_removed(request: HttpRequest, item: ProgrammeItem, row: Guest | ChecklistLine) -> str:
    """Keep what goes until the next removal or the end of the session; the tag of a message with "Undo"."""
    request.session[REMOVED] = removed_facts(row)
    return f"undo:{reverse('activities:programme_put_back', args=[item.season.plan.slug, item.pk])}"


@require_POST
@plan_permission_required("programme.plan")
def programme_put_back(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Undo the last removal of a guest or a line. Twice is once."""
    item = find_item(request, pk)
    kept = request.session.get(REMOVED)
    if kept is None or kept["item"] != item.pk:
        messages.warning(request, _("It is too late to undo this. Write it once more."))
        return redirect(item_url(item))
    del request.session[REMOVED]
    may_approve = may(request, "programme.approve")
    try:
        put_back(item=item, values=kept["values"], by=request.user, may_approve=may_approve)
    except ItemRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.info(request, _("Taken back."))
    return redirect(item_url(item))


# -- to do, to buy, to bring -------------------------------------------------------------------------------------------


@require_POST
@plan_permission_required("programme.plan")
def programme_line_add(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """One more line on one of the lists."""
    item = find_item(request, pk)
    form = LineForm(request.POST)
    if form.is_valid():
        try:
            add_line(item=item, **form.cleaned_data)
        except ItemRefused as refused:
            form.add_error("text", str(refused))
    return _answer_lists(request, item, form)


@require_POST
@plan_permission_required("programme.plan")
def programme_line_tick(request: HttpRequest, plan_slug: str, pk: int, line_pk: int) -> HttpResponse:
    """Done, or not done; with `fjern` the line goes."""
    item = find_item(request, pk)
    line = get_object_or_404(ChecklistLine, plan=request.plan, item=item, pk=line_pk)
    if "fjern" in request.POST:
        undo = _keep_removed(request, item, line)
        line.delete()
        messages.success(request, _("“%(text)s” is off the list.") % {"text": line.text}, extra_tags=undo)
    else:
        tick_line(line=line, is_done=request.POST.get("done") == "1", by=request.user)
    return _answer_lists(request, item, LineForm())


def _answer_lists(request: HttpRequest, item: ProgrammeItem, form: LineForm) -> HttpResponse:
    if request.htmx:
        context = {"item": item, "lists": _lists(item), "line_form": form}
        return render(request, "activities/_programme_lists.html", context, status=422 if form.errors else 200)
    for errors in form.errors.values():
        messages.error(request, errors[0])
    return redirect(f"{item_url(item)}#lister")
