"""The evening itself: the run sheet, ticking off what is done, and closing it, which is the session's log.

A volunteer closes with heads alone: how many came, which volunteers were there, a face and a line. Nobody's name but
the volunteers' own is in it, whatever the activity counts.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Membership, Plan, User
from accounts.permissions import has_plan_permission
from activities.log import current_log, undo_log
from activities.models import (
    ChecklistLine,
    Guest,
    ItemState,
    ListKind,
    ProgrammeHost,
    ProgrammeItem,
    Reflection,
    Session,
    SessionState,
    ShiftSignup,
)
from activities.own_changes import log_over_own
from activities.shift_board import Evening, Place, read_evenings


@dataclass(frozen=True)
class GuestLine:
    """A guest as the reader may see them. The phone is empty for who may not."""

    name: str
    title: str
    role: str
    is_confirmed: bool
    phone: str


@dataclass
class SheetItem:
    """One programme item with its people and its lists."""

    item: ProgrammeItem
    hosts: list[ProgrammeHost] = field(default_factory=list)
    guests: list[GuestLine] = field(default_factory=list)
    lists: dict[str, list[ChecklistLine]] = field(default_factory=lambda: defaultdict(list))

    @property
    def lists_in_words(self) -> list[tuple[str, list[ChecklistLine]]]:
        return [(str(ListKind(kind).label), self.lists[kind]) for kind in ListKind.values if kind in self.lists]


@dataclass(frozen=True)
class RunSheet:
    """What stands on the phone that evening."""

    session: Session
    evening: Evening | None
    items: list[SheetItem]
    reflection: Reflection | None

    @property
    def places(self) -> list[Place]:
        """Who does what; of an evening that has been held only the kinds that somebody did."""
        places = self.evening.places if self.evening else []
        if self.session.state != SessionState.HELD:
            return places
        for place in places:
            place.signups = [signup for signup in place.signups if signup.was_there is not False]
        return [place for place in places if place.signups]

    @property
    def lines(self) -> list[ChecklistLine]:
        return [line for item in self.items for lines in item.lists.values() for line in lines]

    @property
    def done(self) -> int:
        return sum(line.done_at is not None for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What is said at the end. `present`: users with a shift who were there; `others`: volunteers without one."""

    heads_total: int
    is_estimated: bool = False
    present: Collection[int] = ()
    others: int = 0
    mood: int | None = None
    line: str = ""


def volunteer_run(*, plan: Plan, sessions: Collection[Session]) -> set[int]:
    """Those of the evenings that volunteers run: with shifts, or with something in the programme. One query."""
    if not sessions:
        return set()
    rows = Session.objects.for_plan(plan).filter(pk__in=[session.pk for session in sessions])
    rows = rows.filter(Q(shifts__is_off=False) | Q(programme_items__isnull=False))
    return set(rows.values_list("pk", flat=True))


def may_open(session: Session, member: Membership) -> bool:
    """The team opens any evening, a volunteer those that volunteers run."""
    return has_plan_permission(member.role, "log.write") or bool(volunteer_run(plan=session.plan, sessions=[session]))


def may_close(session: Session, member: Membership) -> bool:
    """The team, and whoever has a shift or leads something that evening."""
    if has_plan_permission(member.role, "log.write"):
        return True
    on_shift = ShiftSignup.objects.standing().filter(
        plan_id=session.plan_id, shift__session=session, user=member.user_id
    )
    hosts = ProgrammeHost.objects.filter(plan_id=session.plan_id, item__session=session, user=member.user_id)
    return on_shift.exists() or hosts.exists()


def run_sheet(*, plan: Plan, session: Session, user: User, with_phones: bool) -> RunSheet:
    """Eight queries at most, whatever the evening holds."""
    items = {
        item.pk: SheetItem(item)
        for item in ProgrammeItem.objects.filter(plan=plan, session=session)
        .exclude(state=ItemState.CANCELLED)
        .select_related("format", "slot", "venue")
        .order_by("slot__position", "pk")
    }
    for host in ProgrammeHost.objects.filter(plan=plan, item__in=list(items)).select_related("user"):
        items[host.item_id].hosts.append(host)
    guests = Guest.objects.filter(plan=plan, item__in=list(items))
    guests = guests.select_related("contact") if with_phones else guests.defer("phone")
    for guest in guests:
        items[guest.item_id].guests.append(_guest_line(guest, with_phone=with_phones))
    for line in ChecklistLine.objects.filter(plan=plan, item__in=list(items)).select_related("done_by"):
        items[line.item_id].lists[line.kind].append(line)
    evenings = read_evenings(plan=plan, sessions=[session.pk], user=user)
    reflection = Reflection.objects.filter(plan=plan, session=session).select_related("written_by").first()
    return RunSheet(session, evenings[0] if evenings else None, list(items.values()), reflection)


def _guest_line(guest: Guest, *, with_phone: bool) -> GuestLine:
    phone = (guest.phone or (guest.contact.phone if guest.contact else "")) if with_phone else ""
    return GuestLine(guest.name, guest.title, guest.get_role_display(), guest.is_confirmed, phone)


def tick_line(*, line: ChecklistLine, is_done: bool, by: User, now: datetime) -> ChecklistLine:
    """Done, or not done after all. Saying the same twice keeps who did it first."""
    rows = ChecklistLine.objects.filter(plan_id=line.plan_id, pk=line.pk, done_at__isnull=is_done)
    rows.update(done_at=now if is_done else None, done_by=by if is_done else None)
    return ChecklistLine.objects.select_related("done_by").get(pk=line.pk)


@transaction.atomic
def close_evening(
    *, session: Session, closing: Closing, by: User, version: int, today: date
) -> tuple[Session, dict[str, Any] | None]:
    """Write the log, who of the volunteers was there, and how it went. Returns the session and what undoes it (None
    when all of it stood there already: a double tap).

    `LogConflict` and `LogRefused` as for any log, and then nothing is written at all.
    """
    signups = list(
        ShiftSignup.objects.standing().filter(plan_id=session.plan_id, shift__session=session, shift__is_off=False)
    )
    reflection = Reflection.objects.filter(plan_id=session.plan_id, session=session).first()
    there = {signup.user_id for signup in signups} & set(closing.present)
    log = replace(
        current_log(session),
        state=SessionState.HELD,
        heads_total=closing.heads_total,
        heads_estimated=closing.is_estimated,
        volunteer_turns=len(there) + closing.others,
        note=_note(session, reflection, closing.line),
        reason="",
    )
    before: dict[str, Any] = {
        "was_there": {str(signup.pk): signup.was_there for signup in signups},
        "reflection": [reflection.mood, reflection.line, reflection.written_by_id] if reflection else None,
    }
    saved = log_over_own(session=session, log=log, by=by, version=version, today=today)
    # The same numbers again change no log, and then there is none to take back.
    before["version"] = saved.version if saved.version != session.version else None
    said = [closing.mood, closing.line] == (before["reflection"] or [None, ""])[:2]
    if said and before["version"] is None and all(row.was_there == (row.user_id in there) for row in signups):
        return saved, None
    for signup in signups:
        signup.was_there = signup.user_id in there
    ShiftSignup.objects.bulk_update(signups, ["was_there"])
    if closing.mood is not None or closing.line or reflection:
        Reflection.objects.update_or_create(
            plan_id=session.plan_id,
            session=session,
            defaults={"mood": closing.mood, "line": closing.line, "written_by": by},
        )
    return saved, before


@transaction.atomic
def undo_closing(*, session: Session, before: dict[str, Any], by: User) -> Session:
    """All as it was. `LogConflict` when somebody has written since, `LogRefused` when the day is locked by now."""
    if before["version"] is not None:
        session = undo_log(session=session, by=by, version=before["version"])
    for state in (True, False, None):
        keys = [int(pk) for pk, was_there in before["was_there"].items() if was_there is state]
        ShiftSignup.objects.filter(plan_id=session.plan_id, shift__session=session, pk__in=keys).update(was_there=state)
    rows = Reflection.objects.filter(plan_id=session.plan_id, session=session)
    if before["reflection"] is None:
        rows.delete()
    else:
        mood, line, written_by = before["reflection"]
        rows.update(mood=mood, line=line, written_by=written_by)
    return session


def _note(session: Session, reflection: Reflection | None, line: str) -> str:
    """The line is the evening's note too, unless the team has written another one."""
    is_own = not session.note or (reflection is not None and session.note == reflection.line)
    return line if is_own else session.note
