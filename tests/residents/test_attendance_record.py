"""The tick list as a page: on a phone, without a script, with two people at it."""

import json
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from activities.models import CountingMode, Session
from residents.models import Attendance, Participant, ParticipantRead
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_session,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/her/"}


class Door:
    """Tonight at the door of the homework café."""

    def __init__(self, *, days_ago=0, **session_fields):
        self.today = timezone.localdate()
        self.plan = create_plan(slug="egen", starts_on=self.today - timedelta(days=600), ends_on=date(2031, 6, 30))
        self.activity = create_activity(
            plan=self.plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS, area=2
        )
        self.session = create_session(
            activity=self.activity, date=self.today - timedelta(days=days_ago), **session_fields
        )
        self.staff = create_member(plan=self.plan, name="Sara Holm", password="hemmelig-kode-123")
        self.client = self.signed_in(self.staff)

    @staticmethod
    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    def person(self, alias, *, times=0, birth_year=2012):
        """Somebody who came `times` times in the last weeks."""
        person = create_participant(plan=self.plan, alias=alias, birth_year=birth_year)
        for week in range(1, times + 1):
            day = self.session.date - timedelta(weeks=week)
            session = Session.objects.filter(activity=self.activity, date=day).first() or create_held_session(
                activity=self.activity, date=day, heads=None
            )
            create_attendance(session=session, participant=person)
        return person

    def url(self, name="attendance_record", *more):
        return reverse(f"residents:{name}", args=["egen", self.session.pk, *more])

    def get(self, query=""):
        return self.client.get(self.url() + query)

    def save(self, present=(), shown=(), client=None, **fields):
        data = {
            "state": "held",
            "present": [person.pk for person in present],
            "shown": [person.pk for person in shown],
            "unnamed": "",
            "initial-unnamed": "",
            "volunteer_turns": "",
            "initial-volunteer_turns": "",
            "note": "",
            "initial-note": "",
            "theme": "",
            "initial-theme": "",
            "reason": "",
            "initial-reason": "",
            "save": "1",
        } | fields
        return (client or self.client).post(self.url(), data)

    def tap(self, person, *, on=True, **headers):
        data = {"present": [person.pk]} if on else {}
        return self.client.post(self.url("attendance_tick", person.pk), data, headers=HTMX | headers)

    def stored(self):
        session = Session.objects.get(pk=self.session.pk)
        return session.state, session.known_heads, session.heads_total

    def ticked(self):
        return sorted(tick.participant.alias for tick in Attendance.objects.filter(session=self.session))


@pytest.fixture
def door():
    return Door()


def aliases(response):
    people = response.context["people"]
    return [row.alias for row in people.regulars], [row.alias for row in people.others]


def statements(captured):
    return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]


# -- the page ----------------------------------------------------------------------------------------------------------


def test_regulars_stand_first_and_nobody_is_preset(door):
    door.person("Åse")
    door.person("Bo", times=1)
    door.person("Amina", times=3)
    door.person("Ali", times=2)
    door.person("Øjvind", times=2)

    response = door.get()

    assert aliases(response) == (["Amina", "Ali", "Øjvind"], ["Bo", "Åse"])
    assert response.context["session"].known_heads == 0
    assert 'name="present"' in response.content.decode()
    assert " checked><span" not in response.content.decode()


def test_those_who_came_long_ago_are_no_regulars(door):
    person = door.person("Amina")
    for weeks in (9, 10, 11):
        day = door.session.date - timedelta(weeks=weeks)
        create_attendance(session=create_held_session(activity=door.activity, date=day, heads=None), participant=person)

    assert aliases(door.get()) == ([], ["Amina"])


def test_a_page_view_is_logged_once_with_its_rows(door):
    door.person("Amina", times=2)
    door.person("Bo")

    door.get()

    read = ParticipantRead.objects.get()
    assert (read.user, read.page, read.session, read.rows) == (door.staff, "attendance_record", door.session, 2)


@pytest.mark.parametrize("people", [1, 50, 200])
def test_the_page_costs_eight_statements_however_long_the_list(door, people):
    session = create_held_session(activity=door.activity, date=door.today - timedelta(weeks=1), heads=None)
    for number in range(people):
        person = create_participant(plan=door.plan, alias=f"Barn {number}")
        Attendance.objects.create(
            plan=door.plan, session=session, participant=person, activity=door.activity, date=session.date
        )
    Session.objects.filter(pk=session.pk).update(known_heads=people)
    door.get()

    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = door.get()

    assert len(response.context["people"]) == people
    assert len(statements(captured)) == 8


def test_a_long_list_is_cut_and_searched(door):
    for number in range(60):
        create_participant(plan=door.plan, alias=f"Barn {number:02}")
    person = create_participant(plan=door.plan, alias="Østen")

    assert len(door.get().context["people"]) == 50
    assert door.get().context["people"].has_more
    assert aliases(door.get("?q=ØST")) == ([], ["Østen"])
    fragment = door.client.get(door.url(), {"q": "øst"}, headers=HTMX)
    assert [row.pk for row in fragment.context["people"].others] == [person.pk]
    listed = door.client.get(door.url(), {"q": "barn 01"}, headers=HTMX)
    assert listed.context["people"].others == []  # stands on the list already, where the browser finds it


def test_a_sensitive_evening_has_no_list(door):
    Session.objects.filter(pk=door.session.pk).update(is_sensitive=True, theme="Hash og unge")
    door.person("Amina", times=2)

    response = door.get()

    assert "Amina" not in response.content.decode()
    assert "Temaet er følsomt, så vi tæller kun hoveder her. Ingen navne." in response.content.decode()
    assert not ParticipantRead.objects.exists()


def test_a_locked_evening_can_only_be_read(door):
    person = door.person("Amina")
    door.tap(person)
    door.plan.figures_locked_until = door.today
    door.plan.save()

    page = door.get().content.decode()

    assert 'name="present"' not in page
    assert "Amina" in page


def test_an_evening_ahead_can_be_cancelled_but_not_ticked():
    door = Door(days_ago=-3)
    door.person("Amina")
    assert 'name="present"' not in door.get().content.decode()

    door.save(state="cancelled", reason="Sygdom")

    session = Session.objects.get(pk=door.session.pk)
    assert (session.state, session.reason) == ("cancelled", "Sygdom")


# -- one tap -----------------------------------------------------------------------------------------------------------


def test_a_tap_is_saved_at_once_and_answers_with_the_count(door):
    amina = door.person("Amina")

    response = door.tap(amina)

    assert door.stored() == ("held", 1, None)
    assert f'<input type="hidden" name="shown" value="{amina.pk}">' in response.content.decode()
    assert 'data-ticks="1"' in response.content.decode()
    assert 'name="shown"' not in door.tap(amina, on=False).content.decode()
    assert door.stored() == ("planned", 0, None)


def test_a_tap_costs_six_statements(door):
    first, second = door.person("Amina"), door.person("Bo")
    door.tap(first)

    with CaptureQueriesContext(connection) as captured:
        door.tap(second)

    assert len(statements(captured)) == 6


def test_a_tap_that_is_refused_loads_the_list_again(door):
    amina = door.person("Amina")
    Session.objects.filter(pk=door.session.pk).update(is_sensitive=True)

    response = door.tap(amina)

    assert response.headers["HX-Redirect"] == door.url()
    assert door.stored() == ("planned", 0, None)


def test_a_stranger_s_number_is_not_found(door):
    other = create_participant(plan=create_plan())

    assert door.client.post(door.url("attendance_tick", other.pk), {"present": [other.pk]}).status_code == 404
    assert door.stored() == ("planned", 0, None)


def test_heads_without_a_name_are_saved_as_they_are_tapped(door):
    response = door.client.post(door.url("attendance_unnamed"), {"unnamed": "3"}, headers=HTMX)

    assert door.stored() == ("held", 0, 3)
    assert 'id="initial-unnamed" value="3"' in response.content.decode()
    door.client.post(door.url("attendance_unnamed"), {"unnamed": "mange"}, headers=HTMX)
    assert door.stored() == ("held", 0, 3)


# -- the whole form ----------------------------------------------------------------------------------------------------


def test_the_form_saves_ticks_heads_and_log_together(door):
    amina, bo = door.person("Amina"), door.person("Bo")

    response = door.save([amina, bo], unnamed="3", volunteer_turns="2", note="Pandekager", theme="Debat: fodbold")

    assert response.status_code == 302
    assert door.stored() == ("held", 2, 5)
    session = Session.objects.select_related("format").get(pk=door.session.pk)
    assert (session.volunteer_turns, session.note, session.theme, session.format.code) == (
        2,
        "Pandekager",
        "fodbold",
        "debate",
    )
    assert session.version == 1


def test_fifty_ticks_cost_ten_statements(door):
    people = [door.person(f"Barn {number}") for number in range(50)]
    door.get()

    with CaptureQueriesContext(connection) as captured:
        door.save(people, unnamed="2")

    assert door.stored() == ("held", 50, 52)
    assert len(statements(captured)) == 10


def test_nothing_ticked_is_a_question_and_nought_is_an_answer(door):
    door.person("Amina")

    response = door.save()
    assert response.status_code == 422
    assert "Kom der ingen, så skriv 0." in response.content.decode()
    assert door.stored() == ("planned", 0, None)

    door.save(unnamed="0")
    assert door.stored() == ("held", 0, 0)


def test_two_people_at_the_door_lose_nothing(door):
    amina, bo = door.person("Amina"), door.person("Bo")
    lotte = door.signed_in(create_member(plan=door.plan, name="Lotte"))

    door.save([amina], note="Pandekager")
    door.save([bo], client=lotte, volunteer_turns="3")  # her page was opened before Sara saved

    assert door.ticked() == ["Amina", "Bo"]
    session = Session.objects.get(pk=door.session.pk)
    assert (session.note, session.volunteer_turns) == ("Pandekager", 3)


def test_two_different_notes_are_shown_to_the_later_one(door):
    amina = door.person("Amina")
    lotte = door.signed_in(create_member(plan=door.plan, name="Lotte"))
    door.save([amina], note="Pandekager")

    response = door.save([amina], client=lotte, note="Vafler")

    assert response.status_code == 409
    page = response.content.decode()
    assert "Pandekager" in page
    assert "Vafler" in page
    assert 'name="initial-note" id="initial-note" value="Pandekager"' in page  # saving again is a decision
    assert Session.objects.get(pk=door.session.pk).note == "Pandekager"


def test_mistakes_keep_the_ticks_on_the_page(door):
    amina = door.person("Amina")

    response = door.save([amina], note="CPR 010203-1234")

    assert response.status_code == 422
    assert response.context["people"].others[0].checked
    assert not response.context["people"].others[0].ticked
    assert door.stored() == ("planned", 0, None)


def test_an_evening_with_ticks_is_cancelled_in_two_steps_and_taken_back(door):
    amina = door.person("Amina")
    door.tap(amina)
    refused = door.save([amina], [amina], state="cancelled")
    assert refused.status_code == 422
    assert (refused.context["can_clear"], refused.context["form"].errors) == (True, {})
    text = refused.content.decode()
    assert (text.count("Fjern kryds og gem"), text.count('name="clear"'), text.count('name="save"')) == (1, 1, 0)

    door.save([amina], [amina], state="cancelled", clear="1")
    assert (door.stored(), door.ticked()) == (("cancelled", 0, None), [])

    door.client.post(door.url("attendance_undo"))
    assert (door.stored(), door.ticked()) == (("held", 1, None), ["Amina"])


def test_undo_is_refused_once_a_colleague_has_written(door):
    amina, bo = door.person("Amina"), door.person("Bo")
    lotte = door.signed_in(create_member(plan=door.plan))
    door.save([amina])
    door.save([amina, bo], [amina], client=lotte)

    door.client.post(door.url("attendance_undo"))

    assert door.ticked() == ["Amina", "Bo"]


def test_a_sensitive_theme_leads_to_heads(door):
    amina, bo = door.person("Amina"), door.person("Bo")
    door.save([amina, bo])
    refused = door.save([amina, bo], [amina, bo], theme="Debat: hash")
    assert refused.status_code == 422
    assert refused.context["can_convert"]

    door.client.post(door.url("attendance_to_heads"), {"state": "held", "theme": "Debat: hash", "initial-theme": ""})

    assert door.stored() == ("held", 0, 2)
    session = Session.objects.get(pk=door.session.pk)
    assert (session.is_sensitive, session.theme) == (True, "hash")
    assert not Attendance.objects.filter(session=session).exists()


def test_search_and_walk_in_work_without_a_script_and_keep_the_ticks(door):
    amina = door.person("Amina")

    response = door.save([amina], find="1", q="bo")
    assert response.headers["Location"] == f"{door.url()}?q=bo"
    assert door.ticked() == ["Amina"]

    response = door.save([amina], [amina], add="1", **{"new-alias": "Øzlem", "new-birth_year": "2011"})
    assert response.headers["Location"] == door.url()
    assert door.ticked() == ["Amina", "Øzlem"]


def test_searching_in_vain_opens_the_fields_with_the_name_in_them(door):
    door.person("Amina")

    assert walk_in_of(door.get("?q=Zeynep")) == (True, "Zeynep")
    assert walk_in_of(door.get("?q=ami")) == (False, "")
    assert walk_in_of(door.get()) == (False, "")


def test_an_empty_list_begins_with_somebody_new(door):
    assert walk_in_of(door.get()) == (True, "")


def walk_in_of(response):
    """Is it open, and whom does it name?"""
    page = response.content.decode()
    alias = re.search(r'name="new-alias"[^>]*', page)[0]
    value = re.search(r'value="([^"]*)"', alias)
    return "<details open>" in page.partition('id="walk-in"')[2][:400], value[1] if value else ""


def test_somebody_new_who_is_typed_but_not_added_is_not_lost_by_saving(door):
    new = {"new-alias": "Øzlem", "new-birth_year": "2011"}

    assert door.save(**new).headers["Location"] == door.url()
    assert door.ticked() == ["Øzlem"]

    refused = door.save(**(new | {"new-alias": "Bo", "new-birth_year": ""}))
    assert refused.status_code == 422
    assert walk_in_of(refused) == (True, "Bo")


def test_somebody_new_on_an_evening_that_was_not_held_is_refused_in_words(door):
    response = door.client.post(
        door.url(), {"state": "cancelled", "add": "1", "new-alias": "Øzlem", "new-birth_year": "2011"}, follow=True
    )

    assert "Aftenen står som ikke afholdt." in response.content.decode()
    assert door.ticked() == []


def test_searching_does_not_log_an_empty_evening(door):
    door.save(find="1", q="bo")

    assert door.stored() == ("planned", 0, None)


def test_moving_takes_the_ticks_along():
    door = Door(days_ago=2)
    amina = door.person("Amina")
    door.tap(amina)
    day = door.today - timedelta(days=1)

    door.client.post(door.url("attendance_move"), {"day": day.isoformat()})

    assert Session.objects.get(pk=door.session.pk).date == day
    assert Attendance.objects.get(session=door.session).date == day


def test_session_people_is_numbers_only(door):
    amina = door.person("Amina")
    door.save([amina], unnamed="2")

    page = door.client.get(door.url("session_people"), headers=HTMX).content.decode()

    assert "1 kryds" in page
    assert "2 uden navn" in page
    assert "Amina" not in page


# -- somebody new ------------------------------------------------------------------------------------------------------


def walk_in(door, alias, year="2011", **more):
    data = {"new-alias": alias, "new-birth_year": year, "add": "1"} | more
    return door.client.post(door.url("attendance_walk_in"), data, headers=HTMX)


def test_somebody_new_is_added_and_ticked(door):
    response = walk_in(door, "  Øzlem  ")

    assert response.status_code == 200
    person = Participant.objects.get()
    assert (person.alias, person.alias_key, person.birth_year) == ("Øzlem", "øzlem", 2011)
    assert door.ticked() == ["Øzlem"]
    assert 'hx-swap-oob="beforeend:#tick-new"' in response.content.decode()


def test_the_same_alias_and_year_is_the_same_person(door):
    door.person("Øzlem", birth_year=2011)

    walk_in(door, "øZLEM")

    assert Participant.objects.count() == 1
    assert door.ticked() == ["Øzlem"]


def test_a_similar_alias_is_a_gentle_question(door):
    known = door.person("Amina", birth_year=2012)

    response = walk_in(door, "Amina", "2013")
    assert response.status_code == 422
    assert response.context["walk_in"].similar == [known]
    assert Participant.objects.count() == 1

    walk_in(door, "Amina", "2013", add="confirmed")
    assert Participant.objects.count() == 2

    door.client.post(door.url("attendance_walk_in"), {"existing": known.pk}, headers=HTMX)
    assert Attendance.objects.filter(session=door.session).count() == 2


@pytest.mark.parametrize(
    ("alias", "warning"),
    [
        ("Amina Hassan", "Det ligner et fuldt navn."),
        ("Ali 22 33 44 55", "Det ligner et telefonnummer."),
        ("Ali ryger hash", "Skriv kun, hvad personen kaldes."),
    ],
)
def test_what_looks_wrong_about_an_alias_is_asked(door, alias, warning):
    response = walk_in(door, alias)

    assert response.status_code == 422
    assert warning in unescape(response.content.decode())
    assert not Participant.objects.exists()


@pytest.mark.parametrize("alias", ["Amina H.", "Lille-Ali", "Ali B", "Yūsuf", "Noor 2"])
def test_ordinary_aliases_raise_no_question(door, alias):
    assert walk_in(door, alias).status_code == 200


@pytest.mark.parametrize(
    ("alias", "year"),
    [("010203-1234", "2011"), ("", "2011"), ("Ali", ""), ("Ali", "1850"), ("Ali", "2999"), ("Ali", "01-02-2011")],
)
def test_what_cannot_be_is_refused(door, alias, year):
    assert walk_in(door, alias, year, add="confirmed").status_code == 422
    assert not Participant.objects.exists()


def test_people_of_other_plans_are_never_suggested(door):
    create_participant(plan=create_plan(), alias="Amina")

    assert walk_in(door, "Amina", "2013").status_code == 200


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.VOLUNTEER, Role.BOARD, Role.PARTNER])
def test_nobody_else_sees_or_writes_the_list(door, role):
    amina = door.person("Amina", times=2)
    client = door.signed_in(create_member(plan=door.plan, role=role))

    assert client.get(door.url()).status_code == 403
    assert client.post(door.url("attendance_tick", amina.pk), {"present": [amina.pk]}).status_code == 403
    assert client.post(door.url("attendance_walk_in"), {"new-alias": "Ali"}).status_code == 403
    assert client.get(door.url("session_people")).status_code == 403
    assert door.stored() == ("planned", 0, None)


def test_the_page_holds_no_alias_in_what_a_script_keeps(door):
    """htmx keeps no history of pages with people (its cache lies in the browser's storage)."""
    door.person("Amina")
    page = unescape(door.get().content.decode())

    config = page.split('name="htmx-config" content=\'')[1].split("'")[0]
    assert json.loads(config)["historyCacheSize"] == 0


def test_a_line_about_one_person_is_asked_about_and_the_ticks_are_kept():
    door = Door()
    child = door.person("Lille-Ali", times=1)

    page = door.save([child], note="Ali ryger hash")
    assert (page.status_code, door.stored()) == (422, ("planned", 0, None))
    assert "Det ligner noget om ét menneske." in page.content.decode()
    assert [row.checked for row in (*page.context["people"].regulars, *page.context["people"].others)] == [True]

    door.save([child], note="Ali ryger hash", **{"note-sure": "Ali ryger hash"})
    door.session.refresh_from_db()
    assert (door.session.note, door.session.known_heads) == ("Ali ryger hash", 1)
