from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from jobs.cpr import validate_no_cpr
from reporting.models.indicators import Indicator


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
    dropped_on = models.DateField(_("dropped"), null=True, blank=True, editable=False)
    drop_reason = models.CharField(
        _("why it is dropped"), max_length=300, blank=True, validators=[validate_no_cpr], editable=False
    )

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
            models.CheckConstraint(
                condition=models.Q(dropped_on__isnull=True) | ~models.Q(drop_reason=""),
                name="reporting_target_dropped_why",
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
