from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from jobs.cpr import validate_no_cpr
from reporting.models.indicators import Indicator


class Judgement(models.TextChoices):
    """The project manager's own word: the same four as the computed status, so that the two can be compared."""

    REACHED = "reached", _("Reached")
    ON_TRACK = "on_track", _("On track")
    BEHIND = "behind", _("Behind")
    AT_RISK = "at_risk", _("At risk")


class StatusText(models.Model):
    """What the project manager says of one indicator in one period, beside the computed status and never instead of it.

    A draft is the team's alone; what is ready goes into the next release, which keeps its words for good.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="status_texts", verbose_name=_("plan"))
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="status_texts", verbose_name=_("indicator")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    judgement = models.CharField(_("own judgement"), max_length=10, choices=Judgement, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True, validators=[validate_no_cpr])
    is_ready = models.BooleanField(_("ready for the board"), default=False)
    version = models.PositiveIntegerField(default=0, editable=False)  # +1 at every saving; two people cannot both win
    written_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("status text")
        verbose_name_plural = _("status texts")
        ordering = ["starts_on", "ends_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "indicator", "starts_on", "ends_on"], name="reporting_statustext_once"
            ),
            models.CheckConstraint(
                condition=models.Q(judgement__in=["", *Judgement.values]), name="reporting_statustext_judgement"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="reporting_statustext_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code}: {self.get_judgement_display() or self.comment}"


class DefinitionChange(models.Model):
    """From this day an indicator is counted otherwise: a dashed line on its chart, and a sentence that says what.

    Taking one back (`removed_at`) deletes nothing.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="definition_changes", verbose_name=_("indicator")
    )
    changed_on = models.DateField(_("from"))
    text = models.CharField(_("what is counted otherwise"), max_length=300, validators=[validate_no_cpr])
    written_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("change of definition")
        verbose_name_plural = _("changes of definition")
        ordering = ["changed_on", "pk"]
        indexes = [models.Index(fields=["plan", "indicator"], name="reporting_definition_change")]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.changed_on:%d-%m-%Y}: {self.text}"
