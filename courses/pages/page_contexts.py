"""The template context of every page type of this app, for the person who asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from wagtail.models import Page, PageViewRestriction

from courses import outlines, rules
from courses.pages import catalogue, course_cards, directories, openings, rendered_blocks
from courses.pages.privacy import only_public
from courses.progress import course_progress, course_states
from courses.writing.originals import step_key


def principle_index_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    return {"principles": directories.directory_for(page).principles}


def principle_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    before, after = directories.directory_for(page).around(page)
    return {
        "parts": rendered_blocks.render_blocks(page, request),
        "cases": list(only_public(page.get_children().live()).values("title", "url_path")),
        "before": before,
        "after": after,
    }


def text_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    """A page that is only text: its rendered blocks."""
    return {"parts": rendered_blocks.render_blocks(page, request)}


def case_study_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    links = directories.directory_for(page).principles
    owner = next((link for link in links if page.path.startswith(link.path)), None)
    return {"parts": rendered_blocks.render_blocks(page, request), "owner": owner}


def catalog_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    hidden = [
        restriction.page.path
        for restriction in PageViewRestriction.objects.filter(
            page__path__startswith=page.path, page__depth__lte=page.depth + 1
        ).select_related("page")
        if not restriction.accept_request(request)
    ]
    search = catalogue.CatalogueSearch.read(request.GET)
    entries = catalogue.list_entries(request.user, page.path, hidden=hidden)
    return {
        "entries": catalogue.filter_entries(entries, search),
        "search": search,
        "any": bool(entries),
        "kept": not entries and _has_begun(request),
    }


def _has_begun(request: HttpRequest) -> bool:
    """Whether the person has begun or done a course, be it published or not."""
    states = course_states.read_course_states(request.user)
    return any(state.started_at or state.completed_at for state in states.values())


def _learner(request: HttpRequest, page: Page) -> dict[str, Any] | None:
    """The outline of the page's course, and how far the person is in it; None if it is not published."""
    outline = outlines.recall_outline(outlines.find_course_path(page))
    if outline is None or outline.course_id is None:
        return None
    state = course_states.read_course_states(request.user, [outline.course_id])[outline.course_id]
    folded = course_progress.read_progress(request.user, outline, at=timezone.now(), state=state)
    return {"outline": outline, "state": state, "progress": folded}


def course_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    """The course, its modules and the person's place in it. A preview of a draft has no outline yet."""
    body = {"parts": rendered_blocks.render_blocks(page, request), "minutes": 0}
    learner = _learner(request, page)
    if learner is None:
        return body
    outline, folded = learner["outline"], learner["progress"]
    card = course_cards.course_card(request, page)
    return {
        **body,
        **learner,
        "minutes": outline.minutes,
        "has_anything": bool(outline.lessons or outline.after),
        "is_begun": bool(learner["state"].started_at or folded.done),
        "shows_progress": request.user.is_authenticated and folded.total > 0,
        "quiz_card": card,
        "besides": [
            place for place in outline.after if card.get("path", place.url_path) != place.url_path
        ],
        "openings": openings.openings_of(page.course_id),
        **_taking_again(request, learner["state"]),
        "read_again": _lesson_to_read_again(learner),
    }


def _taking_again(request: HttpRequest, state: course_states.CourseState) -> dict[str, Any]:
    """Whoever has done the course, holds what it earns or catches up: how their certificates stand, what is first.

    That is the whole course where only that renews a certificate: it covers what has changed as well.
    """
    asked = state.is_completed or state.is_from_elsewhere or state.is_catching_up
    if not (asked and request.user.is_authenticated):
        return {}
    outlooks = openings.renewal_outlooks(request.user, state.course_id, timezone.now())
    whole = any(one.whole for one in outlooks)
    return {
        "outlooks": outlooks,
        "renewal_due": any(one.due for one in outlooks),
        "changes_at": next((one.href for one in outlooks if one.href), ""),
        "whole_first": whole,
        "changes_first": not whole and any(one.href for one in outlooks),
    }


def _lesson_to_read_again(learner: dict[str, Any]) -> rules.Lesson | None:
    """The lesson whose reading completes a course without a quiz that somebody takes again."""
    lessons = learner["outline"].lessons
    taken_again = learner["state"].started_at and learner["state"].completed_at
    nothing_left = lessons and learner["progress"].next_step is None
    return lessons[-1] if taken_again and nothing_left else None


def module_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    """One module with its lessons, and the page of the principle it teaches."""
    taught = page.principle_id and (
        only_public(page.principle.pages.live())
        .filter(locale=page.locale_id)
        .values("title", "url_path")
    )
    learner = _learner(request, page) or {}
    shown = None
    if learner:
        shown = find_module_progress(learner["progress"], page)
    return {"module": shown, "taught": taught.first() if taught else None, **learner}


def lesson_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    """One lesson with its place in the module and what comes before and after it."""
    shown = {"parts": rendered_blocks.render_blocks(page, request)}
    learner = _learner(request, page)
    if learner is None:
        return shown
    folded: rules.Progress = learner["progress"]
    return {**shown, **learner, **lesson_context_within(folded, page, learner["outline"])}


def find_module_progress(folded: rules.Progress, page: Page) -> rules.ModuleProgress | None:
    """The module of this module page, or of this lesson page."""
    for module_progress in folded.modules:
        if page.url_path.startswith(module_progress.module.url_path):
            return module_progress
    return None


def lesson_context_within(
    folded: rules.Progress, page: Page, outline: rules.Outline
) -> dict[str, Any]:
    """Where a lesson stands: itself, its module, its neighbours. Empty for a draft in a preview."""
    lessons = folded.lessons
    keys = [one.lesson.key for one in lessons]
    if step_key(page) not in keys:
        return {}
    place = keys.index(step_key(page))
    following = lessons[place + 1].lesson if place + 1 < len(lessons) else None
    module, unread = find_module_progress(folded, page), not lessons[place].done_at
    return {
        "lesson": lessons[place],
        "module": module,
        "minutes_left": module.minutes_left if module and unread else 0,
        "before": lessons[place - 1].lesson if place else None,
        "after": following or next(iter(outline.after), None),
    }


def front_page_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    """The principles and courses on the home page, and where the signed-in person goes on."""
    directory = directories.directory_for(page)
    context: dict[str, Any] = {
        "directory": directory,
        "parts": rendered_blocks.render_blocks(page, request),
        "first_course": next(iter(directory.courses), None),
    }
    if request.user.is_authenticated:
        context |= _continue_context(request, directory)
    return context


def _continue_context(request: HttpRequest, directory: directories.PageDirectory) -> dict[str, Any]:
    """The course to continue: one under way, else a required one, else a completed one; {} without any."""
    links = {link.course_id: link for link in directory.courses}
    states = course_states.read_course_states(request.user, links)
    under_way = [state for state in states.values() if state.started_at]
    asked = [state for state in states.values() if state.required]
    finished = [state for state in states.values() if state.completed_at]
    state = next(iter(under_way or asked or finished), None)
    if state is None:
        return {}
    outline = outlines.recall_outline(links[state.course_id].path)
    folded = None
    if outline:
        now = timezone.now()
        folded = course_progress.read_progress(request.user, outline, at=now, state=state)
    return {
        "state": state,
        "outline": outline,
        "progress": folded,
        "is_under_way": folded is not None and state.started_at is not None,
    }
