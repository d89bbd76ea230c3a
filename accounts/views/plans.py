"""The plan itself: choosing one, its home, its settings, setting up a new one."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import PlanForm, ReopenForm, SetupForm
from accounts.locking import LENGTHS, close_again, reopen
from accounts.models import Plan, Reopening, Role
from accounts.permissions import has_plan_permission, plan_permission_required, signed_in, superuser_required
from accounts.setup import close_demo, create_plan, demo_accounts_active
from accounts.templatetags.portal_tags import da_date, da_time

# Where each role's day begins. The apps above are known here by the names of their URLs only.
LANDING = {
    Role.PROJECT_MANAGER: "activities:week",
    Role.STAFF: "activities:week",
    Role.VOLUNTEER: "activities:upcoming",
    Role.BOARD: "reporting:follow_up",
    Role.PARTNER: "partners:agreement_own",
    Role.ADMINISTRATOR: "plan:settings",
}


REOPENINGS_SHOWN = 3


@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """The front door: into one's plan, or to the choice of plans."""
    slugs = list(request.user.plans.values_list("slug", flat=True)[:2])
    if len(slugs) == 1:
        return redirect("plan:home", slugs[0])
    if not slugs and request.user.is_superuser:
        return redirect("accounts:setup")
    return redirect("accounts:plan_switch")


@signed_in
def plan_switch(request: HttpRequest) -> HttpResponse:
    """One's plans, newest first; or what to do when there is none."""
    memberships = request.user.memberships.select_related("plan").order_by("-plan__starts_on", "plan__name")
    return render(request, "accounts/plan_switch.html", {"memberships": memberships})


@plan_permission_required("plan.view")
def home(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Where the role's day begins."""
    try:
        return redirect(reverse(LANDING[Role(request.membership.role)], args=[plan_slug]))
    except NoReverseMatch:
        return redirect("accounts:plan_switch")


@plan_permission_required("plan.edit")
def settings(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Name, area, dates, and how far figures are locked."""
    may_lock = has_plan_permission(request.membership.role, "figures.release")
    form = PlanForm(request.POST or None, instance=request.plan, may_lock=may_lock)
    if form.is_valid():
        form.save()
        messages.success(request, _("The settings are saved."))
        return redirect("plan:settings", plan_slug)
    if form.errors:
        request.plan.refresh_from_db()  # the page around the form shows what is stored, not what was refused
    context = {"form": form, "may_lock": may_lock, "reopenings": list(_reopenings(request.plan)[:REOPENINGS_SHOWN])}
    return render(request, "accounts/settings.html", context)


def _reopenings(plan: Plan) -> QuerySet[Reopening]:
    return plan.reopenings.select_related("opened_by")


@plan_permission_required("figures.release")
def figures_reopen(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Open the locked figures for a while, with a reason that stays."""
    if request.plan.figures_locked_until is None:
        messages.info(request, _("No figures are locked."))
        return redirect("plan:settings", plan_slug)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reopening = reopen(
            plan=request.plan,
            by=request.user,
            reason=form.cleaned_data["reason"],
            length=LENGTHS[form.cleaned_data["length"]],
            now=timezone.now(),
        )
        if reopening:
            messages.success(
                request,
                _("The figures are open until %(day)s at %(time)s. Then they lock themselves.")
                % {"day": da_date(reopening.until, "plain"), "time": da_time(reopening.until)},
                extra_tags=f"undo:{reverse('plan:figures_close', args=[plan_slug])}",
            )
        return redirect("plan:settings", plan_slug)
    context = {"form": form, "reopenings": list(_reopenings(request.plan))}
    return render(request, "accounts/figures_reopen.html", context, status=422 if form.errors else 200)


@plan_permission_required("figures.release")
@require_POST
def figures_close(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Lock again before the time is up."""
    if close_again(plan=request.plan, now=timezone.now()):
        messages.success(request, _("The figures are locked again."))
    return redirect("plan:settings", plan_slug)


@plan_permission_required("plan.edit")
def guide(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """From an empty plan to the first Min uge, step by step."""
    colleagues = request.plan.memberships.exclude(user=request.user).count()
    invited = request.plan.invitations.filter(accepted_at=None).count()
    return render(request, "accounts/guide.html", {"colleagues": colleagues, "invited": invited})


@superuser_required
def setup(request: HttpRequest) -> HttpResponse:
    """A real plan. Refused while the demo's public passwords work."""
    if demo_accounts_active():
        return render(request, "accounts/setup_refused.html", status=409 if request.method == "POST" else 200)
    form = SetupForm(request.POST or None)
    if form.is_valid():
        plan = create_plan(by=request.user, **form.cleaned_data)
        messages.success(request, _("The plan is created."))
        return redirect("plan:guide", plan.slug)
    return render(request, "accounts/setup.html", {"form": form})


@superuser_required
@require_POST
def demo_close(request: HttpRequest) -> HttpResponse:
    """Switch the demo accounts off, so that a real plan can begin."""
    close_demo()
    messages.success(request, _("The demo accounts are closed. Now you can set up your own plan."))
    return redirect("accounts:setup")
