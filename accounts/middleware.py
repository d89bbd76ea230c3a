"""Finds the plan in the address, and answers 404 to whoever is not a member of it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.guardians import is_waiting
from accounts.models import Membership, Plan


class PlanMiddleware:
    """Sets `request.plan` and `request.membership` (both None outside `/<plan>/…`).

    Foreign and absent plans answer alike, so that nobody learns which plans exist. Stands after
    LoginRequiredMiddleware, which has already turned anonymous visitors away from pages that are not public.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.plan = None
        request.membership = None
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: list, kwargs: dict) -> HttpResponse | None:
        slug = kwargs.get("plan_slug")
        if slug is None or getattr(view, "access", None) == "token":  # a token knows its plan
            return None
        if getattr(view, "access", None) == "public":
            request.plan = Plan.objects.filter(slug=slug).first()
        elif request.user.is_authenticated:
            mine = Membership.objects.select_related("plan", "volunteer").filter(user=request.user, plan__slug=slug)
            if membership := mine.first():
                membership.user = request.user
                request.membership, request.plan = membership, membership.plan
        if request.plan is None:
            raise Http404(_("There is no such page."))
        if request.membership and is_waiting(request.membership, today=timezone.localdate()):
            return render(request, "accounts/waiting_for_consent.html", status=403)
        return None
