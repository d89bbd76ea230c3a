"""What templates say of the items of a programme."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy

from accounts.templatetags.portal_tags import icon
from activities.models import HELD, ItemState, ProgrammeItem
from activities.programme_mail import change_line
from activities.programme_release import Change

register = template.Library()

# The words of the young people's pages, shorter than the model's own.
STATES: dict[str, tuple[str, Any]] = {
    ItemState.ACCEPTED: ("lightbulb", gettext_lazy("On the shelf")),
    ItemState.DRAFT: ("pencil", gettext_lazy("Draft")),
    ItemState.APPROVED: ("check", gettext_lazy("Approved")),
    ItemState.PUBLISHED: ("megaphone", gettext_lazy("Out")),
    HELD: ("party-popper", gettext_lazy("Held")),
    ItemState.CANCELLED: ("x", gettext_lazy("Called off")),
}
PATH = (ItemState.ACCEPTED, ItemState.DRAFT, ItemState.APPROVED, ItemState.PUBLISHED, HELD)


@dataclass(frozen=True)
class Step:
    """One stop of the way from the shelf to the evening."""

    name: str
    icon: str
    is_done: bool
    is_current: bool


@register.simple_tag
def item_state(item: ProgrammeItem) -> SafeString:
    """How far it is: shape and word."""
    return _draw(item.shown_state, get_language() or "")


@lru_cache(maxsize=32)
def _draw(state: str, language: str) -> SafeString:
    name, word = STATES[state]
    return format_html('<span class="istate istate-{}">{}{}</span>', state, icon(name), str(word))


@register.simple_tag
def item_steps(item: ProgrammeItem) -> list[Step]:
    """The way of an item, with where it is now. Nothing for one that is called off."""
    state = item.shown_state
    if state not in PATH:
        return []
    at = PATH.index(state)
    return [Step(str(STATES[step][1]), STATES[step][0], number < at, number == at) for number, step in enumerate(PATH)]


@register.filter
def change_words(change: Change) -> str:
    """One change of the programme in a sentence."""
    return change_line(change)
