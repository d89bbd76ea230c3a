"""Who to call at a partner, and which account is theirs."""

from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Plan, Role, User
from partners.models import Contact, Organisation

CONTACT_FIELDS = ("pk", "organisation_id", "name", "title", "email", "phone", "user_id")


class RemovalRefused(Exception):
    """The message is a whole, translated sentence for the person."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


def link_contacts(*, membership: Membership) -> int:
    """A partner who joins by the e-mail of a contact is that contact. Returns how many were linked."""
    if membership.role != Role.PARTNER:
        return 0
    return Contact.objects.filter(
        plan_id=membership.plan_id, email__iexact=membership.user.email, user__isnull=True
    ).update(user_id=membership.user_id)


def _snapshot(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in CONTACT_FIELDS}


@transaction.atomic
def remove_contact(*, contact: Contact) -> dict[str, Any]:
    """Delete a contact for good. Returns what `restore_removed` needs, for the session of whoever may regret it."""
    removed = {"organisation": None, "contacts": [_snapshot(contact)]}
    contact.delete()
    return removed


@transaction.atomic
def remove_organisation(*, organisation: Organisation) -> dict[str, Any]:
    """Delete an organisation with its contacts; refused while an agreement names it."""
    if organisation.agreements.exists():
        raise RemovalRefused(
            _("%(name)s is a party to an agreement, perhaps an archived one, and must stay.")
            % {"name": organisation.name}
        )
    removed = {
        "organisation": {
            "pk": organisation.pk,
            "name": organisation.name,
            "name_key": organisation.name_key,
            "type": organisation.type,
        },
        "contacts": [_snapshot(contact) for contact in organisation.contacts.all()],
    }
    organisation.delete()
    return removed


@transaction.atomic
def restore_removed(*, plan: Plan, removed: dict[str, Any]) -> bool:
    """Undo a removal, under the same numbers. False when something else has taken the place in the meantime."""
    if values := removed["organisation"]:
        if Organisation.objects.filter(plan=plan, name_key=values["name_key"]).exists():
            return False
        Organisation.objects.create(plan=plan, **values)
    for values in removed["contacts"]:
        if not Organisation.objects.filter(plan=plan, pk=values["organisation_id"]).exists():
            return False
        same_name = {"organisation_id": values["organisation_id"], "name": values["name"]}
        if Contact.objects.filter(plan=plan, **same_name).exists():
            return False
        if not User.objects.filter(pk=values["user_id"]).exists():
            values = {**values, "user_id": None}
        Contact.objects.create(plan=plan, **values)
    return True
