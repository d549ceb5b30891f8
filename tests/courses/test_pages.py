"""The public pages: catalogue, course, module, lesson, principles, home."""

from __future__ import annotations

import re
import struct

from django.test import Client
from django.urls import reverse
from django.utils import timezone

import pytest

from courses.models import StepCompletion
from courses.pages import course_cards
from courses.progress import assignments, course_progress, enrolments
from tests.factories.courses import (
    lessons_of,
    make_case_study,
    make_catalog,
    make_content_page,
    make_course,
    make_home,
    make_lesson,
    make_module,
    make_principle_page,
    translate,
)
from tests.markup import squeeze_markup

pytestmark = pytest.mark.django_db


def read(person, *lessons) -> None:
    for lesson in lessons:
        course_progress.complete_step(person, lesson, at=timezone.now())


def text(response) -> str:
    return response.content.decode()


def h1(response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", text(response), re.DOTALL)
    return found.group(1).strip()


def test_course_page_is_public(client: Client, course_page):
    page = text(client.get(course_page.url))
    assert "Sign in and start" in page
    assert "4 lessons" not in page


def test_course_start_redirects_to_first_lesson(as_, ada, course_page):
    page = text(as_(ada).get(course_page.url))
    assert f'action="/learning/start/{course_page.course.key}/"' in page
    response = as_(ada).post(f"/learning/start/{course_page.course.key}/")
    assert response["Location"] == lessons_of(course_page)[0].url
    assert ada.enrolments.count() == 1


def test_course_page_shows_module_states_and_lock_reason(as_, ada):
    page = make_course(modules=3, lessons=2)
    read(ada, *lessons_of(page)[:3])
    shown = text(as_(ada).get(page.url))
    assert "1 of 3 modules done" in shown
    assert re.findall(r"Opens after module (\d)", shown) == ["2"]
    assert all(word in shown for word in ("Done", "In progress", "Locked"))


def test_course_page_continue_link_names_next_lesson(as_, ada, course_page):
    first, second = lessons_of(course_page)[:2]
    read(ada, first)
    shown = squeeze_markup(text(as_(ada).get(course_page.url)))
    assert f'href="{second.url}">Continue module 1' in shown


def test_completed_course_stays_open(as_, ada, course_page):
    lessons = lessons_of(course_page)
    read(ada, *lessons)
    shown = text(as_(ada).get(course_page.url))
    assert "You have done this course" in shown
    assert "Locked" not in shown
    assert as_(ada).get(lessons[-1].url).status_code == 200


def test_course_page_says_no_lessons_yet(client, course_page):
    assert "No lessons yet" in text(client.get(make_course(modules=0).url))


def test_course_page_calls_registered_cards(as_, ada, course_page, monkeypatch):
    seen = []
    monkeypatch.setattr(course_cards, "_cards", [lambda request, page: seen.append(page.pk) or {}])
    as_(ada).get(course_page.url)
    assert seen == [course_page.pk]


def test_course_page_shows_current_and_started_versions(as_, ada, course_page):
    enrolments.start_enrolment(ada, course_page.course, actor=ada.actor, at=timezone.now())
    make_module(course_page)
    course_page.save_revision().publish()
    shown = text(as_(ada).get(course_page.url))
    assert "Version 2, published on" in shown
    assert "You started on version 1" in shown


def test_lesson_redirects_anonymous_to_login(client, course_page):
    lesson = lessons_of(course_page)[0]
    response = client.get(lesson.url)
    assert response["Location"] == f"/accounts/login/?next={lesson.url}"


def test_lesson_shows_position_and_neighbours(as_, ada, course_page):
    first, second = lessons_of(course_page)[:2]
    shown = text(as_(ada).get(first.url))
    assert "Lesson 1 of 4" in shown
    assert "Mark as read and continue" in shown
    assert "6 minutes left in this module" in shown
    assert f"Previous: {first.title}" in text(as_(ada).get(second.url))


def test_mark_as_read_redirects_to_next_lesson(as_, ada, course_page):
    first, second = lessons_of(course_page)[:2]
    response = as_(ada).post(f"/learning/read/{first.translation_key}/", {"language": "en"})
    assert response["Location"] == second.url
    assert StepCompletion.objects.get().step == first.translation_key


def test_mark_as_read_of_last_lesson_redirects_to_course(as_, ada, course_page):
    lessons = lessons_of(course_page)
    read(ada, *lessons[:-1])
    response = as_(ada).post(f"/learning/read/{lessons[-1].translation_key}/", follow=True)
    assert response.redirect_chain[-1][0] == course_page.url
    assert "You have read every lesson of this course." in text(response)


def test_read_lesson_links_next_without_mark_button(as_, ada, course_page):
    first, second = lessons_of(course_page)[:2]
    read(ada, first)
    shown = text(as_(ada).get(first.url))
    assert f"Next: {second.title}" in shown
    assert "Mark as read" not in shown


def test_locked_lesson_shows_reason_and_missing_step(as_, ada, course_page):
    first, *_rest, last = lessons_of(course_page)
    response = as_(ada).get(last.url)
    assert response.status_code == 403
    assert h1(response) == "This lesson opens after module 1"
    assert f'href="{first.url}"' in text(response)
    assert "Early costs minutes" not in text(response)


def test_mark_as_read_of_locked_lesson_answers_403(as_, ada, course_page):
    first, *_rest, last = lessons_of(course_page)
    response = as_(ada).post(f"/learning/read/{last.translation_key}/")
    assert response.status_code == 403
    assert f'href="{first.url}"' in text(response)
    assert not StepCompletion.objects.exists()


def test_module_page_shows_position_principle_and_lock(as_, ada, course_page):
    principle = make_principle_page(1)
    module = make_module(course_page, principle=principle.principle)
    shown = text(as_(ada).get(module.url))
    assert "Module 3 of 3" in shown
    assert f'href="{principle.url}"' in shown
    assert "This module opens after module 2" in shown


def test_mark_as_read_redirects_anonymous_via_login_to_lesson(client, course_page):
    lesson = lessons_of(course_page)[0]
    response = client.post(f"/learning/read/{lesson.translation_key}/")
    assert response["Location"] == f"/accounts/login/?next={lesson.url}"


def test_address_of_the_button_of_a_lesson_or_course_leads_to_its_page(client, course_page):
    lesson = lessons_of(course_page)[0]
    assert client.get(f"/learning/read/{lesson.translation_key}/").url == lesson.url
    assert client.get(f"/learning/start/{course_page.translation_key}/").url == course_page.url


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/learning/start/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/", 404),
        ("get", "/learning/read/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/", 404),
        ("put", "/learning/read/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/", 405),
        ("post", "/learning/start/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/", 404),
        ("post", "/learning/read/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/", 404),
        ("post", "/learning/read/not-a-key/", 404),
        ("get", "/learning/", 404),
        ("get", "/nowhere/", 404),
        ("get", "/fi/nowhere/", 404),
        ("get", "/_util/nowhere/", 404),
    ],
)
def test_odd_learning_addresses_are_refused(as_, ada, course_page, method, path, status):
    assert getattr(as_(ada), method)(path).status_code == status


@pytest.mark.parametrize("language", ["xx", "en\0", "é" * 5_000, ""])
def test_mark_as_read_ignores_unknown_language(as_, ada, course_page, language):
    lesson = lessons_of(course_page)[0]
    path = f"/learning/read/{lesson.translation_key}/"
    assert as_(ada).post(path, {"language": language}).status_code == 302


def test_draft_lesson_is_hidden_everywhere(as_, ada, course_page):
    draft = make_lesson(course_page.get_children().first().specific, live=False)
    assert (
        as_(ada).get(f"{course_page.url}{draft.get_parent().slug}/{draft.slug}/").status_code == 404
    )
    assert as_(ada).post(f"/learning/read/{draft.translation_key}/").status_code == 404
    assert draft.title not in text(as_(ada).get(course_page.url))


def test_mark_as_read_needs_csrf_token(ada, course_page):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="home.backends.PersonBackend")
    path = f"/learning/read/{lessons_of(course_page)[0].translation_key}/"
    assert browser.post(path).status_code == 403


def test_catalogue_orders_assigned_then_begun_courses_first(as_, ada):
    done, _other, begun, asked = (
        make_course(title=name) for name in ("Done", "Other", "Begun", "Asked")
    )
    read(ada, *lessons_of(done))
    read(ada, lessons_of(begun)[0])
    assignments.assign_course(
        ada, asked.course, due_on=None, reason="New", actor="system:test", at=timezone.now()
    )
    shown = text(as_(ada).get(make_catalog().url))
    assert re.findall(r'<h2><a href="[^"]*">(\w+)<', shown) == ["Asked", "Begun", "Other", "Done"]
    assert "In progress: 1 of 4 lessons" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Crisis", "Official"]),
        ("?q=OFFICIAL+blog", ["Official"]),
        ("?q=nothing", []),
        ("?minutes=5", []),
        ("?minutes=60", ["Crisis", "Official"]),
        # what is not understood finds nothing
        ("?minutes=&q=%00", []),
        ("?minutes=-1", []),
        ("?minutes=%C2%B2", []),
        ("?minutes=99999999999999", []),
        ("?minute=5", []),
    ],
)
def test_catalogue_is_filtered_by_words_and_minutes(client, query, found):
    make_course(title="Official")
    make_course(title="Crisis")
    response = client.get(make_catalog().url + query)
    assert sorted(re.findall(r'<h2><a href="[^"]*">(\w+)<', text(response))) == found
    assert ("No course matches" in text(response)) == (not found)


def test_catalogue_says_no_courses_yet(client):
    assert "No courses yet" in text(client.get(make_catalog().url))


def test_catalogue_of_unpublished_courses_says_that_what_was_done_is_kept(as_, ada, ben):
    course = make_course()
    enrolments.start_enrolment(ada, course.course, actor=ada.actor, at=timezone.now())
    course.unpublish()
    page = make_catalog()
    shown = text(as_(ada).get(page.url))
    assert "No course is published at the moment" in shown
    assert "No courses yet" not in shown
    assert f'href="{reverse("home:contacts")}"' in shown
    assert "No courses yet" in text(as_(ben).get(page.url))


def test_principles_are_public_and_in_order(client):
    second, first = make_principle_page(2), make_principle_page(1)
    shown = text(client.get("/principles/"))
    assert shown.index(first.url) < shown.index(second.url)
    assert "Next: Principle 2" in text(client.get(first.url))


def test_principle_page_lists_its_case_studies(client):
    page = make_principle_page(1)
    case = make_case_study(page)
    assert f'href="{case.url}"' in text(client.get(page.url))
    assert f'href="{page.url}"' in text(client.get(case.url))


def test_content_page_is_shown(client):
    assert h1(client.get(make_content_page().url)) == "Privacy"


def test_home_page_shows_promise_courses_and_principles(client, course_page):
    make_principle_page(1)
    response = client.get("/")
    assert h1(response) == "Post with confidence"
    assert f'href="{course_page.url}"' in text(response)
    assert 'href="/principles/p1/"' in text(response)


def test_home_page_links_the_next_lesson(as_, ada, course_page):
    first, second = lessons_of(course_page)[:2]
    read(ada, first)
    response = as_(ada).get("/")
    assert h1(response) == f"Next for you: {second.title}"
    assert f'href="{second.url}"' in text(response)


def test_home_page_says_course_is_done(as_, ada, course_page):
    read(ada, *lessons_of(course_page))
    assert h1(as_(ada).get("/")) == f"You have done “{course_page.title}”"


def test_home_page_shows_required_course(as_, ada, course_page):
    due = timezone.now().date()
    assignments.assign_course(
        ada, course_page.course, due_on=due, reason="New", actor="system:test", at=timezone.now()
    )
    assert "Required by" in text(as_(ada).get("/"))


def test_page_language_is_independent_of_reader(as_, ada, course_page):
    ada.locale = "fi"
    ada.save()
    finnish = translate(course_page)
    assert '<html lang="en"' in text(as_(ada).get(course_page.url))
    assert finnish.url.startswith("/fi/")
    shown = text(as_(ada).get(finnish.url))
    # The words around it are English as long as nobody has translated them, so they are no Finnish to read aloud.
    assert '<html lang="en"' in shown
    assert f'<h1 lang="fi">{finnish.title}</h1>' in shown
    assert ' lang="' not in text(as_(ada).get(course_page.url)).partition("<body")[2]


def test_lesson_is_marked_with_its_language_and_words_around_it_with_theirs(as_, ada, course_page):
    lesson = lessons_of(course_page)[0]
    page = squeeze_markup(text(as_(ada).get(translate(lesson).url)))
    inside = page.partition('<div class="stack" lang="fi">')[2].partition("</section></div>")[0]
    assert '<section class="card" id="check-' in inside
    assert '<button lang="en" type="submit" class="button quiet">Check my answer' in inside
    assert "<legend><strong>" in inside


def test_site_speaks_a_language_with_a_catalogue(as_, ada, course_page, settings, tmp_path):
    folder = tmp_path / "fi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(struct.pack("<7I", 0x950412DE, 0, 0, 28, 28, 0, 28))
    ada.locale = "fi"
    ada.save()
    finnish = translate(course_page)
    assert '<html lang="en"' in text(as_(ada).get("/me/"))
    settings.LOCALE_PATHS = [tmp_path]
    assert '<html lang="fi"' in text(as_(ada).get("/me/"))
    shown = text(as_(ada).get(finnish.url))
    assert '<html lang="fi"' in shown
    assert f"<h1>{finnish.title}</h1>" in shown


def test_finnish_page_links_stay_in_finnish(as_, ada, course_page):
    lesson = translate(lessons_of(course_page)[0])
    course = lesson.get_parent().get_parent()
    assert f'href="{lesson.get_parent().url}"' in text(as_(ada).get(course.url))
    response = as_(ada).post(f"/learning/start/{course_page.course.key}/", {"language": "fi"})
    assert response["Location"] == lesson.url


def test_page_below_an_alias_is_served(as_, ada, course_page, client):
    make_home()
    alias = course_page.copy_for_translation(
        translate(make_home()).locale, copy_parents=True, alias=True
    )
    assert client.get(alias.url).status_code == 200


def test_finnish_prefix_without_finnish_site_shows_english(client, course_page):
    response = client.get(f"/fi{course_page.url}")
    assert '<html lang="en"' in text(response)
    assert response["Content-Language"] == "en"
