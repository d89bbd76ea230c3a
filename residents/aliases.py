"""Aliases: what a person is called on the list. Enough to know them by, and no more."""

from accounts.models import Plan
from jobs.cpr import finds_phone_number, finds_sensitive_words
from jobs.values import match_key
from residents.models import Participant

SHORTEST_HINT = 2  # letters before anybody is suggested
MOST_HINTS = 5


def alias_warnings(alias: str) -> list[str]:
    """Codes of what looks wrong about an alias: `phone`, `sensitive`, `full_name`. Gentle: the person decides.

    (A CPR number is no warning: it is refused.)
    """
    warnings = []
    if finds_phone_number(alias):
        warnings.append("phone")
    if finds_sensitive_words(alias):
        warnings.append("sensitive")
    if _looks_like_full_name(alias):
        warnings.append("full_name")
    return warnings


def similar_people(*, plan: Plan, alias: str) -> list[Participant]:
    """Those whose alias is the same or begins the same: perhaps it is one of them."""
    key = match_key(alias)
    if len(key) < SHORTEST_HINT:
        return []
    people = Participant.objects.people().filter(plan=plan, alias_key__startswith=key)
    return list(people[:MOST_HINTS])


def _looks_like_full_name(alias: str) -> bool:
    """ "Amina Hassan" does, "Amina H." and "Lille-Ali" do not."""
    words = [word.strip(".,") for word in alias.split()]
    return len(words) > 1 and len(words[0]) > 1 and words[-1].isalpha() and len(words[-1]) > 2
