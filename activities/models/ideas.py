"""What the young want to do: an idea, its votes, and what volunteers say of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.models.activities import Activity, Format
from jobs.cpr import validate_no_cpr


class IdeaState(models.TextChoices):
    """An idea from the public page is seen by a volunteer before others see it."""

    NEW = "new", _("Not looked at yet")
    OPEN = "open", _("Open for votes")
    ACCEPTED = "accepted", _("In the programme")
    HIDDEN = "hidden", _("Put away")
    MERGED = "merged", _("Joined with another")


class IdeaSource(models.TextChoices):
    PUBLIC = "public", _("From the public page")
    MEMBER = "member", _("From a volunteer or colleague")


class Idea(models.Model):
    """A theme for an evening. Nobody's name: whoever sends one from the public page stays unknown."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="ideas", verbose_name=_("plan"))
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="ideas", verbose_name=_("activity"))
    title = models.CharField(_("theme"), max_length=120, validators=[validate_no_cpr])
    format = models.ForeignKey(Format, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("format"))
    why = models.CharField(_("why"), max_length=500, blank=True, validators=[validate_no_cpr])
    state = models.CharField(_("state"), max_length=10, choices=IdeaState, default=IdeaState.NEW)
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged", verbose_name=_("joined with")
    )
    source = models.CharField(max_length=10, choices=IdeaSource, default=IdeaSource.PUBLIC, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["plan", "activity", "state"], name="activities_idea_state")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=IdeaState.values), name="activities_idea_state_known"),
            models.CheckConstraint(condition=~models.Q(title=""), name="activities_idea_has_title"),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(state="merged"),
                name="activities_idea_merged_state",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class IdeaVote(models.Model):
    """One vote of one browser on one day. `voter` is a random value from the vote's own cookie: no account, no address.

    The day is in the key, so that the same browser may vote again tomorrow and its vote of today can be moved.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+", verbose_name=_("activity"))
    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="votes", verbose_name=_("idea"))
    voted_on = models.DateField(_("day"))
    voter = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "activity", "voted_on", "voter"], name="activities_vote_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} {self.voted_on:%d-%m-%Y}"


class IdeaComment(models.Model):
    """What volunteers and colleagues say to each other about an idea."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))
    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="comments", verbose_name=_("idea"))
    text = models.CharField(_("comment"), max_length=300, validators=[validate_no_cpr])
    written_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("comment on an idea")
        verbose_name_plural = _("comments on ideas")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text
