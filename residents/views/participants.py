"""The plan's participants: find one, see the evenings, correct, merge, hand out, erase."""

from datetime import date, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import has_plan_permission, plan_permission_required
from jobs.values import match_key
from residents.forms import PersonForm
from residents.idle import asks_again_when_idle
from residents.ledger import LedgerClosed
from residents.models import Attendance, Participant, ParticipantMerge
from residents.participants import (
    Refused,
    SamePerson,
    attended,
    correct_participant,
    erase_participant,
    merge_participants,
    subject_data,
    undo_merge,
)
from residents.reads import log_read

PAGE = 50
MOST_CANDIDATES = 20


def find_participant(request: HttpRequest, pk: int) -> Participant:
    person = get_object_or_404(Participant.objects.people().filter(plan=request.plan), pk=pk)
    person.plan = request.plan
    return person


def _detail(person: Participant) -> HttpResponse:
    return redirect("residents:participant_detail", person.plan.slug, person.pk)


@plan_permission_required("participants.view")
@asks_again_when_idle
def participant_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Everybody by name, fifty at a time, with how often they came and when last."""
    query = request.GET.get("q", "").strip()
    people = Participant.objects.people().filter(plan=request.plan)
    if query:
        people = people.filter(alias_key__contains=match_key(query))
    with transaction.atomic():
        page = Paginator(people, PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
        ticks = Attendance.objects.filter(plan=request.plan, participant__in=[person.pk for person in rows])
        came = {
            person: {"times": times, "last_on": last}
            for person, times, last in ticks.order_by()
            .values_list("participant")
            .annotate(Count("session"), Max("date"))
        }
        log_read(plan=request.plan, user=request.user, page="participant_list", rows=len(rows))
    for person in rows:
        person.came = came.get(person.pk, {"times": 0, "last_on": None})
    context = {"page": page, "people": rows, "query": query}
    template = "residents/_participant_rows.html" if request.htmx else "residents/participant_list.html"
    return render(request, template, context)


@plan_permission_required("participants.view")
@asks_again_when_idle
def participant_detail(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """One person: alias, birth year, evenings."""
    person = find_participant(request, pk)
    with transaction.atomic():
        page = Paginator(attended(person).select_related("session__activity__focus_area"), PAGE).get_page(
            request.GET.get("page")
        )
        evenings = list(page.object_list)
        log_read(plan=request.plan, user=request.user, page="participant_detail", rows=1, participant=person)
    merges = person.merges.select_related("merged_by")
    context = {"person": person, "page": page, "evenings": evenings, "merges": merges}
    return render(request, "residents/participant_detail.html", context)


@plan_permission_required("participants.edit")
@asks_again_when_idle
def participant_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Correct alias or birth year."""
    person = find_participant(request, pk)
    initial = {"alias": person.alias, "birth_year": person.birth_year}
    form = PersonForm(request.POST or None, today=timezone.localdate(), initial=initial)
    same: Participant | None = None
    if request.method == "POST" and form.is_valid():
        try:
            correct_participant(participant=person, **form.cleaned_data)
        except SamePerson as found:
            same = found.other
            form.add_error(None, _("There is already a participant with that alias and birth year."))
        else:
            messages.success(request, _("Saved."))
            return _detail(person)
    for shown in filter(None, (person, same)):
        log_read(plan=request.plan, user=request.user, page="participant_edit", rows=1, participant=shown)
    context = {"person": person, "form": form, "same": same}
    return render(request, "residents/participant_edit.html", context, status=422 if form.errors else 200)


@plan_permission_required("participants.edit")
@asks_again_when_idle
def participant_merge(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Two rows are one person: choose the other one, who is merged into this one."""
    person = find_participant(request, pk)
    if request.method == "POST":
        value = request.POST.get("other", "")
        other = find_participant(request, int(value)) if value.isascii() and value.isdecimal() else None
        if other is None or other.pk == person.pk:
            messages.error(request, _("Choose the other participant."))
            return redirect("residents:participant_merge", plan_slug, pk)
        try:
            merge = merge_participants(keep=person, gone=other, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return _detail(person)
        undo = reverse("residents:participant_merge_undo", args=[plan_slug, merge.pk])
        text = _("%(gone)s is now part of %(kept)s.") % {"gone": other.alias, "kept": person.alias}
        messages.success(request, text, extra_tags=f"undo:{undo}")
        return _detail(person)
    query = request.GET.get("q", "").strip()
    people = Participant.objects.people().filter(plan=request.plan).exclude(pk=person.pk)
    # without a word: those whose alias begins like this one, the likeliest doubles
    people = (
        people.filter(alias_key__contains=match_key(query))
        if query
        else people.filter(alias_key__startswith=person.alias_key[:3])
    )
    with transaction.atomic():
        candidates = list(people.annotate(times=Count("attendances"))[:MOST_CANDIDATES])
        log_read(plan=request.plan, user=request.user, page="participant_merge", rows=len(candidates) + 1)
    context = {"person": person, "candidates": candidates, "query": query}
    return render(request, "residents/participant_merge.html", context)


@plan_permission_required("participants.edit")
@require_POST
@asks_again_when_idle
def participant_merge_undo(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """They are two after all."""
    merges = ParticipantMerge.objects.select_related("plan", "kept")
    merge = get_object_or_404(merges, plan=request.plan, pk=pk)
    kept = merge.kept
    kept.plan = request.plan
    try:
        back = undo_merge(merge=merge, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.info(request, _("%(gone)s and %(kept)s are two again.") % {"gone": back.alias, "kept": kept.alias})
    return _detail(kept)


@plan_permission_required("participants.view")
@asks_again_when_idle
def participant_export(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Everything stored about one person, to hand out: a page to print, or JSON."""
    person = find_participant(request, pk)
    with transaction.atomic():
        log_read(plan=request.plan, user=request.user, page="participant_export", rows=1, participant=person)
        data = subject_data(participant=person)
    if request.GET.get("format") == "json":
        response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response.headers["Content-Disposition"] = f'attachment; filename="deltager-{person.pk}.json"'
        return response
    evenings = [{**evening, "day": date.fromisoformat(evening["date"])} for evening in data["evenings"]]
    reads = [{"at": datetime.fromisoformat(read["at"]), "page": page_name(read["page"])} for read in data["reads"]]
    context = {"person": person, "data": data, "evenings": evenings, "reads": reads}
    return render(request, "residents/participant_export.html", context)


def page_name(page: str) -> str:
    """What a page is called, for whoever asks who has read about them."""
    names = {
        "participant_detail": _("the participant's page"),
        "participant_edit": _("correction"),
        "participant_merge": _("merging"),
        "participant_export": _("this page"),
        "participant_erase": _("deletion"),
    }
    return names.get(page, page)


@plan_permission_required("participants.edit")
@asks_again_when_idle
def participant_erase(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Delete a person on request. Says first what goes and what stays."""
    person = find_participant(request, pk)
    if request.method == "POST":
        try:
            evenings = erase_participant(participant=person, by=request.user)
        except LedgerClosed as closed:
            messages.error(request, str(closed))
            return redirect("residents:participant_detail", plan_slug, pk)
        messages.success(
            request,
            ngettext(
                "The participant is deleted. %(number)s visit stays as a head without a name.",
                "The participant is deleted. %(number)s visits stay as heads without a name.",
                evenings,
            )
            % {"number": evenings},
        )
        return redirect("residents:participant_list", plan_slug)
    with transaction.atomic():
        log_read(plan=request.plan, user=request.user, page="participant_erase", rows=1, participant=person)
        evenings = attended(person).count()
    return render(request, "residents/participant_erase.html", {"person": person, "evenings": evenings})


@plan_permission_required("plan.view")
def concern(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Worried about a child? Ring the municipality. A page, not a form: concerns are not written here.

    For every member of the plan: the duty to report is everybody's (barnets lov § 135), and the page holds no data.
    """
    may_write = has_plan_permission(request.membership.role, "plan.edit")
    return render(request, "residents/concern.html", {"may_write": may_write})
