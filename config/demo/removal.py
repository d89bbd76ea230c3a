"""Takes the demo away again: its plans and its accounts, and nothing else."""

from django.apps import apps
from django.db import models, transaction

from accounts.models import Plan, User

# Rows first that others do not point at: deleted as sets, not one by one (a nation has millions).
BULKY = (
    "residents.Attendance",
    "residents.ParticipantRead",
    "residents.ParticipantMerge",
    "residents.Participant",
    "activities.ProgrammeHost",
    "activities.Guest",
    "activities.ChecklistLine",
    "activities.ProgrammeItem",
    "activities.Reference",
    "activities.ShiftSignup",
    "activities.Shift",
    "activities.Reflection",
    "activities.SessionAgeBand",
    "activities.SessionChange",
    "activities.Session",
)


@transaction.atomic
def remove_demo() -> tuple[int, int]:
    """Delete demo plans with all that hangs on them, and demo accounts. Says how many of each."""
    plans = list(Plan.objects.filter(is_demo=True))
    keys = [plan.pk for plan in plans]
    for label in BULKY:
        rows: models.QuerySet = apps.get_model(label).objects.filter(plan__in=keys)
        rows._raw_delete(rows.db)
    for plan in plans:
        plan.delete()
    users = User.objects.filter(is_demo=True)
    number = users.count()
    users.delete()
    return len(plans), number
