"""Target values, with a reason for each change."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.locking import LOCKED, why_locked
from accounts.models import Plan, User
from accounts.periods import add_months
from reporting.models import Indicator, Measure, Target, TargetChange
from reporting.periods import target_periods

PLACES = Decimal("0.0001")
AGREED_BEFORE = 24  # months: a plan is agreed before it begins


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Why something agreed is changed, and the meeting that decided it: the body's name and the day."""

    reason: str = ""
    decided_by: str = ""
    decided_on: date | None = None

    def check(self, plan: Plan, today: date) -> None:
        """ValidationError by field for what is missing, and for a day on which nobody can have decided it."""
        wrong: dict[str, Any] = {}
        if not self.reason.strip():
            wrong["reason"] = _("Say why the target changes. The old value stays visible beside it.")
        if not self.decided_by.strip():
            wrong["decided_by"] = _("Say who decided it, such as the steering group.")
        if self.decided_on is None:
            wrong["decided_on"] = _("Write the day of the meeting.")
        elif self.decided_on > today:
            wrong["decided_on"] = _("The meeting lies in the future. Change the target when it is decided.")
        elif self.decided_on < add_months(plan.starts_on, -AGREED_BEFORE):
            wrong["decided_on"] = _(
                "The day lies long before the plan, which begins on %(first)s. Write the day of the meeting that "
                "decided this."
            ) % {"first": date_format(plan.starts_on, "j. F Y")}
        if wrong:
            raise ValidationError(wrong)


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
    """The target of one period of the plan. A new one needs no reason; changing one needs a reason and the meeting that
    decided it, and the old value stays visible. Figures that are locked keep their targets too.

    Says whether it was "created", "updated" or "unchanged".
    """
    plan = indicator.plan
    if (starts_on, ends_on) not in {(period.first, period.last) for period in target_periods(plan)}:
        raise ValidationError({"period": _("The plan has no such period.")})
    target = (
        Target.objects.select_for_update()
        .filter(plan=indicator.plan_id, indicator=indicator, starts_on=starts_on, ends_on=ends_on)
        .first()
    )
    wanted = (_exact(value), _exact(high), due_on)
    if target is None:
        _refuse_locked(plan, ends_on)
        target = Target(plan_id=indicator.plan_id, indicator=indicator, starts_on=starts_on, ends_on=ends_on)
        _write(target, *wanted)
        return target, "created"
    if (_exact(target.value), _exact(target.high), target.due_on) == wanted:
        return target, "unchanged"
    Decision(reason=reason, decided_by=decided_by, decided_on=decided_on).check(plan, timezone.localdate())
    _refuse_locked(plan, ends_on)
    change = TargetChange(
        plan_id=target.plan_id,
        target=target,
        old_value=target.value,
        old_high=target.high,
        old_due_on=target.due_on,
        reason=reason.strip(),
        decided_by=decided_by.strip(),
        decided_on=decided_on,
        changed_by=by,
    )
    _write(target, *wanted)
    change.save()
    return target, "updated"


def _refuse_locked(plan: Plan, last: date) -> None:
    if sentence := why_locked(plan, last):
        raise ValidationError(sentence, code=LOCKED)


def _exact(value: Decimal | None) -> Decimal | None:
    """As the database keeps it, so that 40 and 40.0000 are the same."""
    return None if value is None else value.quantize(PLACES)


def _write(target: Target, value: Decimal | None, high: Decimal | None, due_on: date | None) -> None:
    target.value, target.high, target.due_on = value, high, due_on
    target.full_clean(validate_unique=False, validate_constraints=False)
    target.save()


def is_milestone(indicator: Indicator) -> bool:
    return indicator.measure == Measure.MILESTONE
