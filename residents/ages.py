"""How many of an evening's heads are of some ages: at least so many, at most so many.

Ages are known from two sources that may speak of the same heads: the head counts by age band in the log, and the people
on the tick list (age = year of the evening - birth year). A head that neither of them places is of unknown age, so the
honest answer is a range. A band that lies only partly within the asked ages places nobody.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Count

from accounts.models import Plan
from activities.models import SessionAgeBand
from residents.models import Attendance

Ages = tuple[int, int | None]  # from and to, both inclusive; None: and over


class Within(NamedTuple):
    """Heads of the asked ages on one evening: between `least` and `most`, of whom `known` stand on the tick list."""

    least: int
    most: int
    known: int


@dataclass
class AgeHeads:
    """What is known of the ages of one evening."""

    bands: list[tuple[int, int | None, int]] = field(default_factory=list)  # from, to, heads
    ticks: dict[int, int] = field(default_factory=dict)  # age → people

    def within(self, ages: Ages, total: int) -> Within:
        lowest, highest = ages
        known = sum(people for age, people in self.ticks.items() if is_within(age, ages))
        elsewhere = sum(self.ticks.values()) - known
        inside = outside = 0
        for low, high, heads in self.bands:
            if low >= lowest and (highest is None or (high is not None and high <= highest)):
                inside += heads
            elif (high is not None and high < lowest) or (highest is not None and low > highest):
                outside += heads
        least = max(inside, known)
        return Within(least, max(least, total - max(outside, elsewhere)), known)


NOTHING_KNOWN = AgeHeads()


@dataclass(frozen=True)
class AgeBook:
    """The ages of all evenings between two days, by session."""

    by_session: dict[int, AgeHeads]

    def within(self, session_id: int, ages: Ages, total: int) -> Within:
        return self.by_session.get(session_id, NOTHING_KNOWN).within(ages, total)


def is_within(age: int, ages: Ages) -> bool:
    return ages[0] <= age and (ages[1] is None or age <= ages[1])


def load_age_book(plan: Plan, first: date, last: date) -> AgeBook:
    """From `first` to `last`, both inclusive. Two queries."""
    found: dict[int, AgeHeads] = defaultdict(AgeHeads)
    bands = SessionAgeBand.objects.filter(plan=plan, session__date__range=(first, last))
    for session, lowest, highest, heads in bands.values_list("session_id", "lowest", "highest", "heads"):
        found[session].bands.append((lowest, highest, heads))
    ticks = Attendance.objects.filter(plan=plan, date__range=(first, last)).order_by()
    counted = ticks.values_list("session_id", "date", "participant__birth_year").annotate(Count("pk"))
    for session, day, born, people in counted:
        ages = found[session].ticks
        ages[day.year - born] = ages.get(day.year - born, 0) + people
    return AgeBook(dict(found))
