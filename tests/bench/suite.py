"""The benchmarks themselves. Each takes a `Bench` and gives one `Result`; what is slow says where."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.exports import export_csv, export_xlsx
from tests.bench.load import BadAnswer, Client, Timing, in_turn, percentile, rush
from tests.bench.nation import nation_area, nation_board, nation_overview
from tests.bench.programme import ics, poster, programme_board, public_programme
from tests.bench.results import Result
from tests.bench.server import Server, run_python

SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))


@dataclass
class Bench:
    """One server on one database, and what its plan holds."""

    database: str
    size: str
    world: dict
    server: Server
    clients: dict[str, Client] = field(default_factory=dict)
    at_start_mb: float = 0.0

    def __post_init__(self) -> None:
        self.at_start_mb = self.server.peak_memory()

    def client(self, mailbox: str = "medarbejder0") -> Client:
        if mailbox not in self.clients:
            self.clients[mailbox] = Client(self.server.port, self.world["cookies"][mailbox])
        return self.clients[mailbox]

    def path(self, rest: str) -> str:
        return f"/{self.world['plan']}/{rest}"

    def result(self, name: str, figures: dict[str, float], **goals: tuple[str, float]) -> Result:
        return Result(benchmark=name, database=self.database, size=self.size, figures=figures, goals=goals)

    def page(
        self, path: str, floor: str, *, mailbox: str = "medarbejder0", times: int = 60
    ) -> tuple[dict[str, float], Timing]:
        """A page beside its floor, asked in turn, and its queries from one request more."""
        client = self.client(mailbox)
        paths = (path, floor, f"/{path.split('/')[1]}/gulv/tom/")
        mine, bare, empty = in_turn(
            *(lambda _number, asked=asked: client.expect(asked, status=(200,)) for asked in paths), times=times
        )
        counted = client.expect(path, X_Count="1")
        figures = {
            "p50_ms": mine.p50,
            "p95_ms": mine.p95,
            "queries": counted.queries,
            "kb": len(counted.body) / 1024,
            "floor_ms": bare.p50,
            "ratio": mine.p50 / bare.p50,
            "empty_ms": empty.p50,
        }
        return figures, mine


# -- pages -------------------------------------------------------------------------------------------------------------


def tick_page(bench: Bench) -> Result:
    """The tick list of an evening with fifty people."""
    pk = bench.world["tonight"]
    figures, _ = bench.page(bench.path(f"gang/{pk}/krydsliste/"), bench.path(f"gulv/gang/{pk}/"))
    return bench.result("tick-page", figures, ratio=("<=", 3.5), queries=("<=", 8), p50_ms=("<=", 25))


def tick_flat(bench: Bench) -> Result:
    """The same page for 20, 50 and 200 people: more people is more rows to draw, never more queries."""
    counts, times = [], []
    for people in ("20", "50", "200"):
        path = bench.path(f"gang/{bench.world['flat'][people]}/krydsliste/")
        client = bench.client()
        timing = in_turn(lambda _number, path=path, client=client: client.expect(path, status=(200,)), times=30)[0]
        times.append(timing.p50)
        counts.append(client.expect(path, X_Count="1").queries)
    figures = {
        "p50_ms": times[1],
        "p50_20_ms": times[0],
        "p50_200_ms": times[2],
        "queries": max(counts),
        "queries_spread": max(counts) - min(counts),
    }
    return bench.result("tick-flat", figures, queries_spread=("<=", 0))


def list_month(bench: Bench) -> Result:
    """The newest sessions with their counts."""
    figures, _ = bench.page(bench.path("gange/"), bench.path("gulv/maaned/"))
    return bench.result("list-month", figures, p50_ms=("<=", 40), queries=("<=", 6))


def week(bench: Bench) -> Result:
    """Min uge, the page that every evening begins with."""
    figures, _ = bench.page(bench.path("uge/"), bench.path("gulv/tom/"))
    return bench.result("week", figures, queries=("<=", 12))


def dash_fixed(bench: Bench) -> Result:
    """The board's page of the whole plan, areas by quarter through twelve years, drawn from a release."""
    page = bench.path(f"maal/?periode={bench.world['whole_plan']}")
    figures, _ = bench.page(page, bench.path("gulv/frigivelse/"), mailbox="styregruppe")
    return bench.result("dash-fixed", figures, p50_ms=("<=", 40), queries=("<=", 8))


def dash_draft(bench: Bench) -> Result:
    """The same page for the team: figures worked out as the page is asked for."""
    figures, _ = bench.page(bench.path("maal/"), bench.path("gulv/tom/"), mailbox="leder", times=20)
    return bench.result("dash-draft", figures)


def dash_any(bench: Bench) -> Result:
    """Different people of each focus area over three years that no report knows beforehand."""
    query = f"?from={bench.world['free_period'][0]}&to={bench.world['free_period'][1]}"
    path, floor = bench.path(f"gulv/vilkaarlig/{query}"), bench.path(f"gulv/vilkaarlig-sql/{query}")
    figures, _ = bench.page(path, floor)
    return bench.result("dash-any", figures, p50_ms=("<=", 150 if bench.size == "D3" else 35))


def dash_exact(bench: Bench) -> Result:
    """After ten thousand random edits, deletions and moves: does every figure still say what the rows say?

    Nothing is rolled up, so nothing is rebuilt: what is asked next is counted from the rows.
    """
    run = ("-m", "tests.bench.exact_run", bench.world["plan"], str(bench.world["bare_ticks"]))
    found = json.loads(run_python(*run, environment=bench.server.environment))
    figures = {
        **found,
        "differ": found["cells_differ"] + found["figures_differ"],
        "ratio": found["cells_seconds"] / found["raw_seconds"],
    }
    return bench.result("dash-exact", figures, differ=("<=", 0))


# -- ticks -------------------------------------------------------------------------------------------------------------


def tick_one(bench: Bench) -> Result:
    """One more person came: a tap on the list, saved at once with the evening's log and history."""
    ticks = TickList(bench, bench.client(), bench.world["tick_one"])
    people = bench.world["participants"]
    figures = _beside_bare_ticks(bench, lambda number, **headers: ticks.tap(people[number], **headers), 1)
    return bench.result("tick-one", figures, ratio=("<=", 6.3), queries=("<=", 6), p50_ms=("<=", 12))


def tick_fifty(bench: Bench) -> Result:
    """Fifty ticks in one request: the whole list saved as a form, each time on an evening of its own."""
    client, people = bench.client(), bench.world["participants"]
    lists = [TickList(bench, client, pk) for pk in bench.world["tick_fifty"]]
    figures = _beside_bare_ticks(bench, lambda number, **headers: lists[number].save(people[:50], **headers), 50)
    return bench.result("tick-50", figures, ratio=("<=", 15.8), queries=("<=", 10), p50_ms=("<=", 30))


def _beside_bare_ticks(bench: Bench, save: Callable, number: int) -> dict[str, float]:
    """A way to save ticks beside the bare upsert of as many."""
    client, people, times, warm_up = bench.client(), bench.world["participants"], 46, 8
    floor_path = bench.path(f"gulv/kryds/{bench.world['bare_ticks']}/")

    def bare(round_number: int):
        start = 20 + round_number * 7 % 300
        return client.expect(floor_path, data=[("participants", one) for one in people[start : start + number]])

    mine, floor = in_turn(save, bare, times=times, warm_up=warm_up)
    counted = save(times + warm_up, X_Count="1")
    return {
        "p50_ms": mine.p50,
        "p95_ms": mine.p95,
        "queries": counted.queries,
        "floor_ms": floor.p50,
        "ratio": mine.p50 / floor.p50,
    }


class TickList:
    """How a phone ticks on one evening's list."""

    def __init__(self, bench: Bench, client: Client, pk: int) -> None:
        self.client = client
        self.path = bench.path(f"gang/{pk}/krydsliste/")
        self.tap_path = bench.path(f"gang/{pk}/kryds/")
        self.fields = client.fetch_form(self.path, "attendance-form")

    def tap(self, person: int, **headers: str):
        """This person is there."""
        data = [("present", person)]
        return self.client.expect(f"{self.tap_path}{person}/", data=data, status=(200,), HX_Request="true", **headers)

    def save(self, people: list[int], **headers: str):
        """The whole list, without a script: exactly these are ticked."""
        data = [*self.fields, *(("present", person) for person in people), ("save", "1")]
        return self.client.expect(self.path, data=data, status=(302,), **headers)


# -- an evening --------------------------------------------------------------------------------------------------------


def evening_rush(bench: Bench) -> Result:
    """Twenty colleagues at once: four in five requests read the tick list, one in five ticks somebody."""
    people = bench.world["participants"]
    read = bench.path(f"gang/{bench.world['tonight']}/krydsliste/")
    floor_path = bench.path(f"gulv/gang/{bench.world['tonight']}/")
    ticked: dict[int, set[int]] = {}

    def worker(index: int, pk: int) -> Callable:
        client = Client(bench.server.port, bench.world["cookies"][f"medarbejder{index}"])
        tick = TickList(bench, client, pk)
        ticked[pk] = set()

        def step(number: int):
            if number % 5:
                return client.expect(read, status=(200,))
            person = people[number // 5 % len(people)]
            answer = tick.tap(person)
            ticked[pk].add(person)
            return answer

        return step

    workers = [worker(index, pk) for index, pk in enumerate(bench.world["rush"])]
    timings, seconds, failures = rush(workers, SECONDS)
    values = [value for timing in timings for value in timing.values]
    floor_workers = [reader(bench, f"medarbejder{index}", floor_path) for index in range(len(workers))]
    floor, floor_seconds, _ = rush(floor_workers, min(SECONDS, 5))
    rate = len(values) / seconds
    floor_rate = sum(len(timing.values) for timing in floor) / floor_seconds
    bench.world["ticked"] = {pk: sorted(rows) for pk, rows in ticked.items()}
    figures = {
        "requests_per_second": rate,
        "p95_ms": percentile(values, 0.95) * 1000,
        "failed": len(failures),
        "floor_rows_per_second": floor_rate,
        "ratio": floor_rate / rate,
    }
    goals = {"failed": ("<=", 0), "lost": ("<=", 0), "requests_per_second": (">=", 70), "p95_ms": ("<=", 400)}
    if bench.database == "postgresql":  # four in five are tick-page, and may cost what it may
        goals["ratio"] = ("<=", 3.5)
    result = bench.result("evening-rush", figures, **goals)
    result.note = failures[0] if failures else ""
    return result


def reader(bench: Bench, mailbox: str, path: str) -> Callable:
    """A worker that reads one page again and again, on a connection of its own."""
    client = Client(bench.server.port, bench.world["cookies"][mailbox])
    return lambda _number: client.expect(path, status=(200,))


def memory(bench: Bench) -> Result:
    """The highest that any worker has needed, after all of the above."""
    figures = {"peak_mb": bench.server.peak_memory(), "at_start_mb": bench.at_start_mb}
    return bench.result("memory", figures, peak_mb=("<=", 110))


BENCHMARKS: dict[str, Callable[[Bench], Result]] = {
    "tick-page": tick_page,
    "tick-flat": tick_flat,
    "tick-one": tick_one,
    "tick-50": tick_fifty,
    "list-month": list_month,
    "week": week,
    "dash-fixed": dash_fixed,
    "dash-draft": dash_draft,
    "dash-any": dash_any,
    "programme-board": programme_board,
    "public-programme": public_programme,
    "ics": ics,
    "export-csv": export_csv,
    "export-xlsx": export_xlsx,
    "evening-rush": evening_rush,
    "memory": memory,
    "poster": poster,
    "dash-exact": dash_exact,  # last: it rewrites the history that the others measure
}
OF_THE_NATION: dict[str, Callable[[Bench], Result]] = {
    "nation-board": nation_board,
    "nation-area": nation_area,
    "nation-overview": nation_overview,
}

__all__ = ["BENCHMARKS", "OF_THE_NATION", "BadAnswer", "Bench"]
