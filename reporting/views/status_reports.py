"""Meeting packs: the list, the draft while it is written, and the page that the board reads."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, Min, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import has_plan_permission, plan_permission_required
from activities.models import Session
from reporting.board import read_board
from reporting.figure_set import build_figure_set
from reporting.forms.status_reports import MeetingForm, PackForm
from reporting.models import AreaNarrative, StatusReport
from reporting.packs.drafts import DraftConflict, DraftFrozen, begin_pack, save_pack
from reporting.packs.drawing import draw_content, draw_pack
from reporting.packs.freezing import period_of, preview_pack
from reporting.packs.reading import period_name

LISTED = 50


def packs_for(request: HttpRequest) -> QuerySet[StatusReport]:
    """What the member may open: frozen packs; drafts too for who writes them."""
    packs = request.plan.status_reports.filter(dropped_at=None)
    return packs if has_plan_permission(request.membership.role, "packs.edit") else packs.frozen()


def find_pack(request: HttpRequest, pk: int) -> StatusReport:
    pack = get_object_or_404(packs_for(request), pk=pk)
    pack.plan = request.plan
    return pack


@plan_permission_required("releases.view")
def status_report_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Drafts first, then what meetings were given, the latest meeting first."""
    rows = packs_for(request).defer("content", "summary", "decisions", "deviations")
    rows = rows.order_by(Case(When(frozen_at=None, then=0), default=1), "-meets_on", "-pk")
    page = Paginator(rows, LISTED).get_page(request.GET.get("page"))
    packs = list(page.object_list)
    for pack in packs:
        pack.plan = request.plan
        pack.period_name = period_name(period_of(pack))
    context = {
        "page": page,
        "drafts": [pack for pack in packs if not pack.is_frozen],
        "packs": [pack for pack in packs if pack.is_frozen],
        "may_edit": has_plan_permission(request.membership.role, "packs.edit"),
    }
    return render(request, "reporting/status_report_list.html", context)


@plan_permission_required("packs.edit")
def status_report_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Which meeting, which figures. A frozen pack in the address is what the new one begins with."""
    source = request.plan.status_reports.frozen().filter(pk=_number(request.GET.get("fra"))).first()
    form = MeetingForm(request.POST or None, plan=request.plan, today=timezone.localdate(), report=source)
    if request.method == "POST" and form.is_valid():
        pack = begin_pack(
            plan=request.plan,
            body=form.cleaned_data["body"],
            meets_on=form.cleaned_data["meets_on"],
            period=form.chosen,
            as_of=form.cleaned_data["as_of"],
            source=source,
            by=request.user,
        )
        return redirect("reporting:status_report_edit", plan_slug, pack.pk)
    context = {"form": form, "source": source}
    return render(request, "reporting/status_report_create.html", context, status=422 if form.errors else 200)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@plan_permission_required("packs.edit")
def status_report_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The texts of a draft, each focus area beside its figures."""
    pack = find_pack(request, pk)
    if pack.is_frozen and request.method != "POST":
        return redirect("reporting:status_report_detail", plan_slug, pk)
    narratives = list(pack.narratives.select_related("focus_area"))
    form = PackForm(
        request.POST or None, plan=request.plan, today=timezone.localdate(), report=pack, narratives=narratives
    )
    conflict: StatusReport | None = None
    if request.method == "POST" and form.is_valid():
        try:
            save_pack(
                report=pack,
                version=form.cleaned_data["version"],
                values=form.values,
                narratives=form.written,
                by=request.user,
            )
        except DraftFrozen:
            messages.error(
                request,
                _("The pack was frozen while you wrote. Your words are still here: copy them into a new edition."),
            )
            conflict = StatusReport.objects.get(pk=pk)
        except DraftConflict as lost:
            conflict = lost.current
        else:
            return redirect("reporting:status_report_detail", plan_slug, pk)
    context = {"form": form, "pack": pack, "parts": _parts(pack, form, narratives)}
    if conflict is not None:
        context["differences"] = [] if conflict.is_frozen else _differences(conflict, form)
        form.data = {
            **form.data.dict(),
            "version": str(conflict.version),
        }  # saving once more is a choice, not a mistake
    return render(
        request, "reporting/status_report_edit.html", context, status=409 if conflict else 422 if form.errors else 200
    )


def _parts(pack: StatusReport, form: PackForm, narratives: list[AreaNarrative]) -> list[dict[str, Any]]:
    """Each focus area: its fields, and its figures to write about."""
    board = read_board(build_figure_set(pack.plan, period_of(pack), pack.as_of))
    rows = {block.position: block.rows for block in board.areas}
    return [
        {
            "area": row.focus_area,
            "rows": rows.get(str(row.focus_area.position), []),
            "text": form[f"text_{row.pk}"],
            "approved": form[f"approved_{row.pk}"],
        }
        for row in narratives
    ]


def _differences(current: StatusReport, form: PackForm) -> list[tuple[str, str]]:
    """What somebody else has saved that is not what is in the form: label and their words."""
    stored = {name: str(getattr(current, name)) for name in ("body", "summary", "decisions", "deviations")}
    stored |= {f"text_{row.pk}": row.text for row in current.narratives.all()}
    return [
        (str(form.fields[name].label), text)
        for name, text in stored.items()
        if name in form.fields and _same_lines(text) != _same_lines(str(form.cleaned_data.get(name, "")))
    ]


def _same_lines(text: str) -> list[str]:
    return text.strip().splitlines()


@plan_permission_required("releases.view")
def status_report_detail(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """A frozen pack as the meeting reads it; a draft as it would be, with what is left to do."""
    report = find_pack(request, pk)
    may_edit = has_plan_permission(request.membership.role, "packs.edit")
    context: dict[str, Any] = {"report": report, "may_edit": may_edit}
    if report.is_frozen:
        context["pack"], context["drawn"] = draw_pack(report)
        return render(request, "reporting/status_report_detail.html", context)
    context["pack"], context["drawn"] = draw_content(preview_pack(report).content)
    context |= {
        "waiting": [row for row in report.narratives.select_related("focus_area") if row.is_waiting],
        "unlogged": _unlogged(report, timezone.localdate()),
        "version": report.version,
    }
    return render(request, "reporting/status_report_preview.html", context)


def _unlogged(report: StatusReport, today: date) -> dict[str, Any]:
    """How many evenings the lock will close before anybody has logged them, and the first of them: they may lie long
    before the period that the pack is about."""
    sessions = Session.objects.for_plan(report.plan).open_for_log(report.plan).unlogged(today)
    return sessions.filter(date__lte=report.as_of).aggregate(count=Count("pk"), since=Min("date"))
