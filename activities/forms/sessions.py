"""The form of something unplanned, and the filter of a month."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.asking import AskingForm
from accounts.danish import by_name
from accounts.fields import DanishCountField, PastDateField, PlainTextField, depends, offer_by_name
from accounts.models import Plan
from activities.forms.log import HeadsField
from activities.log import SessionLog, split_format
from activities.models import Activity, CountingMode, Format, Session, SessionState
from partners.models import focus_areas

NEW = "ny"


class UnplannedForm(AskingForm):
    """Which activity (or a new one), when, how many. Everything else can wait."""

    activity = forms.ChoiceField(label=_("Which activity?"))
    new_name = PlainTextField(label=_("What was it?"), max_length=100, required=False)
    focus_area = forms.ModelChoiceField(
        None, label=_("Which focus area does it belong to?"), required=False, empty_label=None, widget=forms.RadioSelect
    )
    day = PastDateField(label=_("When?"))
    heads_total = HeadsField(label=_("How many came?"), required=False)
    volunteer_turns = DanishCountField(label=_("Volunteers"), max_value=999, required=False)
    theme = PlainTextField(label=_("Theme"), max_length=150, required=False)
    note = PlainTextField(label=_("One line about it"), max_length=200, required=False)
    is_one_more = forms.BooleanField(label=_("Yes, it was one more that day"), required=False)

    def __init__(self, data: Any = None, *, plan: Plan, today: date, chosen: str = "", **kwargs: Any) -> None:
        super().__init__(data, initial={"day": today, "activity": chosen}, **kwargs)
        self.plan, self.today = plan, today
        self.activities = {activity.pk: activity for activity in by_name(plan.activities.active())}
        choices = [("", _("Choose …")), *((pk, activity.name) for pk, activity in self.activities.items())]
        self.fields["activity"].choices = [*choices, (NEW, _("Something new, not on the list"))]
        self.fields["focus_area"].queryset = focus_areas(plan)
        depends(self, "new_name", "focus_area", "heads_total")
        self.fields["heads_total"].widget.attrs |= {"class": "stepper-input", "placeholder": "–", "maxlength": 12}
        self.fields["day"].widget.attrs["max"] = today.isoformat()
        self.fields["new_name"].widget.attrs |= {"placeholder": _("Summer party, job fair, …"), "autocomplete": "off"}

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("The day lies ahead. Log it when it has been."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        choice = data.get("activity")
        if choice == NEW:
            if not data.get("new_name") and "new_name" not in self.errors:
                self.add_error("new_name", _("Write what it was."))
            if not data.get("focus_area"):
                self.add_error("focus_area", _("Choose the focus area that it counts under."))
        elif choice and data.get("new_name"):
            self.add_error("new_name", _("Choose “Something new” above, or leave this empty."))
        activity = self.chosen_activity()
        uses_list = activity is not None and activity.counting_mode != CountingMode.HEADCOUNT
        if data.get("heads_total") is None and "heads_total" not in self.errors and not uses_list:
            self.add_error("heads_total", _("Write how many came. If nobody came, write 0."))
        return data

    def chosen_activity(self) -> Activity | None:
        choice = self.cleaned_data.get("activity", "")
        return self.activities.get(int(choice)) if choice.isdecimal() else None

    def to_arguments(self) -> dict[str, Any]:
        """For `log_unplanned`. Without a number the tick list does the counting."""
        data = self.cleaned_data
        return {
            "activity": self.chosen_activity(),
            "new_name": data["new_name"],
            "focus_area": data["focus_area"],
            "day": data["day"],
            "log": self._to_log() if data["heads_total"] is not None else None,
            "is_one_more": data["is_one_more"],
        }

    def _to_log(self) -> SessionLog:
        data = self.cleaned_data
        code, theme = split_format(data["theme"])
        return SessionLog(
            state=SessionState.HELD,
            heads_total=data["heads_total"],
            heads_estimated=self.fields["heads_total"].estimated,
            volunteer_turns=data["volunteer_turns"],
            theme=theme,
            format=Format.objects.filter(code=code).first() if code else None,
            note=data["note"],
        )

    def refuse(self, message: str, field: str) -> None:
        self.add_error(field if field in self.fields else None, message)


class MonthFilter(forms.Form):
    """Month, activity, state. What makes no sense is ignored: a filter never fails.

    Without a state the list ends today: what comes is the programme's.
    """

    maaned = forms.CharField(required=False, widget=forms.HiddenInput)
    aktivitet = forms.ModelChoiceField(None, label=_("Activity"), required=False, empty_label=_("All activities"))
    status = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, data: Any = None, *, plan: Plan, today: date) -> None:
        super().__init__(data)
        self.first = read_month((data or {}).get("maaned", ""), today)
        offer_by_name(self.fields["aktivitet"], plan.activities.all())
        self.fields["status"].choices = [
            ("", _("All states")),
            ("unlogged", _("Not logged")),
            *((state.value, state.label) for state in SessionState if state != SessionState.PLANNED),
            ("planned", _("Coming")),
        ]
        for name in ("aktivitet", "status"):
            self.fields[name].widget.attrs["data-autosubmit"] = ""

    def narrow(self, rows: QuerySet[Session], today: date) -> QuerySet[Session]:
        self.full_clean()
        if not self.is_bound:
            self.cleaned_data = {}
        if activity := self.cleaned_data.get("aktivitet"):
            rows = rows.filter(activity=activity)
        state = self.cleaned_data.get("status")
        if state == "unlogged":
            return rows.unlogged(today)
        if state == "planned":
            return rows.filter(state=SessionState.PLANNED, date__gte=today)
        return rows.filter(state=state) if state else rows.exclude(state=SessionState.PLANNED, date__gt=today)


def read_month(code: str, today: date) -> date:
    """The first day of "2026-11"; of this month when it says nothing sensible."""
    year, _dash, month = code.partition("-")
    try:
        first = date(int(year), int(month), 1)
    except ValueError:
        return today.replace(day=1)
    return first if 1990 <= first.year <= 2100 else today.replace(day=1)
