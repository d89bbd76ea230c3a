"""The board, an item and publishing, as a browser without a script meets them."""

import re
from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Mail, Role
from activities.models import (
    ChecklistLine,
    Guest,
    IdeaState,
    ItemState,
    ListKind,
    ProgrammeItem,
    ProgrammeRelease,
    Season,
    Session,
)
from activities.programme import approve_item
from activities.programme_items import forget_guests
from tests.factories import (
    create_activity,
    create_contact,
    create_held_session,
    create_member,
    create_organisation,
    create_plan,
    create_schedule,
    create_session,
    create_shift,
    create_signup,
    create_venue,
    create_volunteer,
    get_format,
)
from tests.factories.programme import create_guest, create_host, create_idea, create_item, create_season

pytestmark = pytest.mark.django_db
TUESDAY, NEXT = date(2027, 1, 12), date(2027, 1, 19)


@pytest.fixture(autouse=True)
def a_week_before():
    with time_machine.travel("2027-01-05 16:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="herredsvang", name="Herredsvang")


@pytest.fixture
def cafe(plan):
    return create_activity(plan=plan, name="Unge Cafeen")


@pytest.fixture
def season(cafe):
    return create_season(activity=cafe, name="Forår 2027")


@pytest.fixture
def slot(season):
    return season.slots.get()


@pytest.fixture
def yasmin(plan, client):
    yasmin = create_volunteer(plan=plan, name="Yasmin Ahmadi")
    client.force_login(yasmin)
    return yasmin


@pytest.fixture
def lotte(plan):
    return create_member(plan=plan, name="Lotte Madsen")


def evening(cafe, day=TUESDAY, **fields):
    return create_session(activity=cafe, date=day, start_time=time(18), end_time=time(21), **fields)


def url(name, *args):
    return reverse(f"activities:{name}", args=["herredsvang", *args])


def told(page):
    return [str(message) for message in page.context["messages"]]


def place(client, season, session, slot, **data):
    to = f"{session.pk}-{slot.pk}" if session else "hylde"
    return client.post(url("programme_place", season.pk), {"to": to, **data}, follow=True)


def item_data(item=None, **fields):
    base = {"version": item.version if item else 0, "title": item.title if item else "Filmaften"}
    return base | {key: value for key, value in fields.items() if value is not None}


# -- seasons -----------------------------------------------------------------------------------------------------------


def test_programme_leads_to_the_season_that_runs(client, season, yasmin):
    assert client.get(url("programme")).url == url("programme_board", season.pk)


def test_programme_of_a_plan_without_seasons_teaches_the_first_step(client, cafe, yasmin):
    text = client.get(url("programme")).content.decode()

    assert "Intet program endnu" in text
    assert f'href="{url("programme_season_create")}?aktivitet={cafe.pk}"' in text


def test_programme_of_a_plan_without_activities_says_whom_to_ask(client, yasmin):
    assert "Bed en medarbejder lave en først." in client.get(url("programme")).content.decode()


def test_season_is_made_in_one_press_from_what_is_suggested(client, cafe, yasmin):
    create_schedule(activity=cafe, starts_on=date(2023, 8, 8))
    page = client.get(url("programme_season_create"))
    data = {name: page.context["form"][name].value() for name in ("name", "starts_on", "ends_on", "slot_names")}
    data = {name: value.strftime("%d-%m-%Y") if isinstance(value, date) else str(value) for name, value in data.items()}

    answer = client.post(url("programme_season_create"), {"activity": cafe.pk, **data}, follow=True)

    season = Season.objects.get()
    assert (season.name, season.starts_on, season.slots.get().name) == ("Forår 2027", date(2027, 1, 5), "Tema")
    assert told(answer) == ["Forår 2027 er klar. Læg noget på."]
    assert len(answer.context["board"].evenings) == 26


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "forår 2027", "Der er allerede et med det navn."),
        ("ends_on", "01-01-2026", "Den sidste dag skal ligge efter den første."),
        ("ends_on", "01-01-2031", "Et program er højst et år."),
        ("slot_names", " , ", "Skriv mindst én."),
        ("slot_names", "a,b,c,d,e,f", "Højst 5 rækker."),
        ("name", "Ring til 010203-1234", "ligner et CPR-nummer"),
    ],
)
def test_season_form_says_what_is_wrong_and_keeps_what_was_typed(client, cafe, season, yasmin, field, value, says):
    data = {"name": "Efterår", "starts_on": "01-03-2027", "ends_on": "01-06-2027", "slot_names": "Tema", field: value}

    answer = client.post(url("programme_season_create"), {"activity": cafe.pk, **data})

    text = answer.content.decode()
    assert (answer.status_code, says in text, Season.objects.count()) == (422, True, 1)
    assert value.strip(" ,") in text


def test_slot_that_holds_something_is_not_taken_away(client, cafe, yasmin):
    season = create_season(activity=cafe, name="Forår", slots=("Tema", "Mad"))
    create_item(season=season, session=evening(cafe), slot=season.slots.last())
    data = {"name": "Forår", "starts_on": "01-01-2027", "ends_on": "30-06-2027", "slot_names": "Tema"}

    answer = client.post(url("programme_season_edit", season.pk), data)

    assert (answer.status_code, season.slots.count()) == (422, 2)
    assert "Der står noget i “Mad”. Flyt det først." in answer.content.decode()


def test_season_is_removed_only_while_it_is_empty(client, cafe, season, yasmin):
    item = create_item(season=season)
    client.post(url("programme_season_remove", season.pk))
    assert Season.objects.count() == 1
    item.delete()

    client.post(url("programme_season_remove", season.pk))

    assert Season.objects.count() == 0


# -- the board ---------------------------------------------------------------------------------------------------------


def test_board_shows_dates_shelf_and_ideas(client, cafe, season, yasmin):
    create_item(season=season, session=evening(cafe), title="Kærlighed og kultur", format=get_format())
    evening(cafe, NEXT)
    create_item(season=season, title="På hylden")
    create_idea(activity=cafe, title="Få stemmer", votes=1)
    create_idea(activity=cafe, title="Mange stemmer", votes=14)
    create_idea(activity=cafe, title="Ikke set endnu", state=IdeaState.NEW)

    page = client.get(url("programme_board", season.pk))

    text = page.content.decode()
    assert [idea.title for idea in page.context["board"].ideas] == ["Mange stemmer", "Få stemmer"]
    assert "<b>1</b> af 2 aftener er lagt" in text
    assert "Kærlighed og kultur" in text
    assert "På hylden" in text
    assert "Ikke set endnu" not in text


@pytest.mark.parametrize(("weeks", "ideas"), [(2, 1), (40, 120)])
def test_board_takes_at_most_fifteen_queries_whatever_it_holds(
    client, plan, cafe, yasmin, lotte, weeks, ideas, django_assert_max_num_queries
):
    season = create_season(activity=cafe, ends_on=date(2027, 12, 31), slots=("Tema", "Mad"), format_limit=1)
    venue = create_venue(plan=plan)
    other = create_activity(plan=plan)
    for week in range(weeks):
        session = evening(cafe, TUESDAY + timedelta(weeks=week), venue=venue)
        create_session(activity=other, date=session.date, venue=venue)
        item = create_item(season=season, session=session, format=get_format(), state=ItemState.APPROVED)
        create_host(item=item, user=yasmin)
        create_guest(item=item, is_public=True)
        create_signup(shift=create_shift(session=session), user=yasmin)
    for number in range(ideas):
        create_idea(activity=cafe, votes=number % 3, format=get_format())
    for week in range(5 * weeks):
        create_held_session(activity=cafe, date=TUESDAY - timedelta(weeks=week + 2), format=get_format(), theme="Hash")
    client.get(url("programme_board", season.pk))  # what is remembered between requests

    with django_assert_max_num_queries(15):
        page = client.get(url("programme_board", season.pk))

    assert (len(page.context["board"].evenings), len(page.context["board"].ideas)) == (weeks, ideas)


def test_no_page_of_the_programme_tells_a_volunteer_who_is_below_18(client, plan, cafe, season, yasmin, lotte):
    session = evening(cafe)
    item = create_item(season=season, session=session)
    viktor = create_volunteer(plan=plan, name="Viktor Ung", birth_year=2010)
    create_signup(shift=create_shift(session=session), user=viktor)
    pages = [url("programme_board", season.pk), url("programme_item", item.pk), url("programme_publish", season.pk)]
    pages.append(url("programme_place", season.pk) + f"?item={item.pk}")

    for_volunteer = [client.get(page).content.decode() for page in pages]
    client.force_login(lotte)
    for_staff = client.get(pages[0]).content.decode()

    assert ["under 18" in page for page in for_volunteer] == [False] * 4
    assert "Der mangler en voksen på vagten: vært." in for_volunteer[0]
    assert "Viktor er under 18 og alene på vagten: vært." in for_staff


def test_board_of_a_season_that_is_over_still_opens(client, cafe, yasmin):
    season = create_season(activity=cafe, starts_on=date(2026, 8, 1), ends_on=date(2026, 12, 31))
    held = create_held_session(activity=cafe, date=date(2026, 11, 24), theme="hash")
    create_item(season=season, session=held, title="Hash", state=ItemState.PUBLISHED)

    text = client.get(url("programme_board", season.pk)).content.decode()

    assert "Én aften er gået" in text
    assert "Afholdt" in text


def test_item_whose_evening_was_moved_out_of_the_season_is_shown(client, cafe, season, yasmin):
    session = evening(cafe)
    create_item(season=season, session=session, title="Sommerfest")
    Session.objects.filter(pk=session.pk).update(date=date(2027, 8, 3))

    page = client.get(url("programme_board", season.pk))

    assert [e.session.date for e in page.context["board"].evenings] == [date(2027, 8, 3)]


# -- putting on dates --------------------------------------------------------------------------------------------------


def test_idea_is_put_on_a_date_and_taken_back(client, cafe, season, slot, yasmin):
    idea, session = create_idea(activity=cafe, title="Koncert"), evening(cafe)
    answer = client.get(f"{url('programme_place', season.pk)}?idea={idea.pk}")
    assert "Ledig" in answer.content.decode()

    answer = place(client, season, session, slot, idea=idea.pk)

    assert told(answer) == ["“Koncert” ligger den 12. januar."]
    assert ProgrammeItem.objects.get().session == session
    undo = next(iter(answer.context["messages"])).extra_tags.removeprefix("undo:")
    answer = client.post(undo, follow=True)
    idea.refresh_from_db()
    assert (told(answer), ProgrammeItem.objects.count(), idea.state) == (["Fortrudt."], 0, IdeaState.OPEN)
    assert told(client.post(undo, follow=True)) == ["Det er for sent at fortryde. En anden har ændret det siden."]


def test_date_taken_is_refused_by_name_with_swap_beside_it(client, cafe, season, slot, yasmin):
    session = evening(cafe)
    standing = create_item(season=season, session=session, title="Filmaften")
    item = create_item(season=season, session=evening(cafe, NEXT), title="Quiz")

    answer = place(client, season, session, slot, item=item.pk, version=item.version)

    text = answer.content.decode()
    assert (answer.status_code, "Den 12. januar er der allerede “Filmaften”." in text) == (409, True)
    assert f'name="swap" value="{standing.pk}"' in text
    place(client, season, session, slot, item=item.pk, version=item.version, swap=standing.pk)
    item.refresh_from_db()
    standing.refresh_from_db()
    assert (item.session.date, standing.session.date) == (TUESDAY, NEXT)


def test_board_fragment_says_that_the_date_is_taken_and_shows_it_as_it_is(client, cafe, season, slot, yasmin):
    session = evening(cafe)
    create_item(season=season, session=session, title="Filmaften")
    item = create_item(season=season)

    answer = client.post(
        url("programme_place", season.pk),
        {"item": item.pk, "to": f"{session.pk}-{slot.pk}"},
        headers={"HX-Request": "true"},
    )

    text = answer.content.decode()
    assert (answer.status_code, text.count('id="board"'), "<html" in text) == (409, 1, False)
    assert "Den 12. januar er der allerede “Filmaften”." in text


def test_whoever_is_second_sees_who_was_faster(client, cafe, season, slot, yasmin, lotte):
    item = create_item(season=season, session=evening(cafe), title="Quiz", version=4, changed_by=lotte)

    answer = place(client, season, evening(cafe, NEXT), slot, item=item.pk, version=3)

    assert told(answer) == ["Lotte kom først. “Quiz” ligger nu den 12. januar."]


def test_item_goes_back_on_the_shelf(client, cafe, season, slot, yasmin):
    item = create_item(season=season, session=evening(cafe), title="Quiz")

    answer = place(client, season, None, slot, item=item.pk, version=item.version)

    item.refresh_from_db()
    assert (item.session, told(answer)) == (None, ["“Quiz” er tilbage på hylden."])


def test_a_date_asks_what_it_should_be(client, cafe, season, slot, yasmin):
    session = evening(cafe)
    create_idea(activity=cafe, title="Koncert", votes=3)
    create_item(season=season, title="Fra hylden")

    text = client.get(f"{url('programme_place', season.pk)}?til={session.pk}-{slot.pk}").content.decode()

    assert "Tirsdag 12. januar" in text
    assert text.index("Fra hylden") < text.index("Koncert")


def test_other_plans_and_made_up_places_are_not_found(client, cafe, season, slot, yasmin):
    item = create_item(season=season)
    other = create_session(activity=create_activity(plan=create_plan()), date=TUESDAY)

    for to in (f"{other.pk}-{slot.pk}", f"{evening(cafe).pk}-0", "abc", "1-2-3", "9" * 30):
        data = {"item": item.pk, "to": to}
        assert client.post(url("programme_place", season.pk), data).status_code == 404
    assert client.post(url("programme_place", season.pk), {"item": "x", "to": "hylde"}).status_code == 404


# -- items -------------------------------------------------------------------------------------------------------------


def test_new_item_goes_on_the_shelf_or_straight_onto_its_date(client, cafe, season, slot, yasmin):
    session = evening(cafe)
    data = item_data(title="Debat: hashrygning", description="Kom og vær med", hosts=[yasmin.pk], moderator=yasmin.pk)

    client.post(url("programme_item_create", season.pk), data)
    client.post(url("programme_item_create", season.pk), item_data(til=f"{session.pk}-{slot.pk}"))

    shelved, placed = ProgrammeItem.objects.order_by("pk")
    assert (shelved.title, shelved.format.code, shelved.is_sensitive) == ("Hashrygning", "debate", True)
    assert (shelved.session, shelved.hosts.get().is_moderator) == (None, True)
    assert (placed.session, placed.state) == (session, ItemState.DRAFT)


def test_new_item_for_a_date_that_was_taken_meanwhile_waits_on_the_shelf(client, cafe, season, slot, yasmin):
    session = evening(cafe)
    create_item(season=season, session=session, title="Quiz")

    answer = client.post(url("programme_item_create", season.pk), item_data(til=f"{session.pk}-{slot.pk}"), follow=True)

    assert told(answer) == ["Den 12. januar er der allerede “Quiz”."]
    assert ProgrammeItem.objects.get(title="Filmaften").session is None


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "påkrævet"),
        ("title", "x" * 121, "120"),
        ("title", "Om 010203-1234", "CPR"),
        ("description", "y" * 1001, "Højst 1.000 tegn. Du har skrevet 1.001."),
        ("description", "Ring til 0102031234", "CPR"),
        ("budget", "-5", "0"),
        ("hosts", ["999999"], "999999"),
    ],
)
def test_item_form_refuses_and_keeps_what_was_typed(client, season, yasmin, field, value, says):
    item = create_item(season=season, title="Film")

    answer = client.post(url("programme_item_edit", item.pk), item_data(item, **{field: value, "theme": "mit tema"}))

    text = answer.content.decode()
    assert (answer.status_code, "mit tema" in text) == (422, True)
    assert says in text
    item.refresh_from_db()
    assert item.title == "Film"


def test_title_of_120_letters_and_a_script_are_shown_as_text(client, cafe, season, yasmin):
    title = "<script>alert(1)</script>" + "Å" * 95
    item = create_item(season=season, session=evening(cafe), title=title)

    for page in (
        url("programme_board", season.pk),
        url("programme_item", item.pk),
        url("programme_publish", season.pk),
    ):
        text = client.get(page).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_item_that_somebody_else_changed_shows_both(client, season, yasmin, lotte):
    item = create_item(season=season, title="Film", version=2, changed_by=lotte, changed_at="2027-01-05T14:02:00Z")

    answer = client.post(url("programme_item_edit", item.pk), item_data(item, version=1, title="Min film"))

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Lotte ændrede det kl. 15.02, mens du skrev." in text
    assert [(line.label, line.old, line.new) for line in answer.context["differences"]] == [
        ("Titel", "Film", "Min film")
    ]
    assert 'name="version" value="2"' in text
    client.post(url("programme_item_edit", item.pk), item_data(item, version=2, title="Min film"))
    item.refresh_from_db()
    assert item.title == "Min film"


def test_volunteers_change_of_an_approved_item_is_looked_at_again(client, cafe, season, yasmin, lotte):
    item = create_item(season=season, session=evening(cafe), title="Film")
    approve_item(item=item, by=lotte)
    item.refresh_from_db()

    answer = client.post(url("programme_item_edit", item.pk), item_data(item, title="Anden film"), follow=True)

    item.refresh_from_db()
    assert (item.state, told(answer)) == (ItemState.DRAFT, ["Gemt. En medarbejder ser på det igen."])


def test_item_page_leads_through_the_states(client, cafe, season, yasmin, lotte):
    item = create_item(season=season, session=evening(cafe), title="Film")
    assert "En medarbejder skal godkende det." in client.get(url("programme_item", item.pk)).content.decode()
    assert client.post(url("programme_item_approve", item.pk)).status_code == 403

    client.force_login(lotte)
    page = client.get(url("programme_item", item.pk)).content.decode()
    assert url("programme_item_approve", item.pk) in page
    answer = client.post(url("programme_item_approve", item.pk), {"version": 0}, follow=True)
    assert told(answer) == ["“Film” er godkendt."]
    item.refresh_from_db()
    assert (item.state, item.session.theme) == (ItemState.APPROVED, "Film")
    assert "Godkendt af Lotte 5. januar.<" in client.get(url("programme_item", item.pk)).content.decode()
    assert told(client.post(url("programme_item_unapprove", item.pk), {"version": 0}, follow=True)) == [
        "En anden har ændret det imens. Se det her."
    ]
    client.post(url("programme_item_cancel", item.pk))
    assert "Det bliver til noget alligevel" in client.get(url("programme_item", item.pk)).content.decode()
    client.post(url("programme_item_restore", item.pk))
    client.post(url("programme_item_shelve", item.pk))
    item.refresh_from_db()
    assert (item.state, item.session) == (ItemState.APPROVED, None)


def test_staff_chooses_between_the_theme_and_the_whole_evening(client, cafe, season, yasmin, lotte):
    session = evening(cafe)
    item = create_item(season=season, session=session, title="Film", state=ItemState.APPROVED)
    address = url("programme_item", item.pk)
    off_all, off_theme = url("session_not_held", session.pk), url("programme_item_cancel", item.pk)
    for_volunteer = client.get(address).content.decode()
    client.force_login(lotte)
    for_staff = client.get(address).content.decode()

    assert [off_all in page for page in (for_volunteer, for_staff)] == [False, True]
    assert [off_theme in page for page in (for_volunteer, for_staff)] == [True, True]
    assert "En medarbejder kan aflyse hele aftenen." in for_volunteer
    assert told(client.post(off_theme, follow=True)) == ["“Film” er aflyst. Aftenen holdes uden."]
    assert "Kun temaet er aflyst. Aftenen holdes." in client.get(address).content.decode()
    session.refresh_from_db()
    answer = client.post(off_all, {"version": session.version, "next": address}, follow=True)
    session.refresh_from_db()
    assert (answer.redirect_chain[0][0], session.state) == (address, "cancelled")
    assert "Kun temaet er aflyst" not in answer.content.decode()


@pytest.mark.parametrize("number", [1, 30])
def test_item_takes_constant_queries(client, cafe, season, yasmin, number, django_assert_max_num_queries):
    item = create_item(season=season, session=evening(cafe))
    for row in range(number):
        create_guest(item=item)
        ChecklistLine.objects.create(plan=season.plan, item=item, text=f"Linje {row}", done_by=yasmin)
        create_item(season=season)
    client.get(url("programme_item", item.pk))

    with django_assert_max_num_queries(16):
        client.get(url("programme_item", item.pk))


# -- guests ------------------------------------------------------------------------------------------------------------


def test_phone_of_a_guest_is_for_the_team_alone(client, cafe, season, yasmin, lotte):
    item = create_item(season=season, session=evening(cafe))
    guest = create_guest(item=item, name="Mette Holm", phone="20 00 00 11")
    pages = [url("programme_item", item.pk), url("programme_guest_edit", item.pk, guest.pk)]
    pages.append(url("programme_board", season.pk))

    assert ["20 00 00 11" in client.get(page).content.decode() for page in pages] == [False, False, False]
    client.force_login(lotte)
    assert ["20 00 00 11" in client.get(page).content.decode() for page in pages] == [True, True, False]


def test_volunteers_change_of_a_guest_leaves_the_phone(client, cafe, season, yasmin):
    guest = create_guest(item=create_item(season=season), name="Mette", phone="20 00 00 11")
    page = client.get(url("programme_guest_edit", guest.item_id, guest.pk))
    data = {"seen": page.context["form"]["seen"].value(), "name": "Mette Holm", "role": "panel", "phone": ""}

    client.post(url("programme_guest_edit", guest.item_id, guest.pk), data)

    guest.refresh_from_db()
    assert (guest.name, guest.role, guest.phone) == ("Mette Holm", "panel", "20 00 00 11")


def test_team_chooses_a_guest_among_the_contacts_and_volunteers_do_not_see_them(client, plan, season, yasmin, lotte):
    organisation = create_organisation(plan=plan, name="Politiet")
    contact = create_contact(organisation=organisation, name="Henrik Dam", phone="87 00 00 04")
    item = create_item(season=season)
    assert "Henrik Dam" not in client.get(url("programme_guest_create", item.pk)).content.decode()
    client.post(url("programme_guest_create", item.pk), {"contact": contact.pk, "role": "guest", "name": "Mette"})
    assert Guest.objects.get().contact is None

    client.force_login(lotte)
    client.post(url("programme_guest_create", item.pk), {"contact": contact.pk, "role": "panel"})

    guest = Guest.objects.get(contact=contact)
    assert (guest.name, guest.title, guest.phone) == ("Henrik Dam", "Politiet", "87 00 00 04")
    contact.delete()
    guest.refresh_from_db()
    assert (guest.name, guest.contact) == ("Henrik Dam", None)


def test_guest_that_a_colleague_changed_is_shown_first(client, season, yasmin):
    guest = create_guest(item=create_item(season=season), name="Mette")
    page = client.get(url("programme_guest_edit", guest.item_id, guest.pk))
    data = {"seen": page.context["form"]["seen"].value(), "name": "Min Mette", "role": "guest"}
    Guest.objects.filter(pk=guest.pk).update(name="Mette Holm")

    answer = client.post(url("programme_guest_edit", guest.item_id, guest.pk), data)

    text = answer.content.decode()
    assert (answer.status_code, "Mette Holm" in text, "Min Mette" in text) == (409, True, True)
    client.post(url("programme_guest_edit", guest.item_id, guest.pk), data | {"seen": answer.context["seen"]})
    guest.refresh_from_db()
    assert guest.name == "Min Mette"


def test_guest_removed_after_publishing_is_told_about(client, cafe, season, yasmin):
    item = create_item(season=season, session=evening(cafe), state=ItemState.APPROVED)
    guest = create_guest(item=item, name="Mette Holm", is_public=True)
    publish(client, season)

    answer = client.post(url("programme_guest_remove", item.pk, guest.pk), follow=True)

    assert told(answer) == [
        "Mette Holm er taget af. Navnet står i programmet, til I udgiver det igen.",
        "En medarbejder ser på det igen.",
    ]
    assert client.post(url("programme_guest_remove", item.pk, guest.pk)).status_code == 404


def undo_of(answer):
    """The address behind "Undo" in the newest message."""
    return re.findall(r'<form action="([^"]+)" method="post" data-no-guard>', answer.content.decode())[-1]


def test_a_guest_taken_off_by_mistake_comes_back_with_everything(client, season, yasmin):
    item = create_item(season=season)
    facts = {"name": "Mette Holm", "title": "psykolog", "phone": "20 00 00 11", "is_confirmed": True, "is_public": True}
    guest = create_guest(item=item, **facts)

    answer = client.post(url("programme_guest_remove", item.pk, guest.pk), follow=True)
    undo = undo_of(answer)
    assert (undo, "20 00 00 11" in answer.content.decode()) == (url("programme_put_back", item.pk), False)
    again = [told(client.post(undo, follow=True))[0] for _ in range(2)]

    assert again == ["Fortrudt.", "Det er for sent at fortryde. Skriv det en gang til."]
    back = Guest.objects.get()
    assert {name: getattr(back, name) for name in facts} == facts


def test_what_was_taken_off_one_item_does_not_come_back_on_another(client, season, yasmin):
    item, other = create_item(season=season), create_item(season=season)
    guest = create_guest(item=item)
    client.post(url("programme_guest_remove", item.pk, guest.pk))

    client.post(url("programme_put_back", other.pk))

    assert not Guest.objects.exists()


def test_guests_are_forgotten_30_days_after_the_evening(cafe, season):
    old = create_item(season=season, session=evening(cafe, date(2026, 12, 1)))
    new = create_item(season=season, session=evening(cafe, date(2026, 12, 8)))
    for item in (old, new):
        create_guest(item=item, name="Offentlig", is_public=True, phone="20 00 00 11")
        create_guest(item=item, name="Skjult")

    forget_guests()

    rows = Guest.objects.order_by("item", "pk").values_list("item", "name", "phone")
    assert list(rows) == [
        (old.pk, "Offentlig", ""), (new.pk, "Offentlig", "20 00 00 11"), (new.pk, "Skjult", ""),
    ]  # fmt: skip
    assert forget_guests() == "0 guests and 0 phone numbers forgotten"


# -- lists -------------------------------------------------------------------------------------------------------------


def test_lines_are_added_ticked_and_removed(client, season, yasmin):
    item = create_item(season=season)
    for _ in range(2):  # a double click
        client.post(url("programme_line_add", item.pk), {"kind": ListKind.SHOPPING, "text": " 12  pizzaer "})
    line = ChecklistLine.objects.get()
    assert (line.text, line.kind) == ("12 pizzaer", ListKind.SHOPPING)

    answer = client.post(url("programme_line_tick", item.pk, line.pk), {"done": "1"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in answer.content.decode()
    line.refresh_from_db()
    assert line.done_by == yasmin
    client.post(url("programme_line_tick", item.pk, line.pk), {"done": "0"})
    line.refresh_from_db()
    assert (line.done_at, line.done_by) == (None, None)
    gone = client.post(url("programme_line_tick", item.pk, line.pk), {"fjern": "1"}, headers={"HX-Request": "true"})
    assert ChecklistLine.objects.count() == 0
    assert "“12 pizzaer” er taget af listen." in gone.content.decode()
    client.post(undo_of(gone))
    assert ChecklistLine.objects.get().text == "12 pizzaer"


@pytest.mark.parametrize("text", ["", "x" * 121, "Ring 010203-1234"])
def test_line_that_is_refused_stays_in_its_field(client, season, yasmin, text):
    item = create_item(season=season)

    answer = client.post(
        url("programme_line_add", item.pk), {"kind": "task", "text": text}, headers={"HX-Request": "true"}
    )

    assert (answer.status_code, ChecklistLine.objects.count()) == (422, 0)
    assert f'value="{text}"' in answer.content.decode()


# -- publishing --------------------------------------------------------------------------------------------------------


def _seen(client, season):
    return client.get(url("programme_publish", season.pk)).context["draft"].sha256


def publish(client, season):
    return client.post(url("programme_publish", season.pk), {"seen": _seen(client, season)}, follow=True)


def test_publishing_shows_what_changes_and_then_does_it(client, cafe, season, yasmin):
    create_item(season=season, session=evening(cafe), title="Film", state=ItemState.APPROVED)
    create_item(season=season, session=evening(cafe, NEXT), title="Kladde")

    text = client.get(url("programme_publish", season.pk)).content.decode()
    assert "Én ændring er klar" in text
    assert "Tirsdag 12. januar: “Film” er nyt." in text
    assert text.index("Venter på en medarbejder") < text.index("Kladde")
    answer = publish(client, season)

    assert told(answer) == ["Programmet er ude."]
    assert ProgrammeRelease.objects.get().published_by == yasmin
    assert told(publish(client, season)) == ["Der er intet nyt siden sidst. Programmet står, som det er."]
    assert Mail.objects.count() == 0


def test_publishing_what_was_not_shown_is_asked_again(client, cafe, season, yasmin):
    create_item(season=season, session=evening(cafe), title="Film", state=ItemState.APPROVED)
    seen = _seen(client, season)
    create_item(season=season, session=evening(cafe, NEXT), title="Quiz", state=ItemState.APPROVED)

    answer = client.post(url("programme_publish", season.pk), {"seen": seen})

    assert (answer.status_code, ProgrammeRelease.objects.count()) == (409, 0)
    assert "En anden ændrede programmet, mens du så på det." in answer.content.decode()


def test_only_those_concerned_get_a_mail(client, plan, cafe, season, slot, yasmin, lotte):
    first, second, third = evening(cafe), evening(cafe, NEXT), evening(cafe, date(2027, 1, 26))
    moved = create_item(season=season, session=first, title="Film", state=ItemState.APPROVED)
    create_item(season=season, session=third, title="Quiz", state=ItemState.APPROVED)
    samir, emilie, sofia = (create_volunteer(plan=plan, name=name) for name in ("Samir", "Emilie", "Sofia"))
    silent = create_volunteer(plan=plan, wants_reminders=False)
    create_host(item=moved, user=samir)
    create_host(item=moved, user=yasmin)  # who publishes
    create_host(item=moved, user=silent)
    create_signup(shift=create_shift(session=second), user=emilie)
    create_signup(shift=create_shift(session=third), user=sofia)  # nothing happens on that evening
    publish(client, season)
    place(client, season, second, slot, item=moved.pk)

    answer = publish(client, season)

    assert told(answer) == ["Programmet er ude. 2 får en mail."]
    mails = {mail.to: mail.context["lines"] for mail in Mail.objects.all()}
    assert mails == {
        user.email: ["“Film” er flyttet fra tirsdag 12. januar til tirsdag 19. januar."] for user in (samir, emilie)
    }


def test_mail_about_a_change_can_be_read(client, plan, cafe, season, yasmin, mailoutbox, run_jobs):
    item = create_item(season=season, session=evening(cafe), title="Film", state=ItemState.APPROVED)
    samir = create_volunteer(plan=plan, name="Samir Haddad")
    create_host(item=item, user=samir)
    publish(client, season)
    client.post(url("programme_item_cancel", item.pk))
    publish(client, season)

    run_jobs()

    (mail,) = mailoutbox
    assert mail.subject == "Unge Cafeen: programmet er ændret"
    assert mail.to == [samir.email]
    assert "Hej Samir" in mail.body
    assert "- tirsdag 12. januar: “Film” er aflyst." in mail.body
    assert f"http://testserver{url('programme_board', season.pk)}" in mail.body


def test_release_is_taken_back(client, cafe, season, yasmin):
    create_item(season=season, session=evening(cafe), state=ItemState.APPROVED)
    publish(client, season)
    release = ProgrammeRelease.objects.get()

    assert told(client.post(url("programme_withdraw", release.pk), follow=True)) == ["Programmet er trukket tilbage."]
    assert told(client.post(url("programme_withdraw", release.pk), follow=True)) == ["Der er allerede kommet et nyere."]


def test_release_taken_back_by_mistake_stands_again(client, cafe, season, yasmin):
    item = create_item(season=season, session=evening(cafe), title="Film", state=ItemState.APPROVED)
    publish(client, season)
    release = ProgrammeRelease.objects.get()
    answer = client.post(url("programme_withdraw", release.pk), follow=True)
    (message,) = answer.context["messages"]
    undo = message.extra_tags.removeprefix("undo:")

    again = client.post(undo, follow=True)

    release.refresh_from_db()
    item.refresh_from_db()
    assert (told(again), release.withdrawn_at, item.state) == (["Programmet er ude igen."], None, ItemState.PUBLISHED)
    assert told(client.post(undo, follow=True)) == ["Der er allerede kommet et nyere."]


def test_release_does_not_stand_again_over_a_newer_one(client, cafe, season, yasmin):
    create_item(season=season, session=evening(cafe), title="Film", state=ItemState.APPROVED)
    publish(client, season)
    first = ProgrammeRelease.objects.get()
    client.post(url("programme_withdraw", first.pk))
    publish(client, season)

    assert told(client.post(url("programme_stand_again", first.pk), follow=True)) == [
        "Der er allerede kommet et nyere."
    ]
    first.refresh_from_db()
    assert first.withdrawn_at is not None


def test_publishing_says_who_gets_a_mail_and_leads_to_the_page_as_it_is_now(client, plan, cafe, season, slot, yasmin):
    item = create_item(season=season, session=evening(cafe), title="Film", state=ItemState.APPROVED)
    publish(client, season)
    create_host(item=item, user=create_volunteer(plan=plan, name="Samir Haddad"))
    create_host(item=item, user=yasmin)
    place(client, season, evening(cafe, NEXT), slot, item=item.pk)
    page = client.get(url("programme_publish", season.pk)).content.decode()
    publish(client, season)

    assert "får en mail. Samir." in page
    assert f'href="{url("program", cafe.pk)}?udgave=1"' in page
    assert (
        f'href="{url("program", cafe.pk)}?udgave=2"' in client.get(url("programme_publish", season.pk)).content.decode()
    )


def test_the_menu_of_a_volunteer_tells_planning_from_what_is_coming(client, plan, season, yasmin):
    labels = [item.label for item in client.get(url("upcoming")).context["nav_items"]]

    assert labels == ["Kommende", "Planlæg", "Vagter"]


def test_navigation_leads_volunteers_and_the_team_there_in_one_tap(client, plan, season, yasmin):
    for role in (Role.VOLUNTEER, Role.STAFF, Role.PROJECT_MANAGER):
        client.force_login(create_member(plan=plan, role=role))
        page = client.get(url("upcoming"))

        assert url("programme") in [item.url for item in page.context["nav_items"][:4]]
