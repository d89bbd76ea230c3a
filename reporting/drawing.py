"""A release never changes, so its page is drawn once, by the very templates that draw the draft, and kept in memory."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reporting.board import Board, read_board
from reporting.models import Release
from reporting.releases import read_release

Drawn = tuple[Board, SafeString]
KEPT = 24  # pages; each is some 200 kB

_drawn: dict[tuple[str, str, str], Drawn] = {}  # the oldest first


def draw_release(release: Release, previous: Release | None = None) -> Drawn:
    """The board of a release and its areas as HTML; `previous` for "since last".

    The fingerprints are checked at every reading, also when the drawing is at hand. It holds nothing of who reads, and
    it goes with the process, so that a new version of the portal draws anew.
    """
    figure_set = read_release(release)
    before = read_release(previous) if previous else None
    key = (release.sha256, previous.sha256 if previous else "", get_language() or "")
    drawn = _drawn.get(key)
    if drawn is None:
        board = read_board(figure_set, before)
        drawn = (board, render_to_string("reporting/_areas.html", {"board": board, "shows_draft": False}))
        _drawn[key] = drawn
        for oldest in list(_drawn)[:-KEPT]:
            _drawn.pop(oldest, None)
    return drawn
