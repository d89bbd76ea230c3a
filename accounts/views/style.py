"""Every component of the look on one page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.permissions import PERMISSIONS, signed_in
from accounts.stil import stil_context


@signed_in
def style_guide(request: HttpRequest) -> HttpResponse:
    """For whoever may see it in any plan."""
    if not request.user.memberships.with_role(*PERMISSIONS["style.view"]).exists():
        raise PermissionDenied
    return render(request, "stil/stil.html", stil_context())
