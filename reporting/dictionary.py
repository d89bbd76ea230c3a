"""The data dictionary: what the portal's words and codes mean, read from where they are declared."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.models import CountingMode, SessionState
from reporting.columns import PeriodKind, Withheld
from reporting.disclosure import SMALLEST_TOTAL
from reporting.disclosure import TABLES as PEOPLE_TABLES
from reporting.measures import RULES
from reporting.models import Direction
from reporting.status import Accumulation, Status


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One word: its code where it has one, and its definition; `other` is the same in the other language."""

    code: str
    name: str
    says: str
    other: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CodeList:
    """All that one kind of code may be."""

    name: str
    title: str
    codes: list[Entry]


def measure_entries() -> Iterator[Entry]:
    """Every measure, in the page's language with the other one under it."""
    other = "da" if translation.get_language() == "en" else "en"
    for rule in RULES:
        with translation.override(other):
            said_otherwise = str(rule.definition)
        how = _("Typed in with its source") if rule.is_typed_in else _("Counted by the portal")
        if rule.takes_values and not rule.is_typed_in:
            how = _("Counted by the portal, or typed in with its source")
        unit = [_("counted in %(unit)s") % {"unit": rule.unit}] if rule.unit else []
        yield Entry(
            code=rule.code.value,
            name=capfirst(str(rule.code.label)),
            says=str(rule.definition),
            other=said_otherwise,
            notes=(how, str(rule.accumulation.label), *unit),
        )


def status_entries() -> list[Entry]:
    """Every word that a target's status may be told in, as `reporting.status` decides them."""
    words = [
        (
            Status.REACHED.label,
            _("The target is reached and cannot be lost again, or the period ended with it reached."),
        ),
        (
            Status.ON_TRACK.label,
            _("The figure is where it ought to be by now, or at most a margin off (10 % where nothing else is set)."),
        ),
        (
            _("Close to it"),
            _("A figure that goes up and down, such as a share, is at most a margin off. It counts as on track."),
        ),
        (Status.BEHIND.label, _("More than one margin off, and at most three.")),
        (Status.AT_RISK.label, _("More than three margins off, or past a limit for good.")),
        (
            _("Too early to say"),
            _("A count without a pace to follow: nothing says how far it ought to be before its period ends."),
        ),
        (Status.NO_DATA.label, _("Nothing has been held or typed in yet.")),
        (
            _("Not told"),
            _("The number of people is below %(limit)s. It is kept back, so that nobody can be recognised in it.")
            % {"limit": SMALLEST_TOTAL},
        ),
    ]
    return [Entry(code="", name=str(name), says=says) for name, says in words]


def code_lists() -> list[CodeList]:
    """The codes of the columns, and those of sessions and activities."""
    lists: dict[str, tuple[str, type[models.TextChoices]]] = {
        "status": (_("Status"), Status),
        "direction": (_("Direction"), Direction),
        "accumulation": (_("Adds up"), Accumulation),
        "period_kind": (_("Kind of period"), PeriodKind),
        "withheld": (_("Not told"), Withheld),
        "state": (_("State of a session"), SessionState),
        "counting_mode": (_("How an activity is counted"), CountingMode),
    }
    return [
        CodeList(
            name=name,
            title=title,
            codes=[Entry(code=str(value), name=capfirst(str(label)), says="") for value, label in choices.choices],
        )
        for name, (title, choices) in lists.items()
    ]


def people_entries() -> list[Entry]:
    """What may be told of people outside the team: the registry of the gate."""
    return [Entry(code=table.code, name=str(table.name), says=str(table.rule)) for table in PEOPLE_TABLES.values()]
