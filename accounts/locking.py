"""Locked figures, and opening them for a while: by the project manager, with a reason, until a time that is set."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Plan, Reopening, User

LOCKED = "locked"  # the code of an error that `why_locked` explains
LENGTHS = {"1": timedelta(hours=1), "24": timedelta(days=1), "72": timedelta(days=3), "168": timedelta(days=7)}


def why_locked(plan: Plan, day: date) -> str:
    """Why the figures of that day stand, and where they are opened; empty where they can be changed now."""
    locked_until = plan.locked_until
    if locked_until is None or not plan.is_locked(day):
        return ""
    if day < plan.starts_on:
        return _(
            "%(day)s lies before the plan, which begins on %(first)s. So old a figure can only be written while the "
            "figures are open. The project manager can open them under Settings, “Open for corrections”."
        ) % {"day": date_format(day, "j. F Y"), "first": date_format(plan.starts_on, "j. F Y")}
    return _(
        "Figures up to %(date)s are locked. The project manager can open them for a while under Settings, “Open for "
        "corrections”."
    ) % {"date": date_format(locked_until, "j. F Y")}


@transaction.atomic
def reopen(*, plan: Plan, by: User, reason: str, length: timedelta, now: datetime) -> Reopening | None:
    """Open the locked figures until `now + length`; None when nothing is locked. An open one is set anew."""
    current = Plan.objects.select_for_update().get(pk=plan.pk)
    if current.figures_locked_until is None:
        return None
    _close(current, now)
    reopening = Reopening.objects.create(
        plan=current,
        locked_until=current.figures_locked_until,
        reason=reason,
        opened_by=by,
        opened_at=now,
        until=now + length,
    )
    _write(plan, current, until=reopening.until)
    return reopening


@transaction.atomic
def close_again(*, plan: Plan, now: datetime) -> bool:
    """Lock again before the time is up. False when it was not open any more."""
    current = Plan.objects.select_for_update().get(pk=plan.pk)
    was_open = _close(current, now)
    _write(plan, current, until=None)
    return was_open


def _close(plan: Plan, now: datetime) -> bool:
    open_rows = Reopening.objects.filter(plan=plan, closed_at__isnull=True, until__gt=now)
    return bool(open_rows.update(closed_at=now))


def _write(plan: Plan, current: Plan, *, until: datetime | None) -> None:
    plan.reopened_until = current.reopened_until = until
    current.save(update_fields=["reopened_until"])
