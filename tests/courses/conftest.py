from __future__ import annotations

from django.core.cache import caches

import pytest

from courses.models import CoursePage
from tests.factories.courses import make_course


@pytest.fixture(autouse=True)
def _fresh_pages() -> None:
    """Clear the page cache, so that lists and rendered bodies do not reach the next test."""
    caches["pages"].clear()


@pytest.fixture
def course_page(db: None) -> CoursePage:
    return make_course("CORE", title="Official channels")
