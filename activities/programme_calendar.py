"""The public programme as a calendar that follows: every item of every published season, the cancelled among them.

An item keeps its UID for ever and counts its changes in SEQUENCE; what was called off or moved away comes as CANCELLED
instead of vanishing, so that a phone that has seen it lets it go (RFC 5545, RFC 7986).
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from activities.models import Activity, ProgrammeRelease
from activities.programme_release import Row, newest_releases, read_items

ZONE = ZoneInfo("Europe/Copenhagen")
REFRESH = timedelta(hours=6)
AN_EVENING = timedelta(hours=2)  # where the programme does not say how long


def programme_calendar(activity: Activity, *, page_url: str) -> bytes:
    """The feed of one activity. The same releases give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Boligsocial portal//Program//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = f"{activity.name} · {activity.plan.name}"
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("url", page_url)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for release, row in _rows(newest_releases(activity.plan, activity)):
        calendar.add_component(_event(release, row, activity, page_url))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _rows(releases: Iterable[ProgrammeRelease]) -> Iterable[tuple[ProgrammeRelease, Row]]:
    for release in releases:
        for row in read_items(release):
            yield release, row


def _event(release: ProgrammeRelease, row: dict[str, Any], activity: Activity, page_url: str) -> Event:
    event = Event()
    event.add("uid", f"{row['uid']}@boligsocial-portal")
    event.add("sequence", row["sequence"])
    event.add("dtstamp", release.published_at)
    event.add("summary", f"{activity.name}: {row['title']}")
    starts, ends = _span(row)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    if row["venue"]:
        event.add("location", row["venue"])
    if text := row["description"] or row["simple"]:
        event.add("description", text)
    event.add("url", page_url)
    event.add("status", "CANCELLED" if row["cancelled"] else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a programme is an offer, not an appointment
    return event


def _span(row: Row) -> tuple[date | datetime, date | datetime]:
    """Wall-clock times in Copenhagen, so that a clock change moves nothing; a whole day where no time is known."""
    day = date.fromisoformat(row["date"])
    if row["start"] is None:
        return day, day + timedelta(days=1)
    starts = datetime.combine(day, time.fromisoformat(row["start"]), ZONE)
    if row["end"] is None:
        return starts, starts + AN_EVENING
    ends = datetime.combine(day, time.fromisoformat(row["end"]), ZONE)
    return starts, ends if ends > starts else ends + timedelta(days=1)
