import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from activities.models import CountingMode
from jobs.models import Job
from partners.models import focus_areas
from reporting.models import Measure, Release
from reporting.releases import latest_release, release_figures
from reporting.tasks import release_month
from tests.factories import (
    create_activity,
    create_agreement,
    create_attendance,
    create_contact,
    create_held_session,
    create_member,
    create_organisation,
    create_participant,
    create_plan,
    create_schedule,
    get_format,
)
from tests.reporting.makers import YEAR, create_indicator, create_target
from tests.reporting.packs.makers import create_frozen_pack, create_pack

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 24)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken", name="Birkeparken")


def member(plan, role, **fields) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role, **fields))
    return client


def words(response) -> str:
    """What the page says, without its markup."""
    text = re.sub(r"<(script|style|template).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def page(client, **query):
    return client.get(reverse("reporting:follow_up", args=["birkeparken"]), query)


def add_cafe(plan, *, heads: int = 30, target: int = 20):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_schedule(activity=cafe, starts_on=date(2025, 8, 5))
    indicator = create_indicator(plan=plan, activities=[cafe], code="K2", measure=Measure.MEAN_VISITS, text="Mindst 20")
    create_target(indicator=indicator, value=target)
    create_held_session(activity=cafe, heads=heads, date=date(2025, 10, 7))
    return cafe


# -- who reads what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.STAFF, Role.PROJECT_MANAGER])
def test_follow_up_shows_the_team_its_draft(plan, role):
    add_cafe(plan)

    text = words(page(member(plan, role)))

    assert "Kladde – kun holdet ser den" in text
    assert "Er vi på sporet? Ja, på det ene mål." in text
    assert "K2 Mindst 20 30 af 20" in text


@pytest.mark.parametrize("role", [Role.BOARD, Role.ADMINISTRATOR])
def test_follow_up_says_when_nothing_is_released(plan, role):
    add_cafe(plan)

    text = words(page(member(plan, role), vis="kladde"))

    assert "Der er endnu ikke frigivet tal." in text
    assert "K2" not in text


@pytest.mark.parametrize("role", [Role.BOARD, Role.ADMINISTRATOR])
def test_follow_up_reads_the_release_and_not_what_came_later(plan, role):
    cafe = add_cafe(plan)
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    create_held_session(activity=cafe, heads=90, date=date(2025, 11, 4))
    client = member(plan, role)

    text = words(page(client))

    assert "tal til og med 31. oktober" in text
    assert "K2 Mindst 20 30 af 20" in text
    assert "Kladde" not in text
    assert "K2 Mindst 20 60 af 20" in words(page(member(plan, Role.STAFF)))


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        ("Skal Jobcafé fortsætte?", "Seneste mødepakke, med beslutninger til jer: Styregruppen 3. december"),
        ("", "Seneste mødepakke: Styregruppen 3. december"),
    ],
)
def test_follow_up_leads_the_board_to_the_latest_meeting_pack(plan, decisions, said):
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    create_frozen_pack(plan=plan, meets_on=date(2025, 9, 1))
    newest = create_frozen_pack(plan=plan, meets_on=date(2025, 12, 3), decisions=decisions)
    create_pack(plan=plan, meets_on=date(2026, 3, 3))

    seen = page(member(plan, Role.BOARD))

    assert said in words(seen)
    assert reverse("reporting:status_report_detail", args=[plan.slug, newest.pk]) in seen.content.decode()


def test_follow_up_lets_the_team_see_what_is_released(plan):
    cafe = add_cafe(plan)
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    create_held_session(activity=cafe, heads=90, date=date(2025, 11, 4))

    assert "K2 Mindst 20 30 af 20" in words(page(member(plan, Role.STAFF), vis="frigivet"))


def test_follow_up_of_the_draft_and_its_release_are_the_same_page(plan):
    add_cafe(plan)
    client = member(plan, Role.PROJECT_MANAGER)
    release_figures(plan=plan, as_of=TODAY, today=TODAY)

    def rows(response) -> list[str]:
        html = response.content.decode()
        return [re.sub(r"\s+", " ", row) for row in re.findall(r'class="indicator-value.*?indicator-notes', html, re.S)]

    assert rows(page(client)) == rows(page(client, vis="frigivet"))
    assert len(rows(page(client))) == 1


def test_follow_up_tells_since_last_with_later_corrections(plan):
    add_cafe(plan)
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    session = plan.sessions.get()
    session.heads_total = 33
    session.save()
    release_figures(plan=plan, as_of=date(2025, 11, 23))

    assert "+3 siden 31. oktober" in words(page(member(plan, Role.BOARD)))


def test_follow_up_never_shows_a_name(plan):
    lessons = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
    indicator = create_indicator(plan=plan, activities=[lessons], measure=Measure.UNIQUE_PEOPLE)
    create_target(indicator=indicator, value=10)
    session = create_held_session(activity=lessons, heads=None, date=date(2025, 10, 7))
    for number in range(12):
        create_attendance(session=session, participant=create_participant(plan=plan, alias=f"Kanariefugl {number}"))
    release_figures(plan=plan, as_of=date(2025, 10, 31))

    pages = [
        page(member(plan, Role.BOARD), periode=key) for key in ("2025-26", "2025-26-h1", "2025-26-k2", "2023-2027")
    ]

    assert [response.status_code for response in pages] == [200] * 4
    assert not any("Kanariefugl" in response.content.decode() for response in pages)
    assert "12 af 10" in words(pages[0])


# -- periods -----------------------------------------------------------------------------------------------------------


def test_follow_up_leads_through_the_periods(plan):
    add_cafe(plan)
    client = member(plan, Role.STAFF)

    response = page(client, periode="2025-26-k2")
    links = re.findall(r'href="[^"]*/maal/\?periode=([\w-]+)"', response.content.decode())

    assert links == ["2025-26-k2", "2025-26", "2025-26-h1", "2025-26-k2", "2023-2027", "2025-26-k1"]
    assert "2025/26 K2" in words(response)
    assert "Tal for 1 aktivitet" in words(response)


@pytest.mark.parametrize("asked", ["", "findes-ikke", "2025-26"])
def test_follow_up_opens_at_the_running_plan_year(plan, asked):
    add_cafe(plan)

    assert "2025/26" in words(page(member(plan, Role.STAFF), periode=asked))


def test_follow_up_asks_whether_the_targets_were_reached_when_the_period_is_over(plan):
    cafe = add_cafe(plan)
    indicator = plan.indicators.get()
    create_target(indicator=indicator, value=40, period=(date(2024, 7, 1), date(2025, 6, 30)))
    create_held_session(activity=cafe, heads=38, date=date(2025, 3, 4))

    text = words(page(member(plan, Role.STAFF), periode="2024-25"))

    assert "Nåede vi målene? 0 af 1 mål nået, 1 næsten." in text
    assert "Næsten nået" in text


def test_follow_up_explains_how_the_figure_is_counted(plan):
    cafe = create_activity(plan=plan, name="Unge Cafeen")
    create_schedule(activity=cafe, starts_on=date(2025, 11, 4), ends_on=date(2025, 12, 9))
    indicator = create_indicator(
        plan=plan, activities=[cafe], measure=Measure.SESSIONS_WITH_FORMAT, format=get_format("debate"), code="K4"
    )
    create_target(indicator=indicator, value=6)
    create_held_session(activity=cafe, date=date(2025, 11, 4), format=get_format("debate"), theme="Sport")
    create_held_session(activity=cafe, date=date(2025, 11, 11))

    text = words(page(member(plan, Role.STAFF)))

    assert "Sådan er tallet talt" in text
    assert "Unge Cafeen · kun: Debat" in text
    assert "2 afholdt, 0 aflyst, 0 lukket · 1 af dem tæller med her" in text
    assert "forventet nu: 3" in text
    assert "fem mere når målet" in text
    assert "I fare K4 Mål K4: fem mere når målet" in text


def test_follow_up_speaks_english(plan):
    add_cafe(plan)
    client = member(plan, Role.STAFF)
    client.cookies["django_language"] = "en"

    text = words(page(client))

    assert "Are we on track? Yes, on the only target." in text
    assert focus_areas(plan).get(position=3).name_en in text


def test_follow_up_of_an_empty_plan_leads_to_the_first_target(plan):
    text = words(page(member(plan, Role.PROJECT_MANAGER)))

    assert "Ingen mål endnu" in text
    assert "Skriv et mål" in text


# -- queries -----------------------------------------------------------------------------------------------------------


def count_queries(client, **query) -> int:
    page(client, **query)  # the first request of a client also reads what the process remembers
    with CaptureQueriesContext(connection) as captured:
        assert page(client, **query).status_code == 200
    return len(captured)


def populate(plan, count: int) -> None:
    for number in range(count):
        activity = create_activity(plan=plan, counting_mode=CountingMode.PSEUDONYMOUS)
        create_schedule(activity=activity)
        session = create_held_session(activity=activity, date=date(2025, 10, 7), volunteer_turns=1)
        create_attendance(session=session, participant=create_participant(plan=plan))
        measure = [Measure.VISITS, Measure.UNIQUE_AT_LEAST, Measure.REGISTER][number % 3]
        indicator = create_indicator(plan=plan, activities=[activity], measure=measure, at_least_times=2)
        create_target(indicator=indicator, value=10)


def test_follow_up_takes_as_many_queries_for_thirty_indicators_as_for_three(plan):
    board, staff = member(plan, Role.BOARD), member(plan, Role.STAFF)
    populate(plan, 3)
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    few = count_queries(board), count_queries(staff)
    populate(plan, 27)
    release_figures(plan=plan, as_of=date(2025, 11, 1))

    assert (count_queries(board), count_queries(staff)) == few
    assert few[0] <= 6  # the latest meeting pack is one of them
    assert few[1] <= 25


# -- releasing ---------------------------------------------------------------------------------------------------------


def test_release_create_freezes_and_tells_the_board(plan, run_jobs):
    add_cafe(plan)
    board = create_member(plan=plan, role=Role.BOARD, email="bente@eksempel.dk", name="Bente Holm")
    quiet = create_member(plan=plan, role=Role.BOARD)
    quiet.memberships.update(release_mail=False)
    client = member(plan, Role.PROJECT_MANAGER)

    response = client.post(reverse("reporting:release_create", args=["birkeparken"]))
    jobs = [*run_jobs(), *run_jobs()]
    progress = words(client.get(response.url))

    assert [(job.kind, job.state) for job in jobs] == [("release_figures", "done"), ("send_mail", "done")]
    assert "Tallene er frigivet. 1 i bestyrelsen får en mail." in progress
    assert latest_release(plan, *YEAR).as_of == TODAY
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([board.email], "Nye tal fra Birkeparken")
    assert "http://testserver/birkeparken/maal/" in sent.body


def test_release_create_twice_is_one_release_and_one_mail(plan, run_jobs):
    add_cafe(plan)
    create_member(plan=plan, role=Role.BOARD)
    client = member(plan, Role.PROJECT_MANAGER)
    for _ in range(2):
        client.post(reverse("reporting:release_create", args=["birkeparken"]))
    run_jobs(), run_jobs()

    assert len(mail.outbox) == 1
    assert Release.objects.filter(starts_on=YEAR[0], ends_on=YEAR[1]).count() == 1


@pytest.mark.parametrize("role", [Role.STAFF, Role.BOARD, Role.ADMINISTRATOR])
def test_release_create_is_for_the_project_manager(plan, role):
    assert member(plan, role).post(reverse("reporting:release_create", args=["birkeparken"])).status_code == 403


def test_release_progress_of_another_plan_is_not_found(plan):
    other = create_plan()
    job = Job.objects.create(kind="release_figures", plan_id=other.pk)

    response = member(plan, Role.PROJECT_MANAGER).get(
        reverse("reporting:release_progress", args=["birkeparken", job.pk])
    )

    assert response.status_code == 404


def test_release_month_runs_once_a_month(plan, run_jobs):
    add_cafe(plan)
    said = [release_month()]  # set up this month: not yet
    with time_machine.travel("2025-12-02 06:00+01:00", tick=False):
        said.append(release_month())
        run_jobs()
        said.append(release_month())

    assert said == [
        "0 plans to release as of 2025-10-31",
        "1 plans to release as of 2025-11-30",
        "0 plans to release as of 2025-11-30",
    ]
    assert latest_release(plan, *YEAR).as_of == date(2025, 11, 30)


def test_release_that_died_before_its_mails_still_tells_the_board(plan, run_jobs):
    add_cafe(plan)
    create_member(plan=plan, role=Role.BOARD)
    member(plan, Role.PROJECT_MANAGER).post(reverse("reporting:release_create", args=["birkeparken"]))
    release_figures(plan=plan, as_of=TODAY, today=TODAY, released_at=timezone.now() + timedelta(seconds=1))

    run_jobs(), run_jobs()

    assert len(mail.outbox) == 1


# -- a partner ---------------------------------------------------------------------------------------------------------


def partner_page(plan, **dates):
    """A partner with one agreement on area 3; the page by htmx, as words."""
    client = member(plan, Role.PARTNER)
    organisation = create_organisation(plan=plan)
    create_contact(organisation=organisation, user=plan.users.get(memberships__role=Role.PARTNER))
    agreement = create_agreement(plan=plan, parties=[organisation], **dates)
    agreement.focus_areas.set(focus_areas(plan).filter(position=3))
    address = reverse("reporting:delivered", args=["birkeparken"])
    return lambda: words(client.get(address, headers={"HX-Request": "true"}))


def test_delivered_shows_a_partner_the_released_totals_of_its_areas(plan):
    add_cafe(plan)
    homework = create_activity(plan=plan, area=2)
    create_held_session(activity=homework, heads=11, date=date(2025, 10, 8))
    page = partner_page(plan)
    before = page()
    release_figures(plan=plan, as_of=date(2025, 10, 31))

    after = page()

    assert "Der er endnu ikke frigivet tal for jeres aftales tid." in before
    assert "Hele Kriminalpræventiv indsats 1 afholdte gange 30 fremmøder" in after
    assert "Unge Cafeen 1 gang · 30 fremmøder" in after
    assert "af hele planåret" in after
    assert "Uddannelse" not in after
    assert homework.name not in after


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_shown", "is_part"),
    [
        (YEAR[0], YEAR[1], True, False),
        (YEAR[0] + timedelta(days=1), None, True, True),
        (None, YEAR[0], True, True),
        (None, YEAR[0] - timedelta(days=1), False, False),
        (TODAY + timedelta(days=1), None, False, False),
    ],
)
def test_delivered_is_of_the_years_in_which_the_agreement_was_valid(plan, starts_on, ends_on, is_shown, is_part):
    add_cafe(plan)
    page = partner_page(plan, starts_on=starts_on, ends_on=ends_on)
    release_figures(plan=plan, as_of=date(2025, 10, 31))

    shown = page()

    assert ("30 fremmøder" in shown, "jeres aftale gjaldt en del af tiden" in shown) == (is_shown, is_part)


def test_delivered_leaves_out_agreements_that_are_put_away(plan):
    add_cafe(plan)
    page = partner_page(plan)
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    plan.agreements.update(archived_at=timezone.now())

    assert "30 fremmøder" not in page()


# -- the admin ---------------------------------------------------------------------------------------------------------


def test_release_admin_is_read_only(plan, admin_client):
    add_cafe(plan)
    release_figures(plan=plan, as_of=date(2025, 10, 31))
    release = latest_release(plan, *YEAR)
    address = reverse("admin:reporting_release_change", args=[release.pk])

    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {"content": "{}"}).status_code == 403
    assert admin_client.get(reverse("admin:reporting_release_add")).status_code == 403
    assert admin_client.get(reverse("admin:reporting_indicator_changelist")).status_code == 200
    assert admin_client.get(reverse("admin:reporting_indicator_add")).status_code == 200


def test_release_keeps_its_time(plan):
    made_at = timezone.make_aware(datetime(2025, 11, 1, 6))
    release_figures(plan=plan, as_of=date(2025, 10, 31), released_at=made_at)

    assert {row.released_at for row in Release.objects.all()} == {made_at}


# -- school years ------------------------------------------------------------------------------------------------------


def test_follow_up_shows_school_years_where_a_target_is_set_for_one(plan):
    client = member(plan, Role.STAFF)
    without = page(client)
    create_target(
        indicator=create_indicator(plan=plan, code="U1", all_activities=True),
        value=40,
        period=(date(2025, 8, 1), date(2026, 7, 31)),
    )

    tabs = [tab["label"] for tab in page(client).context["kind_tabs"]]
    school, year = page(client, periode="skoleaar-2025-26"), page(client, periode="2025-26")

    assert "Skoleår" not in [tab["label"] for tab in without.context["kind_tabs"]]
    assert tabs == ["Planår", "Halvår", "Kvartal", "Skoleår", "Hele planen"]
    assert [shown.context["choice"].period.first for shown in (school, year)] == [date(2025, 8, 1), date(2025, 7, 1)]
    assert "0 af 40" in words(school)


def test_release_keeps_school_years_for_the_board(plan):
    create_target(
        indicator=create_indicator(plan=plan, code="U1", all_activities=True),
        value=40,
        period=(date(2025, 8, 1), date(2026, 7, 31)),
    )
    release_figures(plan=plan, as_of=date(2025, 11, 24))

    assert "0 af 40" in words(page(member(plan, Role.BOARD), periode="skoleaar-2025-26"))
