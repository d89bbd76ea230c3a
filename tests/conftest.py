"""What every test gets: a guard on logged errors, own cache keys, a browser, a real worker. Personas: factories."""

import itertools
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection, connections
from hypothesis import HealthCheck, settings

from tests.parts import REQUIRE_ALL, chromium_path, leave_out

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSER_FIXTURES = {"phone", "laptop", "page", "context", "browser"}
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "live", "worker_environment"}
# Files whose few tests take long begin, so that no process is left alone with one of them at the end.
LONG = ("tests/config/test_up.py", "tests/e2e/", "tests/test_access.py", "tests/config/test_seed_demo.py")

settings.register_profile(
    "portal",
    deadline=None,  # on a busy machine a slow example is no failure
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "25")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("portal")
_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs_errors: this test means to log an error")
    config.addinivalue_line("markers", "once: does not depend on the database; left out of the second run")
    config.addinivalue_line("markers", "postgresql: about PostgreSQL itself; left out of the run on SQLite")
    config.addinivalue_line("markers", "sqlite: about SQLite itself; left out of the run on PostgreSQL")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests in a browser, or without a database, run once; a database's own tests on it alone; emptied tables get back
    what the migrations ship."""
    others = [
        item for item in items if item.get_closest_marker("postgresql" if connection.vendor == "sqlite" else "sqlite")
    ]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]
    for item in items:
        names = getattr(item, "fixturenames", [])
        marker = item.get_closest_marker("django_db")
        if BROWSER_FIXTURES & set(names) or not (marker or DATABASE_FIXTURES & set(names)):
            item.add_marker("once")
        empties_tables = {"live_server", "transactional_db", "live"} & set(names)
        if empties_tables or (marker and marker.kwargs.get("transaction")):
            wanted = (marker.kwargs if marker else {}) | {"transaction": True, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(**wanted), append=False)
            names.insert(0, "shipped_rows_return")  # first, so that it ends last: after the tables were emptied
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With REQUIRE_ALL a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REQUIRE_ALL and reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = 1


class ErrorRecords(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "asyncio":
            return  # Playwright's own loop, about a request of a page that has been closed: the portal has none
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_logged_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that logs an error is broken, even when it looks right."""
    records = ErrorRecords()
    root = logging.getLogger()
    root.addHandler(records)
    yield
    root.removeHandler(records)
    if records.lines and not request.node.get_closest_marker("logs_errors"):
        pytest.fail("errors were logged:\n" + "\n".join(records.lines), pytrace=False)


@pytest.fixture(autouse=True)
def own_cache_keys() -> None:
    """Rate limits and cached figures of one test mean nothing to the next."""
    prefix = f"test-{os.getpid()}-{next(_numbers)}"
    django_settings.CACHES["default"]["KEY_PREFIX"] = prefix
    caches["default"].key_prefix = prefix


@pytest.fixture
def run_jobs(db: None) -> Callable[[], list[Any]]:
    """Do the queued jobs here and now, without a worker; returns them as they ended."""
    from jobs.models import Job, JobState
    from jobs.running import perform

    def run() -> list[Job]:
        ids = list(Job.objects.filter(state=JobState.QUEUED).order_by("pk").values_list("pk", flat=True))
        for job_id in ids:
            perform(job_id=job_id)
        return list(Job.objects.filter(pk__in=ids).order_by("pk"))

    return run


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Playwright's event loop gives its tests another connection object: it too must know what migrations shipped."""
    contents = getattr(connection, "_test_serialized_contents", None)
    if contents:
        type(connections["default"])._test_serialized_contents = contents


@pytest.fixture
def shipped_rows_return(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Put back what the migrations ship, for whatever test this process is handed next."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


# -- browser -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = chromium_path()
    if path is None:
        leave_out("no Chromium on this machine: browser tests")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's event loop runs in the tests' own thread
    return {"executable_path": path, "args": CHROMIUM_ARGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "da-DK", "timezone_id": "Europe/Copenhagen"}


class Live:
    """The site as a browser meets it: `live.url("/login/")`, `live.sign_in(page, user)`."""

    def __init__(self, address: str) -> None:
        self.address = address

    def url(self, path: str) -> str:
        return f"{self.address}{path}"

    def sign_in(self, page: Any, user: Any) -> None:
        """Sign in without the form: the form has tests of its own."""
        from django.test import Client

        client = Client()
        client.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.address}])


@pytest.fixture
def live(live_server: Any) -> Live:
    return Live(live_server.url)


@pytest.fixture
def phone(new_context: Any) -> Any:
    """A page on a 360 px phone with a touch screen."""
    return new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()


@pytest.fixture
def laptop(new_context: Any) -> Any:
    """A page on a laptop."""
    return new_context(viewport={"width": 1280, "height": 800}).new_page()


# -- a real worker -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def worker_environment(django_db_setup: None) -> dict[str, str]:
    """Environment variables with which another process works on this run's test database and queue."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        login = f"{database['USER']}:{database['PASSWORD']}@" if database["PASSWORD"] else f"{database['USER']}@"
        url = f"postgresql://{login}{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PORTAL_TESTS_OWN_FOLDER": "",
    }


StartWorker = Callable[..., subprocess.Popen[bytes]]


@contextmanager
def _workers(environment: dict[str, str], folder: Path) -> Iterator[StartWorker]:
    """Start any number of real workers on the test database and queue; stop them all at the end."""
    if django_settings.CELERY_BROKER_URL.startswith("memory"):
        leave_out("no queue that two processes share (REDIS_URL): tests with a real worker")
    processes: list[subprocess.Popen[bytes]] = []

    def start(**variables: str) -> subprocess.Popen[bytes]:
        log = folder / f"worker-{len(processes)}.log"
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "solo", "-l", "INFO", "--purge"]
        command += ["-n", f"w{len(processes)}-{os.getpid()}@%h", "-I", "tests.jobs.kinds"]
        with log.open("wb") as output:
            processes.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=environment | variables, stdout=output, stderr=subprocess.STDOUT
                )
            )
        deadline = time.monotonic() + 40
        while b" ready." not in log.read_bytes() and processes[-1].poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert b" ready." in log.read_bytes(), log.read_text()
        return processes[-1]

    try:
        yield start
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def start_worker(worker_environment: dict[str, str], tmp_path: Path) -> Iterator[StartWorker]:
    """Start a real Celery worker for this test alone: `start_worker(JOB_STALE_SECONDS="2")`."""
    with _workers(worker_environment, tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def celery_worker_process(
    worker_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker on the test database: jobs that a transactional test enqueues are done by it."""
    with _workers(worker_environment, tmp_path_factory.mktemp("worker")) as start:
        yield start()
