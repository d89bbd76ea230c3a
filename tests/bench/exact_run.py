"""`python -m tests.bench.exact_run PLAN SESSION`: ten thousand random edits, deletions, moves, then every figure twice.

The edits go through the portal's own functions; the figures are compared with plain SQL over the rows (`recount`), and
people by area and quarter with a COUNT(DISTINCT) that knows nothing of the portal. On the session, bare ticks were
written without its count being kept; they are taken away first. Prints one line of JSON.
"""

import json
import sys
from datetime import timedelta
from random import Random
from time import perf_counter

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Plan, User  # noqa: E402
from accounts.periods import plan_periods  # noqa: E402
from activities.models import Session  # noqa: E402
from partners.models import focus_areas  # noqa: E402
from reporting.recount import recount_plan  # noqa: E402
from residents.attendance import answer_questions, ask, move_session, record_attendance  # noqa: E402
from residents.models import Attendance, Participant  # noqa: E402

EDITS = 10_000
MOVES = 60


def main(slug: str, bare_ticks: str) -> None:
    plan = Plan.objects.get(slug=slug)
    Attendance.objects.filter(plan=plan, session_id=bare_ticks).delete()
    today = timezone.localdate()
    started = perf_counter()
    edits = edit(plan, today)
    edit_seconds = perf_counter() - started
    seconds, mine = by_the_portal(plan, today)
    raw_seconds, raw = by_hand(plan, today)
    started = perf_counter()
    outcome = recount_plan(plan, today=today)
    json.dump(
        {
            "edits": edits,
            "edit_seconds": edit_seconds,
            "cells": len(mine),
            "cells_differ": sum(mine[cell] != raw.get(cell, 0) for cell in mine),
            "figures": outcome.figures,
            "figures_differ": len(outcome.differences),
            "cells_seconds": seconds,
            "raw_seconds": raw_seconds,
            "recount_seconds": perf_counter() - started,
        },
        sys.stdout,
    )


def edit(plan: Plan, today) -> int:
    """Ticks on and off, whole lists emptied, evenings moved to another day."""
    random = Random(3)
    user = User.objects.filter(memberships__plan=plan, memberships__role="staff").first()
    people = list(Participant.objects.filter(plan=plan).order_by("pk").values_list("pk", flat=True)[:400])
    evenings = list(Session.objects.for_plan(plan).held().filter(date__lt=today, is_sensitive=False).order_by("pk"))
    edits = 0
    while edits < EDITS:
        session = random.choice(evenings)
        present = [] if random.random() < 0.1 else random.sample(people, 50)
        done = record_attendance(session=session, present=present, by=user, today=today)
        edits += len(done.added) + len(done.removed)
    for session in random.sample(evenings, MOVES):
        session.refresh_from_db()
        move_session(session=session, day=session.date - timedelta(days=random.randrange(1, 200)), by=user, today=today)
    return edits


def by_the_portal(plan: Plan, today) -> tuple[float, dict[tuple[int, str], int]]:
    """Known people by focus area and quarter: one question each, all at once."""
    quarters = [period for period in plan_periods(plan, "quarter") if period.first <= today]
    cells = [(area.pk, quarter) for area in focus_areas(plan) for quarter in quarters]
    started = perf_counter()
    of_area: dict[int, list[int]] = {}
    for activity, area in plan.activities.values_list("pk", "focus_area"):
        of_area.setdefault(area, []).append(activity)
    questions = [ask(of_area.get(area, []), quarter.first, quarter.last) for area, quarter in cells]
    answers = answer_questions(plan, questions)
    seconds = perf_counter() - started
    return seconds, {
        (area, quarter.first.isoformat()): answer.known for (area, quarter), answer in zip(cells, answers, strict=True)
    }


def by_hand(plan: Plan, today) -> tuple[float, dict[tuple[int, str], int]]:
    """The same from the evenings themselves, one statement a quarter."""
    found: dict[tuple[int, str], int] = {}
    started = perf_counter()
    with connection.cursor() as cursor:
        for quarter in plan_periods(plan, "quarter"):
            cursor.execute(
                "SELECT act.focus_area_id, COUNT(DISTINCT a.participant_id) FROM residents_attendance a"
                " JOIN activities_session s ON s.id = a.session_id"
                " JOIN activities_activity act ON act.id = s.activity_id"
                " WHERE s.plan_id = %s AND s.state = 'held' AND s.date BETWEEN %s AND %s GROUP BY act.focus_area_id",
                [plan.pk, quarter.first, quarter.last],
            )
            found |= {(area, quarter.first.isoformat()): people for area, people in cursor.fetchall()}
    return perf_counter() - started, found


if __name__ == "__main__":
    main(*sys.argv[1:])
