"""Freezing a meeting pack: from a draft that a few people see to what a meeting was given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.locking import close_again
from accounts.models import Plan, User
from accounts.periods import Period
from reporting.figure_set import Plain, build_figure_set
from reporting.models import Release, StatusReport, StatusReportFile
from reporting.packs.content import build_content, check_schema, read_pack
from reporting.packs.corrections import find_corrections
from reporting.periods import target_periods
from reporting.releases import canonical_json, fingerprint, release_figures

STEPS = 5  # of a freeze, for its progress: figures released, read, compared, drawn, written
ATTEMPTS = 5

MakeFiles = Callable[[Plain, str], Mapping[str, bytes]]
Report = Callable[[int, int], None]


class NotReady(Exception):
    """The pack cannot be frozen yet: texts wait for approval, or it has been thrown away."""


class Overtaken(Exception):
    """Somebody kept changing the draft while it was being frozen."""


@dataclass(frozen=True)
class Preview:
    """What a freeze would make stand now, and what it was worked out from."""

    content: Plain
    read_at: datetime
    version: int
    previous_id: int | None


def period_of(report: StatusReport) -> Period:
    """The plan's own period, with its name; a free one when the plan's dates have been moved since."""
    span = (report.starts_on, report.ends_on)
    found = (period for period in target_periods(report.plan) if (period.first, period.last) == span)
    return next(found, Period(*span))


def previous_pack(report: StatusReport) -> StatusReport | None:
    """The frozen pack that "since last" is about: the same body's latest, else anybody's latest."""
    frozen = StatusReport.objects.filter(plan=report.plan).frozen().exclude(pk=report.pk).newest_first()
    if report.frozen_at:
        frozen = frozen.filter(frozen_at__lt=report.frozen_at)
    return frozen.of_body(report.body).first() or frozen.first()


def preview_pack(report: StatusReport, *, now: datetime | None = None) -> Preview:
    """The pack as it would be, were it frozen now. Changes nothing."""
    read_at = now or timezone.now()
    previous = previous_pack(report)
    figures = build_figure_set(report.plan, period_of(report), report.as_of)
    corrections = None
    if previous is not None and previous.read_at is not None:
        corrections = find_corrections(
            plan=report.plan, told=read_pack(previous), told_sha256=previous.sha256, read_at=previous.read_at
        )
    content = build_content(
        report=report,
        narratives=report.narratives.select_related("focus_area"),
        figures=figures,
        previous=previous,
        corrections=corrections,
        edition=1 + _editions(report),
        frozen_at=read_at,
    )
    return Preview(
        content=content, read_at=read_at, version=report.version, previous_id=previous.pk if previous else None
    )


def _editions(report: StatusReport) -> int:
    """How often this very meeting has been given a pack already."""
    same = StatusReport.objects.filter(plan=report.plan, meets_on=report.meets_on).frozen().exclude(pk=report.pk)
    return same.of_body(report.body).count()


def freeze_pack(
    *,
    report_id: int,
    make_files: MakeFiles,
    by: User | None = None,
    report: Report | None = None,
    now: datetime | None = None,
) -> tuple[StatusReport, bool]:
    """Make a pack stand; returns it and whether this call did it.

    Figures are released and the files drawn before anything is written, so that the writing is short and a worker that
    dies leaves a draft that the next one freezes. Twice at once gives one pack: the row is locked, and whoever comes
    second finds it frozen. What somebody saved meanwhile is read again. The plan's lock moves up to the last day that
    the pack covers, never back, and figures that were open for corrections are locked again.
    """
    tell = report or (lambda done, total: None)
    for _attempt in range(ATTEMPTS):
        row = StatusReport.objects.select_related("plan").get(pk=report_id)
        if row.is_frozen:
            return row, False
        _refuse_unready(row)
        _release(row.plan, row.as_of, by)
        tell(1, STEPS)
        preview = preview_pack(row, now=now)
        tell(3, STEPS)
        check_schema(preview.content)
        text = canonical_json(preview.content)
        files = make_files(preview.content, fingerprint(text))
        tell(4, STEPS)
        frozen = _write(row, preview, text, files, by, now)
        if frozen is not None:
            tell(5, STEPS)
            return frozen, frozen.read_at == preview.read_at
    raise Overtaken(f"Status report {report_id} was changed {ATTEMPTS} times while it was being frozen.")


def _refuse_unready(report: StatusReport) -> None:
    if report.dropped_at or any(narrative.is_waiting for narrative in report.narratives.all()):
        raise NotReady(f"Status report {report.pk} is not ready.")


def _release(plan: Plan, as_of: date, by: User | None) -> None:
    """The board's page agrees with the pack, unless it has been given later figures already."""
    newest = Release.objects.filter(plan=plan).aggregate(last=Max("as_of"))["last"]
    if newest is None or newest <= as_of:
        release_figures(plan=plan, as_of=as_of, by=by)


@transaction.atomic
def _write(
    row: StatusReport, preview: Preview, text: str, files: Mapping[str, bytes], by: User | None, now: datetime | None
) -> StatusReport | None:
    """The pack as it stands, or None when the draft or the pack before it is another than the one that was read."""
    plan = Plan.objects.select_for_update().get(pk=row.plan_id)
    current = StatusReport.objects.select_for_update().select_related("plan").get(pk=row.pk)
    if current.is_frozen:
        return current
    previous = previous_pack(current)
    if current.version != preview.version or (previous.pk if previous else None) != preview.previous_id:
        return None
    _refuse_unready(current)
    current.content, current.sha256 = text, fingerprint(text)
    current.frozen_at, current.read_at, current.frozen_by = now or timezone.now(), preview.read_at, by
    current.save()
    StatusReportFile.objects.bulk_create(
        StatusReportFile(plan=plan, report=current, format=format, content=content, sha256=sha256(content).hexdigest())
        for format, content in files.items()
    )
    close_again(plan=plan, now=current.frozen_at)
    if plan.figures_locked_until is None or plan.figures_locked_until < current.as_of:
        plan.figures_locked_until = current.as_of
        plan.save(update_fields=["figures_locked_until"])
    return current


def stored_file(report: StatusReport, format: str, make_files: MakeFiles) -> bytes:
    """A frozen pack as the file its meeting was given; made again from its JSON should the row be gone."""
    kept: Any = StatusReportFile.objects.filter(plan=report.plan_id, report=report, format=format).first()
    return bytes(kept.content) if kept else make_files(read_pack(report), report.sha256)[format]
