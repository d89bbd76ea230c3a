"""One command for a portal on this machine: database, demo plan, web server and worker, stopped together."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Plan
from config.demo.people import DOMAIN, LOGINS, PASSWORD

HOST = "127.0.0.1"
NOISE = "You're running the worker with superuser privileges"  # a trial as root, on loopback
STOP_WITHIN = 15  # seconds; a job that is cut off is taken up again at the next start


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the processes that make the portal."""

    name: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Ask it to end; the others are asked at the same time."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)

    def end(self, *, deadline: float) -> None:
        """Wait for its end, and then make sure that none of its own children is left."""
        with suppress(subprocess.TimeoutExpired):  # the kill below reaches it
            self.process.wait(timeout=max(deadline - time.monotonic(), 0.1))
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()


class Command(BaseCommand):
    help = "Migrates, seeds the demo plan into an empty database (unless DEMO=0), and serves until Ctrl-C."
    requires_migrations_checks = False

    def handle(self, *args: object, **options: object) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "`up` is for the embedded set-up. In production run gunicorn, worker and beat as services."
            )
        port = self.free_port()
        lock = self.lock_data_folder()
        self.stopping = False
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signal_number, self.note_stop)
        call_command("migrate", verbosity=0, interactive=False)
        demo = self.prepare_demo()
        exit_code = 0 if self.stopping else self.serve(port=port, environment=self.environment(demo=demo))
        lock.close()
        sys.exit(exit_code)

    def note_stop(self, signal_number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def free_port(self) -> int:
        """The port of PORT, if nobody listens there yet."""
        wanted = os.environ.get("PORT", "").strip() or "8000"
        if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
            raise CommandError(f"PORT must be a number between 1 and 65535, not {wanted!r}.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, int(wanted)))
            except OSError as error:
                raise CommandError(
                    f"Port {wanted} cannot be used ({error.strerror}). Choose another: PORT=8001"
                ) from None
        return int(wanted)

    def lock_data_folder(self) -> IO[str]:
        """Two workers and two schedules on one data folder would do everything twice."""
        lock = (settings.DATA_FOLDER / "up.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError("This portal is already running on the same database.") from None
        return lock

    def prepare_demo(self) -> bool:
        """Seed an empty database. Tells whether the demo logins are to work: never beside a real plan."""
        if os.environ.get("DEMO", "1").strip().lower() in ("0", "false", "no", "off"):
            return False
        if not Plan.objects.exists():
            print("First start: making the demo plan ...", flush=True)
            # A process of its own: settings read DEMO once, and the memory is given back.
            seeding = [sys.executable, sys.argv[0], "seed_demo"]
            failed = subprocess.run(seeding, env={**os.environ, "DEMO": "1"}, check=False).returncode
            if failed and not self.stopping:
                raise CommandError("The demo plan could not be made. DEMO=0 starts without it.")
        return Plan.objects.exists() and not Plan.objects.filter(is_demo=False).exists()

    def environment(self, *, demo: bool) -> dict[str, str]:
        """What the parts are told; they run in the project's folder, so a relative database path is spelt out."""
        return {**os.environ, "DEMO": str(int(demo)), "DATABASE_URL": settings.ENVIRONMENT.database_url}

    def serve(self, *, port: int, environment: dict[str, str]) -> int:
        """Run web and worker until asked to stop, or until one of them ends by itself."""
        web = ["gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", "--workers", "1", "--threads", "8"]
        web += ["--no-control-socket", "--log-level", "warning", "--graceful-timeout", "5"]
        worker = ["celery", "--quiet", "-A", "config", "worker", "-P", "solo", "-B", "-l", "WARNING"]
        worker += ["-s", str(settings.DATA_FOLDER / "beat-schedule"), "--without-gossip", "--without-mingle"]
        parts = [self.start(name="web", command=web, environment=environment)]
        parts.append(self.start(name="worker", command=worker, environment=environment))
        announced, ended = False, None
        while not self.stopping and ended is None:
            ended = next((part for part in parts if part.process.poll() is not None), None)
            if not announced and answers(port=port):
                self.announce(port=port, demo=environment["DEMO"] == "1")
                announced = True
            time.sleep(0.2)
        for part in parts:
            part.stop()
        deadline = time.monotonic() + STOP_WITHIN
        for part in parts:
            part.end(deadline=deadline)
        if ended is None:
            print("Stopped.", flush=True)
            return 0
        self.stderr.write(
            f"The {ended.name} process ended by itself (code {ended.process.returncode}); stopped the rest."
        )
        return 1

    def start(self, *, name: str, command: list[str], environment: dict[str, str]) -> Part:
        """Start a part in a session of its own, so that Ctrl-C reaches only us and we stop all in order."""
        process = subprocess.Popen(
            [sys.executable, "-W", f"ignore:{NOISE}", "-m", *command],
            cwd=settings.BASE_DIR,
            env=environment,
            start_new_session=True,
        )
        return Part(name=name, process=process)

    def announce(self, *, port: int, demo: bool) -> None:
        """Say where the portal is, and how to get in."""
        print(f"\n  The portal is on  http://{HOST}:{port}/\n", flush=True)
        if demo:
            print(f"  Demo logins, password {PASSWORD}:", flush=True)
            for mailbox, _name, role in LOGINS:
                print(f"    {mailbox + '@' + DOMAIN:<26} {role}", flush=True)
        print("\n  Ctrl-C stops it.", flush=True)


def answers(*, port: int) -> bool:
    """Does the web server answer yet?"""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
