"""A frozen pack never changes, so its page is drawn once and kept in memory, as releases are."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reporting.figure_set import Plain
from reporting.models import StatusReport
from reporting.packs.content import read_pack
from reporting.packs.reading import Pack, read_in_words, written_when_frozen

Drawn = tuple[Pack, SafeString]
KEPT = 24  # pages; each is some 200 kB

_drawn: dict[tuple[str, str], Drawn] = {}  # the oldest first


def draw_content(content: Plain) -> Drawn:
    """A pack in words and as HTML, in the active language; it holds nothing of who reads."""
    with written_when_frozen(content):
        pack = read_in_words(content)
        return pack, render_to_string("reporting/_pack.html", {"pack": pack, "board": pack.board})


def draw_pack(report: StatusReport) -> Drawn:
    """The page of a frozen pack. The fingerprint is checked at every reading, also when the drawing is at hand."""
    content = read_pack(report)
    key = (report.sha256, get_language() or "")
    drawn = _drawn.get(key)
    if drawn is None:
        drawn = _drawn[key] = draw_content(content)
        for oldest in list(_drawn)[:-KEPT]:
            _drawn.pop(oldest, None)
    return drawn
