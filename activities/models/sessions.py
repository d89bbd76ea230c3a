"""One evening, and its log: a head count is a fact about an evening (semantics, Where facts live)."""

from datetime import date

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models.activities import Activity, Format, Venue
from activities.models.schedules import Schedule
from jobs.cpr import validate_no_cpr

# An evening without a time stands at the start of its day. Left to the database, PostgreSQL puts it last.
_AT = models.F("start_time").asc(nulls_first=True)
OLDEST_FIRST = ("date", _AT, "pk")
NEWEST_FIRST = ("-date", models.F("start_time").desc(nulls_last=True), "-pk")
NEWEST_DAY_FIRST = ("-date", _AT, "pk")  # and each day as it went


class SessionState(models.TextChoices):
    """Planned in the past is *unlogged*, which is not zero (design §3 rule 1)."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")
    CLOSED = "closed", _("Closed")


class LogSource(models.TextChoices):
    """Who wrote the log: an import may overwrite an import, never a person."""

    PERSON = "person", _("Logged by a person")
    IMPORT = "import", _("Imported")


class SessionQuerySet(models.QuerySet["Session"]):
    def for_plan(self, plan: Plan) -> "SessionQuerySet":
        return self.filter(plan=plan)

    def between(self, first: date, last: date) -> "SessionQuerySet":
        return self.filter(date__range=(first, last))

    def held(self) -> "SessionQuerySet":
        return self.filter(state=SessionState.HELD)

    def unlogged(self, today: date) -> "SessionQuerySet":
        """Planned and past. Tonight is not late yet."""
        return self.filter(state=SessionState.PLANNED, date__lt=today)

    def open_for_log(self, plan: Plan) -> "SessionQuerySet":
        """Not among the locked days: what can no longer be written is nobody's homework."""
        return self.filter(date__gt=plan.locked_until) if plan.locked_until else self

    def with_visits(self) -> "SessionQuerySet":
        """Adds `visits`: known people + unnamed heads (None for sessions that were not held)."""
        return self.annotate(
            visits=models.Case(
                models.When(state=SessionState.HELD, then=Coalesce("heads_total", "known_heads")), default=None
            )
        )


class Session(models.Model):
    """Mødegang. `date` is the local date; the times are wall-clock in Europe/Copenhagen."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("plan"))
    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("activity")
    )
    schedule = models.ForeignKey(
        Schedule, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("series")
    )
    scheduled_on = models.DateField(null=True, blank=True, editable=False)  # the series' own date, kept when moved
    date = models.DateField(_("date"))
    start_time = models.TimeField(_("from"), null=True, blank=True)
    end_time = models.TimeField(_("to"), null=True, blank=True)
    venue = models.ForeignKey(Venue, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("venue"))

    theme = models.CharField(_("theme"), max_length=150, blank=True, validators=[validate_no_cpr])
    format = models.ForeignKey(Format, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("format"))
    is_sensitive = models.BooleanField(_("sensitive theme: heads only"), default=False)

    state = models.CharField(_("state"), max_length=10, choices=SessionState, default=SessionState.PLANNED)
    heads_total = models.PositiveIntegerField(_("how many came"), null=True, blank=True)
    heads_estimated = models.BooleanField(_("estimated"), default=False)
    # The ticks on the list, written with them in one transaction by residents.attendance. Kept here so that the
    # database itself refuses a total below them, and so that visits need no join. Recounted nightly.
    known_heads = models.PositiveIntegerField(_("known people"), default=0, editable=False)
    volunteer_turns = models.PositiveSmallIntegerField(_("volunteers"), null=True, blank=True)
    note = models.CharField(_("one line about the evening"), max_length=200, blank=True, validators=[validate_no_cpr])
    reason = models.CharField(_("why not"), max_length=200, blank=True, validators=[validate_no_cpr])

    logged_at = models.DateTimeField(_("logged"), null=True, blank=True)
    logged_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("logged by")
    )
    log_source = models.CharField(max_length=10, choices=LogSource, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)  # +1 at every log; two phones cannot both win

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = OLDEST_FIRST
        indexes = [
            models.Index(fields=["plan", "activity", "date"], name="activities_session_activity"),
            models.Index(fields=["plan", "date", "state"], name="activities_session_date"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "schedule", "scheduled_on"], name="activities_session_once"),
            models.CheckConstraint(condition=models.Q(state__in=SessionState.values), name="activities_session_state"),
            models.CheckConstraint(
                condition=models.Q(state=SessionState.HELD)
                | models.Q(heads_total__isnull=True, volunteer_turns__isnull=True, known_heads=0),
                name="activities_session_counts_only_when_held",
            ),
            models.CheckConstraint(
                condition=models.Q(heads_total__isnull=True) | models.Q(heads_total__gte=models.F("known_heads")),
                name="activities_session_total_not_below_known",
            ),
            models.CheckConstraint(
                condition=models.Q(is_sensitive=False) | models.Q(known_heads=0),
                name="activities_session_sensitive_is_headcount",
            ),
            models.CheckConstraint(
                condition=models.Q(state=SessionState.PLANNED) | models.Q(logged_at__isnull=False),
                name="activities_session_logged_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.date:%d-%m-%Y}"

    def is_unlogged(self, today: date) -> bool:
        return self.state == SessionState.PLANNED and self.date < today

    @property
    def uses_tick_list(self) -> bool:
        return self.activity.counts_people and not self.is_sensitive

    @property
    def is_evening(self) -> bool:
        return self.start_time is not None and self.start_time.hour >= 17

    @property
    def theme_line(self) -> str:
        """ "Debat: kærlighed og kultur"; the format alone when there is no theme."""
        if self.format is None:
            return self.theme
        return f"{self.format.local_name}: {self.theme}" if self.theme else self.format.local_name


class SessionAgeBand(models.Model):
    """Heads of one age band, a part of the session's total; the rest has unknown age."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="age_bands", verbose_name=_("session"))
    lowest = models.PositiveSmallIntegerField(_("from age"))
    highest = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    heads = models.PositiveIntegerField(_("how many"))

    class Meta:
        verbose_name = _("age band of a session")
        verbose_name_plural = _("age bands of sessions")
        ordering = ["lowest"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "session", "lowest"], name="activities_sessionageband_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.lowest}-{self.highest or ''}: {self.heads}"


class SessionChange(models.Model):
    """Append-only history of a log: who wrote what, when. Holds no personal content."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="changes", verbose_name=_("session"))
    changed_at = models.DateTimeField(_("changed"), auto_now_add=True)
    changed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )
    source = models.CharField(max_length=10, choices=LogSource)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("change of a log")
        verbose_name_plural = _("changes of logs")
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["plan", "session"], name="activities_change_session")]

    def __str__(self) -> str:
        return f"{self.session} {self.changed_at:%d-%m-%Y %H:%M}"
