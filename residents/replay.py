"""After a restore: what the ledger says is gone goes again. Repeating it changes nothing.

A restored database hands out ids anew from where the backup stood. So an entry is only true of a row that is older than
the entry: somebody who was added since is somebody else, whatever their number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Plan
from activities.models import LogSource, Session, SessionChange
from residents.ledger import ANONYMISED, ERASED, HEADS_ONLY, Entry
from residents.models import Attendance, Participant, ParticipantMerge
from residents.participants import Refused, remove_participant, undo_merge
from residents.retention import replace_people


@dataclass
class Replayed:
    """How much came back with the backup and is gone again."""

    erased: int = 0
    anonymised: int = 0
    evenings: int = 0


def replay(entries: Iterable[Entry]) -> Replayed:
    """Apply the entries in their order, each person in a transaction of its own."""
    done = Replayed()
    anonymous: dict[tuple[int, date], list[int]] = {}
    for entry in entries:
        if entry.kind == ERASED:
            done.erased += _erase(entry)
        elif entry.kind == HEADS_ONLY:
            done.evenings += _to_heads(entry)
        elif entry.kind == ANONYMISED and (person := _person(entry)):
            anonymous.setdefault((entry.plan, timezone.localdate(entry.at)), []).append(person.pk)
    # last and together, so that the new rows lie in random order
    plans = {plan.pk: plan for plan in Plan.objects.all()}
    for (plan, day), people in anonymous.items():
        done.anonymised += replace_people(plan=plans[plan], participants=people, today=day)
    return done


def _person(entry: Entry) -> Participant | None:
    people = Participant.objects.people().filter(plan=entry.plan, pk=entry.pk, created_at__lte=entry.at)
    return people.select_related("plan").first()


@transaction.atomic
def _erase(entry: Entry) -> int:
    person = _person(entry) or _taken_out_again(entry)
    if person is None:
        return 0
    remove_participant(participant=person, by=None)
    return 1


def _taken_out_again(entry: Entry) -> Participant | None:
    """In the backup the person was merged into another; the merge was undone before they were erased."""
    merges = ParticipantMerge.objects.select_related("plan", "kept")
    merge = merges.filter(plan=entry.plan, gone_pk=entry.pk, merged_at__lte=entry.at).first()
    if merge is None:
        return None
    try:
        with transaction.atomic():
            return undo_merge(merge=merge, by=None)
    except Refused:  # too late to tell whose evenings are whose: the alias at least is forgotten
        merge.delete()
        return None


@transaction.atomic
def _to_heads(entry: Entry) -> int:
    """The evening's ticks are heads without a name again, in locked days too: no visit is lost."""
    ticks = Attendance.objects.filter(plan=entry.plan, session=entry.pk)
    if not ticks.filter(recorded_at__lte=entry.at).exists():
        return 0
    rows = Session.objects.filter(plan=entry.plan, pk=entry.pk)
    session = rows.select_for_update().get()
    rows.update(
        heads_total=Coalesce("heads_total", "known_heads"), known_heads=0, is_sensitive=True, version=F("version") + 1
    )
    ticks.delete()
    SessionChange.objects.create(
        plan_id=entry.plan,
        session=session,
        source=LogSource.PERSON,
        before={"state": str(session.state), "known_heads": session.known_heads},
        after={"state": str(session.state), "known_heads": 0},
    )
    return 1
