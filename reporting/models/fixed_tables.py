from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan


class FixedTable(models.Model):
    """A table of people as it was first released; every later release tells it in the same words (`disclosure`).

    Also the table that told nothing is kept: that there were too few is told once as well. Rounded numbers only.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="fixed_tables", verbose_name=_("plan"))
    code = models.CharField(_("table"), max_length=20)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    content = models.TextField(editable=False)  # canonical JSON, as it stands in the figure set
    fixed_at = models.DateTimeField(_("fixed"), auto_now_add=True)

    class Meta:
        verbose_name = _("fixed table")
        verbose_name_plural = _("fixed tables")
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code", "starts_on", "ends_on"], name="reporting_fixed_table_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.starts_on:%d-%m-%Y} - {self.ends_on:%d-%m-%Y}"
