"""Who does what on an evening, and how it went."""

import uuid
from datetime import time

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models.activities import Activity
from activities.models.sessions import Session
from jobs.cpr import validate_no_cpr


class ShiftRole(models.Model):
    """Vært, køkken, dør, oprydning, teknik: data, so that a plan's own words can be added."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    minimum_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("kind of shift")
        verbose_name_plural = _("kinds of shift")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class ShiftNeed(models.Model):
    """What an activity usually needs on an evening: new evenings get their shifts from it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="shift_needs", verbose_name=_("activity")
    )
    role = models.ForeignKey(ShiftRole, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of shift"))
    minimum = models.PositiveSmallIntegerField(_("at least"), default=1)
    maximum = models.PositiveSmallIntegerField(_("at most"), default=2)
    start_time = models.TimeField(_("from"), null=True, blank=True)
    end_time = models.TimeField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("usual need")
        verbose_name_plural = _("usual needs")
        ordering = ["role__position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "activity", "role"], name="activities_need_once"),
            models.CheckConstraint(
                condition=models.Q(maximum__gte=models.F("minimum")) & models.Q(maximum__gte=1),
                name="activities_need_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.role}"


class ShiftSettings(models.Model):
    """How a plan runs its shifts. A plan without a row has these defaults (`activities.needs.shift_settings`)."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="shift_settings", verbose_name=_("plan"))
    give_up_hours = models.PositiveSmallIntegerField(_("a shift can be given up until (hours before)"), default=24)
    remind_days = models.PositiveSmallIntegerField(_("reminder (days before)"), default=1)
    remind_at = models.TimeField(_("reminder at"), default=time(16))
    certificate_years = models.PositiveSmallIntegerField(
        _("a child protection certificate is renewed after (years)"), default=2
    )

    class Meta:
        verbose_name = _("settings for shifts")
        verbose_name_plural = _("settings for shifts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(give_up_hours__lte=336, remind_days__lte=14, certificate_years__range=(1, 10)),
                name="activities_shiftsettings_sensible",
            ),
        ]

    def __str__(self) -> str:
        return str(self.plan)


class ShiftQuerySet(models.QuerySet["Shift"]):
    def wanted(self) -> "ShiftQuerySet":
        """Those that the evening needs: one that was taken off for an evening stays as a row, and is not made again."""
        return self.filter(is_off=False)


class Shift(models.Model):
    """One kind of work on one evening. The times are wall-clock; empty means the evening's own."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="shifts", verbose_name=_("plan"))
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="shifts", verbose_name=_("evening"))
    role = models.ForeignKey(ShiftRole, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of shift"))
    minimum = models.PositiveSmallIntegerField(_("at least"), default=1)
    maximum = models.PositiveSmallIntegerField(_("at most"), default=2)
    start_time = models.TimeField(_("from"), null=True, blank=True)
    end_time = models.TimeField(_("to"), null=True, blank=True)
    is_off = models.BooleanField(_("not needed this evening"), default=False)
    is_adjusted = models.BooleanField(_("changed for this evening"), default=False)  # the usual need lets it be

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["session__date", "role__position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "session", "role"], name="activities_shift_once"),
            models.CheckConstraint(
                condition=models.Q(maximum__gte=models.F("minimum")) & models.Q(maximum__gte=1),
                name="activities_shift_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.role}"


class SignupQuerySet(models.QuerySet["ShiftSignup"]):
    def standing(self) -> "SignupQuerySet":
        """Not given up."""
        return self.filter(withdrawn_at__isnull=True)


class ShiftSignup(models.Model):
    """Somebody has taken a shift. Given up ones stay, with the time, so that hours and gaps can be explained."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="signups", verbose_name=_("shift"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="shift_signups", verbose_name=_("who"))
    signed_up_at = models.DateTimeField(_("taken"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("given up"), null=True, blank=True)
    swap_asked_at = models.DateTimeField(_("wants to swap"), null=True, blank=True)
    was_there = models.BooleanField(_("was there"), null=True, blank=True)  # said when the evening is closed
    is_late = models.BooleanField(_("given up after the deadline"), default=False)
    replaces = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken over from")
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # its identity in calendars, for ever
    sequence = models.PositiveIntegerField(default=0, editable=False)  # +1 each time that calendars read it changed
    told_sha256 = models.CharField(max_length=64, blank=True, editable=False)  # what they read last

    objects = SignupQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up for a shift")
        verbose_name_plural = _("sign-ups for shifts")
        ordering = ["signed_up_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "shift", "user"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="activities_signup_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id}: {self.user_id}"


class RemovedShift(models.Model):
    """A shift whose evening was taken away (a closure, the end of a series): cancelled in calendars, not vanished."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("who"))
    uid = models.UUIDField(unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=1, editable=False)  # one more than calendars may have read
    title = models.CharField(_("what"), max_length=150)
    date = models.DateField(_("date"))
    start_time = models.TimeField(_("from"), null=True, blank=True)
    end_time = models.TimeField(_("to"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), auto_now_add=True)

    class Meta:
        verbose_name = _("shift of an evening that is gone")
        verbose_name_plural = _("shifts of evenings that are gone")
        ordering = ["date", "pk"]
        indexes = [models.Index(fields=["plan", "user", "date"], name="activities_removed_shift")]

    def __str__(self) -> str:
        return f"{self.title} {self.date:%d-%m-%Y}"


class Mood(models.IntegerChoices):
    """Three faces."""

    BAD = 1, _("It was hard")
    FAIR = 2, _("It was all right")
    GOOD = 3, _("It was good")


class Reflection(models.Model):
    """Three faces and one line when the evening is closed. About the evening, never about a person."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, related_name="reflection", verbose_name=_("evening")
    )
    mood = models.PositiveSmallIntegerField(_("how it went"), choices=Mood, null=True, blank=True)
    line = models.CharField(_("one line"), max_length=200, blank=True, validators=[validate_no_cpr])
    written_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(_("written"), auto_now=True)

    class Meta:
        verbose_name = _("word on the evening")
        verbose_name_plural = _("words on the evenings")

    def __str__(self) -> str:
        return f"{self.session_id}: {self.mood}"


class CalendarFeed(models.Model):
    """A volunteer's own calendar address. Only the token's hash is stored; revoked by a new one or none."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds", verbose_name=_("who"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("own calendar")
        verbose_name_plural = _("own calendars")
        constraints = [models.UniqueConstraint(fields=["plan", "user"], name="activities_feed_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.user_id}"
