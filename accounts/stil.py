"""What /stil/ shows: made-up figures and a form with every kind of field (staff only, no data of any plan)."""

import datetime
import re
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Demo words are data, so they are Danish like the data of a real plan.
AREAS = [
    (1, "Beskæftigelse"),
    (2, "Uddannelse og livschancer"),
    (3, "Kriminalpræventiv indsats"),
    (4, "Sammenhængskraft og medborgerskab"),
]
STATES = [("held", _("Held")), ("cancelled", _("Cancelled")), ("closed", _("Closed"))]


class StyleForm(forms.Form):
    """One of each field, as crispy draws them."""

    name = forms.CharField(label=_("Name"), initial="Lotte Mikkelsen")
    email = forms.EmailField(label=_("E-mail"), help_text=_("We only write when there is something for you to do."))
    starts_on = forms.DateField(label=_("Date"), required=False)
    venue = forms.ChoiceField(label=_("Venue"), choices=[("1", "Kulturhuset"), ("2", "Beboerhuset")])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sensitive = forms.BooleanField(label=_("The theme is sensitive"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("Weekdays"),
        required=False,
        choices=[("mo", "mandag"), ("tu", "tirsdag"), ("we", "onsdag")],
        widget=forms.CheckboxSelectMultiple,
        initial=["tu"],
    )


class StyleLogForm(forms.Form):
    """The log's own parts: choice, big number, small rows, file."""

    state = forms.ChoiceField(label=_("How did it go?"), choices=STATES, widget=forms.RadioSelect, initial="held")
    heads_total = forms.IntegerField(
        label=_("How many came?"),
        initial=38,
        min_value=0,
        max_value=999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "data-start": "38"}),
    )
    teens = forms.IntegerField(label="Heraf 13-17 år", initial=24, required=False, min_value=0)
    volunteers = forms.IntegerField(label="Frivillige på aftenen", initial=4, required=False, min_value=0)
    file = forms.FileField(label=_("Choose a file"), required=False, help_text="Excel eller CSV, højst 20 MB")


def sprite_icons() -> list[str]:
    """The names of all icons in the sprite."""
    sprite = finders.find("icons/sprite.svg")
    return re.findall(r'<symbol id="([^"]+)"', Path(sprite).read_text(encoding="utf-8")) if sprite else []


def stil_context() -> dict[str, Any]:
    """Everything the style page needs."""
    wrong = StyleForm({"wrong-name": "", "wrong-email": "lotte.example", "wrong-venue": "1"}, prefix="wrong")
    wrong.is_valid()
    today = timezone.localdate()
    november = datetime.date(today.year, 11, 24)
    return {
        "areas": AREAS,
        "form": StyleForm(),
        "wrong_form": wrong,
        "log_form": StyleLogForm(prefix="log"),
        "icons": sprite_icons(),
        "day": november,
        "days": [
            (november, "Debat", 3, "Kærlighed og kultur", "Panel: to unge fra området, en psykolog og dig"),
            (november + datetime.timedelta(7), "Job", 1, "Skriv dit første CV", "To butikker fra torvet søger til jul"),
            (november + datetime.timedelta(14), "Fællesspisning", 4, "Vi laver sambusa", "Køkkenet mangler to"),
        ],
        "trend": [26, 28, 31, 27, 33, 36, 30, 34, 33, 38],
        "trend_gap": [3, 5, None, 6, 9, 9, 11],
        "trend_up": [2, 4, 7, 10, 13, 15, 17, 18, 19],
        "bars": [("aug", 118), ("sep", 142), ("okt", 97), ("nov", 164), ("dec", 81), ("jan", None), ("feb", 131)],
        "weeks": [
            (f"uge {week}", value)
            for week, value in enumerate([22, 31, 35, 28, None, 33, 41, 47, 0, 29, 30, 36, None, 38, 33, 35], start=1)
        ],
        "statuses": ["reached", "on_track", "behind", "at_risk", "no_data"],
        "states": ["held", "planned", "cancelled", "closed", "unlogged"],
        "tabs": [
            {"url": "?", "label": "Planår 2025/26", "active": True},
            {"url": "?", "label": "1. halvår", "active": False},
            {"url": "?", "label": "2. halvår", "active": False},
            {"url": "?", "label": "Kvartal", "active": False},
        ],
        "page": Paginator(list(range(70)), 10).page(2),
    }
