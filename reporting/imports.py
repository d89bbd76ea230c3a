"""Importing in the browser: what can be imported, and what a preview and a result say about it.

The file is looked at before it is stored, so that nothing with a CPR number in it is ever kept. Files and previews
live as `StoredFile` for an hour; job rows hold counts and ids only.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from import_export.results import RowResult

from accounts.models import Plan, User
from activities.models import Activity
from jobs.models import StoredFile, store_file
from jobs.sheets import Outcome, Progress, RejectedRow, SheetResource, Workbook, read_workbook, run_import
from jobs.sheets.writing import rejects_workbook
from partners.imports import PartnerResource
from reporting.register_sheet import RegisterResource
from reporting.target_sheet import TargetResource
from residents.imports.attendance import attendance_resource
from residents.imports.log import LogResource

SHOWN = 100  # causes of rejection on the page; the workbook has every row
MOST_SPANS = 6  # of row numbers


@dataclass(frozen=True)
class ImportKind:
    """One kind of spreadsheet. `slug` stands in the address."""

    slug: str
    name: Promise
    what: Promise
    columns: str  # the headings that a sheet must or may have, as teams write them
    icon: str
    resource: Callable[..., SheetResource]
    asks_activity: bool = False


def _log(*, book: Workbook, plan: Plan, activity: Activity | None, by: User | None) -> SheetResource:
    return LogResource(plan=plan, by=by)


def _attendance(*, book: Workbook, plan: Plan, activity: Activity | None, by: User | None) -> SheetResource:
    return attendance_resource(book=book, plan=plan, activity=activity, by=by)


def _partners(*, book: Workbook, plan: Plan, activity: Activity | None, by: User | None) -> SheetResource:
    return PartnerResource(plan=plan)


def _targets(*, book: Workbook, plan: Plan, activity: Activity | None, by: User | None) -> SheetResource:
    return TargetResource(plan=plan, filename=book.filename, by=by)


def _register(*, book: Workbook, plan: Plan, activity: Activity | None, by: User | None) -> SheetResource:
    return RegisterResource(plan=plan, today=timezone.localdate(), by=by)


KINDS = {
    kind.slug: kind
    for kind in (
        ImportKind(
            "log",
            _("Log of evenings"),
            _("One row an evening: when, what, and how many came."),
            "Dato · Aktivitet · Status · Antal i alt · Heraf 13-17 år · Frivillige · Tema / bemærkning",
            "clipboard-list",
            _log,
        ),
        ImportKind(
            "fremmoede",
            _("Attendance"),
            _("A tab a month with people down and dates across, or a long list with a line a visit."),
            "Alias · Fødselsår · 06-01-2025 · 08-01-2025 …",
            "user-check",
            _attendance,
            asks_activity=True,
        ),
        ImportKind(
            "partnere",
            _("Partners and agreements"),
            _("One row an organisation, with its contact and what you agreed."),
            "Organisation · Type · Kontaktperson · E-mail · Indsatsområder · Aftale fra · Aftale til · "
            "Aftalen går ud på",
            "handshake",
            _partners,
        ),
        ImportKind(
            "maal",
            _("Targets"),
            _("One row an indicator, one column a year of the plan."),
            "Nr. · Indsatsområde · Mål (ordret) · Måles som · Aktivitet · 2023/24 · 2024/25 …",
            "target",
            _targets,
        ),
        ImportKind(
            "tal",
            _("Register figures and surveys"),
            _("One row a value: which target, which day or year, and where it comes from."),
            "Nr. · Dato · Værdi · Sammenlignet med · Kilde · Note",
            "chart-line",
            _register,
        ),
    )
}


def run_stored(
    *, kind: str, stored: StoredFile, plan: Plan, activity_id: int | None, by: User | None, is_check: bool,
    progress: Progress,
) -> Outcome:  # fmt: skip
    """Check or import a stored file. Raises SheetError when it cannot be read."""
    book = read_workbook(bytes(stored.content), stored.name)
    activity = Activity.objects.get(plan=plan, pk=activity_id) if activity_id else None
    return run_import(
        lambda: KINDS[kind].resource(book=book, plan=plan, activity=activity, by=by),
        book,
        is_check=is_check,
        progress=progress,
    )


def keep_account(*, plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """Store what a page shows of an outcome, and the rejected rows; returns counts and file ids for the job row."""
    details: dict[str, Any] = dict(outcome.counts())
    account = json.dumps(account_of(outcome), ensure_ascii=False).encode()
    details["account"] = store_file(plan_id=plan.pk, name="resultat.json", content=account).pk
    if outcome.rejected:
        details["rejects"] = store_file(
            plan_id=plan.pk, name="afviste-raekker.xlsx", content=rejects_workbook(outcome)
        ).pk
    return details


def account_of(outcome: Outcome) -> dict[str, Any]:
    """The outcome as plain data for the templates."""
    return {
        "rejected": reject_groups(outcome.invalid_rows)[:SHOWN],
        "in_portal": sum(row.in_portal for row in outcome.invalid_rows),
        "ignored": [{"sheet": total.sheet, "row": total.row, "text": total.text} for total in outcome.ignored[:SHOWN]],
        "unknown_columns": outcome.unknown_columns,
        "other_sheets": outcome.other_sheets,
        "notes": [str(line) for line in outcome.notes],
        "warnings": [str(line) for line in outcome.warnings],
        "changes": [_change(row) for row in outcome.rows],
    }


def reject_groups(rejected: Iterable[RejectedRow]) -> list[dict[str, Any]]:
    """Rejected rows and cells that share one cause, as one: the same reason in the same column of the same tab."""
    groups: dict[tuple[str, str, str], list[RejectedRow]] = {}
    for row in rejected:
        groups.setdefault((row.sheet, row.column, row.reason), []).append(row)
    return [
        {
            "sheet": sheet,
            "column": column,
            "reason": reason,
            "count": len(rows),
            "rows": number_ranges(row.number for row in rows),
            "is_cells": rows[0].place is not None,
            "in_portal": rows[0].in_portal,
        }
        for (sheet, column, reason), rows in groups.items()
    ]


def number_ranges(numbers: Iterable[int]) -> str:
    """ "3-5, 9" for 3, 4, 5 and 9; a long list ends with an ellipsis."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    words = [str(first) if first == last else f"{first}–{last}" for first, last in spans]
    return ", ".join(words[:MOST_SPANS]) + (" …" if len(words) > MOST_SPANS else "")


def _change(row: RowResult) -> dict[str, Any]:
    """One new or changed row: what it is about (date and activity, or who), and its facts before and after."""
    facts = row.diff.changes
    title = [change.after for change in facts[:2] if not change.before]
    return {
        "sheet": row.row_values["sheet"],
        "row": row.row_values["row"],
        "is_new": row.is_new(),
        "title": " · ".join(title),
        "facts": [
            {"heading": change.heading, "before": change.before, "after": change.after}
            for change in facts[len(title) :]
        ],
    }


def read_account(*, plan: Plan, details: dict[str, Any]) -> dict[str, Any] | None:
    """What `keep_account` stored, or None when its hour is over."""
    stored = StoredFile.objects.for_plan(plan.pk).filter(pk=details.get("account", 0)).first()
    return json.loads(bytes(stored.content)) if stored else None
