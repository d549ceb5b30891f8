from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

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


@pytest.fixture
def stderr(settings: Any) -> Iterator[io.StringIO]:
    """What the site's own logging writes, as configured."""
    logging.config.dictConfig(settings.LOGGING)
    handler = logging.getLogger().handlers[0]
    written = io.StringIO()
    monkey = handler.setStream(written)  # type: ignore[attr-defined]
    yield written
    handler.setStream(monkey)  # type: ignore[attr-defined]
