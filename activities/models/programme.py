"""The programme of a season: which theme stands on which evening, with whom, and what was published."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models.activities import Activity, Format, Venue
from activities.models.ideas import Idea
from activities.models.sessions import Session, SessionState
from jobs.cpr import validate_no_cpr
from partners.models import Contact


class Season(models.Model):
    """The span that one programme is made for. Its dates are the activity's own evenings."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="seasons", verbose_name=_("plan"))
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="seasons", verbose_name=_("activity"))
    name = models.CharField(_("name"), max_length=60, validators=[validate_no_cpr])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    format_limit = models.PositiveSmallIntegerField(_("at most of one kind"), null=True, blank=True)

    class Meta:
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "activity", "name"], name="activities_season_name"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="activities_season_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day must come after the first day.")})


class ProgrammeSlot(models.Model):
    """A row of the board: "Tema", "Mad". A season is made with one."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="slots", verbose_name=_("season"))
    name = models.CharField(_("name"), max_length=40, validators=[validate_no_cpr])
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("slot of a programme")
        verbose_name_plural = _("slots of a programme")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "season", "name"], name="activities_slot_name")]

    def __str__(self) -> str:
        return self.name


class ItemState(models.TextChoices):
    """How far an item is. That it was held follows from the log of its evening, so it is never stored."""

    ACCEPTED = "accepted", _("Accepted")
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")


HELD = "held"  # beside the states above, in `ProgrammeItem.shown_state`


class ProgrammeItem(models.Model):
    """What happens in one slot of one evening. `uid` and `sequence` are its identity in calendars, kept for ever."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="programme_items", verbose_name=_("plan"))
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="items", verbose_name=_("season"))
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="programme_items",
        verbose_name=_("evening"),
    )  # fmt: skip
    slot = models.ForeignKey(
        ProgrammeSlot, on_delete=models.RESTRICT, null=True, blank=True, related_name="items", verbose_name=_("slot")
    )
    idea = models.ForeignKey(
        Idea, on_delete=models.SET_NULL, null=True, blank=True, related_name="items", verbose_name=_("idea")
    )
    title = models.CharField(_("title"), max_length=120, validators=[validate_no_cpr])
    theme = models.CharField(_("theme"), max_length=150, blank=True, validators=[validate_no_cpr])
    format = models.ForeignKey(Format, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("format"))
    is_sensitive = models.BooleanField(_("sensitive theme: heads only"), default=False)
    description = models.TextField(_("for the programme"), max_length=1000, blank=True, validators=[validate_no_cpr])
    simple_description = models.CharField(
        _("in very few words"), max_length=300, blank=True, validators=[validate_no_cpr]
    )
    venue = models.ForeignKey(Venue, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("venue"))
    budget = models.DecimalField(_("budget in kroner"), max_digits=8, decimal_places=2, null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ItemState, default=ItemState.ACCEPTED)
    approved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)  # +1 at each published change (RFC 5545)
    version = models.PositiveIntegerField(default=0, editable=False)  # +1 at each edit; two phones cannot both win
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("programme item")
        verbose_name_plural = _("programme items")
        ordering = ["session__date", "slot__position", "pk"]
        indexes = [models.Index(fields=["plan", "session"], name="activities_item_session")]
        constraints = [
            # One item a slot and evening; a cancelled one keeps its place in calendars but frees the slot.
            models.UniqueConstraint(
                fields=["plan", "session", "slot"],
                condition=models.Q(session__isnull=False, slot__isnull=False) & ~models.Q(state="cancelled"),
                name="activities_item_slot_once",
            ),
            models.CheckConstraint(condition=models.Q(state__in=ItemState.values), name="activities_item_state"),
            # An evening that is removed leaves its item without one, so the slot alone may stay.
            models.CheckConstraint(
                condition=models.Q(session__isnull=True) | models.Q(slot__isnull=False),
                name="activities_item_evening_has_slot",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def log_theme(self) -> str:
        """The theme as it goes onto the evening."""
        return self.theme or self.title

    @property
    def shown_state(self) -> str:
        """The state, or `HELD` when the log of its evening says so, or cancelled with its evening."""
        if self.session is None:
            return self.state
        if self.session.state == SessionState.HELD and self.state != ItemState.CANCELLED:
            return HELD
        if self.session.state in (SessionState.CANCELLED, SessionState.CLOSED):
            return ItemState.CANCELLED
        return self.state


class ProgrammeHost(models.Model):
    """Who of the volunteers and colleagues leads the item."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    item = models.ForeignKey(ProgrammeItem, on_delete=models.CASCADE, related_name="hosts", verbose_name=_("item"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="hosted_items", verbose_name=_("host"))
    is_moderator = models.BooleanField(_("leads the debate"), default=False)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        constraints = [models.UniqueConstraint(fields=["plan", "item", "user"], name="activities_host_once")]

    def __str__(self) -> str:
        return str(self.user)


class GuestRole(models.TextChoices):
    GUEST = "guest", _("Guest")
    PANEL = "panel", _("In the panel")
    MODERATOR = "moderator", _("Leads the debate")


class Guest(models.Model):
    """Somebody from outside: a contact of a partner, or a name without an account. The phone is the team's alone."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    item = models.ForeignKey(ProgrammeItem, on_delete=models.CASCADE, related_name="guests", verbose_name=_("item"))
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    name = models.CharField(_("name"), max_length=100, validators=[validate_no_cpr])
    title = models.CharField(_("from"), max_length=120, blank=True, validators=[validate_no_cpr])
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_no_cpr])
    role = models.CharField(_("role"), max_length=10, choices=GuestRole, default=GuestRole.GUEST)
    is_confirmed = models.BooleanField(_("has said yes"), default=False)
    is_public = models.BooleanField(_("name stands in the programme"), default=False)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=GuestRole.values), name="activities_guest_role"),
        ]

    def __str__(self) -> str:
        return self.name


class ListKind(models.TextChoices):
    TASK = "task", _("To do")
    SHOPPING = "shopping", _("To buy")
    EQUIPMENT = "equipment", _("To bring")


class ChecklistLine(models.Model):
    """One line of what must be done, bought or brought for an item."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    item = models.ForeignKey(ProgrammeItem, on_delete=models.CASCADE, related_name="lines", verbose_name=_("item"))
    kind = models.CharField(_("list"), max_length=10, choices=ListKind, default=ListKind.TASK)
    text = models.CharField(_("what"), max_length=120, validators=[validate_no_cpr])
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("line of a checklist")
        verbose_name_plural = _("lines of checklists")
        ordering = ["kind", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ListKind.values), name="activities_line_kind"),
        ]

    def __str__(self) -> str:
        return self.text


class ProgrammeRelease(models.Model):
    """The programme as it was made public: canonical JSON and its SHA-256. Public pages, feed and poster draw this."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="programme_releases", verbose_name=_("plan"))
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="releases", verbose_name=_("season"))
    number = models.PositiveIntegerField(_("number"))
    content = models.TextField(_("content"))
    sha256 = models.CharField(max_length=64, editable=False)
    published_at = models.DateTimeField(_("published"), auto_now_add=True)
    published_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)  # still counts for `sequence`

    class Meta:
        verbose_name = _("published programme")
        verbose_name_plural = _("published programmes")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "season", "number"], name="activities_release_number"),
        ]

    def __str__(self) -> str:
        return f"{self.season} {self.number}"
