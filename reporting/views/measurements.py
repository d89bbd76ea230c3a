"""Values that are typed in: written by the team, approved or sent back by the project manager."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import has_plan_permission, plan_permission_required
from accounts.templatetags.portal_tags import da_number
from reporting.forms.measurements import MeasurementForm, ReturnForm
from reporting.measuring import (
    MeasurementRefused,
    add_measurement,
    approve,
    correct_measurement,
    returned_values,
    send_back,
    waiting_values,
)
from reporting.models import Measurement, MeasurementFile
from reporting.targets import is_milestone
from reporting.views.indicators import find_indicator

PAGE = 50


def _find(request: HttpRequest, pk: int) -> Measurement:
    rows = Measurement.objects.filter(plan=request.plan).select_related("indicator__focus_area", "recorded_by")
    measurement = get_object_or_404(rows, pk=pk)
    measurement.plan = measurement.indicator.plan = request.plan
    return measurement


def _may_approve(request: HttpRequest) -> bool:
    return has_plan_permission(request.membership.role, "measurements.approve")


@plan_permission_required("measurements.add")
def measurement_create(request: HttpRequest, plan_slug: str, code: str) -> HttpResponse:
    """Type in a value with its day and source."""
    indicator = find_indicator(request, code)
    form = MeasurementForm(request.POST or None, request.FILES or None, indicator=indicator, today=timezone.localdate())
    if request.method == "POST" and form.is_valid() and not form.asks:
        try:
            measurement = add_measurement(
                indicator=indicator,
                typed=form.typed(),
                by=request.user,
                approved=_may_approve(request),
                attachment=form.attachment,
            )
        except MeasurementRefused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _echo(measurement))
            return redirect("reporting:indicator_detail", plan_slug, code)
    return _form_page(request, form, indicator)


@plan_permission_required("measurements.add")
def measurement_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Correct one that is not approved yet."""
    measurement = _find(request, pk)
    indicator = measurement.indicator
    if measurement.is_approved:
        messages.info(request, _("The value is approved. Write a new one, or have it sent back first."))
        return redirect("reporting:indicator_detail", plan_slug, indicator.code)
    form = MeasurementForm(
        request.POST or None,
        request.FILES or None,
        indicator=indicator,
        today=timezone.localdate(),
        measurement=measurement,
    )
    if request.method == "POST" and form.is_valid() and not form.asks:
        try:
            measurement = correct_measurement(
                measurement=measurement,
                typed=form.typed(),
                by=request.user,
                approved=_may_approve(request),
                attachment=form.attachment,
            )
        except MeasurementRefused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _echo(measurement))
            return redirect("reporting:indicator_detail", plan_slug, indicator.code)
    return _form_page(request, form, indicator, measurement)


def _refuse(form: Form, refused: MeasurementRefused) -> None:
    """The sentence at its field, or at the top where the form has no such field."""
    form.add_error(refused.field if refused.field in form.fields else None, refused)


def _form_page(request: HttpRequest, form, indicator, measurement: Measurement | None = None) -> HttpResponse:
    context = {
        "form": form,
        "indicator": indicator,
        "measurement": measurement,
        "is_milestone": is_milestone(indicator),
        "may_approve": _may_approve(request),
    }
    return render(
        request, "reporting/measurement_create.html", context, status=422 if form.errors or form.asks else 200
    )


def _echo(measurement: Measurement) -> str:
    """What was understood, so that 1.234 and 1,234 are told apart at once, and whether it counts now."""
    if is_milestone(measurement.indicator):
        text = _("Marked as done.")
    else:
        value = da_number(measurement.value)
        if measurement.whole is not None:
            value = _("%(part)s of %(whole)s = %(value)s %%") % {
                "part": da_number(measurement.part),
                "whole": da_number(measurement.whole),
                "value": value,
            }
        if measurement.is_estimated:
            value = _("%(value)s (estimated)") % {"value": value}
        text = _("Saved: %(value)s.") % {"value": value}
    if measurement.is_approved:
        return f"{text} " + _("The figure counts from now on.")
    return f"{text} " + _("It counts when the project manager has approved it.")


@plan_permission_required("measurements.approve")
@require_POST
def measurement_approve(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    measurement = _find(request, pk)
    try:
        done = approve(measurement=measurement, by=request.user)
    except MeasurementRefused as refused:
        messages.error(request, refused.messages[0])
    else:
        if done:
            messages.success(request, _("%(code)s is approved and counts now.") % {"code": measurement.indicator.code})
        else:
            messages.info(request, _("It was not waiting any more."))
    return _go_on(request, measurement)


def _go_on(request: HttpRequest, measurement: Measurement) -> HttpResponse:
    """Back to the queue while something waits there and one came from it, else to the indicator."""
    if request.POST.get("from") == "queue" and waiting_values(request.plan).exists():
        return redirect("reporting:measurement_queue", request.plan.slug)
    return redirect("reporting:indicator_detail", request.plan.slug, measurement.indicator.code)


@plan_permission_required("measurements.approve")
def measurement_return(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Send it back with a reason. An approved one counts no more."""
    measurement = _find(request, pk)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = send_back(measurement=measurement, by=request.user, reason=form.cleaned_data["reason"])
        except MeasurementRefused as refused:
            _refuse(form, refused)
        else:
            messages.info(request, _("Sent back.") if done else _("It was sent back already."))
            return _go_on(request, measurement)
    context = {"form": form, "measurement": measurement, "indicator": measurement.indicator}
    return render(request, "reporting/measurement_return.html", context, status=422 if form.errors else 200)


@plan_permission_required("measurements.add")
def measurement_queue(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """What awaits approval, and what was sent back to me."""
    page = Paginator(waiting_values(request.plan).with_files(), PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": list(page.object_list),
        "page": page,
        "returned": list(returned_values(request.plan, request.user)),
        "may_approve": _may_approve(request),
    }
    return render(request, "reporting/measurement_queue.html", context)


@plan_permission_required("figures.draft")
@require_GET
def measurement_file(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The paper behind a value, always as a download: nothing of it runs in the portal's name."""
    stored = get_object_or_404(MeasurementFile.objects.filter(plan=request.plan), measurement=pk)
    return HttpResponse(
        bytes(stored.content),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=stored.name),
            "Cache-Control": "no-store",
        },
    )
