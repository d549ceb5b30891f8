"""What stands between a person and their next attempt, as sentences with links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from courses.pages.openings import RenewalOutlook, renewal_outlooks
from courses.pages.routing import page_address
from quizzes.models import Attempt, Quiz, QuizPage
from quizzes.rules.eligibility import Eligibility
from quizzes.rules.refusals import StartRefusal
from quizzes.rules.settings import read_rules
from quizzes.screens import refusal_words


@dataclass(frozen=True)
class UnlockContact:
    """The person who can give another attempt: their name ('' for the global social team) and a letter to them."""

    name: str
    letter: str


def next_steps_for(
    found: Eligibility, person: User, quiz: Quiz, page: QuizPage | None, request: HttpRequest
) -> list[dict[str, Any]]:
    """Each reason in words, with its next step and where that leads ('' for nowhere)."""
    return [_step(reason, found, person, quiz, page, request) for reason in found.reasons]


def describe_next_try(attempt: Attempt, found: Eligibility, request: HttpRequest) -> dict[str, Any]:
    """The next try after a handed-in attempt: from which page it starts, and what is in the way.

    `found` is the result of `starting.check_tries` for the attempt's person and quiz. No step links to the page
    that shows it.
    """
    page = quiz_page_for(attempt)
    here = str(attempt.uuid)
    reasons = [one for one in found.reasons if (one.target, one.path) != ("result", here)]
    steps = [_step(one, found, attempt.person, attempt.quiz, page, request) for one in reasons]
    quiz_path = page.url_path if page else ""
    course_path = quiz_path.rstrip("/").rpartition("/")[0] + "/"
    return {
        "found": found,
        "tries": _tries_left(found),
        "is_possible": found.may_start or found.open_attempt is not None,
        "href": page_address(request, quiz_path, language=attempt.locale) if page else "",
        "course": page_address(request, course_path, language=attempt.locale) if page else "",
        "steps": [_without_link_to(request.path, step) for step in steps],
    }


def _without_link_to(here: str, step: dict[str, Any]) -> dict[str, Any]:
    """The step; where it would lead to the page that shows it, only what is in the way."""
    return step | {"href": "", "remedy": ""} if step["href"] == here else step


def _tries_left(found: Eligibility) -> str:
    """How many tries are left beyond what stands in the way; '' where there is no limit, or where that is a wait."""
    left = found.attempts_left
    if found.may_start or found.waits or not left or found.passed or found.open_attempt:
        return ""
    return ngettext("You have %(left)s try left.", "You have %(left)s tries left.", left) % {
        "left": left
    }


def quiz_page_for(attempt: Attempt) -> QuizPage | None:
    """Where the next try starts: the quiz page in the attempt's language, None when it is not published."""
    pages = QuizPage.objects.live().filter(quiz=attempt.quiz_id)
    return pages.filter(locale__language_code=attempt.locale).first()


def unlock_contact_for(person: User, quiz: Quiz, at: datetime) -> UnlockContact:
    """The person's manager, if one works here, else the global social team."""
    manager = person.manager
    if manager is None or manager.has_left(at) or not manager.is_active:
        return UnlockContact("", _letter(settings.HELP_EMAIL, person, quiz))
    return UnlockContact(manager.display_name, _letter(manager.email, person, quiz))


def _letter(email: str, person: User, quiz: Quiz) -> str:
    """A mailto link whose letter says who asks for what, and where to give it."""
    where = reverse("quizzes:unlock", args=[person.uuid, quiz.code])
    told = {"person": person.display_name, "quiz": quiz.title}
    subject = _("Another try at “%(quiz)s” for %(person)s") % told
    body = _("Please give me another try at “%(quiz)s”:") % told
    words_for = f"subject={quote(subject)}&body={quote(f'{body} {settings.BASE_URL}{where}')}"
    return f"mailto:{quote(email, safe='@')}?{words_for}"


def _step(
    reason: StartRefusal,
    found: Eligibility,
    person: User,
    quiz: Quiz,
    page: QuizPage | None,
    request: HttpRequest,
) -> dict[str, Any]:
    tone, icon = _LOOKS.get(reason.code, ("wait", "clock"))
    step = refusal_words.refusal_message(reason, person)
    step |= {"href": "", "ask": None, "tone": tone, "icon": icon} | _writing_to_team(reason)
    if reason.target in _ATTEMPT_PAGES:
        there = {"href": reverse(_ATTEMPT_PAGES[reason.target], args=[reason.path])}
        return _once_more(step | there, reason, found, person, quiz, page, request)
    if reason.target == "team":
        return step | {"href": f"mailto:{settings.HELP_EMAIL}"}
    if reason.target in {"wait", "ask"}:
        return step | _asking(reason, found, unlock_contact_for(person, quiz, found.at))
    if reason.target in {"course", "lesson"} and page:
        return step | {"href": _in_course(reason, page, request)}
    return step


def _writing_to_team(reason: StartRefusal) -> dict[str, Any]:
    """Where waiting or reading is all one can do oneself: whom to write to."""
    if reason.code not in _HELP:
        return {}
    return {"ask": {"href": f"mailto:{settings.HELP_EMAIL}", "text": str(_HELP[reason.code])}}


# Tone and icon of a step by its code, where it is not something to wait for.
_LOOKS: Mapping[str, tuple[str, str]] = {
    "passed": ("go", "circle-check"),
    "open_attempt": ("info", "info"),
    "marking": ("info", "info"),
    "recaps_left": ("wait", "book-open"),
}

_HELP: Mapping[str, Promise] = {
    "not_ready": gettext_lazy("Ask the global social team when it opens."),
    "not_open_yet": gettext_lazy("Cannot wait? Ask the global social team."),
    "marking": gettext_lazy("Is it taking too long? Ask the global social team."),
    "answered": gettext_lazy("Is an answer wrong? Ask the global social team."),
}

_ATTEMPT_PAGES: Mapping[str, str] = {
    "attempt": "quizzes:resume",
    "result": "quizzes:result",
    "recap": "quizzes:recaps",
}


def _once_more(
    step: dict[str, Any],
    reason: StartRefusal,
    found: Eligibility,
    person: User,
    quiz: Quiz,
    page: QuizPage | None,
    request: HttpRequest,
) -> dict[str, Any]:
    """Who has passed takes the whole course again: first of all where only that renews what the quiz has earned."""
    if reason.code != "passed" or page is None:
        return step
    course = _in_course(reason, page, request)
    due = _find_due(person, quiz, found.at)
    if not due:
        return step | {"ask": {"href": course, "text": _("Take the course again")}}
    over = any(one.over for one in due)
    return step | {
        "text": " ".join([step["text"], *(one.text for one in due)]),
        "tone": "stop" if over else "wait",
        "icon": "circle-alert" if over else "clock",
        "href": course,
        "remedy": _("Renew your certificate"),
        "ask": {"href": step["href"], "text": step["remedy"]},
    }


def _find_due(person: User, quiz: Quiz, at: datetime) -> list[RenewalOutlook]:
    """The certificates that a pass has earned and that only the whole course renews now."""
    if quiz.course_id is None or not read_rules(quiz.rules).certifies:
        return []
    return [one for one in renewal_outlooks(person, quiz.course_id, at) if one.due and one.whole]


def _asking(reason: StartRefusal, found: Eligibility, who: UnlockContact) -> dict[str, Any]:
    """Whom to ask for another attempt: during a wait as an offer, where no attempt comes back as the only way."""
    if reason.target == "wait":
        recaps = reverse("quizzes:recaps", args=[found.failed.uuid]) if found.failed else ""
        return {"href": recaps, "ask": {"href": who.letter, "text": _cannot_wait(who)}}
    if who.name:
        return {
            "href": who.letter,
            "remedy": _("Ask %(name)s for another try") % {"name": who.name},
        }
    return {"href": who.letter, "remedy": _("Ask the global social team for another try")}


def _cannot_wait(who: UnlockContact) -> str:
    if who.name:
        return _("Cannot wait? Ask %(name)s for another try.") % {"name": who.name}
    return _("Cannot wait? Ask the global social team for another try.")


def _in_course(reason: StartRefusal, page: QuizPage, request: HttpRequest) -> str:
    """The lesson, if it is in this page's language, else the course above the page."""
    above = page.url_path.rstrip("/").rpartition("/")[0] + "/"
    path = reason.path if reason.path.startswith(above) else above
    return page_address(request, path, language=page.locale.language_code)
