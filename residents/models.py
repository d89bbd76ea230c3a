"""Who took part, with nothing more than is needed. The only app with personal data on residents."""

from datetime import date
from functools import reduce

from django.db import models
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models import Activity, LogSource, Session
from jobs.cpr import validate_no_cpr

# Danes sort æ, ø, å last, and aa as å. Spelt so that every database's own order gives the same.
_DANISH_ORDER = (("aa", "å"), ("æ", "zz1"), ("ä", "zz1"), ("ø", "zz2"), ("ö", "zz2"), ("å", "zz3"))


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def people(self) -> "ParticipantQuerySet":
        """Those who can be shown: what retention has made anonymous is only counted."""
        return self.filter(anonymised_on__isnull=True)


class Participant(models.Model):
    """Deltager: alias + birth year within the plan, nothing else (design §4; no name, address or remark).

    `alias_key` is jobs.values.match_key(alias): NFC, trimmed, inner blanks collapsed, casefolded. An anonymised row
    (see retention.py) has no alias, a random key and a coarse birth year; it only keeps counted figures as they are.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="participants", verbose_name=_("plan"))
    alias = models.CharField(_("alias"), max_length=60, validators=[validate_no_cpr])
    alias_key = models.CharField(max_length=120, editable=False)
    birth_year = models.PositiveSmallIntegerField(_("birth year"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    anonymised_on = models.DateField(_("made anonymous"), null=True, blank=True, editable=False)
    sort_key = models.GeneratedField(
        expression=reduce(
            lambda key, letter: Replace(key, models.Value(letter[0]), models.Value(letter[1])),
            _DANISH_ORDER,
            models.F("alias_key"),
        ),
        output_field=models.CharField(max_length=400),
        db_persist=True,
    )

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["sort_key", "birth_year", "pk"]
        indexes = [models.Index(fields=["plan", "sort_key"], name="residents_participant_order")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(anonymised_on__isnull=True) | models.Q(alias=""),
                name="residents_participant_anonymous_has_no_alias",
            ),
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

    Plan, activity and date are the session's own, written from its row in the same statement and compared every night
    (recount.py). The session's foreign key guards them: two more checks of each row cost an import a fifth of its time.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("session")
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("participant")
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
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


class ParticipantMerge(models.Model):
    """Two rows were the same person. Kept for 30 days, so that the merge can be undone; then deleted (retention.py)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    kept = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="merges", verbose_name=_("participant")
    )
    alias = models.CharField(_("alias"), max_length=60, validators=[validate_no_cpr])
    birth_year = models.PositiveSmallIntegerField(_("birth year"))
    gone_pk = models.BigIntegerField(null=True, editable=False)  # the id that the other row had, and gets again
    moved = models.JSONField(default=list, editable=False)  # ids of the sessions whose tick went over to `kept`
    doubled = models.JSONField(default=list, editable=False)  # ids of the sessions where both were ticked
    merged_at = models.DateTimeField(_("merged"), auto_now_add=True)
    merged_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("merge of participants")
        verbose_name_plural = _("merges of participants")
        ordering = ["-merged_at"]

    def __str__(self) -> str:
        return f"{self.alias} → {self.kept_id}"
