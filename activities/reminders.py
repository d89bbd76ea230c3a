"""One reminder by e-mail before a shift: at a sensible hour, outside the person's quiet hours, never twice.

Times are wall-clock in Europe/Copenhagen. The mail is one per person and evening, under a key that stays the same, so
that whatever is asked again writes nothing new. Beat asks every few minutes; a round that was lost is made up for by
the next.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.mail import MailOutdated, fills_in, own_address, send_plan_mail
from accounts.models import Mail, Plan, User, VolunteerDetails
from activities.models import SessionState, ShiftSettings, ShiftSignup
from activities.needs import shift_settings
from activities.shifts import shift_span, starts_at

TEMPLATE = "shift_reminder"
FARTHEST = timedelta(days=15)  # ShiftSettings.remind_days is at most 14
AT_LEAST_BEFORE = timedelta(hours=2)  # later than that it helps nobody to get there
BEFORE_QUIET = timedelta(minutes=30)


def is_quiet(moment: time, quiet_from: time, quiet_to: time) -> bool:
    """From 21 to 8 is over midnight. The same time twice means no quiet hours."""
    if quiet_from <= quiet_to:
        return quiet_from <= moment < quiet_to
    return moment >= quiet_from or moment < quiet_to


def reminder_time(start: datetime, *, settings: ShiftSettings, details: VolunteerDetails) -> datetime:
    """When to remind of a shift that starts then (naive local time in and out).

    The plan's hour, so many days before. In quiet hours: when they end, if that is in good time, else half an hour
    before they began.
    """
    wanted = datetime.combine(start.date() - timedelta(days=settings.remind_days), settings.remind_at)
    wanted = min(wanted, start - AT_LEAST_BEFORE)
    quiet_from, quiet_to = details.quiet_from, details.quiet_to
    if not is_quiet(wanted.time(), quiet_from, quiet_to):
        return wanted
    ends = datetime.combine(wanted.date(), quiet_to)
    if ends <= wanted:
        ends += timedelta(days=1)
    if ends <= start - AT_LEAST_BEFORE:
        return ends
    began = datetime.combine(wanted.date(), quiet_from)
    if began > wanted:
        began -= timedelta(days=1)
    return began - BEFORE_QUIET


def send_due(*, plan: Plan, now: datetime) -> int:
    """Write the mails of those whose time has come. Says how many. Four queries and the mails themselves.

    Nobody is reminded who took the shift after the time of the reminder, who does not want it, or who has quiet hours
    right now (then the next round does it).
    """
    settings = shift_settings(plan)
    today = timezone.localdate(now)
    rows = _standing(plan, (today, today + timedelta(days=settings.remind_days + 1)))
    by_mail: dict[str, list[ShiftSignup]] = defaultdict(list)
    for signup in rows:
        by_mail[_key(signup)].append(signup)
    known = {
        key.partition(":")[2]
        for key in Mail.objects.filter(key__in=[f"{plan.pk}:{key}" for key in by_mail]).values_list("key", flat=True)
    }
    members = plan.memberships.active().filter(user__in={signup.user_id for signup in rows})
    wishes = {member.user_id: _details(member) for member in members.select_related("volunteer")}
    written = 0
    for key, signups in by_mail.items():
        first = signups[0]
        if key in known or first.user_id not in wishes:
            continue
        if _is_due(signups, settings=settings, details=wishes[first.user_id], now=now):
            send_plan_mail(
                template=TEMPLATE,
                to=first.user.email,
                plan=plan,
                key=key,
                context={"session_id": first.shift.session_id, "user_id": first.user_id, "root": own_address()},
            )
            written += 1
    return written


def _is_due(signups: list[ShiftSignup], *, settings: ShiftSettings, details: VolunteerDetails, now: datetime) -> bool:
    """All the person's shifts of one evening: is it time to remind of the first of them?"""
    first = min(signups, key=lambda signup: shift_span(signup.shift).start)
    start = shift_span(first.shift).start
    due = timezone.make_aware(reminder_time(start, settings=settings, details=details))
    taken_at = min(signup.signed_up_at for signup in signups)
    return (
        details.wants_reminders
        and due <= now < starts_at(first.shift)
        and taken_at < due
        and not is_quiet(timezone.localtime(now).time(), details.quiet_from, details.quiet_to)
    )


def _standing(plan: Plan, days: tuple[Any, Any]) -> QuerySet[ShiftSignup]:
    rows = ShiftSignup.objects.standing().filter(
        plan=plan,
        shift__is_off=False,
        shift__session__state=SessionState.PLANNED,
        shift__session__date__range=days,
    )
    return rows.select_related("user", "shift__role", "shift__session__activity", "shift__session__venue")


def _details(member: Any) -> VolunteerDetails:
    return member.volunteer if hasattr(member, "volunteer") else VolunteerDetails(membership=member)


def _key(signup: ShiftSignup) -> str:
    """One mail for a person, an evening and its date: an evening that is moved is worth a new reminder."""
    session = signup.shift.session
    return f"shift:{session.pk}:{session.date.isoformat()}:{signup.user_id}"


@fills_in(TEMPLATE)
def fill_in_reminder(context: dict[str, Any]) -> dict[str, Any]:
    """The shifts as they are at the moment of sending. Nothing is sent for one that was given up, or has begun.

    When the mail was held up until the quiet hours it is dropped as well, and the next round writes it again.
    """
    now = timezone.now()
    user = User.objects.filter(pk=context["user_id"]).first()
    signups = ShiftSignup.objects.standing().filter(
        user=context["user_id"], shift__session=context["session_id"], shift__is_off=False,
        shift__session__state=SessionState.PLANNED,
    )  # fmt: skip
    rows = sorted(
        signups.select_related("plan", "shift__role", "shift__session__activity", "shift__session__venue"),
        key=lambda signup: shift_span(signup.shift).start,
    )
    if user is None or not rows or now >= starts_at(rows[0].shift):
        raise MailOutdated
    plan, session = rows[0].plan, rows[0].shift.session
    member = plan.memberships.active().select_related("volunteer").filter(user=user).first()
    if member is None:
        raise MailOutdated
    details = _details(member)
    if not details.wants_reminders or is_quiet(timezone.localtime(now).time(), details.quiet_from, details.quiet_to):
        raise MailOutdated
    path = reverse("activities:shift_list", args=[plan.slug])
    return {
        "session": session,
        "shifts": [
            {"role": row.shift.role, "start": shift_span(row.shift).start.time(), "has_time": _has_time(row)}
            for row in rows
        ],
        "link": f"{context['root']}{path}" if context.get("root") else "",
    }


def _has_time(signup: ShiftSignup) -> bool:
    return (signup.shift.start_time or signup.shift.session.start_time) is not None


def send_all_due() -> str:
    """Every few minutes: the reminders of all running plans that have somebody on a shift in the days ahead."""
    now = timezone.now()
    today = timezone.localdate(now)
    ahead = ShiftSignup.objects.standing().filter(shift__session__date__range=(today, today + FARTHEST))
    plans = Plan.objects.filter(pk__in=ahead.values("plan"), starts_on__lte=today, ends_on__gte=today)
    return f"{sum(send_due(plan=plan, now=now) for plan in plans)} reminders written"
