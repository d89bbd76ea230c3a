"""Template tags and filters for the components in templates/includes/ (see docs/look.md)."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from hashlib import sha1
from typing import Any

from django import template
from django.forms import BoundField, Select
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

register = template.Library()

NOTHING = "–"
STATUS_WORDS = ("reached", "on_track", "behind", "at_risk", "no_data")
STATE_WORDS = ("held", "planned", "cancelled", "closed", "unlogged")
HEAT_LEVELS = 4
MAY = 5


# Icons, chips, status


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An icon from the sprite: decorative unless it gets a label."""
    return _draw_icon(str(name), str(css), str(label))


@lru_cache(maxsize=1024)
def _draw_icon(name: str, css: str, label: str) -> SafeString:
    """The same few icons stand a hundred times on a page; the sprite's address does not change while we run."""
    href = f"{static('icons/sprite.svg')}#{name}"
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}" focusable="false"><use href="{}"></use></svg>',
            classes,
            label,
            href,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', classes, href
    )


@register.filter
def area_position(area: Any) -> int:
    """Colour position 0-4 of a focus area: an object with `position`, a number, or nothing (0)."""
    value = getattr(area, "position", area)
    try:
        number = int(value)
    except (TypeError, ValueError):
        return 0
    return number if 1 <= number <= 4 else 0


@register.simple_tag
def area_chip(area: Any, name: str = "") -> SafeString:
    """A focus area as icon + word in its own colour; `area` is a FocusArea or a position 1-4."""
    position = area_position(area)
    text = name or getattr(area, "short_name", "") or getattr(area, "name", "") or _("No focus area")
    return format_html('<span class="chip area-{}">{}<span>{}</span></span>', position, icon(f"area-{position}"), text)


@register.simple_tag
def area_icon(area: Any, css: str = "") -> SafeString:
    """The focus area's own icon."""
    return icon(f"area-{area_position(area)}", css)


STATUS_NAMES = {
    "reached": gettext_lazy("Reached"),
    "on_track": gettext_lazy("On track"),
    "behind": gettext_lazy("Behind"),
    "at_risk": gettext_lazy("At risk"),
    "no_data": gettext_lazy("No figures"),
    "held": gettext_lazy("Held"),
    "planned": gettext_lazy("Planned"),
    "cancelled": gettext_lazy("Cancelled"),
    "closed": gettext_lazy("Closed"),
    "unlogged": gettext_lazy("Not logged"),
}


@register.simple_tag
def status_word(status: str) -> str:
    """The word for a status code or a session state."""
    return str(STATUS_NAMES.get(status, STATUS_NAMES["no_data"]))


@register.simple_tag
def status_mark(status: str, state: Any = False, word: str = "") -> SafeString:  # noqa: FBT002
    """A status, or a session's state, as shape and word."""
    status = str(status or "no_data")
    return _draw_status(status, "state" if state else "status", str(word or "") or status_word(status))


@lru_cache(maxsize=512)
def _draw_status(status: str, kind: str, word: str) -> SafeString:
    return format_html(
        '<span class="status status-{}">{}<span>{}</span></span>', status, icon(f"{kind}-{status}"), word
    )


@register.filter
def initials(user: Any) -> str:
    """Up to two letters for the round avatar: from the name, else from the e-mail address."""
    full_name = user.get_full_name() if hasattr(user, "get_full_name") else ""
    name = str(full_name or getattr(user, "name", "") or getattr(user, "email", ""))
    words = [word for word in name.partition("@")[0].replace(".", " ").replace("-", " ").split() if word[0].isalpha()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


# Danish numbers, dates and times


@register.filter
def da_number(value: Any, decimals: int | None = None) -> str:
    """1.234,5: grouped, at most one decimal unless another number is given, no trailing zeros; nothing is a dash."""
    if value is None or value == "":
        return NOTHING
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return NOTHING
    places = 1 if decimals is None else int(decimals)
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    if decimals is None and rounded == rounded.to_integral_value():
        rounded = rounded.quantize(Decimal(1))
    return number_format(rounded, use_l10n=True, force_grouping=True).replace("-", "−")


@register.filter
def da_percent(value: Any) -> str:
    """0.905 → 91 %: a share between 0 and 1 as whole per cent; nothing is a dash."""
    if value is None or value == "":
        return NOTHING
    return f"{da_number(Decimal(str(value)) * 100, 0)} %"


def _local(value: datetime.date | datetime.datetime) -> datetime.date | datetime.datetime:
    """A datetime in local time; a date as it is."""
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def da_date(value: Any, style: str = "") -> str:
    """'tirsdag 24. november', with the year when it is another one; style 'short': '24. nov.', 'plain': no weekday,
    'year': no weekday and always the year."""
    if not value:
        return NOTHING
    day = _local(value)
    year = _year_of_writing.get() or timezone.localdate().year
    return _write_date(day.toordinal(), style, get_language() or "", year)


_year_of_writing: ContextVar[int | None] = ContextVar("year_of_writing", default=None)


@contextmanager
def dates_written_in(year: int) -> Iterator[None]:
    """Days of that year go without it, whenever the text is read: for papers that must say the same for ever."""
    token = _year_of_writing.set(year)
    try:
        yield
    finally:
        _year_of_writing.reset(token)


@lru_cache(maxsize=4096)
def _write_date(ordinal: int, style: str, language: str, this_year: int) -> str:
    """The same days stand on every line of a list."""
    day = datetime.date.fromordinal(ordinal)
    dot = "." if language.startswith("da") else ""
    month = ("b" if day.month == MAY else "b.") if dot else "M"  # "maj" is the whole word
    pattern = {"short": f"j{dot} {month}", "plain": f"j{dot} F", "year": f"j{dot} F"}
    words = pattern.get(style, f"l j{dot} F")
    return date_format(day, words if day.year == this_year and style != "year" else f"{words} Y")


@register.filter
def da_time(value: Any) -> str:
    """18.00 (24-hour clock, Danish full stop)."""
    if value is None or value == "":
        return NOTHING
    moment = _local(value) if isinstance(value, datetime.datetime) else value
    return f"{moment:%H.%M}"


@register.filter
def da_time_range(start: Any, end: Any = None) -> str:
    """18.00–21.00; only the start when there is no end."""
    return da_time(start) if not end else f"{da_time(start)}–{da_time(end)}"


@register.filter
def da_date_range(first: Any, last: Any) -> str:
    """'1. juli 2025 – 30. juni 2026': the years always, or an ended span would look like a coming one."""
    return f"{da_date(first, 'year')} – {da_date(last, 'year')}"


@register.filter
def first_upper(value: Any) -> str:
    """The text with a capital first letter (for a date that begins a line)."""
    return capfirst(str(value))


# Forms


@register.simple_tag
def widget_attributes(attributes: dict[str, Any]) -> SafeString:
    """A widget's attributes, as Django's own template writes them, which asks three questions about each: a fifth of
    the time of a page with ten fields."""
    written = (
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in attributes.items()
        if value is not False
    )
    return SafeString("".join(written))  # every part is escaped above


@register.filter
def with_class(field: BoundField, css: str) -> SafeString:
    """Render a form field's widget with further CSS classes."""
    classes = f"{field.field.widget.attrs.get('class', '')} {css}".strip()
    if field.errors:
        classes += " is-invalid"
    return field.as_widget(attrs={"class": classes})


@register.filter
def may_be_left_out(field: BoundField) -> bool:
    """Whether "optional" is true of the field, and stands beside its label.

    Not of one that is needed in some cases (`depends`, see accounts.fields), nor of a list whose first choice is an
    answer of its own ("The whole plan").
    """
    if field.field.required or getattr(field.field, "depends", False):
        return False
    choices = [] if field.is_hidden else getattr(field.field.widget, "choices", [])
    first = next(iter(choices), None) if isinstance(field.field.widget, Select) else None
    return not (first and first[0] in ("", None) and str(first[1]).strip("-"))


@register.filter
def undo_url(message: Any) -> str:
    """The address in a Django message's extra tags: messages.success(…, extra_tags="undo:/where/")."""
    for tag in (getattr(message, "extra_tags", "") or "").split():
        if tag.startswith("undo:/") and not tag.startswith("undo://"):
            return tag.removeprefix("undo:")
    return ""


# Drawings. Geometry is worked out here and written as text, so that no locale turns a decimal point into a comma.


def _short(number: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")


@register.inclusion_tag("includes/_sparkline.html")
def sparkline(
    values: Iterable[float | None],
    target: float | None = None,
    area: Any = 0,
    label: str = "",
    breaks: Iterable[float] = (),
) -> dict[str, Any]:
    """A small trend line from the first to the last value, with the target as a dotted line; None leaves a gap.

    `breaks` are places between 0 (the first value) and 1 (the last) where a dashed line says "counted otherwise".
    """
    width, height, pad = 200, 44, 5
    numbers = [None if value is None else float(value) for value in values or []]
    known = [number for number in numbers if number is not None]
    goal = None if target is None else float(target)
    top = max([*known, goal or 0.0, 1.0])
    step = (width - 2 * pad) / max(len(numbers) - 1, 1)

    def at(index: int, number: float) -> tuple[str, str]:
        return _short(pad + index * step), _short(height - pad - (height - 2 * pad) * max(number, 0.0) / top)

    runs: list[list[tuple[str, str]]] = [[]]
    for index, number in enumerate(numbers):
        if number is None:
            runs.append([])
        else:
            runs[-1].append(at(index, number))
    runs = [run for run in runs if run]
    floor = str(height - pad)
    text = label or _("Trend: %(values)s") % {"values": ", ".join(da_number(number) for number in numbers)}
    return {
        "position": area_position(area),
        "label": text,
        "lines": [" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1],
        "fills": [
            f"M{run[0][0]},{floor} " + " ".join(f"L{x},{y}" for x, y in run) + f" L{run[-1][0]},{floor}Z"
            for run in runs
            if len(run) > 1
        ],
        "lone": [run[0] for run in runs if len(run) == 1],
        "last": runs[-1][-1] if runs else None,
        "target_y": None if goal is None else at(0, goal)[1],
        "breaks": [_short(pad + place * (width - 2 * pad)) for place in breaks],
        "empty": not known,
    }


@register.inclusion_tag("includes/_bar_chart.html")
def bar_chart(
    rows: Sequence[tuple[Any, float | None]],
    title: str,
    target: float | None = None,
    area: Any = 0,
    unit: str = "",
) -> dict[str, Any]:
    """Columns in the focus area's colour and pattern, and the same numbers as a table; rows are (label, value)."""
    pairs = [(str(name), None if value is None else float(value)) for name, value in rows or []]
    goal = None if target is None else float(target)
    top = max([value for _name, value in pairs if value is not None] + [goal or 0.0, 1.0]) * 1.06
    every = -(-len(pairs) // 6)  # at 360 px six labels find room
    bars = [
        {
            "name": name,
            "value": value,
            "y": _short(100 - 100 * max(value, 0.0) / top) if value is not None else None,
            "height": _short(100 * max(value, 0.0) / top) if value is not None else None,
            "labelled": index % every == 0,
        }
        for index, (name, value) in enumerate(pairs)
    ]
    position = area_position(area)
    seed = f"{title}|{pairs}|{position}"
    return {
        "bars": bars,
        "title": title,
        "unit": unit,
        "target": target,
        "target_y": None if goal is None else _short(100 - 100 * goal / top),
        "position": position,
        "pattern_id": f"pattern-{sha1(seed.encode(), usedforsecurity=False).hexdigest()[:8]}",
    }


@register.inclusion_tag("includes/_heat_strip.html")
def heat_strip(cells: Sequence[tuple[Any, float | None]], title: str, area: Any = 0) -> dict[str, Any]:
    """One small cell per week or evening, filled from the bottom by its share of the highest; None is 'not logged'."""
    pairs = [(str(name), None if value is None else float(value)) for name, value in cells or []]
    top = max([value for _name, value in pairs if value is not None] + [1.0])
    drawn = []
    for name, value in pairs:
        share = None if value is None else max(value, 0.0) / top
        drawn.append(
            {
                "name": name,
                "value": value,
                "level": "none" if share is None else str(round(share * HEAT_LEVELS)),
                "y": None if share is None else _short(100 - 100 * share),
                "height": None if share is None else _short(100 * share),
            }
        )
    return {"cells": drawn, "title": title, "position": area_position(area)}
