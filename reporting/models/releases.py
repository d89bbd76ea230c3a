from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User


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
    summary = models.JSONField(default=dict, editable=False)  # `reporting.summaries`: a page over many plans reads this
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
