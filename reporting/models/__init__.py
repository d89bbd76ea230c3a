"""Are we reaching what we agreed? Indicators with targets, values that are typed in, and frozen releases."""

from reporting.models.indicators import Direction, Indicator, Measure
from reporting.models.measurements import Measurement
from reporting.models.releases import Release, ReleaseQuerySet
from reporting.models.targets import Target, TargetChange

__all__ = [
    "Direction",
    "Indicator",
    "Measure",
    "Measurement",
    "Release",
    "ReleaseQuerySet",
    "Target",
    "TargetChange",
]
