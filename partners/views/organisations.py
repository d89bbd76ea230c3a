"""Organisations behind the plan, and whom to call there."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.danish import by_name
from accounts.permissions import has_plan_permission, plan_permission_required
from partners.agreements import with_standing
from partners.contacts import RemovalRefused, remove_contact, remove_organisation, restore_removed
from partners.forms import ContactForm, OrganisationForm

REMOVED = "partners.removed"
PAGE = 48


def _offer_undo(request: HttpRequest, *, text: str, removed: dict[str, Any]) -> None:
    """The last removal is kept in the session, not in an address: it names people."""
    request.session[REMOVED] = {"plan": request.plan.pk, "removed": removed}
    undo = reverse("partners:removal_undo", args=[request.plan.slug])
    messages.success(request, text, extra_tags=f"undo:{undo}")


@plan_permission_required("contacts.view")
def organisation_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    organisations = request.plan.organisations.annotate(
        contact_count=Count("contacts", distinct=True),
        agreement_count=Count("agreements", filter=Q(agreements__archived_at=None), distinct=True),
    )
    page = Paginator(by_name(organisations), PAGE).get_page(request.GET.get("page"))
    may_edit = has_plan_permission(request.membership.role, "agreements.edit")
    context = {"organisations": page.object_list, "page": page, "may_edit": may_edit}
    return render(request, "partners/organisation_list.html", context)


@plan_permission_required("contacts.view")
def organisation_detail(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    organisation = get_object_or_404(request.plan.organisations, pk=pk)
    return render(
        request,
        "partners/organisation_detail.html",
        {
            "organisation": organisation,
            "contacts": by_name(organisation.contacts.select_related("user")),
            "agreements": with_standing(
                agreements=organisation.agreements.current().for_list(), today=timezone.localdate()
            ),
            "may_edit": has_plan_permission(request.membership.role, "agreements.edit"),
        },
    )


@plan_permission_required("agreements.edit")
def organisation_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    form = OrganisationForm(request.POST or None, plan=request.plan)
    if form.is_valid():
        organisation = form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": organisation})
        return redirect("partners:organisation_detail", plan_slug, organisation.pk)
    return render(request, "partners/organisation_form.html", {"form": form})


@plan_permission_required("agreements.edit")
def organisation_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    organisation = get_object_or_404(request.plan.organisations, pk=pk)
    form = OrganisationForm(request.POST or None, instance=organisation, plan=request.plan)
    if form.is_valid():
        form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": organisation})
        return redirect("partners:organisation_detail", plan_slug, pk)
    return render(request, "partners/organisation_form.html", {"form": form, "organisation": organisation})


@plan_permission_required("agreements.edit")
@require_POST
def organisation_remove(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    organisation = get_object_or_404(request.plan.organisations, pk=pk)
    try:
        removed = remove_organisation(organisation=organisation)
    except RemovalRefused as refused:
        messages.error(request, refused.message)
        return redirect("partners:organisation_detail", plan_slug, pk)
    _offer_undo(request, text=_("%(name)s is deleted.") % {"name": organisation.name}, removed=removed)
    return redirect("partners:organisation_list", plan_slug)


@plan_permission_required("agreements.edit")
def contact_create(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    organisation = get_object_or_404(request.plan.organisations, pk=pk)
    form = ContactForm(request.POST or None, organisation=organisation)
    if form.is_valid():
        contact = form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": contact})
        return redirect("partners:organisation_detail", plan_slug, pk)
    return render(request, "partners/contact_form.html", {"form": form, "organisation": organisation})


@plan_permission_required("agreements.edit")
def contact_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    contact = get_object_or_404(request.plan.contacts.select_related("organisation__plan"), pk=pk)
    form = ContactForm(request.POST or None, instance=contact, organisation=contact.organisation)
    if form.is_valid():
        form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": contact})
        return redirect("partners:organisation_detail", plan_slug, contact.organisation_id)
    return render(
        request,
        "partners/contact_form.html",
        {"form": form, "organisation": contact.organisation, "contact": contact},
    )


@plan_permission_required("agreements.edit")
@require_POST
def contact_remove(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    contact = get_object_or_404(request.plan.contacts, pk=pk)
    removed = remove_contact(contact=contact)
    _offer_undo(request, text=_("%(name)s is deleted.") % {"name": contact.name}, removed=removed)
    return redirect("partners:organisation_detail", plan_slug, contact.organisation_id)


@plan_permission_required("agreements.edit")
@require_POST
def removal_undo(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Undo the last removal of this session."""
    kept = request.session.pop(REMOVED, None)
    if kept and kept["plan"] == request.plan.pk and restore_removed(plan=request.plan, removed=kept["removed"]):
        messages.success(request, _("It is back."))
    else:
        messages.error(request, _("It is too late to undo this."))
    return redirect("partners:organisation_list", plan_slug)
