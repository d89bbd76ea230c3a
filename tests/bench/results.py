"""One JSON line for each measurement, and the table at the end."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

# Goals that depend on the machine. Everything else (the ratio to the floor of the same run, queries, growth, losses)
# holds anywhere, and alone decides whether a benchmark has passed.
OF_THE_MACHINE = frozenset({"p50_ms", "p95_ms", "requests_per_second", "not_modified_per_second", "rows_per_second"})


@dataclass(kw_only=True)
class Result:
    """What one benchmark found on one database and size, beside its floor and its goals."""

    benchmark: str
    database: str
    size: str
    figures: dict[str, float] = field(default_factory=dict)
    goals: dict[str, tuple[str, float]] = field(default_factory=dict)  # figure → ("<=" or ">=", limit)
    note: str = ""

    def __post_init__(self) -> None:
        rank = {"ratio": 0, "growth": 0}
        ordered = sorted(self.goals.items(), key=lambda goal: rank.get(goal[0], 2 if goal[0] in OF_THE_MACHINE else 1))
        self.goals = dict(ordered)  # the ratio to the floor first, this machine's milliseconds last

    @property
    def missed(self) -> list[str]:
        """The goals that hold on any machine and were not met, in words."""
        return self._missed(lambda name: name not in OF_THE_MACHINE)

    @property
    def slow(self) -> list[str]:
        """The goals in milliseconds and per second that this machine did not meet, in words."""
        return self._missed(lambda name: name in OF_THE_MACHINE)

    def _missed(self, is_judged: Callable[[str], bool]) -> list[str]:
        found = []
        for name, (relation, limit) in self.goals.items():
            if not is_judged(name):
                continue
            value = self.figures.get(name)
            if value is None or (value > limit if relation == "<=" else value < limit):
                found.append(f"{name} {shown(value)} (goal {relation} {shown(limit)})")
        return found

    def line(self) -> str:
        return json.dumps(
            {
                "benchmark": self.benchmark,
                "database": self.database,
                "size": self.size,
                **{name: round(value, 2) for name, value in self.figures.items()},
                "goals": {name: f"{relation} {shown(limit)}" for name, (relation, limit) in self.goals.items()},
                "passed": not self.missed,
                "fast_here": not self.slow,
                **({"note": self.note} if self.note else {}),
            },
            ensure_ascii=False,
        )


def shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


HEADINGS = ("benchmark", "database", "size", "figure", "floor", "ratio", "SQL", "goal", "")


def table(results: list[Result]) -> str:
    """All results in one table that fits a terminal and a Markdown page."""
    rows = [HEADINGS, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


UNITS = (
    ("p50_ms", "ms"), ("rows_per_second", "rows/s"), ("requests_per_second", "req/s"), ("peak_mb", "MB"),
    ("growth", "×"),
)  # fmt: skip


def _row(result: Result) -> tuple[str, ...]:
    figures = result.figures
    name, unit = next(((name, unit) for name, unit in UNITS if name in figures), ("", ""))
    floor = figures.get("floor_ms", figures.get("floor_rows_per_second"))
    goal = ", ".join(f"{name} {relation} {shown(limit)}" for name, (relation, limit) in result.goals.items())
    return (
        result.benchmark,
        result.database,
        result.size,
        f"{shown(figures[name])} {unit}" if name else "–",
        shown(floor) if floor is not None else "–",
        shown(figures["ratio"]) if "ratio" in figures else "–",
        shown(figures["queries"]) if "queries" in figures else "–",
        goal,
        _verdict(result),
    )


def _verdict(result: Result) -> str:
    words = "MISSED: " + "; ".join(result.missed) if result.missed else "ok"
    if result.slow:
        words += " · slow here: " + "; ".join(result.slow)
    return words + (f" [{result.note}]" if result.note else "")
