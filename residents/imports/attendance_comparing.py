"""Attendance of a file against what is stored: what is new, what was taken off, what may not be written and why."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from activities.models import Activity, LogSource, Session, SessionState
from jobs.sheets import Outcome
from jobs.values import CellError, PortalDiffers, cell_text
from residents.imports.attendance_writing import AttendanceWrite, EveningWrite
from residents.imports.facts import Facts, Mark, Person, reject
from residents.imports.stored import Evening, Series, StoredSessions
from residents.models import Attendance, Participant


def compare(*, plan: Plan, facts: Facts, outcome: Outcome, today: date, lock: bool) -> AttendanceWrite:
    """Count every cell as created, updated, unchanged or rejected, and say what is to be written."""
    comparison = Comparison(plan, facts, today=today, lock=lock)
    write = AttendanceWrite(aliases=facts.aliases)
    for evening, people in facts.evenings.items():
        if people:
            comparison.compare_evening(evening, people, write, outcome)
    taken = comparison.stored.taken | {one.evening for one in write.evenings}
    write.missing = comparison.series.missing(plan, taken)
    if write.missing:
        outcome.notes.append(
            _("Evenings of the series that the file leaves out: %(count)s. They stand as not logged.")
            % {"count": len(write.missing)}
        )
    return write


class Comparison:
    """What is stored about the evenings and people of a file, read with one query each."""

    def __init__(self, plan: Plan, facts: Facts, *, today: date, lock: bool) -> None:
        self.plan = plan
        self.today = today
        self.facts = facts
        activities = {activity for activity, _day in facts.evenings}
        first, last = facts.span
        self.names = dict(Activity.objects.filter(plan=plan, pk__in=activities).values_list("pk", "name"))
        self.stored = StoredSessions(plan, activities, first, last, lock=lock)
        self.series = Series(plan, activities, first, last)
        people = Participant.objects.people().filter(plan=plan)
        self.ids: dict[Person, int] = {
            (key, year): pk
            for key, year, pk in people.order_by().values_list("alias_key", "birth_year", "pk").iterator()
        }
        ticks = Attendance.objects.filter(plan=plan, activity__in=activities, date__range=(first, last))
        self.ticks: dict[tuple[int, int], str] = {
            (session, person): source
            for session, person, source in ticks.order_by()
            .values_list("session_id", "participant_id", "source")
            .iterator(chunk_size=10_000)
        }

    def compare_evening(
        self, evening: Evening, people: dict[Person, Mark], write: AttendanceWrite, outcome: Outcome
    ) -> None:
        session, is_ambiguous = self.stored.find(evening)
        arriving: list[tuple[Person, Mark]] = []
        leaving: list[tuple[int, Mark]] = []
        same = 0
        ids, ticks, session_id = self.ids, self.ticks, session.pk if session is not None else 0
        for person, mark in people.items():
            pk = ids.get(person)
            is_stored = pk is not None and (session_id, pk) in ticks
            if mark.present == is_stored:
                same += 1
            elif mark.present:
                arriving.append((person, mark))
            else:
                leaving.append((pk or 0, mark))
        outcome.leave(same)
        if not arriving and not leaving:
            return
        try:
            self._check(evening, session, is_ambiguous=is_ambiguous, more=len(arriving) - len(leaving))
        except CellError as error:
            for _who, mark in [*arriving, *leaving]:
                reject(outcome, mark, error)
            return
        for pk, mark in leaving:
            if ticks[session_id, pk] != LogSource.IMPORT:
                reject(
                    outcome, mark, PortalDiffers(_("The file says not present, but a person ticked it in the portal."))
                )
        leaving = [(pk, mark) for pk, mark in leaving if ticks[session_id, pk] == LogSource.IMPORT]
        if not arriving and not leaving:
            return
        self._count(evening, arriving, leaving, outcome)
        write.evenings.append(
            EveningWrite(
                evening=evening,
                session=session or self.series.new_session(self.plan, evening),
                arriving=[person for person, _mark in arriving],
                leaving=[pk for pk, _mark in leaving],
            )
        )

    def _check(self, evening: Evening, session: Session | None, *, is_ambiguous: bool, more: int) -> None:
        """Raise CellError when the tick list of this evening must not change."""
        day = evening[1]
        if is_ambiguous:
            raise CellError(_("The activity has several logged evenings that day. Correct them in the portal."))
        if self.plan.is_locked(day):
            raise PortalDiffers(
                _("Figures up to %(date)s are locked, and the portal says something else for this person."),
                date=cell_text(self.plan.locked_until),
            )
        if day > self.today:
            raise CellError(_("The date lies ahead, so nobody can have been there yet. Correct the date."))
        if session is None or session.state == SessionState.PLANNED:
            if session is not None and session.is_sensitive:
                raise CellError(_("The theme of this evening is sensitive: only heads are counted, no names."))
            return
        if session.is_sensitive:
            raise CellError(_("The theme of this evening is sensitive: only heads are counted, no names."))
        if session.log_source != LogSource.IMPORT:
            raise PortalDiffers(
                _("%(person)s logged this evening in the portal, and its list says something else for this person."),
                person=session.logged_by or _("A person"),
            )
        if session.heads_total is not None and session.known_heads + more > session.heads_total:
            raise CellError(
                _("The evening is logged with %(total)s in all, but the list has %(known)s present. Correct one."),
                total=session.heads_total,
                known=session.known_heads + more,
            )

    def _count(
        self,
        evening: Evening,
        arriving: list[tuple[Person, Mark]],
        leaving: list[tuple[int, Mark]],
        outcome: Outcome,
    ) -> None:
        """Samples name the evening, not the people: a preview is no place to read who was there."""
        name = self.names.get(evening[0], "")
        for marks, count, text in (
            (arriving, outcome.create, _("Present")),
            (leaving, outcome.update, _("Taken off the list")),
        ):
            if marks:
                _who, first = marks[0]
                pairs: list[tuple[str, object, object]] = [
                    (str(_("Date")), "", evening[1]),
                    (str(_("Activity")), "", name),
                    (str(text), "", len(marks)),
                ]
                count(first.table, first.row, pairs, len(marks))
