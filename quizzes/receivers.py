"""What quizzes do when something happens elsewhere."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, pre_delete

from wagtail.images import get_image_model
from wagtail.models import Page, Revision, WorkflowState
from wagtail.signals import page_published, workflow_approved

from accounts.signals import people_changed
from courses import releases
from courses.changes.touched import register_touch_finder
from courses.pages import course_cards
from courses.progress.updates import register_withdrawer
from courses.writing import readers, thrown_away
from items.previewing import register_preview
from ledger import entries
from quizzes.attempts import deadlines
from quizzes.attempts.withdrawing import withdraw_short_attempts
from quizzes.cms import kept_pictures, publishing_warnings
from quizzes.models import Quiz, QuizPage
from quizzes.models.quizzes import register_page_context
from quizzes.publishing import quiz_rules
from quizzes.screens import pretended_readers, previews, start, whole_quiz


def connect() -> None:
    """Called once, when Django is ready."""
    page_published.connect(on_quiz_published, sender=QuizPage)
    workflow_approved.connect(on_workflow_approved)
    post_delete.connect(on_quiz_page_deleted, QuizPage, dispatch_uid="quizzes.forget_quiz")
    pre_delete.connect(
        kept_pictures.keep_shown_picture, get_image_model(), dispatch_uid="quizzes.keep_picture"
    )
    people_changed.connect(on_people_changed)
    releases.register_part("quizzes", quiz_rules.release_part)
    register_touch_finder("quizzes", quiz_rules.find_touched)
    course_cards.register_course_card(start.quiz_card)
    register_page_context(start.start_page_context)
    register_page_context(whole_quiz.whole_quiz_context)
    register_withdrawer(withdraw_short_attempts)
    register_preview(previews.show_preview)
    readers.register_pretence(pretended_readers.read_as_somebody)


def on_quiz_published(instance: QuizPage, revision: Revision | None = None, **_rest: Any) -> None:
    """A quiz page went live: its rules count from now on."""
    author = revision.user if revision else None
    quiz_rules.sync_quiz(instance, actor=author.actor if author else quiz_rules.PUBLISHER)
    publishing_warnings.warn_of_shared_banks(instance)


def on_workflow_approved(instance: WorkflowState, **_rest: Any) -> None:
    """A quiz was approved: if it goes live later, whoever approved it is warned now."""
    page = instance.content_object
    if isinstance(page, Page) and isinstance(quiz_page := page.specific, QuizPage):
        publishing_warnings.warn_of_plan(quiz_page)


def on_quiz_page_deleted(instance: QuizPage, **_rest: Any) -> None:
    """A quiz page was thrown away: without a publication its quiz goes, too."""
    quiz, pk, code = instance.quiz, instance.quiz_id, instance.code
    with transaction.atomic():
        if thrown_away.forget_unused_record(instance, quiz):
            kind, subject = "quiz.thrown_away", f"quiz:{code}"
            entries.append_deletion(
                Quiz, pk, kind=kind, subject=subject, actor=quiz_rules.PUBLISHER
            )


def on_people_changed(person_ids: list[int], **_rest: Any) -> None:
    """Somebody's accommodation may have changed: it reaches attempts that are running."""
    transaction.on_commit(lambda: deadlines.lengthen_deadlines(person_ids))
