"""Nightly integrity check: the number kept on each session equals its ticks, and each tick says what its session says.

The constraints and `ticks.py` keep them in step; this finds out if something else (a restored table, a script by hand)
did not. Numbers and dates that can be told from the rows are put right; a tick where none may be is only reported.
"""

import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from accounts.models import Plan
from activities.models import Session, SessionState
from residents.models import Attendance

logger = logging.getLogger("portal.residents")


@dataclass(frozen=True)
class Drift:
    """What did not agree. `counts` and `dates` have been put right, `forbidden` ticks need a person."""

    counts: int = 0
    dates: int = 0
    forbidden: int = 0

    def __bool__(self) -> bool:
        return bool(self.counts or self.dates or self.forbidden)


@transaction.atomic
def recount(plan: Plan) -> Drift:
    """Compare and repair one plan."""
    ticks = Attendance.objects.filter(plan=plan)
    may_not = ~Q(session__state=SessionState.HELD) | Q(session__is_sensitive=True) | ~Q(session__plan=F("plan"))
    forbidden = ticks.filter(may_not).count()
    stray = ticks.exclude(session__date=F("date"), session__activity=F("activity"))
    of_session = Session.objects.filter(pk=OuterRef("session"))
    dates = stray.update(date=Subquery(of_session.values("date")), activity=Subquery(of_session.values("activity")))
    rows = Attendance.objects.filter(session=OuterRef("pk"), plan=plan).order_by().values("session")
    counted = Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    wrong = Session.objects.for_plan(plan).held().filter(is_sensitive=False).annotate(ticks=counted)
    counts = wrong.exclude(known_heads=F("ticks")).update(
        known_heads=counted,
        heads_total=Case(
            When(heads_total__lt=counted, then=counted), default=F("heads_total"), output_field=IntegerField()
        ),
        version=F("version") + 1,
    )
    return Drift(counts=counts, dates=dates, forbidden=forbidden)


def recount_all() -> str:
    """Every plan, one after the other (the daily job)."""
    plans = list(Plan.objects.all())
    drifts = {plan.slug: drift for plan in plans if (drift := recount(plan))}
    for slug, drift in drifts.items():
        logger.error("ticks and counts disagreed in %s: %s", slug, drift)
    return f"{len(plans)} plans recounted, {len(drifts)} put right or reported"
