"""What is suggested for the next programme, and the evenings that it holds."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from activities.models import Closure, Season
from activities.schedule import extend_all_schedules, extend_schedules, reopen_days
from activities.seasons import (
    SeasonRefused,
    pick_season,
    remove_season,
    save_season,
    season_sessions,
    suggest_season,
)
from tests.factories import create_activity, create_plan, create_schedule, create_session
from tests.factories.programme import create_item, create_season

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def plan():
    return create_plan()


@pytest.fixture
def cafe(plan):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_schedule(activity=cafe, starts_on=date(2023, 8, 8), start_time=time(18), end_time=time(21))
    return cafe


def new_season(cafe, **fields):
    fields = {"name": "Forår 2027", "starts_on": date(2027, 1, 5), "ends_on": date(2027, 6, 29)} | fields
    return Season(plan=cafe.plan, activity=cafe, **fields)


@pytest.mark.parametrize(
    ("today", "name", "first", "last"),
    [
        (date(2026, 8, 1), "Efterår 2026", date(2026, 8, 4), date(2026, 12, 29)),  # enough of it is left
        (date(2026, 11, 24), "Forår 2027", date(2027, 1, 5), date(2027, 6, 29)),
        (date(2027, 1, 1), "Forår 2027", date(2027, 1, 5), date(2027, 6, 29)),
    ],
)
def test_next_half_year_is_suggested_from_its_first_evening_to_its_last(cafe, today, name, first, last):
    suggested = suggest_season(cafe, today=today)

    assert (suggested.name, suggested.starts_on, suggested.ends_on) == (name, first, last)


def test_suggestion_follows_the_season_that_is_there(cafe):
    create_season(activity=cafe, starts_on=date(2027, 1, 5), ends_on=date(2027, 6, 1))

    suggested = suggest_season(cafe, today=TODAY)

    # June alone is too short, and the plan ends with it
    assert (suggested.name, suggested.evenings) == ("Efterår 2027", 0)
    assert (suggested.starts_on, suggested.ends_on) == (date(2027, 7, 1), date(2027, 12, 31))


def test_suggestion_knows_closures_and_holidays(cafe, plan):
    Closure.objects.create(plan=plan, name="Vinterferie", starts_on=date(2027, 2, 15), ends_on=date(2027, 2, 21))

    assert suggest_season(cafe, today=TODAY).evenings == 25  # 26 Tuesdays less one; no public holiday among them


def test_a_season_plans_its_evenings_to_the_end(cafe, plan):
    season = save_season(season=new_season(cafe), slots=["Tema", "Mad", "Tema", ""], today=TODAY)

    days = [session.date for session in season_sessions(season)]
    assert (days[0], days[-1], len(days)) == (date(2027, 1, 5), date(2027, 6, 29), 26)
    assert [slot.name for slot in season.slots.all()] == ["Tema", "Mad"]
    assert season.format_limit == 8
    assert extend_schedules(plan=plan, today=TODAY) == 0


def test_a_season_without_slots_gets_one(cafe):
    season = save_season(season=new_season(cafe), slots=["", ""], today=TODAY)

    assert season.slots.count() == 1


def test_evenings_of_other_activities_keep_to_twelve_weeks(cafe, plan):
    other = create_schedule(activity=create_activity(plan=plan), starts_on=date(2026, 11, 24))
    save_season(season=new_season(cafe), slots=["Tema"], today=TODAY)

    assert other.sessions.latest("date").date == date(2027, 2, 16)


def test_reopened_days_of_a_season_come_back_however_far_ahead(cafe, plan):
    season = new_season(cafe)
    closure = Closure.objects.create(plan=plan, name="Fejl", starts_on=date(2027, 5, 1), ends_on=date(2027, 5, 31))
    save_season(season=season, slots=["Tema"], today=TODAY)
    before = season_sessions(season).count()

    reopen_days(closure=closure, today=TODAY)

    assert season_sessions(season).count() - before == 4


def test_daily_job_keeps_a_season_filled(cafe):
    create_season(activity=cafe, starts_on=date(2027, 1, 5), ends_on=date(2027, 6, 29))

    extend_all_schedules()

    assert cafe.sessions.latest("date").date >= date(2027, 6, 29)


def test_slots_are_renamed_added_and_taken_away(cafe):
    season = save_season(season=new_season(cafe), slots=["Tema", "Mad"], today=TODAY)
    theme, food = season.slots.all()
    item = create_item(season=season, session=season_sessions(season)[0], slot=food)

    save_season(season=season, slots=["Mad", "Tema", "Musik"], today=TODAY)  # two swap names
    assert [(slot.pk, slot.name) for slot in season.slots.all()][:2] == [(theme.pk, "Mad"), (food.pk, "Tema")]
    save_season(season=season, slots=["Mad", "Tema"], today=TODAY)
    assert season.slots.count() == 2
    with pytest.raises(SeasonRefused):
        save_season(season=season, slots=["Mad"], today=TODAY)
    item.refresh_from_db()
    assert item.slot == food


def test_a_season_goes_only_while_it_holds_nothing(cafe):
    empty, full = create_season(activity=cafe), create_season(activity=cafe)
    create_item(season=full)

    assert (remove_season(season=empty), remove_season(season=full)) == (True, False)
    assert list(Season.objects.all()) == [full]


def test_two_seasons_of_one_name_are_refused(cafe):
    create_season(activity=cafe, name="Forår 2027")

    with pytest.raises(IntegrityError), transaction.atomic():
        save_season(season=new_season(cafe), slots=[], today=TODAY)


def test_the_season_that_runs_is_picked(cafe, plan):
    autumn = create_season(activity=cafe, starts_on=date(2026, 8, 1), ends_on=date(2026, 12, 20))
    spring = create_season(activity=cafe)

    assert pick_season(plan, today=TODAY) == autumn
    assert pick_season(plan, today=date(2026, 12, 21)) == spring
    assert pick_season(plan, today=date(2028, 1, 1), activity=cafe) == spring
    assert pick_season(create_plan(), today=TODAY) is None


def test_plan_with_a_season_can_be_deleted(cafe, plan):
    season = create_season(activity=cafe)
    create_item(season=season, session=create_session(activity=cafe, date=date(2027, 1, 5)))

    plan.delete()

    assert Season.objects.count() == 0
