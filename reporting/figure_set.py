"""The figure set: everything that the follow-up page and its releases are drawn from, as plain data.

Text, booleans, None, lists and dictionaries; numbers as decimal strings, days as ISO strings. It holds no key to any
person, and figures about people have passed `disclosure`. Computed now it is the draft that the team reads; frozen by
`releases` it is what the board reads, drawn by the same templates (design §3 rule 9).
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.utils import translation

from accounts.models import Plan
from accounts.periods import Period, plan_periods
from activities.models import AgeBand
from partners.models import FocusArea
from reporting.books import Book, load_book
from reporting.disclosure import GRAIN, SMALLEST_TOTAL, Span, may_be_made, may_tell_share, release_ages, why_withheld
from reporting.facts import SessionCounts, count_sessions
from reporting.figures import (
    ActivityFigure,
    IndicatorFigure,
    activity_figure,
    completeness,
    indicator_figure,
)
from reporting.goals import GoalTree, load_goals, plain_goal_of, plain_goals
from reporting.measures import MEASURES
from reporting.milestones import plain_milestones
from reporting.models import DefinitionChange, FixedTable, Indicator, Measurement, TargetChange
from reporting.plain import Plain, iso_day, number
from reporting.status import status_if_below
from reporting.trends import activity_trend, indicator_trend, weeks
from residents.attendance import people_by_age

VERSION = "3"


def build_figure_set(
    plan: Plan, period: Period, as_of: date, *, today: date | None = None, for_team: bool = False
) -> Plain:
    """The figure set of one period, as known on `as_of` (the last day covered).

    `for_team` keeps small totals of people and those outside their own target period: the draft, never released.
    """
    return build_figure_sets(plan, [period], as_of, today=today, for_team=for_team)[0]


def build_figure_sets(
    plan: Plan, periods: Sequence[Period], as_of: date, *, today: date | None = None, for_team: bool = False
) -> list[Plain]:
    """One figure set per period, in their order. The number of queries does not grow with activities or indicators."""
    today = today or as_of + timedelta(days=1)
    book = load_book(plan, periods, as_of=as_of, today=today, with_activity_people=for_team)
    has_ages = any(_is_half_year(plan, period) for period in periods)
    bands = list(AgeBand.objects.filter(plan=plan).values_list("lowest", "highest")) if has_ages else []
    goals = load_goals(plan)
    fixed = fixed_tables(plan, "ages") if has_ages else {}
    return [_figure_set(book, period, bands, fixed, goals, for_team=for_team) for period in periods]


def _figure_set(
    book: Book, period: Period, bands: list, fixed: dict[Span, Plain], goals: GoalTree, *, for_team: bool
) -> Plain:
    shown = [
        figure
        for figure in (activity_figure(book, activity, period) for activity in book.activities)
        if figure.activity.is_active or figure.counts.logged
    ]
    figures = [indicator_figure(book, indicator, period) for indicator in book.indicators]
    areas = {activity.focus_area_id: activity.focus_area for activity in book.activities}
    areas |= {indicator.focus_area_id: indicator.focus_area for indicator in book.indicators}
    last = min(period.last, book.as_of)
    everything = count_sessions([fact for figure in shown for fact in figure.sessions], today=book.today)
    measures = sorted({figure.rule.code for figure in figures})
    return {
        "version": VERSION,
        "plan": {"slug": book.plan.slug, "name": book.plan.name},
        "period": {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "kind": period.kind,
            "label": period.label,
        },
        "as_of": last.isoformat(),
        "is_over": period.last < book.today,
        "has_begun": period.first <= book.as_of,
        "completeness": _counts(everything),
        "areas": [_area(area) for area in sorted(areas.values(), key=lambda area: area.position)],
        "goals": plain_goals(goals),
        "indicators": [
            {**_indicator(book, figure, period, for_team=for_team), "goal": plain_goal_of(goals, figure.indicator)}
            for figure in figures
        ],
        "milestones": plain_milestones(book, period),
        "activities": [_activity(book, figure, period, last, for_team=for_team) for figure in shown],
        "ages": _ages(book, period, bands, fixed),
        "definitions": {code: _in_both_languages(MEASURES[code].definition) for code in measures},
    }


def _area(area: FocusArea) -> Plain:
    return {
        "position": number(area.position),
        "name": area.name,
        "name_en": area.name_en,
        "short_name": area.short_name,
    }


def _in_both_languages(text: object) -> dict[str, str]:
    """A definition as it reads at this moment, so that a release still says what it meant when it was made."""
    texts = {}
    for language in ("da", "en"):
        with translation.override(language):
            texts[language] = str(text)
    return texts


# -- indicators --------------------------------------------------------------------------------------------------------


def _indicator(book: Book, figure: IndicatorFigure, period: Period, *, for_team: bool) -> Plain:
    indicator, target, counts = figure.indicator, figure.target, figure.counts
    row: Plain = {
        "code": indicator.code,
        "text": indicator.text,
        "area": number(indicator.focus_area.position),
        "measure": indicator.measure,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "at_least_times": number(indicator.at_least_times),
        "margin": number(indicator.margin),
        "accumulation": figure.rule.accumulation.value,
        "basis": figure.rule.basis.value,
        "typed_in": figure.is_typed_in,
        "value": number(figure.value.low),
        "value_max": number(figure.value.high),
        "why_none": figure.value.why.value if figure.value.why else None,
        "withheld": None,
        "target": number(target.value) if target else None,
        "target_high": number(target.high) if target else None,
        "due_on": iso_day(target.due_on) if target else None,
        "expected": number(figure.expected),
        "status": figure.status.value if figure.status else None,
        "too_early": figure.is_too_early,
        "missing": number(figure.missing),
        "needed_mean": number(figure.needed_mean),
        "sessions_left": number(figure.sessions_left),
        "planned": {"due": number(figure.due), "whole": number(figure.whole)} if figure.whole else None,
        "sessions": _counts(counts) if figure.rule.counts_sessions else None,
        "matching_sessions": number(len(figure.evidence.held)) if book.scopes[indicator.pk].looks_back else None,
        "last_change": iso_day(counts.last_change) if figure.rule.counts_sessions else None,
        **_narrowing(book, indicator),
        "baseline": number(indicator.baseline),
        "baseline_on": iso_day(indicator.baseline_on),
        "source": figure.measurement.source if figure.measurement else indicator.source,
        "of_area": indicator.tells_of_area,
        "made_of": [part.indicator.code for part in figure.operands],
        "measured_on": iso_day(figure.measurement.measured_on) if figure.measurement else None,
        "estimated": any(measurement.is_estimated for _span, measurement in figure.typed.parts),
        "waiting": _waiting(book, figure, period) if for_team else [],
        "parts": [_part(span, measurement) for span, measurement in figure.typed.parts],
        "target_changes": [_change(change) for change in target.changes.all()] if target else [],
        "breaks": [_break(change) for change in book.definition_changes.get(indicator.pk, [])],
        "judgement": _judgement(book, figure, period, for_team=for_team),
        "trend": indicator_trend(book, figure, period),
    }
    if (figure.is_of_people or figure.is_of_ages) and not for_team:
        _withhold(row, figure, period)
    return row


def _narrowing(book: Book, indicator: Indicator) -> Plain:
    """Which sessions and heads count, and which of the chosen activities have ended."""
    scope = book.scopes[indicator.pk]
    chosen = [a for a in book.activities if scope.activity_ids is not None and a.pk in scope.activity_ids]
    return {
        "activities": None if scope.activity_ids is None else [activity.name for activity in chosen],
        "ended": [activity.name for activity in chosen if not activity.is_active],
        "format": {"da": indicator.format.name, "en": indicator.format.name_en} if indicator.format else None,
        "theme": indicator.theme,
        "weekdays": indicator.weekdays,
        "ages": {"from": number(scope.ages[0]), "to": number(scope.ages[1])} if scope.ages else None,
    }


def _withhold(row: Plain, figure: IndicatorFigure, period: Period) -> None:
    """What of a figure about people leaves the team: its own total by `disclosure` and nothing that it was added up
    from, a share where both numbers may be told, and nothing of some ages, for the ladder alone tells of ages."""
    row["withheld"] = reason = _why_withheld(figure, period)
    if reason in ("period", "few", "ages"):
        row |= dict.fromkeys(("value", "value_max", "status", "expected", "missing", "needed_mean"))
        row["too_early"] = False
    elif reason == "small":
        row |= dict.fromkeys(("value", "value_max", "missing", "needed_mean"))
        row["status"] = status_if_below(figure.reading, SMALLEST_TOTAL).value if figure.reading else None
        row["too_early"] = False
    if figure.rule.types_people:  # an entry on its way is no total of the target's own period
        row["parts"] = []
    if reason == "ages" or figure.rule.types_people:
        row["trend"] = {**row["trend"], "points": [], "before": None, "expected": None}


def _why_withheld(figure: IndicatorFigure, period: Period) -> str | None:
    if figure.is_of_ages:
        return "ages"
    people = None if figure.operands or figure.value.low is None else int(figure.value.low)
    reason = why_withheld(people, period=period, has_own_target=figure.target is not None)
    if reason or not figure.operands:
        return reason
    part, whole = figure.operands
    if part.value.low is None or whole.value.low is None:
        return None
    # Beside the other number, which may be told, a share tells this one.
    are_told = all(_why_withheld(operand, period) is None for operand in figure.operands if operand.is_of_people)
    return None if are_told and may_tell_share(int(part.value.low), int(whole.value.low)) else "few"


def _part(span: Period, measurement: Measurement) -> Plain:
    """One of the typed-in values that are added up, with the period that it counts."""
    return {"label": span.label, "on": iso_day(measurement.measured_on), "value": number(measurement.value)}


def _break(change: DefinitionChange) -> Plain:
    return {"on": iso_day(change.changed_on), "text": change.text}


def _judgement(book: Book, figure: IndicatorFigure, period: Period, *, for_team: bool) -> Plain | None:
    """The project manager's own word. A draft is the team's alone."""
    text = book.status_texts.get((figure.indicator.pk, period.first, period.last))
    if text is None or not (text.judgement or text.comment) or not (text.is_ready or for_team):
        return None
    return {
        "status": text.judgement or None,
        "comment": text.comment,
        "on": iso_day(text.written_at),
        "is_draft": not text.is_ready,
    }


def _waiting(book: Book, figure: IndicatorFigure, period: Period) -> list[Plain]:
    """What somebody has typed in and nobody has approved: shown beside the figure, never part of it."""
    rows = [m for m in book.waiting.get(figure.indicator.pk, []) if m.measured_on in period]
    return [
        {"on": iso_day(m.measured_on), "value": number(m.value), **({"estimated": True} if m.is_estimated else {})}
        for m in rows
    ]


def _change(change: TargetChange) -> Plain:
    return {
        "on": iso_day(change.changed_at),
        "old_value": number(change.old_value),
        "old_high": number(change.old_high),
        "old_due_on": iso_day(change.old_due_on),
        "reason": change.reason,
        "decided_by": change.decided_by,
        "decided_on": iso_day(change.decided_on),
    }


# -- activities --------------------------------------------------------------------------------------------------------


def _activity(book: Book, figure: ActivityFigure, period: Period, last: date, *, for_team: bool) -> Plain:
    people = figure.people if for_team else None
    return {
        "activity": figure.activity.name,
        "is_active": figure.activity.is_active,
        "area": number(figure.activity.focus_area.position),
        "sessions": _counts(figure.counts),
        "mean_visits": number(figure.mean_visits),
        "unique_min": number(people.unique_min) if people else None,
        "unique_max": number(people.unique_max) if people else None,
        "volunteer_turns": number(figure.volunteer_turns),
        "last_change": iso_day(figure.counts.last_change),
        "trend": activity_trend(book, figure, period),
        "weeks": weeks(figure.sessions, period, last, book.today),
    }


def _ages(book: Book, period: Period, bands: list, fixed: dict[Span, Plain]) -> Plain | None:
    """The one table of people that may exist: a half-year's, by age, through the gate, and then never made again."""
    if not _is_half_year(book.plan, period):
        return None
    if (period.first, period.last) in fixed:
        return fixed[period.first, period.last]
    if not may_be_made(replace(period, kind=GRAIN), book.as_of, fixed):
        return None
    table = release_ages(people_by_age(book.plan, period.first, period.last), bands)
    return {
        "total": number(table.total),
        "rows": [
            {"from": number(lowest), "to": number(highest), "people": number(people)}
            for lowest, highest, people in table.rows
        ],
    }


def _is_half_year(plan: Plan, period: Period) -> bool:
    """By its days: a school year that the plan's start has cut, or a plan of half a year, may be one under its name."""
    halves = {(half.first, half.last) for half in plan_periods(plan, GRAIN)}
    return period.kind == GRAIN or (period.first, period.last) in halves


def fixed_tables(plan: Plan, code: str) -> dict[Span, Plain]:
    """The tables of people that are released already, by the days they cover."""
    rows = FixedTable.objects.filter(plan=plan, code=code).values_list("starts_on", "ends_on", "content")
    return {(first, last): json.loads(content) for first, last, content in rows}


# -- plain values ------------------------------------------------------------------------------------------------------


def _counts(counts: SessionCounts) -> Plain:
    return {
        "held": number(counts.held),
        "cancelled": number(counts.cancelled),
        "closed": number(counts.closed),
        "unlogged": number(counts.unlogged),
        "logged": number(counts.logged),
        "due": number(counts.due),
        "visits": number(counts.visits),
        "completeness": number(completeness(counts)),
    }
