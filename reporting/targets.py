"""Target values, with a reason for each change."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reporting.models import Indicator, Measure, Target, TargetChange

PLACES = Decimal("0.0001")


@transaction.atomic
def set_target(
    *,
    indicator: Indicator,
    starts_on: date,
    ends_on: date,
    value: Decimal | None,
    high: Decimal | None = None,
    due_on: date | None = None,
    by: User | None = None,
    reason: str = "",
    decided_by: str = "",
    decided_on: date | None = None,
) -> tuple[Target, str]:
    """The target of one period. A new one needs no reason; changing one does, and the old value stays visible.

    Says whether it was "created", "updated" or "unchanged".
    """
    target = (
        Target.objects.select_for_update()
        .filter(plan=indicator.plan_id, indicator=indicator, starts_on=starts_on, ends_on=ends_on)
        .first()
    )
    wanted = (_exact(value), _exact(high), due_on)
    if target is None:
        target = Target(plan_id=indicator.plan_id, indicator=indicator, starts_on=starts_on, ends_on=ends_on)
        _write(target, *wanted)
        return target, "created"
    if (_exact(target.value), _exact(target.high), target.due_on) == wanted:
        return target, "unchanged"
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the target changes. The old value stays visible beside it.")})
    change = TargetChange(
        plan_id=target.plan_id,
        target=target,
        old_value=target.value,
        old_high=target.high,
        old_due_on=target.due_on,
        reason=reason.strip(),
        decided_by=decided_by,
        decided_on=decided_on,
        changed_by=by,
    )
    _write(target, *wanted)
    change.save()
    return target, "updated"


def _exact(value: Decimal | None) -> Decimal | None:
    """As the database keeps it, so that 40 and 40.0000 are the same."""
    return None if value is None else value.quantize(PLACES)


def _write(target: Target, value: Decimal | None, high: Decimal | None, due_on: date | None) -> None:
    target.value, target.high, target.due_on = value, high, due_on
    target.full_clean(validate_unique=False, validate_constraints=False)
    target.save()


def is_milestone(indicator: Indicator) -> bool:
    return indicator.measure == Measure.MILESTONE
