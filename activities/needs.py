"""What an activity usually needs on an evening, and the shifts that coming evenings get from it.

An evening's own changes win: a shift that was changed or taken off for one evening is left alone ever after.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.utils import timezone

from accounts.models import Plan
from activities.models import Activity, Session, SessionState, Shift, ShiftNeed, ShiftRole, ShiftSettings
from activities.models.sessions import SessionQuerySet


@dataclass(frozen=True, kw_only=True)
class Need:
    """At least and at most how many of one kind; the times are the evening's own when empty."""

    role: ShiftRole
    minimum: int
    maximum: int
    start_time: time | None = None
    end_time: time | None = None


def shift_settings(plan: Plan) -> ShiftSettings:
    """The plan's own, or the defaults in an unsaved row."""
    return ShiftSettings.objects.filter(plan=plan).first() or ShiftSettings(plan=plan)


@transaction.atomic
def make_shifts(*, plan: Plan, today: date, activities: Collection[int] | None = None) -> int:
    """Give coming planned evenings the shifts that they lack. Says how many; again, or twice at once, changes nothing.

    The unique key (session, role) decides. Three queries and the insert, whatever the plan holds.
    """
    needs = ShiftNeed.objects.filter(plan=plan, activity__is_active=True)
    if activities is not None:
        needs = needs.filter(activity__in=list(activities))
    by_activity: dict[int, list[ShiftNeed]] = {}
    for need in needs:
        by_activity.setdefault(need.activity_id, []).append(need)
    if not by_activity:
        return 0
    evenings = list(_coming(plan, today).filter(activity__in=list(by_activity)).values_list("pk", "activity_id"))
    made = set(
        Shift.objects.filter(plan=plan, session__in=[pk for pk, _activity in evenings]).values_list(
            "session_id", "role_id"
        )
    )
    rows = [
        Shift(
            plan=plan,
            session_id=session,
            role_id=need.role_id,
            minimum=need.minimum,
            maximum=need.maximum,
            start_time=need.start_time,
            end_time=need.end_time,
        )
        for session, activity in evenings
        for need in by_activity[activity]
        if (session, need.role_id) not in made
    ]
    Shift.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


@transaction.atomic
def save_needs(*, activity: Activity, needs: Iterable[Need], today: date) -> int:
    """Store what the activity usually needs, and bring its coming evenings into line. Says how many shifts are new.

    What was changed for one evening stays; a shift that nobody needs any more goes, unless somebody has taken it.
    """
    wanted = {need.role.pk: need for need in needs}
    ShiftNeed.objects.filter(plan_id=activity.plan_id, activity=activity).exclude(role__in=list(wanted)).delete()
    untouched = Shift.objects.filter(
        plan_id=activity.plan_id, is_adjusted=False, session__in=_coming(activity.plan, today).filter(activity=activity)
    )
    untouched.filter(signups__isnull=True).exclude(role__in=list(wanted)).delete()
    for need in wanted.values():
        values = {
            "minimum": need.minimum,
            "maximum": need.maximum,
            "start_time": need.start_time,
            "end_time": need.end_time,
        }
        ShiftNeed.objects.update_or_create(plan_id=activity.plan_id, activity=activity, role=need.role, defaults=values)
        untouched.filter(role=need.role).update(**values)
    return make_shifts(plan=activity.plan, today=today, activities=[activity.pk])


@transaction.atomic
def save_evening_needs(*, session: Session, needs: Iterable[Need]) -> None:
    """What this evening needs, whatever is usual. A kind that is left out is off for the evening.

    Nobody is taken off: with more people than before are needed, they stay.
    """
    wanted = {need.role.pk: need for need in needs}
    shifts = {shift.role_id: shift for shift in Shift.objects.filter(plan_id=session.plan_id, session=session)}
    for role, shift in shifts.items():
        chosen = wanted.get(role)
        before = (shift.minimum, shift.maximum, shift.start_time, shift.end_time, shift.is_off)
        if chosen is None:
            shift.is_off = True
        else:
            shift.minimum, shift.maximum, shift.is_off = chosen.minimum, chosen.maximum, False
            shift.start_time, shift.end_time = chosen.start_time, chosen.end_time
        if before != (shift.minimum, shift.maximum, shift.start_time, shift.end_time, shift.is_off):
            shift.is_adjusted = True
            shift.save()
    Shift.objects.bulk_create(
        (
            Shift(
                plan_id=session.plan_id,
                session=session,
                role=need.role,
                minimum=need.minimum,
                maximum=need.maximum,
                start_time=need.start_time,
                end_time=need.end_time,
                is_adjusted=True,
            )
            for role, need in wanted.items()
            if role not in shifts
        ),
        ignore_conflicts=True,
    )


def _coming(plan: Plan, today: date) -> SessionQuerySet:
    return Session.objects.for_plan(plan).filter(state=SessionState.PLANNED, date__gte=today)


def make_all_shifts() -> str:
    """Daily: the coming evenings of every running plan have their shifts."""
    today = timezone.localdate()
    plans = Plan.objects.filter(ends_on__gte=today, pk__in=ShiftNeed.objects.values("plan"))
    return f"{sum(make_shifts(plan=plan, today=today) for plan in plans)} shifts made"
