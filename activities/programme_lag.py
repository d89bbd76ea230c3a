"""Where the public programme says something else of an evening than the team has decided since.

The public page is drawn from what was published last (`programme_release`), so an evening that is moved or called off
stands there as before until somebody publishes again. Whoever does it must be told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import Plan
from accounts.templatetags.portal_tags import da_date, da_time
from activities.models import ItemState, ProgrammeItem, ProgrammeRelease, Season, Session, SessionState
from activities.programme_release import Row, read_items

CALLED_OFF = (SessionState.CANCELLED, SessionState.CLOSED)


@dataclass(frozen=True)
class Lag:
    """One item that the public page shows otherwise than its evening is now."""

    item: ProgrammeItem
    row: Row

    @property
    def season(self) -> Season:
        return self.item.season

    @property
    def text(self) -> str:
        """What the public still reads, in a sentence."""
        day = da_date(date.fromisoformat(self.row["date"]))
        words = {"title": self.row["title"], "day": day}
        if self.row["cancelled"]:
            return _("The programme still says that “%(title)s” on %(day)s is called off.") % words
        if self.row["start"]:
            words["time"] = da_time(time.fromisoformat(self.row["start"]))
            return _("The programme still shows “%(title)s” on %(day)s at %(time)s.") % words
        return _("The programme still shows “%(title)s” on %(day)s.") % words


def find_lags(*, plan: Plan, today: date, sessions: Iterable[Session] | None = None) -> list[Lag]:
    """What the public page shows wrongly of coming evenings, or of these. One query where nothing is public, else two,
    whatever the number of items."""
    items = ProgrammeItem.objects.filter(plan=plan, state=ItemState.PUBLISHED, season__ends_on__gte=today)
    if sessions is not None:
        items = items.filter(session__in=[session.pk for session in sessions])
    by_season: dict[int, list[ProgrammeItem]] = {}
    for item in items.select_related("session", "season").order_by("session__date", "pk"):
        by_season.setdefault(item.season_id, []).append(item)
    if not by_season:
        return []
    standing = ProgrammeRelease.objects.filter(plan=plan, season__in=by_season, withdrawn_at=None)
    last = standing.filter(season=OuterRef("season")).order_by("-number").values("pk")[:1]
    newest = {release.season_id: release for release in standing.filter(pk=Subquery(last))}
    lags = []
    for season, found in by_season.items():
        rows = {row["uid"]: row for row in read_items(newest[season])} if season in newest else {}
        for item in found:
            row = rows.get(str(item.uid))
            if row and _is_wrong(item.session, row, today):
                lags.append(Lag(item, row))
    return lags


def _is_wrong(session: Session | None, row: Row, today: date) -> bool:
    if session is None or session.state in CALLED_OFF:
        return not row["cancelled"] and row["date"] >= today.isoformat()
    if session.state != SessionState.PLANNED or max(row["date"], session.date.isoformat()) < today.isoformat():
        return False
    now = (session.date.isoformat(), _clock(session.start_time), _clock(session.end_time))
    return bool(row["cancelled"]) or now != (row["date"], row["start"], row["end"])


def _clock(moment: time | None) -> str | None:
    return moment.strftime("%H:%M") if moment else None
