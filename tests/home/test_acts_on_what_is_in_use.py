"""Every kind of page and record × every act in the editor: what hangs on it is said before the act, or nothing is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from wagtail import hooks
from wagtail.models import Page, Workflow, get_page_models
from wagtail.snippets.models import get_snippet_models
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

import pytest

from accounts.models import User
from certificates.models import Certification
from courses.models import (
    CaseStudyPage,
    CatalogPage,
    CoursePage,
    LessonPage,
    ModulePage,
    Principle,
    PrincipleIndexPage,
    PrinciplePage,
)
from home.models import ContentPage, HomePage
from items.models import Item, ItemBank
from quizzes.models import QuizPage
from tests import draw_once
from tests.factories import courses, quizzes
from tests.factories.people import make_person

FIRST = {"publish", "approve"}
CONFIRMED = {"unpublish", "delete", "move"}
BULK = {f"bulk {act}" for act in ("publish", *CONFIRMED)}
ON_PAGES = FIRST | CONFIRMED | BULK
# What has people in it says so before each of these acts; all else is silent. A page that has nothing on it but what
# is below it says so before it takes that away, and is published without a question.
SAYS: dict[type[Any], set[str]] = {
    HomePage: CONFIRMED | BULK,
    ContentPage: set(),
    PrincipleIndexPage: CONFIRMED | BULK,
    PrinciplePage: ON_PAGES,
    CaseStudyPage: set(),
    CatalogPage: CONFIRMED | BULK,
    CoursePage: ON_PAGES,
    ModulePage: ON_PAGES,
    LessonPage: ON_PAGES,
    QuizPage: ON_PAGES,
    Item: FIRST
    | {
        "unpublish"
    },  # asked questions, their banks and principles are retired: a refusal with a step
    ItemBank: set(),
    Principle: set(),
}
HEADING, IN_USE = "What hangs on it", "This is still in use"


@pytest.fixture(scope="module")
def things(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, dict[type, Any]]]:
    """One of each kind where Ada is in the middle of it, and one of each where nobody is."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = {"busy": make_kinds(1), "calm": make_kinds(2)}
        quizzes.make_attempt(make_person("Ada Lind"), made["busy"][QuizPage], timezone.now())
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def root(things: Any) -> User:
    return make_person("Root", is_superuser=True)


def make_kinds(number: int) -> dict[type, Any]:
    principle = courses.make_principle_page(number)
    course = courses.make_course(modules=1, lessons=1)
    module = ModulePage.objects.child_of(course).get()
    module.principle = principle.principle
    module.save()
    row = quizzes.make_row(code=f"USED-{number}")
    item = quizzes.make_item(quizzes.make_bank(f"USED-{number}", row), code=row["code"])
    quiz = quizzes.make_quiz(item.bank, course=course)
    made = [principle, courses.make_case_study(principle), course, module, quiz, item, item.bank]
    made += [principle.get_parent().specific, course.get_parent().specific, principle.principle]
    made += [
        courses.make_home(),
        courses.make_content_page(slug=f"plain-{number}"),
        courses.lessons_of(course)[0],
    ]
    item.save_revision()
    return {type(each): type(each).objects.get(pk=each.pk) for each in made}


def browser_of(person: User) -> Client:
    browser = Client()
    browser.force_login(person, backend="home.backends.PersonBackend")
    return browser


def ask(thing: Any, person: User, *, approving: bool = False) -> str:
    """What the hooks say to this person before publishing; Wagtail asks them for each plan and older version, too."""
    request = RequestFactory().get("/cms/")
    request.user, request.session = person, {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    kind = "page" if isinstance(thing, Page) else "snippet"
    names = {"page": "before_publish_page", "snippet": "before_publish"}
    name = f"before_edit_{kind}" if approving else names[kind]
    replies = [hook(request, thing) for hook in hooks.get_hooks(name)]
    told = "".join(str(message) for message in request._messages)  # type: ignore[attr-defined]
    return told + "".join(reply.text for reply in replies if reply)


def ask_before_approving(thing: Any, person: User) -> str:
    with transaction.atomic():
        Workflow.objects.get().start(type(thing).objects.get(pk=thing.pk), person)
        told = ask(type(thing).objects.get(pk=thing.pk), person, approving=True)
        transaction.set_rollback(True)
    return told.replace("Before you approve it:", HEADING)


def address_of(thing: Any, act: str) -> str:
    if act.startswith("bulk "):
        return f"/cms/bulk/wagtailcore/page/{act[5:]}/?id={thing.pk}"
    if not isinstance(thing, Page):
        return reverse(type(thing).snippet_viewset.get_url_name(act), args=[thing.pk])
    if act == "move":
        return reverse("wagtailadmin_pages:move_confirm", args=[thing.pk, thing.get_parent().pk])
    return reverse(f"wagtailadmin_pages:{act}", args=[thing.pk])


def is_told(browser: Client, person: User, thing: Any, act: str) -> bool:
    if act == "publish":
        return HEADING in ask(thing, person)
    if act == "approve":
        return HEADING in ask_before_approving(thing, person)
    reply = browser.get(address_of(thing, act))
    if act.endswith("delete") and reply.status_code == 409:
        return IN_USE in reply.text  # nobody deletes what people have learned or tried
    assert reply.status_code == 200, (thing, act)
    return HEADING in reply.text


def acts_on(thing: Any) -> set[str]:
    """The acts asked of a thing. The screens of bulk acts are asked of one that says and of one that is silent."""
    if not isinstance(thing, Page):
        return FIRST | {"unpublish"}
    return ON_PAGES if isinstance(thing, LessonPage | ContentPage) else ON_PAGES - BULK


def test_table_of_acts_has_every_kind_of_page_and_record_of_the_editor() -> None:
    assert set(SAYS) == {*get_page_models(), *get_snippet_models()} - {Page}


def test_acts_say_what_hangs_on_what_is_in_use(
    things: Any, root: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_once.draw_menus_once(monkeypatch)
    browser, told, expected = browser_of(root), {}, {}
    for kind in SAYS.keys() - {
        ItemBank,
        Principle,
    }:  # neither is published, and a used one is not deleted
        thing = things["busy"][kind]
        expected[kind] = SAYS[kind] & acts_on(thing)
        told[kind] = {act for act in acts_on(thing) if is_told(browser, root, thing, act)}
    assert told == expected


def test_acts_say_nothing_where_nobody_is_affected(things: Any, root: User) -> None:
    browser, told = browser_of(root), []
    for kind in (PrinciplePage, CoursePage, ModulePage, LessonPage, QuizPage, Item):
        thing = things["calm"][kind]
        acts = FIRST | ({"delete"} if isinstance(thing, Page) else {"unpublish"})
        told += [(kind, act) for act in sorted(acts) if is_told(browser, root, thing, act)]
    assert told == []


def test_certifications_cannot_be_deleted_from_the_editor(things: Any, root: User) -> None:
    record = Certification.objects.create(code="X", title="X", period_months=12)
    with pytest.raises(NoReverseMatch):
        reverse("certification:unpublish", args=[record.pk])
    reply = browser_of(root).post(reverse("certification:delete", args=[record.pk]))
    assert reply.status_code in {302, 403}
    assert Certification.objects.filter(pk=record.pk).exists()


def test_alias_says_what_hangs_on_the_place_where_it_stands(things: Any, root: User) -> None:
    browser = browser_of(root)
    calm, busy = things["calm"], things["busy"]
    lesson = calm[LessonPage].create_alias(parent=busy[ModulePage], update_slug="shown-again")
    assert HEADING in browser.get(address_of(lesson, "convert_alias")).text
    assert HEADING in ask(calm[LessonPage], root)  # publishing the original changes the alias
    course = busy[CoursePage].create_alias(parent=busy[CatalogPage], update_slug="course-again")
    for act in ("delete", "unpublish", "move"):
        assert HEADING not in browser.get(address_of(course, act)).text
    for alias in (lesson, course):
        alias.delete()


def lesson_form(page: LessonPage, **fields: Any) -> dict[str, Any]:
    body = streamfield([("statement", {"text": "Ask early."})])
    known = {"title": page.title, "slug": page.slug, "minutes": "4", "body": body}
    return nested_form_data(known | {"comments": inline_formset([])} | fields)


@pytest.fixture
def lesson(things: Any) -> Iterator[LessonPage]:
    with transaction.atomic():
        yield LessonPage.objects.get(pk=things["busy"][LessonPage].pk)
        transaction.set_rollback(True)


def test_lesson_that_people_are_reading_is_planned_after_asking(lesson: Any, root: User) -> None:
    browser = browser_of(root)
    later = timezone.now() + timedelta(days=1)
    form = lesson_form(lesson, go_live_at=later.strftime("%Y-%m-%d %H:%M"))
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    asked = browser.post(edit, form | {"action-publish": "1"})
    assert "1 person is learning here now." in asked.text
    assert LessonPage.objects.get(pk=lesson.pk).scheduled_revision is None
    done = browser.post(asked.context["publish_url"], follow=True)
    assert "goes live when you said" in done.text
    assert LessonPage.objects.get(pk=lesson.pk).scheduled_revision is not None


def test_older_version_of_a_lesson_goes_live_after_asking(lesson: Any, root: User) -> None:
    browser, old = browser_of(root), lesson.save_revision()
    form = lesson_form(lesson, minutes="9", revision=str(old.pk))
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    asked = browser.post(edit, form | {"action-publish": "1"})
    assert LessonPage.objects.get(pk=lesson.pk).minutes != 9
    browser.post(asked.context["publish_url"])
    assert LessonPage.objects.get(pk=lesson.pk).minutes == 9


def test_new_lesson_in_a_course_with_people_is_asked_about_and_made_once(
    lesson: Any, root: User
) -> None:
    browser, module = browser_of(root), lesson.get_parent()
    add = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", module.pk])
    form = lesson_form(LessonPage(title="One more", slug="one-more"))
    form |= {"action-publish": "1", "csrfmiddlewaretoken": "a" * 64}
    for _time in range(2):
        asked = browser.post(add, form)
        assert "1 person is learning here now." in asked.text
    made = LessonPage.objects.get(slug__startswith="one-more")
    assert not made.live
    browser.post(asked.context["publish_url"])
    assert LessonPage.objects.get(pk=made.pk).live


def test_reviewer_reads_what_hangs_on_a_lesson_before_approving_it(lesson: Any, root: User) -> None:
    Workflow.objects.get().start(lesson, root)
    shown = browser_of(root).get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).text
    assert "Before you approve it: 1 person is learning here now." in " ".join(shown.split())


@pytest.mark.parametrize("kind", [LessonPage, Item])
def test_desk_approves_by_a_window_that_says_what_hangs_on_it(
    things: Any, root: User, kind: type[Any]
) -> None:
    browser = browser_of(root)
    with transaction.atomic():
        thing = kind.objects.get(pk=things["busy"][kind].pk)
        thing.save_revision()
        Workflow.objects.get().start(thing, root)
        buttons = re.findall(
            r'<button data-workflow-action-url="([^"]*)"([^>]*)>', browser.get("/cms/").text
        )
        assert [extra.strip() for _url, extra in buttons] == ["data-launch-modal"] * 2
        asked = {url.split("/")[-3]: browser.get(url).json()["html"] for url, _extra in buttons}
        transaction.set_rollback(True)
    assert {act: HEADING in html for act, html in asked.items()} == {
        "approve": True,
        "reject": False,
    }


@pytest.mark.parametrize("action", ["move", "difficulty", "retire"])
def test_bulk_change_of_a_question_says_what_hangs_on_it(
    things: Any, root: User, action: str
) -> None:
    for side, said in (("busy", True), ("calm", False)):
        pk = things[side][Item].pk
        reply = browser_of(root).get(f"/cms/bulk/items/item/{action}/?id={pk}")
        assert (reply.status_code, HEADING in reply.text) == (200, said)
