"""Embedded, or all of production, or a clear refusal."""

import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import read_environment

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "k8Jr2-QpXw7_vTn4zLs9Yb6Hd3Gf1Mc5Ra0Ue-Oi_WqZxNyBtKj",
    "ALLOWED_HOSTS": "portal.example.org",
    "DATABASE_URL": "postgresql://portal@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
MAIL = {"EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587"}
TRIGGERS = {"ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"}
HALVES = [
    names for size in range(1, 4) for names in combinations(sorted(COMPLETE), size) if TRIGGERS & set(names)
]  # fmt: skip


def own_environment(**variables):
    """This process's environment without anything that configures the portal, and then these."""
    ours = {*COMPLETE, "CACHE_URL", "EMAIL_URL", "DEMO", "DEBUG", "PORT", "DJANGO_SETTINGS_MODULE", "PORTAL_PROCESS"}
    ours.add("DJANGO_ALLOW_ASYNC_UNSAFE")  # set for a browser's tests in this process (tests/conftest.py)
    return {name: value for name, value in os.environ.items() if name not in ours} | variables


def run(*command, **variables):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=own_environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_nothing_set_is_embedded_beside_the_code(tmp_path):
    environment = read_environment(variables={}, base_dir=tmp_path)

    assert environment.embedded is True
    assert environment.database_url == f"sqlite:///{tmp_path}/var/portal.db"
    assert environment.data_folder == tmp_path / "var"
    assert environment.https is False


def test_sqlite_address_keeps_the_data_beside_the_database_file(tmp_path):
    address = f"sqlite:///{tmp_path}/here/portal.db"

    environment = read_environment(variables={"DATABASE_URL": address, "SECRET_KEY": ""}, base_dir=tmp_path / "code")

    assert (environment.database_url, environment.data_folder) == (address, tmp_path / "here")


def test_embedded_key_is_made_once_and_is_the_owners_only(tmp_path):
    first, second = (read_environment(variables={}, base_dir=tmp_path).secret_key for _ in range(2))

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("given", HALVES, ids="+".join)
def test_half_of_production_is_refused_and_names_each_missing_variable(given, tmp_path):
    with pytest.raises(ImproperlyConfigured) as refused:
        read_environment(variables={name: COMPLETE[name] for name in given}, base_dir=tmp_path)

    told = str(refused.value).partition("missing: ")[2].partition(". Unset")[0]
    assert {part.partition(" ")[0] for part in told.split(", ")} == set(COMPLETE) - set(given)
    assert "\n" not in str(refused.value)


def test_all_of_production_is_accepted(tmp_path):
    environment = read_environment(variables=COMPLETE, base_dir=tmp_path)

    assert (environment.embedded, environment.https, environment.allowed_hosts) == (False, True, ["portal.example.org"])


def test_production_on_loopback_needs_no_tls(tmp_path):
    environment = read_environment(variables=COMPLETE | {"ALLOWED_HOSTS": "localhost,127.0.0.1"}, base_dir=tmp_path)

    assert (environment.embedded, environment.https) == (False, False)


@pytest.mark.parametrize("name", ["DEMO", "DEBUG"])
def test_demo_and_debug_are_for_loopback_only(name, tmp_path):
    with pytest.raises(ImproperlyConfigured, match=f"^{name} may only be on"):
        read_environment(variables=COMPLETE | {name: "1"}, base_dir=tmp_path)

    assert read_environment(variables={"DEMO": "1"}, base_dir=tmp_path).demo is True


def test_another_database_is_refused(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="not with mysql:"):
        read_environment(variables={"DATABASE_URL": "mysql://localhost/portal"}, base_dir=tmp_path)


@pytest.mark.once
@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "migrate"],
        ["manage.py", "up"],
        ["-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket"],
        ["-m", "celery", "-A", "config", "worker"],
        ["-m", "celery", "-A", "config", "beat"],
    ],
    ids=["migrate", "up", "gunicorn", "worker", "beat"],
)
def test_every_process_refuses_half_of_production_in_one_line(command):
    done = run(*command, REDIS_URL="redis://127.0.0.1:6379/0", SECRET_KEY="x" * 60)

    said = [line for line in done.stderr.splitlines() if line.startswith("Production needs")]
    assert said == [
        "Production needs SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL and REDIS_URL together; missing: ALLOWED_HOSTS, "
        "DATABASE_URL (postgresql://...). Unset the others to run embedded on SQLite."
    ]
    assert done.returncode != 0
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.once
def test_complete_production_passes_the_deployment_check(tmp_path):
    ledger = {"ERASURE_LEDGER": str(tmp_path / "erasures.jsonl")}  # its folder must be there, as the check says
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **COMPLETE, **MAIL, **ledger)

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


@pytest.mark.once
def test_embedded_passes_the_check_and_is_told_apart_under_deploy(tmp_path):
    address = f"sqlite:///{tmp_path}/portal.db"

    assert run("manage.py", "check", DATABASE_URL=address).returncode == 0
    assert "config.W001" in run("manage.py", "check", "--deploy", DATABASE_URL=address).stderr


@pytest.mark.once
def test_only_the_web_pools_its_connections():
    show = "from django.conf import settings; d = settings.DATABASES['default']; print(d['CONN_MAX_AGE'], d['OPTIONS'])"
    environment = {**COMPLETE, "DJANGO_SETTINGS_MODULE": "config.settings"}

    web = run("-c", f"import config.wsgi; {show}", **environment, DB_POOL_SIZE="3").stdout
    worker = run("-c", f"import config.celery; {show}", **environment, DB_POOL_SIZE="3").stdout

    assert "'max_size': 3" in web
    assert web.startswith("0 ")
    assert worker == "60 {}\n"


@pytest.mark.once
def test_logs_of_production_hold_the_place_of_an_error_but_not_its_words():
    code = (
        "import logging, config.wsgi\n"
        "try:\n    raise ValueError('Key (alias)=(Ali)')\n"
        "except ValueError:\n    logging.getLogger('portal').exception('import broke', extra={'job': 7})"
    )
    line = run("-c", code, **COMPLETE).stdout

    assert '"message": "import broke", "job": 7, "exception": "ValueError", "frames": ["<string>:3 <module>"]' in line
    assert "Ali" not in line


@pytest.mark.once
def test_logs_of_the_worker_do_not_quote_an_exception_either():
    code = (
        "import config.wsgi\n"
        "from celery import shared_task\n"
        "@shared_task\n"
        "def broken(): raise ValueError('Key (alias)=(Ali)')\n"
        "broken.apply()"
    )
    done = run("-c", code, **COMPLETE, DJANGO_SETTINGS_MODULE="config.settings")

    assert '"logger": "celery.app.trace", "message": "Task portal.broken[' in done.stdout
    assert '"exception": "ValueError"' in done.stdout
    assert "Ali" not in done.stdout + done.stderr
