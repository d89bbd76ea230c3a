"""Who lacks what, and one friendly reminder a day."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from accounts.mail import send_plan_mail
from accounts.models import Mail, Plan, User
from activities.models import Session
from activities.week import team_sessions


@dataclass
class Lack:
    """One coordinator's unlogged evenings, newest first. `owner` is None for activities without one."""

    owner: User | None
    sessions: list[Session] = field(default_factory=list)
    is_nudged: bool = False


def lacks(*, plan: Plan, today: date) -> list[Lack]:
    """Everybody with something missing: most first, those without a coordinator last. Two queries."""
    by_owner: dict[int | None, Lack] = defaultdict(lambda: Lack(None))
    for session in team_sessions(plan).unlogged(today).open_for_log(plan).order_by("-date", "pk"):
        owner = session.activity.owner
        by_owner[owner.pk if owner else None].owner = owner
        by_owner[owner.pk if owner else None].sessions.append(session)
    keys = {_key(plan, pk, today): pk for pk in by_owner if pk is not None}
    sent = Mail.objects.filter(key__in=list(keys)).values_list("key", flat=True)
    for key in sent:
        by_owner[keys[key]].is_nudged = True
    return sorted(by_owner.values(), key=lambda lack: (lack.owner is None, -len(lack.sessions), str(lack.owner or "")))


def locked_unlogged(*, plan: Plan, today: date) -> int:
    """Evenings that were never logged and now lie among the locked days."""
    if plan.locked_until is None:
        return 0
    return Session.objects.for_plan(plan).unlogged(today).filter(date__lte=plan.locked_until).count()


def nudge(*, plan: Plan, colleague: User, by: User, today: date, root: str) -> bool:
    """Send one friendly mail. False when there is nothing to ask for, or the day's mail is already on its way."""
    mine = [lack for lack in lacks(plan=plan, today=today) if lack.owner == colleague]
    if not mine or mine[0].is_nudged:
        return False
    sessions = mine[0].sessions
    send_plan_mail(
        template="nudge",
        to=colleague.email,
        key=_short_key(colleague.pk, today),
        plan=plan,
        by=by,
        context={
            "root": root,
            "count": len(sessions),
            "sender": by.name,
            "evenings": [f"{session.activity.name}, {session.date:%d-%m-%Y}" for session in sessions[:5]],
        },
    )
    return True


def _short_key(user_pk: int, today: date) -> str:
    return f"nudge:{today.isoformat()}:{user_pk}"


def _key(plan: Plan, user_pk: int, today: date) -> str:
    """As accounts.mail stores it."""
    return f"{plan.pk}:{_short_key(user_pk, today)}"
