"""Keeping agreements: grouped for reading, put away and taken out again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import Plan
from partners.models import Agreement, FocusArea, focus_areas


@dataclass
class AreaGroup:
    """The agreements under one focus area; `area` is None for those that name none."""

    area: FocusArea | None
    agreements: list[Agreement] = field(default_factory=list)


def by_focus_area(*, plan: Plan, agreements: Iterable[Agreement]) -> list[AreaGroup]:
    """One group per area of the plan that has agreements. An agreement on two areas stands under both."""
    groups = {area.pk: AreaGroup(area) for area in focus_areas(plan)}
    other = AreaGroup(None)
    for agreement in agreements:
        own = [groups[area.pk] for area in agreement.focus_areas.all() if area.pk in groups]
        for group in own or [other]:
            group.agreements.append(agreement)
    return [group for group in [*groups.values(), other] if group.agreements]


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
