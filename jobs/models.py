"""Background work as database rows: a job survives a lost queue, a killed worker and a restart."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_ATTEMPTS = 3


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Failed")


class JobQuerySet(models.QuerySet["Job"]):
    def for_plan(self, plan_id: int) -> "JobQuerySet":
        return self.filter(plan_id=plan_id)

    def stale(self, *, now: datetime) -> "JobQuerySet":
        """Queued or running, but without a sign of life: the queue lost it or its worker died."""
        return self.filter(
            state__in=[JobState.QUEUED, JobState.RUNNING], heartbeat_at__lt=now - settings.JOB_STALE_AFTER
        )

    def waiting_since(self) -> datetime | None:
        """When the oldest job that still waits was asked for."""
        return self.filter(state=JobState.QUEUED).aggregate(oldest=models.Min("created_at"))["oldest"]


class Job(models.Model):
    """One piece of background work. `arguments` holds ids and plain options only, never what a person wrote."""

    kind = models.CharField(max_length=60)
    plan_id = models.BigIntegerField(null=True)  # a plain number: this app is below accounts
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("requested by")
    )
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    result_line = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(name="job_state_known", condition=Q(state__in=JobState.values)),
            models.CheckConstraint(
                name="job_progress_within_total", condition=Q(progress_done__lte=F("progress_total"))
            ),
            models.CheckConstraint(
                name="job_finished_at_matches_state",
                condition=Q(finished_at__isnull=False, state__in=["done", "failed"])
                | Q(finished_at__isnull=True, state__in=["queued", "running"]),
            ),
        ]
        indexes = [
            models.Index(fields=["plan_id", "-created_at"], name="job_plan_newest"),
            models.Index(fields=["heartbeat_at"], name="job_unfinished", condition=Q(finished_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)

    @property
    def is_done(self) -> bool:
        return self.state == JobState.DONE

    @property
    def has_failed(self) -> bool:
        return self.state == JobState.FAILED


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def for_plan(self, plan_id: int) -> "StoredFileQuerySet":
        return self.filter(plan_id=plan_id)

    def expired(self, *, now: datetime) -> "StoredFileQuerySet":
        return self.filter(delete_after__lte=now)


class StoredFile(models.Model):
    """An upload or a download, kept for a short while where web and worker both reach it, also on different hosts."""

    plan_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    delete_after = models.DateTimeField()

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.CheckConstraint(
                name="stored_file_expires_after_creation", condition=Q(delete_after__gt=F("created_at"))
            )
        ]
        indexes = [models.Index(fields=["delete_after"], name="stored_file_expiry")]

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When beat and worker together last did something: the scheduled task writes it."""

    name = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


def store_file(
    *, plan_id: int | None, name: str, content: bytes, keep_for: timedelta = timedelta(hours=1)
) -> StoredFile:
    """Keep a file until it has been used; the sweeper deletes it after `keep_for`."""
    now = timezone.now()
    return StoredFile.objects.create(
        plan_id=plan_id, name=name[-200:], content=content, created_at=now, delete_after=now + keep_for
    )
