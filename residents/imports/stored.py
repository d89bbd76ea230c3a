"""What the plan holds already, looked up by what a spreadsheet says: activities by spelling, evenings by date."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from activities.models import Activity, Schedule, Session, SessionState
from activities.schedule import occurrences, planned_session
from jobs.values import CellError, match_key, shown

Evening = tuple[int, date]  # activity id, date


class ActivityNames:
    """The plan's activities by every spelling; one query each for names and spellings."""

    def __init__(self, plan: Plan) -> None:
        self.activities = {activity.pk: activity for activity in Activity.objects.filter(plan=plan)}
        self.by_key: dict[str, Activity] = {}
        spellings = Activity.objects.filter(plan=plan, aliases__isnull=False).values_list("aliases__key", "pk")
        for key, pk in spellings:
            self.by_key[key] = self.activities[pk]
        for activity in self.activities.values():
            self.by_key[match_key(activity.name)] = activity

    def find(self, text: str) -> Activity:
        """The activity, or a CellError that suggests the nearest name."""
        key = match_key(text)
        if not key:
            raise CellError(_("The activity is missing. Write its name."))
        if activity := self.by_key.get(key):
            return activity
        near = difflib.get_close_matches(key, list(self.by_key), n=1, cutoff=0.75)
        if near:
            raise CellError(
                _("The activity “%(value)s” is not known. Did you mean “%(name)s”?"),
                value=shown(text), name=self.by_key[near[0]].name,
            )  # fmt: skip
        raise CellError(
            _("The activity “%(value)s” is not known. Create it, or add this spelling to the right activity."),
            value=shown(text),
        )


def take_turns(plan: Plan) -> None:
    """Two imports into one plan take turns: the row of the plan is ours until the transaction ends."""
    Plan.objects.select_for_update().get(pk=plan.pk)


class Stored(NamedTuple):
    """The one session that an evening means, or why there is no telling."""

    session: Session | None
    is_ambiguous: bool = False


class StoredSessions:
    """The plan's sessions of some activities in a span of dates, by evening."""

    def __init__(self, plan: Plan, activities: Iterable[int], first: date, last: date, *, lock: bool) -> None:
        rows = Session.objects.for_plan(plan).filter(activity__in=list(activities))
        rows = rows.filter(Q(date__range=(first, last)) | Q(scheduled_on__range=(first, last))).order_by("pk")
        if lock:  # nobody logs these evenings while they are compared and written (SQLite locks the whole file)
            rows = rows.select_for_update(of=("self",))
        self.by_evening: dict[Evening, list[Session]] = defaultdict(list)
        self.taken: set[Evening] = set()
        for session in rows.prefetch_related("age_bands").select_related("logged_by"):
            session.plan = plan
            if first <= session.date <= last:
                self.by_evening[session.activity_id, session.date].append(session)
            self.taken.add((session.activity_id, session.date))
            if session.scheduled_on:
                self.taken.add((session.activity_id, session.scheduled_on))

    def find(self, evening: Evening) -> Stored:
        """Two sessions on one day are told apart only when just one of them is logged, or none."""
        found = self.by_evening.get(evening, [])
        if len(found) <= 1:
            return Stored(found[0] if found else None)
        logged = [session for session in found if session.state != SessionState.PLANNED]
        if len(logged) > 1:
            return Stored(None, is_ambiguous=True)
        return Stored(logged[0] if logged else found[0])


class Series:
    """When the activities' series run in a span: which planned session an imported evening is, and what is missing."""

    def __init__(self, plan: Plan, activities: Iterable[int], first: date, last: date) -> None:
        schedules = Schedule.objects.filter(plan=plan, activity__in=list(activities), starts_on__lte=last)
        closures = list(plan.closures.filter(starts_on__lte=last, ends_on__gte=first))
        self.by_evening: dict[Evening, Schedule] = {}
        for schedule in schedules.order_by("pk"):
            schedule.plan = plan
            for day in occurrences(schedule, first, last, closures=closures):
                self.by_evening.setdefault((schedule.activity_id, day), schedule)

    def new_session(self, plan: Plan, evening: Evening) -> Session:
        """An unsaved session: the series' own when it runs that day, else one without times."""
        schedule = self.by_evening.get(evening)
        if schedule is not None:
            return planned_session(schedule, evening[1])
        return Session(plan_id=plan.pk, activity_id=evening[0], date=evening[1])

    def missing(self, plan: Plan, taken: set[Evening]) -> list[Session]:
        """Planned rows for evenings that ought to have been and are in no list: completeness must be honest."""
        return [
            planned_session(schedule, evening[1])
            for evening, schedule in self.by_evening.items()
            if evening not in taken and not plan.is_locked(evening[1])
        ]
