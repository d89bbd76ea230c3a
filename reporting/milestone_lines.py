"""A milestone as one line of the follow-up page, from a figure set alone."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.portal_tags import da_date
from reporting.plain import Plain

WORDS: dict[str, Promise] = {
    "planned": gettext_lazy("Planned"),
    "done": gettext_lazy("Done"),
    "late": gettext_lazy("Late"),
    "dropped": gettext_lazy("Dropped"),
}
ICONS = {"planned": "calendar", "done": "status-reached", "late": "status-at_risk", "dropped": "ban"}


@dataclass(frozen=True, kw_only=True)
class MilestoneLine:
    """What, by when, and how it went."""

    code: str
    anchor: str
    text: str
    state: str
    word: str
    icon: str
    when: str
    note: str


def milestone_line(row: Plain) -> MilestoneLine:
    return MilestoneLine(
        code=row["code"],
        anchor=f"mål-{row['code']}",
        text=row["text"],
        state=row["state"],
        word=str(WORDS[row["state"]]),
        icon=ICONS[row["state"]],
        when=_when(row),
        note=_note(row),
    )


def _day(iso: str) -> str:
    return da_date(date.fromisoformat(iso), "plain")


def _when(row: Plain) -> str:
    if row["state"] == "done":
        return _day(row["done_on"])
    return _("by %(day)s") % {"day": _day(row["due_on"])}


def _note(row: Plain) -> str:
    """Done after its day, moved, or why it was dropped."""
    notes = []
    if row["state"] == "done" and row["done_on"] > row["due_on"]:
        notes.append(_("was to be done by %(day)s") % {"day": _day(row["due_on"])})
    if row["first_due_on"]:
        notes.append(_("moved from %(day)s") % {"day": _day(row["first_due_on"])})
    if row["reason"]:
        notes.append(row["reason"])
    return " · ".join(notes)
