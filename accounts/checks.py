"""`manage.py check` fails on a view of ours that does not declare who may open it."""

from collections.abc import Callable, Iterator

from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.permissions import PERMISSIONS

OTHER_ACCESS = frozenset({"public", "signed_in", "superuser", "token"})
FOREIGN = ("admin",)  # Django's own pages guard themselves


def url_patterns(
    resolver: URLResolver | None = None, namespaces: tuple[str, ...] = (), route: str = ""
) -> Iterator[tuple[str, str, Callable]]:
    """Every URL as (name with namespace, route, view)."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from url_patterns(entry, inner, here)
        elif isinstance(entry, URLPattern):
            yield ":".join([*namespaces, entry.name or ""]), here, entry.callback


def our_views() -> Iterator[tuple[str, str, Callable]]:
    """Without the admin and the views that Django itself brings at the top level."""
    for name, route, view in url_patterns():
        ours = ":" in name or not view.__module__.startswith("django.")
        if ours and name.partition(":")[0] not in FOREIGN:
            yield name, route, view


@checks.register(checks.Tags.urls)
def check_access_is_declared(*, app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """Each view carries exactly one decorator of accounts/permissions.py."""
    return [
        checks.Error(
            f"The view {name} (/{route}) does not say who may open it.",
            hint="Give it one decorator of accounts/permissions.py, e.g. @plan_permission_required('plan.view').",
            id="accounts.E001",
        )
        for name, route, view in our_views()
        if getattr(view, "access", None) not in OTHER_ACCESS and getattr(view, "access", None) not in PERMISSIONS
    ]
