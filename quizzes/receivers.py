"""What quizzes do when something happens elsewhere."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from wagtail.models import Revision
from wagtail.signals import page_published, published

from accounts.signals import people_changed
from courses import cards, releases
from quizzes import clock, publishing, start_page
from quizzes.models import Item, QuizPage

PUBLISHER = "system:publishing"


def connect() -> None:
    """Called once, when Django is ready."""
    published.connect(on_item_published, sender=Item)
    page_published.connect(on_quiz_published, sender=QuizPage)
    people_changed.connect(on_people_changed)
    releases.register_part("quizzes", publishing.release_part)
    cards.register(start_page.card)


def on_item_published(instance: Item, revision: Revision, **_rest: Any) -> None:
    """An author published an item: learners get it from now on."""
    publishing.cut_version(instance, actor=publisher(revision), at=timezone.now())


def on_quiz_published(instance: QuizPage, **_rest: Any) -> None:
    """A quiz page went live: its rules count from now on."""
    publishing.sync_quiz(instance)


def on_people_changed(person_ids: list[int], **_rest: Any) -> None:
    """Somebody's accommodation may have changed: it reaches attempts that are running."""
    transaction.on_commit(lambda: clock.lengthen(person_ids))


def publisher(revision: Revision) -> str:
    """The ledger's actor for who published; scheduled publishing is `system:publishing`."""
    return revision.user.actor if revision.user else PUBLISHER
