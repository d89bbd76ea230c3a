"""What happens between the evenings: contacts and referrals, counted and never named."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Plan, User
from activities.models.activities import Activity


class TallyKind(models.TextChoices):
    CONTACT = "contact", pgettext_lazy("tally", "Contact")
    REFERRAL = "referral", _("Referral")


class TallyQuerySet(models.QuerySet["Tally"]):
    def for_plan(self, plan: Plan) -> "TallyQuerySet":
        """Those that count."""
        return self.filter(plan=plan, removed_at__isnull=True)


class Tally(models.Model):
    """So many contacts (henvendelser) or referrals (brobygninger) on a day. Holds nothing about who they were."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tallies", verbose_name=_("plan"))
    activity = models.ForeignKey(
        Activity, on_delete=models.SET_NULL, null=True, blank=True, related_name="tallies", verbose_name=_("activity")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TallyKind)
    date = models.DateField(_("date"))
    number = models.PositiveSmallIntegerField(_("how many"), default=1)
    logged_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    logged_at = models.DateTimeField(_("logged"), default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["plan", "kind", "date"], name="activities_tally_day")]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=TallyKind.values), name="activities_tally_kind"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="activities_tally_number"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.date:%d-%m-%Y}: {self.number}"
