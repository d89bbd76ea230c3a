"""A participant's rows: added, corrected, merged, handed out, erased."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, IntegerField, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models import LogSource, Session, SessionChange, SessionState
from jobs.values import clean_text, match_key
from residents.ledger import ERASED, note_gone
from residents.models import Attendance, Participant, ParticipantMerge, ParticipantRead

UNDO_MERGE = timedelta(days=30)


class SamePerson(Exception):
    """The plan already has somebody with that alias and birth year."""

    def __init__(self, other: Participant) -> None:
        super().__init__(f"participant {other.pk}")
        self.other = other


class Refused(ValueError):
    """It cannot be done; the message is a sentence for the person."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def find_or_add(*, plan: Plan, alias: str, birth_year: int, pk: int | None = None) -> tuple[Participant, bool]:
    """The person with that alias and birth year, and whether they are new. Two phones at once make one person.

    `pk`: the id of a new row that is an old one come back, so that the ledger of erasures knows it in any backup.
    """
    defaults = {"alias": clean_text(alias)} | ({"pk": pk} if pk else {})
    return Participant.objects.get_or_create(
        plan=plan, alias_key=match_key(alias), birth_year=birth_year, defaults=defaults
    )


def known_ids(participants: Iterable[int]) -> list[int]:
    """Their ids and those of the rows that were merged into them: under any of these a backup may know them."""
    people = list(participants)
    merged = ParticipantMerge.objects.filter(kept__in=people)
    return people + [pk for pk in merged.values_list("gone_pk", flat=True) if pk is not None]


@transaction.atomic
def correct_participant(*, participant: Participant, alias: str, birth_year: int) -> Participant:
    """Another alias or birth year. Raises `SamePerson` when the plan has that person already: merge them instead."""
    key = match_key(alias)
    twins = Participant.objects.filter(plan_id=participant.plan_id, alias_key=key, birth_year=birth_year)
    other = twins.exclude(pk=participant.pk).first()
    if other is not None:
        raise SamePerson(other)
    participant.alias, participant.alias_key, participant.birth_year = clean_text(alias), key, birth_year
    participant.save(update_fields=["alias", "alias_key", "birth_year"])
    return participant


@transaction.atomic
def merge_participants(*, keep: Participant, gone: Participant, by: User) -> ParticipantMerge:
    """Two rows were one person: `gone`'s evenings go over to `keep`, who stays.

    Where both were ticked on the same evening, one tick remains. A written total stands, because it was counted at
    the door; without one the evening has a visit less, because there was one. Locked figures never change.
    """
    rows = Participant.objects.people().filter(plan_id=keep.plan_id).select_for_update()
    found = {person.pk: person for person in rows.filter(pk__in=[keep.pk, gone.pk]).order_by("pk")}
    if len(found) != 2:
        raise Participant.DoesNotExist
    keep, gone = found[keep.pk], found[gone.pk]
    plan = Plan.objects.get(pk=keep.plan_id)
    _refuse_locked(plan, keep, gone)
    ticks = Attendance.objects.filter(plan=plan)
    moving = ticks.filter(participant=gone)
    doubled = sorted(moving.filter(session__attendances__participant=keep).values_list("session", flat=True))
    moving.filter(session__in=doubled).delete()
    _one_tick(plan, doubled, change=-1, by=by)
    moved = sorted(moving.values_list("session", flat=True))
    moving.update(participant=keep)
    ParticipantMerge.objects.filter(plan=plan, kept=gone).update(kept=keep)
    merge = ParticipantMerge.objects.create(
        plan=plan,
        kept=keep,
        alias=gone.alias,
        birth_year=gone.birth_year,
        gone_pk=gone.pk,
        moved=moved,
        doubled=doubled,
        merged_by=by,
    )
    gone.delete()
    return merge


@transaction.atomic
def undo_merge(*, merge: ParticipantMerge, by: User | None) -> Participant:
    """Two people after all, within 30 days: the evenings that went over go back, as far as they still stand."""
    if timezone.now() - merge.merged_at > UNDO_MERGE:
        raise Refused(_("More than 30 days have passed, so the merge can no longer be undone."))
    plan, keep = merge.plan, merge.kept
    back, is_new = find_or_add(plan=plan, alias=merge.alias, birth_year=merge.birth_year, pk=merge.gone_pk)
    if not is_new:
        raise Refused(_("There is a new participant with that alias and birth year. Correct that one first."))
    ticks = Attendance.objects.filter(plan=plan, participant=keep)
    locked = plan.locked_until
    if locked and ticks.filter(date__lte=locked, session__in=merge.moved).exists():
        raise Refused(_("The figures of some of these evenings are locked, so the merge can no longer be undone."))
    ticks.filter(session__in=merge.moved).update(participant=back)
    doubled = (
        Session.objects.for_plan(plan)
        .held()
        .filter(is_sensitive=False, pk__in=ticks.filter(session__in=merge.doubled).values("session"))
    )
    if locked:
        doubled = doubled.filter(date__gt=locked)
    sessions = list(doubled)
    Attendance.objects.bulk_create(
        Attendance(
            plan=plan,
            session=session,
            participant=back,
            activity_id=session.activity_id,
            date=session.date,
        )
        for session in sessions
    )
    _one_tick(plan, [session.pk for session in sessions], change=1, by=by)
    merge.delete()
    return back


@transaction.atomic
def erase_participant(*, participant: Participant, by: User | None) -> int:
    """Delete a person on request (GDPR art. 17), with every tick; returns on how many evenings they stood.

    Written into the ledger too, so that a restored backup cannot bring the person back. Raises `LedgerClosed` when it
    cannot; then nothing is deleted.
    """
    ids = known_ids([participant.pk])
    plan = participant.plan_id
    evenings = remove_participant(participant=participant, by=by)
    note_gone(kind=ERASED, plan=plan, pks=ids)
    return evenings


def remove_participant(*, participant: Participant, by: User | None) -> int:
    """What erasing does to the rows, in the caller's transaction; returns on how many evenings the person stood.

    Their ticks become heads without a name: no evening loses a visit, in locked days neither. What changes is the
    range of unique people: somebody who came n times is now n heads that may be one person or n, so the range is one
    lower at the bottom and n - 1 higher at the top. Frozen releases hold no key to anybody and stay as they are.
    """
    ticks = Attendance.objects.filter(plan_id=participant.plan_id, participant=participant)
    sessions = sorted(ticks.values_list("session", flat=True))
    rows = Session.objects.filter(plan_id=participant.plan_id, pk__in=sessions)
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    rows.update(heads_total=Coalesce("heads_total", "known_heads"))
    ticks.delete()
    _one_tick(participant.plan, sessions, change=-1, by=by)
    participant.delete()
    return len(sessions)


def subject_data(*, participant: Participant) -> dict[str, Any]:
    """Everything that the portal holds about one person (GDPR art. 15): also when and where it was read."""
    evenings = attended(participant).select_related("session__activity")
    reads = ParticipantRead.objects.filter(plan_id=participant.plan_id, participant=participant).order_by("-read_at")
    return {
        "alias": participant.alias,
        "birth_year": participant.birth_year,
        "created_at": timezone.localtime(participant.created_at).isoformat(timespec="minutes"),
        "evenings": [{"date": tick.date.isoformat(), "activity": tick.session.activity.name} for tick in evenings],
        "reads": [
            {"at": timezone.localtime(read.read_at).isoformat(timespec="minutes"), "page": read.page} for read in reads
        ],
    }


def attended(participant: Participant) -> QuerySet[Attendance]:
    """The evenings of one person, newest first."""
    ticks = Attendance.objects.filter(plan_id=participant.plan_id, participant=participant)
    return ticks.order_by("-date", "-pk")


def forget_old_merges(*, plan: Plan) -> int:
    """After 30 days nobody can undo a merge, so the other alias goes."""
    old = ParticipantMerge.objects.filter(plan=plan, merged_at__lt=timezone.now() - UNDO_MERGE)
    return old.delete()[0]


def _refuse_locked(plan: Plan, *people: Participant) -> None:
    """Both have been counted in locked days: one person less there would change locked figures."""
    if plan.locked_until is None:
        return
    locked = Attendance.objects.filter(plan=plan, date__lte=plan.locked_until, participant__in=people)
    if locked.order_by().values("participant").distinct().count() > 1:
        raise Refused(
            _("Both have evenings whose figures are locked. Merging them would change the locked figures of people.")
        )


def _one_tick(plan: Plan, sessions: list[int], *, change: int, by: User | None) -> None:
    """The numbers of evenings after one tick more or less each, with a line in their history."""
    rows = Session.objects.for_plan(plan).filter(pk__in=sessions)
    before = {row.pk: row for row in rows.select_for_update().order_by("pk")}
    known = F("known_heads") + change
    total = Case(When(heads_total__lt=known, then=known), default=F("heads_total"), output_field=IntegerField())
    rows.update(known_heads=known, heads_total=total, version=F("version") + 1)
    SessionChange.objects.bulk_create(
        SessionChange(
            plan=plan,
            session=session,
            changed_by=by,
            source=LogSource.PERSON,
            before={"state": str(SessionState.HELD), "known_heads": session.known_heads},
            after={"state": str(SessionState.HELD), "known_heads": session.known_heads + change},
        )
        for session in before.values()
    )
