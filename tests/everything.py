"""`make test`: all tests on SQLite, then again on PostgreSQL with Redis where they answer; says what was left out.

REQUIRE_ALL=1 makes anything left out a failure. Arguments are handed to pytest.
"""

import os
import shutil
import subprocess
import sys

from tests.parts import REQUIRE_ALL, chromium_path, reachable_database, reachable_redis

NO_TESTS = 5  # pytest's exit code when nothing was selected
CLEARED = ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "DEMO", "DEBUG", "PORT")


def run(*, title: str, variables: dict[str, str], arguments: list[str]) -> bool:
    """One run of pytest with these parts."""
    print(f"\n== {title}", flush=True)
    environment = {name: value for name, value in os.environ.items() if name not in CLEARED} | variables
    processes = os.environ.get("TEST_PROCESSES", str(min(os.cpu_count() or 1, 4)))
    command = [sys.executable, "-m", "pytest", "-q", "-n", processes, "--dist", "loadfile"]
    command += ["--no-loadscope-reorder", *arguments]  # in the order of conftest.py: what takes long begins
    return subprocess.run(command, env=environment, check=False).returncode in (0, NO_TESTS)


def main() -> int:
    """Run what can be run. 0 when all of it passed (and, with REQUIRE_ALL, nothing was left out)."""
    arguments = sys.argv[1:]
    database, redis = reachable_database(), reachable_redis()
    left_out = []
    if chromium_path() is None:
        left_out.append("browser tests (no Chromium)")
    if shutil.which("xgettext") is None:
        left_out.append("the check of the Danish catalogue (no gettext)")

    passed = [run(title="SQLite, filesystem queue, browser", variables={}, arguments=arguments)]
    if database and redis:
        variables = {"DATABASE_URL": database, "REDIS_URL": redis}
        title = "PostgreSQL, Redis"
        passed.append(run(title=title, variables=variables, arguments=["-m", "not once", *arguments]))
    else:
        missing = [name for name, part in (("PostgreSQL", database), ("Redis", redis)) if not part]
        left_out.append(f"the second run, on PostgreSQL and Redis ({' and '.join(missing)} did not answer)")

    print("\nLeft out: " + ("; ".join(left_out) if left_out else "nothing") + ".", flush=True)
    if REQUIRE_ALL and left_out:
        print("REQUIRE_ALL is set: that is a failure.", flush=True)
        return 1
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
