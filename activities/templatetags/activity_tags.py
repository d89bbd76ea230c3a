"""What templates say of evenings and series."""

import re
from datetime import date
from urllib.parse import urlencode

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.templatetags.portal_tags import da_date, da_time_range
from activities.models import Mood, Schedule, Session
from activities.series import WEEKDAYS as CODES
from activities.series import Rhythm, read_rhythm

register = template.Library()


@register.simple_tag
def log_url(session: Session, plan_slug: str, back: str = "") -> str:
    """Where an evening is counted: on its tick list when it has one, else on its own page."""
    name = "residents:attendance_record" if session.uses_tick_list else "activities:session_log"
    try:
        url = reverse(name, args=[plan_slug, session.pk])
    except NoReverseMatch:  # the list belongs to an app above
        url = reverse("activities:session_log", args=[plan_slug, session.pk])
    return f"{url}?{urlencode({'next': back})}" if back else url


@register.simple_tag
def with_next(url: str, back: str) -> str:
    """The address with the page to come back to."""
    return f"{url}?{urlencode({'next': back})}" if back else url


@register.filter
def day_words(day: date, today: date) -> str:
    """ "i går", "mandag" within the last six days, else "mandag 16. november"."""
    days = (today - day).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days == -1:
        return _("tomorrow")
    return str(WEEKDAYS[day.weekday()]).lower() if 0 < days < 7 else da_date(day)


@register.filter
def span_words(first: date, last: date) -> str:
    """ "23.–29. november"; with both months when they differ, with the year when it is another one."""
    if (first.year, first.month) == (last.year, last.month):
        dot = "." if (get_language() or "").startswith("da") else ""
        return f"{first.day}{dot}–{da_date(last, 'plain')}"
    return f"{da_date(first, 'short')} – {da_date(last, 'short')}"


@register.filter
def full_stop(text: str) -> str:
    """The text as a sentence: "1. nov." has its stop already."""
    return text if text.endswith(".") else f"{text}."


@register.filter
def rhythm_words(schedule: Schedule) -> str:
    """ "tirsdag 18.00–21.00", "hver anden tirsdag 18.00–21.00"."""
    times = da_time_range(schedule.start_time, schedule.end_time).replace("–", "\u2060–\u2060")  # never broken in two
    rhythm = read_rhythm(schedule.rule, schedule.starts_on)
    if rhythm:
        return f"{days_words(rhythm)} {times}"
    monthly = _MONTHLY.fullmatch(schedule.rule.removeprefix("RRULE:"))
    if monthly and monthly[1] in _ORDINALS:
        day = str(WEEKDAYS[CODES.index(monthly[2])]).lower()
        return f"{_ORDINALS[monthly[1]] % {'day': day}} {times}"
    return _("own rhythm, %(times)s") % {"times": times}


@register.filter
def mood_icon(mood: int | str | None) -> str:
    """Three faces; empty when nobody chose one."""
    faces = {Mood.BAD: "frown", Mood.FAIR: "meh", Mood.GOOD: "smile"}
    return faces[Mood(int(mood))] if mood else ""


_MONTHLY = re.compile(r"FREQ=MONTHLY;BYDAY=(-?\d)([A-Z]{2})")
_ORDINALS = {
    "1": gettext_lazy("first %(day)s of the month"),
    "2": gettext_lazy("second %(day)s of the month"),
    "3": gettext_lazy("third %(day)s of the month"),
    "4": gettext_lazy("fourth %(day)s of the month"),
    "-1": gettext_lazy("last %(day)s of the month"),
}


def days_words(rhythm: Rhythm) -> str:
    days = get_text_list([str(WEEKDAYS[day]).lower() for day in rhythm.weekdays], _("and"))
    if rhythm.interval == 1:
        return days
    if rhythm.interval == 2:
        return _("every other week on %(days)s") % {"days": days}
    return _("every %(number)s weeks on %(days)s") % {"number": rhythm.interval, "days": days}
