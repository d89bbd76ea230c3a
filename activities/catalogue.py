"""Create and change an activity together with its spellings and its first series."""

from datetime import date

from django.db import transaction

from activities.models import Activity, ActivityAlias, Schedule
from activities.schedule import CATCH_UP
from activities.series import create_schedule
from jobs.values import match_key


@transaction.atomic
def save_activity(
    *, activity: Activity, spellings: list[str], today: date, schedule: Schedule | None = None
) -> tuple[Activity, int]:
    """Store the activity, replace its spellings, begin its series. Says how many evenings were planned."""
    activity.save()
    activity.aliases.all().delete()
    own = match_key(activity.name)
    ActivityAlias.objects.bulk_create(
        ActivityAlias(plan=activity.plan, activity=activity, text=text, key=match_key(text))
        for text in spellings
        if match_key(text) != own
    )
    if schedule is None:
        return activity, 0
    schedule.activity = activity
    return activity, create_schedule(schedule=schedule, today=today, catch_up=CATCH_UP)
