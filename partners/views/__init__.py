"""Pages of partners, one module per noun."""

from partners.views.agreements import (
    agreement_archive,
    agreement_archive_list,
    agreement_create,
    agreement_detail,
    agreement_edit,
    agreement_list,
    agreement_own,
    agreement_take_out,
)
from partners.views.organisations import (
    contact_create,
    contact_edit,
    contact_remove,
    organisation_create,
    organisation_detail,
    organisation_edit,
    organisation_list,
    organisation_remove,
    removal_undo,
)
from partners.views.programme import programme_edit, programme_status

__all__ = [
    "agreement_archive",
    "agreement_archive_list",
    "agreement_create",
    "agreement_detail",
    "agreement_edit",
    "agreement_list",
    "agreement_own",
    "agreement_take_out",
    "contact_create",
    "contact_edit",
    "contact_remove",
    "organisation_create",
    "organisation_detail",
    "organisation_edit",
    "organisation_list",
    "organisation_remove",
    "programme_edit",
    "programme_status",
    "removal_undo",
]
