"""What partners and the plan agreed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import has_plan_permission, plan_permission_required
from partners.agreements import archive_agreement, in_groups, rows_by_area, take_out_agreement, with_standing
from partners.forms import AgreementForm
from partners.models import Organisation

PAGE = 50


def _may_edit(request: HttpRequest) -> bool:
    return has_plan_permission(request.membership.role, "agreements.edit")


@plan_permission_required("agreements.view")
def agreement_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Agreements by focus area; what ends soon is said first."""
    agreements = with_standing(today=timezone.localdate(), agreements=request.plan.agreements.current().for_list())
    rows = rows_by_area(plan=request.plan, agreements=agreements)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "partners/agreement_list.html",
        {
            "groups": in_groups(page.object_list),
            "page": page,
            "total": len(agreements),
            "ending": sum(agreement.now == "ending" for agreement in agreements),
            "ended": sum(agreement.now == "ended" for agreement in agreements),
            "may_edit": _may_edit(request),
            "may_see_contacts": has_plan_permission(request.membership.role, "contacts.view"),
        },
    )


@plan_permission_required("agreements.view")
def agreement_archive_list(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """What was put away: the words that were valid at a time."""
    archived = request.plan.agreements.archived().for_list().order_by("-archived_at", "-pk")
    page = Paginator(archived, PAGE).get_page(request.GET.get("page"))
    agreements = with_standing(today=timezone.localdate(), agreements=page.object_list)
    context = {"agreements": agreements, "page": page, "may_edit": _may_edit(request)}
    return render(request, "partners/agreement_archive_list.html", context)


@plan_permission_required("agreements.view")
def agreement_detail(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """One agreement. Contacts are loaded only for roles that may see them."""
    may_see_contacts = has_plan_permission(request.membership.role, "contacts.view")
    parties = Organisation.objects.prefetch_related("contacts") if may_see_contacts else Organisation.objects.all()
    agreement = get_object_or_404(
        request.plan.agreements.prefetch_related(Prefetch("parties", queryset=parties), "focus_areas"), pk=pk
    )
    return render(
        request,
        "partners/agreement_detail.html",
        {
            "agreement": with_standing(today=timezone.localdate(), agreements=[agreement])[0],
            "may_edit": _may_edit(request),
            "may_see_contacts": may_see_contacts,
        },
    )


@plan_permission_required("agreements.edit")
def agreement_create(request: HttpRequest, plan_slug: str) -> HttpResponse:
    form = AgreementForm(request.POST or None, plan=request.plan)
    if form.is_valid():
        agreement = form.save()
        messages.success(request, _("The agreement is saved."))
        return redirect("partners:agreement_detail", plan_slug, agreement.pk)
    return render(request, "partners/agreement_form.html", {"form": form})


@plan_permission_required("agreements.edit")
def agreement_edit(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    agreement = get_object_or_404(request.plan.agreements, pk=pk)
    form = AgreementForm(request.POST or None, instance=agreement, plan=request.plan)
    if form.is_valid():
        form.save()
        messages.success(request, _("The agreement is saved."))
        return redirect("partners:agreement_detail", plan_slug, pk)
    return render(request, "partners/agreement_form.html", {"form": form, "agreement": agreement})


@plan_permission_required("agreements.edit")
@require_POST
def agreement_archive(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Put away; can be undone."""
    agreement = get_object_or_404(request.plan.agreements.current(), pk=pk)
    archive_agreement(agreement=agreement, now=timezone.now())
    messages.success(
        request,
        _("The agreement is in the archive."),
        extra_tags=f"undo:{reverse('partners:agreement_take_out', args=[plan_slug, pk])}",
    )
    return redirect("partners:agreement_list", plan_slug)


@plan_permission_required("agreements.edit")
@require_POST
def agreement_take_out(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Back from the archive."""
    agreement = get_object_or_404(request.plan.agreements, pk=pk)
    take_out_agreement(agreement=agreement)
    messages.success(request, _("The agreement is back on the list."))
    return redirect("partners:agreement_detail", plan_slug, pk)


@plan_permission_required("agreements.view_own")
def agreement_own(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """A partner's one page: the agreements of the organisations that the account is a contact of."""
    agreements = with_standing(
        today=timezone.localdate(), agreements=request.plan.agreements.current().of_contact(request.user).for_list()
    )
    organisations = request.plan.organisations.filter(contacts__user=request.user).distinct()
    return render(request, "partners/agreement_own.html", {"agreements": agreements, "organisations": organisations})
