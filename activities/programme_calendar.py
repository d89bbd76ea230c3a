"""The public programme as a calendar that follows: every item of every published season, the cancelled among them.

An item keeps its UID for ever and counts its changes in SEQUENCE; what was called off or moved away comes as CANCELLED
instead of vanishing, so that a phone that has seen it lets it go (RFC 5545). Where only the theme is off the evening
stays, and says so.
"""

from collections.abc import Iterable
from datetime import date, time

from django.utils.translation import gettext as _

from activities.calendars import new_calendar, new_event
from activities.models import Activity, ProgrammeRelease
from activities.programme_release import Row, is_theme_off, newest_releases, read_items


def programme_calendar(activity: Activity, *, page_url: str) -> bytes:
    """The feed of one activity. The same releases give the same bytes."""
    calendar = new_calendar(name=f"{activity.name} · {activity.plan.name}")
    for release, row in _rows(newest_releases(activity.plan, activity)):
        theme_off = is_theme_off(row)
        event = new_event(
            uid=f"{row['uid']}@boligsocial-portal",
            sequence=row["sequence"],
            stamp=release.published_at,
            title=f"{activity.name}: {_('open without a theme') if theme_off else row['title']}",
            day=date.fromisoformat(row["date"]),
            start=_time(row["start"]),
            end=_time(row["end"]),
            place=row["venue"],
            text=_("The theme “%(title)s” is off.") % row if theme_off else row["description"] or row["simple"],
            url=page_url,
            is_cancelled=row["cancelled"] and not theme_off,
        )
        event.add("transp", "TRANSPARENT")  # a programme is an offer, not an appointment
        calendar.add_component(event)
    return calendar.to_ical()


def _rows(releases: Iterable[ProgrammeRelease]) -> Iterable[tuple[ProgrammeRelease, Row]]:
    for release in releases:
        for row in read_items(release):
            yield release, row


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
