"""The read-only API: its door, its description, and that every answer is what the description says."""

import html
import json
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator, ValidationError
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from accounts import tokens
from accounts.models import ApiToken, Membership, Role, TokenScope
from accounts.tokens import forget_old_tokens, make_token, revoke_token
from activities.models import CountingMode, Session
from jobs.canonical import fingerprint
from reporting.api import OPERATIONS
from reporting.columns import TABLES, PeriodKind
from reporting.figure_set import build_figure_set
from reporting.models import Measure, Release
from reporting.openapi import openapi
from reporting.periods import period_key
from reporting.releases import all_periods, release_figures
from reporting.schema import figure_set_schema
from tests.factories import (
    create_activity,
    create_attendance,
    create_held_session,
    create_member,
    create_participant,
    create_plan,
)
from tests.reporting.makers import create_indicator, create_measurement, create_target

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 20)
YEAR_DAYS = timedelta(days=365)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2025-11-20T12:00:00+01:00", tick=False)
    return time_machine


@pytest.fixture
def plan():
    """Some of everything that a figure set may hold."""
    plan = create_plan(slug="herredsvang")
    cafe = create_activity(plan=plan, name="Unge Cafeen", counting_mode=CountingMode.PSEUDONYMOUS)
    for day in (date(2024, 10, 8), date(2025, 2, 4), date(2025, 10, 7)):
        session = create_held_session(activity=cafe, heads=15, date=day, volunteer_turns=2)
        for number in range(12):
            person = create_participant(plan=plan, alias=f"Kanarie {day} {number}", birth_year=2012)
            create_attendance(session=session, participant=person)
    unique = create_indicator(plan=plan, code="K3", measure=Measure.UNIQUE_PEOPLE, activities=[cafe])
    mean = create_indicator(plan=plan, code="K2", measure=Measure.MEAN_VISITS, activities=[cafe])
    typed = create_indicator(plan=plan, code="B6", measure=Measure.REFERRALS, area=1)
    for indicator in (unique, mean, typed):
        create_target(indicator=indicator, value=20)
    create_measurement(indicator=typed, value=7)
    return plan


@pytest.fixture
def leader(plan):
    return create_member(plan=plan, role=Role.PROJECT_MANAGER)


@pytest.fixture
def token(plan, leader):
    return make_token(plan=plan, name="Power BI", scope=TokenScope.RELEASES, by=leader, lifetime=YEAR_DAYS)[1]


@pytest.fixture
def draft_token(plan, leader):
    return make_token(plan=plan, name="Regneark", scope=TokenScope.DRAFT, by=leader, lifetime=YEAR_DAYS)[1]


@pytest.fixture
def released(plan):
    release_figures(plan=plan, as_of=date(2025, 9, 30))
    release_figures(plan=plan, as_of=TODAY)


def get(path: str, token: str = "", plan: str = "herredsvang", **headers):
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return Client().get(f"/api/v1/{plan}/{path}", headers=headers)


# -- the description ---------------------------------------------------------------------------------------------------


def test_the_description_is_valid_and_served_to_everybody():
    response = Client().get("/api/v1/openapi.json")

    validate(response.json())
    assert response.json() == json.loads(json.dumps(openapi()))
    assert response.json()["openapi"] == "3.1.0"
    assert not response.cookies


def test_the_schema_of_releases_is_served():
    schema = Client().get("/api/v1/schemas/figure-set.json").json()

    Draft202012Validator.check_schema(schema)
    assert schema == figure_set_schema()


def check(response, operation) -> None:
    """The answer is what the description says."""
    document = openapi()
    schema = document["paths"]["/api/v1/{plan}/" + operation.route.replace("<str:sha256>", "{sha256}")]["get"][
        "responses"
    ]["200"]["content"]["application/json"]["schema"]
    registry = Registry().with_resource("urn:api", Resource(contents=document, specification=DRAFT202012))
    target = {"$ref": "urn:api" + schema["$ref"]}
    Draft202012Validator(target, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        response.json()
    )


QUERIES = ("", "state=draft", "kind=year", "period=2024-25-h1")


def test_every_answer_is_as_described(plan, released, draft_token):
    asked = 0
    for operation in OPERATIONS:
        path = operation.route.replace("<str:sha256>", Release.objects.order_by("pk").first().sha256)
        takes = {parameter.name for parameter in operation.parameters}
        for query in QUERIES:
            if query.partition("=")[0] in takes | {""}:
                response = get(f"{path}?{query}", draft_token)
                assert response.status_code == 200, (path, query)
                check(response, operation)
                asked += 1

    assert asked == len(OPERATIONS) + 2 + 3 * len(TABLES)  # the figure set takes two words, each table three


def test_what_is_not_described_is_noticed(plan, released, draft_token):
    response = get("plan", draft_token)
    response.json = lambda: {**get("", draft_token).json(), "alias": "Amina"}

    with pytest.raises(ValidationError):
        check(response, OPERATIONS[0])


def test_no_answer_names_a_person(plan, released, draft_token):
    for operation in OPERATIONS:
        path = operation.route.replace("<str:sha256>", Release.objects.order_by("pk").first().sha256)
        for query in ("", "?state=draft"):
            assert "Kanarie" not in get(path + query, draft_token).content.decode()


# -- what is told ------------------------------------------------------------------------------------------------------


def test_before_the_first_release_there_are_no_rows(plan, token):
    assert get("indicators/", token).json() == {"plan": "herredsvang", "state": "released", "rows": []}
    assert get("figures/", token).status_code == 404


def test_tables_tell_the_newest_release_of_each_period(plan, released, token):
    rows = get("indicators/?kind=year", token).json()["rows"]

    assert [(row["period"], row["code"], row["value"], row["as_of"]) for row in rows] == [
        ("2023-24", "B6", None, "2024-06-30"),
        ("2023-24", "K2", None, "2024-06-30"),
        ("2023-24", "K3", None, "2024-06-30"),
        ("2024-25", "B6", None, "2025-06-30"),
        ("2024-25", "K2", 15, "2025-06-30"),
        ("2024-25", "K3", None, "2025-06-30"),  # people are told in the target's own period only
        ("2025-26", "B6", 7, "2025-11-20"),
        ("2025-26", "K2", 15, "2025-11-20"),
        ("2025-26", "K3", 15, "2025-11-20"),
    ]
    assert {row["withheld"] for row in rows if row["code"] == "K3"} == {"period", None}


def test_a_release_is_told_as_the_text_that_was_frozen(plan, released, token):
    sha256 = get("releases/", token).json()["rows"][0]["sha256"]

    response = get(f"releases/{sha256}/", token)

    assert fingerprint(response.content.decode()) == sha256
    assert response.headers["ETag"] == f'"{sha256}"'


def test_figures_of_one_period_are_its_newest_release(plan, released, token):
    newest = Release.objects.filter(starts_on="2025-07-01", ends_on="2026-06-30").order_by("pk").last()

    assert fingerprint(get("figures/", token).content.decode()) == newest.sha256
    assert get("figures/?period=2025-26-k2", token).json()["period"]["kind"] == "quarter"


def test_the_draft_is_what_the_team_sees(plan, released, draft_token):
    Session.objects.filter(date=date(2025, 10, 7)).update(heads_total=99)
    year = next(period for period in all_periods(plan) if period_key(period) == "2025-26")

    draft = get("figures/?state=draft", draft_token).json()

    assert draft == build_figure_set(plan, year, TODAY, today=TODAY, for_team=True)
    rows = get("activities/?state=draft", draft_token).json()["rows"]
    assert [(row["visits"], row["unique_min"]) for row in rows] == [(99, 99)]
    assert get("activities/?period=2025-26", draft_token).json()["rows"][0]["visits"] == 15


def test_a_token_for_releases_does_not_read_the_draft(plan, released, token):
    answers = [get(path, token) for path in ("figures/?state=draft", "indicators/?state=draft")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].headers["Content-Type"] == "application/problem+json"


def test_periods_say_what_is_released(plan, released, token):
    rows = {row["period"]: row for row in get("periods/", token).json()["rows"]}

    assert rows["2025-26"]["as_of"] == "2025-11-20"
    assert rows["2026-27"]["released_at"] is None


def test_a_period_of_two_kinds_is_listed_once(db):
    """A plan from 1 February: its first half-year has the days of its first, cut school year."""
    plan = create_plan(slug="februar", starts_on=date(2024, 2, 1), ends_on=date(2027, 1, 31))
    create_target(
        indicator=create_indicator(plan=plan, all_activities=True),
        value=9,
        period=(date(2024, 8, 1), date(2025, 7, 31)),
    )
    release_figures(plan=plan, as_of=date(2025, 6, 30))
    by = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    token = make_token(plan=plan, name="BI", scope=TokenScope.RELEASES, by=by, lifetime=YEAR_DAYS)[1]

    listed = get("periods/", token, plan="februar").json()["rows"]
    first = [row["period"] for row in listed if (row["from"], row["to"]) == ("2024-02-01", "2024-07-31")]
    spans = [(row["from"], row["to"]) for row in listed]
    rows = {kind: get(f"indicators/?kind={kind}", token, plan="februar").json()["rows"] for kind in PeriodKind.values}

    assert (first, len(spans)) == (["2024-25-h1"], len(set(spans)))
    assert [(row["period_from"], row["period_to"]) for row in rows["school"]] == [("2024-08-01", "2025-07-31")]
    assert {row["period_kind"] for found in rows.values() for row in found} == set(PeriodKind.values)


@pytest.mark.parametrize("query", ["?period=1999", "?kind=month", "?state=secret"])
def test_words_that_are_not_understood_are_told(plan, token, query):
    response = get(f"indicators/{query}", token)

    assert response.status_code == 400
    assert set(response.json()) == {"type", "title", "status", "detail"}


# -- the door ----------------------------------------------------------------------------------------------------------


def test_the_token_is_stored_as_a_hash_and_opens_no_session(plan, token):
    row = ApiToken.objects.get()

    assert token not in json.dumps(list(ApiToken.objects.values()), default=str)
    assert row.token_hash != token
    response = get("", token)
    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("text", ["", "portal_forkert", "nogetandet", "portal_" + "x" * 500])
def test_without_a_token_that_works_the_answer_is_401(plan, text):
    response = get("periods/", text)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_other_schemes_are_not_read(plan, token):
    assert get("", Authorization=f"Basic {token}").status_code == 401
    assert Client().get(f"/api/v1/herredsvang/?token={token}").status_code == 401
    assert get("", Authorization=f"bearer  {token}").status_code == 200


def test_a_token_of_another_plan_finds_nothing(plan, token):
    create_plan(slug="anden")

    answers = [get("", token, plan=slug) for slug in ("anden", "findes-ikke")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_closed_token_and_an_old_one_open_nothing(plan, leader, token, now):
    revoke_token(token=ApiToken.objects.get())
    assert get("", token).status_code == 401

    _row, other = make_token(plan=plan, name="x", scope=TokenScope.RELEASES, by=leader, lifetime=timedelta(days=90))
    assert get("", other).status_code == 200
    now.move_to("2026-02-18T12:00:01+01:00")
    assert get("", other).status_code == 401


def test_a_token_dies_with_its_makers_right(plan, leader, token, draft_token):
    def statuses():
        return [get("", one).status_code for one in (token, draft_token)]

    assert statuses() == [200, 200]
    Membership.objects.filter(user=leader).update(role=Role.BOARD)  # may read releases, no draft
    assert statuses() == [200, 401]
    Membership.objects.filter(user=leader).update(role=Role.VOLUNTEER)
    assert statuses() == [401, 401]
    Membership.objects.filter(user=leader).update(role=Role.PROJECT_MANAGER)
    leader.is_active = False
    leader.save()
    assert statuses() == [401, 401]
    leader.is_active = True
    leader.save()
    Membership.objects.filter(user=leader).delete()
    assert statuses() == [401, 401]
    leader.delete()
    assert statuses() == [401, 401]


def test_only_reading(plan, token):
    client = Client(enforce_csrf_checks=True)
    answers = [
        getattr(client, method)("/api/v1/herredsvang/", headers={"Authorization": f"Bearer {token}"})
        for method in ("post", "put", "patch", "delete")
    ]

    assert [answer.status_code for answer in answers] == [405] * 4
    head = Client().head("/api/v1/herredsvang/periods/", headers={"Authorization": f"Bearer {token}"})
    assert (head.status_code, head.content) == (200, b"")


def test_the_last_use_is_noted_now_and_then(plan, token, now):
    get("", token)
    first = ApiToken.objects.get().last_used_at
    now.move_to("2025-11-20T12:04:00+01:00")
    get("", token)
    assert ApiToken.objects.get().last_used_at == first
    now.move_to("2025-11-20T12:06:00+01:00")
    get("", token)
    assert ApiToken.objects.get().last_used_at == timezone.now()


def test_too_many_requests_are_refused_until_the_next_minute(plan, token, now, monkeypatch):
    monkeypatch.setattr(tokens, "PER_MINUTE", 3)

    answers = [get("", token) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    now.move_to("2025-11-20T12:01:00+01:00")
    assert get("", token).status_code == 200


def test_guessing_is_stopped_by_address(plan, token):
    for _ in range(30):
        get("", "portal_forkert")

    assert get("", token).status_code == 429


def test_tokens_are_forgotten_a_year_after_their_end(plan, token):
    now = timezone.now()

    assert forget_old_tokens(now=now + timedelta(days=729)) == 0
    assert forget_old_tokens(now=now + timedelta(days=731)) == 1


# -- asking again ------------------------------------------------------------------------------------------------------


def test_what_is_unchanged_is_not_sent_again(plan, released, token):
    for path in ("", "periods/", "releases/", "indicators/", "activities/?kind=half", "figures/"):
        first = get(path, token)

        again = get(path, token, If_None_Match=f'W/"x", {first.headers["ETag"]}')

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert "no-cache" in first.headers["Cache-Control"]


def test_a_new_release_changes_the_etag(plan, released, token):
    before = get("indicators/", token).headers["ETag"]
    Session.objects.filter(date=date(2025, 10, 7)).update(heads_total=20)
    release_figures(plan=plan, as_of=TODAY)

    assert get("indicators/", token, If_None_Match=before).status_code == 200


def test_the_number_of_queries_does_not_grow(plan, released, token):
    get("indicators/", token)
    with CaptureQueriesContext(connection) as few:
        get("indicators/?kind=year", token)
    with CaptureQueriesContext(connection) as many:
        get("indicators/", token)

    assert len(many) == len(few)
    with CaptureQueriesContext(connection) as known:
        get("indicators/", token, If_None_Match=get("indicators/", token).headers["ETag"])
    assert len(known) < 2 * len(many)


# -- the pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(leader):
    client = Client()
    client.force_login(leader)
    return client


NEW_KEY = "/herredsvang/data/adgang/ny/"
WANTED = {"name": "Power BI", "scope": "releases", "lifetime": "365"}


def asked(client, **fields) -> dict:
    """What the form sends, with the random word that it was drawn with."""
    return {"word": client.get(NEW_KEY).context["form"]["word"].value(), **WANTED, **fields}


def test_a_key_is_shown_once(office, plan):
    made = office.post(NEW_KEY, asked(office), follow=True)
    text = re.search(r'value="(portal_[\w-]+)"', made.content.decode())[1]
    again = office.get(made.redirect_chain[0][0], follow=True)

    assert get("", text).status_code == 200
    row = ApiToken.objects.get()
    assert (row.name, row.scope, row.expires_at - row.created_at) == ("Power BI", "releases", YEAR_DAYS)
    assert made.headers["Cache-Control"] == "no-store, private"
    assert again.redirect_chain == [("/herredsvang/data/", 302)]
    assert "Nøglen blev vist den ene gang." in again.content.decode()
    assert "portal_" not in again.content.decode()


def test_a_key_is_nowhere_kept_before_it_is_shown(office, plan):
    office.post(NEW_KEY, asked(office))
    session = office.session["token_made"]

    page = office.get(f"/herredsvang/data/adgang/{session['pk']}/klar/")
    text = re.search(r'value="(portal_[\w-]+)"', page.content.decode())[1]

    assert text not in json.dumps(session)
    assert "token_made" not in office.session


def test_pressing_twice_makes_one_key(office, plan):
    data = asked(office)
    first, second = (office.post(NEW_KEY, data) for _press in range(2))

    assert first.url == second.url
    assert ApiToken.objects.count() == 1
    assert "portal_" in office.get(second.url).content.decode()


def test_the_form_sent_again_later_shows_no_key(office, plan, now):
    data = asked(office)
    office.get(office.post(NEW_KEY, data).url)
    now.move_to("2025-11-20T12:02:00+01:00", tick=False)

    late = office.post(NEW_KEY, data, follow=True)

    assert ApiToken.objects.count() == 1
    assert "portal_" not in late.content.decode()


def test_other_wishes_are_another_key(office, plan):
    data = asked(office)
    for fields in ({}, {"name": "Regneark"}, {"lifetime": "90"}):
        office.post(NEW_KEY, {**data, **fields})

    assert ApiToken.objects.count() == 3


def test_a_key_is_not_shown_to_a_colleague(office, plan):
    address = office.post(NEW_KEY, asked(office)).url
    other = Client()
    other.force_login(create_member(plan=plan, role=Role.PROJECT_MANAGER))

    assert "portal_" not in other.get(address, follow=True).content.decode()


def test_a_key_without_a_purpose_is_not_made(office, plan):
    response = office.post("/herredsvang/data/adgang/ny/", {"name": " ", "scope": "draft", "lifetime": "90"})

    assert response.status_code == 422
    assert not ApiToken.objects.exists()


def test_an_administrator_cannot_give_away_the_draft(plan):
    client = Client()
    client.force_login(create_member(plan=plan, role=Role.ADMINISTRATOR))

    assert 'value="draft"' not in client.get("/herredsvang/data/adgang/ny/").content.decode()
    response = client.post("/herredsvang/data/adgang/ny/", {"name": "x", "scope": "draft", "lifetime": "90"})
    assert response.status_code == 422


def test_closing_a_key_can_be_undone_for_an_hour(office, plan, token, now):
    pk = ApiToken.objects.get().pk
    office.post(f"/herredsvang/data/adgang/{pk}/luk/")
    assert get("", token).status_code == 401

    office.post(f"/herredsvang/data/adgang/{pk}/fortryd/")
    assert get("", token).status_code == 200

    office.post(f"/herredsvang/data/adgang/{pk}/luk/")
    now.move_to("2025-11-20T13:00:01+01:00")
    office.post(f"/herredsvang/data/adgang/{pk}/fortryd/")
    assert get("", token).status_code == 401


def test_the_page_says_why_a_key_no_longer_works(office, plan, token):
    other = create_member(plan=plan, role=Role.PROJECT_MANAGER)
    make_token(plan=plan, name="Gammel", scope=TokenScope.DRAFT, by=other, lifetime=YEAR_DAYS)
    Membership.objects.filter(user=other).update(role=Role.ADMINISTRATOR)

    page = office.get("/herredsvang/data/").content.decode()

    assert page.count("virker ikke") == 1


def test_the_data_page_asks_as_much_for_thirty_keys(office, plan, leader):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            office.get("/herredsvang/data/")
        return len(queries)

    make_token(plan=plan, name="En", scope=TokenScope.RELEASES, by=leader, lifetime=YEAR_DAYS)
    one = count()
    for number in range(29):
        make_token(plan=plan, name=f"Nr. {number}", scope=TokenScope.RELEASES, by=leader, lifetime=YEAR_DAYS)
    assert count() == one


def test_the_guide_names_the_plans_own_addresses(office, plan):
    page = html.unescape(office.get("/herredsvang/data/power-bi/").content.decode())

    assert 'RelativePath = "api/v1/herredsvang/indicators/"' in page
