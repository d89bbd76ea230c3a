"""A fresh database for each engine and size, dropped afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.bench.server import bench_environment, run_python
from tests.parts import reachable_database, reachable_redis

REDIS_URL = os.environ.get("BENCH_REDIS_URL", "")


def engines() -> tuple[list[str], list[str]]:
    """The engines to measure, and a sentence for each that is left out."""
    wanted = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    left_out = []
    if "postgresql" in wanted and not (reachable_database() and (REDIS_URL or reachable_redis())):
        wanted.remove("postgresql")
        left_out.append(
            "PostgreSQL: no PostgreSQL with Redis answers on this machine (TEST_DATABASE_URL, TEST_REDIS_URL)"
        )
    return wanted, left_out


@contextmanager
def fresh_database(engine: str, size: str) -> Iterator[tuple[dict[str, str], Path]]:
    """The environment of processes that work on it, and a folder for their files."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        if engine == "sqlite":
            environment = bench_environment(f"sqlite:///{folder}/portal.db")
            environment.pop("REDIS_URL", None)
            run_python("manage.py", "migrate", "-v0", "--skip-checks", environment=environment)
            yield environment, Path(folder)
            return
        with postgresql_database(f"portal_bench_{size.lower()}") as url:
            environment = bench_environment(
                url,
                REDIS_URL=REDIS_URL or reachable_redis() or "",
                SECRET_KEY="only-for-benchmarks",
                ALLOWED_HOSTS="127.0.0.1,localhost",
                DATA_FOLDER=folder,
            )
            run_python("manage.py", "migrate", "-v0", "--skip-checks", environment=environment)
            yield environment, Path(folder)


@contextmanager
def postgresql_database(name: str) -> Iterator[str]:
    import psycopg
    from psycopg import sql

    address = reachable_database()
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
