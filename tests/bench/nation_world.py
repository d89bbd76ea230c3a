"""Fifty-one plans with 31 million attendances, and what their boards have been given. PostgreSQL only; some minutes."""

import os
import sys
from datetime import timedelta
from time import monotonic

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Membership, Plan, Role, User
from accounts.periods import add_months
from reporting.releases import release_figures
from residents.models import Attendance

SCALE = float(os.environ.get("BENCH_SCALE", "1"))


def make_nation() -> dict[str, object]:
    """The plans of `seed_demo --size nation`, two releases of each; a reader on one board, and one of all plans."""
    today = timezone.localdate()
    call_command("seed_demo", size="nation", scale=SCALE, stdout=sys.stderr)
    plans = list(Plan.objects.order_by("slug"))
    started = monotonic()
    for plan in plans:
        for first in (add_months(today.replace(day=1), -1), today.replace(day=1)):
            release_figures(plan=plan, as_of=first - timedelta(days=1), today=first)
    print(f"Releases of {len(plans)} plans in {monotonic() - started:.0f} s.", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    one = Plan.objects.get(slug="birkelunden")
    board = User.objects.create_user("styregruppe@nation.example", "demo", name="Styregruppe")
    Membership.objects.create(plan=one, user=board, role=Role.BOARD)
    country = User.objects.create_superuser("land@nation.example", "demo", name="Land")
    return {
        "plan": one.slug,
        "plans": len(plans),
        "rows": Attendance.objects.count(),
        "users": {"styregruppe": board, "land": country},
    }
