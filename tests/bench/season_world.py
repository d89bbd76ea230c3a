"""A season in a plan of its own: forty weeks, two rows, 120 ideas of which half have a date, and what came before."""

from datetime import date, time, timedelta

from django.utils import timezone

from accounts.models import Membership, Plan, Role, User
from activities.models import (
    Activity,
    Format,
    Guest,
    Idea,
    IdeaState,
    IdeaVote,
    ItemState,
    ProgrammeHost,
    ProgrammeItem,
    ProgrammeSlot,
    Season,
    Session,
    SessionState,
    Venue,
)
from activities.programme_release import publish_programme
from partners.models import PlanProgramme, ProgrammePeriod, focus_areas

WEEKS, IDEAS, PLACED = 40, 120, 60
BEFORE = 60  # evenings held before it, from which the board says what works
VOTES = 3
STATES = (ItemState.APPROVED, ItemState.APPROVED, ItemState.DRAFT)  # two in three are published


def make_season(today: date) -> tuple[dict[str, object], User]:
    """What the clients need to know of it, and who plans it."""
    plan = Plan.objects.create(
        slug="maaling-saeson",
        name="Måling af en sæson",
        starts_on=today - timedelta(weeks=BEFORE + 10),
        ends_on=today + timedelta(weeks=WEEKS + 10),
        is_demo=True,
    )
    PlanProgramme.objects.create(plan=plan, period=ProgrammePeriod.objects.get(name="2019-26"))
    planner = User.objects.create_user("planlaegger@maaling.example", "demo", name="Planlægger")
    Membership.objects.create(plan=plan, user=planner, role=Role.STAFF)
    venue = Venue.objects.create(plan=plan, name="Kulturhuset")
    cafe = Activity.objects.create(plan=plan, name="Ungecaféen", focus_area=focus_areas(plan)[0])
    formats = list(Format.objects.order_by("pk")[:5])
    weekly = {"plan": plan, "activity": cafe, "venue": venue, "start_time": time(18), "end_time": time(21)}
    Session.objects.bulk_create(
        Session(
            **weekly, date=today - timedelta(weeks=number + 1), state=SessionState.HELD, heads_total=20 + number % 25,
            format=formats[number % 5], theme=f"Tema {number % 8}", logged_at=timezone.now(), version=1,
        )
        for number in range(BEFORE)
    )  # fmt: skip
    season = Season.objects.create(
        plan=plan, activity=cafe, name="Sæsonen", starts_on=today, ends_on=today + timedelta(weeks=WEEKS)
    )
    slots = [
        ProgrammeSlot.objects.create(plan=plan, season=season, name=name, position=position)
        for position, name in enumerate(("Tema", "Mad"), start=1)
    ]
    evenings = Session.objects.bulk_create(
        Session(**weekly, date=today + timedelta(weeks=number, days=1)) for number in range(WEEKS)
    )
    ideas = Idea.objects.bulk_create(
        Idea(
            plan=plan, activity=cafe, title=f"Idé nummer {number}", format=formats[number % 5],
            why="Det taler vi om derhjemme", state=IdeaState.ACCEPTED if number < PLACED else IdeaState.OPEN,
        )
        for number in range(IDEAS)
    )  # fmt: skip
    IdeaVote.objects.bulk_create(
        IdeaVote(plan=plan, activity=cafe, idea=idea, voted_on=today - timedelta(days=7 * number), voter=f"{idea.pk}")
        for idea in ideas
        for number in range(VOTES)
    )
    place_ideas(season, slots, evenings, ideas[:PLACED], planner)
    publish_programme(season=season, by=planner)
    return {"plan": plan.slug, "board": season.pk, "activity": cafe.pk}, planner


def place_ideas(
    season: Season, slots: list[ProgrammeSlot], evenings: list[Session], ideas: list[Idea], planner: User
) -> None:
    """One on each evening, and a second on every other, each with a host, every third with a guest."""
    items = ProgrammeItem.objects.bulk_create(
        ProgrammeItem(
            plan=season.plan, season=season, session=evenings[number % WEEKS], slot=slots[number // WEEKS], idea=idea,
            title=idea.title, format=idea.format, theme=f"Tema {number % 8}", state=STATES[number % 3],
            description="Panel: to unge, en psykolog og dig. Vi spiser sammen først.",
            simple_description="Vi taler sammen og spiser",
        )
        for number, idea in enumerate(ideas)
    )  # fmt: skip
    ProgrammeHost.objects.bulk_create(ProgrammeHost(plan=season.plan, item=item, user=planner) for item in items)
    Guest.objects.bulk_create(
        Guest(plan=season.plan, item=item, name="Mette Holm", title="psykolog", is_public=True) for item in items[::3]
    )
