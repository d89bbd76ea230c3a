"""The tick list at a door where the connection comes and goes: nothing is lost, nothing is counted twice."""

import json
from datetime import time, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as SignIn
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import CountingMode, Session
from residents.idle import STAMP
from residents.models import Attendance, Participant
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
    create_session,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PASSWORD = "hemmelig-kode-123"


class Door:
    def __init__(self, phone, live):
        self.phone, self.live = phone, live
        self.plan = create_plan(slug="egen", name="Herredsvang")
        activity = create_activity(plan=self.plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS, area=2)
        self.evening = create_session(activity=activity, date=timezone.localdate(), start_time=time(18))
        for alias in ("Amina", "Bo", "Çağla"):
            person = create_participant(plan=self.plan, alias=alias)
            for week in (1, 2):
                day = self.evening.date - timedelta(weeks=week)
                before = Session.objects.filter(activity=activity, date=day).first() or create_held_session(
                    activity=activity, date=day, heads=None
                )
                create_attendance(session=before, participant=person)
        self.staff = create_member(plan=self.plan, name="Lotte Madsen", password=PASSWORD)
        live.sign_in(phone, self.staff)
        self.open()

    def open(self):
        self.phone.goto(self.live.url(reverse("residents:attendance_record", args=["egen", self.evening.pk])))

    def connection(self, is_there):
        self.phone.context.set_offline(not is_there)

    def row(self, alias):
        return self.phone.locator(".ticklist li").filter(has=self.phone.get_by_text(alias, exact=True))

    def tap(self, *aliases):
        for alias in aliases:
            self.row(alias).tap()

    @property
    def badge(self):
        return self.phone.locator("#unsent-badge")

    def badge_says(self, number):
        expect(self.badge).to_contain_text(f"{number} ikke sendt endnu")

    def all_sent(self):
        expect(self.badge).to_be_hidden(timeout=15_000)

    def newcomer(self, alias, born):
        self.phone.get_by_text("En ny", exact=True).tap()
        self.phone.get_by_label("Kaldenavn").fill(alias)
        self.phone.get_by_label("Fødselsår").fill(born)
        self.phone.get_by_role("button", name="Tilføj og kryds af").tap()

    def save(self):
        self.phone.get_by_role("button", name="Gem aftenen").tap()

    @staticmethod
    def falls_asleep():
        for row in SignIn.objects.all():
            store = SessionStore(session_key=row.session_key)
            store[STAMP] = timezone.now().timestamp() - 3600
            store.save()

    def ticked(self):
        return sorted(tick.participant.alias for tick in Attendance.objects.filter(session=self.evening))

    def numbers(self):
        evening = Session.objects.get(pk=self.evening.pk)
        return evening.known_heads, evening.heads_total

    def stays(self):
        assert self.phone.url.endswith("/krydsliste/")


@pytest.fixture
def door(phone, live):
    return Door(phone, live)


def test_each_tap_says_whether_it_is_saved(door):
    door.tap("Amina")
    expect(door.row("Amina")).to_contain_text("gemt")

    door.connection(False)
    door.tap("Bo")
    expect(door.row("Bo")).to_contain_text("ikke sendt endnu")


def test_taps_without_a_connection_are_sent_when_it_is_back(door):
    door.tap("Çağla")
    expect(door.row("Çağla")).to_contain_text("gemt")
    door.connection(False)

    door.tap("Amina", "Bo", "Çağla")
    door.badge_says(3)
    expect(door.phone.locator("#tick-count")).to_contain_text("2 kryds")
    expect(door.phone.locator(".toast-note")).to_contain_text("Ingen forbindelse.")
    assert door.ticked() == ["Çağla"]

    door.connection(True)
    door.all_sent()
    expect(door.phone.locator(".toast-note").last).to_contain_text("alt er sendt")
    assert door.ticked() == ["Amina", "Bo"]
    assert door.numbers() == (2, None)
    expect(door.phone.locator("#tick-count")).to_contain_text("2 kryds")


def test_a_tap_taken_back_again_leaves_nothing(door):
    door.connection(False)
    door.tap("Amina", "Bo", "Amina")
    door.badge_says(2)

    door.connection(True)
    door.all_sent()
    assert door.ticked() == ["Bo"]


def test_an_answer_that_was_lost_counts_nobody_twice(door):
    def lose_the_answer(route):
        route.fetch()
        route.abort()

    door.phone.route("**/kryds/**", lose_the_answer)
    door.phone.route("**/uden-navn/", lose_the_answer)
    door.tap("Amina")
    door.phone.locator(".unnamed").get_by_role("button", name="Én mere").tap()
    door.badge_says(2)
    assert door.numbers() == (1, 2)  # the server knows, the page does not

    door.phone.unroute_all()
    door.badge.tap()
    door.all_sent()
    assert door.ticked() == ["Amina"]
    assert door.numbers() == (1, 2)


def test_a_server_that_is_away_is_asked_again(door):
    door.phone.route("**/kryds/**", lambda route: route.fulfill(status=503))
    door.tap("Amina")
    door.badge_says(1)

    door.phone.unroute_all()
    door.all_sent()  # by itself, after a few seconds
    assert door.ticked() == ["Amina"]


def test_saving_without_a_connection_stays_and_is_sent_when_it_is_back(door):
    door.connection(False)
    door.tap("Amina", "Bo")
    door.phone.get_by_label("En linje om gangen").fill("Pandekager")
    door.save()

    expect(door.phone.locator(".kept-note")).to_contain_text("Ikke gemt endnu.")
    door.stays()
    expect(door.phone.get_by_label("En linje om gangen")).to_have_value("Pandekager")

    door.connection(True)
    toast = door.phone.locator(".toast-note").filter(has_text="Lektiecafé: 2 kryds. Tak.")
    expect(toast).to_be_visible(timeout=20_000)
    assert door.ticked() == ["Amina", "Bo"]
    assert Session.objects.get(pk=door.evening.pk).note == "Pandekager"


def test_a_save_whose_answer_was_lost_is_saved_once(door):
    def lose_the_answer(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    door.phone.get_by_label("En linje om gangen").fill("Pandekager")
    door.tap("Amina")
    expect(door.row("Amina")).to_contain_text("gemt")
    door.phone.route("**/krydsliste/", lose_the_answer)
    door.save()
    expect(door.phone.locator(".kept-note")).to_be_visible()

    door.phone.unroute_all()
    door.save()
    expect(door.phone.locator(".toast-note").filter(has_text="1 kryds. Tak.").first).to_be_visible(timeout=10_000)
    assert door.numbers() == (1, None)


def test_leaving_with_unsent_taps_asks_first(door):
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    door.phone.on("dialog", stay)
    door.connection(False)
    door.tap("Amina")
    door.badge_says(1)
    door.phone.evaluate("location.assign('/egen/uge/')")
    door.phone.wait_for_timeout(500)

    assert asked == ["beforeunload"]
    door.stays()
    door.connection(True)
    door.all_sent()
    door.phone.get_by_role("link", name="Min uge").tap()
    door.phone.wait_for_url(door.live.url(reverse("activities:week", args=["egen"])))
    assert asked == ["beforeunload"]


def test_newcomers_stand_on_the_list_before_the_server_has_heard_of_them(door):
    door.connection(False)
    door.newcomer("Zeynep", "2011")
    expect(door.row("Zeynep, 2011")).to_contain_text("ikke sendt endnu")
    door.newcomer("Ali", "2012")
    door.newcomer("Fejl", "2012")
    door.row("Fejl, 2012").get_by_role("button", name="Fjern").tap()
    door.badge_says(2)
    door.save()
    door.stays()

    door.connection(True)
    expect(door.phone.locator(".toast-note").filter(has_text="2 kryds. Tak.")).to_be_visible(timeout=20_000)
    assert door.ticked() == ["Ali", "Zeynep"]
    assert sorted(Participant.objects.values_list("alias", flat=True)) == ["Ali", "Amina", "Bo", "Zeynep", "Çağla"]


def test_a_newcomer_who_may_be_known_is_asked_about_when_the_connection_is_back(door):
    door.connection(False)
    door.newcomer("Amina", "1999")
    door.badge_says(1)

    door.connection(True)
    door.phone.get_by_role("button", name="Amina, 2012").tap(timeout=15_000)
    expect(door.row("Amina").locator("input[name=present]")).to_be_checked()
    assert door.ticked() == ["Amina"]
    door.all_sent()
    assert Participant.objects.filter(alias="Amina").count() == 1


def test_heads_that_become_names_are_counted_once(door):
    more = door.phone.locator(".unnamed").get_by_role("button", name="Én mere")
    for _head in range(3):
        more.tap()
    expect(door.phone.locator("#tick-count")).to_contain_text("3 i alt")
    door.phone.get_by_label("Nye kryds er nogle af dem uden navn").check()

    door.connection(False)
    door.tap("Amina", "Bo")
    door.badge_says(2)
    expect(door.phone.get_by_label("Og uden navn")).to_have_value("1")
    more.tap()  # and one more came
    door.badge_says(3)

    door.connection(True)
    door.all_sent()
    assert door.numbers() == (2, 4)
    expect(door.phone.get_by_label("Og uden navn")).to_have_value("2")


def test_the_password_is_asked_for_without_leaving_the_page(door):
    door.connection(False)
    door.tap("Amina")
    door.badge_says(1)
    door.falls_asleep()
    door.connection(True)

    door.phone.get_by_label("Adgangskode").fill("forkert")
    door.phone.get_by_role("button", name="Fortsæt").tap()
    expect(door.phone.locator("#ask-again-mistake")).to_contain_text("Adgangskoden passer ikke")
    door.phone.get_by_label("Adgangskode").fill(PASSWORD)
    door.phone.get_by_role("button", name="Fortsæt").tap()

    door.all_sent()
    expect(door.phone.locator("dialog")).to_be_hidden()
    assert door.ticked() == ["Amina"]


def test_saving_an_idle_list_asks_for_the_password_and_then_saves(door):
    door.phone.get_by_label("En linje om gangen").fill("Pandekager")
    door.tap("Amina")
    expect(door.row("Amina")).to_contain_text("gemt")
    door.falls_asleep()
    door.save()
    door.phone.get_by_label("Adgangskode").fill(PASSWORD)
    door.phone.get_by_role("button", name="Fortsæt").tap()

    expect(door.phone.locator(".toast-note").filter(has_text="1 kryds. Tak.")).to_be_visible(timeout=20_000)
    assert Session.objects.get(pk=door.evening.pk).note == "Pandekager"


def test_logged_out_and_in_again_in_another_tab_loses_nothing(door):
    SignIn.objects.all().delete()
    door.tap("Amina")
    expect(door.phone.locator(".toast-note").filter(has_text="Du er blevet logget ud.")).to_be_visible()
    door.badge_says(1)
    door.stays()

    tab = door.phone.context.new_page()
    tab.goto(door.live.url(reverse("accounts:login")))
    tab.get_by_label("Mail").fill(door.staff.email)
    tab.get_by_label("Adgangskode").fill(PASSWORD)
    tab.get_by_role("button", name="Log ind").click()
    tab.wait_for_url("**/egen/**")
    tab.close()
    door.phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    door.all_sent()
    assert door.ticked() == ["Amina"]


def test_nothing_about_anybody_is_left_in_the_browser(door):
    door.connection(False)
    door.tap("Amina")
    door.newcomer("Zeynep", "2011")
    door.badge_says(2)

    kept = door.phone.evaluate(
        "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, await indexedDB.databases(),"
        " await caches.keys(), history.state])"
    )
    path = reverse("residents:attendance_record", args=["egen", door.evening.pk])
    assert json.loads(kept) == [{}, {"htmx-current-path-for-history": path}, [], [], None]


def test_a_tick_that_a_colleague_has_made_impossible_says_so(door):
    door.connection(False)
    door.tap("Amina")
    door.badge_says(1)
    Session.objects.filter(pk=door.evening.pk).update(state="cancelled", logged_at=timezone.now(), log_source="person")

    door.connection(True)
    expect(door.phone.locator(".toast-note").filter(has_text="Aftenen står som ikke afholdt")).to_be_visible(
        timeout=15_000
    )
    assert door.ticked() == []


def test_searching_without_a_connection_says_where_it_looks(door):
    door.connection(False)
    door.phone.get_by_role("searchbox").fill("Zey")

    expect(door.phone.get_by_text("Uden forbindelse søges der kun blandt navnene på siden her.")).to_be_visible()
    door.phone.get_by_role("button", name="Tilføj “Zey”").tap()
    expect(door.phone.get_by_label("Kaldenavn")).to_have_value("Zey")


def test_what_waits_by_the_button_is_covered_by_no_message(door):
    door.connection(False)
    door.tap("Amina")
    door.phone.get_by_role("button", name="Gem aftenen").tap()
    note = door.phone.locator(".kept-note")
    expect(note).to_contain_text("Lad siden være åben.")
    message = door.phone.locator(".toast-note").first
    expect(message).to_be_visible()
    door.phone.wait_for_timeout(400)  # it rises into place

    above, below = message.bounding_box(), note.bounding_box()

    assert above["y"] + above["height"] <= below["y"]
