"""What figures are worked out from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from activities.models import SessionState
from activities.tallies import TallyFact
from reporting.facts import SessionFact
from reporting.typed_in import NOTHING_TYPED, TypedIn
from reporting.values import Value
from residents.attendance import PeopleCount


class Basis(StrEnum):
    """What a figure rests on."""

    SESSIONS = "sessions"
    TALLIES = "tallies"
    VOLUNTEERS = "volunteers"
    ACTIVITIES = "activities"
    INDICATORS = "indicators"  # two of them, one of the other
    TYPED_IN = "typed_in"


@dataclass(frozen=True)
class Evidence:
    """What a measure may look at: all of it of one scope and period, seen from one day.

    `typed` is what people have typed in; `tallies` and `volunteers` are counted up to the day the figures cover;
    `operands` are the part and the whole of a share of two indicators; `embedded` is how many activities are carried
    on, of how many, or None while nothing is decided.
    """

    sessions: Collection[SessionFact]
    people: PeopleCount
    today: date
    typed: TypedIn = NOTHING_TYPED
    tallies: Collection[TallyFact] = ()
    volunteers: int = 0
    operands: tuple[Value, Value] | None = None
    embedded: tuple[int, int] | None = None

    @property
    def held(self) -> list[SessionFact]:
        return [fact for fact in self.sessions if fact.state == SessionState.HELD]
