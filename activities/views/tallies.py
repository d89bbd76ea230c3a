"""Contacts and referrals: how many, never who."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import plan_permission_required
from activities.forms.tallies import TallyForm
from activities.models import Tally, TallyKind
from activities.tallies import TallyRefused, add_tally, last_activity_of, remove_tally, restore_tally
from activities.week import week_of

SHOWN = 40


@plan_permission_required("log.write")
def tally_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Count one more: it opens ready, so that one press on the right word is enough."""
    today = timezone.localdate()
    form = TallyForm(request.POST or None, plan=request.plan, today=today, chosen=_chosen(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            tally = add_tally(
                plan=request.plan,
                kind=data["kind"],
                day=data["date"],
                number=data["number"],
                activity=data["activity"],
                by=request.user,
                today=today,
            )
        except TallyRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            _say(request, tally)
            return redirect("activities:tally_list", plan_slug)
    rows = Tally.objects.for_plan(request.plan)
    page = Paginator(rows.select_related("activity", "logged_by"), SHOWN).get_page(request.GET.get("page"))
    week = week_of(today)
    context = {
        "form": form,
        "rows": page.object_list,
        "page": page,
        "this_week": _totals(rows.filter(date__range=(week.monday, week.sunday))),
        "today": today,
    }
    return render(request, "activities/tally_list.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest) -> int | None:
    """The activity in the address, else the one that this colleague counted for the last time."""
    running = set(request.plan.activities.filter(is_active=True).values_list("pk", flat=True))
    asked = request.GET.get("aktivitet", "")
    if asked.isdecimal() and int(asked) in running:
        return int(asked)
    return last_activity_of(plan=request.plan, user=request.user, among=running)


def _totals(rows) -> dict[str, int]:
    """Contacts and referrals of some days."""
    found = dict(rows.order_by().values_list("kind").annotate(Sum("number")))
    return {kind: found.get(kind, 0) for kind in TallyKind.values}


def _say(request: HttpRequest, tally: Tally) -> None:
    texts = {
        TallyKind.CONTACT: ngettext("%(count)s contact is counted.", "%(count)s contacts are counted.", tally.number),
        TallyKind.REFERRAL: ngettext(
            "%(count)s referral is counted.", "%(count)s referrals are counted.", tally.number
        ),
    }
    undo = reverse("activities:tally_remove", args=[tally.plan.slug, tally.pk])
    messages.success(request, texts[TallyKind(tally.kind)] % {"count": tally.number}, extra_tags=f"undo:{undo}")


@plan_permission_required("log.write")
@require_POST
def tally_remove(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    tally = get_object_or_404(request.plan.tallies, pk=pk)
    try:
        remove_tally(tally=tally, now=timezone.now())
    except TallyRefused as refused:
        messages.error(request, str(refused))
    else:
        undo = reverse("activities:tally_restore", args=[plan_slug, pk])
        messages.info(request, _("Taken back."), extra_tags=f"undo:{undo}")
    return redirect("activities:tally_list", plan_slug)


@plan_permission_required("log.write")
@require_POST
def tally_restore(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    tally = get_object_or_404(request.plan.tallies, pk=pk)
    try:
        restore_tally(tally=tally)
    except TallyRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.info(request, _("It counts again."))
    return redirect("activities:tally_list", plan_slug)
