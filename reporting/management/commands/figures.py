import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Plan, Role
from accounts.permissions import has_plan_permission
from reporting.figure_export import as_csv, as_json, as_table, live_figures, released_figures
from reporting.releases import latest_release, read_release

FORMATS = {"json": as_json, "csv": as_csv, "table": as_table}
NOTHING_READ = 2


def iso_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a date such as 2025-01-31.") from None


class Command(BaseCommand):
    help = (
        "Prints the figures of a plan from one day to another, both inclusive (default: the plan's own days). The "
        "team's roles read the live figures; --as board or administrator reads the release of exactly that period. "
        "Exit code 2 when there is no such plan or release."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", help="the plan's slug")
        parser.add_argument("--from", dest="first", type=iso_date, metavar="DATE")
        parser.add_argument("--to", dest="last", type=iso_date, metavar="DATE")
        parser.add_argument("--as", dest="role", choices=Role.values, default=Role.PROJECT_MANAGER)
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *args: Any, plan: str, first: date | None, last: date | None, role: str, **options: Any) -> None:
        found = Plan.objects.filter(slug=plan).first()
        if found is None:
            self.give_up(f"There is no plan {plan}.")
        first, last = first or found.starts_on, last or found.ends_on
        if first > last:
            self.give_up("The first day must not come after the last.")
        if has_plan_permission(role, "figures.draft"):
            now = timezone.localtime()
            document = live_figures(plan=found, first=first, last=last, today=now.date(), generated_at=now)
        elif has_plan_permission(role, "releases.view"):
            release = latest_release(found, first, last)
            if release is None:
                self.give_up(f"No figures are released for {first} to {last}.")
            document = released_figures(
                plan=found,
                first=first,
                last=last,
                figure_set=read_release(release),
                released_at=timezone.localtime(release.released_at),
            )
        else:
            self.give_up(f"The role {role} reads no figures.")
        self.stdout.write(FORMATS[options["format"]](document))

    def give_up(self, reason: str) -> NoReturn:
        self.stderr.write(reason)
        sys.exit(NOTHING_READ)
