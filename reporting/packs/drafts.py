"""A meeting pack while it is written: begun with the last pack's texts, saved without losing what another wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Plan, User
from accounts.periods import Period
from partners.models import focus_areas
from reporting.models import AreaNarrative, StatusReport
from reporting.releases import periods_begun

TEXTS = ("body", "meets_on", "starts_on", "ends_on", "as_of", "summary", "decisions", "deviations")


class DraftConflict(Exception):
    """Somebody else saved since the page was opened. `current` is the draft as it stands now."""

    def __init__(self, current: StatusReport) -> None:
        super().__init__(f"status report {current.pk} is at version {current.version}")
        self.current = current


class DraftFrozen(Exception):
    """The pack was frozen meanwhile; nothing can be written in it any more."""


@dataclass(frozen=True)
class Narrative:
    """What somebody wrote about a focus area, and whether it may be read by the board."""

    text: str
    is_approved: bool


def pack_periods(plan: Plan, today: date) -> list[Period]:
    """The periods that a pack may be about: those that figures exist for and that began before today, newest first."""
    begun = periods_begun(plan, today - timedelta(days=1))
    return sorted(begun, key=lambda period: (period.first, period.last), reverse=True)


def last_day_covered(period: Period, today: date) -> date:
    """Up to where a pack counts unless told otherwise: the period's end, or the last month that is over; else
    yesterday. Today is left out: tonight is not logged yet, and what a pack covers is locked."""
    yesterday = today - timedelta(days=1)
    month_end = today.replace(day=1) - timedelta(days=1)
    if period.last <= yesterday:
        return period.last
    return month_end if month_end >= period.first else yesterday


@transaction.atomic
def begin_pack(
    *,
    plan: Plan,
    body: str,
    meets_on: date,
    period: Period,
    as_of: date,
    source: StatusReport | None = None,
    by: User | None = None,
) -> StatusReport:
    """A new draft with a text for each focus area, taken from the body's last pack (else anybody's) and unapproved.

    `source` is a pack that this one is a new edition of: all of its texts come along.
    """
    report = StatusReport.objects.create(
        plan=plan,
        body=body,
        meets_on=meets_on,
        starts_on=period.first,
        ends_on=period.last,
        as_of=as_of,
        summary=source.summary if source else "",
        decisions=source.decisions if source else "",
        deviations=source.deviations if source else "",
        created_by=by,
    )
    frozen = StatusReport.objects.filter(plan=plan).frozen().newest_first()
    last = source or frozen.of_body(body).first() or frozen.first()
    texts = dict(last.narratives.values_list("focus_area_id", "text")) if last else {}
    AreaNarrative.objects.bulk_create(
        AreaNarrative(plan=plan, report=report, focus_area=area, text=texts.get(area.pk, ""))
        for area in focus_areas(plan)
    )
    return report


@transaction.atomic
def save_pack(
    *,
    report: StatusReport,
    version: int,
    values: Mapping[str, object],
    narratives: Mapping[int, Narrative],
    by: User | None = None,
) -> StatusReport:
    """Write a draft. `version` is what the writer last saw; `narratives` by the row's id.

    A text that changes loses its approval unless it is approved again with the change.
    """
    current = StatusReport.objects.select_for_update().select_related("plan").get(plan=report.plan, pk=report.pk)
    if current.is_frozen:
        raise DraftFrozen
    if current.version != version:
        raise DraftConflict(current)
    for name in TEXTS:
        if name in values:
            setattr(current, name, values[name])
    current.version += 1
    current.save()
    now = timezone.now()
    for row in current.narratives.all():
        new = narratives.get(row.pk)
        if new is None:
            continue
        was_changed = row.text != new.text
        row.text = new.text
        if not new.is_approved:
            row.approved_at, row.approved_by = None, None
        elif row.approved_at is None or was_changed:
            row.approved_at, row.approved_by = now, by
        row.save()
    return current


@transaction.atomic
def approve_pack(*, report: StatusReport, version: int, by: User | None = None) -> StatusReport:
    """Approve every text as it was read on the preview page: one of a newer version has not been read."""
    current = StatusReport.objects.select_for_update().get(plan=report.plan, pk=report.pk)
    if current.is_frozen:
        raise DraftFrozen
    if current.version != version:
        raise DraftConflict(current)
    waiting = [row for row in current.narratives.all() if row.is_waiting]
    for row in waiting:
        row.approved_at, row.approved_by = timezone.now(), by
        row.save(update_fields=["approved_at", "approved_by"])
    if waiting:
        current.version += 1
        current.save(update_fields=["version"])
    return current


def drop_pack(*, report: StatusReport) -> bool:
    """Throw a draft away; `restore_pack` takes it back. A frozen one stays."""
    drafts = StatusReport.objects.filter(plan=report.plan, pk=report.pk).drafts()
    return bool(drafts.update(dropped_at=timezone.now()))


def restore_pack(*, report: StatusReport) -> bool:
    rows = StatusReport.objects.filter(plan=report.plan, pk=report.pk, dropped_at__isnull=False)
    return bool(rows.update(dropped_at=None))
