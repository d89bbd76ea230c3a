from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from jobs.cpr import validate_no_cpr
from reporting.models.indicators import Indicator


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
