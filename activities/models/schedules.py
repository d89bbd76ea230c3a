"""When an activity runs: recurrence rules, and the weeks in which it does not."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from activities.models.activities import Activity, Venue
from jobs.cpr import validate_no_cpr


class Schedule(models.Model):
    """A series: an RFC 5545 rule on local dates with a local wall-clock time, so that a clock change moves nothing."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="schedules", verbose_name=_("plan"))
    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="schedules", verbose_name=_("activity")
    )
    rule = models.CharField(_("rule"), max_length=200, default="FREQ=WEEKLY", help_text="RFC 5545 RRULE, dates only")
    starts_on = models.DateField(_("first date"))
    ends_on = models.DateField(_("last date"), null=True, blank=True)
    start_time = models.TimeField(_("from"))
    end_time = models.TimeField(_("to"))
    venue = models.ForeignKey(Venue, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("venue"))
    skips_holidays = models.BooleanField(_("closed on public holidays"), default=True)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["activity", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="activities_schedule_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.rule} {self.start_time:%H:%M}"

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last date must come after the first date.")})


class Closure(models.Model):
    """Days on which the plan, or one activity, is closed: summer, week 7, a flooded cellar."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="closures", verbose_name=_("plan"))
    activity = models.ForeignKey(
        Activity,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("activity"),
        help_text=_("Empty: the whole plan is closed."),
    )
    name = models.CharField(_("why"), max_length=100, validators=[validate_no_cpr])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="activities_closure_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day must come after the first day.")})
