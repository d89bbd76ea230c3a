"""Pages with people ask again after a quarter of an hour without a touch."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from activities.models import CountingMode, Session
from tests.factories import create_activity, create_member, create_participant, create_plan, create_session

pytestmark = pytest.mark.django_db
PASSWORD = "hemmelig-kode-123"


@pytest.fixture
def door(time_machine):
    time_machine.move_to("2025-01-07 18:00+01:00", tick=False)
    plan = create_plan(slug="egen")
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_session(activity=activity)
    person = create_participant(plan=plan, alias="Amina")
    client = Client()
    client.force_login(create_member(plan=plan, name="Sara Holm", password=PASSWORD))
    return client, session, person, reverse("residents:attendance_record", args=["egen", session.pk])


def test_no_question_within_a_quarter_of_an_hour(door, time_machine):
    client, _session, _person, url = door

    for _ in range(3):
        time_machine.shift(timedelta(minutes=14))
        assert "Amina" in client.get(url).content.decode()


def test_after_a_quarter_the_password_is_asked_and_the_page_comes_back(door, time_machine):
    client, _session, _person, url = door
    time_machine.shift(timedelta(minutes=15, seconds=1))

    asked = client.get(url)
    assert "Er det stadig dig, Sara?" in asked.content.decode()
    assert "Amina" not in asked.content.decode()

    wrong = client.post(url, {"again_reading": "1", "again_password": "forkert"})
    assert wrong.status_code == 422
    assert "Amina" not in wrong.content.decode()

    right = client.post(url, {"again_reading": "1", "again_password": PASSWORD})
    assert (right.status_code, right.headers["Location"]) == (302, url)
    assert "Amina" in client.get(url).content.decode()


def test_what_was_typed_is_saved_with_the_password(door, time_machine):
    client, session, person, url = door
    client.get(url)
    time_machine.shift(timedelta(minutes=20))
    typed = {"state": "held", "present": [person.pk], "unnamed": "2", "initial-unnamed": "", "save": "1"}

    asked = client.post(url, typed)
    page = asked.content.decode()
    assert f'<input type="hidden" name="present" value="{person.pk}">' in page
    assert '<input type="hidden" name="unnamed" value="2">' in page
    assert Session.objects.get(pk=session.pk).state == "planned"

    client.post(url, typed | {"again_password": PASSWORD})
    stored = Session.objects.get(pk=session.pk)
    assert (stored.known_heads, stored.heads_total) == (1, 3)


def test_a_tap_on_an_idle_list_leads_to_the_question(door, time_machine):
    client, session, person, url = door
    time_machine.shift(timedelta(minutes=20))

    response = client.post(
        reverse("residents:attendance_tick", args=["egen", session.pk, person.pk]),
        {"present": [person.pk]},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}"},
    )

    assert response.headers["HX-Redirect"] == url
    assert Session.objects.get(pk=session.pk).state == "planned"


def test_the_list_asks_in_place_and_is_not_left(door, time_machine):
    client, session, person, url = door
    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}"}
    tick = reverse("residents:attendance_tick", args=["egen", session.pk, person.pk])
    time_machine.shift(timedelta(minutes=20))
    assert client.post(tick, {"present": [person.pk]}, headers=htmx).headers["Asks-Password"] == "yes"

    wrong = client.post(url, {"again_reading": "1", "again_password": "forkert"}, headers=htmx)
    assert (wrong.status_code, wrong.content.decode()) == (422, "Adgangskoden passer ikke. Prøv igen.")
    right = client.post(url, {"again_reading": "1", "again_password": PASSWORD}, headers=htmx)
    assert (right.status_code, right.content) == (204, b"")

    assert "Asks-Password" not in client.post(tick, {"present": [person.pk]}, headers=htmx).headers
    quicker = client.post(url, {"again_reading": "1", "again_password": PASSWORD}, headers=htmx)
    assert quicker.status_code == 204
    assert Session.objects.get(pk=session.pk).known_heads == 1


def test_a_colleague_s_password_opens_nothing(door, time_machine):
    client, session, _person, url = door
    create_member(plan=session.plan, name="Lotte", password="en-helt-anden-kode")
    time_machine.shift(timedelta(minutes=20))

    assert client.post(url, {"again_reading": "1", "again_password": "en-helt-anden-kode"}).status_code == 422


def test_guessing_is_limited(door, time_machine):
    client, _session, _person, url = door
    time_machine.shift(timedelta(minutes=20))
    for _ in range(5):
        client.post(url, {"again_reading": "1", "again_password": "forkert"})

    assert client.post(url, {"again_reading": "1", "again_password": PASSWORD}).status_code == 422


def test_pages_without_people_do_not_ask(door, time_machine):
    client, _session, _person, _url = door
    time_machine.shift(timedelta(hours=2))

    assert client.get("/egen/bekymring/").status_code == 200
    assert "Er det stadig dig" not in client.get("/egen/uge/").content.decode()
