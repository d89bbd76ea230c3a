"""The programme on paper and as a picture for social media, drawn from a release. QR code to the public page."""

from datetime import date
from typing import Any

import segno
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.models import ProgrammeRelease
from activities.public_programme import PublicItem, PublicProgramme, read_programme
from jobs.typesetting import typeset

PAPERS = {"a4": 5, "a3": 7}  # how many evenings a sheet has room for, readable at three metres
ON_PICTURE = 3
PICTURE_DPI = 144
LONG_TITLE = 60  # letters: such a title needs the room of the text below it


def poster(release: ProgrammeRelease, *, url: str, paper: str, today: date) -> bytes:
    """A PDF sheet, A4 or A3: one page whatever the number of evenings. `url` goes into the QR code."""
    return typeset("poster", _data(release, url, today, most=PAPERS[paper], paper=paper), made_at=release.published_at)


def picture(release: ProgrammeRelease, *, url: str, today: date) -> bytes:
    """A square PNG of 1080 pixels with the next evenings."""
    data = _data(release, url, today, most=ON_PICTURE, paper="square")
    return typeset("poster", data, made_at=release.published_at, format="png", pixels_per_inch=PICTURE_DPI)


def qr_svg(url: str) -> str:
    """The code as an SVG without a quiet zone: what is around it must be light."""
    return segno.make(url, error="m", micro=False).svg_inline(border=0, scale=1, dark="#1e2930", omitsize=True)


def _data(release: ProgrammeRelease, url: str, today: date, *, most: int, paper: str) -> dict[str, Any]:
    programme = read_programme(release, today=today)
    standing = [item for item in programme.coming if not item.is_cancelled]
    shown = standing[:most]
    return {
        "paper": paper,
        "lang": translation.get_language() or "da",
        "activity": programme.activity,
        "plan": programme.plan,
        "area": programme.area,
        "head": programme.rhythm or programme.season,
        "place": ". ".join(part for part in (programme.venue, _("Free. Just come")) if part) + ".",
        "season": programme.season,
        "items": [_row(item, programme) for item in shown],
        "more": _("and more on the page") if len(standing) > len(shown) else "",
        "empty": _("The next evenings are being planned.") if not shown else "",
        "qr": qr_svg(url),
        "qr_text": _("The code leads to the programme"),
        "qr_words": _("See it all, and send your own idea"),
        "address": url.split("://", 1)[-1].rstrip("/"),
    }


def _row(item: PublicItem, programme: PublicProgramme) -> dict[str, str]:
    when = item.start if item.start and _("at %(time)s") % {"time": item.start} not in programme.rhythm else ""
    return {
        "weekday": date_format(item.day, "D").lower().rstrip("."),
        "day": str(item.day.day),
        "month": date_format(item.day, "M").lower().rstrip("."),
        "title": item.title,
        "format": item.format,
        "text": "" if len(item.title) > LONG_TITLE else item.simple or item.text,
        "when": _("at %(time)s") % {"time": when} if when else "",
    }
