"""`manage.py up`: real processes on a real port."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from tests.config.test_environment import ROOT, own_environment

pytestmark = pytest.mark.once


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """An empty portal's database, made once; only the demo's own test begins from nothing."""
    database = tmp_path_factory.mktemp("migrated") / "portal.db"
    environment = own_environment(DATABASE_URL=f"sqlite:///{database}")
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    return database


@pytest.fixture
def up(tmp_path, port):
    """Start `up` with these variables; whatever is left of it at the end is killed."""
    started = []

    def start(database=None, **variables):
        if database:
            shutil.copy(database, tmp_path / "portal.db")
        environment = own_environment(DATABASE_URL=f"sqlite:///{tmp_path}/portal.db", PORT=str(port), **variables)
        output = (tmp_path / "up.log").open("wb")
        command = [sys.executable, "manage.py", "up"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT))
        output.close()
        return started[-1]

    yield start
    for process in started:  # first, so that it starts no part while they are ended
        process.kill()
        process.wait()
    while left := parts(tmp_path, port):  # a worker that was just starting may still part from its schedule
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)


def parts(folder, port):
    """The process ids of web, worker and schedule, by what only their command lines have."""
    listed = subprocess.run(["ps", "-wwAo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.strip().split(maxsplit=1) for line in listed.splitlines()]
    ours = (f"--bind 127.0.0.1:{port}", f"-s {folder}/beat-schedule")
    return [int(row[0]) for row in rows if len(row) == 2 and any(mark in row[1] for mark in ours)]


def wait_for_text(folder, text, process, *, seconds=60):
    deadline = time.monotonic() + seconds
    log = folder / "up.log"
    while text not in log.read_text() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert text in log.read_text(), log.read_text()


def health(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/", timeout=10) as answer:
            return answer.status, json.load(answer)["failing"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["failing"]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_up_serves_until_it_is_stopped_and_leaves_no_orphans(up, migrated, tmp_path, port, stop):
    process = up(migrated, DEMO="0")
    wait_for_text(tmp_path, f"http://127.0.0.1:{port}/", process)
    deadline = time.monotonic() + 40
    while health(port) != (200, []) and time.monotonic() < deadline:
        time.sleep(0.3)

    assert health(port) == (200, [])
    assert len(parts(tmp_path, port)) >= 3
    process.send_signal(stop)
    assert process.wait(timeout=30) == 0
    assert parts(tmp_path, port) == []
    assert "Demo logins" not in (tmp_path / "up.log").read_text()


def test_up_stops_the_rest_when_one_part_dies(up, migrated, tmp_path, port):
    process = up(migrated, DEMO="0")
    wait_for_text(tmp_path, f"http://127.0.0.1:{port}/", process)

    web = next(pid for pid in parts(tmp_path, port) if b"gunicorn" in _command_line(pid))
    os.kill(web, signal.SIGKILL)

    assert process.wait(timeout=30) == 1
    assert "The web process ended by itself" in (tmp_path / "up.log").read_text()
    assert parts(tmp_path, port) == []


def _command_line(pid):
    return subprocess.run(["ps", "-ww", "-p", str(pid), "-o", "args="], capture_output=True, check=True).stdout


def test_up_makes_the_demo_plan_and_tells_its_logins(up, tmp_path, port):
    process = up()

    wait_for_text(tmp_path, "Ctrl-C stops it.", process, seconds=120)
    log = (tmp_path / "up.log").read_text()
    assert "Demo logins, password demo:" in log
    assert "leder@demo.example" in log


def test_up_names_a_port_that_is_taken(up, tmp_path, port):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        process = up(DEMO="0")

        assert process.wait(timeout=30) == 1

    assert (tmp_path / "up.log").read_text() == (
        f"CommandError: Port {port} cannot be used (Address already in use). Choose another: PORT=8001\n"
    )
