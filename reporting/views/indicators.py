"""One indicator behind the board: its sessions, what was typed in, its targets and their history. For the team."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.periods import Period
from accounts.permissions import has_plan_permission, plan_permission_required
from accounts.templatetags.portal_tags import da_date_range
from activities.models import NEWEST_FIRST, Session
from jobs.values import match_key
from reporting.board import read_board
from reporting.books import scope_of
from reporting.definitions import note_rule_change, rule_of
from reporting.figure_set import build_figure_set
from reporting.forms.indicators import IndicatorForm
from reporting.forms.targets import TargetForm
from reporting.judgements import find_judgement
from reporting.measures import MEASURES
from reporting.models import Indicator, Measurement, Target
from reporting.periods import choose_period, period_key, period_name, periods_of_kind, target_periods
from reporting.targets import is_milestone, set_target

SESSIONS_SHOWN = 400


def find_indicator(request: HttpRequest, code: str) -> Indicator:
    indicator = get_object_or_404(request.plan.indicators.select_related("focus_area", "format"), code=code)
    indicator.plan = request.plan
    return indicator


def _targets(indicator: Indicator) -> list[Target]:
    """Its targets, each with its period's own name."""
    names = {(period.first, period.last): period_name(period) for period in target_periods(indicator.plan)}
    targets = list(indicator.targets.prefetch_related("changes"))
    for target in targets:
        span = (target.starts_on, target.ends_on)
        target.label = names.get(span) or da_date_range(*span)
    return targets


@plan_permission_required("figures.draft")
def indicator_detail(request: HttpRequest, plan_slug: str, code: str) -> HttpResponse:
    """The figure as it is now, with the sessions or the typed-in values behind it."""
    today = timezone.localdate()
    indicator = find_indicator(request, code)
    choice = choose_period(request.plan, request.GET.get("periode", ""), today)
    figure_set = build_figure_set(request.plan, choice.period, today, today=today, for_team=True)
    board = read_board(figure_set)
    rule = MEASURES[indicator.measure]
    address = reverse("reporting:indicator_detail", args=[plan_slug, code])
    role = request.membership.role
    span = (choice.period.first, choice.period.last)
    takes_values = rule.takes_values and indicator.numerator_id is None
    context = {
        "indicator": indicator,
        "row": next((row for block in board.areas for row in block.rows if row.code == code), None),
        "choice": choice,
        "kind_tabs": [
            {"url": f"{address}?periode={period_key(period)}", "label": label, "active": active}
            for label, period, active in choice.kinds
        ],
        "previous_url": f"{address}?periode={period_key(choice.previous)}" if choice.previous else "",
        "next_url": f"{address}?periode={period_key(choice.next)}" if choice.next else "",
        "targets": _targets(indicator),
        "measurements": list_measurements(indicator) if takes_values else [],
        "definitions": list(indicator.definition_changes.filter(removed_at__isnull=True)),
        "sessions": _sessions(indicator, *span, today) if rule.counts_sessions else [],
        "takes_values": takes_values,
        "counts_sessions": rule.counts_sessions,
        "is_milestone": is_milestone(indicator),
        "may_measure": takes_values and has_plan_permission(role, "measurements.add"),
        "may_approve": has_plan_permission(role, "measurements.approve"),
        "may_edit": has_plan_permission(role, "indicators.edit"),
        "may_write": has_plan_permission(role, "judgements.write"),
        "judgement": find_judgement(indicator, *span),
        "period_key": period_key(choice.period),
        "today": today,
    }
    return render(request, "reporting/indicator_detail.html", context)


def list_measurements(indicator: Indicator) -> list[Measurement]:
    """What was typed in, with the name of the paper behind it but without its bytes."""
    return list(indicator.measurements.select_related("recorded_by", "decided_by").with_files())


def _sessions(indicator: Indicator, first: date, last: date, today: date) -> QuerySet[Session]:
    """The sessions that the figure counts, and those that it still lacks."""
    scope = scope_of(indicator, list(indicator.plan.activities.all()) if indicator.whole_area else [])
    rows = Session.objects.for_plan(indicator.plan).between(first, last).with_visits()
    rows = rows.filter(Q(date__lt=today) | Q(logged_at__isnull=False))
    if scope.activity_ids is not None:
        rows = rows.filter(activity__in=scope.activity_ids)
    if scope.weekdays is not None:
        rows = rows.filter(date__iso_week_day__in=scope.weekdays)
    if indicator.format_id:
        rows = rows.filter(format=indicator.format_id)
    if scope.theme_key:
        themes = rows.exclude(theme="").values_list("pk", "theme")
        rows = rows.filter(pk__in=[pk for pk, theme in themes if scope.theme_key in match_key(theme)])
    return rows.select_related("activity", "format").order_by(*NEWEST_FIRST)[:SESSIONS_SHOWN]


@plan_permission_required("indicators.edit")
def indicator_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    form = IndicatorForm(request.POST or None, plan=request.plan, instance=Indicator(plan=request.plan))
    if request.method == "POST" and form.is_valid():
        indicator = form.save()
        messages.success(request, _("%(code)s is created. Now give it a target.") % {"code": indicator.code})
        return redirect("reporting:target_create", plan_slug, indicator.code)
    return render(request, "reporting/indicator_create.html", {"form": form}, status=422 if form.errors else 200)


@plan_permission_required("indicators.edit")
def indicator_edit(request: HttpRequest, plan_slug: str, code: str) -> HttpResponse:
    indicator = find_indicator(request, code)
    form = IndicatorForm(request.POST or None, plan=request.plan, instance=indicator)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            before = rule_of(indicator)
            indicator = form.save()
            note_rule_change(indicator=indicator, before=before, on=timezone.localdate(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("reporting:indicator_detail", plan_slug, indicator.code)
    context = {"form": form, "indicator": indicator, "code": code}
    return render(request, "reporting/indicator_edit.html", context, status=422 if form.errors else 200)


@plan_permission_required("indicators.edit")
def target_create(request: HttpRequest, plan_slug: str, code: str) -> HttpResponse:
    """A target for a period that has none yet."""
    indicator = find_indicator(request, code)
    period = choose_period(request.plan, request.GET.get("periode", ""), timezone.localdate()).period
    form = TargetForm(request.POST or None, indicator=indicator, period=_without_target(indicator, period))
    if request.method == "POST" and form.is_valid() and _save_target(request, form, indicator):
        return redirect("reporting:indicator_detail", plan_slug, code)
    context = {"form": form, "indicator": indicator}
    return render(request, "reporting/target_create.html", context, status=422 if form.errors else 200)


@plan_permission_required("indicators.edit")
def target_edit(request: HttpRequest, plan_slug: str, code: str, pk: int) -> HttpResponse:
    """Change a target, with the reason that stays beside it."""
    indicator = find_indicator(request, code)
    target = get_object_or_404(Target.objects.filter(plan=request.plan, indicator=indicator), pk=pk)
    form = TargetForm(request.POST or None, indicator=indicator, target=target)
    if request.method == "POST" and form.is_valid() and _save_target(request, form, indicator):
        return redirect("reporting:indicator_detail", plan_slug, code)
    context = {"form": form, "indicator": indicator, "target": target, "is_milestone": is_milestone(indicator)}
    return render(request, "reporting/target_edit.html", context, status=422 if form.errors else 200)


def _without_target(indicator: Indicator, period: Period) -> Period:
    """The period, or where it has a target the next of its kind that has none; itself where all have."""
    taken = set(indicator.targets.values_list("starts_on", "ends_on"))
    coming = [one for one in periods_of_kind(indicator.plan, period.kind) if one.first >= period.first]
    return next((one for one in coming if (one.first, one.last) not in taken), period)


def _save_target(request: HttpRequest, form: TargetForm, indicator: Indicator) -> bool:
    first, last = form.span
    data = form.cleaned_data
    try:
        set_target(
            indicator=indicator,
            starts_on=first,
            ends_on=last,
            value=data.get("value"),
            high=data.get("high"),
            due_on=data.get("due_on"),
            by=request.user,
            reason=data.get("reason", ""),
            decided_by=data.get("decided_by", ""),
            decided_on=data.get("decided_on"),
        )
    except ValidationError as error:
        refuse_target(form, error)
        return False
    is_moved = is_milestone(indicator) and form.target is not None
    messages.success(request, _("The milestone is moved.") if is_moved else _("The target is saved."))
    return True


def refuse_target(form: Form, error: ValidationError) -> None:
    """Each sentence at its field. A new target that meets one of another value is sent to where targets are changed."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
    elif "reason" in error.error_dict and "reason" not in form.fields:
        form.add_error(None, _("This period has a target already. Open it and change it, with a reason."))
    else:
        for name, sentences in error.error_dict.items():
            form.add_error(name if name in form.fields else None, sentences)
