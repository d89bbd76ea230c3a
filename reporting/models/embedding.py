"""Forankring: what happens to an activity when the plan ends."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models import Activity
from jobs.cpr import validate_no_cpr


class Embedding(models.Model):
    """Whether an activity is carried on without the plan, and by whom. No row: nothing is decided yet."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="embeddings", verbose_name=_("plan"))
    activity = models.OneToOneField(
        Activity, on_delete=models.CASCADE, related_name="embedding", verbose_name=_("activity")
    )
    is_carried_on = models.BooleanField(_("is carried on"))
    by_whom = models.CharField(_("carried on by"), max_length=150, blank=True, validators=[validate_no_cpr])
    decided_on = models.DateField(_("decided on"))
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("embedding of an activity")
        verbose_name_plural = _("embeddings of activities")
        ordering = ["activity__name"]

    def __str__(self) -> str:
        return f"{self.activity}: {self.by_whom or self.is_carried_on}"
