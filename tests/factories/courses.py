"""Plain makers of pages and courses for tests: published unless said otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wagtail.models import Locale, Page, Revision, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import (
    CaseStudyPage,
    CatalogPage,
    CoursePage,
    CourseRelease,
    LessonPage,
    ModulePage,
    Principle,
    PrincipleIndexPage,
    PrinciplePage,
    ReleaseEvent,
)
from home.models import ContentPage, HomePage
from tests.factories.kept import Numbers, kept

_numbers = Numbers()

CHECK = {
    "question": "When do you ask for the social angle?",
    "kind": "single",
    "options": [
        {
            "text": "In the first brief",
            "correct": True,
            "reason": "RIGHT-REASON early costs minutes.",
        },
        {"text": "On launch day", "correct": False, "reason": "WRONG-REASON decisions hardened."},
        {"text": "Never", "correct": False, "reason": "NEVER-REASON silence is no plan."},
    ],
    "summary": "SUMMARY ask before decisions harden.",
}
BODY = [
    ("text", {"heading": "Ask early", "body": "<p>Early costs minutes.</p>"}),
    ("check", CHECK),
]


def add(parent: Page, page: Page, *, live: bool = True) -> Any:
    """Put the page below its parent with a first revision, live or as a draft.

    Quicker than publishing, without its signals and without asking whether the words are right: where a
    release, a record's title or a refusal matters, publish the page itself.
    """
    page.live = live
    page.has_unpublished_changes = not live
    page.draft_title = page.draft_title or page.title
    page.locale_id = page.locale_id or parent.locale_id
    with disable_reference_index_auto_update(), _unasked(page):
        parent.add_child(instance=page)
    revision = Revision.objects.create(
        content_object=page,
        base_content_type=page.get_base_content_type(),
        content=page.serializable_data(),
        object_str=str(page),
    )
    newest = {"latest_revision": revision, "latest_revision_created_at": revision.created_at}
    published = {"live_revision": revision, "last_published_at": revision.created_at}
    Page.objects.filter(pk=page.pk).update(**newest, **(published if live else {}))
    page.refresh_from_db()
    return page


@contextmanager
def _unasked(page: Page) -> Iterator[None]:
    """The page is saved as it is, if it has a slug to be found by."""
    if not page.slug:
        yield
        return
    page.full_clean = page.minimal_clean = lambda *args, **words: None
    yield
    del page.full_clean, page.minimal_clean


@kept
def make_home(**fields: Any) -> HomePage:
    """The site's home page in English; made once."""
    if found := HomePage.objects.filter(locale__language_code="en").first():
        return found
    fields = {"title": "Home", "slug": "start", "promise": "Post with confidence"} | fields
    home = add(Page.objects.get(depth=1), HomePage(**{"lede": "Six principles."} | fields))
    site = Site.objects.get(is_default_site=True)
    site.root_page = home
    site.save()
    return home


def make_locale(code: str = "fi") -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def make_catalog() -> CatalogPage:
    """The list of courses in English; made once, also where it stands behind the list of principles."""
    return CatalogPage.objects.filter(locale__language_code="en").first() or _make_catalog()


@kept
def _make_catalog() -> CatalogPage:
    return add(make_home(), CatalogPage(title="Courses", slug="courses"))


def _make_principle_index() -> PrincipleIndexPage:
    found = PrincipleIndexPage.objects.filter(locale__language_code="en").first()
    return found or _make_new_principle_index()


@kept
def _make_new_principle_index() -> PrincipleIndexPage:
    return add(make_home(), PrincipleIndexPage(title="Principles", slug="principles"))


@kept
def make_principle_page(
    number: int | None = 1, *, live: bool = True, **fields: Any
) -> PrinciplePage:
    """Principle `number`, with code P<number>, below the one list of principles."""
    index = _make_principle_index()
    fields = {
        "title": f"Principle {number}",
        "slug": f"p{number}",
        "number": number,
        "code": f"P{number}",
        "statement": "Ask at the start.",
        "meaning": "Joining in can mean many things.",
        "body": BODY,
    } | fields
    return add(index, PrinciplePage(**fields), live=live)


def make_case_study(principle_page: PrinciplePage, **fields: Any) -> CaseStudyPage:
    fields = {"title": "One hobby, two markets", "summary": "Two markets.", "body": BODY} | fields
    return add(principle_page, CaseStudyPage(**fields))


@kept
def make_content_page(**fields: Any) -> ContentPage:
    fields = {"title": "Privacy", "slug": "privacy", "body": BODY} | fields
    return add(make_home(), ContentPage(**fields))


def make_module(
    course_page: CoursePage, *, lessons: int = 2, live: bool = True, **fields: Any
) -> ModulePage:
    number = next(_numbers)
    fields = {"title": f"Module {number}", "slug": f"module-{number}", "summary": "Ask."} | fields
    module = add(course_page, ModulePage(**fields), live=live)
    for _ in range(lessons):
        make_lesson(module)
    return module


def make_lesson(module_page: ModulePage, *, live: bool = True, **fields: Any) -> LessonPage:
    number = next(_numbers)
    fields = {"title": f"Lesson {number}", "slug": f"lesson-{number}", "body": BODY} | fields
    return add(module_page, LessonPage(**fields), live=live)


@kept
def make_course(code: str = "", *, modules: int = 2, lessons: int = 2, **fields: Any) -> CoursePage:
    """A published course page with modules of lessons and one release of it all; record in `.course`."""
    number = next(_numbers)
    fields = {
        "title": f"Course {number}",
        "slug": f"course-{number}",
        "code": code or f"COURSE-{number}",
        "promise": "You can post on the blog.",
    } | fields
    page = add(make_catalog(), CoursePage(**fields))
    for _ in range(modules):
        make_module(page, lessons=lessons)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def confirm_release(release: CourseRelease, *principles: Principle) -> ReleaseEvent:
    """A reviewer has confirmed the release as a material change, of these principles or of the whole course."""
    return ReleaseEvent.objects.create(
        release=release,
        what="confirmed",
        principles=[principle.pk for principle in principles],
        reason="It is",
        recorded_at=release.published_at,
        actor="system:test",
    )


def lessons_of(course_page: CoursePage) -> list[LessonPage]:
    """The published lessons in order."""
    lessons = LessonPage.objects.live().descendant_of(course_page).select_related("locale")
    return list(lessons.order_by("path"))


def translate(page: Page, code: str = "fi", *, live: bool = True) -> Any:
    """The page in another language, the pages above it first."""
    locale, parent = make_locale(code), page.get_parent().specific
    if parent.depth > 1 and not parent.has_translation(locale):
        translate(parent, code)
    copy = page.copy_for_translation(locale)
    if live:
        copy.save_revision().publish()
        copy.refresh_from_db()
    return copy
