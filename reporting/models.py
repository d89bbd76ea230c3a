"""Are we reaching what we agreed? Indicators with targets, values that are typed in, and frozen releases."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Plan, User
from activities.models import Activity, Format
from jobs.cpr import validate_no_cpr
from partners.models import FocusArea


class Measure(models.TextChoices):
    """What an indicator measures. How each is computed, if it is, stands in `measures.py`."""

    SESSIONS_HELD = "sessions_held", _("sessions held")
    WEEKS_OPEN = "weeks_open", _("weeks open")
    VISITS = "visits", _("visits")
    MEAN_VISITS = "mean_visits", _("mean visits per session")
    SESSIONS_WITH_FORMAT = "sessions_with_format", _("sessions with a theme or format")
    UNIQUE_PEOPLE = "unique_people", _("unique people")
    UNIQUE_AT_LEAST = "unique_at_least", _("unique people, at least n times")
    VOLUNTEER_TURNS = "volunteer_turns", _("volunteer turns")
    VOLUNTEER_HOURS = "volunteer_hours", _("volunteer hours")
    ACTIVE_VOLUNTEERS = "active_volunteers", _("active volunteers on a date")
    CONTACTS = "contacts", pgettext_lazy("measure", "contacts")
    REFERRALS = "referrals", _("referrals")
    SHARE = "share", _("share")
    BASELINE_CHANGE = "baseline_change", _("change from baseline")
    BENCHMARK_GAP = "benchmark_gap", _("gap to benchmark")
    REGISTER = "register", _("register figure")
    SURVEY = "survey", _("survey")
    PEOPLE_COUNT = "people_count", _("number of people (own count)")
    MILESTONE = "milestone", _("milestone")
    COMPLETENESS = "completeness", _("completeness")


class Direction(models.TextChoices):
    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")
    RANGE = "range", _("range")


class Indicator(models.Model):
    """Indikator: the wording of the sub-agreement verbatim, and how it is measured."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="indicators", verbose_name=_("plan"))
    focus_area = models.ForeignKey(
        FocusArea, on_delete=models.PROTECT, related_name="indicators", verbose_name=_("focus area")
    )
    code = models.CharField(_("no."), max_length=10, validators=[validate_no_cpr])
    text = models.CharField(_("target, verbatim"), max_length=300, validators=[validate_no_cpr])
    measure = models.CharField(_("measured as"), max_length=30, choices=Measure)
    at_least_times = models.PositiveSmallIntegerField(_("at least n times"), null=True, blank=True)
    all_activities = models.BooleanField(_("all activities"), default=False)
    activities = models.ManyToManyField(
        Activity, related_name="indicators", blank=True, verbose_name=_("activities (counted as one union)")
    )
    format = models.ForeignKey(Format, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("format"))
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=4, null=True, blank=True)
    baseline_on = models.DateField(_("baseline measured on"), null=True, blank=True)
    margin = models.DecimalField(
        _("margin"), max_digits=4, decimal_places=3, default="0.100", help_text=_("Share of the expected value.")
    )
    source = models.CharField(_("source"), max_length=100, blank=True, validators=[validate_no_cpr])
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["focus_area__position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="reporting_indicator_code"),
            models.CheckConstraint(condition=models.Q(measure__in=Measure.values), name="reporting_indicator_measure"),
            models.CheckConstraint(
                condition=~models.Q(measure="unique_at_least") | models.Q(at_least_times__gte=1),
                name="reporting_indicator_at_least_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Target(models.Model):
    """Måltal for one period of the plan. `high` only for a range, `due_on` only for a milestone."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="targets", verbose_name=_("indicator")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    value = models.DecimalField(_("target"), max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("upper limit"), max_digits=14, decimal_places=4, null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["starts_on", "ends_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "indicator", "starts_on", "ends_on"], name="reporting_target_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="reporting_target_dates"
            ),
            models.CheckConstraint(
                condition=models.Q(high__isnull=True) | models.Q(high__gte=models.F("value")),
                name="reporting_target_range",
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False) | models.Q(due_on__isnull=False), name="reporting_target_says"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.starts_on:%d-%m-%Y}"

    def clean(self) -> None:
        if self.high is not None and self.value is not None and self.high < self.value:
            raise ValidationError({"high": _("The upper limit must not be below the lower one.")})


class TargetChange(models.Model):
    """A target changes only with a reason (design §3 rule 8). The old value stays visible."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="changes", verbose_name=_("target"))
    old_value = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    old_high = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    old_due_on = models.DateField(null=True)
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_no_cpr])
    decided_by = models.CharField(_("decided by"), max_length=100, blank=True, validators=[validate_no_cpr])
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change of a target")
        verbose_name_plural = _("changes of targets")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return self.reason


class Measurement(models.Model):
    """Måling: a value that is typed in, with its source and date. The latest in a period counts."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="measurements", verbose_name=_("indicator")
    )
    measured_on = models.DateField(_("measured on"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    source = models.CharField(_("source"), max_length=150, validators=[validate_no_cpr])
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[validate_no_cpr])
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["-measured_on", "-pk"]
        indexes = [models.Index(fields=["plan", "indicator", "measured_on"], name="reporting_measurement_day")]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.measured_on:%d-%m-%Y}: {self.value}"


class ReleaseQuerySet(models.QuerySet["Release"]):
    """What the board has read stays as it was: rows are added, and go only with their plan."""

    def update(self, **fields: Any) -> int:
        raise TypeError("A release is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A release is never deleted.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise TypeError("A release is never changed.")


class Release(models.Model):
    """A figure set, frozen: canonical JSON as text with its SHA-256. Never recomputed, holds no key to any person.

    `as_of` is the last day that the figures cover ("gælder til"). The newest release of a period is what the board
    reads; an unchanged figure set gives no new row.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="releases", verbose_name=_("plan"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    as_of = models.DateField(_("covers up to"))
    content = models.TextField(editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    released_at = models.DateTimeField(_("released"), default=timezone.now, editable=False)
    released_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("released by")
    )

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-released_at", "-pk"]
        indexes = [
            models.Index(fields=["plan", "starts_on", "ends_on", "-released_at"], name="reporting_release_period")
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.starts_on:%d-%m-%Y} - {self.ends_on:%d-%m-%Y}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A release is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A release is never deleted.")
