"""Bare views: a greeting, one signed-in view with one query, and the journey from sign-in to a result.

They check nothing that the product checks: no rights, no releases, no order, no ledger. What they are good for is
the least that Django itself costs.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template import engines
from django.urls import path
from django.utils import timezone

from accounts.models import Region
from courses.models import Course, StepCompletion
from items.models import ItemVersion
from quizzes.models import Attempt, Quiz, Response, RulesSnapshot

PAGE = engines["django"].from_string(
    "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1><p>{{ person.display_name }}</p>"
    "<form method=post>{% csrf_token %}{% for row in rows %}<p>{{ row }}</p>{% endfor %}<button>Go on</button></form>"
)
ASKED = 22


def _page(request: HttpRequest, title: str, rows: Any) -> HttpResponse:
    return HttpResponse(
        PAGE.render({"title": title, "person": request.user, "rows": rows}, request)
    )


def hello(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello")


@login_required
def show_row(request: HttpRequest) -> HttpResponse:
    """F: the session, the person and one row."""
    region = Region.objects.order_by("pk").first()
    return HttpResponse(f"<p>{request.user.pk} {region}</p>")


def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, "Sign in", ())
    person = authenticate(
        request, username=request.POST["login"], password=request.POST["password"]
    )
    if person is None:
        return HttpResponse(status=403)
    login(request, person)
    return HttpResponseRedirect("/bare/")


@login_required
def show_dashboard(request: HttpRequest) -> HttpResponse:
    return _page(request, "Dashboard", request.user.enrolments.select_related("course"))


@login_required
def show_course(request: HttpRequest) -> HttpResponse:
    course = Course.objects.order_by("pk")[0]
    return _page(
        request, course.title, StepCompletion.objects.filter(person=request.user, course=course)
    )


@login_required
def show_content(request: HttpRequest) -> HttpResponse:
    return _page(request, "Content", ItemVersion.objects.order_by("pk").only("kind")[:1])


@login_required
def show_quiz(request: HttpRequest) -> HttpResponse:
    return _page(request, "Quiz", Quiz.objects.order_by("pk")[:1])


@login_required
def start(request: HttpRequest) -> HttpResponse:
    quiz = Quiz.objects.order_by("pk")[0]
    attempt = Attempt.objects.create(
        person=request.user,
        quiz=quiz,
        number=request.user.attempts.filter(quiz=quiz).count() + 1,
        locale="en",
        seed="bare",
        snapshot=RulesSnapshot.objects.all()[0],
        started_at=timezone.now(),
    )
    versions = ItemVersion.objects.order_by("pk").only("pk")[:ASKED]
    Response.objects.bulk_create(
        Response(attempt=attempt, slot=slot, version=version, order=[])
        for slot, version in enumerate(versions, start=1)
    )
    return HttpResponseRedirect(f"/bare/{attempt.uuid}/1/")


def _own(request: HttpRequest, attempt: Any, slot: int) -> Response:
    return Response.objects.select_related("version").get(
        attempt__uuid=attempt, attempt__person=request.user, slot=slot
    )


@login_required
def ask(request: HttpRequest, attempt: Any, slot: int) -> HttpResponse:
    response = _own(request, attempt, slot)
    if request.method != "POST":
        return _page(request, "Question", [response.version.content.get("text", "")])
    Response.objects.filter(pk=response.pk).update(
        form=dict(request.POST), seq=response.seq + 1, saved_at=timezone.now()
    )
    return HttpResponseRedirect(f"/bare/{attempt}/{slot + 1}/")


@login_required
def autosave(request: HttpRequest, attempt: Any, slot: int) -> JsonResponse:
    Response.objects.filter(attempt__uuid=attempt, attempt__person=request.user, slot=slot).update(
        form=dict(request.POST), saved_at=timezone.now()
    )
    return JsonResponse({"saved": True})


@login_required
def submit(request: HttpRequest, attempt: Any) -> HttpResponse:
    """Every answer counts as right: marking is not what is measured here."""
    found = Attempt.objects.get(uuid=attempt, person=request.user)
    responses = list(found.responses.select_related("version"))
    for response in responses:
        response.mark = 1
    Response.objects.bulk_update(responses, ["mark"])
    Attempt.objects.filter(pk=found.pk).update(
        state="submitted", submitted_at=timezone.now(), passed=True, percent=100
    )
    return HttpResponseRedirect(f"/bare/{attempt}/result/")


@login_required
def show_result(request: HttpRequest, attempt: Any) -> HttpResponse:
    found = Attempt.objects.get(uuid=attempt, person=request.user)
    return _page(request, f"{found.percent}", found.responses.select_related("version"))


urlpatterns = [
    path("hello/", hello),
    path("row/", show_row),
    path("bare/login/", sign_in),
    path("bare/", show_dashboard),
    path("bare/course/", show_course),
    path("bare/content/", show_content),
    path("bare/quiz/", show_quiz),
    path("bare/start/", start),
    path("bare/<uuid:attempt>/<int:slot>/", ask),
    path("bare/<uuid:attempt>/<int:slot>/save/", autosave),
    path("bare/<uuid:attempt>/submit/", submit),
    path("bare/<uuid:attempt>/result/", show_result),
]
