"""Two people wrote about one item: what stands there beside what I wanted to save, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from activities.history import Line
from activities.models import ProgrammeItem


def compare_items(current: ProgrammeItem, values: Mapping[str, Any], own_hosts: Mapping[int, bool]) -> list[Line]:
    """Only what differs from what I wanted to save."""
    hosts = dict(current.hosts.values_list("user", "is_moderator"))
    names = dict(User.objects.filter(pk__in={*hosts, *own_hosts}).values_list("pk", "name"))
    stored = {
        name: getattr(current, name)
        for name in (
            "title", "format", "description", "simple_description", "budget", "theme", "is_sensitive", "venue",
        )
    }  # fmt: skip
    theirs, mine = _in_words(stored, hosts, names), _in_words(values, own_hosts, names)
    return [Line(label, theirs[label], mine[label]) for label in theirs if theirs[label] != mine[label]]


def _in_words(values: Mapping[str, Any], hosts: Mapping[int, bool], names: Mapping[int, str]) -> dict[str, str]:
    return {
        _("Title"): values["title"],
        _("Kind"): str(values["format"] or ""),
        _("Words for the programme"): values["description"],
        _("In very few words"): values["simple_description"],
        _("Place"): str(values["venue"] or ""),
        _("In charge"): ", ".join(sorted(names.get(user, "") for user in hosts)),
        _("Leads the debate"): ", ".join(names.get(user, "") for user, leads in hosts.items() if leads),
        _("Money"): "" if values["budget"] is None else f"{values['budget']:.2f}",
        _("Theme"): values["theme"],
        _("Sensitive theme"): _("yes") if values["is_sensitive"] else "",
    }
