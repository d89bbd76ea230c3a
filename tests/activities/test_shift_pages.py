"""The pages of shifts, as a volunteer and as the team meet them."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail, MailState, Role, VolunteerDetails
from activities.models import RemovedShift, SessionState, ShiftNeed, ShiftRole, ShiftSettings, ShiftSignup
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_session,
    create_shift,
    create_signup,
    create_venue,
    create_volunteer,
)

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)
NEXT = TUESDAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def tuesday_noon():
    with time_machine.travel("2026-11-24 12:00+01:00", tick=False):
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
def yasmin(plan, client):
    yasmin = create_volunteer(plan=plan, name="Yasmin Ahmadi")
    client.force_login(yasmin)
    return yasmin


@pytest.fixture
def evening(cafe, plan):
    return create_session(
        activity=cafe, date=NEXT, start_time=time(18), end_time=time(21), venue=create_venue(plan=plan)
    )


def url(name, *args):
    return reverse(f"activities:{name}", args=["herredsvang", *args])


def seen(client, address):
    return " ".join(client.get(address).content.decode().split())


def said(response):
    return [str(message) for message in response.context["messages"]]


def undo_address(response):
    return next(message.extra_tags for message in response.context["messages"]).removeprefix("undo:")


# -- the volunteer -----------------------------------------------------------------------------------------------------


def test_home_says_where_somebody_is_missing_and_leads_there(client, yasmin, evening):
    create_shift(session=evening, role="door", minimum=2)
    create_shift(session=evening, role="host", minimum=1)

    page = seen(client, url("upcoming"))

    assert f'href="{url("shift_list")}#aften-{evening.pk}"' in page
    assert "mangler 3" in page
    assert f'id="aften-{evening.pk}"' in seen(client, url("shift_list"))


def test_home_says_which_shift_is_mine(client, yasmin, evening):
    create_signup(shift=create_shift(session=evening, role="door"), user=yasmin)

    page = seen(client, url("upcoming"))

    assert "din vagt: dør" in page
    assert "mangler" not in page


def test_an_open_shift_that_clashes_with_ones_own_says_why_it_cannot_be_taken(client, plan, yasmin, evening):
    create_signup(shift=create_shift(session=evening, role="door"), user=yasmin)
    create_shift(session=evening, role="clean-up")

    page = seen(client, url("shift_list"))

    assert page.count("Du har en vagt på det tidspunkt.") == 1


def test_taking_over_says_from_whom(client, plan, yasmin, evening):
    shift = create_shift(session=evening, role="door", maximum=2)
    samir = create_volunteer(plan=plan, name="Samir Haddad")
    create_signup(shift=shift, user=samir, swap_asked_at=timezone.now())

    page = seen(client, url("shift_list"))

    assert ["Tag den<" in page, "Tag over for Samir<" in page] == [True, True]


def test_whoever_had_a_shift_on_an_evening_that_is_called_off_is_told(client, yasmin, evening):
    create_signup(shift=create_shift(session=evening, role="door"), user=yasmin)
    evening.state, evening.logged_at = SessionState.CANCELLED, timezone.now()
    evening.save()

    assert "er aflyst. Du skal ikke komme." in seen(client, url("shift_list"))


def test_a_shift_is_taken_with_one_button_and_undone_with_another(client, yasmin, evening):
    shift = create_shift(session=evening, role="door")

    response = client.post(url("shift_take", shift.pk), follow=True)

    assert said(response) == ["Vagten er din: Dør, Unge Cafeen."]
    assert response.redirect_chain[0][0] == f"{url('shift_list')}#aften-{evening.pk}"
    assert shift.signups.standing().get().user == yasmin

    response = client.post(undo_address(response), follow=True)
    assert said(response) == ["Fortrudt."]
    assert not shift.signups.standing().exists()
    assert said(client.post(f"{url('signup_undo', ShiftSignup.objects.get().pk)}?hvad=taget", follow=True)) == [
        "Det er for sent at fortryde."
    ]


def test_a_refusal_is_said_and_nothing_happens(client, yasmin, plan, evening):
    shift = create_shift(session=evening, maximum=1)
    create_signup(shift=shift, user=create_volunteer(plan=plan))

    response = client.post(url("shift_take", shift.pk), follow=True)

    assert said(response) == ["En anden var hurtigere: vagten er fyldt. Se, hvor der ellers mangler nogen."]
    assert shift.signups.count() == 1


def test_in_good_time_a_shift_is_given_up_with_one_button(client, yasmin, evening):
    signup = create_signup(shift=create_shift(session=evening, role="door"), user=yasmin)
    assert f'action="{url("signup_give_up", signup.pk)}"' in seen(client, url("shift_list"))

    response = client.post(url("signup_give_up", signup.pk), follow=True)

    assert said(response) == ["Du er meldt fra: Dør, Unge Cafeen."]
    client.post(undo_address(response))
    signup.refresh_from_db()
    assert (signup.withdrawn_at, signup.is_late) == (None, False)


def test_late_the_page_says_whom_to_ring_first(client, yasmin, plan, lotte, cafe):
    VolunteerDetails.objects.create(membership=lotte.memberships.get(), phone="23 45 67 89")
    tonight = create_session(activity=cafe, date=TUESDAY, start_time=time(18), end_time=time(21))
    signup = create_signup(shift=create_shift(session=tonight, role="door"), user=yasmin)
    listed = seen(client, url("shift_list"))
    assert f'href="{url("signup_give_up", signup.pk)}"' in listed
    assert "Jeg kan ikke alligevel" in listed

    page = seen(client, url("signup_give_up", signup.pk))
    assert "Lotte Madsen" in page
    assert 'href="tel:23456789"' in page

    client.post(url("signup_give_up", signup.pk))
    signup.refresh_from_db()
    assert signup.is_late


def test_late_without_a_phone_the_page_says_so(client, yasmin, cafe):
    tonight = create_session(activity=cafe, date=TUESDAY)
    signup = create_signup(shift=create_shift(session=tonight), user=yasmin)

    assert "Vi har ikke nummeret her. Spørg en af de andre." in seen(client, url("signup_give_up", signup.pk))


def test_somebody_elses_shift_is_not_given_up(client, yasmin, plan, evening):
    signup = create_signup(shift=create_shift(session=evening), user=create_volunteer(plan=plan))

    for name in ("signup_give_up", "signup_swap", "signup_undo"):
        client.post(url(name, signup.pk))

    signup.refresh_from_db()
    assert (signup.withdrawn_at, signup.swap_asked_at) == (None, None)


def test_a_swap_is_asked_for_seen_and_taken_over(client, yasmin, plan, evening):
    samir = create_volunteer(plan=plan, name="Samir Haddad")
    signup = create_signup(shift=create_shift(session=evening, role="door"), user=samir)
    assert "vil gerne bytte" not in seen(client, url("shift_list"))

    client.force_login(samir)
    assert said(client.post(url("signup_swap", signup.pk), follow=True)) == [
        "De andre kan se, at du vil bytte. Vagten er din, til en anden tager den."
    ]
    assert "Du har spurgt, hvem der vil bytte." in seen(client, url("shift_list"))

    client.force_login(yasmin)
    assert "Samir vil gerne bytte" in seen(client, url("shift_list"))
    response = client.post(url("signup_take_over", signup.pk), follow=True)
    assert said(response) == ["Vagten er din: Dør, Unge Cafeen."]

    client.post(undo_address(response))
    assert signup.shift.signups.standing().get() == signup


def test_a_swap_can_be_taken_back(client, yasmin, evening):
    signup = create_signup(shift=create_shift(session=evening), user=yasmin, swap_asked_at=timezone.now())

    assert said(client.post(url("signup_swap", signup.pk), {"wanted": "0"}, follow=True)) == ["Du beholder vagten."]
    signup.refresh_from_db()
    assert signup.swap_asked_at is None


def test_what_clashes_with_ones_own_shift_that_evening_is_not_offered(client, yasmin, evening):
    create_signup(shift=create_shift(session=evening, role="door"), user=yasmin)
    same = create_shift(session=evening, role="kitchen")
    before = create_shift(session=evening, role="technology", start_time=time(16), end_time=time(18))

    page = seen(client, url("shift_list"))

    assert [url("shift_take", shift.pk) in page for shift in (same, before)] == [False, True]


def test_an_evening_that_was_taken_away_is_told(client, yasmin, plan):
    RemovedShift.objects.create(
        plan=plan, user=yasmin, uid="12345678123456781234567812345678", title="Dør, Unge Cafeen", date=NEXT
    )

    assert "Dør, Unge Cafeen, tirsdag 1. december, er aflyst. Du skal ikke komme." in seen(client, url("shift_list"))


def test_without_shifts_the_page_teaches_the_next_step(client, yasmin, plan, lotte):
    assert "Spørg holdet, hvis du vil hjælpe nu." in seen(client, url("shift_list"))

    client.force_login(lotte)
    assert "Vælg en aktivitet, og skriv, hvor mange den plejer at have brug for." in seen(client, url("shift_list"))


def test_volunteers_see_first_names_and_neither_age_nor_phone(client, yasmin, plan, evening):
    samir = create_volunteer(plan=plan, name="Samir Haddad", birth_year=2010, phone="23 45 67 89")
    create_signup(shift=create_shift(session=evening), user=samir)

    page = seen(client, url("shift_list"))

    assert "Samir" in page
    assert ("Haddad" in page, "2010" in page, "23 45" in page, "alene" in page) == (False, False, False, False)


@pytest.mark.parametrize("evenings", [1, 30])
def test_the_page_of_shifts_takes_the_same_few_queries(client, yasmin, plan, cafe, evenings, django_assert_num_queries):
    people = [create_volunteer(plan=plan) for _ in range(3)]
    for number in range(evenings):
        session = create_session(
            activity=cafe, date=TUESDAY + timedelta(days=number), start_time=time(18), end_time=time(21)
        )
        for role in ("host", "door", "kitchen"):
            shift = create_shift(session=session, role=role, maximum=5)
            for person in people:
                create_signup(shift=shift, user=person, swap_asked_at=timezone.now())
        create_signup(shift=shift, user=yasmin)

    with django_assert_num_queries(9):
        client.get(url("shift_list"))
    with django_assert_num_queries(9):
        client.get(url("upcoming") + "?uger=8")


# -- calendar and e-mails ----------------------------------------------------------------------------------------------


def test_own_details_are_saved(client, yasmin):
    data = {"phone": " 12 34  56 78 ", "quiet_from": "22", "quiet_to": "7.30"}

    assert client.post(url("volunteer_own"), data).status_code == 302

    details = VolunteerDetails.objects.get(membership__user=yasmin)
    assert (details.phone, details.wants_reminders) == ("12 34 56 78", False)
    assert (details.quiet_from, details.quiet_to, details.birth_year) == (time(22), time(7, 30), 2005)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("phone", "ring til mor", "Skriv telefonnummeret med mindst 8 cifre, fx 12 34 56 78."),
        ("phone", "010203-1234", "CPR"),
        ("quiet_from", "sent", "Skriv tidspunktet som 18.00."),
        ("quiet_to", "", "Skriv tidspunktet som 21.00."),
    ],
)
def test_own_details_say_what_is_wrong_and_keep_what_was_typed(client, yasmin, field, value, words):
    data = {"phone": "12 34 56 78", "quiet_from": "21:00", "quiet_to": "08:00", field: value}

    response = client.post(url("volunteer_own"), data)

    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert not value or f'value="{value}"' in response.content.decode()


def test_colleagues_without_details_get_them_when_they_save(client, lotte):
    client.force_login(lotte)
    assert client.get(url("volunteer_own")).status_code == 200

    client.post(url("volunteer_own"), {"phone": "12 34 56 78", "quiet_from": "21:00", "quiet_to": "08:00"})

    assert VolunteerDetails.objects.get(membership__user=lotte).phone == "12 34 56 78"


# -- the team ----------------------------------------------------------------------------------------------------------


def test_my_week_says_where_volunteers_are_missing(client, lotte, cafe):
    client.force_login(lotte)
    for day in (TUESDAY, TUESDAY + timedelta(days=2)):
        create_shift(session=create_session(activity=cafe, date=day, start_time=time(18)), minimum=2, maximum=3)

    page = seen(client, url("week"))

    assert "mangler 2 frivillige" in page
    assert page.count("mangler 2") == 2


def test_the_team_puts_on_and_takes_off(client, lotte, plan, evening):
    client.force_login(lotte)
    shift, samir = create_shift(session=evening, role="door"), create_volunteer(plan=plan, name="Samir Haddad")

    response = client.post(url("shift_put_on", shift.pk), {"user": samir.pk}, follow=True)
    assert said(response) == ["Samir er sat på vagten: Dør."]
    signup = shift.signups.standing().get()

    response = client.post(url("signup_remove", signup.pk), follow=True)
    assert said(response) == ["Samir er taget af vagten: Dør."]
    client.post(undo_address(response))
    assert shift.signups.standing().get() == signup


def test_putting_on_says_why_not(client, lotte, plan, evening):
    client.force_login(lotte)
    ShiftRole.objects.filter(code="door").update(minimum_age=18)
    shift = create_shift(session=evening, role="door")
    young = create_volunteer(plan=plan, name="Zahra Noor", birth_year=2012)

    assert said(client.post(url("shift_put_on", shift.pk), {"user": young.pk}, follow=True)) == [
        "Zahra: Vagten er fra 18 år."
    ]
    assert said(client.post(url("shift_put_on", shift.pk), {"user": "x"}, follow=True)) == [
        "Vælg, hvem der tager vagten."
    ]


def test_the_team_is_warned_of_late_gaps_and_of_the_young_alone(client, lotte, plan, evening):
    client.force_login(lotte)
    door, kitchen = create_shift(session=evening, role="door"), create_shift(session=evening, role="kitchen")
    create_signup(shift=kitchen, user=create_volunteer(plan=plan), withdrawn_at=timezone.now(), is_late=True)
    create_signup(shift=door, user=create_volunteer(plan=plan, birth_year=2010))

    page = seen(client, url("shift_manage", evening.pk))

    assert "En har meldt fra sent." in page
    assert "Under 18 og alene på vagten. Find en mere, eller vær der selv." in page

    create_signup(shift=door, user=create_volunteer(plan=plan, birth_year=1999))
    create_signup(shift=kitchen, user=create_volunteer(plan=plan, birth_year=1999))
    page = seen(client, url("shift_manage", evening.pk))
    assert ("En har meldt fra sent." in page, "alene på vagten" in page) == (False, False)


def role_data(code, **fields):
    prefix = f"r{ShiftRole.objects.get(code=code).pk}"
    return {f"{prefix}-{name}": value for name, value in fields.items()}


def test_usual_needs_are_saved_and_coming_evenings_follow(client, lotte, cafe, evening):
    client.force_login(lotte)
    data = role_data("host", minimum="1", maximum="2") | role_data("door", maximum="2")
    data |= role_data("kitchen", minimum="0", maximum="0")

    response = client.post(url("shift_needs", cafe.pk), data, follow=True)

    assert said(response) == ["Gemt. De kommende aftener har fået deres vagter."]
    assert list(ShiftNeed.objects.values_list("role__code", "minimum", "maximum")) == [("host", 1, 2), ("door", 1, 2)]
    assert evening.shifts.count() == 2
    assert "1–2" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"minimum": "3", "maximum": "2"}, "“Højst” kan ikke være mindre end “mindst”."),
        ({"minimum": "mange"}, "mange"),
        ({"maximum": "51"}, "for stort et tal"),
        ({"minimum": "1", "maximum": "2", "start_time": "17.30"}, "Skriv begge tider, eller ingen."),
    ],
)
def test_usual_needs_say_what_is_wrong(client, lotte, cafe, fields, words):
    client.force_login(lotte)

    response = client.post(url("shift_needs", cafe.pk), role_data("door", **fields))

    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert not ShiftNeed.objects.exists()


def test_one_evening_is_adjusted(client, lotte, cafe, evening):
    client.force_login(lotte)
    create_shift(session=evening, role="host")
    data = role_data("door", minimum="2", maximum="3", start_time="17.30", end_time="21.30")

    assert said(client.post(url("shift_manage", evening.pk), data, follow=True)) == ["Gemt for denne aften."]

    shift = evening.shifts.wanted().get()
    assert (shift.role.code, shift.minimum, shift.maximum) == ("door", 2, 3)
    assert (shift.start_time, shift.end_time, shift.is_adjusted) == (time(17, 30), time(21, 30), True)


def test_the_rules_are_the_plans_own(client, lotte, plan):
    client.force_login(lotte)
    data = {"give_up_hours": "48", "remind_days": "2", "remind_at": "15", "certificate_years": "3"}

    client.post(url("shift_rules"), data)

    rules = ShiftSettings.objects.get(plan=plan)
    assert (rules.give_up_hours, rules.remind_days, rules.remind_at) == (48, 2, time(15))
    assert client.post(url("shift_rules"), data | {"certificate_years": "0"}).status_code == 422


@pytest.mark.parametrize(
    ("born", "certificate", "words"),
    [
        (2005, date(2025, 3, 1), "1. marts 2025"),
        (2005, date(2024, 11, 24), "24. november 2024"),  # two years today: still good
        (2005, date(2024, 11, 23), "fra 23. november 2024, hent en ny"),
        (2005, None, "mangler"),
        (2011, None, "mangler"),
        (2012, None, "under 15, ikke nødvendig"),
        (None, None, "fødselsåret mangler"),
    ],
)
def test_volunteers_certificates_are_judged(client, lotte, plan, born, certificate, words):
    client.force_login(lotte)
    create_volunteer(plan=plan, name="Samir Haddad", birth_year=born, certificate_on=certificate)

    assert words in seen(client, url("volunteer_list"))


def test_what_the_team_writes_of_a_volunteer_is_saved(client, lotte, plan, yasmin):
    client.force_login(lotte)
    member = yasmin.memberships.get()
    data = {"birth_year": "2007", "phone": "12 34 56 78", "certificate_on": "3/11 2026", "wants_reminders": "on",
            "quiet_from": "21:00", "quiet_to": "08:00"}  # fmt: skip

    assert client.post(url("volunteer_edit", member.pk), data).status_code == 302

    details = VolunteerDetails.objects.get(membership=member)
    assert (details.birth_year, details.phone, details.certificate_on) == (2007, "12 34 56 78", date(2026, 11, 3))


@pytest.mark.parametrize(
    ("field", "value"), [("birth_year", "07"), ("birth_year", "2025"), ("certificate_on", "1-1-2027")]
)
def test_a_slip_of_the_thumb_is_asked_about(client, lotte, plan, yasmin, field, value):
    client.force_login(lotte)
    data = {"birth_year": "2007", "quiet_from": "21:00", "quiet_to": "08:00", field: value}

    assert client.post(url("volunteer_edit", yasmin.memberships.get().pk), data).status_code == 422


def test_board_members_are_no_volunteers(client, lotte, plan):
    client.force_login(lotte)
    member = create_member(plan=plan, role=Role.BOARD).memberships.get()

    assert client.get(url("volunteer_edit", member.pk)).status_code == 404


@pytest.mark.parametrize("people", [1, 30])
def test_the_list_of_volunteers_takes_the_same_few_queries(
    client, lotte, plan, cafe, people, django_assert_num_queries
):
    client.force_login(lotte)
    session = create_held_session(activity=cafe, date=TUESDAY, start_time=time(18), end_time=time(21))
    shift = create_shift(session=session, maximum=40)
    for _ in range(people):
        create_signup(shift=shift, user=create_volunteer(plan=plan))

    with django_assert_num_queries(9):
        page = client.get(url("volunteer_list"))

    assert [time.evenings for _row, time in page.context["rows"]] == [1] * people


def test_an_unclear_reminder_is_shown_and_sent_again_by_a_person(client, lotte, plan):
    client.force_login(lotte)
    mail = Mail.objects.create(
        plan=plan, key="x", template="shift_reminder", to="samir@eksempel.dk", state=MailState.UNCLEAR
    )
    page = seen(client, url("volunteer_list"))
    assert "samir@eksempel.dk" in page
    assert "Uklart om den nåede frem" in page

    assert said(client.post(url("reminder_resend", mail.pk), follow=True)) == ["Mailen er på vej."]

    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED
    assert said(client.post(url("reminder_resend", mail.pk), follow=True)) == ["Der er ikke noget at sende."]


# -- mails about shifts that change hands ------------------------------------------------------------------------------


def test_both_get_a_mail_when_a_swap_is_taken_over(client, evening, yasmin, plan, run_jobs, mailoutbox):
    samir = create_volunteer(plan=plan, name="Samir Ali")
    offered = create_signup(shift=create_shift(session=evening), user=samir, swap_asked_at=timezone.now())

    for _tap in range(2):
        client.post(reverse("activities:signup_take_over", args=["herredsvang", offered.pk]))
    run_jobs()

    said = {mail.to[0]: f"{mail.subject} {mail.body}" for mail in mailoutbox}
    assert sorted(said) == sorted([samir.email, yasmin.email])
    assert len(mailoutbox) == 2
    assert "Yasmin tager din vagt" in said[samir.email]
    assert "Du har fået en vagt af Samir" in said[yasmin.email]
    assert "Samir" not in str(list(Mail.objects.values_list("context", flat=True)))


def test_no_mail_of_a_swap_taken_back_or_to_who_wants_none(client, evening, yasmin, plan, run_jobs, mailoutbox):
    samir = create_volunteer(plan=plan, name="Samir Ali", wants_reminders=False)
    offered = create_signup(shift=create_shift(session=evening), user=samir, swap_asked_at=timezone.now())
    client.post(reverse("activities:signup_take_over", args=["herredsvang", offered.pk]))
    assert list(Mail.objects.values_list("to", flat=True)) == [yasmin.email]

    mine = ShiftSignup.objects.standing().get(user=yasmin)
    client.post(reverse("activities:signup_undo", args=["herredsvang", mine.pk]))
    run_jobs()

    assert mailoutbox == []


@pytest.mark.parametrize(("day", "told"), [(TUESDAY, True), (NEXT, False)])
def test_who_runs_the_shifts_gets_a_mail_when_somebody_is_off_late(
    client, cafe, lotte, yasmin, plan, day, told, run_jobs, mailoutbox
):
    create_volunteer(plan=plan, name="Samir Ali")
    leader = create_member(plan=plan, role=Role.PROJECT_MANAGER, name="Karen Holm")
    session = create_session(activity=cafe, date=day, start_time=time(18), end_time=time(21))
    signup = create_signup(shift=create_shift(session=session), user=yasmin)

    for _tap in range(2):
        client.post(reverse("activities:signup_give_up", args=["herredsvang", signup.pk]))
    run_jobs()

    assert sorted(mail.to[0] for mail in mailoutbox) == (sorted([lotte.email, leader.email]) if told else [])
    assert all("Yasmin kan ikke komme alligevel" in mail.body for mail in mailoutbox)
