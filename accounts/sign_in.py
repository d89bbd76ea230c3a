"""Signing in: who may, how often somebody may try, and what demo accounts are for.

The limits live in the shared cache and sit in the authentication backend, so that every door (our page, the admin's)
has them. Each attempt takes a slot before the password is looked at: `cache.add` is atomic in every backend, so that a
hundred requests at once get no more attempts than a hundred after one another.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.models import User

LOOPBACK = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class Limit:
    """At most `attempts` within `window` seconds."""

    name: str
    attempts: int
    window: int

    def _slot(self, subject: str, number: int) -> str:
        # Hashed: a cache is no place for e-mail addresses, and keys have a limited alphabet.
        digest = salted_hmac("accounts.limit", f"{self.name}:{subject}", algorithm="sha256").hexdigest()[:40]
        return f"limit:{self.name}:{digest}:{number}"

    def take(self, subject: str) -> str | None:
        """Use one attempt: its slot, or None when no attempt is left."""
        slots = (self._slot(subject, number) for number in range(self.attempts))
        return next((slot for slot in slots if cache.add(slot, 1, self.window)), None)

    def is_used_up(self, subject: str) -> bool:
        slots = [self._slot(subject, number) for number in range(self.attempts)]
        return len(cache.get_many(slots)) == self.attempts

    def clear(self, subject: str) -> None:
        cache.delete_many([self._slot(subject, number) for number in range(self.attempts)])


ACCOUNT_LIMIT = Limit("account", attempts=5, window=300)
# Wider than the account's: a whole office shares one address, and one person's lock must not lock the others.
ADDRESS_LIMIT = Limit("address", attempts=30, window=300)
RESET_ACCOUNT_LIMIT = Limit("reset-account", attempts=3, window=3600)
RESET_ADDRESS_LIMIT = Limit("reset-address", attempts=20, window=3600)


def client_address(request: HttpRequest | None) -> str:
    """The caller's address. `config.middleware` has set it from trusted proxies only."""
    return request.META.get("REMOTE_ADDR", "") if request else ""


def is_locked(*, email: str, address: str) -> bool:
    """Is the next attempt refused, whatever the password?"""
    return ACCOUNT_LIMIT.is_used_up(email) or bool(address and ADDRESS_LIMIT.is_used_up(address))


def demo_is_allowed(request: HttpRequest | None) -> bool:
    """The demo passwords are public knowledge: they work in demo mode, on this machine only."""
    if not (settings.DEMO and settings.ENVIRONMENT.loopback):
        return False
    return request is None or client_address(request) in LOOPBACK


class PortalBackend(ModelBackend):
    """E-mail and password, with a limited number of attempts."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        email = (username or kwargs.get(User.USERNAME_FIELD) or "").strip().lower()
        if not email or password is None:
            return None
        address_slot = account_slot = None
        if address := client_address(request):
            address_slot = ADDRESS_LIMIT.take(address)
            if address_slot is None:
                return None
        account_slot = ACCOUNT_LIMIT.take(email)
        user = None
        if account_slot is not None:  # while locked, the right password is refused too
            user = super().authenticate(request, username=email, password=password)
            if user and user.is_demo and not demo_is_allowed(request):
                user = None
        if user is not None:
            ACCOUNT_LIMIT.clear(email)
        if address_slot and (user is not None or account_slot is None):
            # Nothing was guessed. Else one person who keeps trying would use up the attempts of a whole office.
            cache.delete(address_slot)
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        """Also asked at every request of a session: demo sessions end when the demo does."""
        return super().user_can_authenticate(user) and (not user.is_demo or demo_is_allowed(None))
