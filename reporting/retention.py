"""How long the fields that can say something about a person are kept (design §4; shape as in accounts/retention.py)."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from accounts.retention import ACCOUNT, Rule
from reporting.models import Indicator
from residents.ages import Ages

FIGURE = Rule(
    purpose=_("To say where a figure comes from and why a target was changed"),
    keep=_("As long as the plan"),
    then=_("Deleted with the plan; is about the figure, never about a person"),
)
PACK = Rule(
    purpose=_("To tell a meeting how the plan goes and what it is asked to decide"),
    keep=_("As long as the plan"),
    then=_("Deleted with the plan; is about the plan, never about a person"),
)

RETENTION: dict[str, Rule] = {
    "Measurement.recorded_by": ACCOUNT,
    "TargetChange.changed_by": ACCOUNT,
    "Release.released_by": ACCOUNT,
    "Embedding.by_whom": FIGURE,
    "Embedding.recorded_by": ACCOUNT,
    "Measurement.decided_by": ACCOUNT,
    "Measurement.return_reason": FIGURE,
    "MeasurementFile.added_by": ACCOUNT,
    "MeasurementFile.content": FIGURE,
    "MeasurementFile.name": FIGURE,
    "DefinitionChange.written_by": ACCOUNT,
    "StatusText.written_by": ACCOUNT,
    "DefinitionChange.text": FIGURE,
    "StatusText.comment": FIGURE,
    "Measurement.note": FIGURE,
    "Measurement.source": FIGURE,
    "Target.drop_reason": FIGURE,
    "TargetChange.reason": FIGURE,
    "TargetChange.decided_by": FIGURE,
    "AreaNarrative.approved_by": ACCOUNT,
    "StatusReport.created_by": ACCOUNT,
    "StatusReport.frozen_by": ACCOUNT,
    "AreaNarrative.text": PACK,
    "StatusReport.body": PACK,
    "StatusReport.decisions": PACK,
    "StatusReport.deviations": PACK,
    "StatusReport.summary": PACK,
}
NOT_PERSONAL = frozenset(
    {
        "FigureCheck.details",
        "FixedTable.code",
        "FixedTable.content",
        "Goal.kind",
        "Goal.text",
        "Indicator.code",
        "Indicator.direction",
        "Indicator.measure",
        "Indicator.source",
        "Indicator.text",
        "Indicator.theme",
        "Indicator.unit",
        "Indicator.weekdays",
        "Measurement.state",
        "Release.content",
        "Release.sha256",
        "Release.summary",
        "StatusReport.content",
        "StatusText.judgement",
        "StatusReport.sha256",
        "StatusReportFile.content",
        "StatusReportFile.format",
        "StatusReportFile.sha256",
    }
)


def ages_counted(plan: Plan) -> Iterable[Ages]:
    """The ages that figures of the plan are counted for, also by targets no longer in use: they stay countable when
    people become anonymous (`residents.retention`)."""
    of_ages = Indicator.objects.filter(plan=plan, lowest_age__isnull=False)
    return of_ages.values_list("lowest_age", "highest_age").distinct()  # type: ignore[return-value]
