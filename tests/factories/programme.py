"""Seasons, items, guests, hosts and ideas."""

from datetime import date
from itertools import count

from accounts.models import User
from activities.models import (
    Activity,
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
)

numbers = count(1)


def create_season(
    *,
    activity: Activity,
    name: str = "",
    starts_on: date = date(2027, 1, 1),
    ends_on: date = date(2027, 6, 30),
    slots: tuple[str, ...] = ("Tema",),
    **fields,
) -> Season:
    season = Season.objects.create(
        plan=activity.plan,
        activity=activity,
        name=name or f"Sæson {next(numbers)}",
        starts_on=starts_on,
        ends_on=ends_on,
        **fields,
    )
    for position, slot in enumerate(slots, start=1):
        ProgrammeSlot.objects.create(plan=activity.plan, season=season, name=slot, position=position)
    return season


def create_item(*, season: Season, session: Session | None = None, title: str = "", **fields) -> ProgrammeItem:
    """On the shelf; with a session: a draft in the season's first slot, unless something else is asked for."""
    if session is not None:
        fields.setdefault("slot", season.slots.first())
        fields.setdefault("state", ItemState.DRAFT)
    return ProgrammeItem.objects.create(
        plan=season.plan, season=season, session=session, title=title or f"Punkt {next(numbers)}", **fields
    )


def create_guest(*, item: ProgrammeItem, name: str = "", **fields) -> Guest:
    return Guest.objects.create(plan=item.plan, item=item, name=name or f"Gæst {next(numbers)}", **fields)


def create_host(*, item: ProgrammeItem, user: User, is_moderator: bool = False) -> ProgrammeHost:
    return ProgrammeHost.objects.create(plan=item.plan, item=item, user=user, is_moderator=is_moderator)


def create_idea(*, activity: Activity, title: str = "", state: str = IdeaState.OPEN, votes: int = 0, **fields) -> Idea:
    idea = Idea.objects.create(
        plan=activity.plan, activity=activity, title=title or f"Idé {next(numbers)}", state=state, **fields
    )
    IdeaVote.objects.bulk_create(
        IdeaVote(plan=activity.plan, activity=activity, idea=idea, voted_on=date(2026, 11, 1), voter=f"{idea.pk}-{n}")
        for n in range(votes)
    )
    return idea
