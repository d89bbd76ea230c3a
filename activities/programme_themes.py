"""What the programme says of an evening goes onto the evening, so that the log and the measures find it there.

Only onto what is still planned: a logged evening is what whoever was there wrote. Theme and format come from the first
approved item in the order of the slots. A sensitive item counts from the moment it stands there, approved or not: a
list of names must not be made beside it (design §3 rule 2).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.log import LogConflict, LogRefused, log_as_data, refuse_locked
from activities.models import Format, ItemState, LogSource, ProgrammeItem, Session, SessionChange, SessionState
from activities.themes import sensitive_theme

APPROVED_STATES = (ItemState.APPROVED, ItemState.PUBLISHED)


@dataclass(frozen=True)
class Planned:
    """What an evening is about, before it was."""

    theme: str
    format: Format | None
    is_sensitive: bool


def planned_theme(session: Session, items: Iterable[ProgrammeItem], *, is_left: bool = False) -> Planned:
    """What the evening carries when these items stand on it, in the order of their slots. No queries.

    `is_left`: something has just gone from it, so what it carried no longer holds.
    """
    items = list(items)
    lead = next((item for item in items if item.state in APPROVED_STATES), None)
    if lead is not None:
        theme, form = lead.log_theme, lead.format
    elif is_left:
        theme, form = "", None
    else:
        theme, form = session.theme, session.format
    is_sensitive = any(item.is_sensitive for item in items) or sensitive_theme(theme)
    return Planned(theme, form, is_sensitive or (session.is_sensitive and not is_left))


def write_themes(
    *, plan_id: int, sessions: Collection[int | None], by: User | None, left: Collection[int | None] = frozenset()
) -> int:
    """Bring the planned evenings in step with their items. `left`: those that something has gone from.

    Each change is a line in the evening's history. Says how many changed. An evening that is being logged in this very
    moment keeps its log.
    """
    rows = Session.objects.filter(plan_id=plan_id, pk__in=[pk for pk in sessions if pk], state=SessionState.PLANNED)
    evenings = [row for row in rows.select_related("plan", "format") if not row.plan.is_locked(row.date)]
    items: dict[int | None, list[ProgrammeItem]] = defaultdict(list)
    placed = ProgrammeItem.objects.filter(plan_id=plan_id, session__in=evenings).exclude(state=ItemState.CANCELLED)
    for item in placed.select_related("format").order_by("slot__position", "pk"):
        items[item.session_id].append(item)
    changed = 0
    for session in evenings:
        new = planned_theme(session, items[session.pk], is_left=session.pk in left)
        if new != Planned(session.theme, session.format, session.is_sensitive):
            changed += _write(session, new, by=by)
    return changed


@transaction.atomic
def write_own_theme(
    *, session: Session, theme: str, form: Format | None, is_sensitive: bool, by: User, version: int
) -> Session:
    """The theme of an evening that is planned, written on the evening itself. `LogConflict` when somebody wrote since;
    `LogRefused` where the programme decides it, since the next change there would write over it."""
    current = Session.objects.select_related("plan", "activity", "format").get(plan_id=session.plan_id, pk=session.pk)
    refuse_locked(current)
    items = ProgrammeItem.objects.filter(plan_id=current.plan_id, session=current, state__in=APPROVED_STATES)
    if items.exists():
        raise LogRefused(_("The theme of this evening stands in the programme. Change it there."), "theme")
    theme = theme.strip()
    new = Planned(theme, form, is_sensitive or sensitive_theme(theme))
    if new == Planned(current.theme, current.format, current.is_sensitive):
        return current
    if version != current.version or not _write(current, new, by=by):
        raise LogConflict(Session.objects.select_related("plan", "activity", "format", "logged_by").get(pk=current.pk))
    current.refresh_from_db()
    return current


def _write(session: Session, new: Planned, *, by: User | None) -> bool:
    before = log_as_data(session, [])
    rows = Session.objects.filter(plan_id=session.plan_id, pk=session.pk, version=session.version)
    values = {"theme": new.theme, "format": new.format, "is_sensitive": new.is_sensitive}
    if not rows.filter(state=SessionState.PLANNED).update(version=F("version") + 1, **values):
        return False
    after = before | values | {"format": new.format.pk if new.format else None}
    SessionChange.objects.create(
        plan_id=session.plan_id, session=session, changed_by=by, source=LogSource.PERSON, before=before, after=after
    )
    return True
