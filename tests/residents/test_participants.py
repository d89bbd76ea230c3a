"""Correcting, merging, handing out and erasing participants."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities.models import CountingMode, Session, SessionChange
from residents.attendance import count_people
from residents.models import Attendance, Participant, ParticipantMerge
from residents.participants import (
    Refused,
    SamePerson,
    correct_participant,
    erase_participant,
    find_or_add,
    forget_old_merges,
    merge_participants,
    subject_data,
    undo_merge,
)
from residents.reads import log_read
from residents.recount import Drift, recount
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
)

pytestmark = pytest.mark.django_db
YEAR = (date(2025, 1, 1), date(2025, 12, 31))


class Cafe:
    """Amina and Amina M. are one child: she came three times, once ticked under both."""

    def __init__(self, heads=(None, None, None)):
        self.plan = create_plan()
        self.staff = create_member(plan=self.plan)
        activity = create_activity(plan=self.plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)
        days = (date(2025, 1, 7), date(2025, 1, 14), date(2025, 1, 21))
        self.sessions = [
            create_held_session(activity=activity, heads=number, date=day)
            for number, day in zip(heads, days, strict=True)
        ]
        self.amina = create_participant(plan=self.plan, alias="Amina", birth_year=2012)
        self.double = create_participant(plan=self.plan, alias="Amina M", birth_year=2012)
        create_attendance(session=self.sessions[0], participant=self.amina)
        create_attendance(session=self.sessions[1], participant=self.amina)
        create_attendance(session=self.sessions[1], participant=self.double)
        create_attendance(session=self.sessions[2], participant=self.double)

    def numbers(self):
        return list(Session.objects.filter(plan=self.plan).order_by("date").values_list("known_heads", "heads_total"))

    def days_of(self, person):
        return [tick.date.day for tick in Attendance.objects.filter(participant=person).order_by("date")]


@pytest.fixture
def cafe():
    return Cafe()


def test_find_or_add_knows_an_alias_however_it_is_typed(cafe):
    assert find_or_add(plan=cafe.plan, alias="  AMINA ", birth_year=2012) == (cafe.amina, False)
    person, is_new = find_or_add(plan=cafe.plan, alias=" Amina ", birth_year=2013)
    assert (person.alias, person.alias_key, is_new) == ("Amina", "amina", True)


def test_correct_participant_changes_the_key_too(cafe):
    correct_participant(participant=cafe.double, alias="Åse  B", birth_year=2011)

    cafe.double.refresh_from_db()
    assert (cafe.double.alias, cafe.double.alias_key, cafe.double.birth_year) == ("Åse B", "åse b", 2011)


def test_correct_participant_finds_the_same_person(cafe):
    with pytest.raises(SamePerson) as found:
        correct_participant(participant=cafe.double, alias="amina", birth_year=2012)

    assert found.value.other == cafe.amina


def test_merge_makes_one_person_of_two(cafe):
    merge = merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)

    assert cafe.days_of(cafe.amina) == [7, 14, 21]
    assert not Participant.objects.filter(alias="Amina M").exists()
    assert cafe.numbers() == [(1, None), (1, None), (1, None)]
    assert (merge.moved, merge.doubled) == ([cafe.sessions[2].pk], [cafe.sessions[1].pk])
    assert count_people(cafe.plan, None, *YEAR).known == 1
    assert recount(cafe.plan) == Drift()
    assert SessionChange.objects.get().session == cafe.sessions[1]


def test_merge_leaves_a_written_total_as_it_was_counted():
    cafe = Cafe(heads=(5, 6, 7))

    merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)

    assert cafe.numbers() == [(1, 5), (1, 6), (1, 7)]
    assert count_people(cafe.plan, None, *YEAR).visits == 18


def test_merge_can_be_undone(cafe):
    merge = merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)

    back = undo_merge(merge=merge, by=cafe.staff)

    assert (back.alias, back.birth_year) == ("Amina M", 2012)
    assert (cafe.days_of(cafe.amina), cafe.days_of(back)) == ([7, 14], [14, 21])
    assert cafe.numbers() == [(1, None), (2, None), (1, None)]
    assert recount(cafe.plan) == Drift()
    assert not ParticipantMerge.objects.exists()


def test_undone_merge_makes_room_in_a_total_that_was_lowered():
    cafe = Cafe(heads=(5, 2, 7))
    merge = merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)
    Session.objects.filter(pk=cafe.sessions[1].pk).update(heads_total=1)

    undo_merge(merge=merge, by=cafe.staff)

    assert cafe.numbers() == [(1, 5), (2, 2), (1, 7)]


def test_merge_is_refused_where_it_would_change_locked_figures(cafe):
    cafe.plan.figures_locked_until = date(2025, 1, 14)
    cafe.plan.save()

    with pytest.raises(Refused):
        merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)
    assert cafe.days_of(cafe.double) == [14, 21]

    cafe.plan.figures_locked_until = date(2025, 1, 7)
    cafe.plan.save()
    merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)
    assert cafe.days_of(cafe.amina) == [7, 14, 21]


def test_merge_across_plans_is_not_found(cafe):
    stranger = create_participant(plan=create_plan())

    with pytest.raises(Participant.DoesNotExist):
        merge_participants(keep=cafe.amina, gone=stranger, by=cafe.staff)
    with pytest.raises(Participant.DoesNotExist):
        merge_participants(keep=cafe.amina, gone=cafe.amina, by=cafe.staff)


def test_undo_of_a_merge_runs_out_after_thirty_days(cafe):
    merge = merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)
    merge.merged_at = timezone.now() - timedelta(days=30, seconds=1)
    merge.save()

    with pytest.raises(Refused):
        undo_merge(merge=merge, by=cafe.staff)
    assert forget_old_merges(plan=cafe.plan) == 1
    assert not ParticipantMerge.objects.exists()


@pytest.mark.parametrize("heads", [(None, None, None), (5, 6, 7)])
def test_erasing_keeps_every_visit(heads):
    cafe = Cafe(heads=heads)
    cafe.plan.figures_locked_until = date(2025, 12, 31)
    cafe.plan.save()
    before = count_people(cafe.plan, None, *YEAR)

    assert erase_participant(participant=cafe.amina, by=cafe.staff) == 2

    after = count_people(cafe.plan, None, *YEAR)
    assert (after.visits, after.sessions, after.largest) == (before.visits, before.sessions, before.largest)
    assert (after.known, after.unnamed) == (before.known - 1, before.unnamed + 2)
    assert not Participant.objects.filter(pk=cafe.amina.pk).exists()
    assert recount(cafe.plan) == Drift()


def test_subject_data_holds_all_that_is_stored(cafe, time_machine):
    time_machine.move_to("2025-02-01 12:30+01:00", tick=False)
    log_read(plan=cafe.plan, user=cafe.staff, page="participant_detail", rows=1, participant=cafe.amina)
    Participant.objects.filter(pk=cafe.amina.pk).update(created_at=timezone.now())
    cafe.amina.refresh_from_db()

    assert subject_data(participant=cafe.amina) == {
        "alias": "Amina",
        "birth_year": 2012,
        "created_at": "2025-02-01T12:30+01:00",
        "evenings": [
            {"date": "2025-01-14", "activity": "Lektiecafé"},
            {"date": "2025-01-07", "activity": "Lektiecafé"},
        ],
        "reads": [{"at": "2025-02-01T12:30+01:00", "page": "participant_detail"}],
    }


def test_participants_sort_as_danes_sort():
    plan = create_plan()
    for alias in ("Østen", "Zara", "Åse", "Æsel", "Aase", "anna", "Bo", "Ali"):
        create_participant(plan=plan, alias=alias, birth_year=2010)

    aliases = list(Participant.objects.filter(plan=plan).values_list("alias", flat=True))

    assert aliases == ["Ali", "anna", "Bo", "Zara", "Æsel", "Østen", "Åse", "Aase"]
