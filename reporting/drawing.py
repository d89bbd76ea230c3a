"""A release never changes, so what is drawn of it is drawn once, by the very templates that draw the draft, and kept.

The fingerprints are checked at every reading, also when the drawing is at hand. A drawing holds nothing of who reads,
and it goes with the process, so that a new version of the portal draws anew.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reporting.area_page import AreaPage, read_area
from reporting.board import Board, read_board
from reporting.models import Release
from reporting.overview import PlanLine, Totals
from reporting.plain import Plain
from reporting.releases import check_release, read_release

Drawn = tuple[Board, SafeString, SafeString]  # and its areas, and the tiles that lead to them


@dataclass(frozen=True)
class Shelf:
    """At most `size` drawings in this process, the oldest leaving first."""

    size: int
    kept: dict[Hashable, Any] = field(default_factory=dict)

    def get(self, key: Hashable, draw: Callable[[], Any]) -> Any:
        found = self.kept.get(key)
        if found is None:
            found = self.kept[key] = draw()
            for oldest in list(self.kept)[: -self.size]:
                self.kept.pop(oldest, None)
        return found


pages = Shelf(24)  # each some 200 kB
areas = Shelf(48)  # each some 100 kB
lines = Shelf(400)  # each some 2 kB


def draw_release(release: Release, previous: Release | None = None, *, slug: str, query: str) -> Drawn:
    """The board of a release, its areas and their tiles as HTML; `previous` for "since last".

    `slug` and `query` stand in the addresses of the tiles.
    """

    def draw() -> Drawn:
        figure_set, before = _read(release, previous)
        board = read_board(figure_set, before)
        body = render_to_string("reporting/_areas.html", {"board": board, "shows_draft": False})
        tiles = render_to_string("reporting/_area_tiles.html", {"board": board, "slug": slug, "files_query": query})
        return board, body, tiles

    return pages.get((slug, query, *_checked_key(release, previous)), draw)


def draw_area(position: str, release: Release, previous: Release | None = None) -> tuple[AreaPage | None, Board, str]:
    """One area of a release in depth, its board, and its body as HTML; None and nothing where the release has none."""

    def draw() -> tuple[AreaPage | None, Board, str]:
        figure_set, before = _read(release, previous)
        board = read_board(figure_set, before)
        page = read_area(board, figure_set, position)
        return page, board, draw_area_body(page, board) if page else ""

    return areas.get((position, *_checked_key(release, previous)), draw)


def draw_area_body(page: AreaPage, board: Board, **team: Any) -> SafeString:
    """The targets, weeks and activities of an area; `team` is what only the team's draft has."""
    context = {"page": page, "area": page.block, "board": board, "shows_draft": False, **team}
    return render_to_string("reporting/_area_body.html", context)


def draw_line(line: PlanLine, *, is_mine: bool) -> SafeString:
    """One plan's row of the national overview."""
    plan = line.plan
    key = (plan.name, plan.slug, plan.area, line.released_on, line.is_old, line.sha256, is_mine, get_language())
    return lines.get(key, lambda: render_to_string("reporting/_overview_line.html", {"line": line, "is_mine": is_mine}))


def draw_totals(totals: Totals) -> SafeString:
    """The targets of all plans by focus area."""
    key = (repr(totals.areas), get_language())
    return lines.get(key, lambda: render_to_string("reporting/_overview_areas.html", {"totals": totals}))


def _read(release: Release, previous: Release | None) -> tuple[Plain, Plain | None]:
    return read_release(release), read_release(previous) if previous else None


def _checked_key(release: Release, previous: Release | None) -> tuple[str, str, str]:
    for one in (release, previous):
        if one:
            check_release(one)
    return release.sha256, previous.sha256 if previous else "", get_language() or ""
