"""A restored backup brings nobody back: the ledger of erasures and its replay."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.models import CountingMode, Session, SessionChange
from residents.attendance import convert_to_heads, count_people, count_people_by_activity
from residents.ledger import ANONYMISED, ERASED, HEADS_ONLY, note_gone, read_ledger
from residents.models import Attendance, Participant, ParticipantMerge
from residents.participants import erase_participant, merge_participants, undo_merge
from residents.recount import Drift, recount
from residents.replay import Replayed, replay
from residents.retention import anonymise
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
)
from tests.residents.worlds import DAYS, build, day, undone, worlds

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 1)
BACKED_UP = (Session, SessionChange, Participant, Attendance, ParticipantMerge)


class Backup:
    """The rows as they were, and the way back to them."""

    def __init__(self):
        rows = [row for model in BACKED_UP for row in model.objects.order_by("pk")]
        self.text = serializers.serialize("json", rows)

    def restore(self):
        for model in reversed(BACKED_UP):
            model.objects.all().delete()
        for row in serializers.deserialize("json", self.text):
            row.save()


class Cafe:
    """Amina and Amina M. are one child, Bo another; each came twice."""

    def __init__(self):
        self.plan = create_plan(slug="egen")
        self.staff = create_member(plan=self.plan)
        activity = create_activity(plan=self.plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)
        days = (date(2025, 1, 7), date(2025, 1, 14), date(2025, 1, 21))
        self.sessions = [create_held_session(activity=activity, heads=None, date=day) for day in days]
        self.amina, self.double, self.bo = (
            create_participant(plan=self.plan, alias=alias, birth_year=2012) for alias in ("Amina", "Amina M", "Bo")
        )
        for person, evenings in ((self.amina, (0, 1)), (self.double, (1, 2)), (self.bo, (0, 2))):
            for number in evenings:
                create_attendance(session=self.sessions[number], participant=person)

    def aliases(self):
        return sorted(Participant.objects.values_list("alias", flat=True))

    def visits(self):
        people = count_people(self.plan, None, date(2025, 1, 1), date(2025, 12, 31))
        return people.visits


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"
    return settings.ERASURE_LEDGER


@pytest.fixture
def cafe():
    return Cafe()


def lines(ledger):
    return [json.loads(line) for line in ledger.read_text().splitlines()]


def again(ledger):
    return replay(read_ledger(ledger)[0])


def test_the_ledger_holds_ids_and_times_only(cafe, ledger):
    amina = cafe.amina.pk
    erase_participant(participant=cafe.amina, by=cafe.staff)
    anonymise(plan=cafe.plan, participants=[cafe.bo.pk], today=TODAY)

    written = lines(ledger)
    assert [{key: line[key] for key in line if key != "at"} for line in written] == [
        {"kind": ERASED, "plan": cafe.plan.pk, "id": amina},
        {"kind": ANONYMISED, "plan": cafe.plan.pk, "id": cafe.bo.pk},
    ]
    assert all(abs(timezone.now() - datetime.fromisoformat(line["at"])) < timedelta(minutes=5) for line in written)
    assert ledger.stat().st_mode & 0o777 == 0o600


def test_who_was_erased_is_erased_again_after_a_restore(cafe, ledger):
    backup = Backup()
    erase_participant(participant=cafe.amina, by=cafe.staff)
    visits = cafe.visits()

    backup.restore()
    assert cafe.aliases() == ["Amina", "Amina M", "Bo"]

    assert again(ledger) == Replayed(erased=1)
    assert cafe.aliases() == ["Amina M", "Bo"]
    assert cafe.visits() == visits
    assert recount(cafe.plan) == Drift()
    assert again(ledger) == Replayed()
    assert len(lines(ledger)) == 1  # replaying is no new erasure


def test_who_was_made_anonymous_is_so_again(cafe, ledger):
    backup = Backup()
    anonymise(plan=cafe.plan, participants=[cafe.amina.pk, cafe.bo.pk], today=TODAY)
    figures = count_people(cafe.plan, None, date(2025, 1, 1), date(2025, 12, 31))

    backup.restore()

    assert again(ledger) == Replayed(anonymised=2)
    assert cafe.aliases() == ["", "", "Amina M"]
    assert count_people(cafe.plan, None, date(2025, 1, 1), date(2025, 12, 31)) == figures
    assert again(ledger) == Replayed()


def test_somebody_new_under_an_old_number_is_left_alone(cafe, ledger):
    backup = Backup()
    late = create_participant(plan=cafe.plan, alias="Cilla")
    erase_participant(participant=late, by=cafe.staff)
    number = lines(ledger)[0]["id"]
    backup.restore()
    assert again(ledger) == Replayed()

    newcomer = create_participant(plan=cafe.plan, alias="Dina")  # the restored table hands the number out once more
    Participant.objects.filter(pk=newcomer.pk).update(id=number)

    assert again(ledger) == Replayed()
    assert cafe.aliases() == ["Amina", "Amina M", "Bo", "Dina"]


def test_whoever_was_merged_into_the_erased_goes_too(cafe, ledger):
    backup = Backup()
    merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)
    erase_participant(participant=cafe.amina, by=cafe.staff)

    backup.restore()

    assert again(ledger) == Replayed(erased=2)
    assert cafe.aliases() == ["Bo"]
    assert recount(cafe.plan) == Drift()


def test_whoever_was_taken_out_of_a_merge_and_erased_goes_alone(cafe, ledger):
    merge = merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)
    backup = Backup()
    back = undo_merge(merge=merge, by=cafe.staff)
    assert (back.pk, back.alias) == (merge.gone_pk, "Amina M")
    erase_participant(participant=back, by=cafe.staff)

    backup.restore()

    assert again(ledger) == Replayed(erased=1)
    assert cafe.aliases() == ["Amina", "Bo"]
    assert not ParticipantMerge.objects.exists()
    assert Attendance.objects.filter(participant=cafe.amina).count() == 2


def test_a_merge_that_can_no_longer_be_undone_forgets_the_alias(cafe, ledger):
    merge = merge_participants(keep=cafe.amina, gone=cafe.double, by=cafe.staff)
    backup = Backup()
    erase_participant(participant=undo_merge(merge=merge, by=cafe.staff), by=cafe.staff)

    backup.restore()
    cafe.plan.figures_locked_until = date(2025, 12, 31)
    cafe.plan.save()

    assert again(ledger) == Replayed()
    assert not ParticipantMerge.objects.exists()


def test_ticks_that_became_heads_become_heads_again_in_locked_days_too(cafe, ledger):
    backup = Backup()
    convert_to_heads(session=cafe.sessions[0], by=cafe.staff, today=TODAY)
    visits = cafe.visits()
    assert [line["kind"] for line in lines(ledger)] == [HEADS_ONLY]

    backup.restore()
    cafe.plan.figures_locked_until = date(2025, 12, 31)
    cafe.plan.save()

    assert again(ledger) == Replayed(evenings=1)
    evening = Session.objects.get(pk=cafe.sessions[0].pk)
    assert (evening.is_sensitive, evening.known_heads, evening.heads_total) == (True, 0, 2)
    assert cafe.visits() == visits
    assert recount(cafe.plan) == Drift()
    assert again(ledger) == Replayed()


@settings(max_examples=25)
@given(world=worlds, gone=st.dictionaries(st.integers(0, 4), st.sampled_from([ERASED, ANONYMISED])))
def test_after_restore_and_replay_the_figures_are_those_before_the_restore(world, gone):
    with undone():
        from django.conf import settings as here

        here.ERASURE_LEDGER.unlink(missing_ok=True)
        stage = build(world)
        backup = Backup()
        for number, kind in gone.items():
            person = stage.people[number]
            if kind == ERASED:
                erase_participant(participant=Participant.objects.get(pk=person.pk), by=None)
            else:
                anonymise(plan=stage.plan, participants=[person.pk], today=TODAY)

        def figures():
            span = (day(0), day(DAYS))
            return count_people(stage.plan, None, *span), count_people_by_activity(stage.plan, *span)

        expected = figures()
        backup.restore()
        if gone:
            again(here.ERASURE_LEDGER)

        assert figures() == expected
        assert recount(stage.plan) == Drift()
        assert not Participant.objects.filter(pk__in=[stage.people[number].pk for number in gone]).exists()


@pytest.mark.logs_errors
def test_nobody_is_erased_when_the_ledger_cannot_be_written(cafe, settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "missing" / "erasures.jsonl"
    client = Client()
    client.force_login(cafe.staff)

    response = client.post(reverse("residents:participant_erase", args=["egen", cafe.amina.pk]), follow=True)
    heads = client.post(reverse("residents:attendance_to_heads", args=["egen", cafe.sessions[0].pk]), follow=True)

    sentence = "Intet er ændret, fordi listen over sletninger ikke kan skrives. Sig det til administratoren."
    assert sentence in response.content.decode()
    assert sentence in heads.content.decode()
    assert cafe.aliases() == ["Amina", "Amina M", "Bo"]
    assert Attendance.objects.count() == 6


def test_a_line_that_was_cut_off_spoils_only_itself(cafe, ledger):
    ledger.write_text('{"at": "2025-01-01T00:00:00+00:00", "kind": "era')
    note_gone(kind=ERASED, plan=1, pks=[7])

    entries, unreadable = read_ledger(ledger)

    assert [entry.pk for entry in entries] == [7]
    assert unreadable == [1]


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "[]",
        "17",
        '{"at": "2025-01-01T00:00:00", "kind": "erased", "plan": 1, "id": 7}',  # in which time zone?
        '{"at": "2025-01-01T00:00:00+00:00", "kind": "forgotten", "plan": 1, "id": 7}',
        '{"at": "2025-01-01T00:00:00+00:00", "kind": "erased", "plan": 1, "id": "7"}',
        '{"at": "2025-01-01T00:00:00+00:00", "kind": "erased", "plan": 1, "id": true}',
        '{"at": "i går", "kind": "erased", "plan": 1, "id": 7}',
    ],
)
def test_a_line_that_says_something_else_is_not_applied(ledger, line):
    ledger.write_text(f"{line}\n")

    assert read_ledger(ledger) == ([], [1])


def test_many_write_one_ledger_at_once(ledger):
    def write(number):
        for turn in range(50):
            note_gone(kind=ERASED, plan=number, pks=[turn])

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, range(4)))

    entries, unreadable = read_ledger(ledger)
    assert sorted((entry.plan, entry.pk) for entry in entries) == [(plan, pk) for plan in range(4) for pk in range(50)]
    assert unreadable == []


def test_command_says_in_one_line_what_it_did(cafe, ledger, capsys):
    backup = Backup()
    erase_participant(participant=cafe.amina, by=cafe.staff)
    backup.restore()

    call_command("replay_erasures")

    assert capsys.readouterr().out == (
        "1 entries: 1 participants erased again, 0 made anonymous again, 0 evenings counted in heads again.\n"
    )


def test_command_reads_several_ledgers_and_applies_what_it_can(cafe, ledger, tmp_path, capsys):
    backup = Backup()
    erase_participant(participant=cafe.amina, by=cafe.staff)
    other = tmp_path / "other-host.jsonl"
    other.write_text(ledger.read_text().replace(f'"id": {lines(ledger)[0]["id"]}', f'"id": {cafe.bo.pk}') + "{\n")
    backup.restore()

    with pytest.raises(CommandError, match=r"line 2 of .*other-host\.jsonl"):
        call_command("replay_erasures", str(ledger), str(other))

    assert cafe.aliases() == ["Amina M"]


def test_command_fails_loudly_without_a_ledger(ledger):
    with pytest.raises(CommandError, match="bring it here"):
        call_command("replay_erasures")


def test_the_times_are_in_utc(ledger):
    note_gone(kind=ERASED, plan=1, pks=[7])

    assert read_ledger(ledger)[0][0].at.tzinfo == UTC


def test_entries_of_a_plan_that_is_not_in_the_backup_do_nothing(ledger):
    note_gone(kind=ERASED, plan=999, pks=[7])
    note_gone(kind=ANONYMISED, plan=999, pks=[8])
    note_gone(kind=HEADS_ONLY, plan=999, pks=[9])

    assert again(ledger) == Replayed()
    assert connection.is_usable()
