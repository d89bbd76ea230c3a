"""A volunteer's own calendar, read by a second parser."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
import vobject
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from activities.calendar_feed import close_feed, feed_token, find_feed, open_feed
from activities.models import CalendarFeed, RemovedShift, Session, SessionState
from activities.schedule import close_days
from activities.series import move_session
from activities.shifts import give_up, keep_removed, undo_giving_up
from tests.factories import (
    create_activity,
    create_plan,
    create_schedule,
    create_session,
    create_shift,
    create_signup,
    create_venue,
    create_volunteer,
)

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def tuesday_noon():
    with time_machine.travel("2026-11-24 12:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def cafe(plan):
    return create_activity(plan=plan, name="Unge Cafeen")


@pytest.fixture
def yasmin(plan):
    return create_volunteer(plan=plan)


@pytest.fixture
def address(plan, yasmin):
    feed = open_feed(plan=plan, user=yasmin, now=timezone.now())
    return reverse("activities:shift_feed", args=["herredsvang", feed_token(feed)])


def shift_on(activity, day, role="door", start=time(18), end=time(21), **fields):
    session = create_session(activity=activity, date=day, start_time=start, end_time=end, **fields)
    return create_shift(session=session, role=role)


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return vobject.readOne(response.content.decode())


def events(calendar):
    return list(calendar.contents.get("vevent", []))


def test_the_feed_holds_own_shifts_at_danish_wall_clock_time(client, plan, cafe, yasmin, address):
    venue = create_venue(plan=plan, name="Kulturhuset, Gellerup; blok 4")
    signup = create_signup(shift=shift_on(cafe, TUESDAY, venue=venue, theme="hemmeligt tema"), user=yasmin)
    create_signup(shift=shift_on(cafe, date(2027, 3, 30)), user=yasmin)
    create_signup(shift=shift_on(cafe, TUESDAY + timedelta(days=7)), user=create_volunteer(plan=plan, name="Samir"))

    calendar = read(client, address)
    winter, summer = events(calendar)

    assert winter.summary.value == "Dør, Unge Cafeen"
    assert winter.location.value == "Kulturhuset, Gellerup; blok 4"
    assert winter.uid.value == f"{signup.uid}@vagter"
    assert winter.status.value == "CONFIRMED"
    assert winter.dtstart.value.isoformat() == "2026-11-24T18:00:00+01:00"
    assert winter.dtend.value.isoformat() == "2026-11-24T21:00:00+01:00"
    assert summer.dtstart.value.isoformat() == "2027-03-30T18:00:00+02:00"
    assert calendar.vtimezone.tzid.value == "Europe/Copenhagen"
    assert calendar.contents["x-wr-calname"][0].value == "Mine vagter i Herredsvang"
    text = client.get(address).content.decode()
    assert ("hemmeligt" in text, "Samir" in text) == (False, False)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize(("start", "end"), [(time(0, 30), time(4)), (time(20), time(3, 30)), (time(12), time(14))])
def test_both_clock_changes_are_read_as_the_zone_says(client, cafe, yasmin, address, day, start, end):
    with time_machine.travel(datetime.combine(day, time(12)), tick=False):
        for when in (day - timedelta(days=1), day):
            create_signup(shift=shift_on(cafe, when, start=start, end=end), user=yasmin)
        found = [(event.dtstart.value, event.dtend.value) for event in events(read(client, address))]

    for when, (begins, ends) in zip((day - timedelta(days=1), day), found, strict=True):
        last = when + timedelta(days=int(end <= start))
        assert begins == timezone.make_aware(datetime.combine(when, start))
        assert ends == timezone.make_aware(datetime.combine(last, end))


def test_an_evening_without_times_lasts_the_day(client, cafe, yasmin, address):
    create_signup(shift=shift_on(cafe, TUESDAY, start=None, end=None), user=yasmin)

    (event,) = events(read(client, address))

    assert (event.dtstart.value, event.dtend.value) == (TUESDAY, TUESDAY + timedelta(days=1))


def test_what_is_off_is_cancelled_under_its_own_id(client, plan, cafe, yasmin, address):
    create_schedule(activity=cafe, starts_on=date(2026, 11, 3))
    given_up = create_signup(shift=shift_on(cafe, TUESDAY), user=yasmin, withdrawn_at=timezone.now())
    cancelled = create_signup(shift=shift_on(cafe, TUESDAY + timedelta(days=1)), user=yasmin)
    type(cancelled.shift.session).objects.filter(pk=cancelled.shift.session_id).update(
        state=SessionState.CANCELLED, logged_at=timezone.now()
    )
    not_needed = create_signup(shift=shift_on(cafe, TUESDAY + timedelta(days=2)), user=yasmin)
    type(not_needed.shift).objects.filter(pk=not_needed.shift_id).update(is_off=True)
    removed = create_signup(shift=shift_on(cafe, TUESDAY + timedelta(days=3), schedule=cafe.schedules.get()),
                            user=yasmin)  # fmt: skip
    before = {event.uid.value: event.dtstart.value for event in events(read(client, address))}

    close_days(plan=plan, name="Ferie", starts_on=TUESDAY + timedelta(days=3), ends_on=TUESDAY + timedelta(days=3),
               today=TUESDAY)  # fmt: skip

    after = events(read(client, address))
    assert {event.uid.value: event.dtstart.value for event in after} == before
    assert {event.uid.value for event in after} == {
        f"{signup.uid}@vagter" for signup in (given_up, cancelled, not_needed, removed)
    }
    assert {(event.status.value, event.sequence.value) for event in after} == {("CANCELLED", "1")}


def test_a_moved_evening_keeps_its_id(client, cafe, yasmin, address):
    shift = shift_on(cafe, TUESDAY)
    create_signup(shift=shift, user=yasmin)
    (before,) = events(read(client, address))
    type(shift.session).objects.update(date=TUESDAY + timedelta(days=2))

    (after,) = events(read(client, address))

    assert after.uid.value == before.uid.value
    assert after.dtstart.value - before.dtstart.value == timedelta(days=2)


def test_sequence_rises_with_every_change_and_never_falls(client, plan, cafe, yasmin, address):
    shift = shift_on(cafe, TUESDAY)
    signup = create_signup(shift=shift, user=yasmin)

    def sequence():
        (event,) = events(read(client, address))
        return int(event.sequence.value), event.status.value

    seen = [sequence(), sequence()]
    for day, start in ((TUESDAY + timedelta(days=2), time(18)), (TUESDAY + timedelta(days=2), time(19))):
        move_session(
            session=Session.objects.get(pk=shift.session_id), day=day, start_time=start, end_time=time(21), venue=None,
            by=yasmin, today=TUESDAY,
        )  # fmt: skip
        seen.append(sequence())
    give_up(signup=signup, now=timezone.now())
    seen.append(sequence())
    assert undo_giving_up(signup=signup, now=timezone.now())
    seen.append(sequence())

    assert seen == [(0, "CONFIRMED"), (0, "CONFIRMED"), (1, "CONFIRMED"), (2, "CONFIRMED"), (3, "CANCELLED"),
                    (4, "CONFIRMED")]  # fmt: skip
    keep_removed([shift.session_id])
    assert RemovedShift.objects.get().sequence == 5


def test_only_the_last_three_months_are_told(client, cafe, yasmin, address):
    for days in (90, 91):
        create_signup(shift=shift_on(cafe, TUESDAY - timedelta(days=days)), user=yasmin)

    assert len(events(read(client, address))) == 1


def test_only_the_hash_of_the_secret_is_stored(plan, yasmin, address):
    token = address.rpartition("/")[2].removesuffix(".ics")

    feed = CalendarFeed.objects.get()
    assert len(token) == 43
    assert token not in feed.token_hash
    assert find_feed(plan=plan, token=token) == feed
    assert find_feed(plan=create_plan(), token=token) is None


def test_a_new_address_closes_the_old_one(client, plan, yasmin, address):
    with time_machine.travel("2026-11-24 12:00:01+01:00", tick=False):
        feed = open_feed(plan=plan, user=yasmin, now=timezone.now())

    assert client.get(address).status_code == 404
    assert client.get(reverse("activities:shift_feed", args=["herredsvang", feed_token(feed)])).status_code == 200
    assert (close_feed(plan=plan, user=yasmin), close_feed(plan=plan, user=yasmin)) == (True, False)


def test_who_leaves_the_plan_takes_the_calendar_along(client, yasmin, address):
    Membership.objects.filter(user=yasmin).delete()

    assert client.get(address).status_code == 404


def test_an_unchanged_calendar_is_not_sent_again(client, cafe, yasmin, address):
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304

    create_signup(shift=shift_on(cafe, TUESDAY), user=yasmin)
    fresh = client.get(address, headers={"if-none-match": tag})
    assert (fresh.status_code, "sessionid" in fresh.cookies) == (200, False)


def test_a_volunteer_makes_sees_renews_and_closes_the_address(client, yasmin):
    client.force_login(yasmin)
    own, change = (reverse(f"activities:{name}", args=["herredsvang"]) for name in ("volunteer_own", "calendar_change"))
    assert "Lav min adresse" in client.get(own).content.decode()

    client.post(change)
    shown = [client.get(own).context["feed_url"] for _ in range(2)]
    assert shown[0] == shown[1]
    assert client.get(shown[0].removeprefix("http://testserver")).status_code == 200

    client.post(change, {"close": "1"})
    assert client.get(shown[0].removeprefix("http://testserver")).status_code == 404
    assert client.get(own).context["feed_url"] == ""


@pytest.mark.parametrize("shifts", [1, 30])
def test_the_feed_takes_the_same_few_queries(client, cafe, yasmin, address, shifts, django_assert_num_queries):
    for number in range(shifts):
        create_signup(shift=shift_on(cafe, TUESDAY + timedelta(days=number)), user=yasmin)

    with django_assert_num_queries(5 + 1):  # the first time the changes are numbered
        client.get(address)
    with django_assert_num_queries(5):  # plan, feed, membership, shifts, removed shifts
        client.get(address)
