"""Plans live at the top of the address: none may take a word that the portal uses itself."""

import pytest
from django.urls import get_resolver, resolve

from accounts.models import RESERVED_SLUGS


def test_every_word_at_the_top_of_the_addresses_is_reserved():
    words = {str(pattern.pattern).partition("/")[0] for pattern in get_resolver().url_patterns}

    assert words - {"", "<slug:plan_slug>"} <= RESERVED_SLUGS


@pytest.mark.parametrize("path", ["/healthz/", "/sprog/"])
def test_pages_without_login_are_declared_so(path):
    assert resolve(path).func.login_required is False
