"""Taking a shift, giving it up, swapping it. However many tap at once, a shift is never overfilled.

Every change locks first the person's membership (so that two taps of one person wait for each other), then the shift
(so that two people do). SQLite has one writer at a time and needs neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Plan, User, VolunteerDetails
from accounts.permissions import has_plan_permission
from activities.models import (
    ItemState,
    ProgrammeHost,
    RemovedShift,
    Session,
    SessionState,
    Shift,
    ShiftSettings,
    ShiftSignup,
)
from activities.needs import shift_settings

UNDO_WITHIN = timedelta(hours=1)
KEEP_REMOVED_FOR = timedelta(days=30)
DAY = timedelta(days=1)


class ShiftRefused(ValueError):
    """It cannot be done. The message is a whole, translated sentence for the person."""

    def __init__(self, message: str | Promise, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


@dataclass(frozen=True)
class Span:
    """From when to when, in local wall-clock time. What has no times lasts the whole day."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


def span(day: date, start: time | None, end: time | None) -> Span:
    """A span that ends before it starts ends the next day."""
    begin = datetime.combine(day, start or time())
    if end is None:
        return Span(begin, datetime.combine(day, time()) + DAY)
    finish = datetime.combine(day, end)
    return Span(begin, finish if finish > begin else finish + DAY)


def shift_span(shift: Shift) -> Span:
    """The shift's own times, else the evening's. The session must be loaded."""
    session = shift.session
    return span(session.date, shift.start_time or session.start_time, shift.end_time or session.end_time)


def starts_at(shift: Shift) -> datetime:
    """When the shift begins, as a moment in time."""
    return timezone.make_aware(shift_span(shift).start)


def can_give_up_freely(shift: Shift, *, now: datetime, settings: ShiftSettings) -> bool:
    """Is the deadline still ahead? After it the person rings somebody as well. 24 hours before 18.00 is 18.00 the day
    before, also when the clock was changed in between."""
    return now <= starts_at(shift) - timedelta(hours=settings.give_up_hours)


def age_on(day: date, birth_year: int | None) -> int | None:
    """Age = year of the evening - birth year (semantics, Measures). None when the year is not known."""
    return None if birth_year is None else day.year - birth_year


# -- the person's own --------------------------------------------------------------------------------------------------


@transaction.atomic
def take_shift(*, shift: Shift, user: User, now: datetime) -> ShiftSignup:
    """The person takes the shift, or is put on it. `ShiftRefused` when it is full, over, or clashes with something.

    Taking what one has already is harmless.
    """
    member = _lock_member(plan_id=shift.plan_id, user=user)
    shift = _lock_shift(shift)
    held = shift.signups.standing().filter(user=user).first()
    if held:
        return held
    _check_open(shift, now)
    if shift.signups.standing().count() >= shift.maximum:
        raise ShiftRefused(_("Somebody was faster: the shift is full now. See where else help is needed."))
    _check_person(shift, member)
    return ShiftSignup.objects.create(plan_id=shift.plan_id, shift=shift, user=user)


@transaction.atomic
def give_up(*, signup: ShiftSignup, now: datetime, is_removed: bool = False) -> ShiftSignup:
    """The person cannot after all. After the deadline the gap is marked as late.

    `is_removed`: a colleague takes the person off, which is never late. Twice is harmless.
    """
    signup = _lock_signup(signup)
    if signup.withdrawn_at is not None:
        return signup
    _check_open(signup.shift, now)
    settings = shift_settings(signup.shift.session.plan)
    signup.withdrawn_at, signup.swap_asked_at = now, None
    signup.is_late = not is_removed and not can_give_up_freely(signup.shift, now=now, settings=settings)
    signup.save(update_fields=["withdrawn_at", "swap_asked_at", "is_late"])
    return signup


@transaction.atomic
def ask_swap(*, signup: ShiftSignup, now: datetime, wanted: bool = True) -> ShiftSignup:
    """Let the others see that somebody may take the shift over. It is the person's own until then."""
    signup = _lock_signup(signup)
    if signup.withdrawn_at is not None:
        raise ShiftRefused(_("The shift is not yours any more."))
    _check_open(signup.shift, now)
    signup.swap_asked_at = (signup.swap_asked_at or now) if wanted else None
    signup.save(update_fields=["swap_asked_at"])
    return signup


@transaction.atomic
def take_over(*, signup: ShiftSignup, user: User, now: datetime) -> ShiftSignup:
    """Take the shift of somebody who wants to swap. Of two who tap at once, the first has it."""
    member = _lock_member(plan_id=signup.plan_id, user=user)
    shift = _lock_shift(signup.shift)
    mine = shift.signups.standing().filter(user=user).first()
    if mine and mine.replaces_id == signup.pk:  # a double tap
        return mine
    if mine:
        raise ShiftRefused(_("You have this shift already."))
    _check_open(shift, now)
    _check_person(shift, member)
    offered = ShiftSignup.objects.standing().filter(pk=signup.pk, shift=shift, swap_asked_at__isnull=False)
    if not offered.update(withdrawn_at=now):
        raise ShiftRefused(_("Somebody was faster, or the swap was called off."))
    return ShiftSignup.objects.create(plan_id=shift.plan_id, shift=shift, user=user, replaces_id=signup.pk)


@transaction.atomic
def undo_taking(*, signup: ShiftSignup, now: datetime) -> bool:
    """Take back that one took a shift. One that was swapped is the other's again. False when it is too late."""
    signup = _lock_signup(signup)
    if signup.withdrawn_at is not None or now - signup.signed_up_at > UNDO_WITHIN:
        return False
    if signup.shift.session.state != SessionState.PLANNED:
        return False
    signup.withdrawn_at = now
    signup.save(update_fields=["withdrawn_at"])
    if signup.replaces_id is not None:
        there = signup.shift.signups.standing().values("user")
        ShiftSignup.objects.filter(pk=signup.replaces_id).exclude(user__in=there).update(withdrawn_at=None)
    return True


@transaction.atomic
def undo_giving_up(*, signup: ShiftSignup, now: datetime) -> bool:
    """The shift is the person's again. False when it is too late, or somebody else has the place now."""
    member = _lock_member(plan_id=signup.plan_id, user=signup.user)
    signup = _lock_signup(signup)
    if signup.withdrawn_at is None:
        return True
    if now - signup.withdrawn_at > UNDO_WITHIN:
        return False
    shift = signup.shift
    _check_open(shift, now)
    standing = list(shift.signups.standing())
    if len(standing) >= shift.maximum or any(other.user_id == signup.user_id for other in standing):
        return False
    _check_person(shift, member)
    signup.withdrawn_at, signup.is_late = None, False
    signup.save(update_fields=["withdrawn_at", "is_late"])
    return True


# -- checks ------------------------------------------------------------------------------------------------------------


def _lock_member(*, plan_id: int, user: User) -> Membership:
    rows = Membership.objects.select_for_update().filter(plan_id=plan_id, user=user)
    member = rows.first()
    if member is None or not has_plan_permission(member.role, "shifts.take"):
        raise ShiftRefused(_("Only volunteers and colleagues of the plan can take shifts."))
    return member


def _lock_shift(shift: Shift) -> Shift:
    rows = Shift.objects.select_for_update(of=("self",)).select_related("session__activity", "session__plan", "role")
    return rows.get(plan_id=shift.plan_id, pk=shift.pk)


def _lock_signup(signup: ShiftSignup) -> ShiftSignup:
    """The sign-up as it stands, behind the lock of its shift."""
    shift = _lock_shift(signup.shift)
    current = ShiftSignup.objects.select_related("user").get(plan_id=signup.plan_id, pk=signup.pk)
    current.shift = shift
    return current


def _check_open(shift: Shift, now: datetime) -> None:
    session = shift.session
    if session.state in (SessionState.CANCELLED, SessionState.CLOSED):
        raise ShiftRefused(_("The evening is off."))
    if session.state != SessionState.PLANNED or session.date < timezone.localdate(now):
        raise ShiftRefused(_("The evening has been. Its shifts can no longer be changed."))
    if shift.is_off:
        raise ShiftRefused(_("The shift is not needed that evening any more."))


def _check_person(shift: Shift, member: Membership) -> None:
    """Old enough, and nowhere else at that time."""
    least = shift.role.minimum_age
    if least is not None:
        age = age_on(shift.session.date, birth_year_of(member))
        if age is None:
            raise ShiftRefused(
                _("This shift is from %(age)s years, and we do not know your birth year. Ask a colleague to write it."),
                age=least,
            )
        if age < least:
            raise ShiftRefused(_("This shift is from %(age)s years."), age=least)
    clash = find_clash(shift, user_id=member.user_id)
    if clash:
        raise ShiftRefused(_("At that time you already have: %(what)s."), what=clash)


def birth_year_of(member: Membership) -> int | None:
    return VolunteerDetails.objects.filter(membership=member).values_list("birth_year", flat=True).first()


def find_clash(shift: Shift, *, user_id: int) -> str:
    """What the person does at that time already: another shift, or an item that they host elsewhere. Empty: nothing."""
    asked, day = shift_span(shift), shift.session.date
    near = (day - DAY, day + DAY)
    signups = ShiftSignup.objects.standing().filter(
        plan_id=shift.plan_id, user=user_id, shift__session__date__range=near, shift__is_off=False,
        shift__session__state=SessionState.PLANNED,
    ).exclude(shift=shift.pk)  # fmt: skip
    for signup in signups.select_related("shift__session__activity", "shift__role"):
        if asked.overlaps(shift_span(signup.shift)):
            return f"{signup.shift.role.local_name}, {signup.shift.session.activity.name}"
    hosted = ProgrammeHost.objects.filter(
        plan_id=shift.plan_id, user=user_id, item__session__date__range=near, item__session__state=SessionState.PLANNED
    ).exclude(Q(item__session=shift.session_id) | Q(item__state=ItemState.CANCELLED))  # fmt: skip
    for host in hosted.select_related("item__session"):
        session = host.item.session
        if session and asked.overlaps(span(session.date, session.start_time, session.end_time)):
            return host.item.title
    return ""


# -- evenings that go --------------------------------------------------------------------------------------------------


def keep_removed(sessions: QuerySet[Session] | Iterable[int]) -> int:
    """Before evenings are deleted: whoever had a shift sees it as cancelled, on the page and in the calendar."""
    signups = ShiftSignup.objects.standing().filter(shift__session__in=sessions)
    rows = [
        RemovedShift(
            plan_id=signup.plan_id,
            user_id=signup.user_id,
            uid=signup.uid,
            sequence=signup.sequence + 1,
            title=f"{signup.shift.role.name}, {signup.shift.session.activity.name}",
            date=signup.shift.session.date,
            start_time=signup.shift.start_time or signup.shift.session.start_time,
            end_time=signup.shift.end_time or signup.shift.session.end_time,
        )
        for signup in signups.select_related("shift__role", "shift__session__activity")
    ]
    RemovedShift.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def forget_removed() -> str:
    """Daily: shifts of evenings that were taken away are of no use 30 days after (retention.py)."""
    limit = timezone.localdate() - KEEP_REMOVED_FOR
    return f"{RemovedShift.objects.filter(date__lt=limit).delete()[0]} removed shifts forgotten"


def owner_to_ring(session: Session) -> tuple[str, str] | None:
    """(name, phone) of whom a volunteer rings about that evening: its coordinator, else a colleague with a phone.

    The phone is empty when it is not known; None when the plan has nobody.
    """
    plan: Plan = session.plan
    team = plan.memberships.active().filter(role__in=["staff", "project_manager"]).select_related("user", "volunteer")
    ranked = sorted(
        team,
        key=lambda member: (
            member.user_id != session.activity.owner_id,
            not _phone(member),
            member.role != "staff",
            member.user.name,
        ),
    )
    return (ranked[0].user.name, _phone(ranked[0])) if ranked else None


def _phone(member: Membership) -> str:
    return member.volunteer.phone if hasattr(member, "volunteer") else ""
