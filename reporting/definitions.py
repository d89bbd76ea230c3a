"""When an indicator is counted otherwise than before: noted by itself when its rule is changed, or written by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import AgeBand
from reporting.models import DefinitionChange, Indicator, Measure, Release

LONGEST = 300


@dataclass(frozen=True)
class CountingRule:
    """What decides how an indicator is counted. Two rules that are equal give equal figures."""

    measure: str
    times: int | None
    activities: frozenset[str] | None  # names; None: all
    format: str
    baseline: str
    only: str = ""  # days of the week, ages, a word in the theme, a whole focus area, two others, in words

    def __str__(self) -> str:
        parts = [str(Measure(self.measure).label)]
        if self.times:
            parts = [_("unique people, at least %(count)s times") % {"count": self.times}]
        if self.activities is None:
            parts.append(_("all activities"))
        elif self.activities:
            parts.append(", ".join(sorted(self.activities)))
        if self.format:
            parts.append(self.format)
        if self.only:
            parts.append(self.only)
        if self.baseline:
            parts.append(_("baseline %(value)s") % {"value": self.baseline})
        return ", ".join(parts)


def rule_of(indicator: Indicator) -> CountingRule:
    """The rule as it is stored. One or two queries."""
    stored = Indicator.objects.select_related("format", "numerator", "denominator").get(pk=indicator.pk)
    names = None if stored.all_activities else frozenset(stored.activities.values_list("name", flat=True))
    has_times = stored.measure == Measure.UNIQUE_AT_LEAST
    return CountingRule(
        measure=stored.measure,
        times=stored.at_least_times if has_times else None,
        activities=names,
        format=stored.format.local_name if stored.format else "",
        baseline="" if stored.baseline is None else f"{stored.baseline.normalize():f}",
        only=", ".join(_only(stored)),
    )


def _only(indicator: Indicator) -> Iterator[str]:
    if indicator.whole_area:
        yield _("all activities of the focus area")
    if indicator.theme:
        yield _("theme with “%(word)s”") % {"word": indicator.theme}
    if indicator.weekdays:
        yield _("on: %(days)s") % {"days": ", ".join(str(WEEKDAYS[int(day) - 1]) for day in indicator.weekdays)}
    if indicator.ages is not None:
        yield str(AgeBand(lowest=indicator.ages[0], highest=indicator.ages[1]))
    if indicator.numerator and indicator.denominator:
        codes = {"part": indicator.numerator.code, "whole": indicator.denominator.code}
        yield _("%(part)s divided by %(whole)s") % codes


@transaction.atomic
def note_rule_change(
    *, indicator: Indicator, before: CountingRule, on: date, by: User | None
) -> DefinitionChange | None:
    """After an indicator was saved: a line about what has changed, None where nothing has or nobody has read figures.

    Changing it again on the same day makes one line of both; changing it back takes the line away.
    """
    after = rule_of(indicator)
    if before == after or not Release.objects.filter(plan=indicator.plan_id).exists():
        return None
    marker = _("Counted as %(new)s. Before: %(old)s.")
    today = DefinitionChange.objects.filter(
        plan=indicator.plan_id, indicator=indicator, changed_on=on, removed_at__isnull=True
    )
    undone = marker % {"new": before, "old": after}
    if today.filter(text=undone[:LONGEST]).delete()[0]:
        return None
    return DefinitionChange.objects.create(
        plan_id=indicator.plan_id,
        indicator=indicator,
        changed_on=on,
        text=(marker % {"new": after, "old": before})[:LONGEST],
        written_by=by,
    )
