"""What anybody sees: the page without a cookie, the calendar as another reader reads it, the poster and its code."""

import re
from datetime import date, datetime, time, timedelta
from io import BytesIO
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import time_machine
import vobject
import zxingcpp
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from activities.middleware import MOST, KeptPagesMiddleware, keep_for, release_state
from activities.models import ItemState, ProgrammeItem, SessionState
from activities.programme_release import publish_programme, restore_release, withdraw_release
from tests.factories import create_activity, create_plan, create_session, create_venue, get_format
from tests.factories.programme import create_guest, create_item, create_season

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Europe/Copenhagen")
TUESDAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-24 16:00+01:00", tick=False):
        yield


@pytest.fixture
def cafe():
    return create_activity(plan=create_plan(slug="herredsvang", name="Herredsvang"), name="Unge Cafeen")


@pytest.fixture
def season(cafe):
    return create_season(activity=cafe, name="Efterår 2026", starts_on=date(2026, 8, 1), ends_on=date(2027, 6, 30))


def evening(season, day=TUESDAY, title="Kærlighed og kultur", **fields):
    session = create_session(
        activity=season.activity, date=day, start_time=time(18), end_time=time(21), venue=fields.pop("venue", None)
    )
    return create_item(season=season, session=session, title=title, state=ItemState.APPROVED, **fields)


def publish(season):
    return publish_programme(season=season, by=None).release


def url_of(view, cafe):
    return reverse(f"activities:{view}", args=["herredsvang", cafe.pk])


def page(client, address="/herredsvang/program/"):
    return client.get(address).content.decode()


# -- the page ----------------------------------------------------------------------------------------------------------


def test_program_tells_what_was_published_and_nothing_else(season, client):
    item = evening(
        season, venue=create_venue(plan=season.plan), format=get_format(), description="Panel: to unge og dig",
        simple_description="Vi taler sammen",
    )  # fmt: skip
    create_guest(item=item, name="Mette Holm", title="psykolog", is_public=True, phone="99 88 77 66")
    evening(season, day=TUESDAY + timedelta(days=7), title="Endnu hemmelig").__class__.objects.filter(
        title="Endnu hemmelig"
    ).update(state=ItemState.DRAFT)
    publish(season)

    text = page(client)

    assert "Hver tirsdag kl. 18" in text
    assert "Kulturhuset. Gratis. Kom bare." in text
    assert "Mød Mette Holm, psykolog" in text
    assert "Kl. 18 til 21" in text
    assert "99 88 77 66" not in text
    assert "Endnu hemmelig" not in text
    assert "Panel: to unge og dig" not in page(client, "/herredsvang/program/?let")
    assert "Vi taler sammen" in page(client, "/herredsvang/program/?let")


def test_program_sets_no_cookie_and_may_be_kept(season, client):
    evening(season)
    publish(season)

    answer = client.get("/herredsvang/program/")

    assert answer.cookies == {}
    assert answer["Cache-Control"] == "public, max-age=60"
    again = client.get("/herredsvang/program/", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_program_follows_the_next_release_at_once(season, client):
    item = evening(season)
    publish(season)
    before = client.get("/herredsvang/program/")
    item.title = "Kærlighed og kager"
    item.save()
    assert page(client) == before.content.decode()

    publish(season)
    after = client.get("/herredsvang/program/", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert "Kærlighed og kager" in after.content.decode()


def test_program_strikes_out_what_was_called_off(season, client):
    item = evening(season)
    publish(season)
    item.state = ItemState.CANCELLED
    item.save()
    publish(season)

    assert "<s>Kærlighed og kultur</s>" in page(client)


def test_program_says_when_only_the_theme_is_off_and_when_the_whole_evening_is(season, client):
    item = evening(season)
    uid = f"{item.uid}@boligsocial-portal"
    publish(season)
    ProgrammeItem.objects.filter(pk=item.pk).update(state=ItemState.CANCELLED)
    publish(season)

    theme_off, event = page(client), events(client)[uid]
    assert "Temaet er aflyst" in theme_off
    assert "Vi har åbent alligevel. Der er bare intet tema." in theme_off
    assert (event.status.value, event.sequence.value) == ("CONFIRMED", "1")
    assert event.summary.value == "Unge Cafeen: åbent uden tema"
    assert event.description.value == "Temaet “Kærlighed og kultur” er aflyst."

    item.session.state, item.session.logged_at = SessionState.CANCELLED, timezone.now()
    item.session.save()
    publish(season)

    all_off, event = page(client), events(client)[uid]
    assert '<span class="tag">Aflyst</span>' in all_off
    assert "Vi har åbent alligevel" not in all_off
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "2")
    assert event.summary.value == "Unge Cafeen: Kærlighed og kultur"


def test_program_leaves_out_what_is_over(season, client):
    evening(season, day=date(2026, 11, 23), title="I går")
    evening(season, day=date(2026, 11, 24), title="I aften")
    publish(season)

    text = page(client)

    assert ("I går" in text, "I aften" in text) == (False, True)


def test_program_gives_its_files_room_for_a_thumb(season, client):
    evening(season)
    publish(season)
    (files,) = re.findall(r'<p class="public-files">(.*?)</p>', page(client))
    css = (settings.BASE_DIR / "static/css/public.css").read_text()

    assert re.findall(r">([^<]+)</a>", files) == ["Plakat", "Stor plakat", "Billede til deling"]
    assert ".public-files a { display: inline-flex; align-items: center; min-height: var(--target); }" in css


def test_program_before_the_first_release_invites_an_idea(season, client):
    assert "De næste aftener er ved at blive lagt" in page(client)


def test_program_of_a_plan_without_a_season_is_friendly(client):
    create_plan(slug="tom", name="Tom")

    assert "Snart sker der mere" in page(client, "/tom/program/")
    assert client.get("/tom/program/plakat.pdf").status_code == 404


def questions(client, address):
    """What is asked of the portal's own tables: on SQLite the cache is a table too."""
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return [row["sql"] for row in asked if "portal_cache" not in row["sql"] and "SAVEPOINT" not in row["sql"]]


@pytest.mark.parametrize("number", [1, 30])
def test_program_asks_as_many_questions_of_many_evenings(season, client, number):
    for week in range(number):
        evening(season, day=TUESDAY + timedelta(weeks=week), title=f"Aften {week}")
    publish(season)

    assert len(questions(client, "/herredsvang/program/")) == 5
    assert len(questions(client, "/herredsvang/program/")) == 1  # kept in this process: which release
    assert len(questions(Client(), "/herredsvang/program/")) == 2  # kept in the cache: the plan as well


def test_program_answers_the_same_from_the_memory_of_the_process(season, client):
    evening(season)
    publish(season)

    drawn = client.get("/herredsvang/program/")
    kept = client.get("/herredsvang/program/")

    assert (kept.status_code, kept.content, kept.cookies) == (200, drawn.content, {})
    assert dict(kept.headers) == dict(drawn.headers)
    assert client.head("/herredsvang/program/").headers["ETag"] == kept["ETag"]


def test_program_published_or_taken_back_elsewhere_shows_at_once(season, client):
    """Each client here has a memory of its own, as each process has."""
    item = evening(season)
    publish(season)
    other = Client()
    assert [page(browser).count("Kærlighed og kultur") for browser in (client, other)] == [1, 1]
    item.title = "Kærlighed og kager"
    item.save()

    second = publish(season)
    assert [page(browser).count("Kærlighed og kager") for browser in (client, other)] == [1, 1]

    withdraw_release(release=second)
    assert [page(browser).count("Kærlighed og kultur") for browser in (client, other)] == [1, 1]


def test_program_in_memory_tells_which_of_two_was_taken_back(season, client, cafe):
    other = create_season(activity=create_activity(plan=cafe.plan, name="Anden"))
    evening(season, title="Film")
    evening(other, title="Quiz")
    film, quiz = publish(season), publish(other)
    withdraw_release(release=film)
    assert "Film" not in page(client, url_of("program", cafe))

    restore_release(release=film)
    with time_machine.travel("2026-11-24 16:01+01:00", tick=False):
        withdraw_release(release=quiz)

        assert "Film" in page(client, url_of("program", cafe))


def test_program_in_memory_is_of_one_language_and_of_one_day(season, client):
    evening(season, format=get_format())
    evening(season, day=TUESDAY + timedelta(days=7), title="Den næste")
    publish(season)
    danish = page(client)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = page(client)
    del client.cookies[settings.LANGUAGE_COOKIE_NAME]

    assert ('lang="da"' in danish, 'lang="en"' in english) == (True, True)
    assert page(client) == danish
    with time_machine.travel(TUESDAY + timedelta(days=2), tick=False):
        tomorrow = page(client)
    assert ("Kærlighed og kultur" in tomorrow, "Den næste" in tomorrow) == (False, True)


@pytest.mark.logs_errors
def test_program_in_memory_is_never_of_another_host(season, client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "anden.example"]
    evening(season)
    publish(season)
    page(client)

    other = client.get("/herredsvang/program/", headers={"Host": "anden.example"}).content.decode()

    assert ("http://anden.example/" in other, "http://testserver/" in other) == (True, False)
    assert client.get("/herredsvang/program/", headers={"Host": "ukendt.example"}).status_code == 400


def test_program_in_memory_is_given_to_a_member_without_touching_the_session(season, client, django_user_model):
    evening(season)
    publish(season)
    anybody = page(client)
    client.force_login(django_user_model.objects.create_user("m@eksempel.dk", "demo", name="Mona"))

    answer = client.get("/herredsvang/program/")

    assert (answer.content.decode(), answer["Cache-Control"]) == (anybody, "public, max-age=60")


def test_program_without_a_release_is_drawn_each_time(season, client, cafe):
    page(client)
    cafe.name = "Caféen"
    cafe.save()
    caches["default"].clear()

    assert "Caféen" in page(client)


def test_program_memory_does_not_grow_with_the_addresses_that_are_asked_for(season):
    def view(request):
        response = HttpResponse("program", headers={"ETag": '"program"'})
        keep_for(response, plan=season.plan_id, state=release_state(season.plan_id), day=timezone.localdate())
        return response

    evening(season)
    publish(season)
    memory = KeptPagesMiddleware(view)
    for number in range(MOST + 2):
        request = RequestFactory().get("/", {"x": number})
        request.resolver_match = None
        memory(request)

    assert len(memory.kept) == 2  # it is emptied when it is full


# -- the calendar ------------------------------------------------------------------------------------------------------


def events(client):
    calendar = vobject.readOne(client.get("/herredsvang/program.ics").content.decode())
    return {event.uid.value: event for event in calendar.vevent_list}


def test_program_calendar_is_read_by_another_reader_across_the_clock_change(season, client):
    before = evening(season, day=date(2027, 3, 23), title="Før, med æøå; og komma,")
    after = evening(season, day=date(2027, 3, 30), title="Efter")
    publish(season)

    found = events(client)

    assert {uid: event.dtstart.value.astimezone(ZONE) for uid, event in found.items()} == {
        f"{before.uid}@boligsocial-portal": datetime(2027, 3, 23, 18, tzinfo=ZONE),
        f"{after.uid}@boligsocial-portal": datetime(2027, 3, 30, 18, tzinfo=ZONE),
    }
    assert found[f"{before.uid}@boligsocial-portal"].summary.value == "Unge Cafeen: Før, med æøå; og komma,"


def test_program_calendar_keeps_the_id_of_a_moved_and_of_a_removed_evening(season, client):
    moved, removed = evening(season), evening(season, day=TUESDAY + timedelta(days=7), title="Væk")
    uids = [f"{one.uid}@boligsocial-portal" for one in (moved, removed)]
    publish(season)
    moved.session.date = date(2026, 12, 3)
    moved.session.save()
    removed.delete()
    publish(season)

    found = events(client)

    assert [found[uid].status.value for uid in uids] == ["CONFIRMED", "CANCELLED"]
    assert [found[uid].sequence.value for uid in uids] == ["1", "1"]
    assert found[uids[0]].dtstart.value.astimezone(ZONE).date() == date(2026, 12, 3)


def test_program_calendar_of_the_same_release_is_the_same_bytes(season, client):
    evening(season)
    publish(season)
    first = client.get("/herredsvang/program.ics")

    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert client.get("/herredsvang/program.ics").content == first.content


# -- poster and picture ------------------------------------------------------------------------------------------------


def drawn(pdf, scale=2.0):
    document = pypdfium2.PdfDocument(pdf)
    return [document[number].render(scale=scale).to_pil() for number in range(len(document))], document


@pytest.mark.once
@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("a3", (842, 1191))])
def test_program_poster_is_one_page_whose_code_leads_to_the_programme(season, client, cafe, paper, size):
    long = (
        "Hvorfor er det så svært at sige undskyld til sin lillebror, når han har ret, og hvad gør man, når alle ser på?"
    )
    for week in range(12):
        evening(season, day=TUESDAY + timedelta(weeks=week), title=long if week == 1 else f"Æblefest {week}")
    publish(season)

    answer = client.get(f"{url_of('program_poster', cafe)}?papir={paper}")
    pages, document = drawn(answer.content)
    text = document[0].get_textpage().get_text_range()
    codes = zxingcpp.read_barcodes(pages[0])

    assert answer["Content-Type"] == "application/pdf"
    assert [tuple(round(side) for side in document[0].get_size())] == [size]
    assert len(pages) == 1
    assert [urlsplit(code.text).path for code in codes] == [url_of("program", cafe)]
    assert " ".join(long.split()[:4]) in " ".join(text.split())
    assert "og mere på siden" in text


@pytest.mark.once
def test_program_picture_is_a_square_that_a_phone_can_scan(season, client, cafe):
    evening(season, title="[Æ] *ingen* #opmærkning $her$")
    publish(season)

    image = Image.open(BytesIO(client.get(url_of("program_picture", cafe)).content))

    assert (image.format, image.size) == ("PNG", (1080, 1080))
    assert [urlsplit(code.text).path for code in zxingcpp.read_barcodes(image)] == [url_of("program", cafe)]


def test_program_poster_of_nothing_published_is_a_sentence(season, client, cafe):
    answer = client.get(url_of("program_poster", cafe))

    assert answer.status_code == 404
