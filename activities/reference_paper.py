"""The frivilligbevis on paper: one A4 sheet in Danish, drawn from what was frozen at the approval and nothing else."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.portal_tags import da_date, da_number
from activities.models import Reference
from activities.references import LANGUAGE, Contribution, OwnTheme, RoleTimes
from jobs.typesetting import typeset

MOST_THEMES = 6  # what one sheet has room for beside everything else
MOST_ROLES = 5
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Paper:
    """A reference as it was approved."""

    name: str
    plan: str
    area: str
    contribution: Contribution
    statement: str
    approved_by: str
    approved_on: date


def read_paper(reference: Reference) -> Paper:
    """What was frozen. The reference must be approved."""
    content = json.loads(reference.content)
    return Paper(
        name=content["name"],
        plan=content["plan"],
        area=content["area"],
        contribution=Contribution(
            first=date.fromisoformat(content["first"]),
            last=date.fromisoformat(content["last"]),
            evenings=content["evenings"],
            shifts=content["shifts"],
            minutes=content["minutes"],
            roles=[RoleTimes(**role) for role in content["roles"]],
            themes=[OwnTheme(**{**theme, "date": date.fromisoformat(theme["date"])}) for theme in content["themes"]],
        ),
        statement=content["statement"],
        approved_by=content["approved_by"],
        approved_on=date.fromisoformat(content["approved_on"]),
    )


def reference_pdf(reference: Reference) -> bytes:
    """The sheet. The same reference gives the same bytes, whoever asks in whichever language."""
    if reference.approved_at is None:
        raise ValueError("A reference that is not approved has no paper.")
    with translation.override(LANGUAGE):
        return typeset("reference", _data(read_paper(reference)), made_at=reference.approved_at)


def _data(paper: Paper) -> dict[str, Any]:
    given = paper.contribution
    hidden = range(1, len(given.themes))  # the sheet shows as many as there is room for, and at least one
    return {
        "lang": LANGUAGE,
        "heading": _("Reference for voluntary work"),
        "title": f"{_('Reference for voluntary work')} · {paper.name}",
        "for": _("is given to"),
        "name": paper.name,
        "did": _did(paper),
        "figures": _figures(given),
        "roles_head": _("Tasks"),
        "roles": [_role(role) for role in given.roles[:MOST_ROLES]],
        "themes_head": _("Own themes"),
        "themes": [_theme(theme) for theme in given.themes if not theme.sensitive],
        "all_themes": len(given.themes),
        "most_themes": MOST_THEMES,
        "more": [ngettext("and %(number)s more", "and %(number)s more", n) % {"number": n} for n in hidden],
        "statement_head": _("In the team's words"),
        "statement": " ".join(paper.statement.split()),
        "approved_by": paper.approved_by,
        "approved": _("Approved %(day)s") % {"day": _day(paper.approved_on)},
        "place": paper.plan if paper.area in ("", paper.plan) else f"{paper.plan}, {paper.area}",
        "foot": _("Counted from the plan's own log of its evenings."),
    }


def _did(paper: Paper) -> str:
    given = paper.contribution
    first, last = given.first or paper.approved_on, given.last or paper.approved_on
    if first == last:
        return _("has been a volunteer in %(plan)s on %(day)s.") % {"plan": paper.plan, "day": _unbroken(first)}
    span = {"plan": paper.plan, "first": _unbroken(first), "last": _unbroken(last)}
    return _("has been a volunteer in %(plan)s from %(first)s to %(last)s.") % span


def _figures(given: Contribution) -> list[dict[str, str]]:
    """The numbers that are not nothing, each with its word."""
    rows: list[tuple[Any, str]] = [
        (given.evenings, ngettext("evening on a shift", "evenings on a shift", given.evenings)),
        (given.hours, _("hours")),
        (len(given.themes), ngettext("theme of their own", "themes of their own", len(given.themes))),
        (given.theme_visits, ngettext("guest at them", "guests at them", given.theme_visits)),
    ]
    return [{"number": da_number(number), "word": word} for number, word in rows if number]


def _role(role: RoleTimes) -> dict[str, str]:
    times = ngettext("%(number)s time", "%(number)s times", role.times) % {"number": da_number(role.times)}
    return {"name": role.name, "times": times}


def _theme(theme: OwnTheme) -> dict[str, str]:
    part = _("idea and host") if theme.host and theme.idea else _("host") if theme.host else _("idea")
    came = ngettext("%(number)s came", "%(number)s came", theme.visits) % {"number": da_number(theme.visits)}
    return {
        "title": theme.title,
        "facts": " · ".join(word for word in (_day(theme.date), theme.format, part) if word),
        "visits": came,
    }


def _unbroken(day: date) -> str:
    """A date in running text stays on one line."""
    return _day(day).replace(" ", NO_BREAK)


def _day(day: date) -> str:
    return da_date(day, "year")  # with the year always, so that the sheet says the same next year
