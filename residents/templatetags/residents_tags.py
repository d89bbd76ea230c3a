"""What templates say of an evening's people."""

from django import template

from activities.models import Session

register = template.Library()


@register.filter
def unnamed(session: Session) -> int:
    """Heads without a name: the total less the ticks."""
    return 0 if session.heads_total is None else session.heads_total - session.known_heads
