"""Writing the tick list: one tap, the whole list, two people at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, connections
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.log import LogConflict, LogRefused
from activities.models import CountingMode, Session, SessionChange, SessionState
from residents.attendance import (
    convert_to_heads,
    count_people,
    move_session,
    record_attendance,
    record_tick,
    record_unnamed,
    undo_attendance,
)
from residents.models import Attendance, Participant
from residents.recount import Drift, recount
from tests.factories import (
    create_activity,
    create_age_band,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_session,
)
from tests.residents.worlds import undone

TODAY = date(2025, 1, 10)


class Evening:
    """A tick-list evening with five people that the plan knows, and two members of staff."""

    def __init__(self, **session_fields):
        self.plan = create_plan()
        self.activity = create_activity(plan=self.plan, counting_mode=CountingMode.PSEUDONYMOUS)
        self.session = create_session(activity=self.activity, date=date(2025, 1, 7), **session_fields)
        self.people = [create_participant(plan=self.plan) for _ in range(5)]
        self.sara, self.lotte = create_member(plan=self.plan), create_member(plan=self.plan)

    def tick(self, number, *, present=True, by=None, keep_total=False, today=TODAY):
        return record_tick(
            plan=self.plan,
            session_id=self.session.pk,
            participant_id=self.people[number].pk,
            present=present,
            by=by or self.sara,
            today=today,
            keep_total=keep_total,
        )

    def save(self, numbers, *, by=None, **fields):
        return record_attendance(
            session=self.session,
            present=[self.people[number] for number in numbers],
            by=by or self.sara,
            today=TODAY,
            **fields,
        )

    def saved(self, numbers, **fields):
        return self.save(numbers, **fields).session

    def ticked(self):
        return sorted(
            self.people.index(person)
            for person in Participant.objects.filter(attendances__session=self.session).distinct()
        )

    def stored(self):
        session = Session.objects.get(pk=self.session.pk)
        return session.state, session.known_heads, session.heads_total


@pytest.fixture
def evening(db):
    return Evening()


# -- one tap -----------------------------------------------------------------------------------------------------------


def test_first_tick_logs_the_evening_as_held(evening):
    session = evening.tick(0)

    assert evening.stored() == ("held", 1, None)
    assert (session.known_heads, session.logged_by, session.version) == (1, evening.sara, 1)
    assert [(change.before["state"], change.after["state"]) for change in session.changes.all()] == [
        ("planned", "held")
    ]


def test_a_tap_carries_the_session_s_date_and_activity(evening):
    evening.tick(0)

    tick = Attendance.objects.get()
    assert (tick.plan, tick.activity, tick.date) == (evening.plan, evening.activity, evening.session.date)


def test_ticking_twice_is_ticking_once(evening):
    evening.tick(0)
    session = evening.tick(0, by=evening.lotte)

    assert evening.stored() == ("held", 1, None)
    assert session.version == 1


def test_last_tick_off_leaves_the_evening_unlogged_again(evening):
    evening.tick(0)
    evening.tick(0, present=False)

    assert evening.stored() == ("planned", 0, None)
    assert SessionChange.objects.count() == 2


def test_last_tick_off_keeps_an_evening_that_was_logged_with_a_number(evening):
    evening.save([0], unnamed=0, changes={"volunteer_turns": 2})
    evening.tick(0, present=False)

    assert evening.stored() == ("held", 0, None)


def test_a_written_total_follows_the_ticks_or_takes_them_in(evening):
    evening.save([0], unnamed=3)
    assert evening.stored() == ("held", 1, 4)

    evening.tick(1)
    assert evening.stored() == ("held", 2, 5)
    evening.tick(2, keep_total=True)
    assert evening.stored() == ("held", 3, 5)
    evening.tick(2, present=False, keep_total=True)
    assert evening.stored() == ("held", 2, 5)
    evening.tick(1, present=False)
    assert evening.stored() == ("held", 1, 4)


def test_a_kept_total_is_never_below_the_ticks(evening):
    evening.save([0], unnamed=0, changes={"heads_total": 1})
    evening.tick(1, keep_total=True)

    assert evening.stored() == ("held", 2, 2)


def test_taps_of_one_sitting_are_one_line_in_the_history(evening, time_machine):
    time_machine.move_to("2025-01-07 19:00+01:00", tick=False)
    for number in range(3):
        evening.tick(number)
    assert SessionChange.objects.count() == 1

    evening.tick(3, by=evening.lotte)
    assert SessionChange.objects.count() == 2

    time_machine.shift(timedelta(minutes=16))
    evening.tick(4, by=evening.lotte)
    assert [(change.changed_by, change.after["known_heads"]) for change in SessionChange.objects.all()] == [
        (evening.lotte, 5),
        (evening.lotte, 4),
        (evening.sara, 1),
    ]


def test_a_tap_costs_three_statements(evening, django_assert_num_queries):
    evening.tick(0)

    with django_assert_num_queries(5):  # 3, and the savepoint that the test's own transaction makes
        evening.tick(1)


def test_ticks_of_other_plans_are_not_found(evening):
    other = Evening()

    with pytest.raises(Session.DoesNotExist):
        record_tick(
            plan=other.plan,
            session_id=evening.session.pk,
            participant_id=other.people[0].pk,
            present=True,
            by=other.sara,
            today=TODAY,
        )
    with pytest.raises(Participant.DoesNotExist):
        record_tick(
            plan=evening.plan,
            session_id=evening.session.pk,
            participant_id=other.people[0].pk,
            present=True,
            by=evening.sara,
            today=TODAY,
        )
    with pytest.raises(Participant.DoesNotExist):
        record_attendance(session=evening.session, present=[other.people[0]], by=evening.sara, today=TODAY)
    assert Attendance.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"is_sensitive": True}, "The theme is sensitive, so only heads are counted here. No names."),
        ({"state": "cancelled"}, "The evening is marked as not held. Choose “Held” first."),
        ({"state": "closed"}, "The evening is marked as not held. Choose “Held” first."),
    ],
)
def test_ticks_are_refused(db, settings, fields, message):
    settings.LANGUAGE_CODE = "en"
    evening = Evening(**fields)

    with pytest.raises(LogRefused) as refusal:
        evening.tick(0)
    assert str(refusal.value) == message
    assert Attendance.objects.count() == 0


def test_ticks_are_refused_on_a_day_ahead_and_on_a_locked_day(evening):
    with pytest.raises(LogRefused):
        evening.tick(0, today=date(2025, 1, 6))

    evening.tick(0)
    evening.plan.figures_locked_until = date(2025, 1, 7)
    evening.plan.save()
    for attempt in (lambda: evening.tick(1), lambda: evening.tick(0, present=False), lambda: evening.save([])):
        with pytest.raises(LogRefused):
            attempt()
    assert evening.stored() == ("held", 1, None)


def test_ticks_are_refused_where_only_heads_are_counted(evening):
    evening.activity.counting_mode = CountingMode.HEADCOUNT
    evening.activity.save()

    with pytest.raises(LogRefused):
        evening.tick(0)


# -- the whole list ----------------------------------------------------------------------------------------------------


def test_the_list_and_the_log_are_one_write(evening):
    session = evening.saved([0, 1, 2], unnamed=2, changes={"volunteer_turns": 3, "note": "Pandekager"})

    assert evening.stored() == ("held", 3, 5)
    assert (session.version, session.volunteer_turns, session.note) == (1, 3, "Pandekager")
    change = SessionChange.objects.get()
    assert (change.before["known_heads"], change.after["known_heads"]) == (0, 3)


def test_an_evening_where_nobody_came_is_held(evening):
    evening.save([], unnamed=0)

    assert evening.stored() == ("held", 0, 0)


def test_saving_the_same_list_again_changes_nothing(evening):
    evening.save([0, 1], unnamed=0)
    session = evening.saved([0, 1], unnamed=0)

    assert session.version == 1
    assert SessionChange.objects.count() == 1


def test_changing_one_tick_for_another_stands_in_the_history(evening):
    evening.save([0, 1])
    evening.save([0, 2], by=evening.lotte)

    assert evening.ticked() == [0, 2]
    assert [change.changed_by for change in SessionChange.objects.all()] == [evening.lotte, evening.sara]


def test_two_open_lists_are_merged_row_by_row(evening):
    evening.save([0, 1])
    shown = evening.people[:2]

    evening.save([0, 1, 2], shown=shown)  # Sara ticks 2
    evening.save([0, 3], shown=shown, by=evening.lotte)  # Lotte takes 1 off and ticks 3, without having seen 2

    assert evening.ticked() == [0, 2, 3]
    assert evening.stored() == ("held", 3, None)


def test_two_open_forms_are_merged_field_by_field(evening):
    seen = {"volunteer_turns": None, "note": ""}
    evening.save([0], changes={"volunteer_turns": 2}, seen=seen)
    evening.save([0], shown=[], changes={"note": "Pandekager"}, seen=seen, by=evening.lotte)
    session = Session.objects.get(pk=evening.session.pk)
    assert (session.volunteer_turns, session.note) == (2, "Pandekager")

    with pytest.raises(LogConflict) as conflict:
        evening.save([0, 1], shown=[], changes={"note": "Vafler"}, seen=seen)
    assert conflict.value.current.note == "Pandekager"
    assert evening.ticked() == [0]


def test_a_stale_version_is_refused_where_it_is_asked_for(evening):
    evening.save([0], version=0)

    with pytest.raises(LogConflict):
        evening.save([1], version=0)
    assert evening.ticked() == [0]


def test_a_total_below_the_ticks_is_refused_and_nothing_is_written(evening):
    with pytest.raises(LogRefused):
        evening.save([0, 1, 2], changes={"heads_total": 2})

    assert evening.stored() == ("planned", 0, None)
    assert Attendance.objects.count() == 0


def test_cancelling_with_ticks_is_refused_and_without_is_not(evening):
    evening.save([0])
    with pytest.raises(LogRefused):
        evening.save([0], changes={"state": SessionState.CANCELLED})

    evening.save([], changes={"state": SessionState.CANCELLED, "reason": "Sygdom"})
    assert evening.stored() == ("cancelled", 0, None)


def test_a_total_is_not_lowered_below_its_age_bands(evening):
    create_age_band(plan=evening.plan)
    evening.save([0, 1], changes={"heads_total": 3, "age_bands": {13: 3}})

    evening.tick(0, present=False)

    assert evening.stored() == ("held", 1, 3)


@pytest.mark.parametrize("people", [1, 50])
def test_statements_do_not_follow_the_number_of_ticks(evening, people, django_assert_num_queries):
    people = [create_participant(plan=evening.plan) for _ in range(people)]

    with django_assert_num_queries(5 + 2):  # lock, people, insert, log, history; and the test's savepoint
        record_attendance(session=evening.session, present=people, shown=[], by=evening.sara, today=TODAY, unnamed=2)


def test_unnamed_heads_are_saved_as_they_are_tapped(evening):
    def tap(unnamed):
        record_unnamed(plan=evening.plan, session_id=evening.session.pk, unnamed=unnamed, by=evening.sara, today=TODAY)

    tap(2)
    assert evening.stored() == ("held", 0, 2)
    evening.tick(0)
    tap(1)
    assert evening.stored() == ("held", 1, 2)
    tap(0)
    assert evening.stored() == ("held", 1, None)
    evening.tick(0, present=False)
    assert evening.stored() == ("planned", 0, None)


def test_a_saved_list_can_be_taken_back(evening):
    evening.save([0, 1])
    recorded = evening.save([1, 2], unnamed=4, changes={"note": "Pandekager"})
    assert (evening.ticked(), evening.stored()) == ([1, 2], ("held", 2, 6))

    undo_attendance(
        session=evening.session,
        added=recorded.added,
        removed=recorded.removed,
        by=evening.sara,
        today=TODAY,
        version=recorded.session.version,
    )

    assert (evening.ticked(), evening.stored()) == ([0, 1], ("held", 2, None))
    assert Session.objects.get(pk=evening.session.pk).note == ""


def test_taking_back_a_first_list_leaves_the_evening_unlogged(evening):
    recorded = evening.save([0, 1])
    undo = {"session": evening.session, "added": recorded.added, "removed": [], "by": evening.sara, "today": TODAY}

    undo_attendance(**undo, version=recorded.session.version)
    assert (evening.ticked(), evening.stored()) == ([], ("planned", 0, None))
    with pytest.raises(LogConflict):
        undo_attendance(**undo, version=recorded.session.version)


# -- an evening that turns out to be sensitive, an evening on another day ----------------------------------------------


def test_a_sensitive_theme_is_refused_while_there_are_ticks(evening):
    evening.save([0, 1])

    with pytest.raises(LogRefused):
        evening.save([0, 1], changes={"theme": "Hash og unge"})
    assert evening.ticked() == [0, 1]


@pytest.mark.parametrize(("unnamed", "visits"), [(None, 2), (3, 5)])
def test_convert_to_heads_deletes_the_names_and_keeps_the_visits(evening, unnamed, visits):
    evening.save([0, 1], unnamed=unnamed)

    session = convert_to_heads(session=evening.session, by=evening.lotte, today=TODAY, theme="Hash og unge")

    assert evening.stored() == ("held", 0, visits)
    assert (session.is_sensitive, session.theme) == (True, "Hash og unge")
    assert Attendance.objects.count() == 0
    with pytest.raises(LogRefused):
        evening.tick(0)


def test_move_session_takes_the_ticks_along(evening):
    evening.save([0, 1])

    session = move_session(session=evening.session, day=date(2025, 1, 9), by=evening.sara, today=TODAY)

    assert session.date == date(2025, 1, 9)
    assert recount(evening.plan) == Drift()
    assert count_people(evening.plan, None, date(2025, 1, 9), date(2025, 1, 9)).known == 2
    assert count_people(evening.plan, None, date(2025, 1, 7), date(2025, 1, 7)).known == 0


def test_move_session_is_refused_into_locked_days_and_into_the_future(evening):
    evening.save([0])
    evening.plan.figures_locked_until = date(2025, 1, 3)
    evening.plan.save()

    for day in (date(2025, 1, 2), date(2025, 1, 11)):
        with pytest.raises(LogRefused):
            move_session(session=evening.session, day=day, by=evening.sara, today=TODAY)
    assert Session.objects.get(pk=evening.session.pk).date == date(2025, 1, 7)


# -- any order of everything -------------------------------------------------------------------------------------------

people = st.integers(0, 4)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("tick"), people, st.booleans(), st.booleans()),
        st.tuples(st.just("list"), st.sets(people), st.none() | st.sets(people), st.none() | st.integers(0, 4)),
        st.tuples(st.just("move"), st.integers(0, 9)),
        st.tuples(st.just("heads")),
        st.tuples(st.just("cancel")),
    ),
    max_size=12,
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(steps=steps)
def test_whatever_is_done_ticks_and_counts_agree(steps):
    with undone():
        evening = Evening()
        ticked, sensitive = set(), False
        for kind, *values in steps:
            try:
                if kind == "tick":
                    number, present, keep_total = values
                    evening.tick(number, present=present, keep_total=keep_total)
                    ticked = ticked | {number} if present else ticked - {number}
                elif kind == "list":
                    present, shown, unnamed = values
                    seen = None if shown is None else [evening.people[number] for number in shown]
                    evening.save(present, shown=seen, unnamed=unnamed)
                    ticked = set(present) if shown is None else (ticked | (present - shown)) - (shown - present)
                elif kind == "move":
                    day = date(2025, 1, 1) + timedelta(days=values[0])
                    move_session(session=evening.session, day=day, by=evening.sara, today=TODAY)
                elif kind == "heads":
                    convert_to_heads(session=evening.session, by=evening.sara, today=TODAY)
                    ticked, sensitive = set(), True
                else:
                    evening.save([], changes={"state": SessionState.CANCELLED})
                    ticked = set()
            except LogRefused:
                pass  # a refusal must leave everything as it was, which is what follows checks

            session = Session.objects.get(pk=evening.session.pk)
            assert evening.ticked() == sorted(ticked)
            assert session.known_heads == len(ticked)
            assert session.is_sensitive == sensitive
            assert recount(evening.plan) == Drift()


# -- two at once, for real ---------------------------------------------------------------------------------------------


@pytest.mark.postgresql  # SQLite has one writer at a time by design
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_phones_at_once_lose_nothing():
    evening = Evening()
    staff = [create_member(plan=evening.plan) for _ in range(4)]

    def phone(number):
        try:
            for person in range(5):  # all four tick all five, in different order
                evening.tick((person + number) % 5, by=staff[number])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as phones:
        list(phones.map(phone, range(4)))

    assert evening.stored() == ("held", 5, None)
    assert Attendance.objects.count() == 5
    assert connection.vendor == "postgresql"


def test_a_tick_on_a_logged_head_count_is_found_by_count_people(db):
    evening = Evening()
    other = create_held_session(activity=evening.activity, heads=4, date=date(2025, 1, 8))
    create_attendance(session=other, participant=evening.people[0])
    evening.tick(0)

    count = count_people(evening.plan, [evening.activity], date(2025, 1, 1), date(2025, 1, 31), at_least=2)

    assert (count.known, count.at_least, count.visits, count.unique_max) == (1, 1, 5, 4)
