"""How long each personal field is kept, and what happens then (design §4; same shape as accounts/retention.py).

A participant is made anonymous half a year after the plan year of their last evening has ended: no law names a number,
the target period is what the alias was needed for. What is left is a row that nobody can be told from (new id, random
key, birth year as coarse as the age bands and the asked ages allow), and its ticks. So every figure that has been
counted, of any period, any set of activities and any ages that a target asks for, is counted the same afterwards: that
is tested, not hoped. A target over narrow ages keeps the birth year narrow; only the team reads such a figure, and the
birth year says no more than the figure does. No age that nobody asks for leaves an edge.
"""

import secrets
from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction
from django.db.models import Case, Max, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from accounts.periods import Period, add_months, current_period, plan_periods
from accounts.retention import Rule
from activities.models import AgeBand
from residents.ages import Ages
from residents.ledger import ANONYMISED, note_gone
from residents.models import Attendance, Participant
from residents.participants import forget_old_merges, known_ids
from residents.reads import KEEP_MONTHS, forget_old_reads

MONTHS_AFTER_PERIOD = 6
BATCH = 200
ADULT = 18  # tables by age fall back to under 18 and from 18

PERSON = Rule(
    purpose=_("To count how many different people come, where a target asks for it"),
    keep=_("6 months after the end of the plan year in which the person last came"),
    then=_("Made anonymous: the alias is deleted, the birth year made coarse, the figures stay"),
)
TICK = Rule(
    purpose=_("To count visits and different people"),
    keep=_("As long as the plan"),
    then=_("Stays, and says nothing about anybody once the person is anonymous"),
)
READ = Rule(
    purpose=_("To see who has read about participants, and when"),
    keep=_("24 months"),
    then=_("Deleted"),
)
MERGE = Rule(
    purpose=_("To undo the merging of two participants"),
    keep=_("30 days"),
    then=_("Deleted"),
)

RETENTION: dict[str, Rule] = {
    "Participant.alias": PERSON,
    "Participant.alias_key": PERSON,
    "Participant.sort_key": PERSON,
    "Participant.birth_year": PERSON,
    "Participant.created_at": PERSON,
    "Attendance.participant": TICK,
    "Attendance.session": TICK,
    "Attendance.date": TICK,
    "Attendance.recorded_at": TICK,
    "ParticipantRead.user": READ,
    "ParticipantRead.participant": READ,
    "ParticipantRead.session": READ,
    "ParticipantMerge.kept": MERGE,
    "ParticipantMerge.alias": MERGE,
    "ParticipantMerge.birth_year": MERGE,
    "ParticipantMerge.gone_pk": MERGE,
    "ParticipantMerge.moved": MERGE,
    "ParticipantMerge.doubled": MERGE,
    "ParticipantMerge.merged_by": MERGE,
}
NOT_PERSONAL = frozenset({"Attendance.source", "ParticipantRead.page"})

_asked_ages: list[Callable[[Plan], Iterable[Ages]]] = []


def announce_ages(ages_of: Callable[[Plan], Iterable[Ages]]) -> None:
    """An app that counts people of some ages says which, so that what it has counted stays (`AppConfig.ready`)."""
    if ages_of not in _asked_ages:
        _asked_ages.append(ages_of)


def forget_old_rows() -> str:
    """The daily work of the rules above."""
    today = timezone.localdate()
    people = merges = 0
    for plan in Plan.objects.all():
        people += anonymise(plan=plan, participants=due_participants(plan=plan, today=today), today=today)
        merges += forget_old_merges(plan=plan)
    reads = forget_old_reads(today=today)
    return (
        f"{people} participants made anonymous, {merges} merges and {reads} reads "
        f"older than {KEEP_MONTHS} months deleted"
    )


def due_participants(*, plan: Plan, today: date) -> list[int]:
    """Those whose last evening lies in a plan year that ended more than half a year ago (none yet: since added)."""
    years = plan_periods(plan, "year")
    oldest = min((period.last for period in years if not _is_due(period, today)), default=today)
    seen = Coalesce(Max("attendances__date"), TruncDate("created_at"))
    people = Participant.objects.people().filter(plan=plan).annotate(seen_on=seen).filter(seen_on__lte=oldest)
    return [pk for pk, day in people.order_by("pk").values_list("pk", "seen_on") if _ended(years, day, today)]


def _ended(years: list[Period], day: date, today: date) -> bool:
    period = current_period(years, day)
    if period is None:
        return False
    if day > period.last:  # after the plan's end: that day counts
        period = Period(period.first, day)
    return _is_due(period, today)


def _is_due(period: Period, today: date) -> bool:
    return add_months(period.last, MONTHS_AFTER_PERIOD) < today


@transaction.atomic
def anonymise(*, plan: Plan, participants: Iterable[int], today: date) -> int:
    """Make people anonymous and write their ids into the ledger, so that a restored backup cannot bring them back."""
    people = Participant.objects.people().filter(plan=plan, pk__in=list(participants))
    ids = list(people.values_list("pk", flat=True))
    known = known_ids(ids)
    done = replace_people(plan=plan, participants=ids, today=today)
    note_gone(kind=ANONYMISED, plan=plan.pk, pks=known)
    return done


@transaction.atomic
def replace_people(*, plan: Plan, participants: Iterable[int], today: date) -> int:
    """Replace people by rows that nobody can be told from; returns how many. Their ticks, and so all figures, stay.

    Each gets a new row in random order, so that an id in an old backup or log leads nowhere; the old row is deleted.
    Somebody who never came is only deleted.
    """
    people = list(Participant.objects.people().filter(plan=plan, pk__in=list(participants)))
    bands = list(AgeBand.objects.filter(plan=plan).values_list("lowest", "highest"))
    bands += [ages for ages_of in _asked_ages for ages in ages_of(plan)]
    for start in range(0, len(people), BATCH):
        _anonymise_batch(plan, people[start : start + BATCH], bands, today)
    return len(people)


def _anonymise_batch(plan: Plan, people: list[Participant], bands: list[Ages], today: date) -> None:
    ids = [person.pk for person in people]
    ticks = Attendance.objects.filter(plan=plan, participant__in=ids)
    years: dict[int, set[int]] = {}
    for person, day in ticks.values_list("participant", "date").distinct():
        years.setdefault(person, set()).add(day.year)
    came = [person for person in people if person.pk in years]
    secrets.SystemRandom().shuffle(came)
    stubs = Participant.objects.bulk_create(
        Participant(
            plan=plan,
            alias="",
            alias_key=f"\u0001{secrets.token_hex(16)}",  # no alias can begin so
            birth_year=coarse_birth_year(person.birth_year, years[person.pk], bands),
            anonymised_on=today,
        )
        for person in came
    )
    if came:
        new_ids = [When(participant=old.pk, then=Value(new.pk)) for old, new in zip(came, stubs, strict=True)]
        # the minute of a tick is nobody's business any more either
        ticks.update(participant=Case(*new_ids), recorded_at=timezone.now())
    Participant.objects.filter(pk__in=ids).delete()


def coarse_birth_year(born: int, years: Iterable[int], bands: Iterable[Ages]) -> int:
    """The earliest birth year that falls in the same age bands in every one of the years, at most 10 years earlier.

    `bands`: the plan's own, and the ages that its targets ask for. So that what was counted by age stays as it was,
    while the birth year itself says less.
    """
    years, bands = list(years), list(bands)
    edges = (
        {ADULT}
        | {lowest for lowest, _highest in bands}
        | {highest + 1 for _lowest, highest in bands if highest is not None}
    )

    def cells(birth_year: int) -> list[int]:
        return [sum(year - birth_year >= edge for edge in edges) for year in years]

    own, earliest = cells(born), max(born - 10, 1900)
    year = born
    while year > earliest and cells(year - 1) == own:
        year -= 1
    return year
