from __future__ import annotations

import pytest

from courses.models import Course, CoursePage, Principle, PrinciplePage
from tests.factories.courses import (
    add,
    make_catalog,
    make_course,
    make_home,
    make_locale,
    make_principle_page,
    translate,
)

pytestmark = pytest.mark.django_db


def draft_course(**fields: str) -> CoursePage:
    return add(
        make_catalog(), CoursePage(**{"title": "Draft", "slug": "draft"} | fields), live=False
    )


def test_course_page_creates_record_with_code_and_title():
    course = make_course("CORE", title="Official channels").course
    assert (course.code, course.title) == ("CORE", "Official channels")


def test_draft_without_code_gets_placeholder_code():
    page = draft_course()
    assert page.course.code == f"COURSE-{page.translation_key.hex[:12].upper()}"


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
    assert copy.course.code.startswith("COURSE-")


def test_copied_principle_gets_new_code_and_no_number():
    page = make_principle_page(2)
    copy = page.copy(update_attrs={"slug": "copy"}, keep_live=True)
    assert (copy.principle.code[:2], copy.principle.number) == ("P-", None)


def test_alias_in_another_language_shares_the_record(course_page):
    alias = course_page.copy_for_translation(make_locale(), copy_parents=True, alias=True)
    assert alias.course_id == course_page.course_id


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
