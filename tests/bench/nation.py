"""What boards and those who run the installation read, with the whole country in one database.

Each page is asked in turn with an empty page of the same reader in the same base template, and judged by the slow ones
(p95) of both. A board's page was drawn by a worker's first reader; how long that took stands beside it.
"""

from time import perf_counter

from tests.bench.load import in_turn
from tests.bench.results import Result

TIMES = 120


def nation_board(bench) -> Result:
    """The board's page of one plan among fifty-one."""
    return _beside_empty(bench, "nation-board", bench.path("maal/"), bench.path("gulv/skabelon/"), "styregruppe")


def nation_area(bench) -> Result:
    """One focus area of it in depth."""
    page = bench.path("maal/omraade/3/")
    return _beside_empty(bench, "nation-area", page, bench.path("gulv/skabelon/"), "styregruppe")


def nation_overview(bench) -> Result:
    """All fifty-one plans on one page."""
    return _beside_empty(bench, "nation-overview", "/oversigt/", "/gulv/skabelon/", "land")


def _beside_empty(bench, name: str, path: str, floor: str, mailbox: str) -> Result:
    client = bench.client(mailbox)
    started = perf_counter()
    client.expect(path, status=(200,))
    first = perf_counter() - started
    mine, empty = in_turn(
        *(lambda _number, asked=asked: client.expect(asked, status=(200,)) for asked in (path, floor)), times=TIMES
    )
    counted = client.expect(path, X_Count="1")
    figures = {
        "p50_ms": mine.p50,
        "p95_ms": mine.p95,
        "first_ms": first * 1000,
        "queries": counted.queries,
        "kb": len(counted.body) / 1024,
        "floor_ms": empty.p50,
        "floor_p95_ms": empty.p95,
        "ratio": mine.p95 / empty.p95,
        "plans": bench.world["plans"],
        "rows": bench.world["rows"],
    }
    return bench.result(name, figures, ratio=("<=", 3), queries=("<=", 12))
