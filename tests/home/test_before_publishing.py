"""Before publishing, unpublishing and deleting: who is in it now, open tries, certificates, what has changed."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

import pytest

from accounts.models import User
from certificates.models import Award
from courses.models import CoursePage, LessonPage, ModulePage
from home.editing.dependents import Dependents, find_dependents
from items.models import Item
from quizzes.models import QuizPage
from tests.conftest import NOW
from tests.factories.certificates import make_award, make_certification
from tests.factories.courses import BODY, lessons_of, make_principle_page
from tests.factories.quizzes import (
    make_attempt,
    make_bank,
    make_item,
    make_quiz,
    make_ready,
    make_row,
    take,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(db: None, as_: Any) -> Client:
    person = User.objects.create_superuser("root@x.example", "pw", display_name="Root")
    return as_(person)


@pytest.fixture
def busy(ada: User) -> QuizPage:
    """A quiz in which Ada is in the middle of a try, in a course that she has begun; one lesson has changed."""
    page = make_quiz(make_bank("BUSY", *[make_row(code=f"B-{n}") for n in range(4)]))
    make_ready(ada, page, NOW)
    make_attempt(ada, page, NOW)
    lesson = lessons_of(page.get_parent().specific)[0]
    lesson.title = "Said anew"
    lesson.save_revision().publish()
    return page


SAID = ["1 person is learning here now.", "1 try is open.", "Said anew"]


def course_of(page: QuizPage) -> CoursePage:
    return page.get_parent().specific


def test_confirmation_says_what_hangs_on_the_course(root: Client, busy: QuizPage) -> None:
    shown = root.get(reverse("wagtailadmin_pages:unpublish", args=[course_of(busy).pk])).text
    for words in SAID:
        assert words in shown


def test_deletion_of_a_course_with_people_in_it_says_who_and_leads_to_unpublishing(
    root: Client, busy: QuizPage
) -> None:
    course = course_of(busy)
    many = f"/cms/bulk/wagtailcore/page/delete/?id={busy.pk}&id={course.pk}"
    for address in (reverse("wagtailadmin_pages:delete", args=[course.pk]), many):
        for reply in (root.get(address), root.post(address)):
            shown = " ".join(reply.text.split())
            assert (reply.status_code, "Nothing was deleted" in shown) == (409, True), address
            for words in ("1 × enrolments", "1 × tries", "Unpublish its page instead"):
                assert words in shown, address
    assert CoursePage.objects.filter(pk=course.pk).exists()
    assert QuizPage.objects.filter(pk=busy.pk).exists()


@pytest.mark.parametrize("published", ["never", "once", "now"])
def test_nobody_is_asked_about_a_draft_that_nobody_ever_saw(
    root: Client, busy: QuizPage, published: str
) -> None:
    """Deleting or moving it takes nothing from anybody; publishing it gives those who are learning one more page."""
    module = ModulePage.objects.child_of(course_of(busy)).first()
    draft = LessonPage(title="New", slug="new-one", body=BODY, live=published == "now")
    if published == "once":
        draft.first_published_at = NOW
    module.add_child(instance=draft)
    for act in ("delete/", f"move/{module.pk}/confirm/"):
        many = act.partition("/")[0]
        bulk = f"/cms/bulk/wagtailcore/page/{many}/?id={draft.pk}"
        for address in (f"/cms/pages/{draft.pk}/{act}", bulk):
            reply = root.get(address)
            assert reply.status_code == 200, address
            assert ("What hangs on it" in reply.text) == (published != "never"), address
    draft.save_revision()
    assert find_dependents([draft], at=NOW).people == 1


@pytest.mark.parametrize("act", ["unpublish", "publish"])
def test_bulk_confirmation_says_what_hangs_on_the_pages(
    root: Client, busy: QuizPage, act: str
) -> None:
    shown = root.get(f"/cms/bulk/wagtailcore/page/{act}/?id={busy.pk}&id={course_of(busy).pk}").text
    # A live page has nothing to publish in bulk unless it has changes.
    for words in SAID[:2]:
        assert words in shown


def course_form(page: CoursePage, **fields: str) -> dict[str, Any]:
    known = {"title": page.title, "slug": page.slug, "code": page.code, "promise": "New words."}
    known |= {"audience": "", "change_class": "minor", "change_note": "", "body": streamfield([])}
    return nested_form_data(known | {"comments": inline_formset([])} | fields)


def test_publishing_a_course_asks_once_and_keeps_the_draft(root: Client, busy: QuizPage) -> None:
    page = course_of(busy)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    shown = root.post(edit, course_form(page) | {"action-publish": "1"})
    for words in SAID:
        assert words in shown.text
    page = CoursePage.objects.get(pk=page.pk)
    assert (page.promise, page.has_unpublished_changes) != ("New words.", False)
    assert root.post(shown.context["publish_url"]).status_code == 302
    page = CoursePage.objects.get(pk=page.pk)
    assert (page.promise, page.has_unpublished_changes) == ("New words.", False)
    assert page.course.releases.latest("number").change_class == "minor"


def test_publishing_a_newer_draft_than_was_asked_about_is_refused(
    root: Client, busy: QuizPage
) -> None:
    page = course_of(busy)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    asked = root.post(edit, course_form(page) | {"action-publish": "1"}).context["publish_url"]
    root.post(edit, course_form(page, promise="Newer words."))
    root.post(asked)
    assert CoursePage.objects.get(pk=page.pk).promise not in {"New words.", "Newer words."}


def test_publishing_after_asking_needs_the_permission(as_: Any, ada: User, busy: QuizPage) -> None:
    told = ["quizzes", "quizpage", busy.pk, busy.latest_revision_id]
    assert as_(ada).post(reverse("publish_asked", args=told)).status_code in {302, 403}
    assert reverse("publish_asked", args=told).startswith("/cms/")


def test_question_in_an_open_try_is_counted(ada: User, busy: QuizPage) -> None:
    item = Item.objects.filter(versions__responses__attempt__person=ada).first()
    assert find_dependents([item], at=NOW).tries == 1
    assert find_dependents([make_item()], at=NOW) == Dependents()


def test_certificates_of_the_course_are_counted(ada: User) -> None:
    award = make_award(ada)
    pages = CoursePage.objects.filter(course=award.release.course) if award.release else []
    found = find_dependents(pages, at=NOW)
    assert found.certificates == len(pages)


def test_certificates_are_told_of_what_they_rest_on(ada: User) -> None:
    """The course and the quiz that gave them; of a lesson its course, and of a practice nothing."""
    exam = make_quiz(make_bank("EXAM", make_row(code="E-1")))
    course = course_of(exam)
    practice = make_quiz(
        make_bank("PRACTICE", make_row(code="P-1")), course=course, preset="practice"
    )
    make_certification(courses=(course.course,))
    make_ready(ada, exam, NOW)
    take(ada, practice, NOW)
    take(ada, exam, NOW)
    assert Award.objects.get().attempt.quiz == exam.quiz
    told = {
        name: "; ".join(
            line for line in find_dependents(things, at=NOW).lines if "certificate" in line
        )
        for name, things in {
            "course": [course],
            "exam": [exam],
            "lesson": [lessons_of(course)[0]],
            "practice": [practice],
            "all": [course, exam, practice, *lessons_of(course)],
        }.items()
    }
    assert told == {
        "course": "1 certificate rests on it.",
        "exam": "1 certificate rests on it.",
        "lesson": "1 certificate rests on the course as a whole.",
        "practice": "",
        "all": "1 certificate rests on it.",
    }


def test_page_with_nobody_in_it_is_published_at_once(root: Client) -> None:
    page = course_of(make_quiz(make_bank("CALM", make_row())))
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert root.post(edit, course_form(page) | {"action-publish": "1"}).status_code == 302
    assert CoursePage.objects.get(pk=page.pk).promise == "New words."


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("how", ["single", "bulk"])
@pytest.mark.parametrize("kind", ["item", "itembank", "principle", "user"])
def test_what_has_facts_is_retired_and_not_deleted(
    root: Client, ada: User, kind: str, how: str, method: str
) -> None:
    make_award(ada)
    item = make_bank("USED", make_row(principle=make_principle_page(1).code)).items.get()
    places = {
        "item": ("/cms/snippets/quizzes/item", "items/item", item, "retire"),
        "itembank": ("/cms/snippets/quizzes/itembank", "items/itembank", item.bank, "bank="),
        "principle": (
            "/cms/snippets/courses/principle",
            "courses/principle",
            item.principle,
            "unpub",
        ),
        "user": ("/cms/users", "accounts/user", ada, str(ada.uuid)),
    }
    base, path, record, step = places[kind]
    single, bulk = f"{base}/delete/{record.pk}/", f"/cms/bulk/{path}/delete/?id={record.pk}"
    if method == "get" and (kind, how) == ("user", "bulk"):
        pytest.skip("Wagtail asks its hook on the confirmation only.")
    reply = getattr(root, method)(single if how == "single" else bulk)
    assert (reply.status_code, "is used by" in reply.text) == (409, True)
    assert step in reply.text
    address = reply.text.split('<a class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    assert root.get(address).status_code == 200
    assert type(record).objects.filter(pk=record.pk).exists()
