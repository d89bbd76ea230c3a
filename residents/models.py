"""Who took part, with nothing more than is needed. The only app with personal data on residents."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models import Activity, LogSource, Session
from jobs.cpr import validate_no_cpr


class Participant(models.Model):
    """Deltager: alias + birth year within the plan, nothing else (design §4; no name, address or remark).

    `alias_key` is jobs.values.match_key(alias): NFC, trimmed, inner blanks collapsed, casefolded.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="participants", verbose_name=_("plan"))
    alias = models.CharField(_("alias"), max_length=60, validators=[validate_no_cpr])
    alias_key = models.CharField(max_length=120, editable=False)
    birth_year = models.PositiveSmallIntegerField(_("birth year"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["alias", "birth_year"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "alias_key", "birth_year"], name="residents_participant_unique"),
            models.CheckConstraint(
                condition=models.Q(birth_year__range=(1900, 2100)), name="residents_participant_birth_year"
            ),
        ]

    def __str__(self) -> str:
        return self.alias

    def age(self, day: date) -> int:
        """Age = year of the session - birth year (semantics, Measures)."""
        return day.year - self.birth_year


class Attendance(models.Model):
    """Fremmøde: this person was there. Absence is not stored: only what a figure needs.

    Carries its own activity and date, so that unique people are counted from one covering index without a join.
    Nothing points here by foreign key: the table can be partitioned or distributed by plan.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", db_index=False)
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("session")
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("participant")
    )
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+", db_index=False)
    date = models.DateField(_("date"))
    source = models.CharField(max_length=10, choices=LogSource, default=LogSource.PERSON, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        indexes = [
            models.Index(fields=["plan", "activity", "date", "participant"], name="residents_attendance_cover"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "session", "participant"], name="residents_attendance_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.participant_id}"


class ParticipantRead(models.Model):
    """Log of who read participant rows, and on which page. Ids only (design §4)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("read by"))
    read_at = models.DateTimeField(_("read"), auto_now_add=True)
    page = models.CharField(_("page"), max_length=60)
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.SET_NULL, null=True, related_name="+")
    rows = models.PositiveIntegerField(_("rows"), default=1)

    class Meta:
        verbose_name = _("read of participants")
        verbose_name_plural = _("reads of participants")
        ordering = ["-read_at"]
        indexes = [models.Index(fields=["plan", "read_at"], name="residents_read_plan")]

    def __str__(self) -> str:
        return f"{self.page} {self.read_at:%d-%m-%Y %H:%M}"
