"""What is typed in, with its source and date, and the papers behind it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from jobs.cpr import validate_no_cpr
from reporting.models.indicators import Indicator


class MeasurementState(models.TextChoices):
    """A value counts once the project manager has approved it. What they write themselves is approved at once."""

    DRAFT = "draft", _("Awaits approval")
    RETURNED = "returned", _("Sent back")
    APPROVED = "approved", _("Approved")


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def approved(self) -> "MeasurementQuerySet":
        return self.filter(state=MeasurementState.APPROVED)

    def waiting(self) -> "MeasurementQuerySet":
        return self.filter(state=MeasurementState.DRAFT)

    def with_files(self) -> "MeasurementQuerySet":
        """Adds `file_name`: the paper behind it, without its bytes."""
        return self.annotate(file_name=models.F("file__name"))


class Measurement(models.Model):
    """Måling: a value that is typed in, with its source and date. What it comes to in a period: `typed_in.py`.

    `part` and `whole` are kept where a share was written as "14 af 20" (value 70); `compared_with` is the level that a
    gap is measured against, in the unit of the value.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="measurements", verbose_name=_("indicator")
    )
    measured_on = models.DateField(_("measured on"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    is_estimated = models.BooleanField(_("estimated"), default=False)
    part = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True, editable=False)
    whole = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True, editable=False)
    compared_with = models.DecimalField(_("compared with"), max_digits=14, decimal_places=4, null=True, blank=True)
    source = models.CharField(_("source"), max_length=150, validators=[validate_no_cpr])
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[validate_no_cpr])
    is_imported = models.BooleanField(default=False, editable=False)  # a later import may correct it; never a person's
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    state = models.CharField(
        _("state"), max_length=10, choices=MeasurementState, default=MeasurementState.APPROVED, editable=False
    )
    return_reason = models.CharField(
        _("why it is sent back"), max_length=300, blank=True, validators=[validate_no_cpr], editable=False
    )
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["-measured_on", "-pk"]
        indexes = [
            models.Index(fields=["plan", "indicator", "measured_on"], name="reporting_measurement_day"),
            models.Index(
                fields=["plan"],
                condition=models.Q(state__in=["draft", "returned"]),
                name="reporting_measurement_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=MeasurementState.values), name="reporting_measurement_state"
            ),
            models.CheckConstraint(
                condition=models.Q(part__isnull=True, whole__isnull=True)
                | models.Q(part__gte=0, whole__gt=0, part__lte=models.F("whole")),
                name="reporting_measurement_share",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(return_reason=""),
                name="reporting_measurement_returned_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.measured_on:%d-%m-%Y}: {self.value}"

    @property
    def is_approved(self) -> bool:
        return self.state == MeasurementState.APPROVED


class MeasurementFile(models.Model):
    """The paper behind a value: a letter, a spreadsheet, a survey. For the team only; never part of a release."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    measurement = models.OneToOneField(
        Measurement, on_delete=models.CASCADE, related_name="file", verbose_name=_("measurement")
    )
    name = models.CharField(_("file name"), max_length=120, validators=[validate_no_cpr])
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("size in bytes"))
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name
