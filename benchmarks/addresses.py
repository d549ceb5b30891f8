"""What is asked of the running site: addresses of the demo organisation, and who is signed in. Needs Django set up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from channels.models import PostingPermission
from courses.models import CatalogPage, Course, CoursePage, LessonPage, PrinciplePage
from courses.progress import course_progress, enrolments
from home.demo.answers import answer_form
from home.models import HomePage
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.starting import start_attempt
from quizzes.models import Attempt, QuizPage

PASSWORD = "postworthy-demo"
OURS, BARE = "home.backends.PersonBackend", "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class AskedPath:
    """One path: who asks (a session), and what is sent. `send` makes the form of the n-th request."""

    name: str
    path: str
    session: str = ""
    send: Callable[[int], Mapping[str, object]] | None = None
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    requests: int = 40
    bare: bool = False


def sign_in(person: User, backend: str = OURS) -> str:
    """The key of a session in which this person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def prepare_learner() -> User:
    """Somebody who has read every lesson and has not begun the quiz; the password is the demo's."""
    now, name = timezone.now(), uuid4().hex
    person = User.objects.create_user(
        f"{name}@measured.example", PASSWORD, hr_id=f"MEASURED-{name}", display_name="Measured"
    )
    course = Course.objects.get(code="PRINCIPLES")
    for lesson in LessonPage.objects.live().filter(locale__language_code="en"):
        course_progress.record_step(person, course, lesson, at=now)
    enrolments.start_enrolment(person, course, actor=person.actor, at=now)
    return person


def address(model: Any) -> str:
    """The path of the first page of a type, in English."""
    return path_of(model.objects.live().filter(locale__language_code="en").order_by("path")[0])


def path_of(page: Any) -> str:
    return urlsplit(str(page.get_url())).path


def list_paths() -> Iterator[AskedPath]:
    """Every path of the table, the floors first."""
    ada = User.objects.get(email="ada@northlight.example")
    # All others are told by F, so it is asked first, and often: the CPU of a process is told in steps of 10 ms.
    yield AskedPath("F", "/row/", sign_in(ada, BARE), bare=True, requests=300)
    yield AskedPath("hello", "/hello/", bare=True, requests=300)
    yield from _public_paths()
    yield from _learner_paths(sign_in(ada))
    yield from _quiz_paths()
    yield from _decisions()
    yield from _lists()
    form = {"login": ada.email, "password": PASSWORD}
    yield AskedPath("sign in, form", "/accounts/login/", requests=20)
    yield AskedPath("sign in, post", "/accounts/login/", send=lambda _n: form, requests=3)


def _public_paths() -> Iterator[AskedPath]:
    yield AskedPath("home, signed out", address(HomePage))
    yield AskedPath("principle, signed out", address(PrinciplePage))
    yield AskedPath("catalogue, signed out", address(CatalogPage))
    code = _passed().awards.order_by("pk")[0].code
    yield AskedPath("verification page", f"/verify/{code}/")
    yield AskedPath("verification JSON", f"/verify/{code}.json")


def _learner_paths(session: str) -> Iterator[AskedPath]:
    yield AskedPath("home, signed in", address(HomePage), session)
    yield AskedPath("lesson", address(LessonPage), session)
    yield AskedPath("course", address(CoursePage), session)
    yield AskedPath("catalogue", address(CatalogPage), session)
    yield AskedPath("my status, learner", "/me/", session)
    olga = User.objects.get(email="olga@northlight.example")
    yield AskedPath("my status, owner", "/me/", sign_in(olga))


def _passed() -> Attempt:
    return Attempt.objects.filter(passed=True, awards__isnull=False).order_by("pk")[0]


def _quiz_paths() -> Iterator[AskedPath]:
    now, person = timezone.now(), prepare_learner()
    session, page = sign_in(person), QuizPage.objects.live().get(quiz__code="PRINCIPLES-FINAL")
    yield AskedPath("quiz page", path_of(page), session)
    attempt = start_attempt(person, page.quiz, at=now, locale="en")
    base, response = f"/quiz/{attempt.uuid}/", attempt.responses.get(slot=1)
    form = answer_form(response, right=True)
    yield AskedPath("question", f"{base}1/", session)
    yield AskedPath("autosave", f"{base}1/save/", session, lambda n: form | {"seq": n})
    yield AskedPath("save", f"{base}1/", session, lambda _n: form)
    yield AskedPath("check page", f"{base}check/", session)
    done = _passed()
    yield AskedPath("result", f"/quiz/{done.uuid}/result/", sign_in(done.person))
    award = done.awards.order_by("pk")[0]
    yield AskedPath("certificate", f"/certificates/{award.code}/", sign_in(done.person))


def _decisions() -> Iterator[AskedPath]:
    out, at = StringIO(), (timezone.now() + timedelta(days=1)).isoformat()
    call_command("demo_token", stdout=out)
    headers = (
        ("Authorization", f"Bearer {out.getvalue().strip()}"),
        ("Content-Type", "application/json"),
    )
    held = PostingPermission.objects.order_by("pk").values_list("person__hr_id", "channel__code")
    items = [
        {"person": hr_id, "channel": code, "action": "publish", "at": at}
        for hr_id, code in held[:500]
    ]
    for number, requests in ((1, 40), (500, 3)):
        asked = (items * (number // len(items) + 1))[:number]
        body = json.dumps({"items": asked}).encode()
        name = f"decision of {number}"
        yield AskedPath(name, "/api/v1/decisions", body=body, headers=headers, requests=requests)


def _lists() -> Iterator[AskedPath]:
    def of(name: str) -> str:
        return sign_in(User.objects.get(email=f"{name}@northlight.example"))

    yield AskedPath("people", "/people/", of("hugo"), requests=15)
    yield AskedPath("people, search", "/people/?q=lind", of("hugo"), requests=15)
    yield AskedPath("team", "/team/", of("ben"), requests=20)
    yield AskedPath("channels", "/channels/", of("olga"), requests=20)
    yield AskedPath("channel page", "/channels/LINKEDIN-COMPANY/", of("olga"), requests=15)


def answer_everything(attempt: Attempt) -> None:
    """Save a right answer to each question, as the autosave does."""
    for response in attempt.responses.select_related("version"):
        form = answer_form(response, right=True)
        save_answer(
            attempt.uuid,
            attempt.person,
            response.slot,
            form,
            seq=response.seq + 1,
            at=timezone.now(),
        )
