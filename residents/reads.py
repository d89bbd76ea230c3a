"""The log of who read participant rows (design §4): ids only, written before anybody sees what was read."""

from datetime import date

from accounts.models import Plan, User
from accounts.periods import add_months
from activities.models import Session
from residents.models import Participant, ParticipantRead

KEEP_MONTHS = 24


def log_read(
    *,
    plan: Plan,
    user: User,
    page: str,
    rows: int,
    session: Session | None = None,
    participant: Participant | None = None,
) -> None:
    """One line per page view. If it cannot be written, the page is not shown."""
    ParticipantRead.objects.create(plan=plan, user=user, page=page, rows=rows, session=session, participant=participant)


def forget_old_reads(*, today: date) -> int:
    """Delete what is older than 24 months."""
    deleted, _by_model = ParticipantRead.objects.filter(read_at__date__lt=add_months(today, -KEEP_MONTHS)).delete()
    return deleted
