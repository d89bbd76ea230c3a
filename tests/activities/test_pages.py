"""The pages of weeks, evenings and activities, as a browser without a script meets them."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from activities.models import Activity, CountingMode, ItemState, Schedule, Session, SessionChange, SessionState
from tests.factories import (
    create_activity,
    create_age_band,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_schedule,
    create_session,
    create_venue,
    get_focus_area,
    get_format,
)
from tests.factories.programme import create_item, create_season

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)
EVENING = "2026-11-24 21:30+01:00"


@pytest.fixture(autouse=True)
def tuesday_evening():
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def plan():
    plan = create_plan(slug="herredsvang", name="Herredsvang")
    create_age_band(plan=plan)
    return plan


@pytest.fixture
def lotte(plan):
    return create_member(plan=plan, name="Lotte Madsen")


@pytest.fixture
def cafe(plan, lotte):
    return create_activity(plan=plan, name="Unge Cafeen", owner=lotte)


def tonight(activity, **fields):
    return create_session(
        activity=activity,
        date=TUESDAY,
        start_time=time(18),
        end_time=time(21),
        venue=create_venue(plan=activity.plan),
        **fields,
    )


def url(name, *args):
    return reverse(f"activities:{name}", args=["herredsvang", *args])


def log_data(session, **fields):
    return {"version": session.version, "state": "held", "heads_total": "38", **fields}


# -- Min uge -----------------------------------------------------------------------------------------------------------


def test_week_greets_and_puts_tonight_first(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe, theme="kærlighed og kultur", format=get_format())

    page = client.get(url("week"))

    text = page.content.decode()
    assert "Godaften, Lotte" in text
    assert text.index("Debat: kærlighed og kultur") < text.index("Mangler")
    assert f'href="{url("session_log", session.pk)}?next=' in text


def test_week_asks_at_most_five_things(client, plan, cafe, lotte):
    client.force_login(lotte)
    tonight(cafe)
    for days in range(1, 12):
        create_session(activity=cafe, date=TUESDAY - timedelta(days=days))

    board = client.get(url("week")).context["board"]

    assert (len(board.tonight), len(board.asked), board.missing_in_all, board.missing_more) == (1, 4, 11, 7)
    assert board.asked[0].date == date(2026, 11, 23)  # this week's first


def test_week_counts_every_open_evening_of_today_among_the_five(client, plan, cafe, lotte):
    client.force_login(lotte)
    for _ in range(3):
        create_session(activity=cafe, date=TUESDAY)
    for days in range(2, 12):
        create_session(activity=cafe, date=TUESDAY - timedelta(days=days))

    board = client.get(url("week")).context["board"]

    assert (len(board.tonight), len(board.asked), board.missing_more) == (3, 2, 8)


def test_week_shows_own_activities_first_and_the_team_on_request(client, plan, cafe, lotte):
    client.force_login(lotte)
    other = create_activity(plan=plan, name="Haveklub", owner=create_member(plan=plan))
    create_session(activity=other, date=date(2026, 11, 23))

    assert client.get(url("week")).context["board"].asked == []
    assert [s.activity.name for s in client.get(url("week") + "?vis=alle").context["board"].asked] == ["Haveklub"]


def test_week_of_a_plan_without_anything_teaches_the_next_step(client, plan, lotte):
    client.force_login(lotte)

    assert "Ingenting i denne uge" in client.get(url("week")).content.decode()


def test_week_53_is_shown_by_its_iso_year(client, plan, cafe, lotte):
    client.force_login(lotte)
    create_session(activity=cafe, date=date(2027, 1, 1))

    page = client.get(url("week") + "?uge=2026-W53")

    assert (page.context["shown"].code, len(page.context["board"].coming)) == ("2026-W53", 1)
    assert client.get(url("week") + "?uge=vrøvl").context["shown"].code == "2026-W48"


@pytest.mark.parametrize("rows", [1, 30])
def test_week_takes_constant_queries(client, plan, lotte, rows, django_assert_max_num_queries):
    client.force_login(lotte)
    for number in range(rows):
        activity = create_activity(plan=plan, name=f"Aktivitet nr. {number}", owner=lotte)
        tonight_session = create_session(activity=activity, date=TUESDAY, format=get_format())
        create_session(activity=activity, date=date(2026, 11, 23))
        create_session(activity=activity, date=date(2026, 11, 12))
        create_held_session(activity=activity, date=date(2026, 10, 1))
        assert tonight_session.pk

    with django_assert_max_num_queries(11):  # three of them: sign-in, user, membership
        client.get(url("week"))


# -- one evening -------------------------------------------------------------------------------------------------------


def test_session_log_is_three_taps_from_home(client, cafe, lotte):
    """Tap the card, write the number, save: the form needs nothing else."""
    client.force_login(lotte)
    session = tonight(cafe)

    page = client.get(url("session_log", session.pk))
    saved = client.post(url("session_log", session.pk), log_data(session), follow=True)

    session.refresh_from_db()
    assert 'value="held"' in page.content.decode()
    assert (session.state, session.heads_total, session.logged_by) == (SessionState.HELD, 38, lotte)
    assert saved.redirect_chain == [(url("week"), 302)]
    assert "Unge Cafeen: 38. Tak." in saved.content.decode()


def test_session_log_starts_without_a_count(client, cafe, lotte):
    client.force_login(lotte)
    for days in range(7, 70, 7):
        create_held_session(activity=cafe, heads=38, date=TUESDAY - timedelta(days=days))

    page = client.get(url("session_log", tonight(cafe).pk))

    assert page.context["form"]["heads_total"].value() is None
    assert "plejer at samle 38–38" in page.content.decode()


def test_session_log_takes_everything(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)

    client.post(
        url("session_log", session.pk),
        log_data(
            session,
            heads_total="ca. 40",
            band_13="24",
            volunteer_turns="4",
            note="Rød grød på bordet, æbler i skålen",
            theme="Debat: første kærlighed",
        ),
    )

    session.refresh_from_db()
    assert (session.heads_total, session.heads_estimated, session.volunteer_turns) == (40, True, 4)
    assert (session.format, session.theme, session.is_sensitive) == (get_format(), "første kærlighed", True)
    assert (session.note, session.age_bands.get().heads) == ("Rød grød på bordet, æbler i skålen", 24)


def test_session_log_refuses_cpr_with_an_explanation_and_keeps_the_text(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)

    page = client.post(url("session_log", session.pk), log_data(session, note="Ring om 010203-1234 i morgen"))

    text = page.content.decode()
    assert page.status_code == 422
    assert "Det ligner et CPR-nummer" in text
    assert 'value="38"' in text
    assert "Ring om 010203-1234 i morgen" in text
    session.refresh_from_db()
    assert session.state == SessionState.PLANNED


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"heads_total": ""}, "Skriv, hvor mange der kom"),
        ({"heads_total": "20-25"}, "et interval"),
        ({"heads_total": "mange"}, "ikke et helt tal"),
        ({"heads_total": "10", "band_13": "11"}, "mere end de 10"),
    ],
)
def test_session_log_says_what_to_do(client, cafe, lotte, fields, sentence):
    client.force_login(lotte)
    session = tonight(cafe)

    page = client.post(url("session_log", session.pk), log_data(session, **fields))

    assert page.status_code == 422
    assert sentence in page.content.decode()


@pytest.mark.parametrize(
    ("thirteen", "eighteen", "wrong"), [("1", "11", "band_18"), ("11", "1", "band_13"), ("6", "5", "band_18")]
)
def test_session_log_puts_the_sentence_beside_the_age_that_is_wrong(
    client, plan, cafe, lotte, thirteen, eighteen, wrong
):
    create_age_band(plan=plan, lowest=18, highest=24)
    client.force_login(lotte)
    session = tonight(cafe)
    data = log_data(session, heads_total="10", band_13=thirteen, band_18=eighteen)

    page = client.post(url("session_log", session.pk), data)

    assert list(page.context["form"].errors) == [wrong]


def test_session_log_conflict_shows_both_and_lets_the_later_decide(client, plan, cafe, lotte):
    session = tonight(cafe)
    amir = create_member(plan=plan, name="Amir Said")
    client.force_login(amir)
    client.post(url("session_log", session.pk), log_data(session, heads_total="35", note="God aften"))

    client.force_login(lotte)
    page = client.post(url("session_log", session.pk), log_data(session, heads_total="38"))

    text = page.content.decode()
    assert page.status_code == 409
    assert "Amir registrerede gangen kl. 21.30" in text
    assert [(line.old, line.new) for line in page.context["differences"]] == [("35", "38"), ("God aften", "")]
    session.refresh_from_db()
    assert (session.heads_total, session.logged_by) == (35, amir)

    client.post(url("session_log", session.pk), log_data(session, heads_total="38"))  # "save mine instead"
    session.refresh_from_db()
    assert (session.heads_total, session.logged_by) == (38, lotte)


def test_session_log_double_click_is_harmless(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)
    data = log_data(session)

    client.post(url("session_log", session.pk), data)
    again = client.post(url("session_log", session.pk), data)

    assert (again.status_code, SessionChange.objects.count()) == (302, 1)


def test_session_log_after_the_back_button_does_not_argue_with_oneself(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)
    client.post(url("session_log", session.pk), log_data(session))

    again = client.post(url("session_log", session.pk), log_data(session, heads_total="39"))

    session.refresh_from_db()
    assert (again.status_code, session.heads_total, SessionChange.objects.count()) == (302, 39, 2)


def test_session_log_with_a_version_that_never_was_shows_what_is_stored(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)

    page = client.post(url("session_log", session.pk), log_data(session, version=99))

    assert page.status_code == 409


def test_session_log_for_a_sick_colleague_and_says_who_did(client, plan, cafe, lotte):
    session = create_session(activity=cafe, date=date(2026, 10, 27))
    amir = create_member(plan=plan, name="Amir Said")
    client.force_login(amir)
    client.post(url("session_log", session.pk), log_data(session))

    client.force_login(lotte)
    text = client.get(url("session_log", session.pk)).content.decode()

    assert "Registreret af Amir tirsdag 24. november kl. 21.30" in text


def test_session_log_lists_every_change(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)
    client.post(url("session_log", session.pk), log_data(session))
    session.refresh_from_db()
    client.post(url("session_log", session.pk), log_data(session, heads_total="41"))

    history = client.get(url("session_log", session.pk)).context["history"]

    assert [[(line.old, line.new) for line in entry.lines] for entry in history] == [
        [("38", "41")],
        [("Ikke registreret", "Afholdt"), ("", "38")],
    ]


def test_session_log_of_a_locked_date_can_only_be_read(client, plan, cafe, lotte):
    client.force_login(lotte)
    session = create_held_session(activity=cafe, heads=33, date=date(2026, 6, 2))
    plan.figures_locked_until = date(2026, 6, 30)
    plan.save()

    page = client.get(url("session_log", session.pk))
    posted = client.post(url("session_log", session.pk), log_data(session))

    assert "Tal til og med 30. juni er låst" in page.content.decode()
    assert posted.status_code == 422
    session.refresh_from_db()
    assert session.heads_total == 33


def test_session_log_of_a_tick_list_leads_there(client, plan, lotte):
    client.force_login(lotte)
    activity = create_activity(plan=plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS)
    session = create_held_session(activity=activity, heads=None, date=TUESDAY)
    create_attendance(session=session, participant=create_participant(plan=plan, alias="Nadia"))

    text = client.get(url("session_log", session.pk)).content.decode()

    assert reverse("residents:attendance_record", args=["herredsvang", session.pk]) in text
    assert "Nadia" not in text


def test_session_log_ahead_can_be_cancelled_only(client, cafe, lotte):
    client.force_login(lotte)
    session = create_session(activity=cafe, date=TUESDAY + timedelta(days=7))

    refused = client.post(url("session_log", session.pk), log_data(session))
    client.post(url("session_log", session.pk), log_data(session, state="cancelled", reason="Kursus"))

    session.refresh_from_db()
    assert (refused.status_code, session.state, session.reason) == (422, SessionState.CANCELLED, "Kursus")


def test_session_log_ahead_cancels_nothing_for_who_only_looks(client, cafe, lotte):
    client.force_login(lotte)
    session = create_session(activity=cafe, date=TUESDAY + timedelta(days=7))

    page = client.get(url("session_log", session.pk))
    saved = client.post(url("session_log", session.pk), log_data(session, state=""))

    session.refresh_from_db()
    assert page.context["form"]["state"].value() is None
    assert saved.context["form"].errors["state"] == ["Vælg, om den er aflyst eller lukket."]
    assert (saved.status_code, session.state) == (422, SessionState.PLANNED)


def ahead_data(session, **fields):
    return {"version": session.version, "state": "", "theme": "Finale", **fields}


def test_session_log_ahead_takes_a_theme_on_its_own_and_back(client, cafe, lotte):
    client.force_login(lotte)
    session = create_session(activity=cafe, date=TUESDAY + timedelta(days=7))

    page = client.post(url("session_log", session.pk), ahead_data(session, theme="Debat: hash"), follow=True)
    session.refresh_from_db()
    assert (session.state, session.theme, session.format.code) == (SessionState.PLANNED, "hash", "debate")
    assert (session.is_sensitive, session.logged_at, session.changes.count()) == (True, None, 1)
    assert "Unge Cafeen er gemt." in page.content.decode()

    client.post(url("session_undo", session.pk), {"version": session.version})
    session.refresh_from_db()
    assert (session.state, session.theme, session.is_sensitive) == (SessionState.PLANNED, "", False)


def test_session_log_ahead_leaves_a_theme_of_the_programme_to_the_programme(client, cafe, lotte):
    client.force_login(lotte)
    session = create_session(activity=cafe, date=TUESDAY + timedelta(days=7), theme="Quiz")
    create_item(season=create_season(activity=cafe), session=session, title="Quiz", state=ItemState.APPROVED)

    page = client.post(url("session_log", session.pk), ahead_data(session))

    session.refresh_from_db()
    assert (page.status_code, session.theme) == (422, "Quiz")
    assert page.context["form"].errors == {"theme": ["Aftenens tema står i programmet. Ret det dér."]}


def test_session_log_ahead_never_writes_a_theme_over_a_colleagues(client, cafe, lotte):
    client.force_login(lotte)
    session = create_session(activity=cafe, date=TUESDAY + timedelta(days=7))
    client.post(url("session_log", session.pk), ahead_data(session, theme="Quiz"))

    late = client.post(url("session_log", session.pk), ahead_data(session))

    session.refresh_from_db()
    assert (late.status_code, session.theme, [line.label for line in late.context["differences"]]) == (
        409, "Quiz", ["Tema"]
    )  # fmt: skip


def test_session_log_an_exact_number_is_no_longer_an_estimate(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)
    client.post(url("session_log", session.pk), log_data(session, heads_total="ca. 30"))
    session.refresh_from_db()

    client.post(url("session_log", session.pk), log_data(session, heads_total="29", heads_estimated="on"))

    session.refresh_from_db()
    assert (session.heads_total, session.heads_estimated) == (29, False)


def test_session_log_by_htmx_redirects_as_a_page(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)

    answer = client.post(url("session_log", session.pk), log_data(session), headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, url("week"))


def test_session_log_goes_back_only_inside_the_plan(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)

    there = client.post(url("session_log", session.pk), log_data(session, next=url("session_list")))
    session.refresh_from_db()
    outside = client.post(
        url("session_log", session.pk), log_data(session, heads_total="39", next="//ond.example/herredsvang/")
    )

    assert (there.url, outside.url) == (url("session_list"), url("week"))


def test_session_log_saves_within_a_query_budget(client, cafe, lotte, django_assert_max_num_queries):
    client.force_login(lotte)
    session = tonight(cafe)

    # sign-in 3 · evening, its ages, formats, bands, usual 5 · the log 9 · message in the session 3
    with django_assert_max_num_queries(21):
        client.post(url("session_log", session.pk), log_data(session, band_13="3"))

    session.refresh_from_db()
    assert session.heads_total == 38


# -- one tap -----------------------------------------------------------------------------------------------------------


def test_session_not_held_is_one_tap_with_undo(client, cafe, lotte):
    client.force_login(lotte)
    session = create_session(activity=cafe, date=date(2026, 11, 23), theme="Quiz")

    page = client.post(url("session_not_held", session.pk), {"version": 0}, follow=True)

    session.refresh_from_db()
    assert (session.state, session.theme) == (SessionState.CANCELLED, "Quiz")
    assert f"{url('session_undo', session.pk)}?version=1" in page.content.decode()

    client.post(f"{url('session_undo', session.pk)}?version=1")
    session.refresh_from_db()
    assert (session.state, session.logged_at) == (SessionState.PLANNED, None)


def test_session_not_held_by_htmx_answers_with_the_card(client, cafe, lotte):
    client.force_login(lotte)
    session = create_session(activity=cafe, date=date(2026, 11, 23))
    htmx = {"headers": {"HX-Request": "true"}}

    done = client.post(url("session_not_held", session.pk), {"version": 0, "place": "week"}, **htmx)
    closed = client.post(
        url("session_not_held", session.pk), {"version": 1, "place": "week", "state": "closed"}, **htmx
    )
    undone = client.post(url("session_undo", session.pk), {"version": 2, "place": "week"}, **htmx)

    assert [t.name for t in (done.templates[0], closed.templates[0], undone.templates[0])] == [
        "activities/_week_done.html",
        "activities/_week_done.html",
        "activities/_week_done.html",
    ]
    session.refresh_from_db()
    assert session.state == SessionState.CANCELLED


def test_session_undo_refuses_when_a_colleague_wrote_since(client, plan, cafe, lotte):
    client.force_login(lotte)
    session = create_session(activity=cafe, date=date(2026, 11, 23))
    client.post(url("session_log", session.pk), log_data(session))
    session.refresh_from_db()
    client.post(url("session_log", session.pk), log_data(session, heads_total="41"))

    page = client.post(f"{url('session_undo', session.pk)}?version=1")

    session.refresh_from_db()
    assert (page.url, session.heads_total) == (url("session_log", session.pk), 41)


def test_session_clear_makes_it_unlogged_again(client, cafe, lotte):
    client.force_login(lotte)
    session = create_held_session(activity=cafe, date=date(2026, 11, 23))

    client.post(url("session_clear", session.pk), {"version": 0})

    session.refresh_from_db()
    assert session.is_unlogged(TUESDAY)


# -- Fredag ------------------------------------------------------------------------------------------------------------


def row_data(session, heads, **fields):
    return {
        f"s{session.pk}-version": session.version,
        f"s{session.pk}-heads_total": heads,
        **{f"s{session.pk}-{name}": value for name, value in fields.items()},
    }


def test_friday_saves_one_row_at_a_time(client, cafe, lotte):
    client.force_login(lotte)
    monday = create_session(activity=cafe, date=date(2026, 11, 23))
    other = tonight(cafe)

    answer = client.post(url("friday_row", monday.pk), row_data(monday, "19", volunteer_turns="2"))

    monday.refresh_from_db()
    other.refresh_from_db()
    assert (monday.heads_total, monday.volunteer_turns, other.state) == (19, 2, SessionState.PLANNED)
    assert answer.url == url("friday") + "?uge=2026-W48"


def test_friday_never_prefills_a_count(client, cafe, lotte):
    client.force_login(lotte)
    for days in range(7, 70, 7):
        create_held_session(activity=cafe, heads=38, date=TUESDAY - timedelta(days=days))
    tonight(cafe)

    page = client.get(url("friday"))

    assert page.context["rows"][0]["form"]["heads_total"].value() is None
    assert "plejer at samle 38–38" in page.content.decode()


def test_friday_row_refused_keeps_what_was_typed(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)

    plain = client.post(url("friday_row", session.pk), row_data(session, "20-25"))
    htmx = client.post(url("friday_row", session.pk), row_data(session, "20-25"), headers={"HX-Request": "true"})

    assert "20-25" in plain.content.decode()
    assert (htmx.status_code, htmx.templates[0].name) == (422, "activities/_friday_row.html")


def test_friday_row_by_htmx_answers_with_the_saved_row(client, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe)

    answer = client.post(url("friday_row", session.pk), row_data(session, "0"), headers={"HX-Request": "true"})

    session.refresh_from_db()
    assert (answer.templates[0].name, session.heads_total) == ("activities/_friday_done.html", 0)


def test_friday_row_conflict_leads_to_both_numbers(client, plan, cafe, lotte):
    session = tonight(cafe)
    data = row_data(session, "19")
    client.force_login(create_member(plan=plan))
    client.post(url("session_log", session.pk), log_data(session))

    client.force_login(lotte)
    answer = client.post(url("friday_row", session.pk), data)

    session.refresh_from_db()
    assert (answer.url, session.heads_total) == (url("session_log", session.pk), 38)


@pytest.mark.parametrize("rows", [1, 30])
def test_friday_takes_constant_queries(client, plan, lotte, rows, django_assert_max_num_queries):
    client.force_login(lotte)
    for number in range(rows):
        activity = create_activity(plan=plan, name=f"Aktivitet nr. {number}", owner=lotte)
        create_session(activity=activity, date=date(2026, 11, 23))
        create_held_session(activity=activity, date=TUESDAY)

    with django_assert_max_num_queries(8):
        client.get(url("friday"))


# -- the unplanned -----------------------------------------------------------------------------------------------------


def test_session_unplanned_creates_activity_and_log_in_one_step(client, plan, lotte):
    client.force_login(lotte)

    client.post(
        url("session_unplanned"),
        {
            "activity": "ny",
            "new_name": "Sommerfest på Øen",
            "focus_area": get_focus_area(4).pk,
            "day": "21-11-2026",
            "heads_total": "180",
        },
    )

    session = Session.objects.get()
    assert (session.activity.name, session.activity.focus_area, session.date) == (
        "Sommerfest på Øen",
        get_focus_area(4),
        date(2026, 11, 21),
    )
    assert (session.state, session.heads_total, session.schedule) == (SessionState.HELD, 180, None)


def test_session_unplanned_works_on_a_holiday(client, plan, cafe, lotte):
    client.force_login(lotte)
    create_schedule(activity=cafe, starts_on=date(2026, 1, 6))

    client.post(url("session_unplanned"), {"activity": cafe.pk, "day": "25.5.2026", "heads_total": "12"})

    assert Session.objects.get().date == date(2026, 5, 25)


def test_session_unplanned_uses_the_planned_evening_of_that_day(client, plan, cafe, lotte):
    client.force_login(lotte)
    session = tonight(cafe, theme="Quiz")

    client.post(url("session_unplanned"), {"activity": cafe.pk, "day": "24-11-2026", "heads_total": "12"})

    session.refresh_from_db()
    assert (Session.objects.count(), session.heads_total) == (1, 12)


def test_session_unplanned_asks_before_a_second_one_that_day(client, plan, cafe, lotte):
    client.force_login(lotte)
    create_held_session(activity=cafe, date=TUESDAY, heads=30)
    data = {"activity": cafe.pk, "day": "24-11-2026", "heads_total": "12"}

    asked = client.post(url("session_unplanned"), data)
    assert (asked.status_code, Session.objects.count()) == (422, 1)
    assert "er allerede registreret" in asked.content.decode()

    client.post(url("session_unplanned"), data | {"is_one_more": "on"})
    assert list(Session.objects.order_by("pk").values_list("heads_total", flat=True)) == [30, 12]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"activity": "ny", "heads_total": "5"}, "new_name"),
        ({"activity": "ny", "new_name": "Fest", "heads_total": "5"}, "focus_area"),
        ({"activity": "", "heads_total": "5"}, "activity"),
        ({"heads_total": ""}, "heads_total"),
        ({"heads_total": "5", "day": "1-12-2026"}, "day"),
        ({"heads_total": "5", "day": "31-02-2026"}, "day"),
    ],
)
def test_session_unplanned_says_what_is_missing(client, plan, cafe, lotte, fields, field):
    client.force_login(lotte)

    page = client.post(url("session_unplanned"), {"activity": cafe.pk, "day": "24-11-2026", **fields})

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert Session.objects.count() == 0


def test_session_unplanned_of_a_tick_list_goes_to_the_list(client, plan, lotte):
    client.force_login(lotte)
    activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)

    answer = client.post(url("session_unplanned"), {"activity": activity.pk, "day": "24-11-2026", "heads_total": ""})

    session = Session.objects.get()
    assert answer.url == reverse("residents:attendance_record", args=["herredsvang", session.pk])


def test_session_unplanned_is_taken_back_in_one_step_too(client, plan, cafe, lotte):
    client.force_login(lotte)
    client.post(url("session_unplanned"), {"activity": cafe.pk, "day": "21-11-2026", "heads_total": "12"})
    session = Session.objects.get()

    client.post(f"{url('session_undo', session.pk)}?version=1")

    assert Session.objects.count() == 0


def test_session_unplanned_that_was_corrected_since_is_not_removed_by_undo(client, plan, cafe, lotte):
    client.force_login(lotte)
    client.post(url("session_unplanned"), {"activity": cafe.pk, "day": "21-11-2026", "heads_total": "12"})
    session = Session.objects.get()
    client.post(url("session_log", session.pk), log_data(session, heads_total="13"))

    client.post(f"{url('session_undo', session.pk)}?version=2")

    session.refresh_from_db()
    assert session.heads_total == 12


def test_session_remove_takes_only_what_no_series_planned(client, plan, cafe, lotte):
    client.force_login(lotte)
    by_hand = create_session(activity=cafe, date=date(2026, 11, 21))
    schedule = create_schedule(activity=cafe)
    of_series = create_session(activity=cafe, date=TUESDAY, schedule=schedule, scheduled_on=TUESDAY)

    for session in (by_hand, of_series):
        client.post(url("session_remove", session.pk), {"version": 0})

    assert list(Session.objects.all()) == [of_series]


# -- the month ---------------------------------------------------------------------------------------------------------


def test_session_list_finds_an_evening_and_who_logged_it(client, plan, cafe, lotte):
    client.force_login(lotte)
    create_held_session(activity=cafe, date=date(2026, 10, 6), heads=31, logged_by=lotte)
    create_session(activity=create_activity(plan=plan), date=date(2026, 10, 7))

    page = client.get(url("session_list"), {"maaned": "2026-10", "aktivitet": cafe.pk, "status": "held"})

    rows = list(page.context["page"].object_list)
    assert [(row.visits, row.logged_by) for row in rows] == [(31, lotte)]


def test_session_list_ignores_a_filter_that_makes_no_sense(client, plan, cafe, lotte):
    client.force_login(lotte)
    tonight(cafe)

    page = client.get(url("session_list"), {"maaned": "2026-99", "aktivitet": "x", "status": "vrøvl", "page": "9"})

    assert len(page.context["page"].object_list) == 1


@pytest.mark.parametrize("rows", [1, 100])
def test_session_list_takes_at_most_six_queries_of_its_own(client, plan, lotte, rows, django_assert_max_num_queries):
    client.force_login(lotte)
    for number in range(rows):
        activity = create_activity(plan=plan, name=f"Aktivitet nr. {number}", owner=lotte)
        create_held_session(activity=activity, date=date(2026, 11, 3), logged_by=lotte, format=get_format())

    with django_assert_max_num_queries(3 + 6):  # sign-in, user, membership, and the page's own
        page = client.get(url("session_list"))

    assert len(page.context["page"].object_list) == rows


# -- volunteers --------------------------------------------------------------------------------------------------------


def test_upcoming_shows_volunteers_themes_and_totals_only(client, plan, cafe):
    volunteer = create_member(plan=plan, role=Role.VOLUNTEER)
    client.force_login(volunteer)
    tonight(cafe, theme="Turnering i FIFA")
    create_held_session(activity=cafe, date=date(2026, 11, 17), heads=41, note="Internt om aftenen")

    text = client.get(url("upcoming")).content.decode()

    assert "Turnering i FIFA" in text
    assert '<span class="num">41</span>' in text
    assert "Internt om aftenen" not in text
    assert url("session_log", Session.objects.first().pk) not in text


@pytest.mark.parametrize(
    "name", ["week", "friday", "session_unplanned", "session_list", "missing_list", "activity_list"]
)
def test_volunteers_do_not_reach_the_log(client, plan, cafe, name):
    client.force_login(create_member(plan=plan, role=Role.VOLUNTEER))

    assert client.get(url(name)).status_code == 403


# -- activities --------------------------------------------------------------------------------------------------------


def activity_data(**fields):
    return {
        "name": "Madklub",
        "focus_area": get_focus_area(4).pk,
        "counting_mode": "headcount",
        "aliases": "",
        "venue_name": "",
        "interval": "1",
        **fields,
    }


def test_activity_create_with_weekly_time_plans_its_evenings(client, plan, lotte):
    client.force_login(lotte)

    client.post(
        url("activity_create"),
        activity_data(
            venue_name="Køkkenet",
            aliases="Madklubben, Folkekøkken; madklubben",
            weekdays=["0"],
            interval="1",
            start_time="17.30",
            end_time="20",
            starts_on="23-11-2026",
            skips_holidays="on",
        ),
    )

    activity = Activity.objects.get()
    schedule = Schedule.objects.get()
    first = Session.objects.order_by("date").first()
    assert (activity.venue.name, [alias.text for alias in activity.aliases.all()]) == (
        "Køkkenet",
        ["Folkekøkken", "madklubben"],
    )
    assert (schedule.rule, schedule.start_time, schedule.end_time) == ("FREQ=WEEKLY;BYDAY=MO", time(17, 30), time(20))
    assert (first.date, first.venue) == (date(2026, 11, 23), activity.venue)


def test_activity_create_without_a_time_is_fine(client, plan, lotte):
    client.force_login(lotte)

    client.post(url("activity_create"), activity_data())

    assert (Activity.objects.get().name, Schedule.objects.count()) == ("Madklub", 0)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "UNGE  CAFEEN"}, "name"),
        ({"name": ""}, "name"),
        ({"focus_area": ""}, "focus_area"),
        ({"aliases": "Cafeen"}, "aliases"),
        ({"weekdays": ["1"]}, "start_time"),
        ({"start_time": "18", "end_time": "21"}, "weekdays"),
        ({"weekdays": ["1"], "start_time": "21", "end_time": "18", "starts_on": "1-12-2026"}, "end_time"),
        ({"purpose": "Ring til 010203-1234"}, "purpose"),
    ],
)
def test_activity_create_says_what_is_wrong(client, plan, cafe, lotte, fields, field):
    client.force_login(lotte)
    from tests.factories import create_alias

    create_alias(activity=cafe, text="Cafeen")

    page = client.post(url("activity_create"), activity_data(**fields))

    assert field in page.context["form"].errors
    assert Activity.objects.count() == 1


def test_activity_edit_replaces_the_spellings(client, plan, cafe, lotte):
    client.force_login(lotte)

    client.post(url("activity_edit", cafe.pk), activity_data(name="Unge Cafeen", aliases="Caféen"))
    client.post(url("activity_edit", cafe.pk), activity_data(name="Unge Cafeen", aliases="Caféen, Ungecafé"))

    assert [alias.text for alias in cafe.aliases.all()] == ["Caféen", "Ungecafé"]


def test_activity_end_and_resume(client, plan, cafe, lotte):
    client.force_login(lotte)
    create_session(activity=cafe, date=date(2026, 12, 1))

    assert "Én kommende gang" in client.get(url("activity_end", cafe.pk)).content.decode()
    client.post(url("activity_end", cafe.pk))
    cafe.refresh_from_db()
    assert (cafe.is_active, Session.objects.count()) == (False, 0)

    client.post(url("activity_resume", cafe.pk))
    cafe.refresh_from_db()
    assert cafe.is_active


@pytest.mark.parametrize("rows", [1, 30])
def test_activity_list_takes_constant_queries(client, plan, lotte, rows, django_assert_max_num_queries):
    client.force_login(lotte)
    for number in range(rows):
        create_schedule(activity=create_activity(plan=plan, name=f"Aktivitet nr. {number}", owner=lotte))

    with django_assert_max_num_queries(8):
        client.get(url("activity_list"))


def test_guide_status_counts(client, plan, cafe):
    client.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))
    create_schedule(activity=cafe)
    create_activity(plan=plan)

    page = client.get(url("guide_status"))

    assert (page.context["activities"], page.context["scheduled"]) == (2, 1)


# -- nudges ------------------------------------------------------------------------------------------------------------


def test_missing_list_says_who_lacks_what_and_nudges_once_a_day(client, plan, cafe, lotte, mailoutbox, run_jobs):
    from accounts.models import Mail

    leader = create_member(plan=plan, role=Role.PROJECT_MANAGER, name="Karen Leder")
    client.force_login(leader)
    create_session(activity=cafe, date=date(2026, 11, 17))
    create_session(activity=create_activity(plan=plan), date=date(2026, 11, 18))

    lacks = client.get(url("missing_list")).context["lacks"]
    assert [(lack.owner, len(lack.sessions)) for lack in lacks] == [(lotte, 1), (None, 1)]

    client.post(url("nudge_send", lotte.pk))
    client.post(url("nudge_send", lotte.pk))
    assert [mail.to for mail in Mail.objects.all()] == [lotte.email]
    run_jobs()
    assert (mailoutbox[0].subject, len(mailoutbox)) == ("Én gang venter på sit tal", 1)
    assert "- Unge Cafeen, 17-11-2026" in mailoutbox[0].body
    assert "/herredsvang/fredag/" in mailoutbox[0].body
    assert client.get(url("missing_list")).context["lacks"][0].is_nudged


def test_missing_list_is_the_project_managers(client, plan, lotte):
    client.force_login(lotte)

    assert client.get(url("missing_list")).status_code == 403
