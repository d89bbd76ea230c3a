"""What is waiting from all weeks, and Friday's page when the week is not over or not the oldest."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from activities.models import Activity, Session
from tests.factories import create_activity, create_held_session, create_member, create_plan, create_session

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def tuesday_evening():
    with time_machine.travel("2026-11-24 21:30+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def lotte(client, plan):
    lotte = create_member(plan=plan, name="Lotte Madsen")
    client.force_login(lotte)
    return lotte


@pytest.fixture
def cafe(plan, lotte):
    return create_activity(plan=plan, name="Unge Cafeen", owner=lotte)


def url(name, *args):
    return reverse(f"activities:{name}", args=["herredsvang", *args])


def row_data(session, heads):
    return {f"s{session.pk}-version": session.version, f"s{session.pk}-heads_total": heads}


def dates(page):
    return [row["session"].date for row in page.context["rows"]]


def test_more_are_waiting_leads_to_all_of_them(client, cafe):
    for weeks in range(1, 9):
        create_session(activity=cafe, date=TUESDAY - timedelta(weeks=weeks))

    week = client.get(url("week")).content.decode()
    page = client.get(url("waiting"))

    assert f'href="{url("waiting")}">3 mere venter' in week.replace("\n", "")
    assert dates(page) == [TUESDAY - timedelta(weeks=weeks) for weeks in range(1, 9)]


def test_waiting_is_of_ones_own_until_the_whole_team_is_asked_for(client, plan, cafe):
    create_session(activity=cafe, date=date(2026, 11, 17))
    create_session(activity=create_activity(plan=plan, owner=create_member(plan=plan)), date=date(2026, 11, 18))

    assert dates(client.get(url("waiting"))) == [date(2026, 11, 17)]
    everybody = client.get(url("waiting") + "?vis=alle")
    assert dates(everybody) == [date(2026, 11, 18), date(2026, 11, 17)]
    assert everybody.context["here"] == url("waiting") + "?vis=alle"


def test_locked_evenings_and_those_to_come_do_not_wait(client, plan, cafe):
    plan.figures_locked_until = date(2026, 9, 30)
    plan.save()
    for day in (date(2026, 9, 30), date(2026, 10, 1), TUESDAY, date(2026, 11, 25)):
        create_session(activity=cafe, date=day)

    assert dates(client.get(url("waiting"))) == [date(2026, 10, 1)]


def test_a_saved_row_leads_back_to_what_is_waiting(client, cafe):
    session = create_session(activity=cafe, date=date(2026, 11, 3))
    here = url("waiting") + "?vis=alle"

    answer = client.post(url("friday_row", session.pk), row_data(session, "19") | {"next": here})

    session.refresh_from_db()
    assert (answer.url, session.heads_total) == (here, 19)


def test_a_refused_row_comes_back_on_the_same_page(client, cafe):
    session = create_session(activity=cafe, date=date(2026, 11, 3))
    create_session(activity=cafe, date=date(2026, 10, 27))

    page = client.post(url("friday_row", session.pk), row_data(session, "20-25") | {"next": url("waiting")})

    assert page.templates[0].name == "activities/waiting.html"
    assert [row["form"]["heads_total"].value() for row in page.context["rows"]] == ["20-25", None]


def test_nobody_is_led_out_of_the_plan(client, cafe):
    session = create_session(activity=cafe, date=date(2026, 11, 23))

    answer = client.post(url("friday_row", session.pk), row_data(session, "1") | {"next": "https://evil.example/"})

    assert answer.url == url("week")


def test_waiting_shows_forty_and_says_how_many_there_are(client, cafe):
    for days in range(1, 46):
        create_session(activity=cafe, date=TUESDAY - timedelta(days=days))

    page = client.get(url("waiting"))

    assert len(dates(page)) == 40
    assert "45 gange er ikke registreret." in page.content.decode()
    assert "Her er de 40 nyeste." in page.content.decode()


def test_nothing_waiting_is_good_news(client, cafe):
    assert "til og med i går er registreret" in client.get(url("waiting")).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_waiting_takes_constant_queries(client, plan, lotte, rows, django_assert_max_num_queries):
    for number in range(rows):
        activity = create_activity(plan=plan, name=f"Aktivitet nr. {number}", owner=lotte)
        create_session(activity=activity, date=date(2026, 11, 16))

    with django_assert_max_num_queries(8):
        client.get(url("waiting"))


def test_friday_wishes_a_good_weekend_only_when_nothing_is_left(client, cafe):
    create_held_session(activity=cafe, date=date(2026, 11, 23))
    assert "God weekend" in client.get(url("friday")).content.decode()

    create_session(activity=cafe, date=date(2026, 11, 27))
    ahead = client.get(url("friday")).content.decode()
    assert "God weekend" not in ahead
    assert "Én gang i ugen ligger stadig foran jer." in ahead


def test_friday_points_at_older_evenings(client, cafe):
    create_held_session(activity=cafe, date=date(2026, 11, 23))
    create_session(activity=cafe, date=date(2026, 11, 3))

    page = client.get(url("friday")).content.decode()

    assert "God weekend" not in page
    assert f'href="{url("waiting")}"' in page


def test_friday_keeps_the_whole_team_in_its_rows(client, plan, cafe):
    create_session(activity=create_activity(plan=plan), date=date(2026, 11, 23))

    page = client.get(url("friday") + "?vis=alle&uge=2026-W48")

    assert page.context["here"] == url("friday") + "?uge=2026-W48&vis=alle"


def unplanned(client, **fields):
    data = {"activity": "ny", "new_name": "Sommerfest", "day": "21-11-2026", "heads_total": "12"} | fields
    client.post(url("session_unplanned"), data)
    return Session.objects.get(date=date(2026, 11, 21))


def test_undo_takes_back_the_activity_that_was_made_with_it(client, plan, cafe):
    session = unplanned(client, focus_area=cafe.focus_area_id)
    assert session.activity.name == "Sommerfest"

    client.post(url("session_undo", session.pk), {"version": session.version})

    assert list(Activity.objects.filter(plan=plan)) == [cafe]


def test_undo_leaves_an_activity_that_is_in_use(client, plan, cafe):
    session = unplanned(client, focus_area=cafe.focus_area_id)
    other = create_session(activity=session.activity, date=date(2026, 11, 20))

    client.post(url("session_undo", session.pk), {"version": session.version})

    assert list(Session.objects.all()) == [other]


def test_undo_leaves_an_activity_that_was_there_before(client, plan, cafe):
    session = unplanned(client, new_name="", activity=cafe.pk)

    client.post(url("session_undo", session.pk), {"version": session.version})

    assert list(Activity.objects.filter(plan=plan)) == [cafe]
    assert not Session.objects.exists()


def shown(page):
    """What a fragment or a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_an_evening_where_nobody_came_shows_0(client, cafe):
    create_held_session(activity=cafe, heads=0, date=TUESDAY)
    create_held_session(activity=cafe, heads=0, date=date(2026, 11, 23))

    assert [text.count('<span class="num">0</span>') for text in (
        client.get(url("week")).content.decode(), client.get(url("friday")).content.decode()
    )] == [2, 2]  # fmt: skip


def test_a_row_keeps_its_whole_date_whatever_happens_to_it(client, cafe):
    session = create_session(activity=cafe, date=date(2024, 10, 22))
    htmx = {"HX-Request": "true"}
    here = {"next": url("waiting")}

    refused = client.post(url("friday_row", session.pk), row_data(session, "20-25") | here, headers=htmx)
    saved = client.post(url("friday_row", session.pk), row_data(session, "20") | here, headers=htmx)
    session.refresh_from_db()
    tap = {"place": "friday", "version": session.version} | here
    undone = client.post(url("session_undo", session.pk), tap, headers=htmx)

    answers = (refused, saved, undone)
    assert [page.status_code for page in answers] == [422, 200, 200]
    assert ["tirsdag 22. oktober 2024" in shown(page) for page in answers] == [True, True, True]


def test_the_number_that_waits_counts_down_with_the_rows(client, plan, cafe):
    older = [create_session(activity=cafe, date=TUESDAY - timedelta(weeks=weeks)) for weeks in range(1, 4)]
    create_session(activity=create_activity(plan=plan), date=date(2026, 11, 18))
    htmx = {"HX-Request": "true"}
    here = {"next": url("waiting")}
    assert "3 gange er ikke registreret." in shown(client.get(url("waiting")))

    saved = client.post(url("friday_row", older[0].pk), row_data(older[0], "20") | here, headers=htmx)
    tap = {"place": "friday", "version": older[1].version} | here
    off = client.post(url("session_not_held", older[1].pk), tap, headers=htmx)
    everybody = {"next": url("waiting") + "?vis=alle"}
    last = client.post(url("friday_row", older[2].pk), row_data(older[2], "20") | everybody, headers=htmx)

    said = [
        re.search(r'<span id="rows-left" hx-swap-oob="true">([^<]*)<', p.content.decode()) for p in (saved, off, last)
    ]
    assert [found[1] for found in said] == [
        "2 gange er ikke registreret.", "Én gang er ikke registreret.", "Én gang er ikke registreret."
    ]  # fmt: skip


def test_friday_counts_down_too(client, cafe):
    monday = create_session(activity=cafe, date=date(2026, 11, 23))
    tuesday = create_session(activity=cafe, date=TUESDAY)
    create_session(activity=cafe, date=date(2026, 11, 26))
    htmx = {"HX-Request": "true"}
    assert '<span id="rows-left">2 gange mangler.' in client.get(url("friday")).content.decode()

    saved = client.post(url("friday_row", monday.pk), row_data(monday, "20"), headers=htmx)
    last = client.post(url("friday_row", tuesday.pk), row_data(tuesday, "20"), headers=htmx)

    assert '<span id="rows-left" hx-swap-oob="true">Én gang mangler.</span>' in saved.content.decode()
    assert '<span id="rows-left" hx-swap-oob="true">Alt er registreret. Tak.</span>' in last.content.decode()
