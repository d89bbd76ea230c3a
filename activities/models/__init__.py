from activities.models.activities import Activity, ActivityAlias, ActivityLine, AgeBand, CountingMode, Format, Venue
from activities.models.schedules import Closure, Schedule
from activities.models.sessions import LogSource, Session, SessionAgeBand, SessionChange, SessionState

__all__ = [
    "Activity",
    "ActivityAlias",
    "ActivityLine",
    "AgeBand",
    "Closure",
    "CountingMode",
    "Format",
    "LogSource",
    "Schedule",
    "Session",
    "SessionAgeBand",
    "SessionChange",
    "SessionState",
    "Venue",
]
