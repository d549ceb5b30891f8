"""Where the editor opens a thing is asked of Wagtail, and in one place."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model

import pytest

from courses.models import Course, LessonPage
from courses.writing.addresses import find_edit_address
from items.models import Item, ItemBank

ROOT = Path(settings.BASE_DIR)
ROOMS = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
BY_HAND = re.compile(r"""wagtailadmin_pages:edit|get_url_name\(["']edit|_item:edit""")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (LessonPage, "/cms/pages/4/edit/"),
        (Item, "/cms/snippets/quizzes/item/edit/4/"),
        (ItemBank, "/cms/snippets/quizzes/itembank/edit/4/"),
        (Course, ""),
    ],
)
def test_edit_address_is_that_of_the_form(kind: type[Model], address: str) -> None:
    assert find_edit_address(kind(pk=4)) == address


def test_edit_address_is_made_by_hand_nowhere() -> None:
    roots = [*ROOMS, ROOT / "config", ROOT / "templates"]
    sources = [path for root in roots for end in ("py", "html") for path in root.rglob(f"*.{end}")]
    assert len(sources) > 500
    assert [str(path) for path in sources if BY_HAND.search(path.read_text())] == []
