"""From an idea to an evening: accept it, put it on a date, move it, approve it, take it back.

idea → accepted → draft (on a date) → approved by staff → published → held. That it was held follows from the log.
Whoever writes says which version they saw: a conditional UPDATE decides, so that of two people at once nobody's change
is lost. Each step gives a token with which it is undone, for as long as nobody has gone on from there.
"""

from collections.abc import Iterable
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
# What the public reads: a change by somebody who may not approve needs approval again.
PUBLIC_FIELDS = frozenset({"title", "theme", "format", "is_sensitive", "description", "simple_description", "venue"})


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
    item = _current(item)
    if (item.session_id, item.slot_id) == (session.pk, slot.pk) and item.state != ItemState.CANCELLED:
        return ""
    _check_version(item, version)
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
            _write(item, by=by, session_id=session.pk, slot_id=slot.pk, state=state)
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
    _write(occupant, by=by, session_id=None, slot_id=None)  # out of the way, for the unique key
    session_id, slot_id = item.session_id, item.slot_id
    if session_id is None:
        _write(occupant, by=by, state=_shelf_state(occupant))
    else:
        ProgrammeItem.objects.filter(pk=item.pk).update(session=None, slot=None)
        _write(occupant, by=by, session_id=session_id, slot_id=slot_id)
    return memory | {"after": occupant.version}


@transaction.atomic
def take_off(*, item: ProgrammeItem, by: User, version: int | None = None) -> str:
    """Back to the shelf. Returns the token for undo."""
    item = _current(item)
    if item.session_id is None:
        return ""
    _check_version(item, version)
    _refuse_fixed(item)
    before, touched = _memory(item), {item.session_id}
    _write(item, by=by, session_id=None, slot_id=None, state=_shelf_state(item))
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
    item = _current(item)
    if item.state in APPROVED_STATES:
        return ""
    _check_version(item, version)
    if item.session_id is None or item.state == ItemState.CANCELLED:
        raise ItemRefused(_("Choose a date first."))
    before = _memory(item)
    _write(item, by=by, state=ItemState.APPROVED, approved_by_id=by.pk, approved_at=timezone.now())
    write_themes(plan_id=item.plan_id, sessions={item.session_id}, by=by)
    return _token([before])


@transaction.atomic
def unapprove_item(*, item: ProgrammeItem, by: User, version: int | None = None) -> str:
    """Back to draft. What the public sees stands as it is until the programme is published again."""
    item = _current(item)
    if item.state not in APPROVED_STATES:
        return ""
    _check_version(item, version)
    before = _memory(item)
    state = ItemState.DRAFT if item.session_id else ItemState.ACCEPTED
    _write(item, by=by, state=state, approved_by_id=None, approved_at=None)
    write_themes(plan_id=item.plan_id, sessions={item.session_id}, left={item.session_id}, by=by)
    return _token([before])


@transaction.atomic
def cancel_item(*, item: ProgrammeItem, by: User, version: int | None = None) -> str:
    """Called off: it keeps its place in calendars and frees the date."""
    item = _current(item)
    if item.state == ItemState.CANCELLED:
        return ""
    _check_version(item, version)
    _refuse_fixed(item)
    before = _memory(item)
    _write(item, by=by, state=ItemState.CANCELLED)
    write_themes(plan_id=item.plan_id, sessions={item.session_id}, left={item.session_id}, by=by)
    return _token([before])


@transaction.atomic
def restore_item(*, item: ProgrammeItem, by: User, version: int | None = None) -> str:
    """No longer called off: on its date while that is free, else on the shelf."""
    item = _current(item)
    if item.state != ItemState.CANCELLED:
        return ""
    _check_version(item, version)
    before = _memory(item)
    session = item.session
    is_free = (
        session is not None
        and item.slot is not None
        and session.state not in CALLED_OFF
        and _occupant(session, item.slot) is None
    )
    if is_free:
        _write(item, by=by, state=ItemState.APPROVED if item.approved_at else ItemState.DRAFT)
        write_themes(plan_id=item.plan_id, sessions={item.session_id}, by=by)
    else:
        state = ItemState.APPROVED if item.approved_at else ItemState.ACCEPTED
        _write(item, by=by, state=state, session_id=None, slot_id=None)
    return _token([before])


# -- its words ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def edit_item(
    *, item: ProgrammeItem, values: dict[str, Any], hosts: dict[int, bool], by: User, version: int, may_approve: bool
) -> ProgrammeItem:
    """Store the form of an item. `hosts`: user → leads the debate. `ItemConflict` when somebody wrote since.

    A theme whose words are sensitive is sensitive, whatever is ticked (design §3 rule 2).
    """
    current = _current(item)
    is_own = current.changed_by_id == by.pk and current.version == version + 1  # the back button, a second tab
    if current.version != version and not is_own:
        raise ItemConflict(current)
    values = dict(values)
    texts = (values.get("theme", current.theme), values.get("title", current.title))
    if any(sensitive_theme(text) for text in texts):
        values["is_sensitive"] = True
    changed = {name for name, value in values.items() if getattr(current, name) != value}
    if "state" not in values and changed & PUBLIC_FIELDS and not may_approve and current.state in APPROVED_STATES:
        values |= {"state": ItemState.DRAFT, "approved_by": None, "approved_at": None}
    stored = dict(current.hosts.values_list("user", "is_moderator"))
    if not changed and stored == hosts:
        return current
    _write(current, by=by, **values)
    if stored != hosts:
        current.hosts.all().delete()
        current.hosts.bulk_create(
            current.hosts.model(plan_id=current.plan_id, item=current, user_id=user, is_moderator=leads)
            for user, leads in sorted(hosts.items())
        )
    write_themes(plan_id=current.plan_id, sessions={current.session_id}, by=by)
    return current


def needs_approval_again(*, item: ProgrammeItem, by: User, may_approve: bool) -> bool:
    """After a change of what the public reads that stands beside the item (a guest's name). True: it is a draft now."""
    if may_approve or item.state not in APPROVED_STATES:
        return False
    _write(item, by=by, state=ItemState.DRAFT if item.session_id else ItemState.ACCEPTED, approved_by_id=None,
           approved_at=None)  # fmt: skip
    return True


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
    _write(
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


def _current(item: ProgrammeItem) -> ProgrammeItem:
    rows = ProgrammeItem.objects.select_related("session", "slot", "format", "venue", "changed_by")
    return rows.get(plan_id=item.plan_id, pk=item.pk)


def _check_version(item: ProgrammeItem, version: int | None) -> None:
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


def _write(item: ProgrammeItem, *, by: User, **values: Any) -> None:
    """The conditional update: whoever comes second finds another version and changes nothing."""
    values |= {"changed_by_id": by.pk, "changed_at": timezone.now()}
    rows = ProgrammeItem.objects.filter(plan_id=item.plan_id, pk=item.pk, version=item.version)
    if not rows.update(version=F("version") + 1, **values):
        raise ItemConflict(_current(item))
    for name, value in values.items():
        setattr(item, name, value)
    item.version += 1


def items_of(*, plan: Plan, sessions: Iterable[int]) -> Any:
    """The items that stand on those evenings, by slot."""
    rows = ProgrammeItem.objects.filter(plan=plan, session__in=list(sessions)).exclude(state=ItemState.CANCELLED)
    return rows.select_related("format", "slot", "venue").order_by("session", "slot__position", "pk")
