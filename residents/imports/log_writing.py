"""Writing many evenings at once: as few statements for a year as for a week."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import Plan, User
from activities.log import SessionLog, log_as_data
from activities.models import AgeBand, LogSource, Session, SessionAgeBand, SessionChange
from jobs.sheets import Progress

BATCH = 500
LOG_FIELDS = [
    "state", "heads_total", "heads_estimated", "volunteer_turns", "theme", "format", "is_sensitive", "note", "reason",
    "logged_at", "logged_by", "log_source", "version",
]  # fmt: skip


@dataclass(slots=True)
class LogWrite:
    """What is to be written: evenings that no row holds yet, evenings that change, evenings nobody logged."""

    created: list[tuple[Session, SessionLog]] = field(default_factory=list)
    changed: list[tuple[Session, SessionLog]] = field(default_factory=list)
    missing: list[Session] = field(default_factory=list)

    def new(self, session: Session, log: SessionLog) -> None:
        self.created.append((session, log))

    def change(self, session: Session, log: SessionLog) -> None:
        self.changed.append((session, log))

    @property
    def new_sessions(self) -> list[Session]:
        return [session for session, _log in self.created]


def write_logs(
    *, plan: Plan, write: LogWrite, bands: dict[int, int | None], by: User | None, progress: Progress
) -> None:
    """Write sessions, their age bands and their history. Part of the caller's transaction."""
    rows = [*write.created, *write.changed]
    before = [log_as_data(session, _stored_bands(session)) for session, _log in rows]
    now = timezone.now()
    for session, log in rows:
        _fill(session, log, by=by, now=now)
    _keep_bands(plan, rows, bands)
    Session.objects.bulk_create(write.new_sessions, batch_size=BATCH)
    progress(1, 2)
    Session.objects.bulk_update([session for session, _log in write.changed], LOG_FIELDS, batch_size=BATCH)
    _write_age_bands(plan, rows, {session.pk for session, _log in write.changed}, bands)
    changes = []
    for (session, log), old in zip(rows, before, strict=True):
        new = log_as_data(session, _bands_of(session, log, bands))
        changes.append(
            SessionChange(
                plan=plan, session=session, changed_by=by, source=LogSource.IMPORT, before=old, after=new
            )
        )  # fmt: skip
    SessionChange.objects.bulk_create(changes, batch_size=BATCH)
    # A series that fills its window at this very moment may have made some of these rows: they are the same rows.
    Session.objects.bulk_create(write.missing, batch_size=BATCH, ignore_conflicts=True)
    progress(2, 2)


def _fill(session: Session, log: SessionLog, *, by: User | None, now: Any) -> None:
    session.state = log.state
    session.heads_total = log.heads_total
    session.heads_estimated = log.heads_estimated
    session.volunteer_turns = log.volunteer_turns
    session.theme = log.theme
    session.format = log.format
    session.is_sensitive = log.is_sensitive
    session.note = log.note
    session.reason = log.reason
    session.logged_at = now
    session.logged_by = by
    session.log_source = LogSource.IMPORT
    session.version += 1


def _stored_bands(session: Session) -> list[SessionAgeBand]:
    return list(session.age_bands.all()) if session.pk else []


def _bands_of(session: Session, log: SessionLog, bands: dict[int, int | None]) -> list[SessionAgeBand]:
    return [
        SessionAgeBand(plan_id=session.plan_id, session=session, lowest=lowest, highest=bands.get(lowest), heads=heads)
        for lowest, heads in sorted(log.age_bands.items())
    ]


def _write_age_bands(
    plan: Plan, rows: list[tuple[Session, SessionLog]], changed: set[int], bands: dict[int, int | None]
) -> None:
    ids = sorted(changed)
    for start in range(0, len(ids), BATCH):
        SessionAgeBand.objects.filter(plan=plan, session__in=ids[start : start + BATCH]).delete()
    SessionAgeBand.objects.bulk_create(
        [band for session, log in rows for band in _bands_of(session, log, bands)], batch_size=BATCH
    )


def _keep_bands(plan: Plan, rows: list[tuple[Session, SessionLog]], bands: dict[int, int | None]) -> None:
    """Age bands that the file counts in become the plan's, so that its pages can show them."""
    used = {lowest for _session, log in rows for lowest in log.age_bands}
    AgeBand.objects.bulk_create(
        [AgeBand(plan=plan, lowest=lowest, highest=bands.get(lowest)) for lowest in sorted(used)],
        ignore_conflicts=True,
    )
