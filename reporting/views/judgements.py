"""The project manager's own judgement of an indicator, and where its definition has changed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import plan_permission_required
from reporting.board import read_board
from reporting.figure_set import build_figure_set
from reporting.forms.judgements import DefinitionChangeForm, JudgementForm
from reporting.judgements import JudgementConflict, find_judgement, write_judgement
from reporting.models import DefinitionChange, Indicator
from reporting.periods import choose_period, period_key


def _find(request: HttpRequest, code: str) -> Indicator:
    indicator = get_object_or_404(request.plan.indicators.select_related("focus_area"), code=code)
    indicator.plan = request.plan
    return indicator


@plan_permission_required("judgements.write")
def judgement_edit(request: HttpRequest, plan_slug: str, code: str) -> HttpResponse:
    """Write a judgement of one period beside the computed status. A draft stays with the team."""
    indicator = _find(request, code)
    today = timezone.localdate()
    period = choose_period(request.plan, request.GET.get("periode", ""), today).period
    text = find_judgement(indicator, period.first, period.last)
    form = JudgementForm(request.POST or None, text=text)
    conflict = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            write_judgement(
                indicator=indicator,
                starts_on=period.first,
                ends_on=period.last,
                judgement=data["judgement"],
                comment=data["comment"],
                is_ready="draft" not in request.POST,
                version=data["version"] or 0,
                by=request.user,
            )
        except JudgementConflict as error:
            conflict = error.current
            form.data = {**form.data.dict(), "version": conflict.version}
        else:
            is_draft = "draft" in request.POST
            messages.success(
                request, _("Saved as a draft.") if is_draft else _("Saved. It goes out with the next release.")
            )
            return redirect(f"{reverse('reporting:follow_up', args=[plan_slug])}?periode={period_key(period)}")
    figure_set = build_figure_set(request.plan, period, today, today=today, for_team=True)
    rows = [row for block in read_board(figure_set).areas for row in block.rows]
    context = {
        "form": form,
        "indicator": indicator,
        "period": period,
        "key": period_key(period),
        "row": next((row for row in rows if row.code == code), None),
        "text": text,
        "conflict": conflict,
    }
    return render(request, "reporting/judgement_edit.html", context, status=_answer(form, conflict))


def _answer(form: JudgementForm, conflict: object) -> int:
    if conflict is not None:
        return 409
    return 422 if form.errors else 200


@plan_permission_required("indicators.edit")
def definition_create(request: HttpRequest, plan_slug: str, code: str) -> HttpResponse:
    """Note by hand that a figure is counted otherwise from a day on."""
    indicator = _find(request, code)
    change = DefinitionChange(plan=request.plan, indicator=indicator, written_by=request.user)
    return _definition_form(request, indicator, change)


@plan_permission_required("indicators.edit")
def definition_edit(request: HttpRequest, plan_slug: str, code: str, pk: int) -> HttpResponse:
    indicator = _find(request, code)
    return _definition_form(request, indicator, _change(indicator, pk))


def _definition_form(request: HttpRequest, indicator: Indicator, change: DefinitionChange) -> HttpResponse:
    plan = request.plan
    form = DefinitionChangeForm(request.POST or None, instance=change, first=plan.starts_on, last=plan.ends_on)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. The line stands on the chart."))
        return redirect("reporting:indicator_detail", plan.slug, indicator.code)
    context = {"form": form, "indicator": indicator, "change": change}
    return render(request, "reporting/definition_form.html", context, status=422 if form.errors else 200)


def _change(indicator: Indicator, pk: int) -> DefinitionChange:
    """Also one that was taken off: pressing twice, or undoing twice, does no harm."""
    return get_object_or_404(DefinitionChange.objects.filter(plan=indicator.plan_id, indicator=indicator), pk=pk)


@plan_permission_required("indicators.edit")
@require_POST
def definition_remove(request: HttpRequest, plan_slug: str, code: str, pk: int) -> HttpResponse:
    """Take the line off the chart; a toast brings it back."""
    indicator = _find(request, code)
    change = _change(indicator, pk)
    change.removed_at = timezone.now()
    change.save(update_fields=["removed_at"])
    undo = reverse("reporting:definition_restore", args=[plan_slug, code, pk])
    messages.success(request, _("The line is off the chart."), extra_tags=f"undo:{undo}")
    return redirect("reporting:indicator_detail", plan_slug, code)


@plan_permission_required("indicators.edit")
@require_POST
def definition_restore(request: HttpRequest, plan_slug: str, code: str, pk: int) -> HttpResponse:
    indicator = _find(request, code)
    change = _change(indicator, pk)
    change.removed_at = None
    change.save(update_fields=["removed_at"])
    messages.success(request, _("The line is back on the chart."))
    return redirect("reporting:indicator_detail", plan_slug, code)
