import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from accounts.periods import Period
from reporting.figure_set import build_figure_set
from reporting.goal_lines import under_goals
from reporting.goals import load_goals, put_away, take_out
from reporting.models import Goal, GoalKind
from reporting.releases import read_release, release_figures
from tests.factories import create_member, create_plan, get_focus_area
from tests.reporting.makers import YEAR, create_goal, create_indicator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2025-11-24 10:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def plan():
    return create_plan(slug="birkeparken")


def member(plan, role) -> Client:
    client = Client()
    client.force_login(create_member(plan=plan, role=role))
    return client


def at(name: str, *arguments) -> str:
    return reverse(f"reporting:{name}", args=["birkeparken", *arguments])


def written(plan) -> list[tuple[str, str, str | None]]:
    return [(goal.kind, goal.text, goal.parent.text if goal.parent else None) for goal in load_goals(plan).goals]


def test_load_goals_reads_from_the_widest_to_the_narrowest(plan):
    late = create_goal(plan=plan, area=2, text="Læring")
    vision = create_goal(plan=plan, kind=GoalKind.VISION, area=1, text="Alle i job")
    part = create_goal(plan=plan, kind=GoalKind.SUBGOAL, area=1, text="Flere fritidsjob", parent=vision)
    create_goal(plan=plan, kind=GoalKind.GOAL, area=1, text="Flere i uddannelse", parent=vision)
    create_goal(plan=create_plan(), text="en anden plan")

    assert [(goal.text, goal.parent) for goal in load_goals(plan).goals] == [
        ("Alle i job", None),
        ("Flere i uddannelse", vision),
        (part.text, vision),
        (late.text, None),
    ]


def test_put_away_moves_up_what_stood_below_and_take_out_puts_it_back(plan, november):
    vision = create_goal(plan=plan, kind=GoalKind.VISION, text="Vision")
    goal = create_goal(plan=plan, text="Mål", parent=vision)
    create_goal(plan=plan, kind=GoalKind.SUBGOAL, text="Delmål", parent=goal)
    indicator = create_indicator(plan=plan, code="K1", goal=goal)
    before = written(plan)

    put_away(goal=goal, now=goal.plan.created_at)
    without = written(plan)
    above = load_goals(plan).in_use(indicator.goal_id)
    take_out(goal=goal)

    assert without == [("vision", "Vision", None), ("subgoal", "Delmål", "Vision")]
    assert above == vision
    assert written(plan) == before


@pytest.mark.parametrize(
    ("kind", "area", "field"),
    [(GoalKind.GOAL, 3, "parent"), (GoalKind.VISION, 3, "parent"), (GoalKind.SUBGOAL, 2, "parent")],
)
def test_goal_stands_below_a_higher_level_of_its_own_area(plan, kind, area, field):
    above = create_goal(plan=plan, kind=GoalKind.GOAL)
    goal = Goal(plan=plan, focus_area=get_focus_area(area), kind=kind, parent=above, text="x")

    with pytest.raises(ValidationError) as refused:
        goal.full_clean()

    assert list(refused.value.message_dict) == [field]


def test_figure_set_says_the_goals_once_above_the_indicators_that_tell_about_them(plan):
    vision = create_goal(plan=plan, kind=GoalKind.VISION, text="En tryg bydel")
    goal = create_goal(plan=plan, text="Færre sigtede", parent=vision)
    create_goal(plan=plan, text="Uden indikator", parent=vision)
    create_indicator(plan=plan, code="K1", goal=goal)
    create_indicator(plan=plan, code="K2", goal=goal)
    create_indicator(plan=plan, code="K3", goal=vision)
    create_indicator(plan=plan, code="K9")

    figure_set = build_figure_set(plan, Period(*YEAR), YEAR[1])

    assert [(goal["id"], goal["parent"], goal["kind"]) for goal in figure_set["goals"]] == [
        ("1", None, "vision"),
        ("2", "1", "goal"),
        ("3", "1", "goal"),
    ]
    read = [(row["code"], [line.text for line in lines]) for row, lines in under_goals(*rows(figure_set))]
    assert read == [("K9", []), ("K3", ["En tryg bydel"]), ("K1", ["Færre sigtede"]), ("K2", [])]


def rows(figure_set):
    return figure_set["indicators"], figure_set


def test_under_goals_reads_a_release_from_before_there_were_goals():
    assert under_goals([{"code": "K1"}, {"code": "K2"}], {}) == [({"code": "K1"}, []), ({"code": "K2"}, [])]


def test_follow_up_shows_the_goal_of_the_release_also_after_it_was_reworded(plan):
    goal = create_goal(plan=plan, text="Færre sigtede unge")
    create_indicator(plan=plan, code="K1", goal=goal)
    release = release_figures(plan=plan, as_of=YEAR[0]).new[0]
    Goal.objects.update(text="Ingen sigtede unge")

    page = member(plan, Role.BOARD).get(at("follow_up")).content.decode()

    assert "Mål: Færre sigtede unge" in page
    assert read_release(release)["goals"][0]["text"] == "Færre sigtede unge"


# -- pages -------------------------------------------------------------------------------------------------------------


def post(client, address, **fields):
    area = get_focus_area(fields.pop("area", 3)).pk
    return client.post(address, {"focus_area": area, "kind": "goal", "text": "Færre sigtede", "parent": "", **fields})


def test_goal_create_below_another(plan):
    vision = create_goal(plan=plan, kind=GoalKind.VISION, text="En tryg bydel")
    client = member(plan, Role.PROJECT_MANAGER)

    form = client.get(f"{at('goal_create')}?under={vision.pk}").context["form"]
    response = post(client, at("goal_create"), parent=vision.pk)

    assert (form.initial["kind"], form.initial["parent"]) == (GoalKind.GOAL, vision.pk)
    assert response.status_code == 302
    assert written(plan) == [("vision", "En tryg bydel", None), ("goal", "Færre sigtede", "En tryg bydel")]


def test_goal_create_suggests_the_asked_area(plan):
    client = member(plan, Role.PROJECT_MANAGER)

    assert client.get(f"{at('goal_create')}?omraade=2").context["form"].initial["focus_area"] == get_focus_area(2)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": ""}, "text"),
        ({"text": "010190-1234"}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"kind": "drøm"}, "kind"),
        ({"kind": "vision", "parent": "own"}, "parent"),
        ({"area": 2, "kind": "subgoal", "parent": "own"}, "parent"),
        ({"kind": "subgoal", "parent": "foreign"}, "parent"),
    ],
)
def test_goal_create_explains_what_it_cannot_take(plan, fields, wrong):
    above = {"own": create_goal(plan=plan), "foreign": create_goal(plan=create_plan())}
    if fields.get("parent"):
        fields = {**fields, "parent": above[fields["parent"]].pk}

    response = post(member(plan, Role.PROJECT_MANAGER), at("goal_create"), **fields)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])
    assert plan.goals.count() == 1


@pytest.mark.parametrize(("fields", "wrong"), [({"kind": "criterion"}, "kind"), ({"area": 2}, "focus_area")])
def test_goal_edit_keeps_what_stands_below_in_its_place(plan, fields, wrong):
    goal = create_goal(plan=plan)
    create_goal(plan=plan, kind=GoalKind.SUBGOAL, parent=goal)

    response = post(member(plan, Role.PROJECT_MANAGER), at("goal_edit", goal.pk), **fields)

    assert list(response.context["form"].errors) == [wrong]


def test_goal_remove_can_be_taken_back(plan):
    goal = create_goal(plan=plan, text="Færre sigtede")
    client = member(plan, Role.PROJECT_MANAGER)

    client.post(at("goal_remove", goal.pk))
    gone = written(plan)
    client.post(at("goal_restore", goal.pk))

    assert (gone, written(plan)) == ([], [("goal", "Færre sigtede", None)])


def test_goal_list_shows_the_whole_hierarchy_to_staff_without_its_buttons(plan):
    goal = create_goal(plan=plan, text="Færre sigtede")
    create_indicator(plan=plan, code="K1", goal=goal, text="Mindst 40 aftener")
    create_indicator(plan=plan, code="K2", text="Uden for det hele")
    client = member(plan, Role.STAFF)

    page = client.get(at("goal_list")).content.decode()

    for text in ("Færre sigtede", "Mindst 40 aftener", "Uden for det hele", "Uden plads"):
        assert text in page
    assert at("goal_edit", goal.pk) not in page


def test_goal_list_asks_as_much_of_thirty_goals_as_of_one(plan):
    client = member(plan, Role.PROJECT_MANAGER)
    create_indicator(plan=plan, goal=create_goal(plan=plan))
    client.get(at("goal_list"))
    of_one = count_queries(client)
    for _number in range(29):
        create_indicator(plan=plan, goal=create_goal(plan=plan))

    assert count_queries(client) == of_one


def count_queries(client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(at("goal_list"))
    return len(queries)
