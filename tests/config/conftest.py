from __future__ import annotations

from django.contrib.auth.models import Permission

import pytest

from accounts.models import User


@pytest.fixture
def dana_the_editor(dana: User) -> User:
    """Dana with the one permission that opens the editor's door."""
    dana.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return dana
