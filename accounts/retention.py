"""How long each personal field is kept, and what happens then: policy and program in one (design §4).

An app that keeps something about people has a `retention.py` with `RETENTION` (model.field → Rule) and
`NOT_PERSONAL` (texts and links that say nothing about anybody). `tests/accounts/test_retention.py` fails on any text
field, or link to a user, that stands in neither.
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.invitations import forget_old_invitations
from accounts.mail import forget_old_mails
from accounts.tokens import forget_old_tokens


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Why a field is kept, until when, and what then happens to it."""

    purpose: str | Promise
    keep: str | Promise
    then: str | Promise


ACCOUNT = Rule(
    purpose=_("To log in, and to show colleagues who did what"),
    keep=_("While the person has an account"),
    then=_("Deleted with the account; what was logged stays, without the name"),
)
MEMBERSHIP = Rule(
    purpose=_("To give access to the plan"),
    keep=_("While the person is in the plan"),
    then=_("Deleted when the person leaves the plan"),
)
VOLUNTEER = Rule(
    purpose=_("To let the volunteer take shifts that fit their age, and to reach them about a shift"),
    keep=_("While the person is in the plan"),
    then=_("Deleted when the person leaves the plan"),
)
CONSENT = Rule(
    purpose=_("To show that a parent has said yes to the account of somebody below 15"),
    keep=_("While the person has an account"),
    then=_("Deleted with the account"),
)
INVITATION = Rule(
    purpose=_("To invite the person"),
    keep=_("30 days after the invitation was used or ran out"),
    then=_("Deleted"),
)
REOPENING = Rule(
    purpose=_("To say why locked figures were changed"),
    keep=_("As long as the plan"),
    then=_("Deleted with the plan; is about the figure, never about a person"),
)
TOKEN = Rule(
    purpose=_("To see who let another program read the figures, and to close it again"),
    keep=_("One year after the token has run out or was closed"),
    then=_("Deleted"),
)
MAIL = Rule(purpose=_("To see whether an e-mail was sent"), keep=_("30 days"), then=_("Deleted"))

RETENTION: dict[str, Rule] = {
    "User.email": ACCOUNT,
    "User.name": ACCOUNT,
    "User.password": ACCOUNT,
    "User.language": ACCOUNT,
    "Membership.user": MEMBERSHIP,
    "Membership.role": MEMBERSHIP,
    "VolunteerDetails.membership": VOLUNTEER,
    "VolunteerDetails.birth_year": VOLUNTEER,
    "VolunteerDetails.phone": VOLUNTEER,
    "VolunteerDetails.certificate_on": VOLUNTEER,
    "GuardianConsent.user": CONSENT,
    "GuardianConsent.guardian_name": CONSENT,
    "GuardianConsent.channel": CONSENT,
    "GuardianConsent.recorded_by": CONSENT,
    "Invitation.email": INVITATION,
    "Invitation.name": INVITATION,
    "Invitation.role": INVITATION,
    "Invitation.token_hash": INVITATION,
    "Invitation.invited_by": INVITATION,
    "Reopening.opened_by": ACCOUNT,
    "Reopening.reason": REOPENING,
    "ApiToken.name": TOKEN,
    "ApiToken.token_hash": TOKEN,
    "ApiToken.made_by": TOKEN,
    "Mail.key": MAIL,
    "Mail.to": MAIL,
    "Mail.context": MAIL,
    "Mail.message_id": MAIL,
}
NOT_PERSONAL = frozenset(
    {
        "ApiToken.scope",
        "Plan.slug",
        "Plan.name",
        "Plan.area",
        "Plan.municipality",
        "Plan.concern_phone",
        "Mail.template",
        "Mail.state",
    }
)


def forget_old_rows() -> str:
    """The daily work of the rules above."""
    now = timezone.now()
    invitations, mails = forget_old_invitations(now=now), forget_old_mails(now=now)
    tokens = forget_old_tokens(now=now)
    return f"{invitations} invitations, {mails} e-mails and {tokens} tokens deleted"
