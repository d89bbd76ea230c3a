"""A volunteer below 15 needs a parent's yes before the account opens anything (databeskyttelsesloven § 6, stk. 2).

Only the birth year is known, and age = this year - birth year, as everywhere here: who turns 15 this year is 15. The
account waits from the moment that the birth year says so, and opens with the next request after a yes is written down.
"""

from datetime import date, datetime

from django.db import transaction

from accounts.models import GuardianConsent, Membership, Plan, Role, User, VolunteerDetails

OWN_CONSENT_FROM = 15


def is_too_young(birth_year: int | None, today: date) -> bool:
    return birth_year is not None and today.year - birth_year < OWN_CONSENT_FROM


def consent_in_force(*, plan: Plan, user: User) -> GuardianConsent | None:
    return GuardianConsent.objects.filter(plan=plan, user=user, withdrawn_at=None).select_related("recorded_by").first()


def is_waiting(membership: Membership, *, today: date) -> bool:
    """Must this volunteer's account wait for a parent? Asks the database of the young alone, when `volunteer` has been
    selected with the membership."""
    if membership.role != Role.VOLUNTEER:
        return False
    details: VolunteerDetails | None = getattr(membership, "volunteer", None)
    if details is None or not is_too_young(details.birth_year, today):
        return False
    return consent_in_force(plan=membership.plan, user=membership.user) is None


@transaction.atomic
def record_consent(
    *, plan: Plan, user: User, guardian_name: str, given_on: date, channel: str, by: User
) -> GuardianConsent:
    """Write down that a parent has said yes. A second press finds the first."""
    found, _is_new = GuardianConsent.objects.get_or_create(
        plan=plan,
        user=user,
        withdrawn_at=None,
        defaults={"guardian_name": guardian_name, "given_on": given_on, "channel": channel, "recorded_by": by},
    )
    return found


def withdraw_consent(*, plan: Plan, user: User, now: datetime) -> bool:
    """The parent has changed their mind: the account waits again from the next request."""
    return bool(GuardianConsent.objects.filter(plan=plan, user=user, withdrawn_at=None).update(withdrawn_at=now))


def restore_consent(*, plan: Plan, user: User) -> bool:
    """Undo a withdrawal: the latest yes is in force again."""
    if consent_in_force(plan=plan, user=user):
        return False
    latest = GuardianConsent.objects.filter(plan=plan, user=user).order_by("-withdrawn_at").first()
    return bool(latest and GuardianConsent.objects.filter(pk=latest.pk).update(withdrawn_at=None))
