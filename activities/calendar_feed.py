"""A volunteer's own calendar: an address with a secret that only this person has, and may change or close at any time.

As with invitations the secret is derived from the row and the installation's key, and only its hash is stored: a copy
of the database opens no calendar, and the person can see the address again.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Plan, User
from accounts.permissions import has_plan_permission
from activities.calendars import new_calendar, new_event
from activities.models import CalendarFeed, RemovedShift, SessionState, ShiftSignup

SALT = "activities.calendar_feed"
LOOK_BACK = timedelta(days=90)
OFF = frozenset({SessionState.CANCELLED, SessionState.CLOSED})


def feed_token(feed: CalendarFeed) -> str:
    """The secret part of the address; another one each time that the feed is opened anew."""
    value = f"{feed.pk}:{feed.created_at.astimezone(UTC).isoformat()}"
    return urlsafe_b64encode(salted_hmac(SALT, value, algorithm="sha256").digest()).decode().rstrip("=")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def open_feed(*, plan: Plan, user: User, now: datetime) -> CalendarFeed:
    """Give the person an address. One that was given before stops working."""
    feed, _created = CalendarFeed.objects.get_or_create(
        plan=plan, user=user, defaults={"token_hash": secrets.token_hex(32)}
    )
    feed.created_at = now
    feed.token_hash = hash_of(feed_token(feed))
    feed.save(update_fields=["created_at", "token_hash"])
    return feed


def close_feed(*, plan: Plan, user: User) -> bool:
    """The address stops working."""
    return bool(CalendarFeed.objects.filter(plan=plan, user=user).delete()[0])


def find_feed(*, plan: Plan, token: str) -> CalendarFeed | None:
    """Whose address it is; None for one that was never given, was closed, or whose person has left the plan."""
    feed = CalendarFeed.objects.select_related("user", "plan").filter(plan=plan, token_hash=hash_of(token)).first()
    if feed is None:
        return None
    role = plan.memberships.active().filter(user=feed.user).values_list("role", flat=True).first()
    return feed if role and has_plan_permission(role, "shifts.take") else None


def own_calendar(*, feed: CalendarFeed, today: date) -> bytes:
    """The person's shifts of the last three months and all that come. Two queries; one more when something is new.

    One that was given up, and one whose evening is off or was taken away, stays under its id as cancelled. Only the
    person's own work: no themes, no names.
    """
    plan = feed.plan
    calendar = new_calendar(name=_("My shifts in %(plan)s") % {"plan": plan.name})
    rows = ShiftSignup.objects.filter(
        plan=plan, user=feed.user, shift__session__date__gte=today - LOOK_BACK
    ).select_related("shift__role", "shift__session__activity", "shift__session__venue")  # fmt: skip
    signups = list(rows.order_by("shift__session__date", "pk"))
    number_changes(signups)
    for signup in signups:
        event = new_event(
            uid=feed_uid(signup.uid),
            sequence=signup.sequence,
            stamp=signup.withdrawn_at or signup.signed_up_at,
            **_said(signup),
        )
        calendar.add_component(event)
    for removed in RemovedShift.objects.filter(plan=plan, user=feed.user, date__gte=today - LOOK_BACK):
        calendar.add_component(
            new_event(
                uid=feed_uid(removed.uid),
                sequence=removed.sequence,
                stamp=removed.removed_at,
                title=removed.title,
                day=removed.date,
                start=removed.start_time,
                end=removed.end_time,
                is_cancelled=True,
            )
        )
    return calendar.to_ical()


def _said(signup: ShiftSignup) -> dict[str, Any]:
    """What a calendar shows of a shift."""
    shift, session = signup.shift, signup.shift.session
    return {
        "title": f"{shift.role.local_name}, {session.activity.name}",
        "day": session.date,
        "start": shift.start_time or session.start_time,
        "end": shift.end_time or session.end_time,
        "place": session.venue.name if session.venue else "",
        "is_cancelled": signup.withdrawn_at is not None or session.state in OFF or shift.is_off,
    }


def number_changes(signups: Iterable[ShiftSignup]) -> None:
    """Raise the SEQUENCE (RFC 5545) of each shift that is not as calendars read it last, whatever changed it.

    Counted when it is read, since an evening is moved, retimed or called off in many places, alone and in series. In
    which language the person reads it is no change.
    """
    changed = []
    for signup in signups:
        said = _said(signup) | {"title": f"{signup.shift.role_id} {signup.shift.session.activity.name}"}
        sha256 = hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()
        if signup.told_sha256 == sha256:
            continue
        signup.sequence = signup.sequence + 1 if signup.told_sha256 else int(said["is_cancelled"])
        signup.told_sha256 = sha256
        changed.append(signup)
    if changed:
        ShiftSignup.objects.bulk_update(changed, ["sequence", "told_sha256"], batch_size=200)


def feed_uid(uid: object) -> str:
    """As it stands in calendars, for ever."""
    return f"{uid}@vagter"
