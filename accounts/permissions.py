"""The one role × permission table, and the decorators that every view carries exactly one of.

A data protection officer can read this page: what is not listed here, nobody may do.
Board, partner and volunteer accounts hold no permission that leads to a participant (design §4);
administrators run the installation and see no participant either (semantics, Roles).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt  # why: for tokens alone, below

from accounts.models import Role
from accounts.tokens import TokenRefused, admit

A, M, S, V, B, P = (
    Role.ADMINISTRATOR,
    Role.PROJECT_MANAGER,
    Role.STAFF,
    Role.VOLUNTEER,
    Role.BOARD,
    Role.PARTNER,
)

PERMISSIONS: dict[str, frozenset[Role]] = {
    "plan.view": frozenset({A, M, S, V, B, P}),
    "plan.edit": frozenset({A, M}),
    "members.manage": frozenset({A, M}),
    "style.view": frozenset({A, M, S}),
    "agreements.view": frozenset({A, M, S, B}),
    "agreements.edit": frozenset({M}),
    "agreements.view_own": frozenset({P}),
    "contacts.view": frozenset({M, S}),
    "activities.view": frozenset({A, M, S}),
    "activities.manage": frozenset({A, M, S}),
    "programme.view": frozenset({A, M, S, V}),
    "programme.plan": frozenset({M, S, V}),
    "programme.approve": frozenset({M, S}),
    "programme.publish": frozenset({M, S, V}),
    "guests.phone": frozenset({M, S}),
    "ideas.moderate": frozenset({M, S, V}),
    "shifts.take": frozenset({M, S, V}),
    "shifts.manage": frozenset({M, S}),
    "evening.run": frozenset({M, S, V}),
    "volunteers.manage": frozenset({M, S}),
    "log.view": frozenset({M, S}),
    "log.write": frozenset({M, S}),
    "log.nudge": frozenset({M}),
    "log.export": frozenset({M}),
    "imports.run": frozenset({M}),
    "attendance.record": frozenset({M, S}),
    "attendance.export": frozenset({M}),
    "participants.view": frozenset({M, S}),
    "participants.edit": frozenset({M, S}),
    "figures.draft": frozenset({M, S}),
    "figures.release": frozenset({M}),
    "releases.view": frozenset({A, M, S, B}),
    "packs.edit": frozenset({M}),
    "data.manage": frozenset({A, M}),
    "indicators.edit": frozenset({M}),
    "judgements.write": frozenset({M}),
    "measurements.add": frozenset({M, S}),
    "measurements.approve": frozenset({M}),
}

Access = Callable[..., HttpResponse]


def has_plan_permission(role: str | None, permission: str) -> bool:
    """True when the table gives `permission` to `role`. An unknown permission is a programming error (KeyError)."""
    return role in PERMISSIONS[permission]


def plan_permission_required(permission: str) -> Callable[[Access], Access]:
    """For views under `/<plan>/…`. `accounts.middleware` has already answered 404 to outsiders and sent anonymous
    visitors to the login page, so that what is left is a member: with the right, or 403."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)

    def decorate(view: Access) -> Access:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not has_plan_permission(request.membership.role, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = permission
        return guarded

    return decorate


def token_required(permission: str) -> Callable[[Access], Access]:
    """For the API: `Authorization: Bearer …` instead of a session. Sets `request.plan` and `request.token`.

    The token stands for its maker: what the maker's role may not do now, the token may not either. Without a token that
    works the answer is 401, with one of another plan 404 (as if that plan were not there), with too small a scope 403.
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)

    def decorate(view: Access) -> Access:
        @csrf_exempt  # why: no cookie is looked at, so none can be misused
        @login_not_required
        @wraps(view)
        def guarded(request: HttpRequest, plan_slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                request.token = admit(request, plan_slug=plan_slug, permission=permission, may=has_plan_permission)
                request.plan = request.token.plan
                return view(request, plan_slug, *args, **kwargs)
            except TokenRefused as refused:
                return refused.response()

        guarded.access = "token"
        return guarded

    return decorate


def public(view: Access) -> Access:
    """No login: the page holds nothing that is not already public."""
    view = login_not_required(view)
    view.access = "public"
    return view


def signed_in(view: Access) -> Access:
    """Any account, no plan: own profile, plan switch."""
    view.access = "signed_in"
    return view


def superuser_required(view: Access) -> Access:
    """The installation's own pages (set-up of a plan, national overview)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_superuser:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.access = "superuser"
    return guarded
