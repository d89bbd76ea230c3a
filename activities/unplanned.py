"""Something that stood in no plan: a party, a job fair, an evening on a holiday. Created and logged in one step."""

from datetime import date

from django.db import IntegrityError, transaction

from accounts.models import Plan, User
from activities.log import LogRefused, SessionLog, log_session, refuse_locked
from activities.models import Activity, Session, SessionState
from activities.schedule import remove_evenings
from jobs.values import match_key
from partners.models import FocusArea

IS_NEW = "is_new"  # in the history of an evening: before this line there was none
IS_NEW_ACTIVITY = "is_new_activity"  # … and its activity was made with it


class AlreadyLogged(Exception):
    """The activity has a logged evening that day. The person decides whether this is one more."""

    def __init__(self, session: Session) -> None:
        super().__init__(f"session {session.pk} is logged already")
        self.session = session


@transaction.atomic
def log_unplanned(
    *,
    plan: Plan,
    activity: Activity | None,
    day: date,
    log: SessionLog | None,
    by: User,
    today: date,
    new_name: str = "",
    focus_area: FocusArea | None = None,
    is_one_more: bool = False,
) -> Session:
    """Create the evening, and the activity when it is new, and log it.

    A planned evening of that day is logged instead of making a second one. `log=None`: only create it, because the
    tick list does the counting.
    """
    is_new_activity = False
    if activity is None:
        activity, is_new_activity = create_one_off(plan=plan, name=new_name, focus_area=focus_area, by=by)
    same_day = list(Session.objects.for_plan(plan).filter(activity=activity, date=day).order_by("pk"))
    planned = next((session for session in same_day if session.state == SessionState.PLANNED), None)
    if planned is None and same_day and not is_one_more:
        raise AlreadyLogged(same_day[0])
    session = planned or Session.objects.create(plan=plan, activity=activity, date=day, venue=activity.venue)
    if log is None:
        return session
    saved = log_session(session=session, log=log, by=by, today=today)
    if planned is None:
        change = saved.changes.get()
        change.before |= {IS_NEW: True} | ({IS_NEW_ACTIVITY: True} if is_new_activity else {})
        change.save(update_fields=["before"])
    return saved


@transaction.atomic
def undo_unplanned(*, session: Session, version: int) -> bool:
    """What was created and logged in one step is taken back in one step. False when there is more to it than that."""
    changes = list(session.changes.all()[:2])
    if len(changes) != 1 or not changes[0].before.get(IS_NEW):
        return False
    is_gone = remove_session(session=session, version=version)
    if is_gone and changes[0].before.get(IS_NEW_ACTIVITY):
        _remove_unused(session.activity)
    return is_gone


def _remove_unused(activity: Activity) -> None:
    """Take away an activity that nothing at all has been hung on since it was made."""
    for relation in Activity._meta.related_objects:
        if relation.related_model._base_manager.filter(**{relation.field.name: activity}).exists():
            return
    activity.delete()


@transaction.atomic
def remove_session(*, session: Session, version: int) -> bool:
    """Take away an evening that never was. Only one that no series planned, without ticks, as it was last seen."""
    refuse_locked(session)
    rows = Session.objects.filter(
        plan_id=session.plan_id, pk=session.pk, version=version, schedule__isnull=True, known_heads=0
    )
    return bool(remove_evenings(rows))


def create_one_off(*, plan: Plan, name: str, focus_area: FocusArea | None, by: User) -> tuple[Activity, bool]:
    """An activity without a series, and whether it was made now. A name that exists is that activity."""
    if focus_area is None:
        raise LogRefused("", "focus_area")
    key = match_key(name)
    for activity in plan.activities.prefetch_related("aliases"):
        if key in {match_key(activity.name), *(alias.key for alias in activity.aliases.all())}:
            return activity, False
    try:
        with transaction.atomic():
            return Activity.objects.create(plan=plan, name=name, focus_area=focus_area, owner=by), True
    except IntegrityError:  # a colleague made it in this very moment
        return plan.activities.get(name=name), False
