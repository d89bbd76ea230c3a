"""The log of a year as a spreadsheet: one row an evening. `log_rows` reads a row, `log_writing` writes the set."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan, User
from activities.log import SessionLog, current_log
from activities.models import AgeBand, LogSource, Session, SessionState
from jobs.sheets import Outcome, Progress, SheetField, SheetResource, Table, heading_key, text_reader
from jobs.values import CellError, PortalDiffers, cell_text, clean_text, parse_count, parse_date, parse_state, parse_yes
from residents.imports.log_rows import LogRow, RowReader, RowRefused, age_band, read_turns, told, values_of
from residents.imports.log_writing import LogWrite, write_logs
from residents.imports.stored import ActivityNames, Evening, Series, StoredSessions, take_turns

STEP = 1000  # rows between two reports of progress


class LogResource(SheetResource):
    """Columns of the log, in the words that teams use for them."""

    day = SheetField("Dato", parse_date, required=True, dated=True, synonyms=("Date", "Mødedato", "Dato for aften"))
    activity = SheetField(
        "Aktivitet", clean_text, required=True, synonyms=("Aktivitetens navn", "Aktivitetsnavn", "Activity", "Tilbud")
    )
    state = SheetField("Status", parse_state, synonyms=("Tilstand", "Afholdt/aflyst", "State"))
    heads = SheetField(
        "Antal i alt",
        parse_count,
        required=True,
        synonyms=(
            "Antal", "I alt", "Antal deltagere", "Deltagere i alt", "Deltagere", "Antal fremmødte", "Fremmødte",
            "Fremmøde", "Antal unge", "Antal personer", "Antal børn", "Antal besøgende", "Fremmødte i alt", "Total",
        ),
    )  # fmt: skip
    age_bands = SheetField("Aldersgruppe", parse_count, repeated=age_band)
    turns = SheetField(
        "Frivillige", read_turns, synonyms=("Antal frivillige", "Frivillige i alt", "Heraf frivillige", "Volunteers")
    )
    theme = SheetField(
        "Tema",
        text_reader(250),
        synonyms=(
            "Tema / bemærkning", "Tema / bemærkninger", "Bemærkning / tema", "Emne", "Aftenens tema", "Aftenens emne",
            "Tema / emne", "Theme", "Program", "Indhold",
        ),
    )  # fmt: skip
    format = SheetField("Form", clean_text, synonyms=("Format", "Aftenens form"))
    note = SheetField(
        "Bemærkning", text_reader(250), synonyms=("Bemærkninger", "Note", "Noter", "Kommentar", "Kommentarer")
    )
    reason = SheetField("Årsag", text_reader(200), synonyms=("Begrundelse", "Grund", "Hvorfor ikke", "Reason"))
    estimated = SheetField("Anslået", parse_yes, synonyms=("Skøn", "Estimated"))

    ignored_headings = frozenset(
        map(
            heading_key,
            (
                "Uge", "Ugenr", "Ugenr.", "Ugenummer", "Uge nr.", "Ugedag", "Dag", "Indsatsområde", "Indsatsområder",
                "Kl.", "Tid", "Tidspunkt", "Fra", "Til", "Start", "Slut", "Sted", "Lokale", "Nr.", "Måned", "År",
                "Registreret af", "Registreret", "Sidst ændret", "Ansvarlig",
            ),
        )
    )  # fmt: skip

    def __init__(self, *, plan: Plan, by: User | None = None, today: date | None = None) -> None:
        super().__init__()
        self.plan = plan
        self.by = by
        self.today = today or timezone.localdate()
        self.names = ActivityNames(plan)
        self.reader = RowReader(fields=self.fields, names=self.names, today=self.today)
        self.bands = {band.lowest: band.highest for band in AgeBand.objects.filter(plan=plan)}
        self.to_write = LogWrite()

    # -- reading -------------------------------------------------------------------------------------------------------

    def prepare(self, outcome: Outcome, progress: Progress) -> None:
        if self.is_writing:
            take_turns(self.plan)
        total = sum(len(table.sheet.rows) for table in outcome.tables)
        done = 0
        rows: list[LogRow] = []
        for table in outcome.tables:
            self._know_bands(table, outcome)
            for index, values in self.read_rows(table, outcome):
                try:
                    rows.append(self.reader.read(table, index, values))
                except RowRefused as refused:
                    outcome.reject(table, index, *refused.reasons)
                done += 1
                if done % STEP == 0:
                    progress(done, 2 * total)
        self._compare(self._without_repeats(rows, outcome), outcome)
        progress(total, 2 * total)

    def _know_bands(self, table: Table, outcome: Outcome) -> None:
        """A band that the plan does not count in yet is added to it; one that cuts across the plan's is not read."""
        known = []
        for place, (lowest, highest) in table.repeated.get("age_bands", []):
            if self.bands.setdefault(lowest, highest) == highest:
                known.append((place, (lowest, highest)))
            elif (name := clean_text(table.headings[place])) not in outcome.unknown_columns:
                outcome.unknown_columns.append(name)
        if "age_bands" in table.repeated:
            table.repeated["age_bands"] = known

    def _without_repeats(self, rows: list[LogRow], outcome: Outcome) -> list[LogRow]:
        """Rows that say the same are one; rows that disagree about one evening are all rejected."""
        by_evening: dict[Evening, list[LogRow]] = {}
        for row in rows:
            by_evening.setdefault(row.evening, []).append(row)
        kept = []
        for group in by_evening.values():
            if all(row.log == group[0].log for row in group):
                kept.append(group[0])
                outcome.leave(len(group) - 1)
                continue
            numbers = ", ".join(str(row.table.number(row.index)) for row in group)
            for row in group:
                name = "heads" if len({other.log.heads_total for other in group}) > 1 else "state"
                outcome.reject(
                    row.table,
                    row.index,
                    (
                        row.table.label(name, self.fields),
                        CellError(
                            _("Rows %(rows)s do not say the same about this evening. Keep the right one."), rows=numbers
                        ),
                    ),
                )
        return kept

    # -- comparing -----------------------------------------------------------------------------------------------------

    def _compare(self, rows: list[LogRow], outcome: Outcome) -> None:
        if not rows:
            return
        activities = {row.evening[0] for row in rows}
        first, last = min(row.evening[1] for row in rows), max(row.evening[1] for row in rows)
        stored = StoredSessions(self.plan, activities, first, last, lock=self.is_writing)
        series = Series(self.plan, activities, first, last)
        for row in rows:
            try:
                self._compare_row(row, stored, series, outcome)
            except CellError as error:
                outcome.reject(row.table, row.index, (row.table.label("day", self.fields), error))
        taken = stored.taken | {(session.activity_id, session.date) for session in self.to_write.new_sessions}
        self.to_write.missing = series.missing(self.plan, taken | {row.evening for row in rows})
        if self.to_write.missing:
            outcome.notes.append(
                _("Evenings of the series that the file leaves out: %(count)s. They stand as not logged.")
                % {"count": len(self.to_write.missing)}
            )

    def _compare_row(self, row: LogRow, stored: StoredSessions, series: Series, outcome: Outcome) -> None:
        session, is_ambiguous = stored.find(row.evening)
        if is_ambiguous:
            raise CellError(_("The activity has several logged evenings that day. Correct them in the portal."))
        log = row.log if session is None else self._with_what_stands(row, session)
        if session is not None and says_the_same(session, log):
            outcome.leave()
            return
        logged = session if session is not None and session.state != SessionState.PLANNED else None
        if self.plan.is_locked(row.evening[1]):
            raise PortalDiffers(
                _("Figures up to %(date)s are locked. The portal says: %(stored)s. The file says: %(file)s."),
                date=cell_text(self.plan.locked_until),
                stored=told(current_log(logged)) if logged else _("not logged"),
                file=told(log),
            )
        if logged and logged.log_source != LogSource.IMPORT:
            raise PortalDiffers(
                _("%(person)s wrote this evening in the portal: %(stored)s. The file says: %(file)s."),
                person=logged.logged_by or _("A person"),
                stored=told(current_log(logged)),
                file=told(log),
            )
        if session is not None and session.known_heads:
            refuse_against_ticks(session, log)
        pairs = self._pairs(row, logged, log)
        if session is None:
            self.to_write.new(series.new_session(self.plan, row.evening), log)
        else:
            self.to_write.change(session, log)
        (outcome.update if logged else outcome.create)(row.table, row.index, pairs)

    def _with_what_stands(self, row: LogRow, session: Session) -> SessionLog:
        """A column that the file does not have says nothing, and a blank theme takes none away: it may come from the
        programme."""
        current, places = current_log(session), row.table.places
        keep: dict[str, Any] = {"is_sensitive": current.is_sensitive or row.log.is_sensitive}
        if not row.log.theme and row.log.format is None:
            keep |= {"theme": current.theme, "format": current.format}
        elif row.log.format is None and "format" not in places and current.theme == row.log.theme:
            keep["format"] = current.format
        if row.log.state == SessionState.HELD == current.state:
            if "turns" not in places:
                keep["volunteer_turns"] = current.volunteer_turns
            if not row.table.repeated.get("age_bands"):
                keep["age_bands"] = current.age_bands
            if "note" not in places:
                keep["note"] = current.note
        elif row.log.state == current.state and not {"note", "reason", "theme"} & places.keys():
            keep["reason"] = current.reason
        return replace(row.log, **keep)

    def _pairs(self, row: LogRow, session: Session | None, log: SessionLog) -> list[tuple[str, object, object]]:
        activity = self.names.activities[row.evening[0]]
        pairs: list[tuple[str, object, object]] = [
            (str(_("Date")), "", row.evening[1]),
            (str(_("Activity")), "", activity.name),
        ]
        before = values_of(current_log(session)) if session else {}
        for heading, after in values_of(log).items():
            if after != before.get(heading, ""):
                pairs.append((heading, before.get(heading, ""), after))
        return pairs

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, outcome: Outcome, progress: Progress) -> None:
        write_logs(plan=self.plan, write=self.to_write, bands=self.bands, by=self.by, progress=progress)


def says_the_same(session: Session, log: SessionLog) -> bool:
    """Is this what is stored? An evening without a total counts its ticks, so naming their number changes nothing."""
    stored = current_log(session)
    if stored.heads_total is None and session.known_heads and log.heads_total == session.known_heads:
        stored = replace(stored, heads_total=log.heads_total)
    return replace(stored, is_sensitive=log.is_sensitive) == log


def refuse_against_ticks(session: Session, log: SessionLog) -> None:
    """The tick list of an evening is stronger than a number beside it."""
    known = session.known_heads
    if log.state != SessionState.HELD:
        raise CellError(_("The tick list has %(known)s people, so the evening was held."), known=known)
    if log.heads_total is not None and log.heads_total < known:
        raise CellError(
            _("The tick list alone has %(known)s people, but the file says %(total)s."),
            known=known, total=log.heads_total,
        )  # fmt: skip
    if log.is_sensitive:
        raise CellError(
            _("The theme is sensitive, so the evening is counted without names. Take the %(known)s ticks off first."),
            known=known,
        )
