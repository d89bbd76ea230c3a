"""Register figures as a spreadsheet: one row a value, with the indicator, its day or year, and its source.

Landsbyggefonden's and the municipality's files come as CSV, often in Windows-1252. A year alone stands for its last
day. What an import wrote, a later import may correct; what a person wrote, never.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.locking import why_locked
from accounts.models import Plan, User
from accounts.templatetags.portal_tags import da_number
from jobs.sheets import Outcome, Progress, SheetField, SheetResource, Table, text_reader
from jobs.values import CellError, Written, cell_text, clean_text, match_key, parse_date, parse_decimal, parse_written
from jobs.values import shown as short
from reporting.measures import MEASURES
from reporting.models import Indicator, Measure, Measurement, MeasurementState
from reporting.plausible import danish, far_ones, impossible

PLACES = Decimal("0.0001")
LARGEST = Decimal(10) ** 10  # what the column holds
WARNINGS = 20  # more are not read
SHARES = (Measure.SHARE, Measure.SURVEY)
_YEAR = re.compile(r"((?:19|20)\d\d)(?:[.,]0+)?")


def read_day(cell: object) -> date | None:
    """A date, or a year alone: its last day."""
    if not isinstance(cell, date) and (match := _YEAR.fullmatch(clean_text(cell_text(cell)))):
        return date(int(match[1]), 12, 31)
    return parse_date(cell)


def read_value(cell: object) -> Written | None:
    written = parse_written(cell, allows_part=True)
    if written and max(abs(written.value), written.whole or 0) >= LARGEST:
        raise CellError(_("“%(value)s” is too large a number here. Correct it."), value=short(cell))
    return written


@dataclass(frozen=True)
class Row:
    """One readable row, as what it means."""

    indicator: Indicator
    day: date
    written: Written
    compared_with: Decimal | None
    source: str
    note: str

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of `Measurement` that it fills; a blank source is the indicator's own."""
        exact = {name: None if value is None else value.quantize(PLACES) for name, value in self._numbers.items()}
        return {**exact, "is_estimated": self.written.is_estimated, "source": self.source, "note": self.note}

    @property
    def _numbers(self) -> dict[str, Decimal | None]:
        written = self.written
        return {
            "value": written.value,
            "part": written.part,
            "whole": written.whole,
            "compared_with": self.compared_with,
        }


class RegisterResource(SheetResource):
    indicator = SheetField(
        "Nr.",
        text_reader(300),
        required=True,
        synonyms=("Nr", "Nummer", "Kode", "Målnr.", "Indikator nr.", "Indikator", "Mål", "Navn"),
    )
    day = SheetField(
        "Dato", read_day, required=True, synonyms=("År", "Målt den", "Opgjort den", "Opgørelsesdato", "Periode")
    )
    value = SheetField("Værdi", read_value, required=True, synonyms=("Tal", "Resultat", "Måling", "Andel"))
    compared_with = SheetField("Sammenlignet med", parse_decimal, synonyms=("Sammenligning", "Kommunen", "Kommune"))
    source = SheetField("Kilde", text_reader(150), synonyms=("Datakilde",))
    note = SheetField("Note", text_reader(300), synonyms=("Bemærkning", "Bemærkninger"))

    def __init__(self, *, plan: Plan, today: date, by: User | None = None) -> None:
        super().__init__()
        self.plan, self.today, self.by = plan, today, by

    # -- reading -------------------------------------------------------------------------------------------------------

    def prepare(self, outcome: Outcome, progress: Progress) -> None:
        if self.is_writing:  # two imports into one plan take turns
            Plan.objects.select_for_update().get(pk=self.plan.pk)
        self._load()
        found: dict[tuple[int, date], list[tuple[Table, int, Row]]] = defaultdict(list)
        for table in outcome.tables:
            for index, values in self.read_rows(table, outcome):
                try:
                    row = self._checked(values)
                except CellError as error:
                    outcome.reject(table, index, (table.label(error.column or "indicator", self.fields), error))
                    continue
                found[row.indicator.pk, row.day].append((table, index, row))
        for same in found.values():
            self._settle(same, outcome)
        self._warn(outcome)

    def _load(self) -> None:
        rows = Indicator.objects.filter(plan=self.plan).prefetch_related("targets")
        indicators = [indicator for indicator in rows if MEASURES[indicator.measure].takes_values]
        for indicator in indicators:
            indicator.plan = self.plan
        self.by_code = {match_key(i.code): i for i in indicators}
        self.by_text: dict[str, list[Indicator]] = defaultdict(list)
        for indicator in indicators:
            self.by_text[match_key(indicator.text)].append(indicator)
        self.stored: dict[tuple[int, date], list[Measurement]] = defaultdict(list)
        by_pk = {indicator.pk: indicator for indicator in indicators}
        for measurement in Measurement.objects.filter(plan=self.plan).exclude(state=MeasurementState.RETURNED):
            if measurement.indicator_id not in by_pk:
                continue
            measurement.indicator = by_pk[measurement.indicator_id]
            self.stored[measurement.indicator_id, measurement.measured_on].append(measurement)
        self.new: list[Measurement] = []
        self.changed: list[Measurement] = []

    def _checked(self, values: dict[str, Any]) -> Row:
        """The row as what it means, or CellError with the column it belongs to."""
        for name in ("indicator", "day", "value"):
            if values.get(name) in (None, ""):
                raise CellError(_("Something is missing here. Fill it in."), column=name)
        indicator, day, written = self._indicator(values["indicator"]), values["day"], values["value"]
        self._check_day(indicator, day)
        if written.whole is not None and indicator.measure not in SHARES:
            raise CellError(_("Only a share is written as two numbers."), column="value")
        if sentence := impossible(indicator, written.value):
            raise CellError(sentence, column="value")
        compared_with = values.get("compared_with")
        if indicator.measure == Measure.BENCHMARK_GAP and compared_with is None:
            raise CellError(_("The level that it is compared with is missing."), column="compared_with")
        return Row(
            indicator=indicator,
            day=day,
            written=written,
            compared_with=compared_with if indicator.measure == Measure.BENCHMARK_GAP else None,
            source=values.get("source") or indicator.source or str(_("Import")),
            note=values.get("note") or "",
        )

    def _indicator(self, name: str) -> Indicator:
        """By its number, or word for word."""
        key = match_key(name)
        same = [self.by_code[key]] if key in self.by_code else self.by_text.get(key, [])
        if len(same) > 1:
            raise CellError(
                _("Several targets are called “%(value)s”. Write the number instead."),
                column="indicator",
                value=short(name),
            )
        if not same:
            raise CellError(
                _("No target that takes typed-in values is called “%(value)s”."), column="indicator", value=short(name)
            )
        if same[0].measure == Measure.MILESTONE or same[0].numerator_id is not None:
            raise CellError(_("%(code)s takes no number from a file."), column="indicator", code=same[0].code)
        return same[0]

    def _check_day(self, indicator: Indicator, day: date) -> None:
        if day > self.today:
            raise CellError(_("%(day)s lies in the future."), column="day", day=f"{day:%d-%m-%Y}")
        if indicator.measure != Measure.REGISTER and not self.plan.starts_on <= day <= self.plan.ends_on:
            raise CellError(_("%(day)s lies outside the plan."), column="day", day=f"{day:%d-%m-%Y}")
        if sentence := why_locked(self.plan, day):
            raise CellError(sentence, column="day")

    # -- comparing -----------------------------------------------------------------------------------------------------

    def _settle(self, same: list[tuple[Table, int, Row]], outcome: Outcome) -> None:
        """Rows that say the same are one; rows that disagree about one day all go back."""
        if len({row for _table, _index, row in same}) > 1:
            for table, index, row in same:
                error = CellError(
                    _("%(code)s is in the file more than once for %(day)s, with different values."),
                    code=row.indicator.code,
                    day=f"{row.day:%d-%m-%Y}",
                )
                outcome.reject(table, index, (table.label("value", self.fields), error))
            return
        self._compare(*same[0], outcome)
        outcome.leave(len(same) - 1)

    def _compare(self, table: Table, index: int, row: Row, outcome: Outcome) -> None:
        pairs: list[tuple[str, object, object]] = [
            (str(_("No.")), "", row.indicator.code),
            (str(_("Date")), "", f"{row.day:%d-%m-%Y}"),
        ]
        stored = self.stored.get((row.indicator.pk, row.day), [])
        if not stored:
            self.new.append(self._fill(Measurement(plan=self.plan, indicator=row.indicator), row))
            said = [(str(_("Value")), "", _said(row.facts)), (str(_("Source")), "", row.source)]
            outcome.create(table, index, [*pairs, *said])
            return
        if any(_facts(measurement) == row.facts for measurement in stored):
            outcome.leave()
            return
        imported = next((measurement for measurement in stored if measurement.is_imported), None)
        if imported is None or not imported.is_approved:
            error = CellError(
                _("%(code)s has another value for that day, written by a person: %(stored)s. The file says %(value)s."),
                code=row.indicator.code,
                stored=_said(_facts(stored[0])),
                value=_said(row.facts),
            )
            outcome.reject(table, index, (table.label("value", self.fields), error))
            return
        before = _facts(imported)
        self.changed.append(self._fill(imported, row))
        changes = [
            (str(_("Value")), _said(before), _said(row.facts)),
            (str(_("Source")), before["source"], row.source),
            (str(_("Note")), before["note"], row.note),
        ]
        outcome.update(table, index, [*pairs, *(change for change in changes if change[1] != change[2])])

    def _warn(self, outcome: Outcome) -> None:
        """Name what lies far from the value before it. It comes in all the same."""
        coming = [*self.new, *self.changed]
        written = set(map(id, coming))
        by_indicator: dict[Indicator, list[Measurement]] = defaultdict(list)
        for one in coming:
            by_indicator[one.indicator] = []
        for one in [*(one for stored in self.stored.values() for one in stored), *self.new]:
            if one.indicator in by_indicator:
                by_indicator[one.indicator].append(one)
        for indicator, values in by_indicator.items():
            values.sort(key=lambda one: (one.measured_on, id(one) in written))
            for one, last in far_ones(indicator, values):
                if id(one) in written and len(outcome.warnings) < WARNINGS:
                    outcome.warnings.append(_far(one, last))

    def _fill(self, measurement: Measurement, row: Row) -> Measurement:
        measurement.measured_on = row.day
        for name, value in row.facts.items():
            setattr(measurement, name, value)
        measurement.is_imported, measurement.recorded_by = True, self.by
        return measurement

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, outcome: Outcome, progress: Progress) -> None:
        """Whoever imports may approve, so what comes in counts at once."""
        Measurement.objects.bulk_create(self.new, batch_size=500)
        for measurement in self.changed:
            measurement.save()
        progress(1, 1)


def _facts(measurement: Measurement) -> dict[str, Any]:
    """A stored value in the columns that a row fills."""
    numbers = ("value", "part", "whole", "compared_with")
    exact = {name: getattr(measurement, name) for name in numbers}
    exact = {name: None if value is None else value.quantize(PLACES) for name, value in exact.items()}
    return {**exact, "is_estimated": measurement.is_estimated, "source": measurement.source, "note": measurement.note}


def _said(facts: dict[str, Any]) -> str:
    """A value as one reads it: "70 (14/20)", "ca. 30,25"."""
    text = danish(facts["value"])
    if facts["whole"] is not None:
        text += f" ({da_number(facts['part'])}/{da_number(facts['whole'])})"
    return f"ca. {text}" if facts["is_estimated"] else text


def _far(one: Measurement, last: Measurement) -> str:
    """The warning about a value far from the one before it."""
    warning = _(
        "%(code)s, %(day)s: %(value)s is far from the one before (%(last)s on %(before)s). Look whether it is right."
    )
    return str(warning) % {
        "code": one.indicator.code,
        "day": f"{one.measured_on:%d-%m-%Y}",
        "value": _said(_facts(one)),
        "last": _said(_facts(last)),
        "before": f"{last.measured_on:%d-%m-%Y}",
    }
