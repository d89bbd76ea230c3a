"""Two references in the demo: one that a volunteer has got, and one that waits to be read."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Plan, User
from activities.models import Reference
from activities.references import contribution, freeze

APPROVED, WAITING = "frivillig", "samir"  # mailboxes
WORDS = {
    APPROVED: "Yasmin tager imod alle i døren og holder altid, hvad hun lover. Hun leder en debat, så både de stille "
    "og de højlydte kommer til orde, og hun siger til, når noget kan gøres bedre.",
    WAITING: "Jeg er god til at få gang i en aften, og jeg har lært at lave mad til 40.",
}
ASKED_BEFORE, APPROVED_BEFORE = timedelta(days=9), timedelta(days=7)


def add_references(*, plan: Plan, users: dict[str, User], today: date) -> None:
    """Nobody is told: the demo sends no mail."""
    for mailbox in (APPROVED, WAITING):
        if contribution(plan=plan, user=users[mailbox], today=today - ASKED_BEFORE).is_empty:
            continue
        reference = Reference.objects.create(
            plan=plan, user=users[mailbox], statement=WORDS[mailbox], asked_at=at_seven(today - ASKED_BEFORE)
        )
        if mailbox == APPROVED:
            moment = at_seven(today - APPROVED_BEFORE)
            freeze(reference=reference, statement=WORDS[mailbox], by=users["medarbejder"], now=moment)


def at_seven(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(19)))
