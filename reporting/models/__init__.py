"""Are we reaching what we agreed? Indicators with targets, values that are typed in, and frozen releases."""

from reporting.models.embedding import Embedding
from reporting.models.figure_checks import FigureCheck
from reporting.models.fixed_tables import FixedTable
from reporting.models.goals import LEVELS, Goal, GoalKind
from reporting.models.indicators import Direction, Indicator, Measure
from reporting.models.judgements import DefinitionChange, Judgement, StatusText
from reporting.models.measurements import Measurement, MeasurementFile, MeasurementQuerySet, MeasurementState
from reporting.models.releases import Release, ReleaseQuerySet
from reporting.models.status_reports import AreaNarrative, StatusReport, StatusReportFile, StatusReportQuerySet
from reporting.models.targets import Target, TargetChange

__all__ = [
    "LEVELS",
    "AreaNarrative",
    "DefinitionChange",
    "Direction",
    "Embedding",
    "FigureCheck",
    "FixedTable",
    "Goal",
    "GoalKind",
    "Indicator",
    "Judgement",
    "Measure",
    "Measurement",
    "MeasurementFile",
    "MeasurementQuerySet",
    "MeasurementState",
    "Release",
    "ReleaseQuerySet",
    "StatusReport",
    "StatusReportFile",
    "StatusReportQuerySet",
    "StatusText",
    "Target",
    "TargetChange",
]
