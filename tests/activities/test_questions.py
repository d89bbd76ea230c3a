"""What looks like a slip is asked about before it is saved, once, and everything typed is kept."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from activities.models import SessionState
from activities.usual import Usual, usual_range
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_session,
    create_venue,
)

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)
QUESTION = "Det plejer at være 20–35. Passer 350?"


@pytest.fixture(autouse=True)
def tuesday_evening():
    with time_machine.travel("2026-11-24 21:30+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang")


@pytest.fixture
def lotte(plan, client):
    lotte = create_member(plan=plan, name="Lotte Madsen")
    client.force_login(lotte)
    return lotte


@pytest.fixture
def cafe(plan, lotte):
    """Usually 20 to 35 come."""
    cafe = create_activity(plan=plan, name="Unge Cafeen", owner=lotte)
    for weeks, heads in enumerate([20, 20, 20, 28, 35, 35, 35], start=1):
        create_held_session(activity=cafe, heads=heads, date=TUESDAY - timedelta(weeks=weeks))
    return cafe


@pytest.fixture
def tonight(cafe):
    return create_session(activity=cafe, date=TUESDAY)


def url(name, *args):
    return reverse(f"activities:{name}", args=["herredsvang", *args])


def typed(session, **fields):
    return {"version": session.version, "state": "held", "heads_total": "350", "note": "Fuldt hus", **fields}


def stored(session):
    session.refresh_from_db()
    return session.state, session.heads_total


# -- a head count far above the usual ----------------------------------------------------------------------------------


def test_session_log_asks_before_it_saves_a_count_far_above_the_usual(client, tonight):
    page = client.post(url("session_log", tonight.pk), typed(tonight))

    assert (page.status_code, page.context["form"].errors, stored(tonight)) == (422, {}, (SessionState.PLANNED, None))
    text = page.content.decode()
    assert QUESTION in text
    assert ('value="350"' in text, 'value="Fuldt hus"' in text, ">Ja, gem<" in text) == (True, True, True)
    assert '<input type="hidden" name="heads_total-sure" value="350">' in text


def test_session_log_saves_when_the_same_is_sent_again(client, tonight):
    page = client.post(url("session_log", tonight.pk), typed(tonight, **{"heads_total-sure": "350"}), follow=True)

    assert stored(tonight) == (SessionState.HELD, 350)
    assert "Unge Cafeen: 350. Tak." in page.content.decode()


def test_session_log_asks_anew_about_another_odd_number_and_not_about_a_right_one(client, tonight):
    page = client.post(url("session_log", tonight.pk), typed(tonight, heads_total="400", **{"heads_total-sure": "350"}))
    assert (page.status_code, stored(tonight)[1]) == (422, None)
    assert "Passer 400?" in page.content.decode()

    client.post(url("session_log", tonight.pk), typed(tonight, heads_total="35", **{"heads_total-sure": "350"}))
    assert stored(tonight)[1] == 35


def test_session_log_does_not_ask_again_about_what_is_stored(client, cafe):
    party = create_held_session(activity=cafe, heads=350, date=TUESDAY)

    client.post(url("session_log", party.pk), typed(party, note="Sommerfest"))

    party.refresh_from_db()
    assert (party.heads_total, party.note) == (350, "Sommerfest")


@pytest.mark.parametrize(
    ("fields", "state"),
    [({"heads_total": "115"}, SessionState.HELD), ({"state": "cancelled"}, SessionState.CANCELLED)],
)
def test_session_log_does_not_ask_without_a_reason(client, tonight, fields, state):
    client.post(url("session_log", tonight.pk), typed(tonight, **fields))

    assert stored(tonight)[0] == state


def test_session_log_says_a_mistake_before_it_asks(client, tonight):
    page = client.post(url("session_log", tonight.pk), typed(tonight, volunteer_turns="to"))

    assert (list(page.context["form"].errors), page.context["form"].questions) == (["volunteer_turns"], {})


def test_session_log_of_a_new_activity_does_not_ask(client, plan, lotte):
    session = create_session(activity=create_activity(plan=plan), date=TUESDAY)

    client.post(url("session_log", session.pk), typed(session))

    assert stored(session) == (SessionState.HELD, 350)


def test_friday_row_asks_in_its_own_row(client, tonight):
    data = {f"s{tonight.pk}-version": 0, f"s{tonight.pk}-heads_total": "350", f"s{tonight.pk}-volunteer_turns": "2"}

    asked = client.post(url("friday_row", tonight.pk), data)
    row = client.post(url("friday_row", tonight.pk), data, headers={"HX-Request": "true"})
    assert (QUESTION in asked.content.decode(), QUESTION in row.content.decode(), row.status_code) == (True, True, 422)
    assert ('value="350"' in row.content.decode(), stored(tonight)[1]) == (True, None)

    client.post(url("friday_row", tonight.pk), data | {f"s{tonight.pk}-heads_total-sure": "350"})
    assert stored(tonight) == (SessionState.HELD, 350)


def test_session_unplanned_asks_about_an_activity_that_is_known(client, cafe):
    data = {"activity": cafe.pk, "day": "24-11-2026", "heads_total": "350", "note": "Sommerfest"}

    page = client.post(url("session_unplanned"), data)
    assert (page.status_code, QUESTION in page.content.decode()) == (422, True)
    assert 'value="Sommerfest"' in page.content.decode()

    client.post(url("session_unplanned"), data | {"heads_total-sure": "350"})
    assert cafe.sessions.get(date=TUESDAY).heads_total == 350


@pytest.mark.parametrize(("heads", "zero"), [([5, 5, 5, 6, 8], True), ([2, 3, 3, 4, 9], False)])
def test_nobody_at_all_is_asked_about_where_many_usually_come(heads, zero):
    usual = usual_range(heads)

    assert (usual.is_zero_odd, usual.is_odd(0), usual.is_odd(1)) == (zero, zero, False)


def test_session_log_asks_about_nobody_at_all_and_takes_the_answer(client, tonight):
    page = client.post(url("session_log", tonight.pk), typed(tonight, heads_total="0"))
    assert (page.status_code, stored(tonight)) == (422, (SessionState.PLANNED, None))
    assert "Det plejer at være 20–35. Passer 0?" in page.content.decode()
    assert "data-ask-zero" in page.content.decode()

    client.post(url("session_log", tonight.pk), typed(tonight, heads_total="0", **{"heads_total-sure": "0"}))
    assert stored(tonight) == (SessionState.HELD, 0)


# -- a line about one person -------------------------------------------------------------------------------------------

PERSON = "Det ligner noget om ét menneske."


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"note": "Ali ryger hash"}, "note"), ({"state": "cancelled", "reason": "Lotte blev truet af Ali"}, "reason")],
)
def test_session_log_asks_about_a_line_about_one_person_and_saves_it_all_the_same(client, tonight, fields, name):
    data = typed(tonight, heads_total="30", **fields)

    page = client.post(url("session_log", tonight.pk), data)
    text = page.content.decode()
    assert (page.status_code, PERSON in text, ">Gem alligevel<" in text) == (422, True, True)
    assert (fields[name] in text, stored(tonight)[0]) == (True, SessionState.PLANNED)

    client.post(url("session_log", tonight.pk), data | {f"{name}-sure": fields[name]})
    tonight.refresh_from_db()
    assert getattr(tonight, name) == fields[name]


def test_session_log_asks_both_questions_at_once(client, tonight):
    page = client.post(url("session_log", tonight.pk), typed(tonight, note="Alis mobil er 22 33 44 55"))
    assert list(page.context["form"].questions) == ["heads_total", "note"]
    assert "Det ligner et telefonnummer." in page.content.decode()

    answers = {"heads_total-sure": "350", "note-sure": "Alis mobil er 22 33 44 55"}
    again = client.post(url("session_log", tonight.pk), typed(tonight, note="Bilal ryger hash", **answers))
    assert ([q.is_answered for q in again.context["form"].questions.values()], stored(tonight)[1]) == (
        [True, False],
        None,
    )

    client.post(url("session_log", tonight.pk), typed(tonight, note="Fuldt hus", **answers))
    assert stored(tonight)[1] == 350


def test_session_log_knows_the_plans_own_names(client, plan, tonight):
    note = "Jobsted blev truet"
    assert client.post(url("session_log", tonight.pk), typed(tonight, heads_total="30", note=note)).status_code == 422

    create_venue(plan=plan, name="Jobsted Vest")
    client.post(url("session_log", tonight.pk), typed(tonight, heads_total="30", note=note))
    assert stored(tonight)[1] == 30


def test_session_log_does_not_ask_again_about_a_line_that_is_stored(client, cafe):
    party = create_held_session(activity=cafe, heads=30, date=TUESDAY, note="Ali ryger hash")

    client.post(url("session_log", party.pk), typed(party, heads_total="31", note="Ali ryger hash"))

    assert stored(party)[1] == 31


def test_session_unplanned_asks_about_a_line_about_one_person(client, cafe):
    data = {"activity": cafe.pk, "day": "24-11-2026", "heads_total": "30", "note": "Ali ryger hash"}

    assert PERSON in client.post(url("session_unplanned"), data).content.decode()
    client.post(url("session_unplanned"), data | {"note-sure": "Ali ryger hash"})
    assert cafe.sessions.get(date=TUESDAY).note == "Ali ryger hash"


@pytest.mark.parametrize(("low", "high", "span"), [(20, 35, "20–35"), (38, 38, "38")])
def test_usual_span(low, high, span):
    assert Usual(low, high, low, 7).span == span
