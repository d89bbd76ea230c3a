"""Keeping agreements: grouped for reading, put away and taken out again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from accounts.models import Plan
from partners.models import Agreement, FocusArea, focus_areas


@dataclass
class AreaGroup:
    """The agreements under one focus area; `area` is None for those that name none."""

    area: FocusArea | None
    agreements: list[Agreement] = field(default_factory=list)


AreaRow = tuple[FocusArea | None, Agreement]


def rows_by_area(*, plan: Plan, agreements: Iterable[Agreement]) -> list[AreaRow]:
    """Each agreement beside its area, in the order of the areas. On two areas it stands under both, on none last."""
    listed = list(agreements)
    rows: list[AreaRow] = []
    areas = focus_areas(plan)
    for area in areas:
        rows += [(area, agreement) for agreement in listed if area in agreement.focus_areas.all()]
    return rows + [(None, agreement) for agreement in listed if not set(areas) & set(agreement.focus_areas.all())]


def in_groups(rows: Iterable[AreaRow]) -> list[AreaGroup]:
    """One group per area that a page of the rows has."""
    return [
        AreaGroup(area, [agreement for _area, agreement in group]) for area, group in groupby(rows, key=itemgetter(0))
    ]


def with_standing(*, agreements: Iterable[Agreement], today: date) -> list[Agreement]:
    """The agreements with `now` said on each: coming, valid, ending, ended."""
    listed = list(agreements)
    for agreement in listed:
        agreement.now = agreement.standing(today)  # type: ignore[attr-defined]  # for the template
    return listed


def archive_agreement(*, agreement: Agreement, now: datetime) -> None:
    """Put an agreement away. Nothing is deleted."""
    Agreement.objects.filter(pk=agreement.pk, archived_at=None).update(archived_at=now)


def take_out_agreement(*, agreement: Agreement) -> None:
    """Back from the archive."""
    Agreement.objects.filter(pk=agreement.pk).update(archived_at=None)
