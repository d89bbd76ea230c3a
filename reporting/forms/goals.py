"""The form of a goal of a sub-agreement."""

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.fields import PlainTextField
from accounts.forms import PlainHelper
from accounts.models import Plan
from partners.models import FocusArea, focus_areas
from reporting.goals import depth_of, load_goals
from reporting.models import LEVELS, Goal, GoalKind


class GoalForm(forms.ModelForm):
    """The agreement's own words, on which level, and below what."""

    text = PlainTextField(
        label=_("Wording"), max_length=1000, lines=4, help_text=_("Word for word as in the agreement.")
    )

    class Meta:
        model = Goal
        fields = ["focus_area", "kind", "text", "parent"]
        labels = {"kind": _("Level")}

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = PlainHelper()
        self.fields["focus_area"].queryset = focus_areas(plan)
        self.fields["focus_area"].label_from_instance = lambda area: area.local_name
        self.fields["parent"].queryset = Goal.objects.filter(plan=plan, removed_at__isnull=True)
        self.fields["parent"].choices = goal_choices(plan, without=self.instance)

    def clean(self) -> dict[str, Any]:
        """What stands below it must still fit below it."""
        data = super().clean()
        kind, area = data.get("kind"), data.get("focus_area")
        if self.instance.pk and kind and area:
            level = LEVELS.index(GoalKind(kind))
            below = list(Goal.objects.filter(parent=self.instance.pk))
            if any(goal.level <= level for goal in below):
                self.add_error("kind", _("Something below it stands on this level or higher. Move that first."))
            elif any(goal.focus_area_id != area.pk for goal in below):
                self.add_error("focus_area", _("Something below it belongs to the old focus area. Move that first."))
        return data


def goal_choices(plan: Plan, *, without: Goal | None = None) -> list[tuple[Any, Any]]:
    """The plan's goals by focus area, narrower ones further in."""
    groups: dict[FocusArea, list[tuple[int, str]]] = {}
    for goal in load_goals(plan).goals:
        if without is None or goal.pk != without.pk:
            indent = "\u2007\u2007" * depth_of(goal)
            name = f"{indent}{goal.get_kind_display()}: {Truncator(goal.text).chars(70)}"
            groups.setdefault(goal.focus_area, []).append((goal.pk, name))
    return [("", _("Nothing above it")), *((area.local_name, choices) for area, choices in groups.items())]
