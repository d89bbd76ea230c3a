"""Dit bidrag og frivilligbevis: what a volunteer gave, asked for on paper, read and approved by the team."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.mail import site_root
from accounts.permissions import has_plan_permission, plan_permission_required
from activities import reference_paper, references
from activities.forms.references import StatementForm, TeamStatementForm
from activities.models import Reference

KEPT_WORDS = "reference_words"  # in the session: the words of a request that was taken back, for "Undo"


@require_safe
@plan_permission_required("shifts.take")
def contribution(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """One's own evenings, hours and themes; and the paper about them."""
    form = StatementForm(initial={"statement": request.session.get(KEPT_WORDS, "")})
    return _contribution_page(request, form)


@require_POST
@plan_permission_required("shifts.take")
def reference_ask(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Ask the team for the paper. `?fortryd`: the request that was just taken back stands again."""
    data = {"statement": request.session.get(KEPT_WORDS, "")} if "fortryd" in request.GET else request.POST
    form = StatementForm(data)
    if not form.is_valid():
        return _contribution_page(request, form)
    statement = form.cleaned_data["statement"]
    root = site_root(request)
    try:
        references.ask(plan=request.plan, user=request.user, statement=statement, now=timezone.now(), root=root)
    except references.ReferenceRefused as refused:
        messages.warning(request, str(refused))
    else:
        request.session.pop(KEPT_WORDS, None)
        messages.success(request, _("You have asked for your reference. The team reads it now."))
    return redirect("activities:contribution", plan_slug)


@require_POST
@plan_permission_required("shifts.take")
def reference_withdraw(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take one's own request back. Somebody else's is not there."""
    reference = get_object_or_404(request.plan.references.filter(user=request.user), pk=pk)
    if references.withdraw(reference=reference):
        request.session[KEPT_WORDS] = reference.statement
        undo = reverse("activities:reference_ask", args=[plan_slug])
        messages.info(request, _("You have taken your request back."), extra_tags=f"undo:{undo}?fortryd=1")
    else:
        messages.info(request, _("The team has approved it in the meantime. It is yours to keep."))
    return redirect("activities:contribution", plan_slug)


@require_safe
@plan_permission_required("shifts.take")
def reference_pdf(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The paper: for whom it is about, and for the team. For others it is not there."""
    rows = request.plan.references.approved()
    if not has_plan_permission(request.membership.role, "volunteers.manage"):
        rows = rows.filter(user=request.user)
    reference = get_object_or_404(rows, pk=pk)
    response = HttpResponse(reference_paper.reference_pdf(reference), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="frivilligbevis.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@plan_permission_required("volunteers.manage")
def reference_detail(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """The team reads a request, puts the words right, and approves."""
    reference = _reference(request, pk)
    if reference.is_approved:
        return _approved_page(request, reference)
    form = TeamStatementForm(request.POST or None, initial={"statement": reference.statement})
    if request.method == "POST" and form.is_valid():
        return _answer(request, reference, form.cleaned_data["statement"])
    context = {
        "reference": reference,
        "form": form,
        "given": references.contribution(plan=request.plan, user=reference.user, today=timezone.localdate()),
        "is_own": reference.user_id == request.user.pk,
    }
    return render(request, "activities/reference_detail.html", context, status=422 if form.errors else 200)


@require_POST
@plan_permission_required("volunteers.manage")
def reference_reopen(request: HttpRequest, plan_slug: str, pk: int) -> HttpResponse:
    """Take the approval back: it waits again, with its words."""
    reference = _reference(request, pk)
    try:
        references.take_back_approval(reference=reference)
    except references.ReferenceRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.info(request, _("The approval is taken back. Change the words, and approve again."))
    return redirect("activities:reference_detail", plan_slug, pk)


def _answer(request: HttpRequest, reference: Reference, statement: str) -> HttpResponse:
    """Save the words; with the button "Approve" freeze them as well."""
    if "approve" not in request.POST:
        if references.reword(reference=reference, statement=statement):
            messages.success(request, _("The words are saved. Nothing is approved yet."))
        else:
            messages.warning(request, _("Nothing is saved: it was approved or taken back in the meantime."))
        return _to_reference(request, reference)
    try:
        references.approve(
            reference=reference, statement=statement, by=request.user, now=timezone.now(), root=site_root(request)
        )
    except references.ReferenceRefused as refused:
        messages.warning(request, str(refused))
    else:
        undo = reverse("activities:reference_reopen", args=[request.plan.slug, reference.pk])
        text = _("Approved. %(name)s gets an e-mail.") % {"name": reference.user.name}
        messages.success(request, text, extra_tags=f"undo:{undo}")
    return _to_reference(request, reference)


def _to_reference(request: HttpRequest, reference: Reference) -> HttpResponse:
    """Back to it, or to the volunteers when it is gone."""
    if request.plan.references.filter(pk=reference.pk).exists():
        return redirect("activities:reference_detail", request.plan.slug, reference.pk)
    return redirect("activities:volunteer_list", request.plan.slug)


def _approved_page(request: HttpRequest, reference: Reference) -> HttpResponse:
    paper = reference_paper.read_paper(reference)
    context = {"reference": reference, "paper": paper, "given": paper.contribution}
    return render(request, "activities/reference_detail.html", context)


def _contribution_page(request: HttpRequest, form: StatementForm) -> HttpResponse:
    own = list(request.plan.references.filter(user=request.user))
    context = {
        "given": references.contribution(plan=request.plan, user=request.user, today=timezone.localdate()),
        "waiting": next((reference for reference in own if not reference.is_approved), None),
        "approved": [reference for reference in own if reference.is_approved],
        "form": form,
    }
    return render(request, "activities/contribution.html", context, status=422 if form.errors else 200)


def _reference(request: HttpRequest, pk: int) -> Reference:
    return get_object_or_404(request.plan.references.select_related("user", "approved_by"), pk=pk)
