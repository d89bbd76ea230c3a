"""What is offered, under which focus area, and how it is counted."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from jobs.cpr import validate_no_cpr
from partners.models import FocusArea


class CountingMode(models.TextChoices):
    """How people are counted (design §3 rule 2). A sensitive theme makes any session head count only."""

    HEADCOUNT = "headcount", _("Head count, no names")
    PSEUDONYMOUS = "pseudonymous", _("Alias and birth year")
    NAMED = "named", _("Named, with purpose and legal basis")


class AgeBand(models.Model):
    """The age bands that a plan counts in, as data. Age = year of the session - birth year."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="age_bands", verbose_name=_("plan"))
    lowest = models.PositiveSmallIntegerField(_("from age"))
    highest = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)

    class Meta:
        verbose_name = _("age band")
        verbose_name_plural = _("age bands")
        ordering = ["lowest"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "lowest"], name="activities_ageband_unique"),
            models.CheckConstraint(
                condition=models.Q(highest__isnull=True) | models.Q(highest__gte=models.F("lowest")),
                name="activities_ageband_ages",
            ),
        ]

    def __str__(self) -> str:
        if self.highest is None:
            return _("%(age)s years and over") % {"age": self.lowest}
        return _("%(lowest)s-%(highest)s years") % {"lowest": self.lowest, "highest": self.highest}


class Venue(models.Model):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="venues", verbose_name=_("plan"))
    name = models.CharField(_("name"), max_length=100, validators=[validate_no_cpr])

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="activities_venue_unique")]

    def __str__(self) -> str:
        return self.name


class Format(models.Model):
    """The form of an evening: debate, film, workshop … Data, so that a plan's own words can be added."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=50)
    name_en = models.CharField(_("English name"), max_length=50)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("format")
        verbose_name_plural = _("formats")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class ActivityLine(models.Model):
    """The same activity through successive plans: Unge Cafeen has lived under differently named areas."""

    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("activity line")
        verbose_name_plural = _("activity lines")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ActivityQuerySet(models.QuerySet["Activity"]):
    def active(self) -> "ActivityQuerySet":
        return self.filter(is_active=True)


class Activity(models.Model):
    """An offer of the plan. Which focus area it counts under belongs to the plan, not to the activity line."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="activities", verbose_name=_("plan"))
    line = models.ForeignKey(
        ActivityLine, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("activity line")
    )
    focus_area = models.ForeignKey(
        FocusArea, on_delete=models.PROTECT, related_name="activities", verbose_name=_("focus area")
    )
    name = models.CharField(_("name"), max_length=100, validators=[validate_no_cpr])
    counting_mode = models.CharField(
        _("how people are counted"), max_length=15, choices=CountingMode, default=CountingMode.HEADCOUNT
    )
    target_group = models.CharField(_("target group"), max_length=150, blank=True, validators=[validate_no_cpr])
    purpose = models.TextField(_("purpose"), max_length=1000, blank=True, validators=[validate_no_cpr])
    owner = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("coordinator")
    )
    venue = models.ForeignKey(Venue, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("venue"))
    is_active = models.BooleanField(_("running"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["focus_area__position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="activities_activity_name_unique"),
            models.CheckConstraint(
                condition=models.Q(counting_mode__in=CountingMode.values), name="activities_activity_counting_mode"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counts_people(self) -> bool:
        """True when the tick list is used, so that unique people can be counted."""
        return self.counting_mode != CountingMode.HEADCOUNT


class ActivityAlias(models.Model):
    """Another spelling in spreadsheets ("Unge-cafeen"). The activity's own name needs no row here."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("activity"))
    text = models.CharField(_("spelling"), max_length=100, validators=[validate_no_cpr])
    key = models.CharField(max_length=200, editable=False, help_text="jobs.values.match_key(text)")

    class Meta:
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")
        ordering = ["text"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="activities_alias_unique")]

    def __str__(self) -> str:
        return self.text
