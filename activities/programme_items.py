"""What is written about an item: its words, who is in charge, who comes, and what must be done, bought and brought."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import ChecklistLine, Guest, ItemState, ProgrammeHost, ProgrammeItem
from activities.programme import APPROVED_STATES, ItemConflict, ItemRefused, current_item, write_item
from activities.programme_themes import write_themes
from activities.themes import sensitive_theme
from partners.models import Contact

# What the public reads: a change by somebody who may not approve needs approval again.
PUBLIC_FIELDS = frozenset({"title", "theme", "format", "is_sensitive", "description", "simple_description", "venue"})
MOST_LINES = 60
KEEP_GUESTS_FOR = timedelta(days=30)


@transaction.atomic
def edit_item(
    *, item: ProgrammeItem, values: dict[str, Any], hosts: dict[int, bool], by: User, version: int, may_approve: bool
) -> ProgrammeItem:
    """Store the form of an item. `hosts`: user → leads the debate. `ItemConflict` when somebody wrote since.

    A theme whose words are sensitive is sensitive, whatever is ticked (design §3 rule 2).
    """
    current = current_item(item)
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
    write_item(current, by=by, **values)
    if stored != hosts:
        current.hosts.all().delete()
        ProgrammeHost.objects.bulk_create(
            ProgrammeHost(plan_id=current.plan_id, item=current, user_id=user, is_moderator=leads)
            for user, leads in sorted(hosts.items())
        )
    write_themes(plan_id=current.plan_id, sessions={current.session_id}, by=by)
    return current


@transaction.atomic
def create_item(*, item: ProgrammeItem, hosts: dict[int, bool], by: User) -> ProgrammeItem:
    """A new item, on the shelf of its season. Where it goes is the next step."""
    item.is_sensitive = item.is_sensitive or sensitive_theme(item.theme) or sensitive_theme(item.title)
    item.changed_by, item.changed_at = by, timezone.now()
    item.save()
    ProgrammeHost.objects.bulk_create(
        ProgrammeHost(plan_id=item.plan_id, item=item, user_id=user, is_moderator=leads)
        for user, leads in sorted(hosts.items())
    )
    return item


# -- guests ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_guest(*, guest: Guest, values: dict[str, Any], by: User, may_approve: bool) -> bool:
    """Store a guest. True: the item needs approval again, since what the public reads of it has changed."""
    before = _public(guest) if guest.pk else ""
    for name, value in values.items():
        setattr(guest, name, value)
    guest.save()
    return before != _public(guest) and _back_to_draft(guest.item, by=by, may_approve=may_approve)


@transaction.atomic
def remove_guest(*, guest: Guest, by: User, may_approve: bool) -> bool:
    """Take a guest off. True: the item needs approval again. Until then the published programme keeps the name."""
    was_public = _public(guest)
    guest.delete()
    return bool(was_public) and _back_to_draft(guest.item, by=by, may_approve=may_approve)


GUEST_FACTS = ("contact_id", "name", "title", "phone", "role", "is_confirmed", "is_public")
LINE_FACTS = ("kind", "text", "position")


def removed_facts(row: Guest | ChecklistLine) -> dict[str, Any]:
    """What was taken off an item, for its "Undo": plain values."""
    names = GUEST_FACTS if isinstance(row, Guest) else LINE_FACTS
    return {"item": row.item_id, "values": {name: getattr(row, name) for name in names}}


def put_back(*, item: ProgrammeItem, values: dict[str, Any], by: User, may_approve: bool) -> None:
    """The guest or the line as it was. A contact that is gone in the meantime leaves the guest its name."""
    if "kind" in values:
        add_line(item=item, kind=values["kind"], text=values["text"])
        return
    known = Contact.objects.filter(organisation__plan_id=item.plan_id, pk=values["contact_id"]).exists()
    facts = values | {"contact_id": values["contact_id"] if known else None}
    save_guest(guest=Guest(plan_id=item.plan_id, item=item), values=facts, by=by, may_approve=may_approve)


def _public(guest: Guest) -> str:
    return f"{guest.name}, {guest.title}" if guest.is_public else ""


def _back_to_draft(item: ProgrammeItem, *, by: User, may_approve: bool) -> bool:
    item = current_item(item)
    if may_approve or item.state not in APPROVED_STATES:
        return False
    state = ItemState.DRAFT if item.session_id else ItemState.ACCEPTED
    write_item(item, by=by, state=state, approved_by_id=None, approved_at=None)
    return True


@transaction.atomic
def forget_guests() -> str:
    """Daily: 30 days after the evening the phone goes, and with it whoever did not want to stand in the programme."""
    limit = timezone.localdate() - KEEP_GUESTS_FOR
    over = Guest.objects.filter(item__session__date__lt=limit) | Guest.objects.filter(
        item__session=None, item__season__ends_on__lt=limit
    )
    hidden = over.filter(is_public=False).delete()[0]
    phones = over.exclude(phone="").update(phone="")
    return f"{hidden} guests and {phones} phone numbers forgotten"


# -- to do, to buy, to bring -------------------------------------------------------------------------------------------


@transaction.atomic
def add_line(*, item: ProgrammeItem, kind: str, text: str) -> ChecklistLine:
    """One more line. The same again (a double click) is the line that is there."""
    lines = ChecklistLine.objects.filter(plan_id=item.plan_id, item=item)
    known = lines.filter(kind=kind, text=text).first()
    if known:
        return known
    if lines.count() >= MOST_LINES:
        raise ItemRefused(_("The list is full."))
    last = lines.filter(kind=kind).aggregate(last=Max("position"))["last"] or 0
    return ChecklistLine.objects.create(plan_id=item.plan_id, item=item, kind=kind, text=text, position=last + 1)


def tick_line(*, line: ChecklistLine, is_done: bool, by: User) -> None:
    """Done, or not done after all. Saying the same twice keeps who was first."""
    rows = ChecklistLine.objects.filter(plan_id=line.plan_id, pk=line.pk, done_at__isnull=is_done)
    rows.update(done_at=timezone.now() if is_done else None, done_by=by if is_done else None)
