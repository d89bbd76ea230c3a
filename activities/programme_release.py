"""Publishing a programme: what is public is frozen as canonical JSON with its SHA-256, and drawn from there.

A release holds public words only: no host, no phone, no name that a guest has not let stand. Each item keeps its `uid`
and counts its published changes in `sequence` (RFC 5545), so that a calendar that has seen it follows: what is called
off or taken away stays in the release as cancelled.

    {"schema": 1, "plan": {"slug", "name", "area"}, "activity": {"name", "area_position"},
     "season": {"name", "from", "to"},
     "items": [{"uid", "sequence", "date", "start", "end", "title", "theme", "format", "format_en", "description",
                "simple", "venue", "guests": [names], "cancelled", "evening_stands"}]}

`evening_stands` (true, or not there) marks a cancelled item whose evening is held all the same, with nothing else on.
Dates are ISO, times "18:00" on the wall clock in Copenhagen or null.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, OuterRef, Prefetch, Subquery
from django.utils import timezone

from accounts.models import Plan, User
from activities.models import (
    Activity,
    Guest,
    ItemState,
    ProgrammeItem,
    ProgrammeRelease,
    Season,
    Session,
    SessionState,
)
from jobs.canonical import canonical_json, fingerprint

SCHEMA = 1
Row = dict[str, Any]

NEW, CHANGED, MOVED, CANCELLED, BACK = "new", "changed", "moved", "cancelled", "back"
_WHEN = ("date", "start", "end")
_CALLED_OFF = (SessionState.CANCELLED, SessionState.CLOSED)
_READY = (ItemState.APPROVED, ItemState.PUBLISHED)


class ReleaseDamaged(Exception):
    """The stored text does not have the stored fingerprint: somebody has changed the row behind the portal's back."""


class ProgrammeChanged(Exception):
    """What would be published is no longer what the person was shown."""


@dataclass(frozen=True)
class Change:
    """What is different for whoever reads the programme. `before` is None for what is new."""

    kind: str
    row: Row
    before: Row | None = None

    @property
    def fields(self) -> list[str]:
        """The keys that differ, in the order of the row."""
        before = self.before or {}
        return [key for key in self.row if key != "sequence" and self.row[key] != before.get(key)]


@dataclass(frozen=True)
class Draft:
    """What publishing now would make public."""

    content: str
    rows: list[Row]
    changes: list[Change]
    waiting: list[ProgrammeItem] = field(default_factory=list)  # on a date, but not approved
    ready: list[ProgrammeItem] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        return fingerprint(self.content)


@dataclass(frozen=True)
class Published:
    """What one press did. `is_new` is False when nothing had changed."""

    release: ProgrammeRelease
    is_new: bool
    changes: list[Change]


# -- reading: the public page, the feed and the poster -----------------------------------------------------------------


def newest_releases(plan: Plan, activity: Activity) -> list[ProgrammeRelease]:
    """The newest release of each season, in the order of the seasons, with `season.activity`. One query."""
    same = ProgrammeRelease.objects.filter(plan=plan, season=OuterRef("season"), withdrawn_at=None)
    newest = same.order_by("-number").values("pk")[:1]
    rows = ProgrammeRelease.objects.filter(plan=plan, season__activity=activity, pk=Subquery(newest))
    return list(rows.select_related("season__activity__focus_area").order_by("season__starts_on", "pk"))


def latest_release(plan: Plan, activity: Activity, *, today: date | None = None) -> ProgrammeRelease | None:
    """The release of the season that runs today, else of the next one, else of the last one."""
    today = today or timezone.localdate()
    releases = newest_releases(plan, activity)
    running = [release for release in releases if release.season.ends_on >= today]
    return running[0] if running else releases[-1] if releases else None


def read_release(release: ProgrammeRelease) -> dict[str, Any]:
    """The whole content, after its fingerprint has been checked."""
    if fingerprint(release.content) != release.sha256:
        raise ReleaseDamaged(f"Programme release {release.pk} does not have its fingerprint.")
    return json.loads(release.content)


def read_items(release: ProgrammeRelease) -> list[Row]:
    """The items of a release by date, the cancelled among them."""
    return read_release(release)["items"]


# -- what would be published -------------------------------------------------------------------------------------------


def draft_release(season: Season, *, items: Iterable[ProgrammeItem] | None = None) -> Draft:
    """What publishing now would make public, and what that changes. Three queries, whatever the number of items; one
    when `items` come with their evening, venue, format and guests (four when the last release was withdrawn)."""
    last = season.releases.order_by("-number").first()
    rows_of_last = _rows_by_uid(last)
    is_withdrawn = last is not None and last.withdrawn_at is not None
    rows_of_public = _rows_by_uid(_standing_release(season)) if is_withdrawn else rows_of_last
    items = list(_items(season) if items is None else items)
    rows = next_rows(items, rows_of_last)
    return Draft(
        content=canonical_json(_content(season, rows)),
        rows=rows,
        changes=find_changes(rows, rows_of_public),
        waiting=[item for item in items if item.state in (ItemState.ACCEPTED, ItemState.DRAFT) and item.session],
        ready=[item for item in items if item.state in _READY and item.session],
    )


def next_rows(items: Iterable[ProgrammeItem], before: Mapping[str, Row]) -> list[Row]:
    """The public rows by date: what is approved, and what a calendar may have seen in `before` (rows by uid)."""
    left = dict(before)
    found = []
    for item in items:
        old = left.pop(str(item.uid), None)
        row = _next_row(item, old)
        if row is not None:
            found.append((item, row, old))
    filled = {row["date"] for _item, row, _old in found if not row["cancelled"]}
    rows: list[Row] = []
    for item, row, old in found:
        if old and item.state == ItemState.CANCELLED and _evening_stands(item, old, filled):
            row = row | {"evening_stands": True}
        rows.append(_numbered(row, old, least=item.sequence))
    rows += [_numbered(_cancelled(old), old) for old in left.values()]  # the item itself is gone
    return sorted(rows, key=lambda row: (row["date"], row["start"] or "", row["cancelled"], row["uid"]))


def _next_row(item: ProgrammeItem, before: Row | None) -> Row | None:
    """None: not public. What waits for approval again stands as it stood."""
    if item.state == ItemState.CANCELLED or item.session is None:
        return _cancelled(before) if before else None
    if item.state in _READY:
        return _public_row(item, item.session)
    if before and item.session.state in _CALLED_OFF:
        return _cancelled(before)
    return before


def _cancelled(before: Row) -> Row:
    return {key: value for key, value in before.items() if key != "evening_stands"} | {"cancelled": True}


def _evening_stands(item: ProgrammeItem, before: Row, filled: Collection[str]) -> bool:
    """Only the theme is called off, not its evening. What an earlier release said without this stays as it said it."""
    if item.session is None or item.session.state in _CALLED_OFF or (before["cancelled"] and not is_theme_off(before)):
        return False
    return item.session.date.isoformat() == before["date"] and before["date"] not in filled


def is_theme_off(row: Row) -> bool:
    """The item is called off, and its evening is held without it."""
    return bool(row["cancelled"] and row.get("evening_stands"))


def _public_row(item: ProgrammeItem, session: Session) -> Row:
    venue = item.venue or session.venue
    return {
        "uid": str(item.uid),
        "sequence": 0,
        "date": session.date.isoformat(),
        "start": session.start_time.strftime("%H:%M") if session.start_time else None,
        "end": session.end_time.strftime("%H:%M") if session.end_time else None,
        "title": item.title,
        "theme": item.theme,
        "format": item.format.name if item.format else "",
        "format_en": item.format.name_en if item.format else "",
        "description": item.description,
        "simple": item.simple_description,
        "venue": venue.name if venue else "",
        "guests": [_public_name(guest) for guest in item.guests.all() if guest.is_public],
        "cancelled": session.state in _CALLED_OFF,
    }


def _public_name(guest: Guest) -> str:
    return f"{guest.name}, {guest.title}" if guest.title else guest.name


def _numbered(row: Row, before: Row | None, *, least: int = 0) -> Row:
    """With its sequence: one more than it was when anything is different."""
    if before is None:
        return row | {"sequence": least}
    is_same = row | {"sequence": 0} == before | {"sequence": 0}
    return row | {"sequence": before["sequence"] if is_same else before["sequence"] + 1}


def find_changes(rows: Iterable[Row], public: Mapping[str, Row]) -> list[Change]:
    """What differs from the rows (by uid) that the public sees now."""
    changes = []
    for row in rows:
        before = public.get(row["uid"])
        if before is None:
            if not row["cancelled"]:
                changes.append(Change(NEW, row))
        elif row | {"sequence": 0} != before | {"sequence": 0}:
            changes.append(Change(_kind(row, before), row, before))
    return changes


def _kind(row: Row, before: Row) -> str:
    if row["cancelled"] != before["cancelled"]:
        return CANCELLED if row["cancelled"] else BACK
    if is_theme_off(row) != is_theme_off(before):
        return CANCELLED  # now the evening too
    return MOVED if any(row[key] != before[key] for key in _WHEN) else CHANGED


def _content(season: Season, rows: list[Row]) -> dict[str, Any]:
    plan, activity = season.plan, season.activity
    return {
        "schema": SCHEMA,
        "plan": {"slug": plan.slug, "name": plan.name, "area": plan.area},
        "activity": {"name": activity.name, "area_position": activity.focus_area.position},
        "season": {"name": season.name, "from": season.starts_on.isoformat(), "to": season.ends_on.isoformat()},
        "items": rows,
    }


def _items(season: Season) -> Iterable[ProgrammeItem]:
    guests = Guest.objects.order_by("pk").only("item", "name", "title", "is_public")
    rows = ProgrammeItem.objects.filter(plan_id=season.plan_id, season=season)
    rows = rows.select_related("session__venue", "venue", "format").prefetch_related(Prefetch("guests", guests))
    return rows.order_by("pk")


def _rows_by_uid(release: ProgrammeRelease | None) -> dict[str, Row]:
    return {row["uid"]: row for row in read_items(release)} if release else {}


def _standing_release(season: Season) -> ProgrammeRelease | None:
    return season.releases.filter(withdrawn_at=None).order_by("-number").first()


# -- publishing --------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish_programme(*, season: Season, by: User | None, seen: str | None = None) -> Published:
    """Freeze what is approved. Unchanged content gives the release that stands already.

    `seen` is the fingerprint of what the person was shown: `ProgrammeChanged` when it is something else by now. The
    season's row is locked meanwhile, so that two who press at once make one release.
    """
    Season.objects.select_for_update().get(plan_id=season.plan_id, pk=season.pk)
    draft = draft_release(season)
    standing = _standing_release(season)
    if standing and standing.sha256 == draft.sha256:
        _mark_published(draft)
        return Published(standing, is_new=False, changes=[])
    if seen is not None and seen != draft.sha256:
        raise ProgrammeChanged
    last = season.releases.aggregate(last=Max("number"))["last"] or 0
    release = ProgrammeRelease.objects.create(
        plan_id=season.plan_id,
        season=season,
        number=last + 1,
        content=draft.content,
        sha256=draft.sha256,
        published_by=by,
    )
    _mark_published(draft)
    return Published(release, is_new=True, changes=draft.changes)


def _mark_published(draft: Draft) -> None:
    """The items remember that they are public, and how often they have changed."""
    numbers = {row["uid"]: row["sequence"] for row in draft.rows}
    for item in draft.ready:
        item.state, item.sequence = ItemState.PUBLISHED, numbers[str(item.uid)]
    ProgrammeItem.objects.bulk_update(draft.ready, ["state", "sequence"], batch_size=200)


@transaction.atomic
def withdraw_release(*, release: ProgrammeRelease) -> bool:
    """Take the newest release back: the one before it is public again. False when it is not the newest.

    Its items are approved as before. Calendars may have read it, so the next release counts on from it.
    """
    standing = _standing_release(release.season)
    if standing is None or standing.pk != release.pk:
        return False
    ProgrammeRelease.objects.filter(pk=release.pk).update(withdrawn_at=timezone.now())
    earlier = _standing_release(release.season)
    known = _rows_by_uid(earlier)
    items = ProgrammeItem.objects.filter(plan_id=release.plan_id, season=release.season, state=ItemState.PUBLISHED)
    items.exclude(uid__in=known).update(state=ItemState.APPROVED)
    return True


@transaction.atomic
def restore_release(*, release: ProgrammeRelease) -> bool:
    """Undo that a release was taken back: it stands again. False when it stands already, or there is a newer one."""
    season = Season.objects.select_for_update().get(plan_id=release.plan_id, pk=release.season_id)
    withdrawn = season.releases.filter(pk=release.pk, withdrawn_at__isnull=False)
    if season.releases.filter(number__gt=release.number).exists() or not withdrawn.update(withdrawn_at=None):
        return False
    standing = [uid for uid, row in _rows_by_uid(release).items() if not row["cancelled"]]
    items = ProgrammeItem.objects.filter(plan_id=release.plan_id, season=season, uid__in=standing)
    items.filter(state=ItemState.APPROVED, session__isnull=False).update(state=ItemState.PUBLISHED)
    return True
