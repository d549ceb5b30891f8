"""The cost of saving an answer, compared with a minimal Django view: `python -m benchmarks.autosave`.

Both sides run in this process, in interleaved rounds, through their whole WSGI stack, on the same database:
our autosave with every middleware of the product, and a bare view that knows who signed in and writes one row,
with the middleware of `startproject`. Budget: at most 3 statements, and twice the CPU of the bare view.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from benchmarks.budgets import Measurement, require_budgets
from benchmarks.sites import empty_site, people_at_the_quiz
from benchmarks.wsgi_requests import send_request

ROUNDS, REQUESTS = 30, 40
STARTPROJECT = [
    "benchmarks.autosave.bare_site",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def bare_site(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A middleware that routes to one view, which needs a sign-in and writes one row."""
    from django.contrib.auth.decorators import login_required
    from django.http import HttpRequest, JsonResponse
    from django.urls import path

    from quizzes.models import Response

    @login_required
    def save(request: HttpRequest, response: int) -> JsonResponse:
        text = request.POST.getlist("choice")
        Response.objects.filter(pk=response).update(form={"choice": text})
        return JsonResponse({"saved": True})

    urlpatterns = (path("save/<int:response>/", save),)

    def middleware(request: HttpRequest) -> Any:
        request.urlconf = urlpatterns
        return get_response(request)

    return middleware


def asker(
    application: Any, path: str, session: str, form: Mapping[str, list[str]]
) -> Callable[[int], None]:
    """A function that sends one answer through a WSGI application and raises RuntimeError unless it gets 200."""

    def ask(seq: int) -> None:
        request(application, path, session, urlencode({**form, "seq": seq}, doseq=True).encode())

    return ask


def request(application: Any, path: str, session: str, body: bytes | None = None) -> bytes:
    """The answer to one request of a person; raises RuntimeError unless its status is 200."""
    status, answer = send_request(application, path, session=session, body=body)
    if status != "200 OK":
        raise RuntimeError(f"{path}: {status}")
    return answer


def noting(words: list[str]) -> Callable[..., Any]:
    """A wrapper of database cursors that keeps the first word of every statement."""

    def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        words.append(sql.split()[0])
        return execute(sql, *rest)

    return wrapper


def seconds(ask: Callable[[int], None], first: int) -> float:
    """The mean CPU seconds of a request over one round."""
    start = time.process_time()
    for seq in range(first, first + REQUESTS):
        ask(seq)
    return (time.process_time() - start) / REQUESTS


def main() -> None:
    with empty_site():
        session, attempt = people_at_the_quiz(1)[0]
        from django.core.handlers.wsgi import WSGIHandler
        from django.db import connection
        from django.test.utils import override_settings

        from quizzes.models import Response
        from tests.factories.quizzes import form_for

        response = Response.objects.select_related("version").get(attempt__uuid=attempt, slot=1)
        form = form_for(response)
        ours = asker(WSGIHandler(), f"/quiz/{attempt}/1/save/", session, form)
        with override_settings(MIDDLEWARE=STARTPROJECT):
            bare = asker(WSGIHandler(), f"/save/{response.pk}/", session, form)
        bare(1)
        ours(10)
        words: list[str] = []
        with connection.execute_wrapper(noting(words)):
            ours(11)
        rounds: list[tuple[float, float]] = []
        for turn in range(1, ROUNDS + 1):
            first = 100 + turn * REQUESTS
            floor = seconds(bare, first)
            rounds.append((seconds(ours, first), floor))
        saved = Response.objects.get(pk=response.pk)
        if saved.seq != 100 + ROUNDS * REQUESTS + REQUESTS - 1:
            raise RuntimeError("The last answer was not stored.")
    mine, floor = (statistics.median(side) for side in zip(*rounds, strict=True))
    ratio = statistics.median(a / b for a, b in rounds)
    print(f"autosave: {len(words)} statements ({', '.join(words)}), budget 3")
    print(f"autosave {mine * 1000:.2f} ms of CPU, bare view with one write {floor * 1000:.2f} ms")
    print(f"ratio, median of {ROUNDS} rounds: {ratio:.2f}, budget 2")
    require_budgets(
        Measurement("statements", len(words), 3), Measurement("ratio to a bare view", ratio, 2)
    )


if __name__ == "__main__":
    main()
