"""The forms of a meeting pack: which meeting and period, and the texts around the figures."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import DanishDateField, PlainTextField
from accounts.forms import PlainHelper
from accounts.models import Plan
from accounts.periods import Period
from accounts.templatetags.portal_tags import da_date, da_date_range
from reporting.models import AreaNarrative, StatusReport
from reporting.packs.drafts import Narrative, last_day_covered, pack_periods
from reporting.packs.reading import period_name
from reporting.periods import period_key


class MeetingForm(forms.Form):
    """For whom, when, and which figures. The meeting is named in words until bodies have pages of their own."""

    body = PlainTextField(label=gettext_lazy("For whom?"), max_length=80)
    meets_on = DanishDateField(label=gettext_lazy("When do they meet?"))
    period = forms.ChoiceField(label=gettext_lazy("Which period?"))
    as_of = DanishDateField(
        label=gettext_lazy("Figures up to"),
        required=False,
        help_text=gettext_lazy(
            "Leave it blank to take the last whole month. Everything up to that day is locked when the pack is frozen."
        ),
    )

    def __init__(self, *args: Any, plan: Plan, today: date, report: StatusReport | None = None, **kwargs: Any) -> None:
        self.plan, self.today, self.report = plan, today, report
        self.periods = {period_key(period): period for period in pack_periods(plan, today)}
        if report is not None:
            kept = Period(report.starts_on, report.ends_on)
            key = next((key for key, p in self.periods.items() if (p.first, p.last) == (kept.first, kept.last)), "")
            if not key:  # the plan's dates were moved since
                key, self.periods = "nu", {"nu": kept, **self.periods}
            meeting = {"body": report.body, "meets_on": report.meets_on, "as_of": report.as_of, "period": key}
            kwargs["initial"] = meeting | kwargs.get("initial", {})
        else:
            years = [key for key, period in self.periods.items() if period.kind == "year"]
            kwargs.setdefault("initial", {"period": years[0] if years else None})
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()
        self.fields["body"].widget.attrs |= {"list": "bodies", "autocomplete": "off"}
        self.fields["period"].choices = [(key, period_name(period)) for key, period in self.periods.items()]

    @property
    def bodies(self) -> list[str]:
        """Whom packs have been made for, to choose from."""
        return sorted(set(self.plan.status_reports.values_list("body", flat=True)))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        period = self.periods.get(data.get("period", ""))
        if period is None:
            return data
        as_of = data.get("as_of") or (None if "as_of" in self.errors else last_day_covered(period, self.today))
        if as_of and as_of >= self.today:
            self.add_error("as_of", _("Choose a day that is over. Tonight's evenings are not logged yet."))
        elif as_of and not period.first <= as_of <= period.last:
            self.add_error(
                "as_of",
                _("That day is outside the period (%(span)s).") % {"span": da_date_range(period.first, period.last)},
            )
        elif as_of and "meets_on" in data and data["meets_on"] < as_of:
            self.add_error(
                "meets_on",
                _("The figures go up to %(day)s, and the meeting lies before that. Correct one of the two days.")
                % {"day": da_date(as_of, "year")},
            )
        data["as_of"] = as_of
        return data

    @property
    def chosen(self) -> Period:
        return self.periods[self.cleaned_data["period"]]

    @property
    def values(self) -> dict[str, Any]:
        """What is stored of the meeting."""
        data, period = self.cleaned_data, self.chosen
        return {
            "body": data["body"],
            "meets_on": data["meets_on"],
            "starts_on": period.first,
            "ends_on": period.last,
            "as_of": data["as_of"],
        }


class PackForm(MeetingForm):
    """A whole draft: the meeting, the texts on the front page, and one for each focus area."""

    summary = PlainTextField(
        label=gettext_lazy("In short"),
        max_length=1500,
        lines=4,
        required=False,
        help_text=gettext_lazy("The most important in two or three lines. Stands at the top."),
    )
    decisions = PlainTextField(
        label=gettext_lazy("What are they to decide?"),
        max_length=3000,
        lines=4,
        required=False,
        help_text=gettext_lazy("One point on each line."),
    )
    deviations = PlainTextField(
        label=gettext_lazy("What went otherwise than planned?"),
        max_length=3000,
        lines=4,
        required=False,
        help_text=gettext_lazy("One point on each line."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: StatusReport, narratives: list[AreaNarrative], **kwargs: Any) -> None:
        self.narratives = narratives
        texts = {name: getattr(report, name) for name in ("summary", "decisions", "deviations", "version")}
        for row in narratives:
            texts |= {f"text_{row.pk}": row.text, f"approved_{row.pk}": row.approved_at is not None}
        kwargs["initial"] = texts
        super().__init__(*args, report=report, **kwargs)
        for row in narratives:
            self.fields[f"text_{row.pk}"] = PlainTextField(
                label=_("Your words on %(area)s") % {"area": row.focus_area.local_name},
                max_length=3000,
                lines=5,
                required=False,
            )
            self.fields[f"approved_{row.pk}"] = forms.BooleanField(label=_("Approved for the board"), required=False)

    @property
    def meeting_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("body", "meets_on", "period", "as_of")]

    @property
    def has_meeting_errors(self) -> bool:
        return any(field.errors for field in self.meeting_fields)

    @property
    def values(self) -> dict[str, Any]:
        texts = {name: self.cleaned_data[name] for name in ("summary", "decisions", "deviations")}
        return {**super().values, **texts}

    @property
    def written(self) -> dict[int, Narrative]:
        """The texts on focus areas, by the row's id."""
        data = self.cleaned_data
        return {
            row.pk: Narrative(text=data[f"text_{row.pk}"], is_approved=data[f"approved_{row.pk}"])
            for row in self.narratives
        }
