"""A target sheet (målhierarki): one row an indicator, one column a period."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from accounts.periods import Period
from jobs.sheets import Outcome, Progress, SheetField, SheetResource, Table, text_reader
from jobs.values import CellError, match_key, parse_date, parse_decimal, shown
from partners.models import FocusArea, focus_areas
from reporting.definitions import note_rule_change, rule_of
from reporting.goal_sheet import GOAL_FIELDS, Chain, GoalShelf, read_chain
from reporting.measures import MEASURES
from reporting.models import Direction, Goal, GoalKind, Indicator, Measure, Target, TargetChange
from reporting.target_words import (
    ActivityWords,
    Aim,
    Chosen,
    Measured,
    period_heading,
    periods_by_key,
    read_aim,
    read_code,
    read_direction,
    read_measure,
)

Span = tuple[Any, Any]
TARGET_FIELDS = ("value", "high", "due_on")


@dataclass
class Row:
    """One readable row, as what it means."""

    table: Table
    index: int
    code: str
    area: FocusArea
    text: str
    measured: Measured
    chosen: Chosen | None  # None: the cell is blank and says nothing
    chain: Chain
    unit: str
    direction: str
    baseline: Decimal | None
    baseline_on: Any
    source: str
    aims: dict[Span, tuple[Period, Aim]] = field(default_factory=dict)

    def meaning(self) -> tuple:
        aims = tuple(sorted((span, aim) for span, (_period, aim) in self.aims.items())) if self.aims else ()
        facts = (
            self.area.pk,
            self.text,
            self.measured,
            self.chosen,
            self.chain,
            self.unit,
            self.direction,
            self.baseline,
        )
        return (*facts, self.baseline_on, self.source, str(aims))


class TargetResource(SheetResource):
    code = SheetField("Nr.", read_code, required=True, synonyms=("Nr", "Nummer", "Kode", "Målnr.", "Indikator nr."))
    area = SheetField("Indsatsområde", text_reader(100), required=True, synonyms=("Område",))
    text = SheetField(
        "Mål (ordret)",
        text_reader(300),
        required=True,
        synonyms=("Indikator", "Formulering", "Måltekst", "Succeskriterium", "Delmål", "Mål"),
    )
    vision = GOAL_FIELDS[GoalKind.VISION]
    goal = GOAL_FIELDS[GoalKind.GOAL]
    subgoal = GOAL_FIELDS[GoalKind.SUBGOAL]
    criterion = GOAL_FIELDS[GoalKind.CRITERION]
    measured = SheetField("Måles som", read_measure, required=True, synonyms=("Måling", "Målemetode", "Målt som"))
    activities = SheetField("Aktivitet", text_reader(1000), synonyms=("Aktiviteter",))
    unit = SheetField("Enhed", text_reader(40), synonyms=("Måleenhed",))
    direction = SheetField("Retning", read_direction)
    baseline = SheetField("Udgangspunkt", parse_decimal, synonyms=("Nulpunkt", "Baseline"))
    baseline_on = SheetField("Udgangspunkt målt", parse_date, synonyms=("Dato for udgangspunkt",))
    source = SheetField("Kilde", text_reader(100), synonyms=("Datakilde",))
    aims = SheetField("Planår", read_aim, required=True, repeated=period_heading)

    def __init__(self, *, plan: Plan, filename: str = "", by: User | None = None) -> None:
        super().__init__()
        self.plan = plan
        self.by = by
        self.reason = gettext("Import of %(file)s") % {"file": filename} if filename else gettext("Import")
        self.areas = list(focus_areas(plan))
        self.area_by_key = {match_key(name): area for area in self.areas for name in area.spellings}
        self.periods = periods_by_key(plan)
        self.words = ActivityWords(plan)

    # -- reading -------------------------------------------------------------------------------------------------------

    def prepare(self, outcome: Outcome, progress: Progress) -> None:
        if self.is_writing:  # two imports into one plan take turns
            Plan.objects.select_for_update().get(pk=self.plan.pk)
        self._load()
        rows: dict[str, list[Row]] = defaultdict(list)
        for table in outcome.tables:
            for index, values in self.read_rows(table, outcome):
                try:
                    row = self._checked(table, index, values)
                except CellError as error:
                    column = error.column or "code"
                    heading = getattr(error, "heading", "") or table.label(column, self.fields)
                    outcome.reject(table, index, (heading, error))
                    continue
                rows[match_key(row.code)].append(row)
        for same in rows.values():
            self._settle(same, outcome)

    def _settle(self, same: list[Row], outcome: Outcome) -> None:
        """Rows that say the same are one; rows that disagree about one number all go back."""
        if len({row.meaning() for row in same}) > 1:
            for row in same:
                error = CellError(
                    _("No. %(code)s is in the sheet more than once, with different contents."), code=row.code
                )
                outcome.reject(row.table, row.index, (row.table.label("code", self.fields), error))
            return
        self._compare(same[0], outcome)
        outcome.leave(len(same) - 1)

    def _checked(self, table: Table, index: int, values: dict[str, Any]) -> Row:
        """The row as what it means, or CellError with the column it belongs to."""
        for name in ("code", "text", "measured"):
            if not values.get(name):
                raise in_column(name, _("Something is missing here. Fill it in."))
        measured = values["measured"]
        row = Row(
            table=table,
            index=index,
            code=values["code"],
            area=self._area(values.get("area") or ""),
            text=values["text"],
            measured=measured,
            chosen=self._chosen(values.get("activities"), measured),
            chain=read_chain(values),
            unit=values.get("unit") or "",
            direction=values.get("direction") or "",
            baseline=values.get("baseline"),
            baseline_on=values.get("baseline_on"),
            source=values.get("source") or "",
        )
        for meaning, aim in values["aims"]:
            if aim is not None:
                self._add_aim(row, meaning, aim)
        if not row.direction:
            row.direction = self._usual_direction(row)
        return row

    def _area(self, name: str) -> FocusArea:
        area = self.area_by_key.get(match_key(name))
        if area is None:
            raise in_column(
                "area",
                _("The focus area “%(value)s” is not one of the plan's: %(names)s."),
                value=shown(name),
                names=", ".join(area.name for area in self.areas),
            )
        return area

    def _chosen(self, cell: str | None, measured: Measured) -> Chosen | None:
        try:
            chosen = self.words.read(cell) if cell else None
        except CellError as error:
            error.column = "activities"
            raise
        if chosen is None and MEASURES[measured.code].counts_sessions:
            raise in_column("activities", _("Which activity is counted? Write its name, or “alle”."))
        return chosen

    def _add_aim(self, row: Row, key: str, aim: Aim) -> None:
        period = self.periods.get(key)
        if period is None:
            raise in_period(
                key,
                _("The plan has no period “%(value)s”. It runs from %(first)s to %(last)s."),
                value=key,
                first=f"{self.plan.starts_on:%d-%m-%Y}",
                last=f"{self.plan.ends_on:%d-%m-%Y}",
            )
        is_milestone = row.measured.code == Measure.MILESTONE
        if is_milestone != (aim.due_on is not None):
            message = (
                _("A milestone needs a date, such as 01-07-2024.") if is_milestone else _("Write a number, not a date.")
            )
            raise in_period(period.label, message)
        is_range = aim.low is not None and aim.low != aim.high
        if is_range and row.direction not in ("", Direction.RANGE):
            raise in_period(period.label, _("Two limits need the direction “interval”."))
        row.aims[(period.first, period.last)] = (period, aim)

    def _usual_direction(self, row: Row) -> str:
        """A blank cell: a range where two limits are given, none for a milestone, else a floor."""
        if row.measured.code == Measure.MILESTONE:
            return ""
        aims = [aim for _period, aim in row.aims.values()]
        return Direction.RANGE if any(aim.low != aim.high for aim in aims) else Direction.AT_LEAST

    # -- comparing -----------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        indicators = Indicator.objects.filter(plan=self.plan).select_related("format", "focus_area", "goal")
        indicators = indicators.prefetch_related("activities", "targets")
        self.shelf = GoalShelf(self.plan)
        self.stored = {match_key(indicator.code): indicator for indicator in indicators}
        self.new_indicators: list[Indicator] = []
        self.changed_indicators: list[Indicator] = []
        self.new_activities: list[tuple[Indicator, frozenset[int]]] = []
        self.new_targets: list[Target] = []
        self.changed_targets: list[tuple[Target, TargetChange]] = []

    def _compare(self, row: Row, outcome: Outcome) -> None:
        """Lay the row over what is stored. A blank cell never deletes."""
        pairs: list[tuple[str, object, object]] = []
        indicator = self.stored.get(match_key(row.code))
        is_new = indicator is None
        if indicator is None:
            indicator = Indicator(plan=self.plan, code=row.code)
            self.new_indicators.append(indicator)
        if self._lay(indicator, row, pairs) and not is_new:
            self.changed_indicators.append(indicator)
        self._lay_activities(indicator, row, pairs, is_new=is_new)
        self._lay_targets(indicator, row, pairs, is_new=is_new)
        shown_pairs = [(str(_("No.")), "", row.code), *pairs]
        if is_new:
            outcome.create(row.table, row.index, shown_pairs)
        elif pairs:
            outcome.update(row.table, row.index, shown_pairs)
        else:
            outcome.leave()

    def _lay(self, indicator: Indicator, row: Row, pairs: list) -> bool:
        wanted: dict[str, Any] = {
            "focus_area": row.area,
            "text": row.text,
            "measure": row.measured.code,
            "at_least_times": row.measured.at_least_times,
            "direction": row.direction,
        }
        optional = {
            "unit": row.unit,
            "baseline": row.baseline,
            "baseline_on": row.baseline_on,
            "source": row.source,
        }
        wanted |= {name: value for name, value in optional.items() if value not in (None, "")}
        if row.chosen is not None:
            wanted |= self._narrowing(row.chosen)
        if row.chain:
            wanted["goal"] = self.shelf.find(row.area, row.chain)
        changed = False
        for name, value in wanted.items():
            before = getattr(indicator, name, None) if name != "focus_area" or indicator.focus_area_id else None
            if before != value:
                changed = True
                verbose: Any = Indicator._meta.get_field(name)
                pairs.append((str(verbose.verbose_name), _in_words(verbose, before), _in_words(verbose, value)))
                setattr(indicator, name, value)
        return changed

    def _narrowing(self, chosen: Chosen) -> dict[str, Any]:
        lowest, highest = chosen.narrowed.ages or (None, None)
        return {
            "all_activities": chosen.is_all,
            "whole_area": chosen.is_area,
            "format": self.words.formats.get(chosen.narrowed.format),
            "theme": chosen.narrowed.theme,
            "weekdays": chosen.narrowed.weekdays,
            "lowest_age": lowest,
            "highest_age": highest,
        }

    def _lay_activities(self, indicator: Indicator, row: Row, pairs: list, *, is_new: bool) -> None:
        if row.chosen is None:
            return
        before = frozenset() if is_new else frozenset(activity.pk for activity in indicator.activities.all())
        if before != row.chosen.activities:
            self.new_activities.append((indicator, row.chosen.activities))
            pairs.append((str(_("Activities")), self._names(before), self._names(row.chosen.activities)))

    def _names(self, activities: frozenset[int]) -> str:
        return ", ".join(sorted(self.words.names.activities[pk].name for pk in activities))

    def _lay_targets(self, indicator: Indicator, row: Row, pairs: list, *, is_new: bool) -> None:
        stored = {} if is_new else {(target.starts_on, target.ends_on): target for target in indicator.targets.all()}
        for span, (period, aim) in row.aims.items():
            high = aim.high if row.direction == Direction.RANGE else None
            wanted = (aim.low, high, aim.due_on)
            target = stored.get(span)
            before = (target.value, target.high, target.due_on) if target else (None, None, None)
            if before == wanted:
                continue
            pairs.append((period.label, said(*before) if target else "", said(*wanted)))
            if target is None:
                target = Target(plan=self.plan, indicator=indicator, starts_on=span[0], ends_on=span[1])
                self.new_targets.append(target)
            else:
                change = TargetChange(
                    plan=self.plan,
                    target=target,
                    old_value=target.value,
                    old_high=target.high,
                    old_due_on=target.due_on,
                    reason=self.reason[:300],
                    changed_by=self.by,
                )
                self.changed_targets.append((target, change))
            target.value, target.high, target.due_on = wanted

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, outcome: Outcome, progress: Progress) -> None:
        """Goals and indicators first, then activities and targets; a changed target keeps its old value beside it, and
        an indicator that is now counted otherwise says so, as when its form is saved."""
        touched = [*self.changed_indicators, *(indicator for indicator, _activities in self.new_activities)]
        rules = [(indicator, rule_of(indicator)) for indicator in {one.pk: one for one in touched if one.pk}.values()]
        self.shelf.write()
        for indicator in (*self.new_indicators, *self.changed_indicators):
            indicator.goal = indicator.goal  # the key of a goal that is new
        Indicator.objects.bulk_create(self.new_indicators, batch_size=500)
        for indicator in self.changed_indicators:
            indicator.save()
        for indicator, activities in self.new_activities:
            indicator.activities.set(activities)
        Target.objects.bulk_create(self.new_targets, batch_size=500)
        for target, change in self.changed_targets:
            target.save(update_fields=TARGET_FIELDS)
            change.save()
        for indicator, before in rules:
            note_rule_change(indicator=indicator, before=before, on=timezone.localdate(), by=self.by)
        progress(1, 1)


def _in_words(column: Any, value: Any) -> Any:
    """A value as the preview shows it: the choice's own name, a goal's wording."""
    if isinstance(value, Goal):
        return value.text
    return dict(column.flatchoices).get(value, value) or ""


def said(value: Any, high: Any, due_on: Any) -> str:
    """A target as one writes it in a cell."""
    if due_on is not None:
        return f"{due_on:%d-%m-%Y}"
    texts = [f"{number.normalize():f}".replace(".", ",") for number in (value, high) if number is not None]
    return "-".join(texts)


def in_column(column: str, message: Any, **params: Any) -> CellError:
    """A reason that belongs to one column of the row."""
    error = CellError(message, **params)
    error.column = column
    return error


def in_period(heading: str, message: Any, **params: Any) -> CellError:
    """A reason that belongs to one period's cell."""
    error = CellError(message, **params)
    error.heading = heading  # type: ignore[attr-defined]
    return error
