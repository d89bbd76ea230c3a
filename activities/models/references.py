"""Frivilligbevis: what a volunteer did, on paper, asked for by themselves and approved by the team."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from jobs.cpr import validate_no_cpr

LONGEST_STATEMENT = 400


class ReferenceQuerySet(models.QuerySet["Reference"]):
    def waiting(self) -> "ReferenceQuerySet":
        return self.filter(approved_at__isnull=True)

    def approved(self) -> "ReferenceQuerySet":
        return self.filter(approved_at__isnull=False)


class Reference(models.Model):
    """Asked for, then approved. `content` is canonical JSON, written once at the approval: the paper is drawn from it
    alone, so that a log that is corrected later does not change what somebody has handed to an employer."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="references", verbose_name=_("plan"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="references", verbose_name=_("who"))
    asked_at = models.DateTimeField(_("asked for"))
    statement = models.CharField(
        _("what the paper says about the volunteer"),
        max_length=LONGEST_STATEMENT,
        blank=True,
        validators=[validate_no_cpr],
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    content = models.TextField(_("content"), blank=True, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference for a volunteer")
        verbose_name_plural = _("references for volunteers")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "user"],
                condition=models.Q(approved_at__isnull=True),
                name="activities_reference_waiting_once",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True, content="")
                | (models.Q(approved_at__isnull=False) & ~models.Q(content="")),
                name="activities_reference_frozen_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.user_id}"

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None
