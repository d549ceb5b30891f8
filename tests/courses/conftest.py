from __future__ import annotations

from django.core.cache import caches

import pytest

from courses.models import CoursePage
from tests.factories.courses import make_course


@pytest.fixture(autouse=True)
def _fresh_pages() -> None:
    """Lists and bodies kept for a minute must not reach the next test's pages."""
    caches["pages"].clear()


@pytest.fixture
def course_page(db: None) -> CoursePage:
    return make_course("CORE", title="Official channels")
