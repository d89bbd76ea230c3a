"""Mails about shifts that change hands: to both when a swap was taken over, to who runs them when somebody is off late.

Stored are numbers only; who and when is read when the mail is sent, and what was taken back meanwhile is not sent.
"""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts.mail import MailOutdated, fills_in, send_plan_mail
from accounts.models import Membership, User, VolunteerDetails
from accounts.permissions import PERMISSIONS
from activities.models import ShiftSignup
from activities.shifts import shift_span

SWAPPED, LATE = "shift_swapped", "shift_late"


def tell_swapped(*, signup: ShiftSignup, by: User, root: str) -> int:
    """`signup` took over another: one mail to each of the two who wants mails. Says how many."""
    given = signup.replaces
    if given is None:
        return 0
    return _tell(SWAPPED, signup, [signup.user, given.user], key=f"swap:{signup.pk}", by=by, root=root)


def tell_late(*, signup: ShiftSignup, by: User, root: str) -> int:
    """Somebody is off after the deadline: one mail to each who runs the shifts of the plan. Says how many."""
    if signup.withdrawn_at is None or not signup.is_late:
        return 0
    team = Membership.objects.active().filter(plan=signup.plan_id, role__in=PERMISSIONS["shifts.manage"])
    people = [member.user for member in team.select_related("user") if member.user_id != signup.user_id]
    key = f"late:{signup.pk}:{signup.withdrawn_at.timestamp():.0f}"  # off, on again and off again is told twice
    return _tell(LATE, signup, people, key=key, by=by, root=root)


def _tell(template: str, signup: ShiftSignup, people: Iterable[User], *, key: str, by: User, root: str) -> int:
    plan = signup.shift.session.plan
    silent = VolunteerDetails.objects.filter(membership__plan=plan, wants_reminders=False)
    left_out = set(silent.values_list("membership__user", flat=True))
    told = [user for user in people if user.is_active and user.pk not in left_out]
    for user in told:
        context = {"signup_id": signup.pk, "user_id": user.pk, "root": root}
        send_plan_mail(template=template, to=user.email, key=f"{key}:{user.pk}", plan=plan, by=by, context=context)
    return len(told)


@fills_in(SWAPPED)
def fill_in_swapped(context: dict[str, Any]) -> dict[str, Any]:
    signup = _signup(context)
    if signup.withdrawn_at is not None or signup.replaces is None:
        raise MailOutdated
    is_taker = context["user_id"] == signup.user_id
    other = signup.replaces.user if is_taker else signup.user
    return _words(signup, context, "shift_list") | {"is_taker": is_taker, "other": other.first_name}


@fills_in(LATE)
def fill_in_late(context: dict[str, Any]) -> dict[str, Any]:
    signup = _signup(context)
    if signup.withdrawn_at is None or not signup.is_late:
        raise MailOutdated
    return _words(signup, context, "shift_manage", signup.shift.session_id) | {"other": signup.user.first_name}


def _signup(context: dict[str, Any]) -> ShiftSignup:
    rows = ShiftSignup.objects.select_related(
        "user", "replaces__user", "shift__role", "shift__session__activity", "shift__session__plan"
    )
    signup = rows.filter(pk=context["signup_id"]).first()
    if signup is None:
        raise MailOutdated
    return signup


def _words(signup: ShiftSignup, context: dict[str, Any], page: str, *arguments: int) -> dict[str, Any]:
    shift, session = signup.shift, signup.shift.session
    return {
        "role": shift.role,
        "session": session,
        "start": shift_span(shift).start.time() if shift.start_time or session.start_time else None,
        "link": context["root"] + reverse(f"activities:{page}", args=[session.plan.slug, *arguments]),
    }
