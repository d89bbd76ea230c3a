"""A link by e-mail for who has forgotten the password."""

from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.mail import MailOutdated, fills_in, send_plan_mail
from accounts.models import User
from accounts.sign_in import RESET_ACCOUNT_LIMIT, RESET_ADDRESS_LIMIT


def ask_for_reset(*, email: str, address: str, root: str) -> None:
    """Queue the mail for an account that may have one; silently nothing otherwise.

    The caller's answer is the same, and takes as long, whoever has an account: the mail itself is a worker's.
    """
    email = email.strip().lower()
    if address and RESET_ADDRESS_LIMIT.take(address) is None:
        return
    if RESET_ACCOUNT_LIMIT.take(email) is None:
        return
    user = User.objects.filter(email=email, is_active=True, is_demo=False).first()
    if user is not None:
        send_plan_mail(
            template="password_reset",
            to=user.email,
            key=f"password_reset:{user.pk}:{timezone.now().isoformat()}",
            context={"user_id": user.pk, "root": root},
        )


@fills_in("password_reset")
def fill_in_password_reset(context: dict[str, Any]) -> dict[str, Any]:
    """The link, at the moment of sending: its token is stored nowhere."""
    user = User.objects.filter(pk=context["user_id"], is_active=True).first()
    if user is None:
        raise MailOutdated
    path = reverse(
        "accounts:password_reset_confirm",
        args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)],
    )
    return {"link": context["root"] + path}
