from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from jobs.cpr import validate_no_cpr
from jobs.values import match_key
from partners.models import FocusArea


class StatusReportQuerySet(models.QuerySet["StatusReport"]):
    def frozen(self) -> "StatusReportQuerySet":
        """What a meeting has been given, and what the board may read."""
        return self.filter(frozen_at__isnull=False)

    def drafts(self) -> "StatusReportQuerySet":
        return self.filter(frozen_at__isnull=True, dropped_at__isnull=True)

    def newest_first(self) -> "StatusReportQuerySet":
        return self.order_by("-frozen_at", "-pk")

    def of_body(self, body: str) -> "StatusReportQuerySet":
        """Those of the same body, in capitals or not. Compared here: SQLite does not fold æ, ø and å."""
        key = match_key(body)
        return self.filter(pk__in=[pk for pk, name in self.values_list("pk", "body") if match_key(name) == key])

    def update(self, **fields: Any) -> int:
        if self.frozen().exists():
            raise TypeError("A frozen meeting pack is never changed.")
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.frozen().exists():
            raise TypeError("A frozen meeting pack is never deleted.")
        return super().delete()


class StatusReport(models.Model):
    """Statusrapport: the pack of one meeting. A draft until it is frozen; from then on only `content` speaks.

    `content` is canonical JSON (`packs/content.py`) with its SHA-256: figures, texts, what has changed since the last
    pack and what was corrected. Page, PDF and workbook are drawn from it alone.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="status_reports", verbose_name=_("plan"))
    body = models.CharField(_("for whom"), max_length=80, validators=[validate_no_cpr])
    meets_on = models.DateField(_("meeting on"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    as_of = models.DateField(_("figures up to"))
    summary = models.TextField(_("in short"), max_length=1500, blank=True, validators=[validate_no_cpr])
    decisions = models.TextField(_("decisions sought"), max_length=3000, blank=True, validators=[validate_no_cpr])
    deviations = models.TextField(
        _("deviations from the plan"), max_length=3000, blank=True, validators=[validate_no_cpr]
    )
    version = models.PositiveIntegerField(default=0, editable=False)  # +1 at every saving; two people cannot both win
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    dropped_at = models.DateTimeField(_("thrown away"), null=True, blank=True, editable=False)
    content = models.TextField(blank=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True, editable=False)
    frozen_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True, editable=False)  # what was logged later is not in it

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        ordering = ["-meets_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="reporting_statusreport_dates"
            ),
            models.CheckConstraint(
                condition=models.Q(as_of__gte=models.F("starts_on"), as_of__lte=models.F("ends_on")),
                name="reporting_statusreport_as_of",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_at__isnull=True, read_at__isnull=True, content="", sha256="")
                | models.Q(frozen_at__isnull=False, read_at__isnull=False, dropped_at__isnull=True)
                & ~models.Q(content="")
                & ~models.Q(sha256=""),
                name="reporting_statusreport_frozen",
            ),
        ]
        indexes = [models.Index(fields=["plan", "-frozen_at"], name="reporting_statusreport_newest")]

    def __str__(self) -> str:
        return f"{self.body} {self.meets_on:%d-%m-%Y}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and StatusReport.objects.frozen().filter(pk=self.pk).exists():
            raise TypeError("A frozen meeting pack is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.is_frozen:
            raise TypeError("A frozen meeting pack is never deleted.")
        return super().delete(*args, **kwargs)

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class AreaNarrative(models.Model):
    """What the project manager says about one focus area. An approved text that is changed must be approved anew."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    report = models.ForeignKey(
        StatusReport, on_delete=models.CASCADE, related_name="narratives", verbose_name=_("status report")
    )
    focus_area = models.ForeignKey(FocusArea, on_delete=models.PROTECT, related_name="+", verbose_name=_("focus area"))
    text = models.TextField(_("text"), max_length=3000, blank=True, validators=[validate_no_cpr])
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("text on a focus area")
        verbose_name_plural = _("texts on focus areas")
        ordering = ["focus_area__position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "report", "focus_area"], name="reporting_areanarrative_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.focus_area}"

    @property
    def is_waiting(self) -> bool:
        """A text that nobody has approved. No text needs no approval."""
        return bool(self.text.strip()) and self.approved_at is None


class StatusReportFile(models.Model):
    """A frozen pack as the file that the meeting was given; can be made again from the pack's JSON, byte for byte."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    report = models.ForeignKey(
        StatusReport, on_delete=models.CASCADE, related_name="files", verbose_name=_("status report")
    )
    format = models.CharField(_("format"), max_length=4)
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("file of a status report")
        verbose_name_plural = _("files of status reports")
        constraints = [
            models.UniqueConstraint(fields=["plan", "report", "format"], name="reporting_statusreportfile_once"),
            models.CheckConstraint(
                condition=models.Q(format__in=["pdf", "xlsx"]), name="reporting_statusreportfile_format"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.format}"
