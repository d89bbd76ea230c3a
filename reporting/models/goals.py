"""What the sub-agreements want to reach, word for word: vision, goal, subgoal, success criterion."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from jobs.cpr import validate_no_cpr
from partners.models import FocusArea


class GoalKind(models.TextChoices):
    """The levels from the widest to the narrowest; below the last one stand the indicators."""

    VISION = "vision", _("Vision")
    GOAL = "goal", _("Goal")
    SUBGOAL = "subgoal", _("Subgoal")
    CRITERION = "criterion", _("Success criterion")


LEVELS = list(GoalKind)


class Goal(models.Model):
    """One sentence of a sub-agreement. An agreement may leave levels out, so a parent need only stand higher.

    Taking one out of use (`removed_at`) deletes nothing: what hangs below it is shown under the next one above.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals", verbose_name=_("plan"))
    focus_area = models.ForeignKey(
        FocusArea, on_delete=models.PROTECT, related_name="goals", verbose_name=_("focus area")
    )
    kind = models.CharField(_("level"), max_length=12, choices=GoalKind)
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    text = models.TextField(_("wording"), max_length=1000, validators=[validate_no_cpr])
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["focus_area__position", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=GoalKind.values), name="reporting_goal_kind"),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")), name="reporting_goal_not_its_own_parent"
            ),
        ]
        indexes = [models.Index(fields=["plan", "focus_area"], name="reporting_goal_area")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"

    @property
    def level(self) -> int:
        return LEVELS.index(GoalKind(self.kind))

    def clean(self) -> None:
        parent = self.parent
        if parent is None:
            return
        if parent.focus_area_id != self.focus_area_id:
            raise ValidationError({"parent": _("It must belong to something in the same focus area.")})
        if parent.level >= self.level:
            raise ValidationError({"parent": _("It must belong to something on a higher level.")})
