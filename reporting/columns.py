"""The columns of everything that leaves as a table: the API, CSV and Excel files, and the data dictionary.

A table is read from one figure set (the draft, or a release) and can say nothing that the figure set does not hold. To
add a column: one line here, and Danish for its heading and its definition.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reporting.figure_set import Plain
from reporting.models import Direction, Measure
from reporting.status import Accumulation, Status
from reporting.told_status import says_something, told_status

TEXT, CODE, COUNT, NUMBER, DAY, YES = "text", "code", "count", "number", "day", "yes"
Read = Callable[[Plain, Plain], Any]  # one row, and the figure set that it stands in


class PeriodKind(models.TextChoices):
    YEAR = "year", _("Plan year")
    HALF = "half", _("Half-year")
    QUARTER = "quarter", _("Quarter")
    SCHOOL = "school", _("School year")
    PLAN = "plan", _("The whole plan")


class Withheld(models.TextChoices):
    """Why a number of people is not told."""

    SMALL = "small", _("fewer than 10 people")
    PERIOD = "period", _("not the period that the target is set for")
    FEW = "few", _("a share of people, too few or not told themselves")
    AGES = "ages", _("a figure of some ages, which only the team sees")


@dataclass(frozen=True, kw_only=True)
class Column:
    """`name` in the API, `heading` in a sheet, `says` in the dictionary. `codes`: all that a code may be."""

    name: str
    heading: Promise | str
    says: Promise
    kind: str
    read: Read
    codes: type[models.TextChoices] | None = None
    is_always_there: bool = False
    words: Read | None = None  # in a sheet, instead of the value: as the page says it
    is_share: bool = False  # of a whole: never rounded up to all of it
    is_typed: bool = False  # always as somebody typed it in


@dataclass(frozen=True, kw_only=True)
class DataTable:
    """One table: its name in the API, what a row is, and how its rows are found in a figure set."""

    name: str
    title: Promise
    says: Promise
    columns: tuple[Column, ...]
    rows: Callable[[Plain], list[Plain]]
    file_name: str  # Danish, as addresses are
    is_shown: Callable[[Plain, Plain], bool] = lambda row, figure_set: True  # in a sheet, as on the page

    def read(self, figure_set: Plain) -> Iterator[dict[str, Any]]:
        """Each row by the names of its columns, numbers as numbers."""
        for row in self.rows(figure_set):
            yield {column.name: column.read(row, figure_set) for column in self.columns}


def plain_number(value: int | str | Decimal | None) -> int | float | None:
    """A JSON number, not rounded: whole ones without a point."""
    if value is None or isinstance(value, int):
        return value
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


# -- how a value is found ----------------------------------------------------------------------------------------------


def own(key: str) -> Read:
    return lambda row, figure_set: row[key]


def figure(key: str) -> Read:
    return lambda row, figure_set: plain_number(row[key])


def of_sessions(key: str) -> Read:
    """A count of the row's sessions; a figure that is typed in has none."""
    return lambda row, figure_set: plain_number(row["sessions"][key]) if row["sessions"] else None


def _area(row: Plain, figure_set: Plain) -> str:
    return next(area["name"] for area in figure_set["areas"] if area["position"] == row["area"])


def _goal(row: Plain, figure_set: Plain) -> str | None:
    return next((goal["text"] for goal in figure_set.get("goals", ()) if goal["id"] == row.get("goal")), None)


def _coded(key: str) -> Read:
    """A code; nothing where none is set."""
    return lambda row, figure_set: row[key] or None


def period_key_of(figure_set: Plain) -> str:
    """As the address of a page names it: "2025-26-h1"."""
    return figure_set["period"]["label"].lower().replace("/", "-").replace(" ", "-")


PERIOD = (
    Column(
        name="period", heading=_("Period"), kind=TEXT, is_always_there=True,
        says=_("The period, counted from the plan's first day: plan year, half-year, quarter or the whole plan."),
        read=lambda row, figure_set: period_key_of(figure_set),
    ),
    Column(
        name="period_kind", heading=_("Kind of period"), kind=CODE, codes=PeriodKind, is_always_there=True,
        says=_("What kind of period it is."), read=lambda row, figure_set: figure_set["period"]["kind"],
    ),
    Column(
        name="period_from", heading=_("First day"), kind=DAY, is_always_there=True,
        says=_("The period's first day."), read=lambda row, figure_set: figure_set["period"]["from"],
    ),
    Column(
        name="period_to", heading=_("Last day"), kind=DAY, is_always_there=True,
        says=_("The period's last day, also while it runs."), read=lambda row, figure_set: figure_set["period"]["to"],
    ),
    Column(
        name="as_of", heading=_("Figures up to"), kind=DAY, is_always_there=True,
        says=_("The last day that the figures cover."), read=lambda row, figure_set: figure_set["as_of"],
    ),
)  # fmt: skip
FOCUS_AREA = Column(
    name="focus_area", heading=_("Focus area"), kind=TEXT, is_always_there=True, read=_area,
    says=_("The focus area (indsatsområde) of the programme period."),
)  # fmt: skip
SESSIONS = (
    Column(
        name="sessions_held", heading=_("Held"), kind=COUNT, read=of_sessions("held"),
        says=_("Sessions that were held, also those where nobody came."),
    ),
    Column(
        name="cancelled", heading=_("Cancelled"), kind=COUNT, read=of_sessions("cancelled"),
        says=_("Sessions that were logged as cancelled."),
    ),
    Column(
        name="closed", heading=_("Closed"), kind=COUNT, read=of_sessions("closed"),
        says=_("Sessions that were logged as closed. Holidays and closures are skipped and are none of them."),
    ),
    Column(
        name="unlogged", heading=_("Not logged"), kind=COUNT, read=of_sessions("unlogged"),
        says=_("Planned sessions in the past that nobody has logged. Left out of every figure; never a zero."),
    ),
    Column(
        name="logged", heading=_("Logged"), kind=COUNT, read=of_sessions("logged"),
        says=_("Held, cancelled and closed together."),
    ),
    Column(
        name="due", heading=_("Due sessions"), kind=COUNT, read=of_sessions("due"),
        says=_("Sessions that ought to be logged by now: logged and not logged together."),
    ),
    Column(
        name="completeness", heading=_("Completeness"), kind=NUMBER, read=of_sessions("completeness"), is_share=True,
        says=_("Logged divided by due, from 0 to 1. Nothing when no session was due."),
    ),
)  # fmt: skip
VISITS = Column(
    name="visits", heading=_("Visits"), kind=COUNT, read=of_sessions("visits"),
    says=_("Everybody who came, each time they came (fremmøder). Visits add up; people do not."),
)  # fmt: skip

INDICATORS = DataTable(
    name="indicators",
    title=pgettext_lazy("table", "Targets"),
    says=_("One row for each target in use and each period."),
    rows=lambda figure_set: figure_set["indicators"],
    file_name="maal",
    is_shown=says_something,
    columns=(
        *PERIOD,
        Column(name="code", heading=_("No."), kind=TEXT, is_always_there=True, read=own("code"),
               says=_("The target's number in the agreement, such as K2.")),
        Column(name="text", heading=_("Target, verbatim"), kind=TEXT, is_always_there=True, read=own("text"),
               says=_("The wording of the agreement, word for word.")),
        FOCUS_AREA,
        Column(name="goal", heading=_("Goal"), kind=TEXT, read=_goal,
               says=_("The sentence of the agreement that the target tells about.")),
        Column(name="measure", heading=_("Measured as"), kind=CODE, codes=Measure, is_always_there=True,
               read=own("measure"), says=_("What is counted. Each measure is described above.")),
        Column(name="accumulation", heading=_("Adds up"), kind=CODE, codes=Accumulation, is_always_there=True,
               read=own("accumulation"), says=_("What may be done with the figure over several periods.")),
        Column(name="typed_in", heading=_("Typed in"), kind=YES, is_always_there=True, read=own("typed_in"),
               says=_("Yes when somebody types the value in, with its source; no when the portal counts it.")),
        Column(name="unit", heading=_("Unit"), kind=TEXT, is_always_there=True, read=own("unit"),
               says=_("What the value is counted in.")),
        Column(name="direction", heading=_("Direction"), kind=CODE, codes=Direction, read=_coded("direction"),
               says=_("Whether the value should be at least, at most or within.")),
        Column(name="at_least_times", heading=_("At least n times"), kind=COUNT, read=figure("at_least_times"),
               says=_("Only for people who came at least so many times.")),
        Column(name="value", heading=_("Value"), kind=NUMBER, read=figure("value"),
               says=_("The figure; for people the lower bound: everybody we know, or the largest single session.")),
        Column(name="value_max", heading=_("Value at most"), kind=NUMBER, read=figure("value_max"),
               says=_("The upper bound: known people and every head without a name. The same as the value when it is "
                      "exact, nothing when there is no bound.")),
        Column(name="withheld", heading=_("Not told"), kind=CODE, codes=Withheld, read=own("withheld"),
               says=_("Why a number of people is not told outside the team. Nothing when it is.")),
        Column(name="target", heading=pgettext_lazy("column", "Target"), kind=NUMBER, read=figure("target"),
               is_typed=True, says=_("The target of this period, or the lower limit of a range.")),
        Column(name="target_high", heading=_("Upper limit"), kind=NUMBER, read=figure("target_high"),
               is_typed=True, says=_("The upper limit of a range.")),
        Column(name="due_on", heading=_("Due"), kind=DAY, read=own("due_on"),
               says=_("The day by which a milestone should be done.")),
        Column(name="expected", heading=_("Expected by now"), kind=NUMBER, read=figure("expected"),
               says=_("The target in step with the planned sessions so far, never with the calendar.")),
        Column(name="status", heading=_("Status"), kind=CODE, codes=Status, read=own("status"), words=told_status,
               says=_("Where the target stands. Nothing when the target is for another kind of period.")),
        Column(name="missing", heading=_("Missing"), kind=NUMBER, read=figure("missing"),
               says=_("How far below the target, or above it when it is at most.")),
        *SESSIONS,
        Column(name="source", heading=_("Source"), kind=TEXT, is_always_there=True, read=own("source"),
               says=_("Where a typed-in value comes from.")),
        Column(name="measured_on", heading=_("Measured on"), kind=DAY, read=own("measured_on"),
               says=_("The day that a typed-in value is about.")),
        Column(name="estimated", heading=_("Estimated"), kind=YES, is_always_there=True, read=own("estimated"),
               says=_("Yes when the value was typed in as about so much.")),
    ),
)  # fmt: skip

ACTIVITIES = DataTable(
    name="activities",
    title=_("Activities"),
    says=_("One row for each activity and each period."),
    rows=lambda figure_set: figure_set["activities"],
    file_name="aktiviteter",
    columns=(
        *PERIOD,
        Column(name="activity", heading=_("Activity"), kind=TEXT, is_always_there=True, read=own("activity"),
               says=_("The activity's name.")),
        FOCUS_AREA,
        Column(name="is_active", heading=_("In use"), kind=YES, is_always_there=True, read=own("is_active"),
               says=_("No for an activity that has ended.")),
        *SESSIONS,
        VISITS,
        Column(name="mean_visits", heading=_("Per session"), kind=NUMBER, read=figure("mean_visits"),
               says=_("Visits divided by the sessions that were held. Nothing when none was.")),
        Column(name="unique_min", heading=_("Different people, at least"), kind=COUNT, read=figure("unique_min"),
               says=_("Different people over the whole period, at least. In the team's draft only.")),
        Column(name="unique_max", heading=_("Different people, at most"), kind=COUNT, read=figure("unique_max"),
               says=_("Different people over the whole period, at most. In the team's draft only.")),
        Column(name="volunteer_turns", heading=_("Volunteer turns"), kind=COUNT, read=figure("volunteer_turns"),
               says=_("How many volunteers were there, each time they were there.")),
        Column(name="last_change", heading=_("Last changed"), kind=DAY, read=own("last_change"),
               says=_("The day that one of the sessions was last logged or corrected.")),
    ),
)  # fmt: skip

VISITS_BY_MONTH = DataTable(
    name="visits-by-month",
    title=_("Visits by month"),
    says=_("One row for each activity and each month of a period that is drawn by months."),
    file_name="fremmoeder-pr-maaned",
    rows=lambda figure_set: [
        {"activity": activity["activity"], "area": activity["area"], **point}
        for activity in figure_set["activities"]
        if activity["trend"].get("step") == "month"
        for point in activity["trend"]["points"]
    ],
    columns=(
        *PERIOD,
        Column(name="activity", heading=_("Activity"), kind=TEXT, is_always_there=True, read=own("activity"),
               says=_("The activity's name.")),
        FOCUS_AREA,
        Column(name="month", heading=_("Month"), kind=DAY, is_always_there=True, read=own("on"),
               says=_("The month's first day within the period.")),
        Column(name="visits", heading=_("Visits"), kind=COUNT, read=figure("value"), says=VISITS.says),
    ),
)  # fmt: skip

AGES = DataTable(
    name="ages",
    title=_("People by age"),
    says=_("One row for each age group of a half-year, when every group is large enough."),
    file_name="alder",
    rows=lambda figure_set: figure_set["ages"]["rows"] if figure_set["ages"] else [],
    columns=(
        *PERIOD,
        Column(name="age_from", heading=_("Age from"), kind=COUNT, is_always_there=True, read=figure("from"),
               says=_("The group's lowest age: the year of the last evening less the birth year.")),
        Column(name="age_to", heading=_("Age to"), kind=COUNT, read=figure("to"),
               says=_("The group's highest age. Nothing when there is none.")),
        Column(name="people", heading=_("People"), kind=COUNT, is_always_there=True, read=figure("people"),
               says=_("Different people, rounded to the nearest 5.")),
    ),
)  # fmt: skip

TABLES: dict[str, DataTable] = {table.name: table for table in (INDICATORS, ACTIVITIES, VISITS_BY_MONTH, AGES)}
