"""Changing when an activity runs: this, this and the following, all. Logged evenings and the past stay."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from activities.log import LogRefused, SessionLog, log_session, undo_log
from activities.models import ItemState, Schedule, Session, SessionState
from activities.programme_lag import find_lags
from activities.programme_release import publish_programme
from activities.schedule import expected_dates, extend_schedules
from activities.series import (
    ALL,
    FOLLOWING,
    Rhythm,
    SeriesChange,
    create_schedule,
    edit_series,
    end_series,
    move_session,
    preview_series,
    read_rhythm,
)
from activities.templatetags.activity_tags import rhythm_words
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_session,
    create_shift,
    create_venue,
)
from tests.factories import (
    create_schedule as make_schedule,
)
from tests.factories.programme import create_item, create_season

pytestmark = pytest.mark.django_db
TODAY = date(2025, 9, 10)  # a Wednesday


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang")


@pytest.fixture
def lotte(plan):
    return create_member(plan=plan, name="Lotte Madsen")


@pytest.fixture
def tuesdays(plan):
    """A series with two years behind it, a logged evening yesterday, and twelve weeks ahead."""
    schedule = make_schedule(activity=create_activity(plan=plan, name="Unge Cafeen"), starts_on=date(2023, 8, 1))
    create_held_session(
        activity=schedule.activity, schedule=schedule, scheduled_on=date(2025, 9, 9), date=date(2025, 9, 9)
    )
    extend_schedules(plan=plan, today=TODAY)
    return schedule


def change(**fields):
    return SeriesChange(**{"rule": "FREQ=WEEKLY", "start_time": time(18), "end_time": time(21), **fields})


def coming(activity):
    rows = Session.objects.filter(activity=activity, date__gte=TODAY).order_by("date")
    return list(rows.values_list("date", flat=True))


def test_a_new_time_keeps_the_series_and_moves_nothing(tuesdays, plan):
    before = coming(tuesdays.activity)

    done = edit_series(schedule=tuesdays, scope=ALL, change=change(start_time=time(17, 30)), today=TODAY)

    tuesdays.refresh_from_db()
    assert (done.is_new_series, tuesdays.start_time, coming(tuesdays.activity)) == (False, time(17, 30), before)
    assert set(Session.objects.filter(date__gte=TODAY).values_list("start_time", flat=True)) == {time(17, 30)}
    assert Session.objects.get(date=date(2025, 9, 9)).start_time is None  # logged: untouched


def test_a_new_weekday_begins_a_new_series_and_takes_themes_along(tuesdays, plan):
    Session.objects.filter(date=date(2025, 9, 16)).update(theme="Quiz")
    expected_before = expected_dates(plan, [tuesdays.activity], date(2025, 1, 1), date(2025, 9, 9))

    done = edit_series(schedule=tuesdays, scope=ALL, change=change(rule="FREQ=WEEKLY;BYDAY=TH"), today=TODAY)

    tuesdays.refresh_from_db()
    assert (done.is_new_series, tuesdays.ends_on, done.target.starts_on) == (
        True,
        date(2025, 9, 9),
        date(2025, 9, 11),
    )
    assert Session.objects.get(date=date(2025, 9, 18)).theme == "Quiz"
    assert {day.weekday() for day in coming(tuesdays.activity)} == {3}
    assert expected_dates(plan, [tuesdays.activity], date(2025, 1, 1), date(2025, 9, 9)) == expected_before
    assert extend_schedules(plan=plan, today=TODAY) == 0


def test_following_leaves_what_comes_before(tuesdays, plan):
    pivot = Session.objects.get(date=date(2025, 10, 7))

    edit_series(schedule=tuesdays, scope=FOLLOWING, change=change(start_time=time(16)), today=TODAY, session=pivot)

    times = dict(Session.objects.filter(date__gte=TODAY).values_list("date", "start_time"))
    assert (times[date(2025, 9, 30)], times[date(2025, 10, 7)]) == (time(18), time(16))
    assert Schedule.objects.count() == 2
    assert extend_schedules(plan=plan, today=TODAY) == 0


def test_logged_evenings_ahead_are_never_touched(tuesdays, plan, lotte):
    session = Session.objects.get(date=date(2025, 9, 23))
    log_session(session=session, log=SessionLog(state=SessionState.CANCELLED), by=lotte, today=TODAY)

    done = edit_series(schedule=tuesdays, scope=ALL, change=change(start_time=time(16)), today=TODAY)

    session.refresh_from_db()
    assert (session.start_time, [row.pk for row in done.kept_logged]) == (time(18), [session.pk])
    assert Session.objects.filter(date=date(2025, 9, 23)).count() == 1


def test_an_evening_moved_by_hand_stays_where_it_was_put(tuesdays, plan, lotte):
    session = Session.objects.get(date=date(2025, 9, 23))
    move_session(
        session=session,
        day=date(2025, 9, 25),
        start_time=time(19),
        end_time=time(22),
        venue=None,
        by=lotte,
        today=TODAY,
    )

    done = edit_series(schedule=tuesdays, scope=ALL, change=change(rule="FREQ=WEEKLY;BYDAY=MO"), today=TODAY)

    session.refresh_from_db()
    assert (session.date, session.start_time, len(done.kept_own)) == (date(2025, 9, 25), time(19), 1)
    assert date(2025, 9, 22) not in coming(tuesdays.activity)
    assert extend_schedules(plan=plan, today=TODAY) == 0


def test_every_other_week_takes_half_of_them_off(tuesdays):
    done = preview_series(
        schedule=tuesdays, scope=ALL, change=change(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"), today=TODAY
    )

    assert (len(done.unchanged), len(done.removed), len(done.created)) == (6, 6, 0)
    assert Session.objects.filter(date__gte=TODAY).count() == 12  # only shown


def test_a_second_weekday_adds_and_keeps_the_first(tuesdays):
    done = edit_series(schedule=tuesdays, scope=ALL, change=change(rule="FREQ=WEEKLY;BYDAY=TU,TH"), today=TODAY)

    assert (len(done.unchanged), len(done.created), len(done.removed)) == (12, 13, 0)


def test_an_end_takes_off_what_lies_behind_it(tuesdays):
    done = edit_series(schedule=tuesdays, scope=ALL, change=change(ends_on=date(2025, 10, 1)), today=TODAY)

    assert coming(tuesdays.activity) == [date(2025, 9, 16), date(2025, 9, 23), date(2025, 9, 30)]
    assert len(done.removed) == 9


def test_a_series_that_has_not_begun_is_changed_in_place(plan):
    schedule = make_schedule(activity=create_activity(plan=plan), starts_on=date(2025, 10, 7))
    extend_schedules(plan=plan, today=TODAY)

    edit_series(schedule=schedule, scope=ALL, change=change(rule="FREQ=WEEKLY;BYDAY=WE"), today=TODAY)

    assert Schedule.objects.count() == 1
    assert coming(schedule.activity)[0] == date(2025, 10, 8)


def test_a_change_twice_changes_nothing_more(tuesdays):
    edit_series(schedule=tuesdays, scope=ALL, change=change(rule="FREQ=WEEKLY;BYDAY=TH"), today=TODAY)
    new = Schedule.objects.latest("pk")
    before = coming(new.activity)

    done = edit_series(schedule=new, scope=ALL, change=change(rule="FREQ=WEEKLY;BYDAY=TH"), today=TODAY)

    assert (done.moved, done.retimed, done.created, done.removed) == ([], [], [], [])
    assert coming(new.activity) == before


def test_move_session_keeps_the_series_own_date(tuesdays, plan, lotte):
    session = Session.objects.get(date=date(2025, 9, 16))

    move_session(
        session=session, day=date(2025, 9, 17), start_time=None, end_time=None, venue=create_venue(plan=plan),
        by=lotte, today=TODAY,
    )  # fmt: skip

    session.refresh_from_db()
    assert (session.date, session.scheduled_on) == (date(2025, 9, 17), date(2025, 9, 16))
    assert extend_schedules(plan=plan, today=TODAY) == 0


def test_move_session_of_a_logged_evening_stands_in_its_history_and_can_be_undone(tuesdays, lotte):
    session = Session.objects.get(date=date(2025, 9, 9))

    move_session(
        session=session, day=date(2025, 9, 8), start_time=None, end_time=None, venue=None, by=lotte, today=TODAY
    )
    session.refresh_from_db()
    assert (session.date, session.heads_total, session.changes.get().changed_by) == (date(2025, 9, 8), 20, lotte)

    undo_log(session=session, by=lotte)
    session.refresh_from_db()
    assert session.date == date(2025, 9, 9)


@pytest.mark.parametrize("day", [date(2025, 9, 11), date(2025, 6, 1)])
def test_move_session_of_a_held_evening_not_ahead_and_not_into_locked_days(tuesdays, plan, lotte, day):
    plan.figures_locked_until = date(2025, 6, 30)
    plan.save()
    session = Session.objects.get(date=date(2025, 9, 9))

    with pytest.raises(LogRefused):
        move_session(session=session, day=day, start_time=None, end_time=None, venue=None, by=lotte, today=TODAY)


def test_move_session_refuses_an_evening_with_ticks(plan, lotte):
    session = create_held_session(
        activity=create_activity(plan=plan, counting_mode="pseudonymous"), heads=None, date=date(2025, 9, 9)
    )
    create_attendance(session=session, participant=create_participant(plan=plan))

    with pytest.raises(LogRefused):
        move_session(
            session=session, day=date(2025, 9, 8), start_time=None, end_time=None, venue=None, by=lotte, today=TODAY
        )


def test_create_schedule_reaches_back_so_that_the_last_weeks_can_be_logged(plan):
    schedule = make_schedule(activity=create_activity(plan=plan), starts_on=date(2025, 1, 7))

    create_schedule(schedule=schedule, today=TODAY, catch_up=timedelta(weeks=4))

    assert Session.objects.order_by("date").first().date == date(2025, 8, 19)


def test_end_series_keeps_the_past(tuesdays):
    removed = end_series(schedule=tuesdays, last_on=TODAY)

    assert (removed, list(Session.objects.values_list("date", flat=True))) == (12, [date(2025, 9, 9)])


@pytest.mark.parametrize(
    ("rule", "rhythm"),
    [
        ("FREQ=WEEKLY", Rhythm((1,))),
        ("FREQ=WEEKLY;BYDAY=TH,MO", Rhythm((0, 3))),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", Rhythm((1,), 2)),
        ("FREQ=MONTHLY;BYDAY=2TH", None),
        ("FREQ=WEEKLY;COUNT=8", None),
    ],
)
def test_read_rhythm(rule, rhythm):
    assert read_rhythm(rule, date(2025, 9, 9)) == rhythm


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY", "tirsdag 18.00–21.00"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "mandag og torsdag 18.00–21.00"),
        ("FREQ=WEEKLY;INTERVAL=2", "tirsdag hver anden uge 18.00–21.00"),
        ("FREQ=MONTHLY;BYDAY=-1TH", "sidste torsdag i måneden 18.00–21.00"),
        ("FREQ=DAILY;COUNT=3", "egen rytme, 18.00–21.00"),
    ],
)
def test_rhythm_words(plan, rule, words):
    schedule = make_schedule(activity=create_activity(plan=plan), starts_on=date(2025, 9, 9), rule=rule)

    assert rhythm_words(schedule).replace("\u2060", "") == words


# -- the pages ---------------------------------------------------------------------------------------------------------


def url(name, *args):
    return reverse(f"activities:{name}", args=["herredsvang", *args])


def test_schedule_edit_shows_first_and_does_it_then(client, plan, tuesdays, lotte):
    client.force_login(lotte)
    data = {
        "weekdays": ["3"], "interval": "1", "start_time": "18", "end_time": "21", "from_on": "10-09-2025",
        "ends_on": "", "venue_name": "Kulturhuset", "skips_holidays": "on",
    }  # fmt: skip
    with time_machine.travel("2025-09-10 12:00+02:00"):
        shown = client.post(url("schedule_edit", tuesdays.pk), data)
        assert (len(shown.context["preview"].moved), Schedule.objects.count()) == (12, 1)

        client.post(url("schedule_edit", tuesdays.pk), data | {"confirm": "1"})

    assert {day.weekday() for day in coming(tuesdays.activity)} == {3}
    assert Session.objects.filter(date__gte=TODAY).first().venue.name == "Kulturhuset"


def test_session_move_of_the_whole_series_by_weekday(client, plan, tuesdays, lotte):
    client.force_login(lotte)
    session = Session.objects.get(date=date(2025, 9, 23))
    data = {"scope": "following", "day": "24-09-2025", "start_time": "18", "end_time": "21", "venue_name": ""}
    with time_machine.travel("2025-09-10 12:00+02:00"):
        client.post(url("session_move", session.pk), data)
        client.post(url("session_move", session.pk), data | {"confirm": "1"})

    assert coming(tuesdays.activity)[:3] == [date(2025, 9, 16), date(2025, 9, 24), date(2025, 10, 1)]


def test_session_move_of_one_evening(client, plan, tuesdays, lotte):
    client.force_login(lotte)
    session = Session.objects.get(date=date(2025, 9, 23))
    with time_machine.travel("2025-09-10 12:00+02:00"):
        client.post(
            url("session_move", session.pk),
            {"scope": "this", "day": "24/9 2025", "start_time": "18.30", "end_time": "21", "venue_name": "Parken"},
        )

    session.refresh_from_db()
    assert (session.date, session.start_time, session.venue.name) == (date(2025, 9, 24), time(18, 30), "Parken")


def move(client, session, **fields):
    data = {"scope": "this", "day": "24/9 2025", "start_time": "18", "end_time": "21", "venue_name": "Kulturhuset"}
    with time_machine.travel("2025-09-10 12:00+02:00"):
        return client.post(url("session_move", session.pk), data | fields, follow=True)


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def test_session_move_names_the_new_time_and_is_taken_back_once(client, plan, tuesdays, lotte):
    client.force_login(lotte)
    session = Session.objects.get(date=date(2025, 9, 23))

    answer = move(client, session, start_time="19", end_time="22")

    assert told(answer) == ["Unge Cafeen er nu onsdag 24. september kl. 19.00–22.00."]
    (message,) = answer.context["messages"]
    undo = message.extra_tags.removeprefix("undo:")
    with time_machine.travel("2025-09-10 12:05+02:00"):
        assert told(client.post(undo, follow=True)) == ["Fortrudt."]
        session.refresh_from_db()
        assert (session.date, session.start_time, session.venue) == (date(2025, 9, 23), time(18), None)
        assert told(client.post(undo, follow=True)) == ["Det er for sent at fortryde. En anden har ændret det siden."]
    with time_machine.travel("2025-09-10 12:00+02:00"):
        other = Session.objects.get(date=date(2025, 9, 30))
        client.post(undo.replace(f"/{session.pk}/", f"/{other.pk}/"))
    other.refresh_from_db()
    assert other.date == date(2025, 9, 30)


def test_session_move_asks_once_about_a_place_that_another_activity_uses(client, plan, tuesdays, lotte):
    client.force_login(lotte)
    venue = create_venue(plan=plan, name="Kulturhuset")
    jobs = create_activity(plan=plan, name="Jobdating")
    for day, state in ((date(2025, 9, 24), "planned"), (date(2025, 9, 25), "cancelled")):
        logged = {} if state == "planned" else {"logged_at": "2025-09-01 12:00Z"}
        create_session(
            activity=jobs, date=day, venue=venue, state=state, start_time=time(20), end_time=time(22), **logged
        )
    session = Session.objects.get(date=date(2025, 9, 23))

    asked = move(client, session, start_time="18.15")
    session.refresh_from_db()

    text = "Kulturhuset er optaget af “Jobdating” på det tidspunkt."
    page = asked.content.decode()
    assert (asked.status_code, session.date) == (422, date(2025, 9, 23))
    assert text in page
    assert 'value="18.15"' in page
    assert "Flyt den alligevel" in page
    assert move(client, session, start_time="18", end_time="20").status_code == 200  # only what overlaps
    assert move(client, session, day="25/9 2025").status_code == 200  # called off
    assert move(client, session, seen=text).status_code == 200
    session.refresh_from_db()
    assert session.date == date(2025, 9, 24)


def test_session_move_says_which_shift_is_left_behind(client, plan, tuesdays, lotte):
    client.force_login(lotte)
    session = Session.objects.get(date=date(2025, 9, 23))
    create_shift(session=session, role="clean-up", start_time=time(21), end_time=time(22))
    create_shift(session=session, role="door")

    answer = move(client, session, start_time="15", end_time="17")

    assert told(answer)[1:] == ["Vagten “Oprydning” er stadig kl. 21.00–22.00. Se på den."]


def published(session):
    season = create_season(activity=session.activity, starts_on=date(2025, 8, 1), ends_on=date(2025, 12, 31))
    create_item(season=season, session=session, title="Film", state=ItemState.APPROVED)
    publish_programme(season=season, by=None)
    return season


def test_moving_a_published_evening_says_what_the_public_still_reads(client, plan, tuesdays, lotte):
    client.force_login(lotte)
    session = Session.objects.get(date=date(2025, 9, 23))
    season = published(session)

    answer = move(client, session)

    text = "Programmet viser stadig “Film” tirsdag 23. september kl. 18.00."
    link = f'<a href="{url("programme_publish", season.pk)}">Udgiv igen</a>'
    assert told(answer)[1:] == [f"{text} {link}"]
    with time_machine.travel("2025-09-10 12:00+02:00"):
        assert f"{text} {link}" in client.get(url("week")).content.decode()
        publish_programme(season=season, by=None)
        assert "Programmet viser stadig" not in client.get(url("week")).content.decode()


def test_calling_off_a_published_evening_says_what_the_public_still_reads(client, plan, tuesdays, lotte):
    client.force_login(lotte)
    session = Session.objects.get(date=date(2025, 9, 23))
    season = published(session)
    session.refresh_from_db()
    with time_machine.travel("2025-09-10 12:00+02:00"):
        answer = client.post(url("session_not_held", session.pk), {"version": session.version}, follow=True)
        assert told(answer)[1].startswith("Programmet viser stadig “Film” tirsdag 23. september kl. 18.00.")
        publish_programme(season=season, by=None)
        again = client.post(url("session_undo", session.pk), {"version": session.version + 1}, follow=True)

    assert told(again)[1].startswith("Programmet siger stadig, at “Film” tirsdag 23. september er aflyst.")


@pytest.mark.parametrize("number", [1, 12])
def test_what_the_public_reads_wrongly_takes_two_queries(tuesdays, plan, number, django_assert_num_queries):
    season = create_season(activity=tuesdays.activity, starts_on=date(2025, 8, 1), ends_on=date(2025, 12, 31))
    sessions = list(Session.objects.filter(activity=tuesdays.activity, date__gte=TODAY)[:number])
    for session in sessions:
        create_item(season=season, session=session, state=ItemState.APPROVED)
    publish_programme(season=season, by=None)
    Session.objects.filter(pk__in=[session.pk for session in sessions]).update(start_time=time(17))

    with django_assert_num_queries(2):
        lags = find_lags(plan=plan, today=TODAY)

    assert len(lags) == len(sessions)


@pytest.mark.parametrize(("field", "sentence"), [
    ("start_time", "Skriv, hvornår det begynder, fx 18.00."),
    ("end_time", "Skriv, hvornår det slutter, fx 21.00."),
])  # fmt: skip
@pytest.mark.parametrize("scope", ["this", "following", "all"])
def test_session_move_asks_for_the_time_of_a_series_evening(client, tuesdays, lotte, scope, field, sentence):
    client.force_login(lotte)
    session = Session.objects.get(date=date(2025, 9, 23))
    data = {"scope": scope, "day": "24-09-2025", "start_time": "18", "end_time": "21", "venue_name": "Parken"}
    with time_machine.travel("2025-09-10 12:00+02:00"):
        page = client.post(url("session_move", session.pk), data | {field: ""})

    assert (page.status_code, page.context["form"].errors) == (422, {field: [sentence]})
    assert 'value="Parken"' in page.content.decode()
    session.refresh_from_db()
    assert (session.date, session.start_time) == (date(2025, 9, 23), time(18))


def test_session_move_of_an_evening_without_times_needs_none(client, plan, lotte):
    client.force_login(lotte)
    session = create_session(activity=create_activity(plan=plan), date=date(2025, 9, 23))
    data = {"scope": "this", "day": "24-09-2025", "start_time": "", "end_time": "", "venue_name": ""}
    with time_machine.travel("2025-09-10 12:00+02:00"):
        half = client.post(url("session_move", session.pk), data | {"end_time": "21"})
        client.post(url("session_move", session.pk), data)

    assert half.context["form"].errors == {"start_time": ["Skriv, hvornår det begynder, fx 18.00."]}
    session.refresh_from_db()
    assert (session.date, session.start_time) == (date(2025, 9, 24), None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"end_time": "17"}, "end_time"),
        ({"from_on": "1-1-2031"}, "from_on"),
        ({"ends_on": "1-1-2025"}, "ends_on"),
        ({"venue_name": "Ring 010203-1234"}, "venue_name"),
    ],
)
def test_schedule_create_says_what_is_wrong(client, plan, lotte, fields, field):
    client.force_login(lotte)
    activity = create_activity(plan=plan)
    data = {
        "weekdays": ["1"], "interval": "1", "start_time": "18", "end_time": "21", "from_on": "10-09-2025",
        "ends_on": "", "venue_name": "", **fields,
    }  # fmt: skip
    with time_machine.travel("2025-09-10 12:00+02:00"):
        page = client.post(url("schedule_create", activity.pk), data)

    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert Schedule.objects.count() == 0


def test_schedule_end_asks_and_ends(client, plan, tuesdays, lotte):
    client.force_login(lotte)
    with time_machine.travel("2025-09-10 12:00+02:00"):
        assert client.get(url("schedule_end", tuesdays.pk)).context["sessions"] == 12
        client.post(url("schedule_end", tuesdays.pk))

    tuesdays.refresh_from_db()
    assert (tuesdays.ends_on, coming(tuesdays.activity)) == (TODAY, [])
