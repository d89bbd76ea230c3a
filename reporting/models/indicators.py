from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Plan
from activities.models import Activity, Format
from jobs.cpr import validate_no_cpr
from partners.models import FocusArea
from reporting.models.goals import Goal


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
    CARRIED_ON = "carried_on", _("share of activities carried on")
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
    goal = models.ForeignKey(
        Goal, on_delete=models.SET_NULL, null=True, blank=True, related_name="indicators", verbose_name=_("belongs to")
    )
    code = models.CharField(_("no."), max_length=10, validators=[validate_no_cpr])
    text = models.CharField(_("target, verbatim"), max_length=300, validators=[validate_no_cpr])
    measure = models.CharField(_("measured as"), max_length=30, choices=Measure)
    at_least_times = models.PositiveSmallIntegerField(_("at least n times"), null=True, blank=True)
    all_activities = models.BooleanField(_("all activities"), default=False)
    activities = models.ManyToManyField(
        Activity, related_name="indicators", blank=True, verbose_name=_("activities (counted as one union)")
    )
    whole_area = models.BooleanField(_("all activities of the focus area"), default=False)
    format = models.ForeignKey(Format, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("format"))
    theme = models.CharField(_("word in the theme"), max_length=60, blank=True, validators=[validate_no_cpr])
    weekdays = models.CharField(
        _("days of the week"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^[1-7]+\Z")],
        help_text="ISO: 1 Monday … 7 Sunday, as in 135",
    )
    lowest_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    highest_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    numerator = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the part")
    )
    denominator = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("of the whole")
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=4, null=True, blank=True)
    baseline_on = models.DateField(_("baseline measured on"), null=True, blank=True)
    margin = models.DecimalField(
        _("margin"), max_digits=4, decimal_places=3, default="0.100", help_text=_("Share of the expected value.")
    )
    about_area = models.BooleanField(_("tells how the area develops, not what we achieve"), default=False)
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
            models.CheckConstraint(
                condition=models.Q(lowest_age__isnull=False) | models.Q(highest_age__isnull=True),
                name="reporting_indicator_ages_begin",
            ),
            models.CheckConstraint(
                condition=models.Q(highest_age__isnull=True) | models.Q(highest_age__gte=models.F("lowest_age")),
                name="reporting_indicator_ages",
            ),
            models.CheckConstraint(
                condition=models.Q(numerator__isnull=True, denominator__isnull=True)
                | models.Q(measure="share", numerator__isnull=False, denominator__isnull=False),
                name="reporting_indicator_share_of_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def ages(self) -> tuple[int, int | None] | None:
        return None if self.lowest_age is None else (self.lowest_age, self.highest_age)

    @property
    def iso_weekdays(self) -> frozenset[int] | None:
        return frozenset(map(int, self.weekdays)) if self.weekdays else None

    @property
    def tells_of_area(self) -> bool:
        """Register figures always do: they come years late, and residents move."""
        return self.about_area or self.measure == Measure.REGISTER
