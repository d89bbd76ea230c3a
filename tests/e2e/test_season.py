"""A season as the young would do it: from an idea on the public page to an evening in the board's figures."""

from datetime import time, timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pypdfium2
import pytest
import vobject
import zxingcpp
from django.urls import reverse
from PIL import Image

from activities.models import Activity, ProgrammeItem, Season, Session, SessionState
from reporting.releases import release_figures
from tests.factories import create_shift
from tests.factories.programme import create_season

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
IDEA = "Må man sige nej til sine venner?"


def debates(demo, page, mailbox):
    """The figure of K4 (debate evenings) as that role reads it."""
    demo.open(page, mailbox, "maal/")
    return int(page.locator("#mål-K4 .figure-number").first.inner_text())


def code_in(picture):
    """Where the one QR code in a picture leads."""
    (code,) = zxingcpp.read_barcodes(picture)
    return urlsplit(code.text).path


def test_from_an_idea_to_the_boards_figures(demo, new_context, run_jobs):
    session = demo.tonight()
    Season.objects.filter(plan=demo.plan).delete()
    cafe = Activity.objects.get(plan=demo.plan, name="Unge Cafeen")
    season = create_season(
        activity=cafe, name="Prøvesæsonen", starts_on=demo.today, ends_on=demo.today + timedelta(days=60)
    )
    create_shift(session=session, role="host")
    release_figures(plan=demo.plan, as_of=demo.today)
    volunteer, staff, board = (new_context(**PHONE).new_page() for _role in range(3))
    draft_before, released_before = debates(demo, staff, "medarbejder"), debates(demo, board, "styregruppe")

    # The code by the door leads to the page with ideas; somebody sends one.
    demo.open(volunteer, "frivillig", f"idebank/kode/{cafe.pk}/")
    frame = Image.open(BytesIO(volunteer.locator(".code-frame").screenshot()))
    assert code_in(frame) == reverse("activities:idea_page", args=[demo.plan.slug, cafe.pk])
    guest = new_context(**PHONE).new_page()
    guest.goto(demo.path(f"ideer/{cafe.pk}/"))
    guest.get_by_label("Hvad skal vi lave?").fill(IDEA)
    guest.get_by_label("Hvordan?").select_option(label="Debat")
    guest.get_by_role("button", name="Send idéen").tap()
    guest.get_by_text("Din idé er kommet.").wait_for()
    assert guest.get_by_role("heading", name=IDEA).count() == 0

    # A volunteer lets it out, and three phones vote.
    volunteer.goto(demo.path(f"idebank/?aktivitet={cafe.pk}"))
    card = volunteer.locator(".idea-card", has_text=IDEA)
    card.get_by_role("button", name="Lad den få stemmer").tap()
    for _phone in range(3):
        voter = new_context(**PHONE).new_page()
        voter.goto(demo.path(f"ideer/{cafe.pk}/"))
        with voter.expect_response(lambda answer: answer.url.endswith("/stem/")):
            voter.locator(".idea", has_text=IDEA).get_by_role("button").tap()
        voter.locator(".idea", has_text=IDEA).locator("[aria-pressed=true]").wait_for()
    assert voter.locator(".idea", has_text=IDEA).locator(".num").inner_text() == "3"

    # It is put on tonight, approved by staff, and published.
    volunteer.goto(demo.path(f"planlaeg/{season.pk}/"))
    volunteer.get_by_role("link", name=IDEA).first.tap()
    volunteer.locator("button.pick:not(.is-taken)").first.tap()
    volunteer.wait_for_url(lambda url: "/saet/" not in url)
    item = ProgrammeItem.objects.get(title=IDEA)
    assert item.session == session
    demo.open(staff, "medarbejder", f"punkt/{item.pk}/")
    staff.get_by_role("button", name="Godkend").tap()
    staff.get_by_text("Godkendt").first.wait_for()
    volunteer.goto(demo.path(f"planlaeg/{season.pk}/udgiv/"))
    with volunteer.expect_navigation():
        volunteer.get_by_role("button", name="Udgiv").tap()

    # Poster, calendar and page hold it.
    poster = guest.request.get(demo.path(f"program/{cafe.pk}/plakat.pdf")).body()
    with pypdfium2.PdfDocument(poster) as document:
        text, drawn = document[0].get_textpage().get_text_range(), document[0].render(scale=2).to_pil()
    assert " ".join(IDEA.split()[:3]) in " ".join(text.split())
    assert code_in(drawn) == reverse("activities:program", args=[demo.plan.slug, cafe.pk])
    feed = vobject.readOne(guest.request.get(demo.path(f"program/{cafe.pk}/program.ics")).text())
    assert f"Unge Cafeen: {IDEA}" in [event.summary.value for event in feed.vevent_list]
    guest.goto(demo.path(f"program/{cafe.pk}/"))
    guest.get_by_role("heading", name=IDEA).wait_for()

    # A volunteer takes the shift and closes the evening.
    volunteer.goto(demo.path("vagter/"))
    with volunteer.expect_navigation():
        volunteer.locator(f"#aften-{session.pk}").get_by_role("button").first.tap()
    volunteer.locator(f"#aften-{session.pk} .place .tag").wait_for()
    Session.objects.filter(pk=session.pk).update(start_time=time(0))  # the evening has begun, whatever the clock says
    volunteer.goto(demo.path(f"aften/{session.pk}/"))
    volunteer.get_by_role("link", name="Luk aftenen").tap()
    volunteer.get_by_label("Hvor mange kom?").fill("37")
    volunteer.locator(".face").last.tap()
    volunteer.get_by_role("button", name="Luk aftenen").tap()
    volunteer.get_by_role("heading", name="Aftenen er lukket").wait_for()
    session.refresh_from_db()
    assert (session.state, session.heads_total, session.volunteer_turns) == (SessionState.HELD, 37, 1)
    assert session.logged_by == demo.user("frivillig")
    assert volunteer.evaluate("document.documentElement.scrollWidth") <= 360

    # One more debate in the draft at once; the board's page follows when figures are released.
    assert debates(demo, staff, "medarbejder") == draft_before + 1
    assert debates(demo, board, "styregruppe") == released_before
    leader = demo.open(new_context(**PHONE).new_page(), "leder", "maal/frigiv/")
    leader.get_by_role("button", name="Frigiv tal").tap()
    leader.wait_for_url(lambda url: not url.endswith("/maal/frigiv/"))
    run_jobs()
    assert debates(demo, board, "styregruppe") == released_before + 1
