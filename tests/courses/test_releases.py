from __future__ import annotations

import json

import pytest

from courses import releases
from courses.models import CoursePage, CourseRelease
from ledger.models import Entry
from tests.factories.courses import (
    add,
    lessons_of,
    make_catalog,
    make_lesson,
    make_module,
    translate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


def cut(page: CoursePage, now, change_class: str = "editorial") -> CourseRelease:
    return releases.cut_release(page.course, actor="system:test", at=now, change_class=change_class)


def test_publishing_course_cuts_first_release(course_page):
    release = releases.newest_release(course_page.course)
    assert (release.number, release.label) == (1, "v1")


def test_publishing_unchanged_course_cuts_no_release(course_page):
    course_page.save_revision().publish()
    assert course_page.course.releases.count() == 1


def test_publishing_course_with_changed_lesson_cuts_next_release(course_page):
    lesson = lessons_of(course_page)[0]
    lesson.title = "Another title"
    lesson.save_revision().publish()
    course_page.save_revision().publish()
    assert releases.newest_release(course_page.course).number == 2


@pytest.mark.parametrize(
    "change", ["new lesson", "new module", "unpublished module", "translation"]
)
def test_release_is_cut_for_each_kind_of_change(course_page, now, change):
    module = course_page.get_children().first().specific
    {
        "new lesson": lambda: make_lesson(module),
        "new module": lambda: make_module(course_page),
        "unpublished module": module.unpublish,
        "translation": lambda: translate(course_page),
    }[change]()
    assert cut(course_page, now).number == 2


def test_release_ignores_draft_lessons(course_page, now):
    make_lesson(course_page.get_children().first().specific, live=False)
    assert cut(course_page, now).number == 1


def test_release_omits_lessons_below_unpublished_module(course_page, now):
    module = course_page.get_children().first().specific
    module.unpublish()
    paths = [page["path"] for page in cut(course_page, now).content["pages"]]
    assert not any(path.startswith(module.url_path) for path in paths)


def test_release_hash_is_over_canonical_json(course_page):
    release = releases.newest_release(course_page.course)
    reread = json.loads(json.dumps(release.content))
    assert releases.hash_content(reread) == release.sha256


def test_release_pages_name_their_revisions(course_page):
    pages = releases.newest_release(course_page.course).content["pages"]
    assert len(pages) == 7
    assert all(page["revision"] and len(page["words"]) == 64 for page in pages)


def test_release_includes_registered_parts(course_page, now, monkeypatch):
    monkeypatch.setitem(releases._parts, "quiz", lambda course: {"pass_percent": 80})
    assert cut(course_page, now).content["parts"]["quiz"] == {"pass_percent": 80}
    monkeypatch.setitem(releases._parts, "quiz", lambda course: {"pass_percent": 85})
    assert cut(course_page, now).number == 3


def test_release_has_change_class_and_note(course_page):
    course_page.title, course_page.change_class = "New title", "material"
    course_page.change_note = "Two new principles."
    course_page.save_revision().publish()
    release = releases.newest_release(course_page.course)
    assert (release.change_class, release.note) == ("material", "Two new principles.")


def test_change_class_is_editorial_again_after_publishing(course_page):
    course_page.title, course_page.change_class = "New title", "material"
    course_page.save_revision().publish()
    page = CoursePage.objects.get(pk=course_page.pk)
    assert page.change_class == page.get_latest_revision_as_object().change_class == "editorial"


def test_release_names_its_publisher(course_page, dana):
    course_page.title = "New title"
    course_page.save_revision(user=dana).publish(user=dana)
    assert releases.newest_release(course_page.course).actor == dana.actor


def test_material_release_sets_no_floor(course_page, now):
    course_page.title, course_page.change_class = "New title", "material"
    course_page.save_revision().publish()
    assert not course_page.course.floors.exists()


def test_release_is_written_to_the_ledger(course_page):
    entry = Entry.objects.get(kind="release.cut")
    assert entry.subject == f"course:{course_page.course.key}"
    assert entry.data["sha256"] == releases.newest_release(course_page.course).sha256


def test_unknown_change_class_raises_value_error(course_page, now):
    make_module(course_page)
    with pytest.raises(ValueError, match="huge"):
        cut(course_page, now, "huge")


def test_unpublished_course_has_no_release():
    page = add(make_catalog(), CoursePage(title="Draft", slug="draft"), live=False)
    assert releases.newest_release(page.course) is None
