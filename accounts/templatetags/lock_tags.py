"""The way to where locked figures are opened, for who may open them."""

from typing import Any

from django import template
from django.forms import BaseForm

from accounts.locking import LOCKED
from accounts.permissions import has_plan_permission

register = template.Library()


@register.inclusion_tag("accounts/_open_lock.html", takes_context=True)
def open_lock(context: dict[str, Any], form: BaseForm | None = None) -> dict[str, Any]:
    """A button that leads there; with a form, only when it was refused because of the lock."""
    request = context["request"]
    is_asked = form is None or any(
        error.code == LOCKED for errors in form.errors.as_data().values() for error in errors
    )
    may_open = has_plan_permission(request.membership.role, "figures.release")
    return {"plan": request.plan, "is_shown": is_asked and may_open and request.plan.locked_until is not None}
