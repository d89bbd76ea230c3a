"""The parts of a full test run that a machine may lack, and what happens then."""

import os
import shutil
import socket
from typing import NoReturn
from urllib.parse import urlsplit

import pytest

REQUIRE_ALL = os.environ.get("REQUIRE_ALL", "") not in ("", "0")
DATABASE_CANDIDATES = (
    os.environ.get("TEST_DATABASE_URL", ""),
    "postgresql://portal:portal@127.0.0.1:5432/portal",
    "postgresql://postgres@127.0.0.1:5432/postgres",
)
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/14")


def leave_out(reason: str) -> NoReturn:
    """Skip the test, naming the missing part; with REQUIRE_ALL=1 that is a failure."""
    if REQUIRE_ALL:
        pytest.fail(f"left out, and REQUIRE_ALL is set: {reason}", pytrace=False)
    pytest.skip(reason)


def chromium_path() -> str | None:
    """Debian's Chromium: Playwright's own download is not needed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def reachable_database() -> str | None:
    """The first PostgreSQL address that lets us in."""
    import psycopg

    for url in filter(None, DATABASE_CANDIDATES):
        try:
            with psycopg.connect(url, connect_timeout=3):
                return url
        except psycopg.OperationalError:
            continue
    return None


def reachable_redis() -> str | None:
    """The Redis to test with, when it answers."""
    address = urlsplit(REDIS_URL)
    try:
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 6379), timeout=2):
            return REDIS_URL
    except OSError:
        return None
