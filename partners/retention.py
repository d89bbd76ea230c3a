"""How long contacts at partners are kept (see accounts/retention.py)."""

from django.utils.translation import gettext_lazy as _

from accounts.retention import Rule

CONTACT = Rule(
    purpose=_("To reach the partner about the agreement"),
    keep=_("While the person is the partner's contact"),
    then=_("Deleted when the contact is replaced, and with the plan at the latest"),
)

RETENTION: dict[str, Rule] = {
    "Contact.name": CONTACT,
    "Contact.title": CONTACT,
    "Contact.email": CONTACT,
    "Contact.phone": CONTACT,
    "Contact.user": CONTACT,
}
NOT_PERSONAL = frozenset(
    {
        "ProgrammePeriod.name",
        "FocusArea.name",
        "FocusArea.name_en",
        "FocusArea.short_name",
        "FocusArea.aliases",
        "Organisation.name",
        "Organisation.name_key",
        "Organisation.type",
        "Agreement.text",
    }
)
