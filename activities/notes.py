"""One line about an evening stays about the evening."""

from accounts.models import Plan
from activities.models import Venue
from jobs.personal import Reason, about_one_person
from jobs.values import clean_text


def note_warning(*, plan: Plan, text: str) -> Reason | None:
    """Why a line should be asked about, or None. Reads the plan's own names (no queries for most lines)."""
    reason = about_one_person(text)
    if reason != Reason.PERSON:
        return reason
    return about_one_person(text, known=_own_words(plan))


def _own_words(plan: Plan) -> frozenset[str]:
    """Words that have a capital letter here and are nobody's name: of activities, venues, partners and the area."""
    names = [
        plan.name,
        plan.area,
        plan.municipality,
        *plan.activities.values_list("name", flat=True),
        *plan.organisations.values_list("name", flat=True),
        *Venue.objects.filter(plan=plan).values_list("name", flat=True),
    ]
    return frozenset(word.strip(".,()").lower() for name in names for word in clean_text(name).split())
