"""Every address × every role × own plan, another plan, a plan that does not exist, nobody signed in.

What is expected is derived from accounts/permissions.py, never written here. A new address with a number or a code in
it needs one line in OBJECTS, so that the walk can open it. Each request is rolled back, so that deleting in one step
leaves the object for the next.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.checks import our_views
from accounts.invitations import invite, token_for
from accounts.models import Membership, Plan, Role, TokenScope, User
from accounts.periods import whole_plan
from accounts.permissions import PERMISSIONS, has_plan_permission
from accounts.tokens import LIFETIMES, make_token
from activities.calendar_feed import feed_token, open_feed
from activities.models import ChecklistLine, Closure, CountingMode, ItemState, Tally
from activities.programme_release import publish_programme
from jobs.models import Job, store_file
from reporting.import_jobs import CHECK
from reporting.models import DefinitionChange, MeasurementFile
from reporting.pack_jobs import FREEZE
from reporting.releases import release_figures
from reporting.tasks import RELEASE
from residents.models import ParticipantMerge
from residents.tasks import ATTENDANCE_WORKBOOK
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
    create_session,
    create_shift,
    create_signup,
    create_user,
    create_volunteer,
)
from tests.factories.programme import create_guest, create_idea, create_item, create_season
from tests.factories.references import create_approved_reference, create_reference
from tests.reading import lix, running_text
from tests.reporting.makers import create_goal, create_indicator, create_measurement, create_target
from tests.reporting.packs.makers import create_frozen_pack, create_pack

pytestmark = pytest.mark.django_db

VIEWS = {name: view for name, _route, view in our_views()}
ROUTES = {name: route for name, route, _view in our_views()}
PLAN_VIEWS = [name for name, route in ROUTES.items() if "plan_slug" in route]
OTHER_VIEWS = [
    pytest.param(name, marks=pytest.mark.logs_errors) if name == "healthz" else name
    for name in VIEWS
    if name not in PLAN_VIEWS
]

# Words that appear nowhere else, and the permission without which no page may show them.
CANARIES = {
    "Kanarie Kattegat": "participants.view",
    "kanarie-notat": "log.view",
    "Kanarie-bilag": "figures.draft",
    "99 88 77 66": "contacts.view",
    "kanarie@partner.example": "contacts.view",
    "77 66 55 44": "guests.phone",
    "Kontakt Kanarie": "contacts.view",
    "kanarie-inviteret@eksempel.dk": "members.manage",
    "Kanarie-kladden": "packs.edit",
    "12 12 21 21": "volunteers.manage",
    "19-07-2021": "volunteers.manage",
    "Kanarie om sig selv": "volunteers.manage",
}


@dataclass
class World:
    """One plan with one of everything, in which each role has a member; `members` of another plan likewise."""

    plan: Plan
    members: dict[str, User] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.things[name]


def build_world(*, slug: str) -> World:
    plan = create_plan(slug=slug, name=f"Plan {slug}")
    world = World(plan)
    for role in Role.values:
        world.members[role] = create_member(plan=plan, role=role, name=f"{role} i {slug}")
    return world


def furnish(world: World) -> None:
    """One of everything that has an address."""
    plan, leader = world.plan, world.members[Role.PROJECT_MANAGER]
    today = timezone.localdate()
    activity = create_activity(plan=plan, name="Lektiecafé", counting_mode=CountingMode.PSEUDONYMOUS, owner=leader)
    schedule = create_schedule(activity=activity, starts_on=today - timedelta(days=70))
    held = create_held_session(
        activity=activity, date=today - timedelta(days=7), note="kanarie-notat", logged_by=leader, heads=4
    )
    child = create_participant(plan=plan, alias="Kanarie Kattegat")
    create_attendance(session=held, participant=child)
    organisation = create_organisation(plan=plan, name="Biblioteket")
    contact = create_contact(
        organisation=organisation, name="Kontakt Kanarie", phone="99 88 77 66", email="kanarie@partner.example"
    )
    create_contact(organisation=organisation, name="Partneren", user=world.members[Role.PARTNER])
    indicator = create_indicator(plan=plan, code="KUN-HER", activities=[activity], all_activities=False)
    waiting = create_measurement(indicator=indicator, value=5, note="kanarie-notat", state="draft")
    MeasurementFile.objects.create(plan=plan, measurement=waiting, name="Kanarie-bilag.pdf", content=b"%PDF", size=4)
    invitation = invite(
        plan=plan, role=Role.STAFF, by=leader, root="https://p.example", now=timezone.now(),
        email="kanarie-inviteret@eksempel.dk",
    )  # fmt: skip
    colleague = create_member(plan=plan, role=Role.STAFF, name="En kollega")
    world.things = {
        "activity": activity,
        "schedule": schedule,
        "held": held,
        "planned": create_session(activity=activity, date=today - timedelta(days=14)),
        "coming": create_session(activity=activity, date=today + timedelta(days=7)),
        "closure": Closure.objects.create(plan=plan, name="Sommer", starts_on=today, ends_on=today),
        "tally": Tally.objects.create(plan=plan, kind="contact", date=today),
        "child": child,
        "other_child": create_participant(plan=plan, alias="Kanarie Kattegat to"),
        "merge": ParticipantMerge.objects.create(plan=plan, kept=child, alias="Kanarie Kattegat tre", birth_year=2012),
        "organisation": organisation,
        "contact": contact,
        "agreement": create_agreement(plan=plan, parties=[organisation], text="Lån af lokaler"),
        "indicator": indicator,
        "goal": create_goal(plan=plan),
        "milestone": create_target(
            indicator=create_indicator(plan=plan, code="M1", measure="milestone", direction=""), due_on=today
        ),
        "definition": DefinitionChange.objects.create(
            plan=plan, indicator=indicator, changed_on=today, text="Tælles på ny"
        ),
        "target": create_target(indicator=indicator, value=10),
        "waiting": waiting,
        "invitation": invitation,
        "mail": plan.mails.get(),
        "colleague": colleague,
        "membership": Membership.objects.get(plan=plan, user=colleague),
        "job": Job.objects.create(kind=RELEASE, plan_id=plan.pk, requested_by=leader),
        "file": store_file(plan_id=plan.pk, name="afviste.xlsx", content=b"PK"),
    }
    signup = create_signup(shift=create_shift(session=world.coming), user=world.members[Role.VOLUNTEER])
    world.things |= {
        "shift": signup.shift,
        "signup": signup,
        "feed": open_feed(plan=plan, user=signup.user, now=timezone.now()),
        "volunteer": Membership.objects.get(plan=plan, user=signup.user),
        "reminder": plan.mails.create(key="shift:1", template="shift_reminder", to="vagt@eksempel.dk"),
    }
    other = create_volunteer(plan=plan, name="En anden", phone="12 12 21 21", certificate_on=date(2021, 7, 19))
    create_signup(shift=signup.shift, user=other)
    world.things |= {
        "reference": create_approved_reference(plan=plan, user=signup.user, by=leader),
        "asked": create_reference(plan=plan, user=other, statement="Kanarie om sig selv"),
    }
    world.things["import"] = Job.objects.create(
        kind=CHECK,
        plan_id=plan.pk,
        requested_by=leader,
        arguments={"kind": "log", "file": world.file.pk},
        result={"rejects": world.file.pk},
    )
    world.things["token"] = make_token(
        plan=plan, name="Power BI", scope=TokenScope.RELEASES, by=leader, lifetime=LIFETIMES[0]
    )[0]
    world.things["workbook"] = Job.objects.create(
        kind=ATTENDANCE_WORKBOOK,
        plan_id=plan.pk,
        requested_by=leader,
        result={"file": world.file.pk, "rows": 1},
    )
    release_figures(plan=plan, as_of=today)
    covered = {"as_of": today - timedelta(days=1), "period": whole_plan(plan)}
    world.things["pack"] = create_frozen_pack(plan=plan, **covered)
    world.things["pack_draft"] = create_pack(plan=plan, body="Kanarie-kladden", **covered)
    world.things["freeze"] = Job.objects.create(
        kind=FREEZE, plan_id=plan.pk, requested_by=leader, arguments={"report": world.pack_draft.pk}
    )
    Plan.objects.filter(pk=plan.pk).update(figures_locked_until=None)
    furnish_programme(world, today)


def furnish_programme(world: World, today: date) -> None:
    """A season with one item, its guest and list, and a release."""
    season = create_season(activity=world.activity, starts_on=today, ends_on=today + timedelta(days=60))
    item = create_item(season=season, session=world.coming, title="Filmaften", state=ItemState.APPROVED)
    line = ChecklistLine.objects.create(plan=world.plan, item=item, text="Popcorn")
    world.things |= {
        "season": season,
        "item": item,
        "guest": create_guest(item=item, name="Gæsten", phone="77 66 55 44"),
        "line": line,
        "idea": create_idea(activity=world.activity, title="Filmaften på taget"),
        "programme_release": publish_programme(season=season, by=None).release,
    }


By = Callable[[World], dict[str, Any]]


def pk(name: str) -> By:
    return lambda world: {"pk": world.things[name].pk}


def code(world: World) -> dict[str, Any]:
    return {"code": world.indicator.code}


def undo_token(world: World) -> dict[str, Any]:
    return {"token": signing.dumps("opdigtet")}


def guest(world: World) -> dict[str, Any]:
    return {"pk": world.item.pk, "guest_pk": world.guest.pk}


# How to open the addresses that take more than the plan. A new one gets a line here.
OBJECTS: dict[str, By] = {
    "accounts:password_reset_confirm": lambda world: {"uidb64": "MQ", "token": "opdigtet"},
    "accounts:invitation_accept": lambda world: {"token": token_for(world.invitation)},
    "overview:overview_export": lambda world: {"format": "csv"},
    "plan:member_role": pk("membership"),
    "plan:member_remove": pk("membership"),
    "plan:member_restore": undo_token,
    "plan:consent": pk("volunteer"),
    "plan:consent_withdraw": pk("volunteer"),
    "plan:invitation_resend": pk("invitation"),
    "plan:invitation_withdraw": pk("invitation"),
    "plan:invitation_restore": undo_token,
    "plan:mail_resend": pk("mail"),
    "partners:agreement_detail": pk("agreement"),
    "partners:agreement_edit": pk("agreement"),
    "partners:agreement_archive": pk("agreement"),
    "partners:agreement_take_out": pk("agreement"),
    "partners:organisation_detail": pk("organisation"),
    "partners:organisation_edit": pk("organisation"),
    "partners:organisation_remove": pk("organisation"),
    "partners:contact_create": pk("organisation"),
    "partners:contact_edit": pk("contact"),
    "partners:contact_remove": pk("contact"),
    "activities:friday_row": pk("planned"),
    "activities:session_log": pk("planned"),
    "activities:session_not_held": pk("planned"),
    "activities:session_clear": pk("held"),
    "activities:session_undo": pk("held"),
    "activities:session_remove": pk("held"),
    "activities:session_move": pk("coming"),
    "activities:session_move_back": pk("coming"),
    "activities:nudge_send": lambda world: {"user_pk": world.colleague.pk},
    "activities:activity_detail": pk("activity"),
    "activities:activity_edit": pk("activity"),
    "activities:activity_end": pk("activity"),
    "activities:activity_resume": pk("activity"),
    "activities:schedule_create": pk("activity"),
    "activities:schedule_edit": pk("schedule"),
    "activities:schedule_end": pk("schedule"),
    "activities:closure_delete": pk("closure"),
    "activities:evening": pk("coming"),
    "activities:evening_close": pk("coming"),
    "activities:evening_undo": pk("coming"),
    "activities:evening_tick": lambda world: {"pk": world.coming.pk, "line_pk": world.line.pk},
    "activities:shift_take": pk("shift"),
    "activities:shift_put_on": pk("shift"),
    "activities:signup_give_up": pk("signup"),
    "activities:signup_swap": pk("signup"),
    "activities:signup_take_over": pk("signup"),
    "activities:signup_remove": pk("signup"),
    "activities:signup_undo": pk("signup"),
    "activities:shift_manage": pk("coming"),
    "activities:shift_needs": pk("activity"),
    "activities:shift_feed": lambda world: {"token": feed_token(world.feed)},
    "activities:volunteer_edit": pk("volunteer"),
    "activities:reminder_resend": pk("reminder"),
    "activities:reference_detail": pk("asked"),
    "activities:reference_withdraw": pk("asked"),
    "activities:reference_reopen": pk("reference"),
    "activities:reference_pdf": pk("reference"),
    "activities:programme_board": pk("season"),
    "activities:programme_season_edit": pk("season"),
    "activities:programme_season_remove": pk("season"),
    "activities:programme_place": pk("season"),
    "activities:programme_publish": pk("season"),
    "activities:programme_withdraw": pk("programme_release"),
    "activities:programme_stand_again": pk("programme_release"),
    "activities:programme_undo": undo_token,
    "activities:programme_item_create": pk("season"),
    "activities:programme_item": pk("item"),
    "activities:programme_item_edit": pk("item"),
    "activities:programme_item_approve": pk("item"),
    "activities:programme_item_unapprove": pk("item"),
    "activities:programme_item_shelve": pk("item"),
    "activities:programme_item_cancel": pk("item"),
    "activities:programme_item_restore": pk("item"),
    "activities:programme_guest_create": pk("item"),
    "activities:programme_guest_edit": guest,
    "activities:programme_guest_remove": guest,
    "activities:programme_put_back": pk("item"),
    "activities:programme_line_add": pk("item"),
    "activities:programme_line_tick": lambda world: {"pk": world.item.pk, "line_pk": world.line.pk},
    "activities:tally_remove": pk("tally"),
    "activities:tally_restore": pk("tally"),
    "activities:program": pk("activity"),
    "activities:program_calendar": pk("activity"),
    "activities:program_poster": pk("activity"),
    "activities:program_picture": pk("activity"),
    "activities:idea_page": pk("activity"),
    "activities:idea_vote": pk("idea"),
    "activities:idea_state": pk("idea"),
    "activities:idea_merge": pk("idea"),
    "activities:idea_comment": pk("idea"),
    "activities:idea_code": pk("activity"),
    "residents:attendance_record": pk("held"),
    "residents:attendance_tick": lambda world: {"pk": world.held.pk, "participant_pk": world.child.pk},
    "residents:attendance_unnamed": pk("held"),
    "residents:attendance_walk_in": pk("held"),
    "residents:attendance_to_heads": pk("held"),
    "residents:attendance_undo": pk("held"),
    "residents:attendance_move": pk("held"),
    "residents:session_people": pk("held"),
    "residents:participant_detail": pk("child"),
    "residents:participant_edit": pk("child"),
    "residents:participant_merge": pk("child"),
    "residents:participant_merge_undo": pk("merge"),
    "residents:participant_export": pk("child"),
    "residents:participant_erase": pk("child"),
    "residents:attendance_workbook_progress": pk("workbook"),
    "residents:attendance_workbook_file": pk("workbook"),
    "reporting:release_progress": pk("job"),
    "reporting:status_report_detail": pk("pack"),
    "reporting:status_report_download": lambda world: {"pk": world.pack.pk, "format": "json"},
    "reporting:status_report_edit": pk("pack_draft"),
    "reporting:status_report_approve": pk("pack_draft"),
    "reporting:status_report_freeze": pk("pack_draft"),
    "reporting:status_report_progress": lambda world: {"pk": world.pack_draft.pk, "job_pk": world.freeze.pk},
    "reporting:status_report_drop": pk("pack_draft"),
    "reporting:status_report_restore": pk("pack_draft"),
    "reporting:import_create": lambda world: {"kind": "log"},
    "reporting:import_detail": pk("import"),
    "reporting:import_confirm": pk("import"),
    "reporting:import_rejected": pk("import"),
    "reporting:token_made": pk("token"),
    "reporting:token_revoke": pk("token"),
    "reporting:token_restore": pk("token"),
    "api:release": lambda world: {"sha256": "0" * 64},
    "reporting:log_export": lambda world: {"format": "csv"},
    "reporting:figures_export": lambda world: {"name": "tal", "format": "json"},
    "reporting:goal_edit": pk("goal"),
    "reporting:goal_remove": pk("goal"),
    "reporting:goal_restore": pk("goal"),
    "reporting:area": lambda world: {"position": 3},
    "reporting:indicator_edit": code,
    "reporting:indicator_detail": code,
    "reporting:measurement_create": code,
    "reporting:milestone_drop": pk("milestone"),
    "reporting:milestone_take_up": pk("milestone"),
    "reporting:embedding_edit": pk("activity"),
    "reporting:measurement_edit": pk("waiting"),
    "reporting:measurement_approve": pk("waiting"),
    "reporting:measurement_return": pk("waiting"),
    "reporting:measurement_file": pk("waiting"),
    "reporting:target_create": code,
    "reporting:judgement_edit": code,
    "reporting:definition_create": code,
    "reporting:definition_edit": lambda world: {"code": world.indicator.code, "pk": world.definition.pk},
    "reporting:definition_remove": lambda world: {"code": world.indicator.code, "pk": world.definition.pk},
    "reporting:definition_restore": lambda world: {"code": world.indicator.code, "pk": world.definition.pk},
    "reporting:target_edit": lambda world: {"code": world.indicator.code, "pk": world.target.pk},
}

# Pages that answer something else than 200, 302 or 405 to whoever may open them; with the reason.
ANSWERS: dict[str, set[int]] = {
    "healthz": {200, 405, 503},  # no worker runs beside the tests
    "activities:reference_withdraw": {404, 405},  # somebody else's request is not there, whatever one may do
}
# Tokens say by themselves what they are for; a wrong one is answered with a sentence, not a 404.
TOKENS = {"plan:member_restore", "plan:invitation_restore", "activities:programme_undo"}
# A word that is the same in every plan stands in these addresses, not an object.
WORDS = {"reporting:area", "reporting:import_create", "reporting:log_export", "reporting:figures_export"}

REFUSED = {403, 405}  # a page that only takes POST may say so before it asks who is there
SEEN = {200, 204, 302, 405}
TAKEN = {200, 204, 302, 400, 405, 409, 422}


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, World]]:
    """Two plans, built once for the whole walk and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        own, foreign = build_world(slug="egen"), build_world(slug="fremmed")
        furnish(own)
        for member in (*own.members.values(), *foreign.members.values()):
            sign_in(member)
        yield own, foreign
        SESSIONS.clear()
        transaction.set_rollback(True)


@pytest.fixture
def world(worlds: tuple[World, World]) -> World:
    return worlds[0]


@pytest.fixture
def elsewhere(worlds: tuple[World, World]) -> World:
    return worlds[1]


SESSIONS: dict[int, SimpleCookie] = {}


def sign_in(user: User) -> SimpleCookie:
    """The user's session cookie; signed in once, and then many pages."""
    if user.pk not in SESSIONS:
        client = Client()
        client.force_login(user)
        SESSIONS[user.pk] = client.cookies
    return SESSIONS[user.pk]


def kwargs_for(name: str, world: World) -> dict[str, Any]:
    route = ROUTES[name]
    if name in OBJECTS:
        return OBJECTS[name](world)
    if route.count("<") > ("plan_slug" in route):
        pytest.fail(
            f"{name} (/{route}) is new: add a line to OBJECTS in tests/test_access.py that says how to open it."
        )
    return {}


@pytest.fixture(autouse=True)
def few_words():
    """Hundreds of refusals are meant: they need not be logged with their tracebacks."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(level)


def ask(user: User | None, method: str, address: str) -> HttpResponse:
    """One request whose effects are rolled back."""
    client = Client()
    if user is not None:
        client.cookies.update(sign_in(user))
    with transaction.atomic():
        response = getattr(client, method)(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    response.seen = content.decode(errors="replace")
    return response


def methods() -> Iterator[tuple[str, set[int]]]:
    yield "get", SEEN
    yield "post", TAKEN


def assert_no_leak(name: str, role: str | None, response: HttpResponse) -> None:
    for canary, permission in CANARIES.items():
        if role is None or not has_plan_permission(role, permission):
            assert canary not in response.seen, f"{name} shows {canary!r} to {role or 'anybody'}"


@pytest.mark.parametrize("name", PLAN_VIEWS)
def test_pages_of_a_plan(name: str, world: World, elsewhere: World):
    access = VIEWS[name].access
    kwargs = kwargs_for(name, world)
    address = reverse(name, kwargs={"plan_slug": "egen", **kwargs})
    if access == "token":
        assert_needs_a_token(name, world, address)
        return
    absent = reverse(name, kwargs={"plan_slug": "findes-ikke", **kwargs})
    crossed = reverse(name, kwargs={"plan_slug": "fremmed", **kwargs})
    assert access == "public" or access in PERMISSIONS, f"{name} declares no permission of the table"

    for method, answers in methods():
        for role, member in world.members.items():
            response = ask(member, method, address)
            said = f"{method} {name} as {role}: {response.status_code}"
            if access == "public" or has_plan_permission(role, access):
                assert response.status_code in ANSWERS.get(name, answers), said
            else:
                assert response.status_code in REFUSED, said
            assert_no_leak(name, role, response)
            assert ask(member, method, absent).status_code == 404, f"absent plan, {said}"

        for role, stranger in elsewhere.members.items():
            response = ask(stranger, method, address)
            if access == "public":
                assert response.status_code in answers
            else:
                assert response.status_code == 404, f"{method} {name} as {role} of another plan: {response.status_code}"
            assert_no_leak(name, None, response)
            if kwargs and name not in TOKENS | WORDS:  # our object under their own plan
                crossing = ask(stranger, method, crossed).status_code
                allowed = access == "public" or has_plan_permission(role, access)
                assert crossing in ({404, 405} if allowed else REFUSED), (
                    f"{method} {name} as {role} opens another plan's object: {crossing}"
                )

        nobody = ask(None, method, address)
        if access == "public":
            assert nobody.status_code in answers
            assert "sessionid" not in nobody.cookies
            assert ask(None, method, absent).status_code == 404
        else:
            for response in (nobody, ask(None, method, absent)):
                assert response.status_code == 302
                assert response.url.startswith("/accounts/login/?next=/")
        assert_no_leak(name, None, nobody)


def assert_needs_a_token(name: str, world: World, address: str) -> None:
    """Being signed in opens nothing: no cookie is looked at, and none is set."""
    for method, _answers in methods():
        for member in (*world.members.values(), None):
            response = ask(member, method, address)
            assert response.status_code == 401, f"{method} {name}: {response.status_code}"
            assert "sessionid" not in response.cookies
            assert_no_leak(name, None, response)


@pytest.mark.parametrize("name", OTHER_VIEWS)
def test_pages_outside_the_plans(name: str, world: World):
    access = VIEWS[name].access
    address = reverse(name, kwargs=kwargs_for(name, world))
    style_viewers = PERMISSIONS["style.view"]
    for method, answers in methods():
        for role, member in world.members.items():
            response = ask(member, method, address)
            said = f"{method} {name} as {role}: {response.status_code}"
            if access == "superuser" or (name == "stil" and role not in style_viewers):
                assert response.status_code == 403, said
            else:
                assert response.status_code in ANSWERS.get(name, answers), said
            assert_no_leak(name, role, response)
        nobody = ask(None, method, address)
        if access == "public":
            assert nobody.status_code in ANSWERS.get(name, answers)
        else:
            assert nobody.status_code == 302
            assert nobody.url.startswith("/accounts/login/?next=/")


def test_a_superuser_is_no_member(world: World):
    chief = create_user(is_superuser=True, is_staff=True)
    for name in PLAN_VIEWS:
        if VIEWS[name].access not in ("public", "token"):
            address = reverse(name, kwargs={"plan_slug": "egen", **kwargs_for(name, world)})
            assert ask(chief, "get", address).status_code == 404, name


def test_a_closed_account_sees_nothing(world: World):
    member = world.members[Role.PROJECT_MANAGER]
    client = Client()
    client.force_login(member)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/egen/medlemmer/").status_code == 302


def test_every_line_in_the_walk_stands_for_an_address():
    assert set(OBJECTS) - set(VIEWS) == set()


@pytest.mark.parametrize("permission", ["participants.view", "participants.edit", "attendance.record"])
def test_only_the_team_may_come_near_participants(permission: str):
    assert PERMISSIONS[permission] == {Role.PROJECT_MANAGER, Role.STAFF}


def test_every_page_that_a_volunteer_opens_reads_easily(world: World):
    """Volunteers may be 13: LIX of the running text at most 30, page by page and of all of it together."""
    volunteer = world.members[Role.VOLUNTEER]
    said = {}
    for name in PLAN_VIEWS:
        access = VIEWS[name].access
        if access not in PERMISSIONS or not has_plan_permission(Role.VOLUNTEER, access):
            continue
        address = reverse(name, kwargs={"plan_slug": "egen", **kwargs_for(name, world)})
        response = ask(volunteer, "get", address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            said[name] = running_text(response.seen)

    hard = {name: f"{lix(text):.0f} {text}" for name, text in said.items() if len(text.split()) > 20 and lix(text) > 30}
    assert {"activities:programme_board", "activities:programme_item", "activities:contribution"} <= set(said)
    assert (hard, lix(" ".join(said.values())) <= 30) == ({}, True)
