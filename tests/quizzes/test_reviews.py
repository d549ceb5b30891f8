"""Review means what it says: what is approved is what goes live, for pages and questions, by those who may."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from wagtail.models import GroupPagePermission, Page, TaskState, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

import pytest

from accounts.models import Role
from courses import editor_groups
from courses.models import LessonPage
from items.models import Item
from quizzes.models import QuizPage
from quizzes.rules.settings import read_rules
from tests.conftest import NOW
from tests.factories.courses import lessons_of, make_course
from tests.factories.quizzes import make_bank, make_quiz, make_row
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


def quiz_form(page: QuizPage, words: str) -> dict[str, Any]:
    section = {"bank": str(page.draw[0].value["bank"].pk), "principle": "", "count": "1"}
    known = {"title": page.title, "slug": page.slug, "code": page.code, "preset": "exam"}
    known |= {"intro": words, "draw": streamfield([("section", section)])}
    known |= {"differences": streamfield([]), "comments": inline_formset([])}
    return nested_form_data(known)


def make_reviewed(kind: str) -> tuple[Any, Any]:
    """Something live, and the form in which its author sends words (of a question, which answer is right)."""
    if kind == "question":
        item = make_bank("REVIEW", make_row(code="NEW-1")).items.get()
        item.save_revision().publish()
        return item, lambda words: item_form(item.bank, right=len(words) % 3)
    if kind == "lesson":
        lesson = lessons_of(make_course())[0]
        return lesson, lambda words: lesson_form(lesson, words)
    quiz = make_quiz()
    return quiz, lambda words: quiz_form(quiz, words)


def what_is_live(thing: Any) -> str:
    """The words that count for learners now."""
    if isinstance(thing, Item):
        options = thing.versions.latest("number").content["options"]
        return "".join("R" if one["correct"] else "-" for one in options)
    page = thing.specific_class.objects.get(pk=thing.pk)
    if isinstance(page, QuizPage):
        return f"{page.intro} {read_rules(page.quiz.rules).questions}"
    return str(page.body)


@pytest.mark.parametrize(
    ("kind", "is_live"),
    [("lesson", "Second words."), ("question", "-R-"), ("quiz", "Second words. 1")],
)
def test_what_comes_back_is_corrected_submitted_again_and_goes_live(
    author: Client, reviewer: Client, kind: str, is_live: str
) -> None:
    thing, form = make_reviewed(kind)
    before, sent = what_is_live(thing), {"action-submit": "1"}
    assert author.post(edit_url(thing), form("First words!") | sent).status_code == 302
    asked = act_on(reviewer, thing, "reject", comment="Say it shorter.")
    assert asked.status_code in {200, 302}
    waiting = type(thing).objects.get(pk=thing.pk)
    assert (waiting.current_workflow_state.status, waiting.current_workflow_task) == (
        WorkflowState.STATUS_NEEDS_CHANGES,
        None,
    )
    assert waiting.current_workflow_state.all_tasks_with_state()[0].task_state.comment
    assert what_is_live(thing) == before
    told = "Ravi Iyer asks for changes: “Say it shorter.”."
    assert told in author.get(edit_url(thing)).content.decode()
    assert author.post(edit_url(thing), form("Second words.") | sent).status_code == 302
    assert told not in author.get(edit_url(thing)).content.decode()
    assert thing.workflow_states.count() == 1  # the same review goes on
    act_on(reviewer, thing, "approve")
    assert is_live in what_is_live(thing)
    done = type(thing).objects.get(pk=thing.pk)
    assert (done.has_unpublished_changes, done.workflow_in_progress) == (False, False)


def act_on(browser: Client, thing: Any, act: str, **told: str) -> Any:
    """What a reviewer presses on the desk for something that waits."""
    state = type(thing).objects.get(pk=thing.pk).current_workflow_task_state
    page = isinstance(thing, Page)
    names = "wagtailadmin_pages:workflow_action"
    names = names if page else Item.snippet_viewset.get_url_name("workflow_action")
    return browser.post(reverse(names, args=[thing.pk, act, state.pk]), told)


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
