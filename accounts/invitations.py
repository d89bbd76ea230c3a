"""Inviting colleagues, volunteers, board members and partners by a link that works once, for 14 days.

The link's token is derived from the row and the installation's key, and only its hash is stored: a copy of the
database opens no door, and the worker that sends the mail can still write the link.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.mail import MailOutdated, fills_in, send_plan_mail
from accounts.models import Invitation, Membership, Plan, Role, User, VolunteerDetails

VALID_FOR = timedelta(days=14)
SALT = "accounts.invitation"

# Sent with `membership` when somebody has joined a plan; apps above connect what they know about that person.
member_joined = Signal()


class InvitationRefused(Exception):
    """The message is a whole, translated sentence for the person."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


def token_for(invitation: Invitation) -> str:
    """Changes with the expiry date: a link that was sent anew makes the old one useless."""
    value = f"{invitation.pk}:{invitation.expires_at.astimezone(UTC).isoformat()}"
    return urlsafe_b64encode(salted_hmac(SALT, value, algorithm="sha256").digest()).decode().rstrip("=")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_path(invitation: Invitation) -> str:
    return reverse("accounts:invitation_accept", args=[token_for(invitation)])


def find_invitation(token: str, *, now: datetime) -> Invitation | None:
    """The open invitation behind a link, or None (used, withdrawn, too old, never made)."""
    invitation = Invitation.objects.select_related("plan", "invited_by").filter(token_hash=hash_of(token)).first()
    return invitation if invitation and invitation.is_open(now) else None


@transaction.atomic
def invite(*, plan: Plan, role: str, by: User, root: str, now: datetime, email: str = "", name: str = "") -> Invitation:
    """Make an invitation and mail its link; an open one to the same address is renewed instead."""
    email = email.strip().lower()
    if not email and role != Role.VOLUNTEER:
        raise InvitationRefused(_("Write an e-mail. Only volunteers can be invited without one."))
    if email and plan.memberships.filter(user__email=email).exists():
        raise InvitationRefused(_("This person is a member of the plan already. Change the role in the list."))
    invitation = Invitation.objects.filter(plan=plan, email=email, accepted_at=None).first() if email else None
    invitation = invitation or Invitation(plan=plan, email=email)
    invitation.name, invitation.role, invitation.invited_by = name, role, by
    _renew(invitation=invitation, now=now)
    _send(invitation=invitation, by=by, root=root)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User, root: str, now: datetime) -> Invitation:
    """A new link, valid for 14 days from now; the old one no longer works."""
    if invitation.accepted_at is not None:
        raise InvitationRefused(_("This invitation has been used already."))
    _renew(invitation=invitation, now=now)
    _send(invitation=invitation, by=by, root=root)
    return invitation


def _renew(*, invitation: Invitation, now: datetime) -> None:
    invitation.expires_at = now + VALID_FOR
    if invitation._state.adding:
        invitation.token_hash = secrets.token_hex(32)  # until the row has its number
        invitation.save()
    invitation.token_hash = hash_of(token_for(invitation))
    invitation.save()


def _send(*, invitation: Invitation, by: User, root: str) -> None:
    if invitation.email:
        send_plan_mail(
            template="invitation",
            to=invitation.email,
            plan=invitation.plan,
            by=by,
            key=mail_key(invitation),
            context={"invitation_id": invitation.pk, "root": root},
        )


def mail_key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}:{invitation.expires_at.astimezone(UTC).isoformat()}"


@fills_in("invitation")
def fill_in_invitation(context: dict[str, Any]) -> dict[str, Any]:
    """The link, at the moment of sending."""
    invitation = Invitation.objects.select_related("plan", "invited_by").filter(pk=context["invitation_id"]).first()
    if invitation is None or not invitation.is_open(timezone.now()):
        raise MailOutdated
    return {"invitation": invitation, "link": context["root"] + invitation_path(invitation)}


def withdraw_invitation(*, invitation: Invitation, now: datetime) -> str:
    """Close the link at once. Returns the token with which `restore_invitation` opens it again."""
    undo = signing.dumps([invitation.pk, invitation.expires_at.astimezone(UTC).isoformat()], salt=SALT)
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(expires_at=now)
    return undo


def restore_invitation(*, plan: Plan, undo: str) -> bool:
    """Undo a withdrawal: the link that was sent works again."""
    try:
        pk, expires_at = signing.loads(undo, salt=SALT, max_age=3600)
    except signing.BadSignature:
        return False
    return bool(
        Invitation.objects.filter(pk=pk, plan=plan, accepted_at=None).update(
            expires_at=datetime.fromisoformat(expires_at)
        )
    )


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Use the link for an account that exists. Of two clicks at once, one wins."""
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=now).update(accepted_at=now)
    if not taken:
        raise InvitationRefused(_("This invitation has been used already."))
    membership, created = Membership.objects.get_or_create(
        plan=invitation.plan, user=user, defaults={"role": invitation.role}
    )
    if created:
        member_joined.send(sender=Membership, membership=membership)
    return membership


@transaction.atomic
def join_with_new_account(
    *,
    invitation: Invitation,
    email: str,
    name: str,
    password: str,
    language: str,
    now: datetime,
    birth_year: int | None = None,
) -> User:
    """Use the link for somebody who is new here. A volunteer's birth year decides whether a parent is asked."""
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise InvitationRefused(_("This e-mail has an account already. Log in with it, and open the link again."))
    user = User.objects.create_user(email=email, password=password, name=name, language=language)
    membership = accept_invitation(invitation=invitation, user=user, now=now)
    if birth_year is not None:
        VolunteerDetails.objects.create(membership=membership, birth_year=birth_year)
    return user


def forget_old_invitations(*, now: datetime) -> int:
    """30 days after an invitation was used or ran out nobody needs its address any more (retention.py)."""
    limit = now - timedelta(days=30)
    used = Invitation.objects.filter(accepted_at__lt=limit)
    unused = Invitation.objects.filter(accepted_at=None, expires_at__lt=limit)
    return used.delete()[0] + unused.delete()[0]
