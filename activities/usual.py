"""What is usual: how many come to an activity, so that a number on a phone can be seen to be odd. Never a target."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, quantiles

from django.db.models.functions import Coalesce

from accounts.models import Plan
from activities.models import Activity, Format, Session

LOOK_BACK = timedelta(days=365)
FEWEST = 5  # fewer evenings say nothing
NEVER_EMPTY = 5  # where three of four evenings have at least so many, nobody at all may be a slip too


@dataclass(frozen=True)
class Usual:
    """The middle half of the evenings: a quarter lay below `low`, a quarter above `high`."""

    low: int
    high: int
    middle: int
    evenings: int

    @property
    def odd_above(self) -> int:
        """More than this may be a slip of the thumb (380 for 38)."""
        return self.high * 3 + 10

    @property
    def is_zero_odd(self) -> bool:
        """Nobody at all may be a field that was hurried past."""
        return self.low >= NEVER_EMPTY

    def is_odd(self, visits: int) -> bool:
        return visits > self.odd_above or (visits == 0 and self.is_zero_odd)

    @property
    def span(self) -> str:
        return f"{self.low}–{self.high}" if self.low < self.high else str(self.high)


def usual_range(visits: Iterable[int]) -> Usual | None:
    """Quartiles, or None when there are too few evenings to say anything."""
    visits = sorted(visits)
    if len(visits) < FEWEST:
        return None
    low, _middle, high = quantiles(visits, n=4, method="inclusive")
    return Usual(round(low), round(high), round(median(visits)), len(visits))


class UsualTable:
    """What is usual for many activities at once, read in one query. Asked by activity, and by format where known."""

    def __init__(self, rows: Iterable[tuple[int, int | None, int]]) -> None:
        visits: dict[tuple[int, int | None], list[int]] = defaultdict(list)
        for activity, form, heads in rows:
            visits[activity, None].append(heads)
            if form is not None:
                visits[activity, form].append(heads)
        self._ranges = {key: usual_range(values) for key, values in visits.items()}

    def of_activity(self, activity_id: int) -> Usual | None:
        return self._ranges.get((activity_id, None))

    def of_format(self, activity_id: int, format_id: int | None) -> Usual | None:
        return self._ranges.get((activity_id, format_id)) if format_id else None

    def best(self, session: Session) -> Usual | None:
        """The range of the session's own format when it has enough evenings, else of the whole activity."""
        return self.of_format(session.activity_id, session.format_id) or self.of_activity(session.activity_id)


def usual_table(*, plan: Plan, today: date, activities: Iterable[int] | None = None) -> UsualTable:
    """The last twelve months' held evenings of the plan. One query."""
    rows = Session.objects.for_plan(plan).between(today - LOOK_BACK, today).held()
    if activities is not None:
        rows = rows.filter(activity__in=list(activities))
    return UsualTable(rows.values_list("activity_id", "format_id", Coalesce("heads_total", "known_heads")))


def usual_visits(activity: Activity, *, today: date, format: Format | None = None) -> Usual | None:
    """The usual range of one activity, or of its evenings with one format."""
    table = usual_table(plan=activity.plan, today=today, activities=[activity.pk])
    return table.of_format(activity.pk, format.pk) if format else table.of_activity(activity.pk)
