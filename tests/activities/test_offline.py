"""Logging where the connection comes and goes: no error page, what was typed stays and is sent by itself."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import Session, SessionState
from tests.factories import create_activity, create_member, create_plan, create_session

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Evening:
    def __init__(self, phone, live):
        self.phone, self.live = phone, live
        plan = create_plan(slug="egen", name="Herredsvang")
        lotte = create_member(plan=plan, name="Lotte Madsen")
        today = timezone.localdate()
        self.activity = create_activity(plan=plan, name="Unge Cafeen", owner=lotte)
        self.tonight = create_session(activity=self.activity, date=today, start_time=time(18))
        club = create_activity(plan=plan, name="Madklub", area=4, owner=lotte)
        self.missing = create_session(activity=club, date=today - timedelta(days=today.weekday()))
        live.sign_in(phone, lotte)

    def go(self, name, *args):
        self.phone.goto(self.live.url(reverse(f"activities:{name}", args=["egen", *args])))

    def connection(self, is_there):
        self.phone.context.set_offline(not is_there)

    def waits(self):
        expect(self.phone.locator(".kept-note")).to_contain_text("Ikke gemt endnu.")

    def toast(self, text):
        expect(self.phone.locator(".toast-note").filter(has_text=text).first).to_be_visible(timeout=20_000)

    def stored(self, session):
        session = Session.objects.get(pk=session.pk)
        return session.state, session.heads_total, session.note


@pytest.fixture
def evening(phone, live):
    return Evening(phone, live)


def test_the_log_is_kept_and_sent_when_the_connection_is_back(evening):
    evening.go("session_log", evening.tonight.pk)
    evening.phone.get_by_label("Hvor mange kom?").fill("38")
    evening.phone.get_by_label("En linje om gangen").fill("Pandekager")
    evening.connection(False)
    evening.phone.get_by_role("button", name="Gem aftenen").tap()

    evening.waits()
    expect(evening.phone.get_by_label("Hvor mange kom?")).to_have_value("38")
    assert evening.stored(evening.tonight)[0] == SessionState.PLANNED

    evening.connection(True)
    evening.toast("Unge Cafeen: 38. Tak.")
    assert evening.stored(evening.tonight) == (SessionState.HELD, 38, "Pandekager")
    assert evening.phone.url == evening.live.url("/egen/uge/")


def test_a_log_whose_answer_was_lost_is_not_a_conflict(evening):
    def lose_the_answer(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    evening.go("session_log", evening.tonight.pk)
    evening.phone.get_by_label("Hvor mange kom?").fill("38")
    evening.phone.route("**/gang/**", lose_the_answer)
    evening.phone.get_by_role("button", name="Gem aftenen").tap()
    evening.waits()
    assert evening.stored(evening.tonight)[:2] == (SessionState.HELD, 38)

    evening.phone.unroute_all()
    evening.toast("Unge Cafeen: 38. Tak.")
    assert Session.objects.get(pk=evening.tonight.pk).changes.count() == 1


def test_what_is_typed_while_it_waits_is_what_is_sent(evening):
    evening.go("session_log", evening.tonight.pk)
    evening.phone.get_by_label("Hvor mange kom?").fill("38")
    evening.connection(False)
    evening.phone.get_by_role("button", name="Gem aftenen").tap()
    evening.waits()

    evening.phone.get_by_label("Hvor mange kom?").fill("39")
    evening.connection(True)

    evening.toast("Unge Cafeen: 39. Tak.")
    assert evening.stored(evening.tonight)[1] == 39


def test_leaving_a_log_that_waits_asks_first(evening):
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    evening.phone.on("dialog", stay)
    evening.go("session_log", evening.tonight.pk)
    evening.phone.get_by_label("Hvor mange kom?").fill("38")
    evening.connection(False)
    evening.phone.get_by_role("button", name="Gem aftenen").tap()
    evening.waits()
    evening.phone.evaluate("location.assign('/egen/uge/')")
    evening.phone.wait_for_timeout(500)

    assert asked == ["beforeunload"]
    evening.connection(True)
    evening.toast("Unge Cafeen: 38. Tak.")
    assert asked == ["beforeunload"]  # it was sent, so nothing is asked


def test_a_row_of_friday_is_kept_too(evening):
    evening.go("friday")
    card = evening.phone.locator(f"#session-{evening.missing.pk}")
    card.get_by_label("Antal").fill("12")
    evening.connection(False)
    card.get_by_role("button", name="Gem").tap()
    evening.waits()

    evening.connection(True)
    expect(card.locator(".kept-note")).to_be_hidden(timeout=20_000)
    expect(card).to_contain_text("12")
    assert evening.stored(evening.missing)[:2] == (SessionState.HELD, 12)


def test_something_unexpected_is_kept_too(evening):
    evening.go("session_unplanned")
    evening.phone.get_by_label("Aktivitet").select_option("Madklub")
    evening.phone.get_by_label("Hvor mange kom?").fill("15")
    evening.connection(False)
    evening.phone.get_by_role("button", name="Opret og gem").tap()
    evening.waits()

    evening.connection(True)
    evening.toast("Madklub: 15. Tak.")
    assert Session.objects.filter(activity__name="Madklub", heads_total=15).count() == 1


def test_any_other_form_stays_on_its_page(evening):
    evening.go("session_move", evening.tonight.pk)
    evening.connection(False)
    address = evening.phone.url
    evening.phone.locator("main form button.btn-primary").first.tap()

    evening.toast("Ingen forbindelse.")
    assert evening.phone.url == address
