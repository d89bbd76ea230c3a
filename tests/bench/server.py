"""gunicorn on loopback with the portal inside, as production runs it: two workers."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4


def free_port(*candidates: int) -> int:
    for port in candidates:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) != 0:
                return port
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


class Server:
    """Started on entry, stopped on exit by its own pid."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment = {**environment, "MALLOC_ARENA_MAX": "1"}  # as deploy/systemd sets it
        self.log = log
        self.port = free_port(8081, 8082, 8083)
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Server":
        command = [
            sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{self.port}", "--workers", str(WORKERS),
            "--threads", str(THREADS), "--worker-class", "gthread", "--keep-alive", "30", "--log-level", "error",
        ]  # fmt: skip
        with self.log.open("ab") as log:  # both streams: standard output is for the benchmarks' own lines
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-2000:]}")
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
                connection.request("GET", "/healthz/")
                connection.getresponse().read()
            except OSError:
                time.sleep(0.2)
            else:
                return self
        raise RuntimeError("the server did not answer within 40 seconds")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def forget_peak(self) -> None:
        """From now on `peak_memory` tells the highest since now."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if f"PPid:\t{self.process.pid}\n" in (entry / "status").read_text():
                    (entry / "clear_refs").write_text("5")
            except OSError:  # gone in the meantime
                continue

    def peak_memory(self) -> float:
        """MB: the highest resident set that any worker has had (VmHWM)."""
        peaks = [0.0]
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                status = (entry / "status").read_text()
            except OSError:  # gone in the meantime
                continue
            fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
            if int(fields["PPid"]) == self.process.pid and "VmHWM" in fields:
                peaks.append(int(fields["VmHWM"].split()[0]) / 1024)
        return max(peaks)


def own_peak_memory() -> float:
    """MB: the highest resident set of this process. (`getrusage` would tell its parent's, if that was more.)"""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def run_python(*arguments: str, environment: dict[str, str]) -> str:
    """A Python of its own for what needs other settings; its standard output."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def bench_environment(database_url: str, **more: str) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings", "DATABASE_URL": database_url, **more}
