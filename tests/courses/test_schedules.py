"""A schedule that is spent is cleared on publishing and unpublishing, and stops no draft."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

import pytest

from courses import editor_groups
from courses.models import LessonPage
from courses.writing.finished import UnfinishedError, require_finished
from courses.writing.schedules import spent_days
from items.models import Item
from tests.conftest import NOW
from tests.factories.courses import lessons_of
from tests.factories.quizzes import make_item

pytestmark = pytest.mark.django_db

PAST = timedelta(hours=-1)


def lesson_form(lesson: Any, **fields: str) -> dict[str, Any]:
    text = {"heading": "Later", "body": rich_text("<p>Words from after the last day.</p>")}
    known = {"title": lesson.title, "slug": lesson.slug, "minutes": "3", "go_live_at": ""}
    known |= {
        "expire_at": "",
        "body": streamfield([("text", text)]),
        "comments": inline_formset([]),
    }
    return nested_form_data(known | fields)


@pytest.fixture
def expired(course_page: Any) -> LessonPage:
    """A lesson whose last day was written in its draft, came, and took it offline."""
    lesson = lessons_of(course_page)[0].specific
    lesson.expire_at = timezone.now() + timedelta(hours=1)
    lesson.save_revision().publish()
    LessonPage.objects.filter(pk=lesson.pk).update(expire_at=timezone.now() + PAST)
    revision = lesson.latest_revision
    revision.content["expire_at"] = (timezone.now() + PAST).isoformat()
    revision.save()
    call_command("publish_scheduled", stdout=StringIO())
    return LessonPage.objects.get(pk=lesson.pk)


def test_expired_lesson_is_saved_and_published_again(as_: Any, dana: Any, expired: Any) -> None:
    editor_groups.sync_groups(dana, at=NOW)
    assert (expired.live, expired.expire_at) == (False, None)
    path = reverse("wagtailadmin_pages:edit", args=[expired.pk])
    cms = as_(dana)
    assert cms.get(path).context["form"].initial["expire_at"] is None
    for act in ({}, {"action-publish": "1"}):
        assert cms.post(path, lesson_form(expired) | act).status_code == 302
    lesson = LessonPage.objects.get(pk=expired.pk)
    assert (lesson.live, lesson.expire_at) == (True, None)


def test_draft_of_an_editor_opened_before_the_last_day_is_saved(
    as_: Any, dana: Any, expired: Any
) -> None:
    editor_groups.sync_groups(dana, at=NOW)
    path = reverse("wagtailadmin_pages:edit", args=[expired.pk])
    was = (timezone.now() + PAST).strftime("%Y-%m-%d %H:%M")
    assert as_(dana).post(path, lesson_form(expired, expire_at=was)).status_code == 302


def test_first_day_is_cleared_once_it_has_come(course_page: Any) -> None:
    lesson = lessons_of(course_page)[0].specific
    lesson.go_live_at = timezone.now() + PAST
    lesson.save_revision().publish()
    assert LessonPage.objects.get(pk=lesson.pk).go_live_at is None


def test_last_day_of_a_publication_still_to_come_is_kept(course_page: Any) -> None:
    """Went live late, after its last day as well: it is taken offline, not kept for ever."""
    lesson = lessons_of(course_page)[0].specific
    lesson.go_live_at = timezone.now() + timedelta(hours=1)
    lesson.expire_at = timezone.now() + timedelta(hours=2)
    revision = lesson.save_revision()
    revision.publish()
    revision.refresh_from_db()
    revision.content |= dict.fromkeys(
        ("go_live_at", "expire_at"), (timezone.now() + PAST).isoformat()
    )
    revision.approved_go_live_at = timezone.now() + PAST
    revision.save()
    for _run in range(2):
        call_command("publish_scheduled", stdout=StringIO())
    lesson = LessonPage.objects.get(pk=lesson.pk)
    assert (lesson.live, lesson.expire_at) == (False, None)


def test_expired_question_is_published_again() -> None:
    item = make_item()
    item.expire_at = timezone.now() + timedelta(hours=1)
    item.save_revision().publish()
    Item.objects.filter(pk=item.pk).update(expire_at=timezone.now() + PAST)
    call_command("publish_scheduled", stdout=StringIO())
    item = Item.objects.get(pk=item.pk)
    assert (item.live, item.expire_at) == (False, None)
    item.get_latest_revision_as_object().save_revision().publish()
    assert Item.objects.get(pk=item.pk).live


@pytest.mark.parametrize("value", [None, "", NOW + timedelta(days=1), "2099-01-01T00:00:00Z"])
def test_days_to_come_are_not_spent(value: Any) -> None:
    assert spent_days({"expire_at": value}, NOW) == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("expire_at", {"go_live_at": "2097-05-01 10:00", "expire_at": "2097-01-01 10:00"}),
        ("go_live_at", {"go_live_at": "soon"}),
        ("slug", {"slug": "a b/ü"}),
    ],
)
def test_draft_keeps_its_words_and_names_the_field_that_is_not_taken(
    as_: Any, dana: Any, course_page: Any, name: str, wrong: dict[str, str]
) -> None:
    editor_groups.sync_groups(dana, at=NOW)
    lesson = lessons_of(course_page)[0].specific
    path = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    cms = as_(dana)
    assert cms.post(path, lesson_form(lesson, **wrong) | {"action-publish": "1"}).status_code == 200
    reply = cms.post(path, lesson_form(lesson, **wrong), follow=True)
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert "Words from after the last day." in str(draft.body)
    assert getattr(draft, name) == getattr(lesson, name)
    assert "these were not taken" in reply.text


@pytest.mark.parametrize("name", ["title", "body"])
def test_control_character_waits_in_a_draft_and_is_not_published(
    as_: Any, dana: Any, course_page: Any, name: str
) -> None:
    editor_groups.sync_groups(dana, at=NOW)
    lesson = lessons_of(course_page)[0].specific
    path = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    sent = lesson_form(lesson)
    odd = {key: text.replace("Later", "La\ater") for key, text in sent.items() if text == "Later"}
    sent |= odd if name == "body" else {"title": "La\ater"}
    cms = as_(dana)
    reply = cms.post(path, sent | {"action-publish": "1"})
    assert (reply.status_code, "A control character (U+0007)" in reply.text) == (200, True)
    assert cms.post(path, sent).status_code == 302
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert "La\ater" in (draft.title if name == "title" else draft.body[0].value["heading"])
    with pytest.raises(UnfinishedError, match=r"U\+0007"):
        require_finished(draft)


def test_draft_of_a_question_keeps_its_words_when_its_days_are_reversed(
    as_: Any, dana: Any
) -> None:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    item = make_item()
    days = {"go_live_at": "2097-05-01 10:00", "expire_at": "2097-01-01 10:00"}
    known = {"bank": str(item.bank_id), "code": item.code, "points": "1", "difficulty": "2"}
    known |= {"hint": "", "feedback": "", "stem": rich_text("<p>Kept words</p>")}
    form = nested_form_data(known | days | {"body": streamfield([])})
    path = f"/cms/snippets/quizzes/item/edit/{item.pk}/"
    reply = as_(dana).post(path, form, follow=True)
    draft = Item.objects.get(pk=item.pk).get_latest_revision_as_object()
    assert ("Kept words" in draft.stem, draft.go_live_at, draft.expire_at) == (True, None, None)
    assert "these were not taken" in reply.text
    new = nested_form_data(known | {"go_live_at": "soon", "code": "NEW-1", "body": streamfield([])})
    reply = as_(dana).post("/cms/snippets/quizzes/item/add/", new, follow=True)
    assert "Kept words" in Item.objects.get(code="NEW-1").stem
    assert "these were not taken" in reply.text
