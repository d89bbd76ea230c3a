"""Forms of an activity, of its weekly time, of moving one evening, and of closures."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.danish import by_name
from accounts.fields import DanishDateField, DanishTimeField, PlainTextField, depends, offer_by_name, use_danish_fields
from accounts.models import Plan, Role, User
from activities.models import Activity, ActivityAlias, Closure, CountingMode, Schedule, Session, Venue
from activities.series import ALL, FOLLOWING, THIS, Rhythm, SeriesChange, read_rhythm
from jobs.values import clean_text, match_key
from partners.models import focus_areas

NO_TIME = {
    "start_time": _("Write when it begins, as 18.00."),
    "end_time": _("Write when it ends, as 21.00."),
}
DAYS = [(number, capfirst(name)) for number, name in WEEKDAYS.items()]
EVERY = [(1, _("Every week")), (2, _("Every other week")), (3, _("Every third week")), (4, _("Every fourth week"))]


def team(plan: Plan):
    """Who can be coordinator: staff and project managers."""
    return User.objects.filter(
        memberships__plan=plan, memberships__role__in=[Role.STAFF, Role.PROJECT_MANAGER], is_active=True
    )


class VenueMixin(forms.Form):
    """A venue by its name: one that is new is simply written."""

    venue_name = PlainTextField(label=_("Where?"), max_length=100, required=False)

    def offer_venues(self, plan: Plan) -> None:
        self.venues = by_name(Venue.objects.filter(plan=plan))
        self.fields["venue_name"].widget.attrs |= {"list": "venues", "autocomplete": "off"}

    def get_venue(self, plan: Plan) -> Venue | None:
        name = clean_text(self.cleaned_data.get("venue_name") or "")
        if not name:
            return None
        key = match_key(name)
        found = next((venue for venue in self.venues if match_key(venue.name) == key), None)
        return found or Venue.objects.get_or_create(plan=plan, name=name)[0]


class WeeklyTimeMixin(forms.Form):
    """When: weekdays, rhythm, from and to."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days?"), choices=DAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    interval = forms.TypedChoiceField(label=_("How often?"), choices=EVERY, coerce=int, initial=1)
    start_time = DanishTimeField(label=_("From"), required=False)
    end_time = DanishTimeField(label=_("To"), required=False)
    skips_holidays = forms.BooleanField(label=_("Closed on public holidays"), required=False, initial=True)

    def check_times(self, data: dict[str, Any], *, required: bool) -> None:
        days, start, end = data.get("weekdays"), data.get("start_time"), data.get("end_time")
        if not required and not days and not start and not end:
            return
        if not days and "weekdays" not in self.errors and "weekdays" in self.fields:
            self.add_error("weekdays", _("Choose at least one day."))
        for name, value in (("start_time", start), ("end_time", end)):
            if value is None and name not in self.errors:
                self.add_error(name, NO_TIME[name])
        if start and end and end <= start:
            self.add_error("end_time", _("The end must come after the start."))


class ActivityForm(VenueMixin, WeeklyTimeMixin, forms.ModelForm):
    """An activity. A new one takes its weekly time along; later the time has its own page."""

    aliases = PlainTextField(
        label=_("Other spellings in your spreadsheets"),
        max_length=400,
        required=False,
        help_text=_("Separated by commas. Imports find the activity by them."),
    )
    starts_on = DanishDateField(label=_("First date"), required=False)

    class Meta:
        model = Activity
        fields = ["name", "focus_area", "counting_mode", "target_group", "owner", "purpose"]
        formfield_callback = use_danish_fields
        widgets = {
            "focus_area": forms.RadioSelect,
            "counting_mode": forms.RadioSelect,
            "purpose": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, plan: Plan, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.is_new = plan, self.instance.pk is None
        self.instance.plan = plan
        self.fields["focus_area"].queryset = focus_areas(plan)
        self.fields["focus_area"].empty_label = None
        self.fields["focus_area"].label_from_instance = lambda area: area.local_name
        # The choice is explained in plain words on the page; "named" needs a legal basis and is set in the admin.
        modes = [CountingMode.HEADCOUNT, CountingMode.PSEUDONYMOUS]
        if self.instance.counting_mode == CountingMode.NAMED:
            modes.append(CountingMode.NAMED)
        self.fields["counting_mode"].choices = [(mode.value, mode.label) for mode in modes]
        offer_by_name(self.fields["owner"], team(plan))
        self.fields["owner"].empty_label = _("Nobody yet")
        self.fields["starts_on"].initial = today
        self.offer_venues(plan)
        if not self.is_new:
            self.initial["venue_name"] = self.instance.venue.name if self.instance.venue else ""
            self.initial["aliases"] = ", ".join(alias.text for alias in self.instance.aliases.all())
            for name in ("weekdays", "interval", "start_time", "end_time", "skips_holidays", "starts_on"):
                del self.fields[name]
        depends(self, "weekdays", "start_time", "end_time", "starts_on")

    def clean_aliases(self) -> list[str]:
        spellings = [clean_text(text) for text in self.cleaned_data["aliases"].replace(";", ",").split(",")]
        spellings = list({match_key(text): text for text in spellings if text}.values())
        for text in spellings:
            if len(text) > 100:
                raise ValidationError(_("Each spelling can be 100 characters at most."))
        others = ActivityAlias.objects.filter(plan=self.plan, key__in=[match_key(text) for text in spellings])
        taken = others.exclude(activity=self.instance.pk).select_related("activity").first()
        if taken:
            raise ValidationError(
                _("“%(text)s” already belongs to %(activity)s."),
                params={"text": taken.text, "activity": taken.activity.name},
            )
        return spellings

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"])
        same = Activity.objects.filter(plan=self.plan).exclude(pk=self.instance.pk).values_list("name", flat=True)
        if match_key(name) in {match_key(other) for other in same}:
            raise ValidationError(_("The plan already has an activity with that name."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.is_new:
            self.check_times(data, required=False)
            if data.get("weekdays") and not data.get("starts_on") and "starts_on" not in self.errors:
                self.add_error("starts_on", _("When does it begin?"))
        return data

    def get_schedule(self, activity: Activity) -> Schedule | None:
        """The unsaved series of a new activity, if a time was given."""
        data = self.cleaned_data
        if not self.is_new or not data.get("weekdays"):
            return None
        return Schedule(
            plan=self.plan,
            activity=activity,
            rule=Rhythm(tuple(sorted(data["weekdays"])), data["interval"] or 1).rule,
            starts_on=data["starts_on"],
            start_time=data["start_time"],
            end_time=data["end_time"],
            venue=activity.venue,
            skips_holidays=data["skips_holidays"],
        )


class ScheduleForm(VenueMixin, WeeklyTimeMixin, forms.Form):
    """A series: new, or changed from a date on."""

    from_on = DanishDateField(label=_("From which date?"))
    ends_on = DanishDateField(label=_("Last date"), required=False, help_text=_("Empty: as long as the plan runs."))

    def __init__(
        self, data: Any = None, *, plan: Plan, today: date, schedule: Schedule | None = None, start: date | None = None
    ) -> None:
        self.plan, self.schedule, self.today = plan, schedule, today
        super().__init__(data, initial=self._initial(start))
        self.offer_venues(plan)
        for name in ("start_time", "end_time"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = NO_TIME[name]
        self.is_own_rule = schedule is not None and read_rhythm(schedule.rule, schedule.starts_on) is None
        if self.is_own_rule:
            del self.fields["weekdays"], self.fields["interval"]
        else:
            self.fields["weekdays"].required = True
            self.fields["weekdays"].error_messages["required"] = _("Choose at least one day.")

    def _initial(self, start: date | None) -> dict[str, Any]:
        schedule = self.schedule
        if schedule is None:
            return {"from_on": start or self.today, "interval": 1, "skips_holidays": True}
        rhythm = read_rhythm(schedule.rule, schedule.starts_on)
        return {
            "weekdays": rhythm.weekdays if rhythm else (),
            "interval": rhythm.interval if rhythm else 1,
            "start_time": schedule.start_time,
            "end_time": schedule.end_time,
            "skips_holidays": schedule.skips_holidays,
            "venue_name": schedule.venue.name if schedule.venue else "",
            "ends_on": schedule.ends_on,
            "from_on": start or max(schedule.starts_on, self.today),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_times(data, required=True)
        start, end = data.get("from_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The last date must come after the first date."))
        if start and not self.plan.starts_on <= start <= self.plan.ends_on:
            self.add_error("from_on", _("The date lies outside the plan's years."))
        return data

    @property
    def rule(self) -> str:
        if self.is_own_rule:
            return self.schedule.rule
        return Rhythm(tuple(sorted(self.cleaned_data["weekdays"])), self.cleaned_data["interval"] or 1).rule

    def to_change(self) -> SeriesChange:
        data = self.cleaned_data
        return SeriesChange(
            rule=self.rule,
            start_time=data["start_time"],
            end_time=data["end_time"],
            venue=self.get_venue(self.plan),
            ends_on=data["ends_on"],
            skips_holidays=data["skips_holidays"],
        )

    def to_schedule(self, activity: Activity) -> Schedule:
        change = self.to_change()
        return Schedule(plan=self.plan, activity=activity, starts_on=self.cleaned_data["from_on"], **vars(change))


class MoveForm(VenueMixin, forms.Form):
    """Another day, time or place for this evening, or for those that follow too."""

    scope = forms.ChoiceField(label=_("Which evenings?"), widget=forms.RadioSelect)
    day = DanishDateField(label=_("Day"))
    start_time = DanishTimeField(label=_("From"), required=False)
    end_time = DanishTimeField(label=_("To"), required=False)

    def __init__(self, data: Any = None, *, session: Session) -> None:
        self.session = session
        super().__init__(
            data,
            initial={
                "scope": THIS,
                "day": session.date,
                "start_time": session.start_time,
                "end_time": session.end_time,
                "venue_name": session.venue.name if session.venue else "",
            },
        )
        self.fields["scope"].choices = [(THIS, _("Only this one"))]
        if session.schedule_id and session.scheduled_on:
            self.fields["scope"].choices += [(FOLLOWING, _("This and the following")), (ALL, _("All that come"))]
        self.offer_venues(session.plan)
        for name in ("start_time", "end_time"):
            # One that was made by hand may have no times; a time that is there is not lost by moving the evening.
            self.fields[name].required = bool(session.schedule_id or getattr(session, name))
            self.fields[name].error_messages["required"] = NO_TIME[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end = data.get("start_time"), data.get("end_time")
        if start and end and end <= start:
            self.add_error("end_time", _("The end must come after the start."))
        elif end and start is None and "start_time" not in self.errors:
            self.add_error("start_time", NO_TIME["start_time"])
        return data

    def to_change(self) -> SeriesChange:
        """The whole series moves by the weekday that this evening moves to."""
        data, schedule, session = self.cleaned_data, self.session.schedule, self.session
        rule = schedule.rule
        rhythm = read_rhythm(rule, schedule.starts_on)
        if rhythm and data["day"].weekday() != session.date.weekday():
            days = {data["day"].weekday() if day == session.date.weekday() else day for day in rhythm.weekdays}
            rule = Rhythm(tuple(sorted(days)), rhythm.interval).rule
        return SeriesChange(
            rule=rule,
            start_time=data["start_time"],
            end_time=data["end_time"],
            venue=self.get_venue(session.plan),
            ends_on=schedule.ends_on,
            skips_holidays=schedule.skips_holidays,
        )


class ClosureForm(forms.ModelForm):
    starts_on = DanishDateField(label=_("First day"))
    ends_on = DanishDateField(label=_("Last day"))

    class Meta:
        model = Closure
        fields = ["name", "starts_on", "ends_on", "activity"]
        formfield_callback = use_danish_fields

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.plan = plan
        offer_by_name(self.fields["activity"], plan.activities.active())
        self.fields["activity"].empty_label = _("The whole plan")
        self.fields["activity"].label = _("What is closed?")
        self.fields["activity"].help_text = ""
        self.fields["name"].widget.attrs["placeholder"] = _("Summer holiday")
