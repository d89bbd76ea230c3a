"""Anonymisation changes no figure, and leaves nobody to be told from the rows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activities.models import CountingMode
from reporting.disclosure import release_ages
from reporting.figures import indicator_figures
from reporting.models import Indicator, Measure
from residents.attendance import count_people, count_people_by_activity, count_people_by_focus_area, people_by_age
from residents.models import Attendance, Participant, ParticipantRead
from residents.reads import log_read
from residents.recount import Drift, recount
from residents.retention import anonymise, coarse_birth_year, due_participants, forget_old_rows
from tests.factories import (
    create_activity,
    create_age_band,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
)
from tests.reporting.makers import create_indicator
from tests.residents.worlds import DAYS, build, day, questions, undone, worlds

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 1)
EVENINGS = [date(2023, 9, 5), date(2024, 3, 12), date(2025, 1, 14)]


@settings(max_examples=30, deadline=None)
@given(world=worlds, asked=questions, who=st.sets(st.integers(0, 4)))
def test_no_figure_changes_when_people_become_anonymous(world, asked, who):
    with undone():
        stage = build(world)
        create_age_band(plan=stage.plan, lowest=7, highest=12)
        create_age_band(plan=stage.plan, lowest=13, highest=17)
        bands = [(7, 12), (13, 17)]
        activities = None if asked.activities is None else [stage.activities[number] for number in asked.activities]

        def figures():
            span = (day(asked.first), day(asked.last))
            return (
                count_people(stage.plan, activities, *span, at_least=asked.at_least),
                count_people_by_activity(stage.plan, *span),
                count_people_by_focus_area(stage.plan, *span),
                release_ages(people_by_age(stage.plan, day(0), day(DAYS)), bands),
            )

        before = figures()
        people = [stage.people[number] for number in who]
        anonymise(plan=stage.plan, participants=[person.pk for person in people], today=TODAY)

        assert figures() == before
        assert recount(stage.plan) == Drift()
        assert not Participant.objects.filter(pk__in=[person.pk for person in people]).exists()


@settings(max_examples=15, deadline=None)
@given(
    born=st.lists(st.integers(1985, 2015), min_size=1, max_size=6),
    lowest=st.integers(0, 40),
    span=st.none() | st.integers(0, 8),
    evenings=st.lists(
        st.sampled_from([date(2023, 9, 5), date(2024, 3, 12), date(2025, 1, 14)]), min_size=1, max_size=3
    ),
    in_use=st.booleans(),
)
@example(born=[2008, 2008, 2009, 2010, 2003], lowest=15, span=1, evenings=EVENINGS[1:2], in_use=True)
def test_no_figure_of_some_ages_changes_when_people_become_anonymous(born, lowest, span, evenings, in_use):
    """Ages that a target asks for, wherever the plan's own bands are cut."""
    with undone():
        plan = create_plan()
        create_age_band(plan=plan, lowest=13, highest=17)
        create_age_band(plan=plan, lowest=18, highest=24)
        activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
        people = [create_participant(plan=plan, birth_year=year) for year in born]
        for place, evening in enumerate(sorted(set(evenings))):
            session = create_held_session(activity=activity, heads=None, date=evening)
            for person in people[place:]:
                create_attendance(session=session, participant=person)
        ages = {"lowest_age": lowest, "highest_age": None if span is None else lowest + span}
        for measure in (Measure.UNIQUE_PEOPLE, Measure.UNIQUE_AT_LEAST, Measure.VISITS, Measure.MEAN_VISITS):
            create_indicator(
                plan=plan, measure=measure, activities=[activity], at_least_times=2, is_active=in_use, **ages
            )

        def figures():
            Indicator.objects.filter(plan=plan).update(is_active=True)
            found = [f.value for f in indicator_figures(plan, plan.starts_on, date(2025, 6, 30), TODAY)]
            Indicator.objects.filter(plan=plan).update(is_active=in_use)
            return found

        before = figures()
        anonymise(plan=plan, participants=[person.pk for person in people], today=TODAY)

        assert figures() == before


def test_an_anonymous_row_tells_nothing():
    plan = create_plan()
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    person = create_participant(plan=plan, alias="Amina", birth_year=2012)
    create_attendance(session=create_held_session(activity=activity), participant=person)
    member = create_member(plan=plan)
    log_read(plan=plan, user=member, page="participant_detail", rows=1, participant=person)

    assert anonymise(plan=plan, participants=[person.pk], today=TODAY) == 1

    stub = Participant.objects.get()
    assert (stub.alias, stub.anonymised_on, stub.pk == person.pk) == ("", TODAY, False)
    assert "amina" not in stub.alias_key
    assert stub.birth_year < 2012
    assert ParticipantRead.objects.get().participant is None
    assert list(Participant.objects.people()) == []


def test_somebody_who_never_came_is_only_deleted():
    person = create_participant(plan=create_plan())

    anonymise(plan=person.plan, participants=[person.pk], today=TODAY)

    assert not Participant.objects.exists()


@pytest.mark.parametrize(
    ("born", "years", "coarse"),
    [
        (2012, {2025}, 2008),  # 13 in 2025: 13-17 are born 2008-2012
        (2012, {2024, 2025}, 2012),  # 12 in 2024: any earlier and 2024 would be another band
        (2010, {2024, 2025}, 2008),
        (1990, {2025}, 1980),  # over all bands: at most ten years
    ],
)
def test_birth_year_is_as_coarse_as_the_age_bands_allow(born, years, coarse):
    assert coarse_birth_year(born, years, [(7, 12), (13, 17)]) == coarse


def test_a_birth_year_stays_on_its_side_of_eighteen_where_a_plan_has_no_age_bands():
    assert coarse_birth_year(2012, {2025}, []) == 2008


@pytest.mark.parametrize(
    ("today", "due"),
    [(date(2025, 12, 30), False), (date(2025, 12, 31), True)],  # plan year 1 July - 30 June, and six months
)
def test_people_are_due_half_a_year_after_the_plan_year_of_their_last_evening(today, due):
    plan = create_plan()  # 1 July 2023 - 30 June 2027
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    person, newer = create_participant(plan=plan), create_participant(plan=plan)
    for day_, who in ((date(2024, 8, 1), person), (date(2025, 6, 30), person), (date(2025, 7, 1), newer)):
        create_attendance(session=create_held_session(activity=activity, date=day_), participant=who)

    assert due_participants(plan=plan, today=today) == ([person.pk] if due else [])


def test_people_who_came_before_or_after_the_plan_are_not_kept_for_ever():
    plan = create_plan(starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    early, late = create_participant(plan=plan), create_participant(plan=plan)
    create_attendance(session=create_held_session(activity=activity, date=date(2023, 12, 1)), participant=early)
    create_attendance(session=create_held_session(activity=activity, date=date(2025, 2, 1)), participant=late)

    assert due_participants(plan=plan, today=date(2025, 7, 2)) == [early.pk]
    assert due_participants(plan=plan, today=date(2025, 8, 2)) == [early.pk, late.pk]


def test_the_daily_job_does_all_of_it_and_can_be_repeated(time_machine):
    time_machine.move_to("2026-01-01 04:00+01:00", tick=False)
    plan = create_plan()
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_held_session(activity=activity, date=date(2025, 1, 7))
    create_attendance(session=session, participant=create_participant(plan=plan))
    log_read(plan=plan, user=create_member(plan=plan), page="participant_list", rows=1)
    ParticipantRead.objects.update(read_at=timezone.now() - timedelta(days=732))

    assert forget_old_rows() == ("1 participants made anonymous, 0 merges and 1 reads older than 24 months deleted")
    assert forget_old_rows() == ("0 participants made anonymous, 0 merges and 0 reads older than 24 months deleted")
    assert Attendance.objects.count() == 1
