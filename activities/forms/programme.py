"""The forms of a season, of an item of its programme, and of its guests."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.danish import by_name
from accounts.fields import DanishCountField, DanishDateField, KronerField, PlainTextField, offer_by_name
from accounts.models import Membership, Plan, Role, User
from activities.forms.activities import VenueMixin
from activities.models import Activity, Format, Guest, GuestRole, ListKind, ProgrammeItem, Season
from activities.seasons import Suggestion
from activities.themes import split_format
from jobs.canonical import canonical_json
from jobs.values import clean_text, match_key
from partners.models import Contact

MOST_SLOTS = 5
HOSTS = (Role.VOLUNTEER, Role.STAFF, Role.PROJECT_MANAGER)


class SeasonForm(forms.Form):
    """Name and dates; everything has a suggestion."""

    name = PlainTextField(label=_("What is it called?"), max_length=60)
    starts_on = DanishDateField(label=_("From"))
    ends_on = DanishDateField(label=_("To"))
    slot_names = PlainTextField(
        label=_("Rows on the board"),
        max_length=200,
        help_text=_("One is enough. With two or more, put a comma between: Theme, Food."),
    )
    format_limit = DanishCountField(
        label=_("At most of one kind"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("We say so when there are more debates than this, for example."),
    )

    def __init__(
        self, data: Any = None, *, activity: Activity, season: Season | None = None, suggested: Suggestion | None = None
    ) -> None:
        self.activity, self.season = activity, season
        super().__init__(data, initial=self._initial(season, suggested))
        if season is None:
            del self.fields["format_limit"]  # worked out from the number of evenings

    def _initial(self, season: Season | None, suggested: Suggestion | None) -> dict[str, Any]:
        if season is not None:
            names = ", ".join(slot.name for slot in season.slots.all())
            return {
                "name": season.name,
                "starts_on": season.starts_on,
                "ends_on": season.ends_on,
                "slot_names": names,
                "format_limit": season.format_limit,
            }
        initial: dict[str, Any] = {"slot_names": _("Theme")}
        if suggested:
            initial |= {"name": suggested.name, "starts_on": suggested.starts_on, "ends_on": suggested.ends_on}
        return initial

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"])
        others = Season.objects.filter(plan=self.activity.plan, activity=self.activity)
        if self.season:
            others = others.exclude(pk=self.season.pk)
        if match_key(name) in {match_key(other) for other in others.values_list("name", flat=True)}:
            raise ValidationError(_("There is one with that name already."))
        return name

    def clean_slot_names(self) -> list[str]:
        names = [clean_text(name) for name in self.cleaned_data["slot_names"].split(",")]
        names = list({match_key(name): name for name in names if name}.values())
        if not names:
            raise ValidationError(_("Write at least one."))
        if len(names) > MOST_SLOTS:
            raise ValidationError(_("At most %(number)s rows.") % {"number": MOST_SLOTS})
        if any(len(name) > 40 for name in names):
            raise ValidationError(_("A row has at most 40 letters."))
        return names

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last, plan = data.get("starts_on"), data.get("ends_on"), self.activity.plan
        if first and last:
            if last < first:
                self.add_error("ends_on", _("The last day must come after the first day."))
            elif (last - first).days > 400:
                self.add_error("ends_on", _("A season is at most a year."))
            elif last < plan.starts_on or first > plan.ends_on:
                self.add_error("starts_on", _("The plan does not run then."))
        return data

    def to_season(self) -> Season:
        season = self.season or Season(plan=self.activity.plan, activity=self.activity)
        data = self.cleaned_data
        season.name, season.starts_on, season.ends_on = data["name"], data["starts_on"], data["ends_on"]
        if "format_limit" in data:
            season.format_limit = data["format_limit"]
        return season


def host_choices(plan: Plan, keep: set[int] = frozenset()) -> list[tuple[int, str]]:
    """Volunteers and colleagues by name; `keep`: those who stand there already, though they may have left."""
    members = Membership.objects.filter(plan=plan, role__in=HOSTS, user__is_active=True).values_list("user")
    rows = User.objects.filter(pk__in=members) | User.objects.filter(pk__in=keep)
    return [(user.pk, user.name) for user in by_name(rows.only("name").order_by().distinct())]


class ItemForm(VenueMixin, forms.Form):
    """One item. "Debat: hash" as a title is a debate about hash."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    title = PlainTextField(label=_("What is it about?"), max_length=120)
    format = forms.ModelChoiceField(None, label=_("What kind of evening?"), required=False, empty_label=_("Not said"))
    description = PlainTextField(
        label=_("Words for the programme"), max_length=1000, lines=4, required=False,
        help_text=_("Everybody can read this."),
    )  # fmt: skip
    simple_description = PlainTextField(
        label=_("The same in very few words"), max_length=300, required=False,
        help_text=_("For those who find it hard to read."),
    )  # fmt: skip
    hosts = forms.TypedMultipleChoiceField(
        label=_("Who is in charge?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    moderator = forms.TypedChoiceField(
        label=_("Who leads the debate?"), coerce=int, empty_value=None, required=False,
        help_text=_("Is it a guest? Say so at the guest."),
    )  # fmt: skip
    budget = KronerField(
        label=_("Money, in kroner"), required=False, min_value=0, max_value=999_999, max_digits=8, decimal_places=2
    )
    theme = PlainTextField(
        label=_("Theme in the log"), max_length=150, required=False,
        help_text=_("Empty: the title."),
    )  # fmt: skip
    is_sensitive = forms.BooleanField(label=_("The theme is sensitive"), required=False)

    def __init__(self, data: Any = None, *, plan: Plan, item: ProgrammeItem | None = None, **initial: Any) -> None:
        self.plan, self.item = plan, item
        stored = list(item.hosts.values_list("user", "is_moderator")) if item else []
        super().__init__(data, initial=self._initial(stored) | initial)
        self.fields["format"].queryset = Format.objects.all()
        people = host_choices(plan, {user for user, _leads in stored})
        self.fields["hosts"].choices = people
        self.fields["moderator"].choices = [("", _("Nobody yet")), *people]
        self.fields["title"].widget.attrs |= {"autocomplete": "off", "placeholder": _("Love and culture")}
        self.offer_venues(plan)

    def _initial(self, stored: list[tuple[int, bool]]) -> dict[str, Any]:
        item = self.item
        if item is None:
            return {"version": 0}
        return {
            "version": item.version,
            "title": item.title,
            "format": item.format_id,
            "description": item.description,
            "simple_description": item.simple_description,
            "venue_name": item.venue.name if item.venue else "",
            "hosts": [user for user, _leads in stored],
            "moderator": next((user for user, leads in stored if leads), None),
            "budget": item.budget,
            "theme": item.theme,
            "is_sensitive": item.is_sensitive,
        }

    def clean_description(self) -> str:
        return self.cleaned_data["description"].strip().replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        code, rest = split_format(data.get("title") or "")
        if code and rest and not data.get("format"):
            data["format"] = Format.objects.filter(code=code).first()
            data["title"] = rest[0].upper() + rest[1:]
        return data

    def to_values(self) -> dict[str, Any]:
        """For `edit_item`."""
        data = self.cleaned_data
        names = ("title", "format", "description", "simple_description", "budget", "theme", "is_sensitive")
        return {name: data[name] for name in names} | {"venue": self.get_venue(self.plan)}

    def to_hosts(self) -> dict[int, bool]:
        """User → leads the debate. Whoever leads it is in charge too."""
        data = self.cleaned_data
        leads = data["moderator"]
        return {user: user == leads for user in [*data["hosts"], *([leads] if leads else [])]}


class GuestForm(forms.Form):
    """Somebody from outside. The phone and the list of contacts are the team's alone."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    contact = forms.ModelChoiceField(
        None, label=_("Somebody we know"), required=False, empty_label=_("No, I write the name")
    )
    name = PlainTextField(label=_("Name"), max_length=100, required=False)
    title = PlainTextField(label=_("From where?"), max_length=120, required=False)
    phone = PlainTextField(label=_("Phone"), max_length=30, required=False, help_text=_("Only the team sees it."))
    role = forms.ChoiceField(label=_("What does the guest do?"), choices=GuestRole, widget=forms.RadioSelect)
    is_confirmed = forms.BooleanField(label=_("Has said yes"), required=False)
    is_public = forms.BooleanField(
        label=_("The name may stand in the programme"), required=False, help_text=_("Ask the guest first.")
    )

    def __init__(
        self, data: Any = None, *, plan: Plan, guest: Guest | None = None, sees_phone: bool, sees_contacts: bool
    ) -> None:
        self.guest = guest
        super().__init__(data, initial=self._initial(sees_phone=sees_phone))
        if not sees_phone:
            del self.fields["phone"]
        if sees_contacts and guest is None:
            self.fields["contact"].label_from_instance = lambda contact: f"{contact.name}, {contact.organisation.name}"
            offer_by_name(self.fields["contact"], Contact.objects.filter(plan=plan).select_related("organisation"))
        else:
            del self.fields["contact"]
            self.fields["name"].required = True
        self.fields["title"].widget.attrs["placeholder"] = _("The police, the library, …")

    def _initial(self, *, sees_phone: bool) -> dict[str, Any]:
        guest = self.guest
        if guest is None:
            return {"role": GuestRole.GUEST}
        initial = {
            "seen": state_of(guest),
            "name": guest.name,
            "title": guest.title,
            "role": guest.role,
            "is_confirmed": guest.is_confirmed,
            "is_public": guest.is_public,
        }
        return initial | {"phone": guest.phone} if sees_phone else initial

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        contact = data.get("contact")
        if contact:
            data["name"] = data.get("name") or contact.name
            data["title"] = data.get("title") or contact.organisation.name
            if "phone" in self.fields:
                data["phone"] = data.get("phone") or contact.phone
        elif not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("Write a name."))
        return data

    def to_values(self) -> dict[str, Any]:
        names = ("contact", "name", "title", "phone", "role", "is_confirmed", "is_public")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


def state_of(guest: Guest) -> str:
    """A fingerprint of what the page showed, so that a colleague's later change is not overwritten unseen.

    Keyed, since a phone number could be guessed from a plain one.
    """
    values = [guest.name, guest.title, guest.phone, guest.role, guest.is_confirmed, guest.is_public]
    return salted_hmac("activities.guest", canonical_json(values)).hexdigest()[:16]


class LineForm(forms.Form):
    """One line of a list."""

    kind = forms.ChoiceField(choices=ListKind, widget=forms.HiddenInput)
    text = PlainTextField(label=_("One more"), max_length=120)

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"])
