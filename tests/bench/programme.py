"""The programme: the board that volunteers plan on, and what anybody may read of it without a login."""

import socket
from collections.abc import Callable
from itertools import count
from time import perf_counter

from tests.bench.load import Answer, BadAnswer, Client, in_turn, rush
from tests.bench.results import Result

CLIENTS, SECONDS = 4, 5
ports = count(20_000)  # what is kept belongs to one host and port: asked under another, it is drawn anew


def path(bench, rest: str) -> str:
    return f"/{bench.world['season']['plan']}/{rest}"


def programme_board(bench) -> Result:
    """Forty weeks in two rows with 120 ideas, beside a page that shows nothing in the same base template."""
    page, floor = path(bench, f"planlaeg/{bench.world['season']['board']}/"), path(bench, "gulv/skabelon/")
    figures, _ = bench.page(page, floor, mailbox="planlaegger", times=30)
    return bench.result("programme-board", figures, ratio=("<=", 25), queries=("<=", 15), p50_ms=("<=", 250))


def public_programme(bench) -> Result:
    """Four browsers that stay connected read the public page; then they ask whether it is still the same."""
    page, floor = path(bench, "program/"), path(bench, "gulv/tom/")
    client = Client(bench.server.port, {})
    first = client.expect(page, status=(200,))
    etag = first.headers.get("etag", "")
    again = client.ask(page, If_None_Match=etag)
    if not etag or again.status != 304 or again.body:
        raise BadAnswer(f"{page} has no ETag, or answers {again.status} to it")
    cookies = bench.world["cookies"]["planlaegger"]
    full, failed = rate(bench, page, 200)
    same, failed_same = rate(bench, page, 304, If_None_Match=etag)
    empty, _ = rate(bench, floor, 200, Cookie="; ".join(f"{name}={value}" for name, value in cookies.items()))
    figures = {
        "requests_per_second": full,
        "not_modified_per_second": same,
        "queries": client.expect(page, X_Count="1").queries,
        "queries_not_modified": client.ask(page, X_Count="1", If_None_Match=etag).queries,
        "kb": len(first.body) / 1024,
        "failed": failed + failed_same,
        "floor_rows_per_second": empty,
        "ratio": empty / full,
    }
    return bench.result(
        "public-programme",
        figures,
        ratio=("<=", 0.5),  # nobody is looked up: at least twice as quick as an empty page of a member
        queries=("<=", 1),
        failed=("<=", 0),
        requests_per_second=(">=", 500),
        not_modified_per_second=(">=", 500),
    )


def rate(bench, page: str, status: int, **headers: str) -> tuple[float, int]:
    """Requests a second of four clients, and how many went wrong."""
    workers = [reader(bench.server.port, page, status, **headers) for _ in range(CLIENTS)]
    timings, seconds, failures = rush(workers, SECONDS)
    return sum(len(timing.values) for timing in timings) / seconds, len(failures)


def reader(port: int, page: str, status: int, **headers: str) -> Callable[[int], Answer]:
    """One connection on a bare socket: http.client would take as much of the two cores as the page does."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sent = {"Host": f"127.0.0.1:{port}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"GET {page} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
    request = "\r\n".join(lines).encode()

    def ask(_number: int) -> Answer:
        started = perf_counter()
        connection.sendall(request)
        head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")
        _, _, length = head.lower().partition(b"content-length: ")
        missing = int(length.split(b"\r\n", 1)[0] or 0) - len(body) if status != 304 else 0
        while missing > 0:
            missing -= len(connection.recv(65_536)) or missing
        found = int(head[9:12] or 0)
        if found != status:
            raise BadAnswer(f"{page} answered {found}")
        return Answer(found, b"", {}, perf_counter() - started)

    return ask


def ics(bench) -> Result:
    """The season as a calendar: kept, and drawn anew after a release."""
    figures = kept_and_drawn(bench, path(bench, "program.ics"), times=30)
    most = 6 if bench.database == "postgresql" else 10  # on SQLite the cache is a table too
    return bench.result("ics", figures, ratio=("<=", 0.5), queries=("<=", 1), drawn_queries=("<=", most))


def poster(bench) -> Result:
    """The A4 sheet, drawn anew each time: what the first reader after a release waits for."""
    before = bench.server.peak_memory()
    figures = kept_and_drawn(bench, path(bench, "program/plakat.pdf"), times=8)
    figures |= {"p50_ms": figures.pop("drawn_ms"), "kept_ms": figures["p50_ms"]}
    figures["worker_mb"] = bench.server.peak_memory() - before
    return bench.result("poster", figures, ratio=("<=", 1.5), p50_ms=("<=", 1000))


def kept_and_drawn(bench, page: str, *, times: int) -> dict[str, float]:
    """A public body as it mostly is asked for, as it is drawn once, and the empty page of a member beside both.

    `ratio` is that of the kept one.
    """
    anybody, member = Client(bench.server.port, {}), bench.client("planlaegger")
    floor = path(bench, "gulv/tom/")

    def draw(_number: int = 0, **headers: str) -> Answer:
        return anybody.expect(page, status=(200,), Host=f"127.0.0.1:{next(ports)}", **headers)

    kept, drawn, empty = in_turn(
        lambda _number: anybody.expect(page, status=(200,)),
        draw,
        lambda _number: member.expect(floor, status=(200,)),
        times=times,
        warm_up=4,
    )
    return {
        "p50_ms": kept.p50,
        "drawn_ms": drawn.p50,
        "queries": anybody.expect(page, X_Count="1").queries,
        "drawn_queries": draw(X_Count="1").queries,
        "kb": len(anybody.expect(page).body) / 1024,
        "floor_ms": empty.p50,
        "ratio": kept.p50 / empty.p50,
    }
