from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan


class FigureCheck(models.Model):
    """What the last nightly recount of a plan found (`recount`). Figures only: nothing about a person."""

    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, related_name="figure_check", primary_key=True, verbose_name=_("plan")
    )
    checked_at = models.DateTimeField(_("checked"))
    figures = models.PositiveIntegerField(_("figures"))
    differing = models.PositiveIntegerField(_("that differ"))
    damaged = models.PositiveIntegerField(_("damaged releases"))
    details = models.TextField(editable=False)  # JSON: the first differences

    class Meta:
        verbose_name = _("check of figures")
        verbose_name_plural = _("checks of figures")

    def __str__(self) -> str:
        return f"{self.plan} {self.checked_at:%d-%m-%Y}"
