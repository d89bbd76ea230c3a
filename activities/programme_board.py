"""The board of a season: its evenings with what stands on them, the shelf beside them, and what is lacking."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import TypeVar

from django.db.models import Q

from activities.ideas import with_votes
from activities.models import (
    OLDEST_FIRST,
    Guest,
    Idea,
    IdeaState,
    ItemState,
    ProgrammeHost,
    ProgrammeItem,
    ProgrammeSlot,
    Season,
    Session,
    SessionState,
)
from activities.programme_release import Draft, draft_release
from activities.programme_warnings import Flag, find_flags, load_facts

Row = TypeVar("Row", ProgrammeHost, Guest)
CALLED_OFF = (SessionState.CANCELLED, SessionState.CLOSED)


@dataclass
class Card:
    """One item as the board shows it."""

    item: ProgrammeItem
    hosts: list[ProgrammeHost] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    change: str = ""  # what publishing would tell of it


@dataclass
class Cell:
    """One slot of one evening."""

    slot: ProgrammeSlot
    card: Card | None = None


@dataclass
class Evening:
    """One date of the board."""

    session: Session
    cells: list[Cell]
    flags: list[Flag]  # those that belong to no item
    is_past: bool = False

    @property
    def is_off(self) -> bool:
        return self.session.state in CALLED_OFF

    @property
    def is_filled(self) -> bool:
        return any(cell.card for cell in self.cells)

    @property
    def takes_items(self) -> bool:
        return not self.is_off and self.session.state != SessionState.HELD


@dataclass
class Board:
    season: Season
    slots: list[ProgrammeSlot]
    evenings: list[Evening]
    ideas: list[Idea]  # with `vote_count`
    shelf: list[Card]
    cancelled: list[Card]
    flags: list[Flag]
    draft: Draft
    cards: dict[int, Card]

    @property
    def months(self) -> list[tuple[date, list[Evening]]]:
        """The coming evenings by month, for the headings."""
        groups = groupby(self.coming, key=lambda evening: evening.session.date.replace(day=1))
        return [(month, list(evenings)) for month, evenings in groups]

    @property
    def coming(self) -> list[Evening]:
        return [evening for evening in self.evenings if not evening.is_past]

    @property
    def past(self) -> list[Evening]:
        return [evening for evening in self.evenings if evening.is_past]

    @property
    def filled(self) -> int:
        return sum(evening.is_filled for evening in self.to_fill)

    @property
    def to_fill(self) -> list[Evening]:
        """The coming evenings that are not called off; of a season that is over, all that were not."""
        return [evening for evening in self.coming or self.evenings if not evening.is_off]


def load_board(season: Season, *, today: date, sees_ages: bool = False) -> Board:
    """The whole board in ten queries, whatever it holds. `season` comes with its activity and focus area.

    `sees_ages`: for whoever runs the volunteers (`find_flags`)."""
    items = list(_items(season))
    sessions = _sessions(season, items)
    slots = list(season.slots.all())
    facts = load_facts(season, sessions, items, today=today)
    flags = find_flags(facts, today=today, sees_ages=sees_ages)
    hosts, guests = _by_item(facts.hosts), _by_item(facts.guests)
    for item in items:  # what a release would say is read from the same rows
        item._prefetched_objects_cache = {"guests": guests[item.pk]}  # type: ignore[attr-defined]
    draft = draft_release(season, items=items)
    changes = {change.row["uid"]: change.kind for change in draft.changes}
    cards = {
        item.pk: Card(
            item=item,
            hosts=hosts[item.pk],
            guests=guests[item.pk],
            flags=[flag for flag in flags if flag.item == item.pk],
            change=changes.get(str(item.uid), ""),
        )
        for item in items
    }
    return Board(
        season=season,
        slots=slots,
        evenings=_evenings(sessions, slots, cards, flags, today=today),
        ideas=open_ideas(season),
        shelf=[c for c in cards.values() if c.item.session_id is None and c.item.state != ItemState.CANCELLED],
        cancelled=[c for c in cards.values() if c.item.state == ItemState.CANCELLED],
        flags=flags,
        draft=draft,
        cards=cards,
    )


def open_ideas(season: Season) -> list[Idea]:
    """Ideas that wait for a date, most votes first. One query."""
    rows = Idea.objects.filter(plan_id=season.plan_id, activity_id=season.activity_id, state=IdeaState.OPEN)
    rows = with_votes(rows).select_related("format")
    ordered = rows.order_by("-vote_count", "created_at", "pk")  # type: ignore[misc]  # annotated by with_votes
    return list(ordered)


def _items(season: Season) -> Iterable[ProgrammeItem]:
    rows = ProgrammeItem.objects.filter(plan_id=season.plan_id, season=season)
    rows = rows.select_related("session__venue", "venue", "format", "slot")
    return rows.order_by("session__date", "slot__position", "pk")


def _sessions(season: Season, items: Sequence[ProgrammeItem]) -> list[Session]:
    """The season's evenings, and those outside it to which something was moved along."""
    carrying = {item.session_id for item in items if item.session_id}
    inside = Q(activity=season.activity_id, date__range=(season.starts_on, season.ends_on))
    rows = Session.objects.filter(inside | Q(pk__in=carrying), plan_id=season.plan_id).select_related("venue")
    return list(rows.order_by(*OLDEST_FIRST))


def _evenings(
    sessions: Sequence[Session],
    slots: Sequence[ProgrammeSlot],
    cards: dict[int, Card],
    flags: Sequence[Flag],
    *,
    today: date,
) -> list[Evening]:
    placed = {
        (card.item.session_id, card.item.slot_id): card
        for card in cards.values()
        if card.item.session_id and card.item.state != ItemState.CANCELLED
    }
    of_evening: dict[int | None, list[Flag]] = defaultdict(list)
    for flag in flags:
        if flag.item is None:
            of_evening[flag.session].append(flag)
    return [
        Evening(
            session=session,
            cells=[Cell(slot, placed.get((session.pk, slot.pk))) for slot in slots],
            flags=of_evening[session.pk],
            is_past=session.date < today,
        )
        for session in sessions
    ]


def _by_item(rows: Sequence[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.item_id].append(row)
    return grouped
