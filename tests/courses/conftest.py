from __future__ import annotations

import pytest

from courses.models import CoursePage
from tests.factories.courses import make_course


@pytest.fixture
def course_page(db: None) -> CoursePage:
    return make_course("CORE", title="Official channels")
