from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners and agreements")

    def ready(self) -> None:
        from accounts.invitations import member_joined
        from jobs.sheet_kinds import SheetKind, announce_kind

        member_joined.connect(link_contacts_of_new_member, dispatch_uid="partners.link_contacts")
        announce_kind(
            SheetKind(
                "partnere",
                _("Partners and agreements"),
                _("a list of partners"),
                "import_partners",
                ("partners.imports.PartnerResource",),
            )
        )


def link_contacts_of_new_member(*, membership: Any, **kwargs: object) -> None:
    """Whoever joins as a partner is linked to the contact with the same e-mail."""
    from partners.contacts import link_contacts

    link_contacts(membership=membership)
