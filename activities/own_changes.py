"""Who meets only own changes (the back button, a second tab, a double tap) need not decide against themselves."""

from datetime import date

from accounts.models import User
from activities.log import LogConflict, SessionLog, log_session
from activities.models import Session


def log_over_own(*, session: Session, log: SessionLog, by: User, version: int, today: date) -> Session:
    """`log_session`, and once more on top when all that was written since `version` is the writer's own."""
    try:
        return log_session(session=session, log=log, by=by, version=version, today=today)
    except LogConflict as late:
        missed = max(late.current.version - version, 0)
        writers = list(late.current.changes.values_list("changed_by", flat=True)[:missed])
        if not writers or writers != [by.pk] * missed:
            raise
        return log_session(session=session, log=log, by=by, version=late.current.version, today=today)
