"""The span that a programme is made for: what is suggested, and the evenings that it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Plan
from activities.models import OLDEST_FIRST, Activity, ProgrammeSlot, Season, Session
from activities.schedule import expected_dates, extend_schedules

SHORTEST = timedelta(weeks=8)  # a half-year with less left is not worth a programme of its own
FEWEST_OF_A_KIND = 3


class SeasonRefused(ValueError):
    """The sentence for the person."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Suggestion:
    """A season as it might be: from its first evening to its last."""

    name: str
    starts_on: date
    ends_on: date
    evenings: int


def half_year(day: date) -> tuple[date, date]:
    """January to June, or July to December."""
    if day.month <= 6:
        return date(day.year, 1, 1), date(day.year, 6, 30)
    return date(day.year, 7, 1), date(day.year, 12, 31)


def suggest_season(activity: Activity, *, today: date) -> Suggestion:
    """The next half-year that has no season: this one while enough of it is left, else the next. Three queries."""
    last = Season.objects.filter(plan_id=activity.plan_id, activity=activity).aggregate(last=Max("ends_on"))["last"]
    start = max(today, last + timedelta(days=1)) if last else today
    first, end = half_year(start)
    if end - start < SHORTEST:
        first, end = half_year(end + timedelta(days=1))
    first = max(first, start)
    days = expected_dates(activity.plan, [activity], first, end)[activity.pk]
    name = _("Spring %(year)s") if end.month == 6 else _("Autumn %(year)s")
    starts_on, ends_on = (days[0], days[-1]) if days else (first, end)
    return Suggestion(name % {"year": end.year}, starts_on, ends_on, len(days))


@transaction.atomic
def save_season(*, season: Season, slots: Iterable[str], today: date) -> Season:
    """Store a season with its slots, and plan its evenings to the end. Slots that hold something are not taken away."""
    is_new = season.pk is None
    if is_new and season.format_limit is None:
        days = expected_dates(season.plan, [season.activity], season.starts_on, season.ends_on)[season.activity_id]
        season.format_limit = max(FEWEST_OF_A_KIND, len(days) // 3)
    season.save()
    _save_slots(season, list(dict.fromkeys(name for name in slots if name)) or [_("Theme")])
    extend_schedules(plan=season.plan, today=today)
    return season


def _save_slots(season: Season, names: list[str]) -> None:
    """The slots in that order. One that was renamed keeps its items, since the names are read by position."""
    kept = list(season.slots.all())
    for slot in kept[len(names) :]:
        if slot.items.exists():
            raise SeasonRefused(
                gettext_lazy("“%(name)s” holds something. Move it first.") % {"name": slot.name},
            )
        slot.delete()
    # out of the way first: two may swap names, and the unique key looks at each row alone
    for slot in kept[: len(names)]:
        ProgrammeSlot.objects.filter(pk=slot.pk).update(name=f"\N{ZERO WIDTH SPACE}{slot.pk}")
    for position, name in enumerate(names, start=1):
        if position <= len(kept):
            ProgrammeSlot.objects.filter(pk=kept[position - 1].pk).update(name=name, position=position)
        else:
            ProgrammeSlot.objects.create(plan_id=season.plan_id, season=season, name=name, position=position)


@transaction.atomic
def remove_season(*, season: Season) -> bool:
    """Take away a season that holds nothing and was never published. False when it does or was."""
    if season.items.exists() or season.releases.exists():
        return False
    season.delete()
    return True


def season_sessions(season: Season) -> QuerySet[Session]:
    """The activity's evenings of the season, by date."""
    rows = Session.objects.filter(plan_id=season.plan_id, activity_id=season.activity_id)
    return rows.filter(date__range=(season.starts_on, season.ends_on)).order_by(*OLDEST_FIRST)


def pick_season(plan: Plan, *, today: date, activity: Activity | None = None) -> Season | None:
    """The season that runs, else the next, else the last. One query."""
    seasons = Season.objects.filter(plan=plan)
    if activity is not None:
        seasons = seasons.filter(activity=activity)
    rows = list(seasons.order_by("starts_on", "pk"))
    return next((season for season in rows if season.ends_on >= today), rows[-1] if rows else None)
