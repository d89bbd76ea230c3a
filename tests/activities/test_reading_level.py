"""Volunteers may be 13: the sentences on the pages of shifts and of the evening are easy to read (LIX at most 30)."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities.models import RemovedShift
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
from tests.factories.references import create_approved_reference, create_reference
from tests.reading import lix, running_text

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)
EASY = 30


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("Du har en vagt i dag.", 6),
        ("Du har en vagt. Kom kl. 18.", 3),
        ("Børneattesten mangler.", 102),
    ],
)
def test_lix_counts_words_sentences_and_long_words(text, expected):
    assert lix(text) == pytest.approx(expected)


@pytest.fixture
def pages(client):
    """Every state that a volunteer can meet, as the page says it."""
    with time_machine.travel("2026-11-24 17:00+01:00", tick=False):
        plan = create_plan(slug="herredsvang", name="Herredsvang")
        cafe = create_activity(plan=plan, name="Unge Cafeen", owner=create_member(plan=plan, name="Lotte Madsen"))
        yasmin = create_volunteer(plan=plan)
        client.force_login(yasmin)
        said = [see(client, "shift_list")]
        sessions = [
            create_session(activity=cafe, date=TUESDAY + timedelta(days=days), start_time=time(hour), end_time=time(21))
            for days, hour in ((0, 16), (7, 18))
        ]
        signups = [
            create_signup(shift=create_shift(session=session, role="door"), user=yasmin, swap_asked_at=timezone.now())
            for session in sessions
        ]
        create_shift(session=sessions[1], role="kitchen", minimum=2)
        RemovedShift.objects.create(plan=plan, user=yasmin, uid=signups[0].uid, title="Dør, Madklub", date=TUESDAY)
        said += [see(client, name) for name in ("shift_list", "volunteer_own", "upcoming")]
        client.post(reverse("activities:calendar_change", args=["herredsvang"]))
        said.append(see(client, "volunteer_own"))
        for session, signup in zip(sessions, signups, strict=True):
            said += [see(client, "evening", session.pk), see(client, "signup_give_up", signup.pk)]
        said.append(see(client, "evening_close", sessions[0].pk))
        sessions[0].is_sensitive = True
        sessions[0].save()
        said += [see(client, "evening_close", sessions[0].pk), see(client, "evening", sessions[0].pk)]
        return [*said, *see_contribution(client, plan, cafe, yasmin)]


def see_contribution(client, plan, cafe, yasmin):
    """With nothing, before asking, while it waits, and when there is a paper."""
    said = [see(client, "contribution")]
    session = create_held_session(activity=cafe, date=TUESDAY - timedelta(days=7), theme="Quiz")
    create_signup(shift=create_shift(session=session), user=yasmin, was_there=True)
    said.append(see(client, "contribution"))
    create_reference(plan=plan, user=yasmin, statement="Jeg er god til at lytte.")
    create_approved_reference(plan=plan, user=yasmin)
    return [*said, see(client, "contribution")]


def see(client, name, *args):
    response = client.get(reverse(f"activities:{name}", args=["herredsvang", *args]))
    assert response.status_code == 200
    return name, running_text(response.content.decode())


def test_the_pages_of_volunteers_read_easily(pages):
    together = lix(" ".join(text for _name, text in pages))
    hard = [f"{name}: {lix(text):.0f} {text}" for name, text in pages if len(text.split()) > 20 and lix(text) > EASY]

    assert sum(len(text.split()) for _name, text in pages) > 200
    assert (together <= EASY, hard) == (True, [])
