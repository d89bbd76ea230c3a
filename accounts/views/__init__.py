"""Pages of accounts, one module per noun."""

from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from accounts.models import Role
from accounts.permissions import plan_permission_required, public, signed_in, superuser_required

LANDING = {
    Role.STAFF: "activities:week",
    Role.PROJECT_MANAGER: "activities:week",
    Role.VOLUNTEER: "activities:upcoming",
    Role.BOARD: "reporting:follow_up",
    Role.PARTNER: "partners:agreement_own",
    Role.ADMINISTRATOR: "plan:settings",
}
login = public(auth_views.LoginView.as_view(template_name="accounts/login.html"))
logout = signed_in(auth_views.LogoutView.as_view())


@signed_in
def start(request: HttpRequest) -> HttpResponse:
    membership = request.user.memberships.select_related("plan").first()
    return redirect("plan:home", membership.plan.slug) if membership else redirect("accounts:plan_switch")


@plan_permission_required("plan.view")
def home(request: HttpRequest, plan_slug: str) -> HttpResponse:
    try:
        return redirect(reverse(LANDING[request.membership.role], args=[plan_slug]))
    except NoReverseMatch:
        return redirect("plan:more", plan_slug)


@signed_in
def style_guide(request: HttpRequest) -> HttpResponse:
    return render(request, "stil/index.html")


@signed_in
def plan_switch(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/plan_switch.html")


@superuser_required
def setup(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/setup.html")


@plan_permission_required("plan.edit")
def settings(request: HttpRequest, plan_slug: str) -> HttpResponse:
    return render(request, "plan/settings.html")


@plan_permission_required("plan.view")
def more(request: HttpRequest, plan_slug: str) -> HttpResponse:
    return render(request, "plan/more.html")
