"""A volunteer's own phone, 360 px: a shift in two taps from home, and the evening closed."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import VolunteerDetails
from activities.models import ChecklistLine, Mood, Reflection, SessionState
from tests.activities.test_browser import serious, toast
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_session,
    create_shift,
    create_signup,
    create_volunteer,
)
from tests.factories.programme import create_guest, create_item, create_season

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def yasmin(phone, live):
    """A volunteer with the door tonight; next week two are missing."""
    plan = create_plan(slug="herredsvang", name="Herredsvang", ends_on=date(2090, 1, 1))
    lotte = create_member(plan=plan, name="Lotte Madsen")
    VolunteerDetails.objects.create(membership=lotte.memberships.get(), phone="20 00 00 31")
    yasmin = create_volunteer(plan=plan, name="Yasmin Ahmadi")
    yasmin.samir = create_volunteer(plan=plan, name="Samir Haddad")
    cafe = create_activity(plan=plan, name="Unge Cafeen", owner=lotte)
    today = timezone.localdate()
    for weeks in range(1, 7):
        create_held_session(activity=cafe, heads=38, date=today - timedelta(weeks=weeks))
    yasmin.tonight = create_session(activity=cafe, date=today, start_time=time(0), end_time=time(23))  # it has begun
    yasmin.next = create_session(activity=cafe, date=today + timedelta(days=7), start_time=time(18), end_time=time(21))
    yasmin.door = create_shift(session=yasmin.tonight, role="door")
    for person in (yasmin, yasmin.samir):
        create_signup(shift=yasmin.door, user=person)
    yasmin.kitchen = create_shift(session=yasmin.next, role="kitchen", minimum=2)
    item = create_item(season=create_season(activity=cafe), session=yasmin.tonight, title="Debat om kærlighed")
    create_guest(item=item, name="Karen Blå", phone="20 00 00 99")
    yasmin.line = ChecklistLine.objects.create(plan=plan, item=item, text="Køb saft")
    yasmin.plan = plan
    live.sign_in(phone, yasmin)
    return yasmin


def go(phone, live, name, *args):
    phone.goto(live.url(reverse(f"activities:{name}", args=["herredsvang", *args])))


def test_a_shift_is_two_taps_from_home(phone, live, yasmin):
    phone.goto(live.url("/herredsvang/"))
    taps = 0
    for role, name in (("link", "mangler 2"), ("button", "Tag den Køkken")):
        phone.get_by_role(role, name=name).first.tap()
        taps += 1

    toast(phone, "Vagten er din: Køkken, Unge Cafeen.")
    assert taps == 2
    assert yasmin.kitchen.signups.standing().get().user == yasmin
    assert phone.locator(f"#aften-{yasmin.next.pk}").get_by_text("din vagt").is_visible()

    phone.get_by_role("button", name="Fortryd").tap()
    toast(phone, "Fortrudt.")
    assert not yasmin.kitchen.signups.standing().exists()


def test_an_evening_is_closed_in_seven_taps_and_a_line(phone, live, yasmin):
    go(phone, live, "evening", yasmin.tonight.pk)
    phone.get_by_role("button", name="Køb saft").tap()
    phone.get_by_role("button", name="Køb saft", pressed=True).wait_for()

    phone.get_by_role("link", name="Luk aftenen").tap()
    phone.get_by_label("Hvor mange kom?").fill("41")
    phone.get_by_label("Samir Haddad").tap()
    phone.get_by_label("Det gik godt").tap()
    phone.get_by_label("En linje til næste gang").fill("God snak til sidst")
    phone.get_by_role("button", name="Luk aftenen").tap()

    toast(phone, "Aftenen er lukket: 41 kom. Tak for i aften.")
    yasmin.tonight.refresh_from_db()
    yasmin.line.refresh_from_db()
    assert (yasmin.tonight.state, yasmin.tonight.heads_total) == (SessionState.HELD, 41)
    assert (yasmin.tonight.volunteer_turns, yasmin.tonight.logged_by) == (1, yasmin)
    assert Reflection.objects.get().mood == Mood.GOOD
    assert yasmin.line.done_by == yasmin

    phone.get_by_role("button", name="Fortryd").tap()
    toast(phone, "Fortrudt.")
    yasmin.tonight.refresh_from_db()
    assert yasmin.tonight.state == SessionState.PLANNED


def test_plus_starts_from_what_is_usual_and_a_slip_is_asked_about(phone, live, yasmin):
    go(phone, live, "evening_close", yasmin.tonight.pk)
    phone.get_by_role("button", name="Én mere").tap()
    assert phone.get_by_label("Hvor mange kom?").input_value() == "38"

    phone.get_by_label("Hvor mange kom?").fill("380")
    phone.get_by_role("button", name="Luk aftenen").tap()

    phone.get_by_text("Passer 380?").first.wait_for()
    yasmin.tonight.refresh_from_db()
    assert yasmin.tonight.state == SessionState.PLANNED


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_and_nothing_sideways(phone, live, yasmin, scheme):
    phone.emulate_media(color_scheme=scheme)
    signup = yasmin.door.signups.get(user=yasmin)
    pages = [
        ("shift_list",),
        ("signup_give_up", signup.pk),
        ("volunteer_own",),
        ("evening", yasmin.tonight.pk),
        ("evening_close", yasmin.tonight.pk),
    ]
    problems = look_at(phone, live, pages)
    lotte = yasmin.tonight.activity.owner
    live.sign_in(phone, lotte)
    cafe, member = yasmin.tonight.activity, yasmin.memberships.get()
    pages = [
        ("shift_list",),
        ("shift_manage", yasmin.tonight.pk),
        ("shift_needs", cafe.pk),
        ("shift_rules",),
        ("volunteer_list",),
        ("volunteer_edit", member.pk),
        ("evening", yasmin.tonight.pk),
    ]
    assert problems + look_at(phone, live, pages) == []


def look_at(phone, live, pages):
    problems = []
    for page in pages:
        go(phone, live, *page)
        problems += [f"{page[0]}: {problem}" for problem in serious(phone)]
        if phone.evaluate("document.documentElement.scrollWidth") > 360:
            problems.append(f"{page[0]}: sideways")
        small = phone.evaluate(SMALL)
        problems += [f"{page[0]}: {name} is too small" for name in small]
    return problems


# Buttons and fields below 44 px are hard to hit with a thumb. The browser's own date picker lies over its button.
SMALL = """() => [...document.querySelectorAll("main button, main .btn, main select, main input.form-control")]
  .filter((element) => element.offsetParent && element.getBoundingClientRect().height < 44)
  .map((element) => element.textContent.trim() || element.name)"""


def test_a_closing_is_kept_and_sent_when_the_connection_is_back(phone, live, yasmin):
    go(phone, live, "evening_close", yasmin.tonight.pk)
    phone.get_by_label("Hvor mange kom?").fill("38")
    phone.get_by_label("En linje til næste gang").fill("Pandekager")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Luk aftenen").tap()

    phone.locator(".kept-note").filter(has_text="Ikke gemt endnu.").wait_for()
    yasmin.tonight.refresh_from_db()
    assert yasmin.tonight.state == SessionState.PLANNED

    phone.context.set_offline(False)
    toast(phone, "Aftenen er lukket: 38 kom.")
    yasmin.tonight.refresh_from_db()
    assert (yasmin.tonight.state, yasmin.tonight.heads_total) == (SessionState.HELD, 38)
    assert Reflection.objects.get(session=yasmin.tonight).line == "Pandekager"
