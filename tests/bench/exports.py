"""Every attendance out of the portal: as CSV through the web server, as a workbook by a worker."""

import json
import subprocess
import sys

from tests.bench.load import BadAnswer, in_turn, percentile
from tests.bench.results import Result
from tests.bench.server import ROOT

CSV_TIMES = 5


def export_csv(bench) -> Result:
    """The whole list streamed to the project manager, beside the same rows as the database itself gives them."""
    client = bench.client("leder")
    path, floor = bench.path("deltagere/fremmoede.csv"), bench.path("gulv/kopi/")
    bench.server.forget_peak()
    before = bench.server.peak_memory()
    first = client.expect(path, status=(200,))
    if not first.body.startswith(b"\xef\xbb\xbfDato;"):
        raise BadAnswer("the export asked for the password again")
    growth = bench.server.peak_memory() - before
    mine, bare = in_turn(
        lambda _number: client.expect(path, status=(200,)),
        lambda _number: client.expect(floor, status=(200,)),
        times=CSV_TIMES,
        warm_up=1,
    )
    figures = {
        "p50_ms": mine.p50,
        "mb": len(first.body) / 1024 / 1024,
        "rows": first.body.count(b"\r\n") - 1,
        "floor_ms": bare.p50,
        "ratio": mine.p50 / bare.p50,
        "worker_mb": growth,
    }
    return bench.result("export-csv", figures, ratio=("<=", 2), worker_mb=("<=", 30))


def export_xlsx(bench) -> Result:
    """The same as a workbook, in a process of its own as a worker would; meanwhile somebody reads a tick list."""
    page = bench.path(f"gang/{bench.world['tonight']}/krydsliste/")
    client = bench.client()

    def read_for(process: subprocess.Popen | None, times: int) -> float:
        seconds = []
        while (process is not None and process.poll() is None) or len(seconds) < times:
            seconds.append(client.expect(page, status=(200,)).seconds)
        return percentile(seconds, 0.95) * 1000

    alone = read_for(None, 60)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.export_run", bench.world["plan"]],
        cwd=ROOT, env=bench.server.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    meanwhile = read_for(process, 1)
    found = json.loads(process.communicate()[0])
    floor = json.loads(
        subprocess.run(
            [sys.executable, "-m", "tests.bench.export_run", bench.world["plan"], "--floor"],
            cwd=ROOT, env=bench.server.environment, capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    figures = {
        "seconds": found["seconds"],
        "cpu_seconds": found["cpu_seconds"],
        "rows": found["rows"],
        "mb": found["mb"],
        "floor_seconds": floor["seconds"],
        "floor_cpu_seconds": floor["cpu_seconds"],
        "ratio": found["cpu_seconds"] / floor["cpu_seconds"],
        "start_mb": found["start_mb"],
        "peak_mb": found["peak_mb"],
        "tick_p95_ms": meanwhile,
        "tick_ratio": meanwhile / alone,
    }
    return bench.result("export-xlsx", figures, ratio=("<=", 0.5), peak_mb=("<=", 100), tick_ratio=("<=", 2))
