from __future__ import annotations

from django.urls import reverse

from wagtail.models import Page

import pytest

from courses.models import Course, CoursePage, Principle, PrinciplePage, StepCompletion
from courses.pages import directories
from items.models import Item
from tests.factories.courses import (
    add,
    lessons_of,
    make_catalog,
    make_course,
    make_home,
    make_locale,
    make_principle_page,
    translate,
)
from tests.factories.quizzes import make_item

pytestmark = pytest.mark.django_db


def make_draft_principle() -> PrinciplePage:
    return make_principle_page(7, live=False)


def draft_course(**fields: str) -> CoursePage:
    return add(
        make_catalog(), CoursePage(**{"title": "Draft", "slug": "draft"} | fields), live=False
    )


def test_course_page_creates_record_with_code_and_title():
    course = make_course("CORE", title="Official channels").course
    assert (course.code, course.title) == ("CORE", "Official channels")


def test_draft_without_code_gets_one_from_its_title():
    assert draft_course(title="In a crisis").course.code == "IN-A-CRISIS"


def test_proposed_codes_are_free():
    codes = [draft_course(slug=f"draft-{n}").code for n in range(3)]
    assert codes == ["DRAFT", "DRAFT-2", "DRAFT-3"]


def test_drafts_without_codes_do_not_collide():
    assert draft_course().course_id != draft_course(slug="draft-2").course_id


def test_draft_gets_its_own_code_when_published():
    page = draft_course()
    page.code, page.promise = "LATE", "You can post."
    page.save_revision().publish()
    assert Course.objects.get(key=page.translation_key).code == "LATE"


def test_draft_principle_without_number_has_a_record():
    make_principle_page(1)
    page = make_principle_page(None, slug="draft", code="", live=False)
    assert page.principle.number is None


def test_translation_shares_the_record(course_page):
    assert translate(course_page).course_id == course_page.course_id


def test_translation_does_not_rename_the_record(course_page):
    finnish = translate(course_page)
    finnish.title = "Viralliset kanavat"
    finnish.save_revision().publish()
    assert Course.objects.get(pk=course_page.course_id).title == "Official channels"


def test_translated_principle_shares_the_record():
    page = make_principle_page(3)
    assert translate(page).principle_id == page.principle_id


def test_record_title_follows_published_source_page(course_page):
    course_page.title = "Core"
    course_page.save_revision().publish()
    assert Course.objects.get(pk=course_page.course_id).title == "Core"


def test_record_title_ignores_draft_change(course_page):
    course_page.title = "Core"
    course_page.save_revision()
    assert Course.objects.get(pk=course_page.course_id).title == "Official channels"


@pytest.mark.parametrize("live", [True, False], ids=["kept live", "as drafts"])
def test_copied_course_page_gets_its_own_record(course_page, live):
    copy = course_page.copy(
        recursive=True, keep_live=live, update_attrs={"slug": "copy", "title": "Copy"}
    )
    assert copy.course_id != course_page.course_id
    assert copy.course.code == copy.code == "COPY"
    assert not Page.objects.descendant_of(copy, inclusive=True).live().exists()


def test_copied_principle_gets_new_code_and_no_number():
    page = make_principle_page(2)
    copy = page.copy(update_attrs={"slug": "copy"}, keep_live=True)
    assert (copy.code, copy.number, copy.live) == ("PRINCIPLE-2", None, False)
    assert (copy.principle.code, copy.principle.number) == ("PRINCIPLE-2", None)
    assert copy.get_latest_revision_as_object().code == "PRINCIPLE-2"


def test_alias_in_another_language_shares_the_record(course_page):
    alias = course_page.copy_for_translation(make_locale(), copy_parents=True, alias=True)
    assert alias.course_id == course_page.course_id


@pytest.mark.parametrize("make", [draft_course, make_draft_principle], ids=["course", "principle"])
def test_draft_that_is_thrown_away_leaves_no_record(make):
    page = make()
    page.save_revision(clean=False)
    record = page.course if isinstance(page, CoursePage) else page.principle
    page.delete()
    assert not type(record).objects.filter(pk=record.pk).exists()


def test_drafts_below_a_deleted_page_leave_no_records():
    draft_course().get_parent().delete()
    assert not Course.objects.exists()


def test_record_that_a_draft_of_another_page_names_is_kept(course_page):
    principle = make_draft_principle().principle
    module = course_page.get_children().first().specific
    module.principle = principle
    module.save_revision()
    principle.pages.get().delete()
    assert module.get_latest_revision_as_object() is not None
    assert Page.objects.get(pk=module.pk).latest_revision.as_object().principle == principle


def test_record_with_facts_outlives_its_draft(course_page):
    make_principle_page(1, live=False)
    principle = Principle.objects.get(number=1)
    make_item()
    Item.objects.update(principle=principle)
    principle.pages.get().delete()
    assert Principle.objects.filter(pk=principle.pk).exists()


def test_alias_belongs_to_the_record_of_its_original(course_page):
    alias = course_page.create_alias(recursive=True, update_slug="alias")
    again = alias.create_alias(update_slug="alias-2")
    assert alias.course_id == again.course_id == course_page.course_id
    assert Course.objects.count() == 1


def test_alias_is_shown_once_in_the_catalogue_and_changes_no_release(course_page, client):
    course_page.create_alias(recursive=True, update_slug="alias")
    course_page.save_revision().publish()
    assert course_page.course.releases.count() == 1
    shown = client.get("/courses/").content.decode()
    assert shown.count("Official channels</a>") == 1


def test_lesson_read_in_an_alias_is_read_in_its_original(course_page, ada, as_):
    alias = course_page.create_alias(recursive=True, update_slug="alias")
    lesson = lessons_of(alias)[0]
    assert as_(ada).get(lesson.url).status_code == 200
    reply = as_(ada).post(reverse("courses:read", args=[lesson.translation_key]))
    assert reply.status_code == 302
    step = StepCompletion.objects.get(person=ada)
    assert (step.step, step.course) == (
        lessons_of(course_page)[0].translation_key,
        course_page.course,
    )


def test_alias_of_a_principle_is_listed_once():
    page = make_principle_page(1)
    page.create_alias(update_slug="alias")
    assert [link.slug for link in directories.directory_for(page).principles] == ["p1"]
    assert Principle.objects.count() == 1


def test_course_record_survives_page_deletion(course_page):
    course_page.delete()
    assert Course.objects.filter(code="CORE").exists()


def test_principle_record_survives_page_deletion():
    make_principle_page(4).delete()
    assert Principle.objects.filter(number=4).exists()


def test_binding_survives_unpublishing_and_moving(course_page):
    course = course_page.course_id
    course_page.unpublish()
    course_page.move(make_home(), pos="last-child")
    assert CoursePage.objects.get(pk=course_page.pk).course_id == course


def test_finnish_only_course_names_its_record():
    finnish = make_locale()
    home = make_home().copy_for_translation(finnish)
    catalog = add(home, type(make_catalog())(title="Kurssit", slug="kurssit", locale=finnish))
    page = add(
        catalog,
        CoursePage(
            title="Ydin", slug="ydin", code="YDIN", promise="Saat julkaista.", locale=finnish
        ),
    )
    page.title = "Uusi ydin"
    page.save_revision().publish()
    assert Course.objects.get(pk=page.course_id).title == "Uusi ydin"


def test_principle_page_restores_a_lost_binding():
    page = make_principle_page(5)
    PrinciplePage.objects.filter(pk=page.pk).update(principle=None)
    again = PrinciplePage.objects.get(pk=page.pk)
    again.save()
    assert again.principle_id == page.principle_id
