"""Who is in the plan, with which role. Every change counts from the person's next request."""

from django.core import signing
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Plan, User
from accounts.permissions import PERMISSIONS

SALT = "accounts.member"


class MemberRefused(Exception):
    """The message is a whole, translated sentence for the person."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> None:
    """Give a member another role. Nobody raises their own, and somebody must be left to manage the members."""
    if membership.user_id == by.pk:
        raise MemberRefused(_("You cannot change your own role. Ask a colleague."))
    if role not in PERMISSIONS["members.manage"]:
        _keep_a_manager(membership=membership)
    Membership.objects.filter(pk=membership.pk).update(role=role)


@transaction.atomic
def remove_member(*, membership: Membership) -> str:
    """Take a member out of the plan; the account and what the person has logged stay. Returns the token for undo."""
    _keep_a_manager(membership=membership)
    membership.delete()
    return signing.dumps([membership.plan_id, membership.user_id, membership.role, membership.release_mail], salt=SALT)


@transaction.atomic
def restore_member(*, plan: Plan, undo: str) -> Membership | None:
    """Undo a removal, with the role of before."""
    try:
        plan_id, user_id, role, release_mail = signing.loads(undo, salt=SALT, max_age=3600)
    except signing.BadSignature:
        return None
    if plan_id != plan.pk or not User.objects.filter(pk=user_id).exists():
        return None
    return Membership.objects.get_or_create(
        plan=plan, user_id=user_id, defaults={"role": role, "release_mail": release_mail}
    )[0]


def _keep_a_manager(*, membership: Membership) -> None:
    """Refuse when nobody else could manage the members. The plan's row is locked: of two at once, one waits."""
    if membership.role not in PERMISSIONS["members.manage"]:
        return
    plan = Plan.objects.select_for_update().get(pk=membership.plan_id)
    managers = plan.memberships.active().with_role(*PERMISSIONS["members.manage"])
    if not managers.exclude(pk=membership.pk).exists():
        raise MemberRefused(
            _("The plan must have at least one project manager or administrator. Appoint another one first.")
        )
