"""From typed in to approved: a value that staff write awaits the project manager, who approves it or sends it back.

Only approved values count. Every change of state is one conditional update, so that two people who press at once do
one thing; who was too late is told so.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.locking import LOCKED, why_locked
from accounts.models import Plan, User
from reporting.attachments import Attachment
from reporting.models import Indicator, Measure, Measurement, MeasurementFile, MeasurementQuerySet, MeasurementState
from reporting.plausible import impossible

HUNDRED = Decimal(100)
PLACES = Decimal("0.0001")


class MeasurementRefused(ValidationError):
    """Something about the value or its day, in a sentence; `field` says where."""

    def __init__(self, message: object, field: str = "", code: str | None = None) -> None:
        super().__init__(message, code=code)  # type: ignore[arg-type]
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What somebody writes: the value, or a part of a whole."""

    measured_on: date
    source: str
    value: Decimal
    is_estimated: bool = False
    part: Decimal | None = None
    whole: Decimal | None = None
    compared_with: Decimal | None = None
    note: str = ""


def check_unlocked(plan: Plan, day: date, field: str = "measured_on") -> None:
    """Refuse a day whose figures are locked, with a sentence that says what to do."""
    if sentence := why_locked(plan, day):
        raise MeasurementRefused(sentence, field, code=LOCKED)


@transaction.atomic
def add_measurement(
    *, indicator: Indicator, typed: Typed, by: User | None, approved: bool, attachment: Attachment | None = None
) -> Measurement:
    """A value that is typed in. Earlier ones stay."""
    measurement = Measurement(plan_id=indicator.plan_id, indicator=indicator, recorded_by=by)
    _lay(measurement, typed, by=by, approved=approved)
    measurement.save()
    if attachment:
        _attach(measurement, attachment, by)
    return measurement


@transaction.atomic
def correct_measurement(
    *, measurement: Measurement, typed: Typed, by: User | None, approved: bool, attachment: Attachment | None = None
) -> Measurement:
    """A value that is not approved, written anew. The file stays unless there is a new one."""
    _still_open(measurement)
    check_unlocked(measurement.plan, measurement.measured_on)
    measurement.recorded_by, measurement.recorded_at, measurement.return_reason = by, timezone.now(), ""
    measurement.is_imported = False
    _lay(measurement, typed, by=by, approved=approved)
    measurement.save()
    if attachment:
        MeasurementFile.objects.filter(measurement=measurement).delete()
        _attach(measurement, attachment, by)
    return measurement


def _lay(measurement: Measurement, typed: Typed, *, by: User | None, approved: bool) -> None:
    check_unlocked(measurement.indicator.plan, typed.measured_on)
    if sentence := impossible(measurement.indicator, typed.value):
        raise MeasurementRefused(sentence, "value")
    measurement.measured_on, measurement.source, measurement.note = typed.measured_on, typed.source, typed.note
    measurement.value, measurement.is_estimated = typed.value.quantize(PLACES), typed.is_estimated
    measurement.part, measurement.whole, measurement.compared_with = typed.part, typed.whole, typed.compared_with
    measurement.state = MeasurementState.APPROVED if approved else MeasurementState.DRAFT
    measurement.decided_by, measurement.decided_at = (by, timezone.now()) if approved else (None, None)
    measurement.full_clean(exclude=["plan", "indicator"])


def _attach(measurement: Measurement, attachment: Attachment, by: User | None) -> None:
    MeasurementFile.objects.create(
        plan_id=measurement.plan_id,
        measurement=measurement,
        name=attachment.name,
        content=attachment.content,
        size=len(attachment.content),
        added_by=by,
    )


def _still_open(measurement: Measurement) -> None:
    """Lock the row and look again: a colleague may have approved it meanwhile."""
    stored = Measurement.objects.select_for_update().get(pk=measurement.pk)
    if stored.is_approved:
        raise MeasurementRefused(_("The value has been approved meanwhile. Write a new one beside it."))


def approve(*, measurement: Measurement, by: User) -> bool:
    """From now on it counts. False when it was not waiting any more."""
    check_unlocked(measurement.plan, measurement.measured_on)
    changed = Measurement.objects.filter(pk=measurement.pk, state=MeasurementState.DRAFT).update(
        state=MeasurementState.APPROVED, decided_by=by, decided_at=timezone.now()
    )
    return bool(changed)


def send_back(*, measurement: Measurement, by: User, reason: str) -> bool:
    """It does not count (any more), and the reason says what is wrong with it. Also for an approved one."""
    check_unlocked(measurement.plan, measurement.measured_on)
    if not reason.strip():
        raise MeasurementRefused(_("Say what is wrong, so that a colleague can correct it."), "reason")
    changed = Measurement.objects.filter(pk=measurement.pk).exclude(state=MeasurementState.RETURNED)
    return bool(
        changed.update(
            state=MeasurementState.RETURNED, return_reason=reason.strip(), decided_by=by, decided_at=timezone.now()
        )
    )


def last_source(indicator: Indicator) -> str:
    """Where the latest value of the number comes from; empty before there is one. Each milestone has its own."""
    if indicator.measure == Measure.MILESTONE:
        return ""
    rows = indicator.measurements.exclude(state=MeasurementState.RETURNED).order_by("-measured_on", "-pk")
    return rows.values_list("source", flat=True).first() or ""


def waiting_values(plan: Plan) -> MeasurementQuerySet:
    """What awaits approval, the oldest first."""
    rows = Measurement.objects.filter(plan=plan).waiting().select_related("indicator__focus_area", "recorded_by")
    return rows.order_by("recorded_at", "pk")


def returned_values(plan: Plan, user: User) -> MeasurementQuerySet:
    """What was sent back to this person."""
    rows = Measurement.objects.filter(plan=plan, state=MeasurementState.RETURNED, recorded_by=user)
    return rows.select_related("indicator__focus_area").order_by("decided_at", "pk")
