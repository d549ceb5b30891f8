"""Review means what it says: what is approved is what goes live, for pages and questions, by those who may."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from wagtail.models import GroupPagePermission, Page, TaskState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

import pytest

from accounts.models import Role
from courses import editor_groups
from courses.models import LessonPage
from items.models import Item
from tests.conftest import NOW
from tests.factories.courses import lessons_of, make_course
from tests.factories.quizzes import make_bank, make_item, make_row
from tests.quizzes.test_authoring import item_form

pytestmark = pytest.mark.django_db

APPROVE = {"action-workflow-action": "1", "workflow-action-name": "approve"}
DESK = "/cms/"


@pytest.fixture(autouse=True)
def _editors(dana: Any, ravi: Any) -> None:
    editor_groups.prepare_groups()
    for person in (dana, ravi):
        editor_groups.sync_groups(person, at=NOW)


@pytest.fixture
def author(as_: Any, dana: Any) -> Client:
    return as_(dana)


@pytest.fixture
def reviewer(as_: Any, ravi: Any) -> Client:
    return as_(ravi)


def lesson_form(lesson: Page, words: str) -> dict[str, Any]:
    text = {"heading": "", "body": rich_text(f"<p>{words}</p>")}
    known = {"title": lesson.title, "slug": lesson.slug, "minutes": "3"}
    known |= {"body": streamfield([("text", text)]), "comments": inline_formset([])}
    return nested_form_data(known)


@pytest.fixture
def submitted(author: Client) -> LessonPage:
    """A live lesson with a change that its author has submitted."""
    lesson = lessons_of(make_course())[0]
    reply = author.post(edit_url(lesson), lesson_form(lesson, "My words.") | {"action-submit": "1"})
    assert reply.status_code == 302
    return LessonPage.objects.get(pk=lesson.pk)


def edit_url(thing: Any) -> str:
    if isinstance(thing, Page):
        return reverse("wagtailadmin_pages:edit", args=[thing.pk])
    return reverse(Item.snippet_viewset.get_url_name("edit"), args=[thing.pk])


def test_words_that_the_reviewer_corrects_go_live_with_the_approval(
    reviewer: Client, submitted: LessonPage
) -> None:
    form = lesson_form(submitted, "Corrected words.") | APPROVE
    assert reviewer.post(edit_url(submitted), form).status_code == 302
    lesson = LessonPage.objects.get(pk=submitted.pk)
    assert "Corrected words." in str(lesson.body)
    assert (lesson.has_unpublished_changes, lesson.workflow_in_progress) == (False, False)


@pytest.mark.parametrize("where", ["editor", "desk"])
def test_plain_approval_leaves_no_unpublished_changes(
    reviewer: Client, submitted: LessonPage, where: str
) -> None:
    if where == "editor":
        reviewer.post(edit_url(submitted), lesson_form(submitted, "My words.") | APPROVE)
    else:
        state = submitted.current_workflow_task_state
        names = [submitted.pk, "approve", state.pk]
        reviewer.post(reverse("wagtailadmin_pages:workflow_action", args=names))
    lesson = LessonPage.objects.get(pk=submitted.pk)
    assert "My words." in str(lesson.body)
    assert (lesson.has_unpublished_changes, lesson.workflow_in_progress) == (False, False)


def test_author_waits_while_the_reviewer_reads(author: Client, submitted: LessonPage) -> None:
    author.post(edit_url(submitted), lesson_form(submitted, "Later words."))
    assert "Later words." not in str(
        LessonPage.objects.get(pk=submitted.pk).latest_revision.content
    )


def test_question_is_submitted_compared_and_approved(
    author: Client, reviewer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    item = make_bank("REVIEW", make_row(code="NEW-1")).items.get()
    before = item.save_revision()
    before.publish()
    assert (
        author.post(edit_url(item), item_form(item.bank) | {"action-submit": "1"}).status_code
        == 302
    )
    item.refresh_from_db()
    assert "NEW-1" in reviewer.get(DESK).content.decode()
    names = [item.pk, before.pk, item.latest_revision.pk]
    compared = reverse(Item.snippet_viewset.get_url_name("revisions_compare"), args=names)
    assert "What first?" in reviewer.get(compared).content.decode()
    assert reviewer.post(edit_url(item), item_form(item.bank, right=1) | APPROVE).status_code == 302
    item.refresh_from_db()
    assert (item.has_unpublished_changes, item.workflow_in_progress) == (False, False)
    right = [one["correct"] for one in item.versions.latest("number").content["options"]]
    assert right == [False, True, False]


def test_question_that_cannot_be_asked_is_not_approved(author: Client, reviewer: Client) -> None:
    item = make_bank("REVIEW", make_row(code="NEW-1")).items.get()
    author.post(edit_url(item), item_form(item.bank) | {"action-submit": "1"})
    reply = reviewer.post(edit_url(item), item_form(item.bank, right=None) | APPROVE)
    assert "Mark exactly one answer as right." in reply.content.decode()
    assert TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).exists()


ADDRESSES = {
    "add a page": "/cms/pages/add/courses/coursepage/{catalog}/",
    "import questions": "/cms/items/import/",
    "add a question": "/cms/snippets/quizzes/item/add/",
    "add a bank": "/cms/snippets/quizzes/itembank/add/",
    "correct marks": "/cms/question-reports/{version}/marks/",
    "delete a question": "/cms/snippets/quizzes/item/delete/{item}/",
    "unpublish a question": "/cms/snippets/quizzes/item/unpublish/{item}/",
    "delete a page": "/cms/pages/{lesson}/delete/",
    "unpublish a page": "/cms/pages/{lesson}/unpublish/",
    "delete a draft": "/cms/pages/{draft}/delete/",
    "move a draft": "/cms/pages/{draft}/move/{module}/confirm/",
    "edit a question": "/cms/snippets/quizzes/item/edit/{item}/",
    "edit a page": "/cms/pages/{lesson}/edit/",
}
# The table "Who may do what" of docs/authoring.md.
AUTHORS = set(ADDRESSES) - {"delete a question"}
REVIEWERS = {"edit a question", "edit a page"}


@pytest.mark.parametrize(("who", "may"), [("author", AUTHORS), ("reviewer", REVIEWERS)])
def test_editors_may_do_what_the_handbook_says_and_no_more(
    request: pytest.FixtureRequest, who: str, may: set[str]
) -> None:
    course, item = make_course(), make_item()
    names = {"catalog": course.get_parent().pk, "lesson": lessons_of(course)[0].pk}
    draft = LessonPage(title="Draft", slug="draft", live=False)
    module = lessons_of(course)[0].get_parent()
    names |= {"draft": module.add_child(instance=draft).pk, "module": module.pk}
    names |= {"item": item.pk, "version": item.versions.get().pk}
    browser = request.getfixturevalue(who)
    opened = {
        act
        for act, path in ADDRESSES.items()
        if browser.get(path.format(**names)).status_code == 200
    }
    assert opened == may


def test_reviewer_cannot_publish_without_the_review(reviewer: Client) -> None:
    lesson = lessons_of(make_course())[0]
    reviewer.post(edit_url(lesson), lesson_form(lesson, "Live words.") | {"action-publish": "1"})
    assert "Live words." not in str(LessonPage.objects.get(pk=lesson.pk).body)
    item = make_bank("REVIEW", make_row(code="NEW-1")).items.get()
    reviewer.post(edit_url(item), item_form(item.bank) | {"action-publish": "1"})
    assert item.versions.count() == 1


def test_permissions_that_were_taken_stay_taken_on_the_next_migrate() -> None:
    reviewers = Group.objects.get(name=editor_groups.GROUP_NAMES[Role.REVIEWER])
    GroupPagePermission.objects.filter(group=reviewers).delete()
    reviewers.permissions.clear()
    editor_groups.prepare_groups()
    assert not reviewers.permissions.exists()
    assert not GroupPagePermission.objects.filter(group=reviewers).exists()
