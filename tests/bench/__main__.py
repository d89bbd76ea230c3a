"""`python -m tests.bench`: builds each database, runs the benchmarks, prints a JSON line each and a table."""

import json
import os
import sys
from time import monotonic

from tests.bench import databases, imports
from tests.bench.load import BadAnswer
from tests.bench.results import Result, table
from tests.bench.server import Server, run_python
from tests.bench.suite import BENCHMARKS, OF_THE_NATION, Bench

SIZES = os.environ.get("BENCH_SIZE", "D1,D2").split(",")
ONLY = [name for name in os.environ.get("BENCH_ONLY", "").split(",") if name]
MAIN_SIZE = "D2"
NATION = "nation"
# What grows with history is measured on every size; the rest on one.
ON_EVERY_SIZE = ("tick-page", "tick-flat", "list-month", "dash-fixed")
GROWTH = {"tick-page": 1.1, "list-month": 1.2, "dash-fixed": 1.1}


def main() -> int:
    started = monotonic()
    engines, left_out = databases.engines()
    results: list[Result] = []
    for engine in engines:
        for size in SIZES:
            if size in ("D3", NATION) and engine == "sqlite":
                left_out.append(f"{size} on SQLite: millions of rows are PostgreSQL's business")
                continue
            results += measure(engine, size)
        results += growth(engine, results)
    say("")
    say(table(results))
    for sentence in left_out:
        say(f"Left out: {sentence}.")
    passed = sum(not result.missed for result in results)
    fast = sum(not result.slow for result in results)
    say(f"{passed} of {len(results)} met the goals that hold on any machine, {fast} also those in milliseconds and per")
    say(f"second, which depend on this one. {monotonic() - started:.0f} s.")
    return 0


def measure(engine: str, size: str) -> list[Result]:
    """One database with its server: all benchmarks that belong to this size."""
    benchmarks = OF_THE_NATION if size == NATION else BENCHMARKS
    wanted = [name for name in benchmarks if not ONLY or name in ONLY]
    histories = [one for one in SIZES if one != NATION]
    if size in histories and size != (MAIN_SIZE if MAIN_SIZE in SIZES else histories[-1]):
        wanted = [name for name in wanted if name in ON_EVERY_SIZE]
    found: list[Result] = []
    with databases.fresh_database(engine, size) as (environment, folder):
        note(f"{engine} {size}: building")
        world = json.loads(run_python("-m", "tests.bench.world", size, environment=environment))
        with Server(environment, folder / "server.log") as server:
            bench = Bench(database=engine, size=size, world=world, server=server)
            for name in wanted:
                try:
                    result = benchmarks[name](bench)
                except BadAnswer as error:
                    note(f"{name}: {error}")
                    continue
                if name == "evening-rush":
                    result.figures["lost"] = lost_ticks(world, environment)
                found.append(result)
                say(result.line())
                note(f"  workers have needed {server.peak_memory():.0f} MB")
        if "import" in (ONLY or ["import"]) and size in histories[-1:]:
            for result in imports.measure(engine, size, environment, folder):
                found.append(result)
                say(result.line())
    return found


def lost_ticks(world: dict, environment: dict[str, str]) -> int:
    """Ticks that a client was told are saved, and that the database does not hold."""
    stored = json.loads(run_python("-m", "tests.bench.stored", *map(str, world["ticked"]), environment=environment))
    return sum(len(set(people) - set(stored[str(pk)])) for pk, people in world["ticked"].items())


def growth(engine: str, results: list[Result]) -> list[Result]:
    """How much dearer each page is on the largest history than on the smallest, each in times of an empty answer beside
    it: a machine is seldom as quick in one minute as in another."""
    found = []
    for name, limit in GROWTH.items():
        pages = [r for r in results if r.database == engine and r.benchmark == name]
        mine = {page.size: page.figures["p50_ms"] / page.figures["empty_ms"] for page in pages}
        sizes = sorted(mine)
        if len(sizes) > 1:
            span = f"{sizes[-1]}/{sizes[0]}"
            figures = {"growth": mine[sizes[-1]] / mine[sizes[0]]}
            goals = {"growth": ("<=", limit)}
            result = Result(benchmark=f"{name} growth", database=engine, size=span, figures=figures, goals=goals)
            say(result.line())
            found.append(result)
    return found


def say(text: str) -> None:
    print(text, flush=True)  # this is a program for the terminal


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
