from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.utils import translation

import pytest

from accounts.models import User


@pytest.fixture(autouse=True)
def our_language() -> Iterator[None]:
    """A request leaves its language behind in the thread; each test starts in the default one."""
    with translation.override("en"):
        yield


@pytest.fixture
def dana_the_editor(dana: User) -> User:
    """Dana with the one permission that opens the editor's door."""
    dana.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return dana
