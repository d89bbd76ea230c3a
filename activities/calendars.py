"""Calendar files (RFC 5545), whatever they hold: their frame, and an event at wall-clock time in Denmark."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

ZONE = ZoneInfo("Europe/Copenhagen")
PRODUCT = "-//Boligsocial portal//DA"


def new_calendar(*, name: str) -> Calendar:
    """An empty calendar that brings its time zone along, and asks to be read again every few hours."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE.key)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", timedelta(hours=6))
    calendar.add_component(danish_time())
    return calendar


def danish_time() -> Timezone:
    """The rule since 1996: forward on the last Sunday of March, back on the last Sunday of October, at 1.00 UTC."""
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    for kind, month, name, before, after, hour in (
        (TimezoneDaylight(), 3, "CEST", 1, 2, 2),
        (TimezoneStandard(), 10, "CET", 2, 1, 3),
    ):
        kind.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, hour))  # noqa: DTZ001  # RFC 5545: local
        kind.add("rrule", vRecur(freq="yearly", bymonth=month, byday="-1su"))
        kind.add("tzname", name)
        kind.add("tzoffsetfrom", timedelta(hours=before))
        kind.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(kind)
    return zone


def new_event(
    *,
    uid: str,
    sequence: int,
    stamp: datetime,
    title: str,
    day: date,
    start: time | None,
    end: time | None,
    place: str = "",
    text: str = "",
    url: str = "",
    is_cancelled: bool = False,
) -> Event:
    """One event. Without a time it lasts the day; one that ends before it starts ends the next day."""
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp)
    event.add("summary", title)
    if start is None:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    else:
        begin = datetime.combine(day, start, tzinfo=ZONE)
        event.add("dtstart", begin)
        if end is not None:
            event.add("dtend", datetime.combine(day + timedelta(days=int(end <= start)), end, tzinfo=ZONE))
    for name, value in (("location", place), ("description", text), ("url", url)):
        if value:
            event.add(name, value)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    return event
