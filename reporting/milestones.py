"""Milestones: what should be done by a day. Planned, done on a day, late, or dropped with a reason.

A milestone is an indicator that is measured as one; each of its targets is one day by which it should be done, so that
what comes again every year is one milestone with a day a year. Moving a day needs a reason, as every target does.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.danish import danish_order
from accounts.models import Plan, User
from accounts.periods import Period, plan_periods
from partners.models import FocusArea
from reporting.books import Book
from reporting.models import Goal, Indicator, Measure, Target, TargetChange
from reporting.plain import Plain, iso_day, number
from reporting.targets import Decision, set_target
from reporting.typed_in import done_entries


class MilestoneState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    LATE = "late", _("Late")
    DROPPED = "dropped", _("Dropped")


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """One day by which something should be done, and how it went."""

    indicator: Indicator
    target: Target
    due_on: date
    state: MilestoneState
    done_on: date | None = None
    source: str = ""

    @property
    def word(self) -> str:
        return str(self.state.label)

    def shown_in(self, period: Period) -> bool:
        """Due in the period, done in it, or still late from before it."""
        if self.due_on in period or (self.done_on is not None and self.done_on in period):
            return True
        return self.state == MilestoneState.LATE and self.due_on < period.first


def milestones_of(book: Book, indicator: Indicator) -> list[Milestone]:
    """Every day of one milestone, in order, as known on the book's last day."""
    found = []
    for target in indicator.targets.all():
        if target.due_on is None:
            continue
        entries = book.measurements.get(indicator.pk, [])
        done = done_entries(indicator, entries, Period(target.starts_on, target.ends_on))
        is_dropped = target.dropped_on is not None and target.dropped_on <= book.as_of
        if done:
            state = MilestoneState.DONE
        elif is_dropped:
            state = MilestoneState.DROPPED
        else:
            state = MilestoneState.LATE if target.due_on < book.today else MilestoneState.PLANNED
        found.append(
            Milestone(
                indicator=indicator,
                target=target,
                due_on=target.due_on,
                state=state,
                done_on=done[0].measured_on if done else None,
                source=done[0].source if done else "",
            )
        )
    return sorted(found, key=lambda milestone: milestone.due_on)


def all_milestones(book: Book) -> list[Milestone]:
    """Of the whole plan, the earliest due first."""
    found = [one for i in book.indicators if i.measure == Measure.MILESTONE for one in milestones_of(book, i)]
    return sorted(found, key=lambda milestone: (milestone.due_on, danish_order(milestone.indicator.code)))


def plain_milestones(book: Book, period: Period) -> list[Plain]:
    """Those that a period's page shows, for a figure set."""
    return [
        {
            "code": one.indicator.code,
            "text": one.indicator.text,
            "area": number(one.indicator.focus_area.position),
            "state": one.state.value,
            "due_on": iso_day(one.due_on),
            "first_due_on": iso_day(_first_due(one.target)),
            "done_on": iso_day(one.done_on),
            "dropped_on": iso_day(one.target.dropped_on) if one.state == MilestoneState.DROPPED else None,
            "reason": one.target.drop_reason if one.state == MilestoneState.DROPPED else "",
            "source": one.source,
        }
        for one in all_milestones(book)
        if one.shown_in(period)
    ]


def _first_due(target: Target) -> date | None:
    """The day it was to be done by before it was moved for the first time; None when it never was."""
    changes = sorted(target.changes.all(), key=lambda change: (change.changed_at, change.pk))
    return next((change.old_due_on for change in changes if change.old_due_on != target.due_on), None)


@transaction.atomic
def add_milestone(
    *, plan: Plan, text: str, focus_area: FocusArea, due_on: date, goal: Goal | None = None, by: User | None
) -> Indicator:
    """A milestone of its own, numbered M1, M2 …; its period is the plan year that holds the day."""
    year = next((period for period in plan_periods(plan, "year") if due_on in period), None)
    if year is None:
        raise ValidationError({"due_on": _("The day lies outside the plan.")})
    Plan.objects.select_for_update().get(pk=plan.pk)  # two who add at once get two numbers
    indicator = Indicator(
        plan=plan, code=_next_code(plan), text=text, focus_area=focus_area, goal=goal, measure=Measure.MILESTONE
    )
    indicator.full_clean(exclude=["plan"])
    indicator.save()
    set_target(indicator=indicator, starts_on=year.first, ends_on=year.last, value=None, due_on=due_on, by=by)
    return indicator


def _next_code(plan: Plan) -> str:
    taken = {code.upper() for code in plan.indicators.values_list("code", flat=True)}
    number_ = 1
    while f"M{number_}" in taken:
        number_ += 1
    return f"M{number_}"


@transaction.atomic
def drop_milestone(*, target: Target, decision: Decision, by: User | None, today: date) -> None:
    """It will not be done; the reason stays beside it."""
    decision.check(target.indicator.plan, today)
    target.dropped_on, target.drop_reason = decision.decided_on, decision.reason
    target.save(update_fields=["dropped_on", "drop_reason"])
    TargetChange.objects.create(
        plan_id=target.plan_id,
        target=target,
        old_due_on=target.due_on,
        reason=decision.reason,
        decided_by=decision.decided_by,
        decided_on=decision.decided_on,
        changed_by=by,
    )


def take_up_milestone(*, target: Target) -> None:
    """It is to be done after all."""
    target.dropped_on, target.drop_reason = None, ""
    target.save(update_fields=["dropped_on", "drop_reason"])
