from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.utils import translation

import pytest

from accounts.models import User


@pytest.fixture(autouse=True)
def our_language() -> Iterator[None]:
    """Start each test in English, as a request leaves its language active in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def dana_the_editor(dana: User) -> User:
    """Dana with the permission `access_admin`, which opens the CMS."""
    dana.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return dana
