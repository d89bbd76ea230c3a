"""`manage.py seed_demo`: an invented plan to look around in."""

from argparse import ArgumentParser
from datetime import date, timedelta
from time import monotonic

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts.models import Plan, User
from activities.models import Session, SessionState
from config.demo.herredsvang import SLUG, build_herredsvang
from config.demo.nation import build_nation
from config.demo.people import DOMAIN, LOGINS, PASSWORD
from config.demo.removal import remove_demo

SMALL_HISTORY = timedelta(weeks=10)


class Command(BaseCommand):
    help = "Builds the demo plan (Herredsvang). The same seed and day always give the same plan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--size",
            choices=["small", "plan", "nation"],
            default="plan",
            help="small: the last ten weeks; plan: all up to today; nation: 51 plans, ten years (PostgreSQL)",
        )
        parser.add_argument("--seed", type=int, default=1, help="another number gives other evenings")
        parser.add_argument("--without-logs", action="store_true", help="plan and activities, but no past sessions")
        parser.add_argument("--flush", action="store_true", help="remove demo plans and accounts first")
        parser.add_argument("--remove", action="store_true", help="remove demo plans and accounts, and stop there")
        parser.add_argument("--today", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
        parser.add_argument("--scale", type=float, default=1.0, help="share of the nation's rows, for a trial run")

    def handle(self, *args, **options) -> None:
        started = monotonic()
        today = options["today"] or timezone.localdate()
        if not options["remove"] and Plan.objects.filter(is_demo=False).exists():
            raise CommandError("There is a real plan here. The demo never mixes with it; use another database.")
        if options["flush"] or options["remove"]:
            plans, accounts = remove_demo()
            self.stdout.write(f"Removed {plans} demo plans and {accounts} demo accounts.")
            if options["remove"]:
                return
        if Plan.objects.filter(slug=SLUG).exists():
            self.leave_as_it_is(without_logs=options["without_logs"], today=today)
            return
        nation = options["size"] == "nation"
        if nation and connection.vendor != "postgresql":
            raise CommandError("The nation needs PostgreSQL (DATABASE_URL): thirty million rows are no job for SQLite.")
        built = build_herredsvang(
            today=today,
            seed=options["seed"],
            with_logs=not options["without_logs"],
            with_accounts=settings.ENVIRONMENT.loopback,
            history_from=today - SMALL_HISTORY if options["size"] == "small" else None,
        )
        self.stdout.write(
            f"Herredsvang: {built.activities} activities, {built.sessions} sessions, {built.attendances} attendances "
            f"({monotonic() - started:.1f} s)."
        )
        if nation:
            self.add_nation(today=today, seed=options["seed"], scale=options["scale"])
        if built.accounts:
            names = ", ".join(f"{mailbox}@" for mailbox, _name, _role in LOGINS)
            self.stdout.write(f"Log in (while DEMO=1) as {names} + {DOMAIN}, password: {PASSWORD}")

    def leave_as_it_is(self, *, without_logs: bool, today: date) -> None:
        """The demo is there already. Say so; refuse when it is not the one that was asked for."""
        logged = Session.objects.filter(plan__slug=SLUG, date__lt=today).exclude(state=SessionState.PLANNED)
        if without_logs and logged.exists():
            raise CommandError("The demo plan is here already, with logs. Add --flush to build it anew.")
        self.stdout.write("The demo plan is here already; nothing was changed. Add --flush to build it anew.")

    def add_nation(self, *, today: date, seed: int, scale: float) -> None:
        """The other fifty plans; the project manager's login is a member of them all."""
        started = monotonic()
        owner = User.objects.filter(is_demo=True, email=f"{LOGINS[0][0]}@{DOMAIN}").first()
        report = build_nation(today=today, seed=seed, scale=scale, owner=owner, say=self.stdout.write)
        self.stdout.write(f"Sessions by COPY: {report.sessions}.")
        self.stdout.write(f"Attendances by COPY: {report.attendances}.")
        self.stdout.write(f"Keys and indexes built and checked afterwards: {report.rebuild.seconds:.0f} s.")
        rows, seconds = report.attendances.rows + report.sessions.rows, monotonic() - started
        self.stdout.write(f"{report.plans + 1} plans, {rows:,} rows in {seconds:.0f} s: {rows / seconds:,.0f} rows/s.")
