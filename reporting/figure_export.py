"""The figures of a plan as the `figures` command prints them: a fixed shape that users script (design §5)."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Plan
from accounts.periods import Period
from reporting.books import load_book
from reporting.figures import ActivityFigure, IndicatorFigure, activity_figure, indicator_figure
from reporting.measures import MEASURES
from reporting.plain import Plain

BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\x00")


def live_figures(*, plan: Plan, first: date, last: date, today: date, generated_at: datetime) -> dict[str, Any]:
    """The figures as they are now, from the sessions themselves: for the team."""
    period = Period(first, last)
    book = load_book(plan, [period], as_of=min(last, today), today=today, with_activity_people=True)
    activities = [activity_figure(book, activity, period) for activity in book.activities if activity.is_active]
    indicators = [indicator_figure(book, indicator, period) for indicator in book.indicators]
    return _document(
        plan,
        first,
        last,
        generated_at,
        [_live_activity(figure) for figure in activities],
        [_live_indicator(figure) for figure in indicators],
    )


def released_figures(
    *, plan: Plan, first: date, last: date, figure_set: Plain, released_at: datetime
) -> dict[str, Any]:
    """The same shape from a release: what the board may read, and nothing more."""
    names = {area["position"]: area["name"] for area in figure_set["areas"]}
    activities = [_released_activity(row, names) for row in figure_set["activities"]]
    return _document(
        plan, first, last, released_at, activities, [_released_indicator(r) for r in figure_set["indicators"]]
    )


def _document(
    plan: Plan, first: date, last: date, generated_at: datetime, activities: list[dict], indicators: list[dict]
) -> dict[str, Any]:
    return {
        "plan": plan.slug,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "generated_at": generated_at.isoformat(timespec="seconds"),
        "activities": activities,
        "indicators": indicators,
    }


def _live_activity(figure: ActivityFigure) -> dict[str, Any]:
    return {
        "activity": figure.activity.name,
        "focus_area": figure.activity.focus_area.name,
        "sessions_held": figure.counts.held,
        "cancelled": figure.counts.cancelled,
        "closed": figure.counts.closed,
        "unlogged": figure.counts.unlogged,
        "visits": figure.counts.visits,
        "mean_visits": plain_number(figure.mean_visits),
        "unique_min": figure.people.unique_min,
        "unique_max": figure.people.unique_max,
        "volunteer_turns": figure.volunteer_turns,
    }


def _live_indicator(figure: IndicatorFigure) -> dict[str, Any]:
    target = figure.target.value if figure.target else None
    return {
        "code": figure.indicator.code,
        "text": figure.indicator.text,
        "measure": figure.indicator.measure,
        "unit": figure.indicator.unit or str(MEASURES[figure.indicator.measure].unit),
        "value": plain_number(figure.value.low),
        "value_max": plain_number(figure.value.high),
        "target": plain_number(target),
        "expected": plain_number(figure.expected),
        "status": figure.status.value if figure.status else None,
        "completeness": plain_number(figure.completeness),
    }


def _released_activity(row: Plain, names: Mapping[str, str]) -> dict[str, Any]:
    sessions = row["sessions"]
    return {
        "activity": row["activity"],
        "focus_area": names[row["area"]],
        "sessions_held": plain_number(sessions["held"]),
        "cancelled": plain_number(sessions["cancelled"]),
        "closed": plain_number(sessions["closed"]),
        "unlogged": plain_number(sessions["unlogged"]),
        "visits": plain_number(sessions["visits"]),
        "mean_visits": plain_number(row["mean_visits"]),
        "unique_min": plain_number(row["unique_min"]),
        "unique_max": plain_number(row["unique_max"]),
        "volunteer_turns": plain_number(row["volunteer_turns"]),
    }


def _released_indicator(row: Plain) -> dict[str, Any]:
    sessions = row["sessions"]
    return {
        "code": row["code"],
        "text": row["text"],
        "measure": row["measure"],
        "unit": row["unit"] or str(MEASURES[row["measure"]].unit),
        "value": plain_number(row["value"]),
        "value_max": plain_number(row["value_max"]),
        "target": plain_number(row["target"]),
        "expected": plain_number(row["expected"]),
        "status": row["status"],
        "completeness": plain_number(sessions["completeness"]) if sessions else None,
    }


def plain_number(value: int | str | Decimal | None) -> int | float | None:
    """A JSON number, not rounded: whole ones without a point."""
    if value is None or isinstance(value, int):
        return value
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def as_json(document: dict[str, Any]) -> str:
    """One line, in the keys' own order."""
    return json.dumps(document, ensure_ascii=False)


def as_csv(document: dict[str, Any]) -> str:
    """One row per figure (kind; name; figure; value) with BOM, semicolons, decimal commas; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["kind", "name", "figure", "value"])
    for kind, key, rows in (
        ("activity", "activity", document["activities"]),
        ("indicator", "code", document["indicators"]),
    ):
        for row in rows:
            for figure, value in row.items():
                if figure != key:
                    writer.writerow([kind, safe_cell(row[key]), figure, safe_cell(value)])
    return BOM + out.getvalue()


def safe_cell(value: Any) -> str:
    """A cell that a spreadsheet shows and never computes; numbers with a decimal comma."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value).replace(".", ",")
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def as_table(document: dict[str, Any]) -> str:
    """For reading in a terminal."""
    parts = []
    for rows, columns in (
        (document["activities"], ["activity", "sessions_held", "unlogged", "visits", "mean_visits", "unique_min",
                                  "unique_max", "volunteer_turns"]),
        (document["indicators"], ["code", "text", "value", "value_max", "target", "expected", "status"]),
    ):  # fmt: skip
        lines = [columns, *([_short(row[column]) for column in columns] for row in rows)]
        widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
        parts.append(
            "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines)
        )
    return "\n\n".join(parts)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1f}"
    return "" if value is None else str(value)[:60]
