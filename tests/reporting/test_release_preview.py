import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from activities.log import SessionLog, log_session
from activities.models import Session
from jobs.models import Job
from reporting.models import Measure, Release
from reporting.release_preview import preview_release
from reporting.releases import release_figures
from reporting.targets import set_target
from tests.factories import (
    create_activity,
    create_held_session,
    create_member,
    create_plan,
    create_schedule,
    create_session,
)
from tests.reporting.makers import YEAR, create_indicator, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 24)
LAST_YEAR = (date(2024, 7, 1), date(2025, 6, 30))


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=True):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken", name="Birkeparken")


@pytest.fixture
def cafe(plan):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_schedule(activity=cafe, starts_on=date(2025, 8, 5))
    indicator = create_indicator(plan=plan, activities=[cafe], code="K2", measure=Measure.MEAN_VISITS, text="Mindst 20")
    create_target(indicator=indicator, value=20)
    create_target(indicator=indicator, value=20, period=LAST_YEAR)
    create_held_session(activity=cafe, heads=30, date=date(2025, 10, 7))
    create_held_session(activity=cafe, heads=25, date=date(2025, 3, 4))
    return cafe


@pytest.fixture
def leader(plan):
    return create_member(plan=plan, role=Role.PROJECT_MANAGER, name="Lone Leder")


@pytest.fixture
def client(leader):
    client = Client()
    client.force_login(leader)
    return client


def address() -> str:
    return reverse("reporting:release_create", args=["birkeparken"])


def words(response) -> str:
    text = re.sub(r"<(script|style|template).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def since(response) -> str:
    return re.search(r'name="since" value="(\d+)"', response.content.decode())[1]


def correct(session: Session, heads: int, by) -> None:
    log_session(session=session, log=SessionLog(state="held", heads_total=heads), by=by, today=TODAY)


def test_release_create_says_what_changes_and_who_is_told(plan, cafe, client, leader):
    create_member(plan=plan, role=Role.BOARD, name="Bente Holm")
    create_member(plan=plan, role=Role.BOARD, name="Anders And")
    create_member(plan=plan, role=Role.BOARD, name="Stille Stig").memberships.update(release_mail=False)
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    correct(plan.sessions.get(date=date(2025, 10, 7)), 33, leader)
    create_held_session(activity=cafe, heads=27, date=date(2025, 11, 4))

    text = words(client.get(address()))

    assert "Planår 2025/26" in text
    assert "Planår 2024/25" not in text
    assert "Fremmøder, alle aktiviteter 30 60" in text
    assert "Tirsdag 7. oktober · Unge Cafeen · Lone Leder 30 kom → 33 kom" in text
    assert "2 personer får en mail Anders And, Bente Holm" in text
    assert "Stille Stig" not in text


def test_preview_release_tells_old_and_new_figures_of_a_corrected_year(plan, cafe, leader):
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    correct(plan.sessions.get(date=date(2025, 3, 4)), 19, leader)

    preview = preview_release(plan, as_of=TODAY, today=TODAY)

    [year] = preview.periods
    assert (year.period.label, year.is_over, year.is_new) == ("2024/25", True, False)
    assert [(c.code, c.old, c.new, c.old_status, c.new_status) for c in year.changes] == [
        ("K2", "25 af 20", "19 af 20", "Nået", "Næsten nået"),
        ("", "25", "19", "", ""),
    ]
    assert [(c.old, c.new) for c in preview.corrections] == [("25 kom", "19 kom")]


def test_preview_release_tells_late_logs_and_leaves_out_what_was_taken_back(plan, cafe, leader):
    late = create_session(activity=cafe, date=date(2025, 10, 14))
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    correct(late, 12, leader)
    held = plan.sessions.get(date=date(2025, 10, 7))
    correct(held, 99, leader)
    correct(Session.objects.get(pk=held.pk), 30, leader)

    preview = preview_release(plan, as_of=TODAY, today=TODAY)

    assert [(c.session.pk, c.old, c.new) for c in preview.corrections] == [(late.pk, "ikke registreret", "12 kom")]


def test_release_create_tells_a_changed_target_with_its_reason(plan, cafe, client):
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    reason = "Ny aftale med kommunen"
    set_target(
        indicator=plan.indicators.get(),
        starts_on=YEAR[0],
        ends_on=YEAR[1],
        value=Decimal(35),
        reason=reason,
        decided_by="Styregruppen",
        decided_on=YEAR[0],
    )

    text = words(client.get(address()))

    assert "Måltal, der er ændret K2 Mindst 20 Ny aftale med kommunen · Styregruppen 20 → 35" in text
    assert "K2 Mindst 20 30 af 20 På sporet 30 af 35 Bagud" in text


def test_release_create_says_when_nothing_is_new(plan, cafe, client):
    release_figures(plan=plan, as_of=TODAY, today=TODAY)

    assert "Der er ingen nye tal" in words(client.get(address()))


def test_release_create_of_the_first_release_and_of_a_plan_to_come(plan, client):
    assert "Planens første frigivelse" in words(client.get(address()))

    plan.starts_on = date(2026, 1, 1)
    plan.save()
    page = client.get(address())
    assert "Planen er ikke begyndt" in words(page)
    assert "since" not in page.content.decode()


def test_release_create_pressed_twice_is_one_job_and_one_release(plan, cafe, client, run_jobs):
    create_member(plan=plan, role=Role.BOARD)
    seen = since(client.get(address()))

    first, second = (client.post(address(), {"since": seen}) for _ in range(2))
    assert first.url == second.url
    run_jobs(), run_jobs()
    again = client.post(address(), {"since": seen})

    assert again.url.endswith("/maal/?vis=frigivet")
    assert Job.objects.filter(kind="release_figures").count() == 1
    assert Release.objects.filter(starts_on=YEAR[0], ends_on=YEAR[1]).count() == 1
    assert len(mail.outbox) == 1


def test_release_create_says_who_has_had_todays_mail(plan, cafe, client, run_jobs):
    create_member(plan=plan, role=Role.BOARD)
    client.post(address(), {"since": since(client.get(address()))})
    run_jobs(), run_jobs()

    text = words(client.get(address()))

    assert "0 personer får en mail" in text
    assert "1 har allerede fået dagens mail" in text


def test_release_mail_goes_to_a_member_of_two_boards_once_for_each(plan, cafe, client, run_jobs):
    other = create_plan()
    create_held_session(activity=create_activity(plan=other), heads=5, date=date(2025, 10, 7))
    both = create_member(plan=plan, role=Role.BOARD)
    other.memberships.create(user=both, role=Role.BOARD)
    boss = Client()
    boss.force_login(create_member(plan=other, role=Role.PROJECT_MANAGER))
    client.post(address())
    boss.post(reverse("reporting:release_create", args=[other.slug]))
    run_jobs(), run_jobs()

    assert sorted(sent.subject for sent in mail.outbox) == sorted(f"Nye tal fra {p.name}" for p in (plan, other))


def test_release_create_takes_as_many_queries_for_thirty_as_for_one(plan, client, leader):
    def count() -> int:
        client.get(address())
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address()).status_code == 200
        return len(captured)

    def populate(number: int) -> None:
        for _ in range(number):
            activity = create_activity(plan=plan)
            session = create_session(activity=activity, date=date(2025, 10, 7))
            create_target(indicator=create_indicator(plan=plan, activities=[activity]), value=10)
            correct(session, 5, leader)
            create_member(plan=plan, role=Role.BOARD)

    activity = create_activity(plan=plan)
    create_held_session(activity=activity, heads=5, date=date(2025, 10, 6))
    create_target(indicator=create_indicator(plan=plan, activities=[activity]), value=10)
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    populate(1)
    few = count()
    populate(29)

    assert count() == few
    assert few <= 30
