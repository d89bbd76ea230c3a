"""Volunteer time: how long people were there, and who is active. Counted from sign-ups, else from the log.

A sign-up counts on a held evening when the person was there, or when nobody has said whether they were, it was not
given up, and the shift was not taken off for that evening. Its length is the shift's, else the evening's, else that of
the activity's newest series. Lengths are wall-clock minutes: an evening over a clock change is as long as its programme
says.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import Plan
from activities.models import Schedule, Session, SessionState, ShiftSignup

MINUTES_A_DAY = 24 * 60
MINUTES_AN_HOUR = 60
ACTIVE_WITHIN = timedelta(weeks=12)

# Said to have been there; or nothing said, not given up, and the shift was needed that evening.
COUNTS = Q(was_there=True) | Q(was_there__isnull=True, withdrawn_at__isnull=True, shift__is_off=False)


class EveningHours(NamedTuple):
    """One held evening: how many volunteers, and their minutes together."""

    session_id: int
    activity_id: int
    date: date
    turns: int
    minutes: Decimal


@dataclass(frozen=True)
class OwnTime:
    """One volunteer's time over a period: on how many evenings, with how many shifts, in all how many minutes."""

    evenings: int
    shifts: int
    minutes: int

    @property
    def hours(self) -> Decimal:
        return Decimal(self.minutes) / MINUTES_AN_HOUR


class SignedShift(NamedTuple):
    """One sign-up that counts."""

    user_id: int
    session_id: int
    date: date
    minutes: int
    activity_id: int


def volunteer_hours(plan: Plan, first: date, last: date, *, activities: Collection[int] | None = None) -> Decimal:
    """Hours of all volunteers on held evenings from `first` to `last`, both inclusive. Not rounded."""
    rows = evening_hours(plan, first, last, activities=activities)
    return sum((row.minutes for row in rows), Decimal(0)) / MINUTES_AN_HOUR


def evening_hours(
    plan: Plan, first: date, last: date, *, activities: Collection[int] | None = None
) -> list[EveningHours]:
    """Every held evening with its volunteers' time, in order of date. Three queries, whatever the period holds.

    The log's number of volunteers decides how many there were. Those who signed up bring the length of their shifts;
    each more than they counts the whole evening. When the log has fewer than signed up (nobody said who stayed away),
    the mean of the signed-up stands for each. An evening without sign-ups is turns × length, as before there were
    shifts; without a log of volunteers the sign-ups are the number.
    """
    lengths = series_lengths(plan)
    signed: dict[int, list[SignedShift]] = defaultdict(list)
    for row in signed_shifts(plan, first, last, activities=activities, lengths=lengths):
        signed[row.session_id].append(row)
    sessions = Session.objects.for_plan(plan).between(first, last).held().order_by("date", "pk")
    if activities is not None:
        sessions = sessions.filter(activity__in=list(activities))
    found = []
    for pk, activity, day, turns, start, end in sessions.values_list(
        "pk", "activity_id", "date", "volunteer_turns", "start_time", "end_time"
    ):
        length = minutes_between(start, end) or lengths.get(activity, 0)
        number, minutes = volunteer_time(turns, length, signed.get(pk, ()))
        found.append(EveningHours(pk, activity, day, number, minutes))
    return found


def volunteer_time(turns: int | None, length: int, shifts: Sequence[SignedShift]) -> tuple[int, Decimal]:
    """How many volunteers there were on one held evening, and their minutes together: the rule of `evening_hours`."""
    people = len({shift.user_id for shift in shifts})
    number = people if turns is None else turns
    return number, _minutes(shifts, people, number, length)


def _minutes(shifts: Sequence[SignedShift], people: int, number: int, length: int) -> Decimal:
    """The time of `number` volunteers, of whom `people` signed up for `shifts`."""
    together = Decimal(sum(shift.minutes for shift in shifts))
    if number < people:
        return together * number / people
    return together + (number - people) * length


def hours_by_volunteer(
    plan: Plan, first: date, last: date, *, activities: Collection[int] | None = None, user_id: int | None = None
) -> dict[int, OwnTime]:
    """User → their own time from `first` to `last`, by sign-ups alone. Two queries; of one person when asked."""
    rows: dict[int, list[SignedShift]] = defaultdict(list)
    for row in signed_shifts(plan, first, last, activities=activities, user_id=user_id):
        rows[row.user_id].append(row)
    return {
        user: OwnTime(
            evenings=len({shift.session_id for shift in shifts}),
            shifts=len(shifts),
            minutes=sum(shift.minutes for shift in shifts),
        )
        for user, shifts in rows.items()
    }


def active_volunteers(plan: Plan, on: date, *, activities: Collection[int] | None = None) -> int:
    """How many different people had a turn in the twelve weeks that end with that day. One query.

    Counted from sign-ups; 0 where nobody signs up for shifts here, which is why the measure can also be typed in.
    """
    rows = counted_signups(plan, on - ACTIVE_WITHIN + timedelta(days=1), on, activities=activities)
    return rows.values("user").distinct().count()


def signed_shifts(
    plan: Plan,
    first: date,
    last: date,
    *,
    activities: Collection[int] | None = None,
    user_id: int | None = None,
    lengths: dict[int, int] | None = None,
) -> list[SignedShift]:
    """Every sign-up that counts, with its length in minutes, in order of date. One query, and one for the lengths."""
    rows = counted_signups(plan, first, last, activities=activities)
    if user_id is not None:
        rows = rows.filter(user=user_id)
    if lengths is None:
        lengths = series_lengths(plan)
    return [
        SignedShift(
            user_id=user,
            session_id=session,
            date=day,
            minutes=minutes_between(start or evening_start, end or evening_end) or lengths.get(activity, 0),
            activity_id=activity,
        )
        for user, session, activity, day, start, end, evening_start, evening_end in rows.order_by(
            "shift__session__date", "pk"
        ).values_list(
            "user_id",
            "shift__session_id",
            "shift__session__activity_id",
            "shift__session__date",
            "shift__start_time",
            "shift__end_time",
            "shift__session__start_time",
            "shift__session__end_time",
        )
    ]


def counted_signups(
    plan: Plan, first: date, last: date, *, activities: Collection[int] | None = None
) -> QuerySet[ShiftSignup]:
    """The sign-ups that count (see the head of this module), as they are stored."""
    rows = ShiftSignup.objects.filter(
        COUNTS, plan=plan, shift__session__state=SessionState.HELD, shift__session__date__range=(first, last)
    )
    return rows if activities is None else rows.filter(shift__session__activity__in=list(activities))


def series_lengths(plan: Plan) -> dict[int, int]:
    """How long an evening lasts by the activity's newest series, for evenings that carry no times. Minutes."""
    series = Schedule.objects.filter(plan=plan).order_by("starts_on", "pk")
    lengths = {}
    for activity, start, end in series.values_list("activity_id", "start_time", "end_time"):
        if minutes := minutes_between(start, end):
            lengths[activity] = minutes
    return lengths


def minutes_between(start: time | None, end: time | None) -> int | None:
    """The wall-clock length of an evening; one that ends after midnight ends the next day."""
    if start is None or end is None:
        return None
    length = (end.hour - start.hour) * 60 + end.minute - start.minute
    return length % MINUTES_A_DAY or None
