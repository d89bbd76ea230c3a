"""Finds the plan in the address, and answers 404 to whoever is not a member of it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

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

    def process_view(self, request: HttpRequest, view: Callable, args: list, kwargs: dict) -> None:
        slug = kwargs.get("plan_slug")
        if slug is None or getattr(view, "access", None) == "token":  # a token knows its plan
            return
        if getattr(view, "access", None) == "public":
            request.plan = Plan.objects.filter(slug=slug).first()
        elif request.user.is_authenticated:
            membership = Membership.objects.select_related("plan").filter(user=request.user, plan__slug=slug).first()
            if membership:
                membership.user = request.user
                request.membership, request.plan = membership, membership.plan
        if request.plan is None:
            raise Http404(_("There is no such page."))
