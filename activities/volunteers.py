"""What a plan knows of its volunteers, and what it ought to know before they meet children."""

from dataclasses import dataclass
from datetime import date

from accounts.danish import danish_order
from accounts.models import Membership, Plan, Role, VolunteerDetails
from activities.models import ShiftSettings

# A children's certificate can be obtained from 15, and is needed for lasting contact with children below 15
# (børneattestloven § 1).
CERTIFICATE_FROM = 15


@dataclass(frozen=True)
class Volunteer:
    """One row of the list."""

    member: Membership
    details: VolunteerDetails
    certificate: str  # ok, missing, old, young (cannot have one yet), unknown (no birth year)

    @property
    def needs_attention(self) -> bool:
        return self.certificate in ("missing", "old", "unknown")


def own_details(member: Membership) -> VolunteerDetails:
    """The member's row, or an unsaved one with the defaults."""
    return member.volunteer if hasattr(member, "volunteer") else VolunteerDetails(membership=member)


def volunteers_of(*, plan: Plan, settings: ShiftSettings, today: date) -> list[Volunteer]:
    """All volunteers by name. One query."""
    members = plan.memberships.active().with_role(Role.VOLUNTEER).select_related("user", "volunteer")
    rows = [
        Volunteer(member, details, certificate_state(details, settings=settings, today=today))
        for member in members
        for details in [own_details(member)]
    ]
    return sorted(rows, key=lambda row: danish_order(row.member.user.name))


def certificate_state(details: VolunteerDetails, *, settings: ShiftSettings, today: date) -> str:
    """ok, missing, old, young or unknown. Age = this year - birth year: who turns 15 this year is asked."""
    if details.certificate_on:
        return "old" if _years_later(details.certificate_on, settings.certificate_years) < today else "ok"
    if details.birth_year is None:
        return "unknown"
    return "young" if today.year - details.birth_year < CERTIFICATE_FROM else "missing"


def _years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
