"""The project manager's own words on an indicator: written, made ready, and never lost when two write at once."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from reporting.models import Indicator, StatusText


class JudgementConflict(Exception):
    """Somebody else wrote since the page was opened. `current` is the text as it stands now."""

    def __init__(self, current: StatusText) -> None:
        super().__init__(f"status text {current.pk} is at version {current.version}")
        self.current = current


def find_judgement(indicator: Indicator, starts_on: date, ends_on: date) -> StatusText:
    """The text of that period, or a new one that is not stored yet (version 0)."""
    rows = StatusText.objects.filter(plan=indicator.plan_id, indicator=indicator).select_related("written_by")
    found = rows.filter(starts_on=starts_on, ends_on=ends_on).first()
    return found or StatusText(plan_id=indicator.plan_id, indicator=indicator, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def write_judgement(
    *,
    indicator: Indicator,
    starts_on: date,
    ends_on: date,
    judgement: str,
    comment: str,
    is_ready: bool,
    version: int,
    by: User | None,
    now: datetime | None = None,
) -> StatusText:
    """Write the text of one period. `version` is what the writer last saw; JudgementConflict when it has moved on.

    The same words again change nothing, not even who wrote them.
    """
    Indicator.objects.select_for_update().get(pk=indicator.pk)  # two first texts at once take turns
    text = find_judgement(indicator, starts_on, ends_on)
    wanted = (judgement, comment.strip(), is_ready)
    if text.pk and (text.judgement, text.comment, text.is_ready) == wanted:
        return text
    if text.version != version:
        raise JudgementConflict(text)
    text.judgement, text.comment, text.is_ready = wanted
    text.version += 1
    text.written_by, text.written_at = by, now or timezone.now()
    text.full_clean(exclude=["plan", "indicator", "written_by"], validate_unique=False, validate_constraints=False)
    text.save()
    return text
