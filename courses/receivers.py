"""Receivers of courses for published pages, changed sites and changed responsibilities."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete
from django.utils import timezone

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import DraftStateMixin, Locale, Page, PageViewRestriction, Revision, Site
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
)

from accounts.models import Responsibility
from courses import editor_groups, page_records, releases
from courses.models import CoursePage, LessonPage, PrinciplePage
from courses.models.pages import NO_CHANGE
from courses.pages import editions, privacy
from courses.writing import kept_files, schedules, thrown_away

PUBLISHER = "system:publishing"
# What a saved draft changes of a page: no reader sees it.
OF_DRAFTS = frozenset(
    {
        *("draft_title", "has_unpublished_changes", "latest_revision_created_at"),
        *("latest_revision", "locked", "locked_at", "locked_by", "go_live_at", "expire_at"),
    }
)


def _actor(revision: Revision | None) -> str:
    """The author of the published revision, also of a scheduled one; without an author, the system."""
    author = revision.user if revision else None
    return author.actor if author else PUBLISHER


def publish_course(instance: CoursePage, revision: Revision | None = None, **_kwargs: Any) -> None:
    """Cut a release, and let the next change begin as editorial again.

    Wagtail also sends the signal for a page whose first publication is only scheduled: that page is not live.
    """
    course = instance.course
    if not instance.live or course is None or course.key != instance.translation_key:
        return
    with transaction.atomic():
        page_records.refresh_course(instance)
        releases.cut_release(
            course,
            actor=_actor(revision),
            at=timezone.now(),
            change_class=instance.change_class,
            note=instance.change_note,
        )
        CoursePage.objects.filter(pk=instance.pk).update(**NO_CHANGE)


def publish_principle(instance: PrinciplePage, **_kwargs: Any) -> None:
    if instance.live:
        page_records.refresh_principle(instance)


def clear_schedule(instance: Any, **_kwargs: Any) -> None:
    """A page or question went live, or is live no more: its days that have passed are spent."""
    if isinstance(instance, DraftStateMixin | Page):
        schedules.clear_spent_days(instance, at=timezone.now())


def forget_course(instance: CoursePage, **_kwargs: Any) -> None:
    thrown_away.forget_unused_record(instance, instance.course)


def forget_principle(instance: PrinciplePage, **_kwargs: Any) -> None:
    thrown_away.forget_unused_record(instance, instance.principle)


def close_new_lesson(instance: LessonPage, created: bool, **_kwargs: Any) -> None:
    if created:
        privacy.close_lessons([instance])


def keep_one_restriction(instance: PageViewRestriction, created: bool, **_kwargs: Any) -> None:
    if created:
        privacy.keep_newest_restriction(instance)


def keep_lesson_closed(instance: PageViewRestriction, origin: Any = None, **_kwargs: Any) -> None:
    """Somebody took the restriction from a lesson that stays: it is for signed-in people all the same."""
    if isinstance(origin, PageViewRestriction):
        privacy.close_lessons(LessonPage.objects.filter(pk=instance.page_id))


def begin_with_page(instance: Any, update_fields: Any = None, **_kwargs: Any) -> None:
    """A page was saved, with more than its draft: an alias was made, or a page put right by a program."""
    only_draft = update_fields and OF_DRAFTS.issuperset(update_fields)
    if isinstance(instance, Page) and not only_draft:
        editions.begin_edition()


def sync_editor(instance: Responsibility, **_kwargs: Any) -> None:
    editor_groups.sync_groups(instance.person, at=timezone.now())


def prepare_editors(**_kwargs: Any) -> None:
    editor_groups.prepare_groups()


def connect() -> None:
    """Called once, when the apps are ready."""
    page_published.connect(publish_course, CoursePage, dispatch_uid="courses.publish_course")
    for news in (published, unpublished, page_published, page_unpublished):
        news.connect(clear_schedule, dispatch_uid="courses.clear_schedule")
    post_delete.connect(forget_course, CoursePage, dispatch_uid="courses.forget_course")
    post_delete.connect(forget_principle, PrinciplePage, dispatch_uid="courses.forget_principle")
    page_published.connect(publish_principle, PrinciplePage, dispatch_uid="courses.principle")
    post_save.connect(close_new_lesson, LessonPage, dispatch_uid="courses.close_lesson")
    post_save.connect(
        keep_one_restriction, PageViewRestriction, dispatch_uid="courses.one_restriction"
    )
    post_delete.connect(
        keep_lesson_closed, PageViewRestriction, dispatch_uid="courses.lesson_closed"
    )
    post_save.connect(sync_editor, Responsibility, dispatch_uid="courses.sync_editor")
    # `wagtailcore` is the last app whose permissions the groups need.
    post_migrate.connect(
        prepare_editors, apps.get_app_config("wagtailcore"), dispatch_uid="courses.editor_groups"
    )
    for news in (page_published, page_unpublished, post_page_move, page_slug_changed):
        news.connect(editions.begin_edition, dispatch_uid="courses.edition")
    shown = (Site, Locale, PageViewRestriction, get_image_model(), get_document_model())
    for file in (get_image_model(), get_document_model()):
        pre_delete.connect(kept_files.keep_file_in_use, file, dispatch_uid="courses.file_in_use")
    for model in shown:
        for news in (post_save, post_delete):
            news.connect(editions.begin_edition, model, dispatch_uid="courses.edition")
    post_save.connect(begin_with_page, dispatch_uid="courses.edition_with_page")
    post_delete.connect(editions.begin_edition, Page, dispatch_uid="courses.edition")
