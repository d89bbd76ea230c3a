"""References for volunteers, waiting or approved."""

from django.utils import timezone

from accounts.models import Plan, User
from activities.models import Reference
from jobs.canonical import canonical_json


def create_reference(*, plan: Plan, user: User, statement: str = "", **fields) -> Reference:
    """One that waits."""
    return Reference.objects.create(plan=plan, user=user, statement=statement, **{"asked_at": timezone.now(), **fields})


def create_approved_reference(*, plan: Plan, user: User, by: User | None = None, statement: str = "") -> Reference:
    """One that was approved today: a single evening of three hours."""
    today = timezone.localdate().isoformat()
    content = {
        "schema": 1,
        "name": user.name,
        "plan": plan.name,
        "area": plan.area,
        "first": today,
        "last": today,
        "evenings": 1,
        "shifts": 1,
        "minutes": 180,
        "roles": [{"name": "Dør", "times": 1}],
        "themes": [],
        "statement": statement,
        "approved_by": by.name if by else "",
        "approved_on": today,
    }
    return create_reference(
        plan=plan,
        user=user,
        statement=statement,
        approved_at=timezone.now(),
        approved_by=by,
        content=canonical_json(content),
    )
