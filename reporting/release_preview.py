"""What a release would change: the figures of each plan year old and new, late logs and corrections, new targets.

For the page between "Release the figures" and the release itself. Nothing is written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Mail, Membership, Plan
from accounts.periods import Period, plan_periods
from accounts.templatetags.portal_tags import da_number, status_word
from activities.models import SessionChange, SessionState
from reporting.board import Board, read_board
from reporting.board_rows import Row
from reporting.figure_set import Plain, build_figure_sets
from reporting.models import Release, TargetChange
from reporting.releases import mail_key, newest_releases, read_release, release_readers

MOST_CORRECTIONS = 30


@dataclass(frozen=True)
class Change:
    """One figure that the board reads otherwise than before."""

    code: str
    text: str
    old: str
    new: str
    old_status: str
    new_status: str


@dataclass(frozen=True)
class PeriodChanges:
    period: Period
    is_new: bool  # never released before
    is_over: bool
    changes: list[Change]


@dataclass(frozen=True)
class Correction:
    """One evening of a time that was released already, written since."""

    session: Any
    old: str
    new: str
    who: str


@dataclass(frozen=True)
class Preview:
    last: Release | None
    periods: list[PeriodChanges]
    corrections: list[Correction]
    more_corrections: int
    target_changes: list[TargetChange]
    readers: list[Membership]
    told_today: int  # have had today's e-mail already, and get no second one


def preview_release(plan: Plan, *, as_of: date, today: date) -> Preview:
    """Everything that the page tells. The queries do not grow with activities, indicators or members."""
    years = [period for period in plan_periods(plan, "year") if period.first <= as_of]
    released = {(row.starts_on, row.ends_on): row for row in newest_releases(plan)}
    last = max(released.values(), key=lambda row: (row.released_at, row.pk), default=None)
    sets = build_figure_sets(plan, years, as_of, today=today) if years else []
    periods = []
    for period, new in zip(years, sets, strict=True):
        release = released.get((period.first, period.last))
        old = read_release(release) if release else None
        periods.append(_compare(period, old, new))
    corrections, more = _corrections(plan, last)
    readers = release_readers(plan)
    keys = {f"{plan.pk}:{mail_key(member, as_of)}": member.pk for member in readers}
    told = {keys[key] for key in Mail.objects.filter(key__in=list(keys)).values_list("key", flat=True)}
    return Preview(
        last=last,
        periods=[row for row in periods if row.changes or row.is_new][::-1],
        corrections=corrections,
        more_corrections=more,
        target_changes=list(_target_changes(plan, last)),
        readers=[member for member in readers if member.pk not in told],
        told_today=len(told),
    )


def _compare(period: Period, old: Plain | None, new: Plain) -> PeriodChanges:
    before, after = (read_board(old) if old else None), read_board(new)
    changes = _changes(_rows(before), _rows(after)) if before else []
    if before and old:
        changes += _totals(old, new)
    return PeriodChanges(period=period, is_new=old is None, is_over=new["is_over"], changes=changes)


def _rows(board: Board | None) -> dict[str, Row]:
    return {row.code: row for block in board.areas for row in block.rows} if board else {}


def _changes(before: dict[str, Row], after: dict[str, Row]) -> list[Change]:
    """Every indicator whose value, target or verdict reads otherwise; also those that come and go."""
    changes = []
    for code in dict.fromkeys([*after, *before]):
        old, new = before.get(code), after.get(code)
        if old is None or new is None or _said(old) != _said(new):
            shown = new or old
            changes.append(
                Change(
                    code=code,
                    text=shown.text if shown else "",
                    old=_figure(old) if old else _("not there"),
                    new=_figure(new) if new else _("goes out"),
                    old_status=_status(old),
                    new_status=_status(new),
                )
            )
    return changes


def _said(row: Row) -> tuple[str, ...]:
    return row.value, row.of, _status(row)


def _figure(row: Row) -> str:
    return f"{row.value} {row.of}".strip()


def _status(row: Row | None) -> str:
    if row is None or not row.status:
        return ""
    return row.status_word or status_word(row.status)


def _totals(old: Plain, new: Plain) -> list[Change]:
    names = (("held", _("Sessions held, all activities")), ("visits", _("Visits, all activities")))
    changes = []
    for key, text in names:
        before, after = old["completeness"][key], new["completeness"][key]
        if before != after:
            changes.append(Change("", text, da_number(before), da_number(after), "", ""))
    return changes


def _corrections(plan: Plan, last: Release | None) -> tuple[list[Correction], int]:
    """Evenings that the last release covered and that were logged or corrected since: the newest evening first."""
    if last is None:
        return [], 0
    changes = SessionChange.objects.filter(plan=plan, changed_at__gt=last.released_at, session__date__lte=last.as_of)
    by_session: dict[int, list[SessionChange]] = {}
    for change in changes.select_related("session__activity", "changed_by").order_by("changed_at", "pk"):
        by_session.setdefault(change.session_id, []).append(change)
    found = []
    for same in by_session.values():
        first, latest = same[0], same[-1]
        old, new = _log_words(first.before), _log_words(latest.after)
        if old != new:
            who = str(latest.changed_by) if latest.changed_by else ""
            found.append(Correction(session=latest.session, old=old, new=new, who=who))
    found.sort(key=lambda row: (row.session.date, row.session.pk), reverse=True)
    return found[:MOST_CORRECTIONS], max(0, len(found) - MOST_CORRECTIONS)


def _log_words(log: Plain) -> str:
    """ "33 came", "cancelled", "not logged": an evening's log as the board's figures feel it."""
    state = log.get("state", SessionState.PLANNED)
    if state == SessionState.PLANNED:
        return _("not logged")
    if state != SessionState.HELD:
        return str(SessionState(state).label).lower()
    heads = log.get("heads_total")
    if heads is None:
        heads = log.get("known_heads")
    return _("held") if heads is None else _("%(count)s came") % {"count": da_number(heads)}


def _target_changes(plan: Plan, last: Release | None) -> "QuerySet[TargetChange] | Sequence[TargetChange]":
    if last is None:
        return []
    rows = TargetChange.objects.filter(plan=plan, changed_at__gt=last.released_at)
    return rows.select_related("target__indicator").order_by("-changed_at", "-pk")
