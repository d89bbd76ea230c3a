"""What was put right after a meeting had read it: the figures that would be told differently now, and the logs behind.

A figure is worked out anew for exactly what the last pack covered (same period, same last day) and compared with what
was told. Nothing here names a person; who corrected stays in the log's own history.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Plan, Reopening
from accounts.periods import Period
from activities.models import SessionChange, SessionState
from reporting.comparing import is_alike
from reporting.figure_set import Plain, build_figure_set, number
from reporting.measures import MEASURES

MOST_LOGS = 60  # lines; the rest are told as a number


def find_corrections(*, plan: Plan, told: Plain, told_sha256: str, read_at: datetime) -> Plain:
    """Corrections to the pack `told` (its content), whose figures were read at `read_at`."""
    reopenings = list(Reopening.objects.filter(plan=plan, until__gt=read_at).order_by("opened_at", "pk"))
    logs = _corrected_logs(plan, told, read_at, reopenings)
    return {
        "since": {"sha256": told_sha256, "meeting": told["meeting"], "as_of": told["figures"]["as_of"]},
        "reopenings": [
            {"on": _day(row.opened_at), "reason": row.reason} for row in reopenings if row.ended_at > read_at
        ],
        "figures": _corrected_figures(plan, told),
        "logs": logs[:MOST_LOGS],
        "more_logs": number(max(len(logs) - MOST_LOGS, 0)),
    }


def _corrected_figures(plan: Plan, told: Plain) -> list[Plain]:
    """Told figure → the same figure as it would be told now."""
    old = told["figures"]
    span = {key: _date(old["period"][key]) for key in ("from", "to")}
    period = Period(span["from"], span["to"], old["period"]["kind"], old["period"]["label"])
    as_of = _date(old["as_of"])
    new = build_figure_set(plan, period, as_of, today=as_of + timedelta(days=1))
    measures = dict(plan.indicators.values_list("code", "measure"))
    return [*_indicator_lines(old, new, measures), *_activity_lines(old, new)]


def _indicator_lines(old: Plain, new: Plain, measures: Mapping[str, str]) -> Iterable[Plain]:
    """`measures`: what each indicator of the plan counts now, also those that are no longer in use."""
    measures = {**measures, **{row["code"]: row["measure"] for row in old["indicators"]}}
    now = {row["code"]: row for row in new["indicators"]}
    for row in old["indicators"]:
        current = now.get(row["code"])
        if current is None or row["withheld"] or current["withheld"]:
            continue
        if not is_alike(current, new, row, old):
            continue  # another rule is no correction; "since last" says so
        if (row["value"], row["value_max"]) != (current["value"], current["value_max"]):
            # Two exact totals of people for one and the same day would tell of a single person: only that it changed.
            is_people = _is_of_people(row, measures) or _is_of_people(current, measures)
            yield {
                "kind": "indicator",
                "code": row["code"],
                "name": row["text"],
                "area": row["area"],
                "figure": "people" if is_people else "value",
                "unit": row["unit"],
                "then": None if is_people else row["value"],
                "now": None if is_people else current["value"],
            }


def _is_of_people(row: Plain, measures: Mapping[str, str]) -> bool:
    """A number of people, or a share that is made of one. What nobody can look up any more is taken for people."""
    counted = [row["measure"], *(measures.get(code) for code in row["made_of"])]
    return any(measure is None or MEASURES[measure].is_of_people for measure in counted)


def _activity_lines(old: Plain, new: Plain) -> Iterable[Plain]:
    now = {row["activity"]: row for row in new["activities"]}
    for row in old["activities"]:
        current = now.get(row["activity"])
        if current is None:
            continue
        pairs = {
            "held": (row["sessions"]["held"], current["sessions"]["held"]),
            "visits": (row["sessions"]["visits"], current["sessions"]["visits"]),
            "volunteer_turns": (row["volunteer_turns"], current["volunteer_turns"]),
        }
        for figure, (then, is_now) in pairs.items():
            if then != is_now:
                yield {
                    "kind": "activity",
                    "code": "",
                    "name": row["activity"],
                    "area": row["area"],
                    "figure": figure,
                    "unit": "",
                    "then": then,
                    "now": is_now,
                }


def _corrected_logs(plan: Plan, told: Plain, read_at: datetime, reopenings: list[Reopening]) -> list[Plain]:
    """Evenings that the pack covered and that were logged, corrected or moved after its figures were read."""
    first, last = _date(told["figures"]["period"]["from"]), _date(told["figures"]["as_of"])
    changes = SessionChange.objects.filter(plan=plan, changed_at__gte=read_at).select_related("session__activity")
    by_session: dict[int, list[SessionChange]] = {}
    for change in changes.order_by("changed_at", "pk"):
        by_session.setdefault(change.session_id, []).append(change)
    lines = []
    for rows in by_session.values():
        then, is_now = _outcome(rows[0].before), _outcome(rows[-1].after)
        days = {then["on"], is_now["on"]} - {None}
        if then == is_now or not any(first <= _date(day) <= last for day in days):
            continue
        lines.append(
            {
                "activity": rows[-1].session.activity.name,
                "on": then["on"] or is_now["on"],
                "then": then,
                "now": is_now,
                "corrected_on": _day(rows[-1].changed_at),
                "reason": _reason([row.changed_at for row in rows], reopenings),
            }
        )
    return sorted(lines, key=lambda line: (line["on"], line["activity"]))


def _reason(moments: Iterable[datetime], reopenings: list[Reopening]) -> str:
    """Why the figures were open when it was written; nothing for what was not locked."""
    found = [row.reason for moment in moments for row in reopenings if row.opened_at <= moment < row.ended_at]
    return "; ".join(dict.fromkeys(found))


def _outcome(data: dict[str, Any]) -> Plain:
    """What a log counts for. Theme, note and names stay where they are."""
    is_held = data.get("state") == SessionState.HELD
    total = data.get("heads_total")
    return {
        "on": data.get("date"),
        "state": data.get("state", SessionState.PLANNED.value),
        "visits": number(data.get("known_heads") if total is None else total) if is_held else None,
        "volunteer_turns": number(data.get("volunteer_turns")) if is_held else None,
    }


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()


def _date(iso: str) -> date:
    return date.fromisoformat(iso)
