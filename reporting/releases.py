"""Freezing figures: a release is a figure set as canonical JSON with its SHA-256, and is never recomputed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from accounts.danish import danish_order
from accounts.models import Membership, Plan, Role, User
from accounts.periods import Period, plan_periods, whole_plan
from jobs.canonical import canonical_json, fingerprint
from reporting.disclosure import Span
from reporting.figure_set import Plain, build_figure_sets
from reporting.figure_versions import as_newest
from reporting.models import FixedTable, Release, ReleaseQuerySet
from reporting.periods import school_periods
from reporting.schema import check_figure_set
from reporting.summaries import summarise

PERIOD_KINDS = ("year", "half", "quarter")
ROWS = ("activities", "indicators", "milestones")  # of a figure set: which comes first says nothing
NAMES = ("activities", "ended")  # of an indicator, likewise


class ReleaseDamaged(Exception):
    """The stored text does not have the stored fingerprint: somebody has changed the row behind the portal's back."""


@dataclass(frozen=True)
class ReleaseRun:
    """What one freeze did: the releases that are new, and how many periods were unchanged."""

    new: list[Release]
    unchanged: int


def all_periods(plan: Plan) -> list[Period]:
    """Every period with figures: plan years, half-years, quarters, the whole plan, and school years with a target."""
    cut = [period for kind in PERIOD_KINDS for period in plan_periods(plan, kind)]
    return [*cut, *school_periods(plan), whole_plan(plan)]


def periods_begun(plan: Plan, as_of: date) -> list[Period]:
    """The periods of which something can be known. Equal spans (a plan of one year) are kept once."""
    begun = {(period.first, period.last): period for period in all_periods(plan) if period.first <= as_of}
    return list(begun.values())


def release_figures(
    *,
    plan: Plan,
    as_of: date,
    by: User | None = None,
    today: date | None = None,
    released_at: datetime | None = None,
    report: Callable[[int, int], None] | None = None,
) -> ReleaseRun:
    """Freeze all periods of the plan that have begun, as known on `as_of`.

    A period whose figures are unchanged gets no new row, so that freezing twice gives the same release, also where only
    the order of its rows is another. The plan's row is locked meanwhile: two who press the button at once make one
    release.
    """
    periods = periods_begun(plan, as_of)
    if not periods:
        return ReleaseRun(new=[], unchanged=0)
    last_seen = last_release_id(plan)
    figure_sets = build_figure_sets(plan, periods, as_of, today=today)
    new: list[Release] = []
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        if last_release_id(plan) != last_seen:  # somebody was quicker: what was worked out may be older than theirs
            figure_sets = build_figure_sets(plan, periods, as_of, today=today)
        _fix_tables(plan, periods, figure_sets)
        same = _unchanged(plan, periods, figure_sets)
        for done, (period, figure_set) in enumerate(zip(periods, figure_sets, strict=True), start=1):
            content = canonical_json(figure_set)
            if (period.first, period.last) not in same:
                check_figure_set(figure_set)
                new.append(
                    Release.objects.create(
                        plan=plan,
                        starts_on=period.first,
                        ends_on=period.last,
                        as_of=date.fromisoformat(figure_set["as_of"]),
                        content=content,
                        summary=summarise(figure_set),
                        sha256=fingerprint(content),
                        released_by=by,
                        released_at=released_at or timezone.now(),
                    )
                )
            if report:
                report(done, len(periods))
    return ReleaseRun(new=new, unchanged=len(periods) - len(new))


def _unchanged(plan: Plan, periods: list[Period], figure_sets: list[Plain]) -> set[Span]:
    """Those periods whose newest release says what their figures say now. Two queries.

    What was released before the order of its rows was fixed, or was sorted by another database, says the same.
    """
    now = {(period.first, period.last): content for period, content in zip(periods, figure_sets, strict=True)}
    same, differing = set(), []
    for pk, first, last, sha256 in newest_releases(plan).values_list("pk", "starts_on", "ends_on", "sha256"):
        if (first, last) not in now:
            continue
        if sha256 == fingerprint(canonical_json(now[first, last])):
            same.add((first, last))
        else:
            differing.append(pk)
    told = Release.objects.filter(plan=plan, pk__in=differing).values_list("starts_on", "ends_on", "content")
    return same | {
        (first, last)
        for first, last, content in told
        if _whatever_order(json.loads(content)) == _whatever_order(now[first, last])
    }


def _whatever_order(figure_set: Plain) -> str:
    """The content of a figure set without the order of its activities, indicators and milestones."""
    indicators = [row | {key: sorted(row[key]) for key in NAMES if row.get(key)} for row in figure_set["indicators"]]
    rows = {**figure_set, "indicators": indicators}
    return canonical_json(rows | {key: sorted(map(canonical_json, rows.get(key, []))) for key in ROWS})


def _fix_tables(plan: Plan, periods: list[Period], figure_sets: list[Plain]) -> None:
    """From now on these tables of people are told in the same words (`disclosure`)."""
    FixedTable.objects.bulk_create(
        (
            FixedTable(
                plan=plan,
                code="ages",
                starts_on=period.first,
                ends_on=period.last,
                content=canonical_json(figure_set["ages"]),
            )
            for period, figure_set in zip(periods, figure_sets, strict=True)
            if figure_set["ages"] is not None
        ),
        ignore_conflicts=True,
    )


def last_release_id(plan: Plan) -> int | None:
    """What a page or a run was made from: a release made since has a higher number."""
    return Release.objects.filter(plan=plan).aggregate(last=Max("pk"))["last"]


def newest_releases(plan: Plan) -> ReleaseQuerySet:
    """The newest release of each period."""
    same = Release.objects.filter(plan=plan, starts_on=OuterRef("starts_on"), ends_on=OuterRef("ends_on"))
    newest = same.order_by("-released_at", "-pk").values("pk")[:1]
    return Release.objects.filter(plan=plan, pk=Subquery(newest))


def latest_release(plan: Plan, first: date, last: date) -> Release | None:
    """The newest release of exactly that period."""
    return Release.objects.filter(plan=plan, starts_on=first, ends_on=last).order_by("-released_at", "-pk").first()


def check_release(release: Release) -> None:
    """Raises `ReleaseDamaged` when the text is not the one that was released."""
    if fingerprint(release.content) != release.sha256:
        raise ReleaseDamaged(f"Release {release.pk} does not have its fingerprint.")


def read_release(release: Release) -> Plain:
    """The figure set of a release in the newest shape, after its fingerprint has been checked."""
    check_release(release)
    return as_newest(json.loads(release.content))


def release_readers(plan: Plan) -> list[Membership]:
    """Who gets an e-mail about a release: the board's members with an address who have not declined, by name."""
    members = plan.memberships.active().with_role(Role.BOARD).filter(release_mail=True, user__email__isnull=False)
    rows = members.exclude(user__email="").select_related("user")
    return sorted(rows, key=lambda member: (danish_order(member.user.name), member.pk))


def mail_key(membership: Membership, as_of: date) -> str:
    """One e-mail to each member per release day."""
    return f"figures_released:{as_of.isoformat()}:{membership.user_id}"


def plans_to_release(today: date) -> list[Plan]:
    """Running plans without a release that covers the month before `today`'s: due on the 1st, and after an outage.

    A plan that was set up this month waits for the next: its board is not to read figures while they are imported.
    """
    first = today.replace(day=1)
    month_end = first - timedelta(days=1)
    plans = Plan.objects.filter(starts_on__lte=month_end, ends_on__gte=month_end.replace(day=1))
    plans = plans.filter(created_at__lt=timezone.make_aware(datetime.combine(first, time())))
    plans = plans.annotate(covered=Max("releases__as_of"))
    return [plan for plan in plans if plan.covered is None or plan.covered < month_end]
