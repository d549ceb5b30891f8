"""The journey of fourteen requests, from the sign-in form to the result, on the site and on bare views."""

from __future__ import annotations

from accounts.models import User
from benchmarks import addresses
from benchmarks.running import Server
from courses.models import CoursePage, LessonPage
from home.demo.answers import answer_form
from quizzes.models import Attempt, QuizPage


def prepare(number: int) -> list[User]:
    """People who have read every lesson and have everything else before them."""
    return [addresses.prepare_learner() for _person in range(number)]


def travel(server: Server, person: User) -> None:
    """On the site: a pass of 22 questions with its award. Most answers are saved beside the server."""
    server.connection.close()
    server.ask("/accounts/login/")
    form = {"login": person.email, "password": addresses.PASSWORD}
    session = server.ask("/accounts/login/", form=form).session
    server.ask("/me/", session)
    server.ask(addresses.address(CoursePage), session)
    server.ask(addresses.address(LessonPage), session)
    page = QuizPage.objects.live().get(quiz__code="PRINCIPLES-FINAL")
    server.ask(addresses.path_of(page), session)
    base = server.ask(f"/quiz/start/{page.pk}/", session, {"agreed": "1"}).place
    attempt = Attempt.objects.get(person=person, state=Attempt.State.OPEN)
    base = f"/quiz/{attempt.uuid}/"
    server.ask(f"{base}1/", session)
    for response in attempt.responses.select_related("version").order_by("slot")[:2]:
        answer = answer_form(response, right=True)
        server.ask(f"{base}{response.slot}/save/", session, answer | {"seq": 1})
        server.ask(f"{base}{response.slot}/", session, answer)
    addresses.answer_everything(attempt)
    server.ask(f"{base}submit/", session, {})
    server.ask(f"{base}result/", session)
    attempt.refresh_from_db()
    if not attempt.passed:
        raise RuntimeError("The traveller did not pass.")


def travel_bare(server: Server, person: User) -> None:
    server.connection.close()
    server.ask("/bare/login/")
    form = {"login": person.email, "password": addresses.PASSWORD}
    session = server.ask("/bare/login/", form=form).session
    for path in ("/bare/", "/bare/course/", "/bare/content/", "/bare/quiz/"):
        server.ask(path, session)
    base = server.ask("/bare/start/", session, {}).place.removesuffix("1/")
    server.ask(f"{base}1/", session)
    for slot in (1, 2):
        server.ask(f"{base}{slot}/save/", session, {"choice": "a", "seq": 1})
        server.ask(f"{base}{slot}/", session, {"choice": "a"})
    server.ask(f"{base}submit/", session, {})
    server.ask(f"{base}result/", session)
