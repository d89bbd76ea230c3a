"""What works? How many come to each format and theme, beside what is usual for the café at that time of year.

Totals of evenings only. Below five evenings nothing is claimed: their number is told, and no more.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import NamedTuple

from django.db.models.functions import Coalesce

from activities.models import Activity, Format, Session
from activities.usual import FEWEST
from jobs.values import match_key


class Evening(NamedTuple):
    """One held evening."""

    date: date
    format_id: int | None
    theme: str
    visits: int


Key = Callable[[Evening], Hashable | None]


@dataclass(frozen=True)
class Insight:
    """The evenings of one format or theme. All but `evenings` is None when they are too few to say anything.

    `more` is the median of how many more came than usual for the season (negative: fewer).
    """

    label: str
    evenings: int
    middle: int | None = None
    low: int | None = None
    high: int | None = None
    more: int | None = None

    @property
    def fewer(self) -> int | None:
        return None if self.more is None else -self.more


@dataclass(frozen=True)
class WhatWorks:
    usual: Insight
    formats: list[Insight]
    themes: list[Insight]

    @property
    def highest(self) -> int:
        """The far end of a scale that holds every range."""
        return max((insight.high or 0 for insight in (self.usual, *self.formats, *self.themes)), default=0)


def season_of(day: date) -> int:
    """0 winter (December to February), 1 spring, 2 summer, 3 autumn."""
    return day.month % 12 // 3


def what_works(activity: Activity, *, today: date) -> WhatWorks:
    """Every format and theme of an activity's held evenings up to `today`. Two queries."""
    formats = {form.pk: form for form in Format.objects.all()}
    evenings = held_evenings(activity, today=today)
    usual = usual_by_season(evenings)
    names = Names(formats)
    return WhatWorks(
        usual=insight_of("", evenings, usual),
        formats=grouped(evenings, usual, key=lambda evening: evening.format_id, label=names.format),
        themes=grouped(evenings, usual, key=theme_key, label=names.theme),
    )


def held_evenings(activity: Activity, *, today: date) -> list[Evening]:
    """Those up to `today`, by date. One query."""
    rows = Session.objects.for_plan(activity.plan).held().filter(activity=activity, date__lte=today)
    visits = Coalesce("heads_total", "known_heads")
    return [Evening(*row) for row in rows.order_by("date", "pk").values_list("date", "format_id", "theme", visits)]


def theme_key(evening: Evening) -> str | None:
    return match_key(evening.theme) or None


class Experience:
    """What may be said of any format or theme, for pages that show many. Only what has evenings enough is in it."""

    def __init__(self, evenings: list[Evening]) -> None:
        usual = usual_by_season(evenings)
        self.formats = _claims(evenings, usual, lambda evening: evening.format_id)
        self.themes = _claims(evenings, usual, theme_key)

    def of_format(self, format_id: int | None) -> Insight | None:
        return self.formats.get(format_id)

    def of_theme(self, theme: str) -> Insight | None:
        return self.themes.get(match_key(theme))


def experience_of(activity: Activity, *, today: date) -> Experience:
    """One query."""
    return Experience(held_evenings(activity, today=today))


class Names:
    """What a group is called: the format's name, or the theme as it is mostly written."""

    def __init__(self, formats: dict[int, Format]) -> None:
        self.formats = formats

    def format(self, group: list[Evening]) -> str:
        return self.formats[group[0].format_id or 0].local_name

    def theme(self, group: list[Evening]) -> str:
        return Counter(evening.theme for evening in group).most_common(1)[0][0]


def usual_by_season(evenings: Iterable[Evening]) -> dict[int, float]:
    """Season → the median of all evenings in it, whatever they were about."""
    visits: dict[int, list[int]] = defaultdict(list)
    for evening in evenings:
        visits[season_of(evening.date)].append(evening.visits)
    return {season: median(values) for season, values in visits.items()}


def insight_of(label: str, evenings: list[Evening], usual: dict[int, float]) -> Insight:
    if len(evenings) < FEWEST:
        return Insight(label, len(evenings))
    visits = [evening.visits for evening in evenings]
    more = median(evening.visits - usual[season_of(evening.date)] for evening in evenings)
    return Insight(label, len(evenings), round(median(visits)), min(visits), max(visits), round(more))


def grouped(
    evenings: list[Evening],
    usual: dict[int, float],
    *,
    key: Key,
    label: Callable[[list[Evening]], str],
) -> list[Insight]:
    """One insight a group, the best attended first, those with too few evenings last. No key: in no group."""
    groups = _groups(evenings, key)
    insights = [insight_of(label(group), group, usual) for group in groups.values()]
    return sorted(insights, key=lambda one: (one.middle is None, -(one.middle or 0), -one.evenings, one.label))


def _groups(evenings: list[Evening], key: Key) -> dict[Hashable, list[Evening]]:
    groups: dict[Hashable, list[Evening]] = defaultdict(list)
    for evening in evenings:
        if (value := key(evening)) is not None:
            groups[value].append(evening)
    return groups


def _claims(evenings: list[Evening], usual: dict[int, float], key: Key) -> dict[Hashable, Insight]:
    found = {value: insight_of("", group, usual) for value, group in _groups(evenings, key).items()}
    return {value: one for value, one in found.items() if one.middle is not None}
