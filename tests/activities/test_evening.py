"""The evening on one page, and closing it: the log, who was there, how it went."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from activities.hours import volunteer_hours
from activities.log import SessionLog, log_session
from activities.models import ChecklistLine, CountingMode, ItemState, ListKind, Mood, Reflection, SessionState
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_session,
    create_shift,
    create_signup,
    create_volunteer,
    get_format,
)
from tests.factories.programme import create_guest, create_host, create_item, create_season

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def tuesday_night():
    with time_machine.travel("2026-11-24 21:10+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def lotte(plan):
    return create_member(plan=plan, name="Lotte Madsen")


@pytest.fixture
def cafe(plan, lotte):
    return create_activity(plan=plan, name="Unge Cafeen", owner=lotte)


@pytest.fixture
def tonight(cafe):
    return create_session(
        activity=cafe, date=TUESDAY, start_time=time(18), end_time=time(21), theme="kærlighed", format=get_format()
    )


@pytest.fixture
def yasmin(plan, client, tonight):
    """Signed in, and on the door tonight."""
    yasmin = create_volunteer(plan=plan, name="Yasmin Ahmadi")
    create_signup(shift=create_shift(session=tonight, role="door", maximum=4), user=yasmin)
    client.force_login(yasmin)
    return yasmin


@pytest.fixture
def samir(plan, tonight, yasmin):
    """He is on the door as well."""
    samir = create_volunteer(plan=plan, name="Samir Haddad")
    create_signup(shift=tonight.shifts.get(), user=samir)
    return samir


def url(name, *args):
    return reverse(f"activities:{name}", args=["herredsvang", *args])


def seen(client, address):
    return " ".join(client.get(address).content.decode().split())


def said(response):
    return [str(message) for message in response.context["messages"]]


def closing(session, *present, **fields):
    return {"version": session.version, "heads_total": "38", "present": [person.pk for person in present], **fields}


def close(client, session, *present, **fields):
    return client.post(url("evening_close", session.pk), closing(session, *present, **fields), follow=True)


def was_there(session):
    rows = session.shifts.get().signups.order_by("user__name")
    return dict(rows.values_list("user__name", "was_there"))


# -- the run sheet -----------------------------------------------------------------------------------------------------


def programme(tonight, **fields):
    return create_item(season=create_season(activity=tonight.activity), session=tonight, title="Debat om kærlighed",
                       state=ItemState.PUBLISHED, **fields)  # fmt: skip


def test_the_run_sheet_tells_who_does_what(client, tonight, yasmin, samir, plan):
    item = programme(tonight, description="Fire unge i panelet")
    create_host(item=item, user=samir, is_moderator=True)
    create_guest(item=item, name="Karen Blå", title="Headspace", phone="23 45 67 89")
    create_item(season=item.season, session=tonight, title="Aflyst punkt", state=ItemState.CANCELLED)
    create_shift(session=tonight, role="kitchen", minimum=2, maximum=2, start_time=time(16, 30), end_time=time(20))

    page = seen(client, url("evening", tonight.pk))

    for text in ("Debat om kærlighed", "Fire unge i panelet", "Samir", "leder debatten", "Karen Blå", "Headspace",
                 "16.30–20.00", "mangler 2", "18.00–21.00", "Luk aftenen"):  # fmt: skip
        assert text in page, text
    assert "Aflyst punkt" not in page


def test_only_the_team_sees_the_guests_phone(client, tonight, yasmin, lotte):
    create_guest(item=programme(tonight), name="Karen Blå", phone="23 45 67 89")
    assert "23 45 67 89" not in seen(client, url("evening", tonight.pk))

    client.force_login(lotte)
    assert 'href="tel:23456789"' in seen(client, url("evening", tonight.pk))


def test_volunteers_open_only_evenings_that_volunteers_run(client, yasmin, plan, lotte):
    lektiecafe = create_session(activity=create_activity(plan=plan, name="Lektiecafé"), date=TUESDAY)

    for name in ("evening", "evening_close"):
        assert client.get(url(name, lektiecafe.pk)).status_code == 404
    client.force_login(lotte)
    assert client.get(url("evening", lektiecafe.pk)).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_the_run_sheet_takes_the_same_few_queries(client, tonight, yasmin, plan, rows, django_assert_num_queries):
    item = programme(tonight)
    for number in range(rows):
        create_guest(item=item)
        create_host(item=item, user=create_volunteer(plan=plan))
        ChecklistLine.objects.create(
            plan=plan, item=item, text=f"Ting {number}", done_at=timezone.now(), done_by=yasmin
        )
        create_signup(shift=create_shift(session=tonight, role="host", maximum=40) if number == 0 else
                      tonight.shifts.get(role__code="host"), user=create_volunteer(plan=plan))  # fmt: skip

    with django_assert_num_queries(14):
        client.get(url("evening", tonight.pk))


def test_a_line_is_ticked_off_and_back(client, tonight, yasmin, plan):
    item = programme(tonight)
    line = ChecklistLine.objects.create(plan=plan, item=item, text="Køb saft", kind=ListKind.SHOPPING)
    tick = url("evening_tick", tonight.pk, line.pk)

    assert client.post(tick, {"done": "1"}).url == f"{url('evening', tonight.pk)}#linje-{line.pk}"
    line.refresh_from_db()
    assert (line.done_at, line.done_by) == (timezone.now(), yasmin)

    fragment = client.post(tick, {"done": "0"}, headers={"HX-Request": "true"})
    line.refresh_from_db()
    assert (line.done_at, line.done_by) == (None, None)
    assert 'aria-pressed="false"' in fragment.content.decode()


def test_two_who_tick_the_same_line_agree_on_the_first(client, tonight, yasmin, samir, plan):
    line = ChecklistLine.objects.create(plan=plan, item=programme(tonight), text="Køb saft")
    for person in (samir, yasmin):
        client.force_login(person)
        client.post(url("evening_tick", tonight.pk, line.pk), {"done": "1"})

    line.refresh_from_db()
    assert line.done_by == samir


# -- closing -----------------------------------------------------------------------------------------------------------


def test_who_signed_up_is_taken_to_be_there(client, tonight, yasmin, samir):
    form = client.get(url("evening_close", tonight.pk)).context["form"]

    assert set(form.initial["present"]) == {yasmin.pk, samir.pk}
    assert [label for _pk, label in form.fields["present"].choices] == ["Yasmin Ahmadi", "Samir Haddad"]


def test_closing_is_the_sessions_log(client, tonight, yasmin, samir, plan):
    response = close(client, tonight, yasmin, others="1", mood="3", line="God snak til sidst")

    assert said(response) == ["Aftenen er lukket: 38 kom. Tak for i aften."]
    tonight.refresh_from_db()
    assert (tonight.state, tonight.heads_total, tonight.volunteer_turns) == (SessionState.HELD, 38, 2)
    assert (tonight.logged_by, tonight.note, tonight.theme) == (yasmin, "God snak til sidst", "kærlighed")
    assert tonight.changes.get().changed_by == yasmin
    assert was_there(tonight) == {"Samir Haddad": False, "Yasmin Ahmadi": True}
    reflection = Reflection.objects.get()
    assert (reflection.mood, reflection.line, reflection.written_by) == (Mood.GOOD, "God snak til sidst", yasmin)
    assert volunteer_hours(plan, TUESDAY, TUESDAY) == 6


def test_the_team_sees_it_as_logged_and_can_correct_it(client, tonight, yasmin, lotte):
    close(client, tonight, yasmin)
    client.force_login(lotte)
    page = seen(client, url("week"))
    assert ("Registrér aftenen" in page, "Ret" in page) == (False, True)

    tonight.refresh_from_db()
    data = {"version": tonight.version, "state": "held", "heads_total": "41", "volunteer_turns": "1"}
    client.post(url("session_log", tonight.pk), data)

    tonight.refresh_from_db()
    assert (tonight.heads_total, tonight.changes.count()) == (41, 2)
    assert "41" in seen(client, url("evening", tonight.pk))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"heads_total": ""}, "Skriv, hvor mange der kom."),
        ({"heads_total": "30-40"}, "er et interval"),
        ({"heads_total": "38", "line": "Ring til 010203-1234"}, "CPR"),
        ({"heads_total": "38", "others": "100"}, "for stort et tal"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, tonight, yasmin, fields, words):
    response = client.post(url("evening_close", tonight.pk), closing(tonight, **{"line": "Fin aften", **fields}))

    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert (fields.get("line") or "Fin aften") in response.content.decode()
    tonight.refresh_from_db()
    assert (tonight.state, Reflection.objects.count()) == (SessionState.PLANNED, 0)


def test_a_slip_of_the_thumb_is_asked_about_once(client, tonight, yasmin, cafe):
    for weeks in range(1, 7):
        create_held_session(activity=cafe, heads=38, date=TUESDAY - timedelta(weeks=weeks))

    response = client.post(url("evening_close", tonight.pk), closing(tonight, heads_total="380"))
    assert (response.status_code, "Passer 380?" in response.content.decode()) == (422, True)

    client.post(url("evening_close", tonight.pk), closing(tonight, heads_total="380") | {"heads_total-sure": "380"})
    tonight.refresh_from_db()
    assert tonight.heads_total == 380


def test_evening_close_asks_about_a_line_about_one_person_as_the_log_does(client, tonight, yasmin):
    data = closing(tonight, line="Ring 22334455")

    page = client.post(url("evening_close", tonight.pk), data)
    tonight.refresh_from_db()
    text = page.content.decode()
    assert (page.status_code, "Det ligner et telefonnummer." in text, ">Gem alligevel<" in text) == (422, True, True)
    assert ("Ring 22334455" in text, tonight.state) == (True, SessionState.PLANNED)

    client.post(url("evening_close", tonight.pk), data | {"line-sure": "Ring 22334455"})
    assert Reflection.objects.get(session=tonight).line == "Ring 22334455"


def test_closing_twice_is_closing_once(client, tonight, yasmin, samir):
    data = closing(tonight, yasmin, mood="2", line="Stille")
    for _ in range(2):
        response = client.post(url("evening_close", tonight.pk), data, follow=True)

    tonight.refresh_from_db()
    assert (tonight.version, tonight.changes.count()) == (1, 1)

    client.post(url("evening_undo", tonight.pk))
    tonight.refresh_from_db()
    assert (tonight.state, was_there(tonight)) == (
        SessionState.PLANNED,
        {"Samir Haddad": None, "Yasmin Ahmadi": None},
    )
    assert said(response) == ["Aftenen er lukket: 38 kom. Tak for i aften."] * 1


def test_two_people_with_different_numbers_see_both(client, tonight, yasmin, samir):
    close(client, tonight, yasmin)
    client.force_login(samir)

    response = client.post(url("evening_close", tonight.pk), closing(tonight, yasmin, samir, heads_total="41"))

    page = response.content.decode()
    assert response.status_code == 409
    assert [(line.label, line.old, line.new) for line in response.context["differences"]] == [
        ("Hvor mange kom", "38", "41"),
        ("Frivillige", "1", "2"),
    ]
    assert "Gem mit i stedet" in page
    assert was_there(tonight) == {"Samir Haddad": False, "Yasmin Ahmadi": True}

    client.post(url("evening_close", tonight.pk), closing(tonight, yasmin, samir, heads_total="41") | {"version": "1"})
    tonight.refresh_from_db()
    assert (tonight.heads_total, tonight.volunteer_turns) == (41, 2)


def test_two_people_who_agree_need_no_decision(client, tonight, yasmin, samir):
    close(client, tonight, yasmin)
    client.force_login(samir)

    assert close(client, tonight, yasmin).status_code == 200
    assert tonight.changes.count() == 1


def test_the_teams_note_is_neither_shown_to_volunteers_nor_lost(client, tonight, yasmin, lotte):
    log_session(
        session=tonight,
        log=SessionLog(
            state=SessionState.HELD, heads_total=35, note="Kun for holdet", theme="kærlighed", format=get_format()
        ),
        by=lotte,
        today=TUESDAY,
    )

    conflict = client.post(url("evening_close", tonight.pk), closing(tonight, yasmin, line="Fin aften"))
    assert conflict.status_code == 409
    assert "Kun for holdet" not in conflict.content.decode()
    assert "Kun for holdet" not in seen(client, url("evening", tonight.pk))

    client.post(url("evening_close", tonight.pk), closing(tonight, yasmin, line="Fin aften") | {"version": "1"})
    tonight.refresh_from_db()
    assert (tonight.heads_total, tonight.note, Reflection.objects.get().line) == (38, "Kun for holdet", "Fin aften")


def test_a_corrected_line_corrects_the_note(client, tonight, yasmin):
    close(client, tonight, yasmin, line="Fin aftn")
    tonight.refresh_from_db()

    close(client, tonight, yasmin, line="Fin aften")

    tonight.refresh_from_db()
    assert (tonight.note, Reflection.objects.get().line) == ("Fin aften", "Fin aften")


# -- undo --------------------------------------------------------------------------------------------------------------


def test_undo_puts_all_back(client, tonight, yasmin, samir):
    close(client, tonight, yasmin, mood="3", line="Fin aften")

    assert said(client.post(url("evening_undo", tonight.pk), follow=True)) == ["Fortrudt."]

    tonight.refresh_from_db()
    assert (tonight.state, tonight.heads_total, tonight.note) == (SessionState.PLANNED, None, "")
    assert was_there(tonight) == {"Samir Haddad": None, "Yasmin Ahmadi": None}
    assert not Reflection.objects.exists()
    assert said(client.post(url("evening_undo", tonight.pk), follow=True)) == ["Der er ikke noget at fortryde."]


def test_undo_of_a_correction_brings_the_first_closing_back(client, tonight, yasmin, samir):
    close(client, tonight, yasmin, mood="3", line="Fin aften")
    tonight.refresh_from_db()
    close(client, tonight, yasmin, samir, heads_total="40", mood="1", line="Hård aften")

    client.post(url("evening_undo", tonight.pk))

    tonight.refresh_from_db()
    reflection = Reflection.objects.get()
    assert (tonight.heads_total, tonight.volunteer_turns, tonight.note) == (38, 1, "Fin aften")
    assert (reflection.mood, reflection.line) == (Mood.GOOD, "Fin aften")
    assert was_there(tonight) == {"Samir Haddad": False, "Yasmin Ahmadi": True}


def test_undo_leaves_a_colleagues_later_number(client, tonight, yasmin, lotte):
    close(client, tonight, yasmin)
    tonight.refresh_from_db()
    log_session(session=tonight, log=SessionLog(state=SessionState.HELD, heads_total=41), by=lotte, today=TUESDAY)

    assert said(client.post(url("evening_undo", tonight.pk), follow=True)) == [
        "En anden har rettet aftenen siden, så den bliver, som den er."
    ]
    tonight.refresh_from_db()
    assert tonight.heads_total == 41


def test_undo_never_takes_back_what_a_colleague_wrote_first(client, tonight, yasmin, lotte):
    """Lotte logged 38 and one volunteer; Yasmin closes with the same numbers and takes her closing back."""
    log = SessionLog(state=SessionState.HELD, heads_total=38, volunteer_turns=1, theme="kærlighed", format=get_format())
    log_session(session=tonight, log=log, by=lotte, today=TUESDAY)
    tonight.refresh_from_db()
    close(client, tonight, yasmin)

    client.post(url("evening_undo", tonight.pk))

    tonight.refresh_from_db()
    assert (tonight.state, tonight.heads_total, was_there(tonight)) == (SessionState.HELD, 38, {"Yasmin Ahmadi": None})


# -- when and by whom --------------------------------------------------------------------------------------------------


def test_an_evening_of_another_day_is_closed_with_a_clear_sentence(client, tonight, yasmin):
    with time_machine.travel("2026-11-26 10:00+01:00", tick=False):
        client.force_login(yasmin)
        assert "Du lukker aftenen tirsdag 24. november, ikke i dag." in seen(client, url("evening_close", tonight.pk))
        close(client, tonight, yasmin)

    tonight.refresh_from_db()
    assert tonight.heads_total == 38


def test_closing_is_offered_when_the_evening_has_begun(client, tonight, yasmin):
    for moment, offered in (("17:59", False), ("18:00", True)):
        with time_machine.travel(f"2026-11-24 {moment}+01:00", tick=False):
            assert (f'href="{url("evening_close", tonight.pk)}"' in seen(client, url("evening", tonight.pk))) is offered


def test_a_held_evening_shows_who_was_there(client, tonight, yasmin, samir):
    create_shift(session=tonight, role="technology")
    close(client, tonight, yasmin)

    page = seen(client, url("evening", tonight.pk))

    assert "Aftenen er lukket" in page
    assert ("Samir" in page, "Teknik" in page, "Dør" in page) == (False, False, True)


def test_after_midnight_it_is_still_last_nights_evening(client, tonight, yasmin):
    with time_machine.travel("2026-11-25 00:20+01:00", tick=False):
        close(client, tonight, yasmin)

    tonight.refresh_from_db()
    assert tonight.state == SessionState.HELD


def refusal(client, session, *present):
    response = close(client, session, *present)
    session.refresh_from_db()
    assert session.state != SessionState.HELD
    return said(response)


def test_a_coming_evening_is_not_closed(client, tonight, yasmin):
    with time_machine.travel("2026-11-23 10:00+01:00", tick=False):
        assert refusal(client, tonight, yasmin) == ["Aftenen har ikke været endnu. Luk den, når den er slut."]
        assert "Luk aftenen" not in seen(client, url("evening", tonight.pk))


def test_a_locked_day_stays_as_it_is(client, tonight, yasmin, plan):
    plan.figures_locked_until = TUESDAY
    plan.save()

    assert refusal(client, tonight, yasmin) == [
        "Tallene for den dag er låst, så aftenen kan ikke ændres. Spørg projektlederen."
    ]


@pytest.mark.parametrize("state", [SessionState.CANCELLED, SessionState.CLOSED])
def test_an_evening_that_is_off_is_not_closed(client, tonight, yasmin, state):
    type(tonight).objects.filter(pk=tonight.pk).update(state=state, logged_at=timezone.now())

    assert refusal(client, tonight, yasmin) == ["Aftenen er aflyst."]


def test_who_has_no_shift_does_not_close(client, tonight, yasmin, plan):
    other = create_volunteer(plan=plan)
    client.force_login(other)

    assert refusal(client, tonight, yasmin) == [
        "Kun dem, der har en vagt, kan lukke aftenen. Tag en vagt, eller spørg en af de andre."
    ]
    assert "Dem, der har en vagt, lukker aftenen." in seen(client, url("evening", tonight.pk))


def test_who_leads_an_item_may_close(client, tonight, yasmin, plan):
    host = create_volunteer(plan=plan)
    create_host(item=programme(tonight), user=host)
    client.force_login(host)

    close(client, tonight, yasmin)

    tonight.refresh_from_db()
    assert tonight.logged_by == host


def test_the_team_closes_any_evening(client, plan, lotte):
    client.force_login(lotte)
    session = create_held_session(activity=create_activity(plan=plan, name="Madklub"), date=TUESDAY, heads=5)

    close(client, session)

    session.refresh_from_db()
    assert session.heads_total == 38


@pytest.mark.parametrize("role", [Role.BOARD, Role.PARTNER, Role.ADMINISTRATOR])
def test_nobody_else_does(client, plan, tonight, role):
    client.force_login(create_member(plan=plan, role=role))

    assert client.get(url("evening", tonight.pk)).status_code == 403


# -- only heads --------------------------------------------------------------------------------------------------------


def test_a_sensitive_theme_is_heads_only_and_says_so(client, tonight, yasmin):
    type(tonight).objects.filter(pk=tonight.pk).update(is_sensitive=True)

    for name in ("evening", "evening_close"):
        assert "Temaet er følsomt, så vi tæller kun hoveder" in seen(client, url(name, tonight.pk))


def test_where_the_team_ticks_people_volunteers_count_heads_and_see_nobody(client, plan, yasmin):
    club = create_activity(plan=plan, name="Lommepenge", counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_held_session(activity=club, heads=None, date=TUESDAY)
    create_attendance(session=session, participant=create_participant(plan=plan, alias="Kanarie Kattegat"))
    create_attendance(session=session, participant=create_participant(plan=plan, alias="Kanarie to"))
    create_signup(shift=create_shift(session=session, role="host"), user=yasmin)
    page = seen(client, url("evening_close", session.pk))
    assert "Du tæller kun hoveder. Holdet krydser af, hvem der kom." in page
    assert "Kanarie" not in page + seen(client, url("evening", session.pk))

    response = client.post(url("evening_close", session.pk), closing(session, heads_total="1"))
    assert "Listen har 2 personer" in response.content.decode() or "2" in str(response.context["form"].errors)

    close(client, session, heads_total="9")
    session.refresh_from_db()
    assert (session.heads_total, session.known_heads) == (9, 2)


# -- what is left open -------------------------------------------------------------------------------------------------


def test_who_had_a_shift_is_asked_to_close_for_a_week(client, tonight, yasmin, plan):
    with time_machine.travel("2026-12-01 10:00+01:00", tick=False):
        client.force_login(yasmin)
        assert url("evening_close", tonight.pk) in seen(client, url("shift_list"))
    with time_machine.travel("2026-12-02 10:00+01:00", tick=False):
        client.force_login(yasmin)
        assert url("evening_close", tonight.pk) not in seen(client, url("shift_list"))
    with time_machine.travel("2026-11-25 10:00+01:00", tick=False):
        client.force_login(create_volunteer(plan=plan))
        assert url("evening_close", tonight.pk) not in seen(client, url("shift_list"))


def test_tonight_leads_to_the_run_sheet(client, tonight, yasmin, lotte):
    assert url("evening", tonight.pk) in seen(client, url("shift_list"))
    assert url("evening", tonight.pk) in seen(client, url("upcoming"))
    client.force_login(lotte)
    assert f"{url('evening', tonight.pk)}?next=" in seen(client, url("week"))
