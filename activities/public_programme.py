"""What the public page, the poster and the picture show of a released programme: plain rows, from the release alone."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.danish import by_name
from accounts.models import Plan
from activities.models import Activity, ProgrammeRelease, Season
from activities.programme_release import Row, is_theme_off, latest_release, read_release

EVERY = 0.6  # that many of the evenings on one weekday and hour are "every Tuesday at 18"


@dataclass(frozen=True)
class PublicItem:
    """One item as the young read it."""

    uid: str
    day: date
    start: str
    end: str
    title: str
    format: str
    text: str
    simple: str
    venue: str
    guests: list[str]
    is_cancelled: bool
    is_theme_off: bool = False  # called off, and the evening is held without it


@dataclass(frozen=True)
class PublicProgramme:
    """The page: `coming` from today on, and the sentence over it ("Hver tirsdag kl. 18")."""

    activity: str
    plan: str
    area: int
    season: str
    last_day: date
    rhythm: str
    venue: str
    coming: list[PublicItem]


def public_activities(plan: Plan) -> list[Activity]:
    """The activities that have a programme, or are making one: the first is shown when none is asked for."""
    made = Season.objects.filter(plan=plan).order_by().values("activity")
    return by_name(plan.activities.active().filter(pk__in=made).select_related("focus_area", "plan"))


def read_programme(release: ProgrammeRelease, *, today: date) -> PublicProgramme:
    """What is to come of a release."""
    content = read_release(release)
    rows: list[Row] = [row for row in content["items"] if date.fromisoformat(row["date"]) >= today]
    standing = [row for row in rows if not row["cancelled"]] or content["items"]
    return PublicProgramme(
        activity=content["activity"]["name"],
        plan=content["plan"]["name"],
        area=content["activity"]["area_position"],
        season=content["season"]["name"],
        last_day=date.fromisoformat(content["season"]["to"]),
        rhythm=rhythm(standing),
        venue=_most_common([row["venue"] for row in standing]),
        coming=[_item(row) for row in rows],
    )


def newest_programme(activity: Activity, *, today: date) -> PublicProgramme | None:
    release = latest_release(activity.plan, activity, today=today)
    return read_programme(release, today=today) if release else None


def _item(row: Row) -> PublicItem:
    is_english = get_language() == "en"
    return PublicItem(
        uid=row["uid"],
        day=date.fromisoformat(row["date"]),
        start=_clock(row["start"]),
        end=_clock(row["end"]),
        title=row["title"],
        format=row["format_en"] if is_english else row["format"],
        text=row["description"],
        simple=row["simple"],
        venue=row["venue"],
        guests=row["guests"],
        is_cancelled=row["cancelled"],
        is_theme_off=is_theme_off(row),
    )


def _clock(text: str | None) -> str:
    """ "18:00" as it is said: 18, or 18.30."""
    if not text:
        return ""
    hour, minute = text.split(":")
    return str(int(hour)) if minute == "00" else f"{int(hour)}.{minute}"


def rhythm(rows: list[Row]) -> str:
    """ "Every Tuesday at 18" where most evenings are so, else nothing."""
    slots = Counter((date.fromisoformat(row["date"]).weekday(), row["start"]) for row in rows if row["start"])
    if not slots:
        return ""
    (weekday, start), count = slots.most_common(1)[0]
    if count < EVERY * len(rows):
        return ""
    day = str(WEEKDAYS[weekday])
    return _("Every %(day)s at %(time)s") % {
        "day": day if get_language() == "en" else day.lower(),
        "time": _clock(start),
    }


def _most_common(words: list[str]) -> str:
    known = Counter(word for word in words if word)
    return known.most_common(1)[0][0] if known else ""
