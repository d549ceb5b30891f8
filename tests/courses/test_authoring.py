"""Authoring in the CMS: drafts, preview, publishing, scheduling; learners see only published pages."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from unittest import mock

from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail.models import GroupApprovalTask, Page, Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

import pytest

from accounts.models import Responsibility
from courses import editor_groups, releases
from courses.models import CoursePage, LessonPage, ModulePage
from tests.factories.courses import CHECK, lessons_of, make_catalog, make_course, make_lesson
from tests.factories.people import give_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _groups(db) -> None:
    editor_groups.prepare_groups()


@pytest.fixture
def cms(as_, dana) -> Client:
    return as_(dana)


def options() -> dict[str, object]:
    fields = {"options-count": str(len(CHECK["options"]))}
    for place, option in enumerate(CHECK["options"]):
        fields |= {f"options-{place}-order": str(place), f"options-{place}-deleted": ""}
        fields |= {
            f"options-{place}-value-{name}": value
            for name, value in option.items()
            if value is not False
        }
    return fields


def check_block() -> dict[str, object]:
    words = {name: CHECK[name] for name in ("question", "kind", "summary")}
    return words | options()


def course_form(**fields: object) -> dict[str, object]:
    known = {
        "title": "Crisis",
        "slug": "crisis",
        "code": "CRISIS",
        "promise": "You can answer in a crisis.",
        "audience": "",
        "in_order": "on",
        "change_class": "editorial",
        "change_note": "",
        "body": streamfield([]),
        "comments": inline_formset([]),
    }
    return nested_form_data(known | fields)


def lesson_form(**fields: object) -> dict[str, object]:
    text = {"heading": "Breathe", "body": rich_text("<p>Draft words.</p>")}
    known = {
        "title": "First minutes",
        "slug": "first-minutes",
        "minutes": "3",
        "body": streamfield([("text", text), ("check", check_block())]),
        "comments": inline_formset([]),
    }
    return nested_form_data(known | fields)


def add(cms: Client, parent: Page, model: type[Page], form: dict[str, object]) -> Page:
    path = reverse("wagtailadmin_pages:add", args=["courses", model._meta.model_name, parent.pk])
    response = cms.post(path, form)
    assert response.status_code == 302, response.context["form"].errors
    return model.objects.child_of(parent).order_by("-pk").first()


def edit(cms: Client, page: Page, form: dict[str, object]) -> None:
    response = cms.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)
    assert response.status_code == 302, response.context["form"].errors


def publish(form: dict[str, object]) -> dict[str, object]:
    return form | {"action-publish": "1"}


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        ("Crisis at night", ["crisis-at-night", "crisis-at-night-2"]),
        ("危机", ["危机", "危机-2"]),
        ("???", ["coursepage", "coursepage-2"]),
    ],
)
def test_page_with_an_emptied_slug_is_saved_as_a_draft(cms, title, slugs):
    """The form sent the draft back: only behind the form, where a page knows its parent, was a slug found."""
    catalog = make_catalog()
    form = course_form(title=title, slug="", code="")
    made = [add(cms, catalog, CoursePage, form) for _ in slugs]
    assert [page.slug for page in made] == slugs
    edit(cms, made[1], form)
    assert CoursePage.objects.get(pk=made[1].pk).slug == slugs[1]  # it keeps the one it has
    edit_path = reverse("wagtailadmin_pages:edit", args=[made[0].pk])
    add_path = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", catalog.pk])
    for path in (add_path, edit_path):
        reply = cms.post(path, publish(form))
        assert reply.status_code == 200
        assert reply.context["form"].errors["slug"] == ["This field is required."]


def test_author_can_write_and_publish_course(cms, as_, ada):
    course = add(cms, make_catalog(), CoursePage, course_form())
    module_form = nested_form_data(
        {
            "title": "Start",
            "slug": "start",
            "summary": "Breathe.",
            "goals": streamfield([("goal", "Stay calm")]),
            "principle": "",
            "comments": inline_formset([]),
        }
    )
    module = add(cms, course, ModulePage, module_form)
    lesson = add(cms, module, LessonPage, lesson_form())
    assert as_(ada).get("/courses/crisis/start/first-minutes/").status_code == 404
    edit(cms, lesson, publish(lesson_form()))
    edit(cms, module, publish(module_form))
    edit(cms, course, publish(course_form()))
    assert "Draft words." in as_(ada).get("/courses/crisis/start/first-minutes/").content.decode()
    assert releases.newest_release(course.course).number == 1


def test_incomplete_course_is_saved_as_draft(cms):
    course = add(cms, make_catalog(), CoursePage, course_form(code="", promise=""))
    assert (course.live, course.course.code) == (False, "CRISIS")


def test_incomplete_course_cannot_be_published(cms):
    path = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", make_catalog().pk])
    response = cms.post(path, publish(course_form(code="", promise="")))
    assert set(response.context["form"].errors) == {"promise"}
    assert not CoursePage.objects.exists()


@pytest.mark.parametrize(
    "form", [course_form, lambda **f: publish(course_form(**f))], ids=["draft", "live"]
)
def test_duplicate_course_code_is_refused_naming_its_course(cms, course_page, form):
    path = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", make_catalog().pk])
    response = cms.post(path, form(code="CORE"))
    assert "“Official channels” already has this." in str(response.context["form"].errors["code"])


def test_check_without_right_answer_cannot_be_published(cms, course_page):
    wrong = {**check_block()}
    del wrong["options-0-value-correct"]
    module = course_page.get_children().first()
    path = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", module.pk])
    response = cms.post(path, publish(lesson_form(body=streamfield([("check", wrong)]))))
    assert "body" in response.context["form"].errors


def preview(cms: Client, page: Page, form: dict[str, object], mode: str = "") -> str:
    path = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert cms.post(path, form).json()["is_valid"]
    return cms.get(path, {"mode": mode}).content.decode()


def test_preview_shows_unsaved_lesson_without_answers(cms, course_page):
    lesson = lessons_of(course_page)[0]
    shown = preview(cms, lesson, lesson_form(title="Not saved yet"))
    assert "Not saved yet" in shown
    assert "RIGHT-REASON" not in shown


def test_preview_of_checks_shows_reasons(cms, course_page):
    assert "RIGHT-REASON" in preview(cms, lessons_of(course_page)[0], lesson_form(), "checks")


def test_preview_works_for_draft_course(cms):
    course = add(cms, make_catalog(), CoursePage, course_form())
    assert "<h1>Crisis</h1>" in preview(cms, course, course_form())


def test_preview_does_not_fill_live_page_cache(cms, as_, ada, course_page):
    lesson = lessons_of(course_page)[0]
    preview(cms, lesson, lesson_form())
    assert "Draft words." not in as_(ada).get(lesson.url).content.decode()


def test_draft_of_live_lesson_is_hidden_until_published(cms, as_, ada, course_page):
    lesson = lessons_of(course_page)[0]
    edit(cms, lesson, lesson_form(slug=lesson.slug))
    assert "Draft words." not in as_(ada).get(lesson.url).content.decode()
    edit(cms, lesson, publish(lesson_form(slug=lesson.slug)))
    assert "Draft words." in as_(ada).get(lesson.url).content.decode()


def test_scheduled_lesson_goes_live_at_its_time(cms, as_, ada, course_page):
    module = course_page.get_children().first()
    later = timezone.now() + timedelta(hours=2)
    form = publish(lesson_form(go_live_at=later.strftime("%Y-%m-%d %H:%M")))
    lesson = add(cms, module, LessonPage, form)
    assert as_(ada).get(lesson.url).status_code == 404
    call_command("publish_scheduled", stdout=StringIO())
    assert not LessonPage.objects.get(pk=lesson.pk).live
    with mock.patch("django.utils.timezone.now", return_value=later + timedelta(minutes=1)):
        call_command("publish_scheduled", stdout=StringIO())
    assert as_(ada).get(lesson.url).status_code == 200


def test_scheduled_course_release_names_its_author(cms, dana):
    later = timezone.now() + timedelta(hours=2)
    form = publish(course_form(go_live_at=later.strftime("%Y-%m-%d %H:%M")))
    page = add(cms, make_catalog(), CoursePage, form)
    assert releases.newest_release(page.course) is None
    with mock.patch("django.utils.timezone.now", return_value=later + timedelta(minutes=1)):
        call_command("publish_scheduled", stdout=StringIO())
    assert releases.newest_release(page.course).actor == dana.actor


def test_change_class_resets_to_editorial_after_publishing(cms, course_page):
    edit(
        cms,
        course_page,
        publish(course_form(slug=course_page.slug, code="CORE", change_class="material")),
    )
    form = cms.get(reverse("wagtailadmin_pages:edit", args=[course_page.pk])).context["form"]
    assert form.initial["change_class"] == "editorial"
    assert releases.newest_release(course_page.course).change_class == "material"


@pytest.mark.parametrize("person", ["ada", "hugo", "vera"])
def test_cms_is_closed_to_other_people(request, as_, person):
    response = as_(request.getfixturevalue(person)).get("/cms/")
    assert response.status_code in (302, 403)


def test_reviewer_can_edit_but_not_add_pages(as_, ravi, course_page):
    lesson = lessons_of(course_page)[0]
    assert as_(ravi).get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).status_code == 200
    path = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", make_catalog().pk])
    assert as_(ravi).get(path).status_code == 302


def test_workflow_approval_task_includes_reviewers():
    task = GroupApprovalTask.objects.get()
    assert "Reviewers" in task.groups.values_list("name", flat=True)


def test_groups_follow_responsibility(ada):
    give_role(ada, "author")
    assert ada.groups.get().name == "Authors"
    held = Responsibility.objects.get(person=ada)
    held.ended_at = held.end_recorded_at = timezone.now()
    held.save()
    assert not ada.groups.exists()


def test_groups_are_removed_by_daily_sync_after_role_ends(ada):
    give_role(ada, "reviewer")
    end = timezone.now() + timedelta(days=1)
    Responsibility.objects.filter(person=ada).update(ended_at=end, end_recorded_at=timezone.now())
    editor_groups.sync_all_groups(at=timezone.now())
    assert ada.groups.exists()
    editor_groups.sync_all_groups(at=timezone.now() + timedelta(days=2))
    assert not ada.groups.exists()


def test_other_roles_get_no_cms_groups(hugo, vera):
    assert not hugo.groups.exists()
    assert not vera.groups.exists()


def test_published_revision_says_for_ever_what_its_author_wrote(cms, course_page):
    form = course_form(slug=course_page.slug, code="CORE", change_class="material")
    edit(cms, course_page, publish(form | {"change_note": "A new rule."}))
    revision = CoursePage.objects.get(pk=course_page.pk).live_revision
    said = revision.content["change_class"], revision.content["change_note"]
    assert said == ("material", "A new rule.")


def test_draft_from_before_a_publication_says_nothing_about_the_next_change(course_page):
    first = course_page.save_revision()
    course_page.change_class = "material"
    draft = course_page.save_revision()
    first.publish()
    draft.refresh_from_db()
    assert CoursePage.objects.get(
        pk=course_page.pk
    ).get_latest_revision_as_object().change_class == ("editorial")
    assert draft.content["change_class"] == "material"


def test_prepare_run_twice_changes_nothing():
    before = Revision.objects.count(), GroupApprovalTask.objects.get().groups.count()
    editor_groups.prepare_groups()
    assert (Revision.objects.count(), GroupApprovalTask.objects.get().groups.count()) == before


def test_page_explorer_lists_drafts_to_author(cms, course_page):
    module = course_page.get_children().first().specific
    make_lesson(module, live=False, title="Unfinished words")
    page = cms.get(reverse("wagtailadmin_explore", args=[module.pk])).content.decode()
    assert "Unfinished words" in page


@pytest.mark.databases
def test_words_of_courses_and_lessons_are_found_by_search(db, search_index) -> None:
    course = make_course(promise="You answer zealously.")
    (lesson, *_others) = lessons_of(course)
    lesson.body = [("text", {"heading": "Metals", "body": "<p>Quicksilver is one.</p>"})]
    for page in (course, lesson):
        page.save()
    found = {word: list(Page.objects.search(word)) for word in ("zealously", "quicksilver")}
    assert found == {"zealously": [course.page_ptr], "quicksilver": [lesson.page_ptr]}
