"""Contacts and referrals: counted in two taps, taken back in one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.locking import why_locked
from accounts.models import Plan, User
from activities.models import Activity, Tally

MOST = 999  # at once; a year's worth belongs in a typed-in value


class TallyRefused(Exception):
    """Why it cannot be counted, in a sentence."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add_tally(
    *, plan: Plan, kind: str, day: date, number: int, activity: Activity | None, by: User | None, today: date
) -> Tally:
    """Count so many more on that day."""
    if not 1 <= number <= MOST:
        raise TallyRefused(_("Write a number from 1 to %(most)s.") % {"most": MOST}, "number")
    if day > today:
        raise TallyRefused(_("The day lies in the future. Count it when it has happened."), "date")
    if not plan.starts_on <= day <= plan.ends_on:
        raise TallyRefused(_("The day lies outside the plan."), "date")
    _refuse_locked(plan, day)
    return Tally.objects.create(plan=plan, kind=kind, date=day, number=number, activity=activity, logged_by=by)


def remove_tally(*, tally: Tally, now: datetime) -> None:
    """Count it no more. Undone by `restore_tally`."""
    _refuse_locked(tally.plan, tally.date)
    Tally.objects.filter(pk=tally.pk, removed_at__isnull=True).update(removed_at=now)


def restore_tally(*, tally: Tally) -> None:
    _refuse_locked(tally.plan, tally.date)
    Tally.objects.filter(pk=tally.pk).update(removed_at=None)


def _refuse_locked(plan: Plan, day: date) -> None:
    if sentence := why_locked(plan, day):
        raise TallyRefused(sentence, "date")


@dataclass(frozen=True)
class TallyFact:
    """What a figure needs of one tally; `activity_id` None: it belongs to the plan as a whole."""

    date: date
    activity_id: int | None
    number: int


def tally_facts(plan: Plan, first: date, last: date) -> dict[str, list[TallyFact]]:
    """By kind, in order of date, from `first` to `last` (both inclusive). One query."""
    rows = Tally.objects.for_plan(plan).filter(date__range=(first, last)).order_by("date", "pk")
    found: dict[str, list[TallyFact]] = defaultdict(list)
    for kind, day, activity, number in rows.values_list("kind", "date", "activity_id", "number"):
        found[kind].append(TallyFact(day, activity, number))
    return dict(found)


def last_activity_of(*, plan: Plan, user: User, among: Iterable[int]) -> int | None:
    """What this colleague counted for the last time, so that the next time needs no choice."""
    rows = Tally.objects.for_plan(plan).filter(logged_by=user).order_by("-logged_at", "-pk")
    latest = rows.values_list("activity_id", flat=True).first()
    return latest if latest in set(among) else None
