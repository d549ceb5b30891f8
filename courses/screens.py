"""The template context of every page type of this app, for the person who asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from wagtail.models import Page, PageViewRestriction

from courses import bodies, cards, catalogue, directories, learners, outlines, progress, rules


def principle_index(request: HttpRequest, page: Page) -> dict[str, Any]:
    return {"principles": directories.below(page).principles}


def principle(request: HttpRequest, page: Page) -> dict[str, Any]:
    before, after = directories.below(page).around(page)
    return {
        "parts": bodies.parts(page, request),
        "cases": list(page.get_children().live().public().values("title", "url_path")),
        "before": before,
        "after": after,
    }


def text(request: HttpRequest, page: Page) -> dict[str, Any]:
    """A page that is only text: its rendered blocks."""
    return {"parts": bodies.parts(page, request)}


def case_study(request: HttpRequest, page: Page) -> dict[str, Any]:
    links = directories.below(page).principles
    owner = next((link for link in links if page.path.startswith(link.path)), None)
    return {"parts": bodies.parts(page, request), "owner": owner}


def catalog(request: HttpRequest, page: Page) -> dict[str, Any]:
    hidden = [
        restriction.page.path
        for restriction in PageViewRestriction.objects.filter(
            page__path__startswith=page.path
        ).select_related("page")
        if not restriction.accept_request(request)
    ]
    search = catalogue.Search.read(request.GET)
    entries = catalogue.entries(request.user, page.path, hidden=hidden)
    return {"entries": catalogue.chosen(entries, search), "search": search, "any": bool(entries)}


def _learner(request: HttpRequest, page: Page) -> dict[str, Any] | None:
    """The outline of the page's course, and how far the person is in it; None if it is not published."""
    outline = outlines.read(outlines.course_path(page))
    if outline is None:
        return None
    state = learners.states(request.user, pk=outline.course_id)[outline.course_id]
    folded = progress.fold(request.user, outline, state=state)
    return {"outline": outline, "state": state, "progress": folded}


def course(request: HttpRequest, page: Page) -> dict[str, Any]:
    """The course, its modules and the person's place in it. A preview of a draft has no outline yet."""
    body = {"parts": bodies.parts(page, request), "minutes": 0}
    learner = _learner(request, page)
    if learner is None:
        return body
    return {
        **body,
        **learner,
        "minutes": learner["outline"].minutes,
        "quiz_card": cards.of(request, page),
    }


def module(request: HttpRequest, page: Page) -> dict[str, Any]:
    """One module with its lessons, and the page of the principle it teaches."""
    taught = page.principle_id and (
        page.principle.pages.live()
        .public()
        .filter(locale=page.locale_id)
        .values("title", "url_path")
    )
    learner = _learner(request, page) or {}
    shown = None
    if learner:
        shown = find_module(learner["progress"], page)
    return {"module": shown, "taught": taught.first() if taught else None, **learner}


def lesson(request: HttpRequest, page: Page) -> dict[str, Any]:
    """One lesson with its place in the module and what comes before and after it."""
    shown = {"parts": bodies.parts(page, request)}
    learner = _learner(request, page)
    if learner is None:
        return shown
    folded: rules.Progress = learner["progress"]
    return {**shown, **learner, **place_of(folded, page, learner["outline"])}


def find_module(folded: rules.Progress, page: Page) -> rules.ModuleProgress | None:
    """The module of this module page, or of this lesson page."""
    for module_progress in folded.modules:
        if page.url_path.startswith(module_progress.module.url_path):
            return module_progress
    return None


def place_of(folded: rules.Progress, page: Page, outline: rules.Outline) -> dict[str, Any]:
    """Where a lesson stands: itself, its module, its neighbours. Empty for a draft in a preview."""
    lessons = folded.lessons
    keys = [one.lesson.key for one in lessons]
    if page.translation_key not in keys:
        return {}
    place = keys.index(page.translation_key)
    following = lessons[place + 1].lesson if place + 1 < len(lessons) else None
    return {
        "lesson": lessons[place],
        "module": find_module(folded, page),
        "before": lessons[place - 1].lesson if place else None,
        "after": following or next(iter(outline.after), None),
    }


def front(request: HttpRequest, page: Page) -> dict[str, Any]:
    """The principles and courses on the home page, and where the signed-in person goes on."""
    directory = directories.below(page)
    context: dict[str, Any] = {
        "directory": directory,
        "parts": bodies.parts(page, request),
        "first_course": next(iter(directory.courses), None),
    }
    if request.user.is_authenticated:
        context |= _next_for(request, directory)
    return context


def _next_for(request: HttpRequest, directory: directories.Directory) -> dict[str, Any]:
    """The course to continue: one under way, else a required one, else a completed one; {} without any."""
    links = {link.course_id: link for link in directory.courses}
    states = learners.states(request.user, pk__in=links)
    under_way = [state for state in states.values() if state.started_at]
    asked = [state for state in states.values() if state.required]
    finished = [state for state in states.values() if state.completed_at]
    state = next(iter(under_way or asked or finished), None)
    if state is None:
        return {}
    outline = outlines.read(links[state.course_id].path)
    folded = progress.fold(request.user, outline, state=state) if outline else None
    return {"state": state, "outline": outline, "progress": folded}
