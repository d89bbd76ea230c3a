"""From an idea to an evening: accept it, put it on a date, move it, approve it, take it back.

idea → accepted → draft (on a date) → approved by staff → published → held. That it was held follows from the log.
Whoever writes says which version they saw: a conditional UPDATE decides, so that of two people at once nobody's change
is lost. Each step gives a token with which it is undone, for as long as nobody has gone on from there.
"""

from datetime import datetime
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models import (
    HELD,
    Idea,
    IdeaState,
    ItemState,
    ProgrammeItem,
    ProgrammeSlot,
    Season,
    Session,
    SessionState,
)
from activities.programme_themes import write_themes
from activities.themes import sensitive_theme

SALT = "activities.programme"
UNDO_FOR = 12 * 3600  # seconds
APPROVED_STATES = (ItemState.APPROVED, ItemState.PUBLISHED)
CALLED_OFF = (SessionState.CANCELLED, SessionState.CLOSED)


class ItemRefused(ValueError):
    """It cannot be so. The message is a whole, translated sentence for the person."""

    def __init__(self, message: str | Promise, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


class DateTaken(ItemRefused):
    """Something stands there already."""

    def __init__(self, occupant: ProgrammeItem, session: Session) -> None:
        super().__init__(_("On %(day)s there is already “%(title)s”."), day=_day(session), title=occupant.title)
        self.occupant = occupant


class ItemConflict(Exception):
    """Somebody else wrote since the page was opened. `current` is the item as it stands now."""

    def __init__(self, current: ProgrammeItem) -> None:
        super().__init__(f"item {current.pk} is at version {current.version}")
        self.current = current


def _day(session: Session) -> str:
    return date_format(session.date, "j. F")


# -- from the shelf ----------------------------------------------------------------------------------------------------


@transaction.atomic
def accept_idea(*, idea: Idea, season: Season, by: User) -> ProgrammeItem:
    """Take an idea into the season: it becomes an item on the shelf. Of two at once, the second gets the first's."""
    taken = Idea.objects.filter(plan_id=season.plan_id, pk=idea.pk, activity_id=season.activity_id)
    if not taken.filter(state__in=[IdeaState.NEW, IdeaState.OPEN]).update(state=IdeaState.ACCEPTED):
        made = ProgrammeItem.objects.filter(plan_id=season.plan_id, season=season, idea=idea).order_by("pk").last()
        if made is None:
            raise ItemRefused(_("That idea is no longer open. Load the page again."))
        return made
    return ProgrammeItem.objects.create(
        plan_id=season.plan_id,
        season=season,
        idea=idea,
        title=idea.title,
        format_id=idea.format_id,
        is_sensitive=sensitive_theme(idea.title),
        changed_by=by,
        changed_at=timezone.now(),
    )


@transaction.atomic
def place_idea(
    *, idea: Idea, season: Season, session: Session, slot: ProgrammeSlot, by: User, swap_with: int | None = None
) -> tuple[ProgrammeItem, str]:
    """From the shelf of ideas straight onto a date, or not at all. Undoing gives the idea back."""
    made = set(ProgrammeItem.objects.filter(plan_id=season.plan_id, idea=idea).values_list("pk", flat=True))
    item = accept_idea(idea=idea, season=season, by=by)
    is_new = item.pk not in made
    token = place_item(item=item, session=session, slot=slot, by=by, swap_with=swap_with, is_new=is_new)
    return item, token


# -- on a date ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def place_item(
    *,
    item: ProgrammeItem,
    session: Session,
    slot: ProgrammeSlot,
    by: User,
    version: int | None = None,
    swap_with: int | None = None,
    is_new: bool = False,
) -> str:
    """Put an item on an evening. Returns the token for undo; an item that stands there already gives an empty one.

    `DateTaken` names what stands there, unless `swap_with` is its id: then the two change places. The unique key
    decides, so that two items cannot land on one date. `is_new`: undoing gives the idea back.
    """
    item = current_item(item)
    if (item.session_id, item.slot_id) == (session.pk, slot.pk) and item.state != ItemState.CANCELLED:
        return ""
    check_version(item, version)
    _refuse_fixed(item)
    if session.state in CALLED_OFF:
        raise ItemRefused(_("%(day)s is called off. Choose another day."), day=_day(session).capitalize())
    occupant = _occupant(session, slot)
    if occupant is not None and occupant.pk != swap_with:
        raise DateTaken(occupant, session)
    before = [_memory(item, is_new=is_new)]
    left = {item.session_id} if occupant is None else {item.session_id, session.pk}
    if occupant is not None:
        before.append(_swap_out(occupant, item, by=by))
    state = ItemState.DRAFT if item.state in (ItemState.ACCEPTED, ItemState.CANCELLED) else item.state
    try:
        with transaction.atomic():
            write_item(item, by=by, session_id=session.pk, slot_id=slot.pk, state=state)
    except IntegrityError:  # somebody was quicker by a moment
        occupant = _occupant(session, slot)
        if occupant is None:
            raise
        raise DateTaken(occupant, session) from None
    write_themes(plan_id=item.plan_id, sessions={*left, session.pk}, left=left, by=by)
    return _token(before)


def _swap_out(occupant: ProgrammeItem, item: ProgrammeItem, *, by: User) -> dict[str, Any]:
    """The one that stood there takes the other's place: its evening, or the shelf."""
    _refuse_fixed(occupant)
    memory = _memory(occupant)
    write_item(occupant, by=by, session_id=None, slot_id=None)  # out of the way, for the unique key
    session_id, slot_id = item.session_id, item.slot_id
    if session_id is None:
        write_item(occupant, by=by, state=_shelf_state(occupant))
    else:
        ProgrammeItem.objects.filter(pk=item.pk).update(session=None, slot=None)
        write_item(occupant, by=by, session_id=session_id, slot_id=slot_id)
    return memory | {"after": occupant.version}


@transaction.atomic
def take_off(*, item: ProgrammeItem, by: User, version: int | None = None) -> str:
    """Back to the shelf. Returns the token for undo."""
    item = current_item(item)
    if item.session_id is None:
        return ""
    check_version(item, version)
    _refuse_fixed(item)
    before, touched = _memory(item), {item.session_id}
    write_item(item, by=by, session_id=None, slot_id=None, state=_shelf_state(item))
    write_themes(plan_id=item.plan_id, sessions=touched, left=touched, by=by)
    return _token([before])


def _shelf_state(item: ProgrammeItem) -> str:
    """What is approved stays approved; a draft is an accepted idea again."""
    if item.state == ItemState.PUBLISHED:
        return ItemState.APPROVED
    return ItemState.ACCEPTED if item.state == ItemState.DRAFT else item.state


# -- states ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def approve_item(*, item: ProgrammeItem, by: User, version: int | None = None) -> str:
    """Staff has looked at it. Its theme goes onto the evening. Returns the token for undo."""
    item = current_item(item)
    if item.state in APPROVED_STATES:
        return ""
    check_version(item, version)
    if item.session_id is None or item.state == ItemState.CANCELLED:
        raise ItemRefused(_("Choose a date first."))
    before = _memory(item)
    write_item(item, by=by, state=ItemState.APPROVED, approved_by_id=by.pk, approved_at=timezone.now())
    write_themes(plan_id=item.plan_id, sessions={item.session_id}, by=by)
    return _token([before])


@transaction.atomic
def unapprove_item(*, item: ProgrammeItem, by: User, version: int | None = None) -> str:
    """Back to draft. What the public sees stands as it is until the programme is published again."""
    item = current_item(item)
    if item.state not in APPROVED_STATES:
        return ""
    check_version(item, version)
    before = _memory(item)
    state = ItemState.DRAFT if item.session_id else ItemState.ACCEPTED
    write_item(item, by=by, state=state, approved_by_id=None, approved_at=None)
    write_themes(plan_id=item.plan_id, sessions={item.session_id}, left={item.session_id}, by=by)
    return _token([before])


@transaction.atomic
def cancel_item(*, item: ProgrammeItem, by: User, version: int | None = None) -> str:
    """Called off: it keeps its place in calendars and frees the date."""
    item = current_item(item)
    if item.state == ItemState.CANCELLED:
        return ""
    check_version(item, version)
    _refuse_fixed(item)
    before = _memory(item)
    write_item(item, by=by, state=ItemState.CANCELLED)
    write_themes(plan_id=item.plan_id, sessions={item.session_id}, left={item.session_id}, by=by)
    return _token([before])


@transaction.atomic
def restore_item(*, item: ProgrammeItem, by: User, version: int | None = None) -> str:
    """No longer called off: on its date while that is free, else on the shelf."""
    item = current_item(item)
    if item.state != ItemState.CANCELLED:
        return ""
    check_version(item, version)
    before = _memory(item)
    session = item.session
    is_free = (
        session is not None
        and item.slot is not None
        and session.state not in CALLED_OFF
        and _occupant(session, item.slot) is None
    )
    if is_free:
        write_item(item, by=by, state=ItemState.APPROVED if item.approved_at else ItemState.DRAFT)
        write_themes(plan_id=item.plan_id, sessions={item.session_id}, by=by)
    else:
        state = ItemState.APPROVED if item.approved_at else ItemState.ACCEPTED
        write_item(item, by=by, state=state, session_id=None, slot_id=None)
    return _token([before])


# -- undo --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def undo_step(*, plan: Plan, token: str, by: User) -> bool:
    """Take one step back, exactly. False when somebody has gone on from there, or the place is taken."""
    try:
        memories = signing.loads(token, salt=SALT, max_age=UNDO_FOR)
    except signing.BadSignature:
        return False
    items = {item.pk: item for item in ProgrammeItem.objects.filter(plan=plan, pk__in=[m["pk"] for m in memories])}
    if any(m["pk"] not in items or items[m["pk"]].version != m["after"] for m in memories):
        return False
    sessions = {session for m in memories for session in (m["session"], items[m["pk"]].session_id) if session}
    if Session.objects.filter(plan=plan, pk__in=sessions).count() < len(sessions):
        return False  # the evening is gone
    try:
        with transaction.atomic():
            for memory in memories:  # out of the way first: two may have changed places
                ProgrammeItem.objects.filter(pk=memory["pk"]).update(session=None)
            for memory in memories:
                _restore(items[memory["pk"]], memory, by=by)
    except IntegrityError:
        return False
    write_themes(plan_id=plan.pk, sessions=sessions, left=sessions, by=by)
    return True


def _restore(item: ProgrammeItem, memory: dict[str, Any], *, by: User) -> None:
    if memory["new"] and item.idea_id:
        Idea.objects.filter(plan_id=item.plan_id, pk=item.idea_id).update(state=IdeaState.OPEN)
        item.delete()
        return
    approved_at = datetime.fromisoformat(memory["approved_at"]) if memory["approved_at"] else None
    write_item(
        item,
        by=by,
        session_id=memory["session"],
        slot_id=memory["slot"],
        state=memory["state"],
        approved_by_id=memory["approved_by"],
        approved_at=approved_at,
    )


def _memory(item: ProgrammeItem, *, is_new: bool = False) -> dict[str, Any]:
    """What undoing needs: how it stood, and the version after this one step."""
    return {
        "pk": item.pk,
        "session": item.session_id,
        "slot": item.slot_id,
        "state": str(item.state),
        "approved_by": item.approved_by_id,
        "approved_at": item.approved_at.isoformat() if item.approved_at else None,
        "after": item.version + 1,
        "new": is_new,
    }


def _token(memories: list[dict[str, Any]]) -> str:
    return signing.dumps(memories, salt=SALT, compress=True)


# -- reading and writing -----------------------------------------------------------------------------------------------


def current_item(item: ProgrammeItem) -> ProgrammeItem:
    rows = ProgrammeItem.objects.select_related("session", "slot", "format", "venue", "changed_by")
    return rows.get(plan_id=item.plan_id, pk=item.pk)


def check_version(item: ProgrammeItem, version: int | None) -> None:
    if version is not None and version != item.version:
        raise ItemConflict(item)


def _refuse_fixed(item: ProgrammeItem) -> None:
    """An evening that was held stays what it was."""
    if item.shown_state == HELD and item.session is not None:
        raise ItemRefused(_("%(day)s has been held, so “%(title)s” stays there."), day=_day(item.session).capitalize(),
                          title=item.title)  # fmt: skip


def _occupant(session: Session, slot: ProgrammeSlot) -> ProgrammeItem | None:
    rows = ProgrammeItem.objects.filter(plan_id=session.plan_id, session=session, slot=slot)
    return rows.exclude(state=ItemState.CANCELLED).select_related("session").first()


def write_item(item: ProgrammeItem, *, by: User, **values: Any) -> None:
    """The conditional update: whoever comes second finds another version and changes nothing."""
    values |= {"changed_by_id": by.pk, "changed_at": timezone.now()}
    rows = ProgrammeItem.objects.filter(plan_id=item.plan_id, pk=item.pk, version=item.version)
    if not rows.update(version=F("version") + 1, **values):
        raise ItemConflict(current_item(item))
    for name, value in values.items():
        setattr(item, name, value)
    item.version += 1
