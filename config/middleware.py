"""What every request passes through: health answers, security headers, language, privacy of personal pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import cache
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.contrib import messages
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _

from wagtail.contrib.redirects.middleware import RedirectMiddleware
from wagtail.contrib.redirects.models import Redirect

from csp.constants import NONE, SELF
from csp.middleware import CSPMiddleware, PolicyParts

from accounts.readers.days import zone_of
from accounts.readers.languages import find_content_language, read_in
from config.failures.answers import answer_refusal
from config.failures.refusals import refuse_for_now
from config.gate import ThreadGate
from ledger.prepared_queries import PreparedQuery

GetResponse = Callable[[HttpRequest], HttpResponseBase]

STRICT_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "object-src": [NONE],
}
# Wagtail's date pickers start from inline scripts; its preview pane frames our own pages.
EDITOR_POLICY = {
    **STRICT_POLICY,
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
    "base-uri": [SELF],
}
# What somebody without the second step that their role asks for may open: setting it up, and leaving.
SECOND_STEP_VIEWS = ("mfa_index", "account_reauthenticate", "account_logout")
# How long an answer of /readyz is given again without asking the database.
READY_SECONDS = 5.0
# How long /readyz waits for the database.
ANSWER_SECONDS = 0.5
SILENT = "the database does not answer"
NO_THREAD = "no thread is free: all of them wait for the database"


@cache
def _editor_address() -> str:
    """Asked by each request, and looked up once."""
    return reverse("wagtailadmin_home")


class HealthMiddleware:
    """Answers /healthz (the process lives) and /readyz (it can serve) before hosts, sessions and redirects.

    With WEB_THREADS, one thread is kept free of everything else, so that /healthz answers while the database
    lets all other threads wait; whoever would take the last one gets 503.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.gate = ThreadGate(max(settings.WEB_THREADS - 1, 1)) if settings.WEB_THREADS else None
        self.readiness = Readiness()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if self.gate is None:
            return self._serve(request)
        with self.gate.take_place() as let_in:
            return self._serve(request) if let_in else self._turn_away(request)

    def _serve(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/readyz":
            return self.get_response(request)
        return answer_readiness(self.readiness.faults())

    def _turn_away(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/readyz":
            return answer_readiness([NO_THREAD])
        return answer_refusal(request, refuse_for_now(request))


def answer_readiness(faults: list[str]) -> JsonResponse:
    """What a balancer is told, as docs/operations.md describes it."""
    return JsonResponse({"ready": not faults, "faults": faults}, status=503 if faults else 200)


class Readiness:
    """Why this process cannot serve: asked of the database at most every few seconds, and cheaply once it could.

    A thread of its own asks, on a connection of its own: nobody waits longer than ANSWER_SECONDS, however long the
    database lets it wait.
    """

    def __init__(self) -> None:
        self._faults: list[str] = []
        self._asked_at = float("-inf")
        self._was_ready = False
        self._asking: Thread | None = None
        self._starting = Lock()

    def faults(self) -> list[str]:
        """The newest answer; that there is none, where the database has not answered in time."""
        if time.monotonic() - self._asked_at < READY_SECONDS:
            return self._faults
        asking = self._start_asking()
        asking.join(ANSWER_SECONDS)
        if asking.is_alive():
            self._note([SILENT])
        return self._faults

    def _start_asking(self) -> Thread:
        """The thread that asks: one at a time."""
        with self._starting:
            if self._asking is None or not self._asking.is_alive():
                self._asking = Thread(target=self._ask, name="readiness", daemon=True)
                self._asking.start()
            return self._asking

    def _ask(self) -> None:
        faults = [SILENT]
        try:
            faults = find_database_faults() if self._was_ready else find_readiness_faults()
            self._was_ready = self._was_ready or not faults
        finally:
            self._note(faults)
            connection.close()

    def _note(self, faults: list[str]) -> None:
        self._faults, self._asked_at = faults, time.monotonic()


def find_readiness_faults() -> list[str]:
    """The reasons why this process cannot serve, in English; an empty list when it is ready."""
    faults = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            faults.append("migrations are waiting: run manage.py migrate")
        caches["default"].set("readyz", "1", 5)
        if caches["default"].get("readyz") != "1":
            faults.append("the cache does not keep values: run manage.py createcachetable")
    except DatabaseError:
        faults.append(SILENT)
    return faults


def find_database_faults() -> list[str]:
    """Whether the database answers. What a process has once found migrated stays so until it is restarted.

    It is asked for a row, which it has to look up: for a bare number SQLite does not open its file.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError:
        return [SILENT]
    return []


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """A strict policy for every page but the Wagtail editor, which has its own."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        if report_only:
            return PolicyParts()
        editor = request.path_info.startswith(_editor_address())
        preview = getattr(request, "is_preview", False)
        if editor or preview:
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return PolicyParts(config=EDITOR_POLICY if editor or preview else STRICT_POLICY)


class PersonLanguageMiddleware:
    """A signed-in person reads in their own language; a page under a language prefix wins over it.

    The site's own words are in it where they are translated (`accounts.readers.languages`).

    The language is reset after each request. It does not cover what is streamed after the answer has begun:
    exports have no translated text.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.prefixes = tuple(
            f"/{code}/" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Django finds addresses below `_util` by the active language.
        read = translation.override if "/_util/" in request.path_info else read_in
        with read(self.language(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            # For whom it is meant: pages, too, whose words around the content are not translated.
            response.headers.setdefault("Content-Language", find_content_language())
            return response

    def language(self, request: HttpRequest) -> str:
        if request.path_info.startswith(self.prefixes):
            return request.path_info.split("/", 2)[1]
        user = getattr(request, "user", None)
        chosen: Any = getattr(user, "locale", "") if user and user.is_authenticated else ""
        known = {code for code, _name in settings.LANGUAGES}
        if chosen in known and not request.path_info.startswith(_editor_address()):
            return chosen
        return settings.LANGUAGE_CODE


class PersonTimeZoneMiddleware:
    """A signed-in person reads every time of day in their own zone; everybody else in UTC.

    Exports, which are streamed after the answer has begun, name UTC or the policy's zone in each column.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(self.zone(request)):
            return self.get_response(request)

    def zone(self, request: HttpRequest) -> tzinfo:
        user: Any = getattr(request, "user", None)
        return zone_of(user) if user and user.is_authenticated else UTC


class SecondStepMiddleware:
    """Whoever has to have a second step and has none yet sets it up before anything else (REQUIRE_TWO_STEP)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = request.user
        lacking = person.is_authenticated and getattr(person, "lacks_second_step", False)
        if not lacking or request.path_info.startswith(tuple(map(reverse, SECOND_STEP_VIEWS))):
            return self.get_response(request)
        messages.warning(
            request,
            _("Your role asks for a second step when you sign in. Set it up now, then go on."),
        )
        return redirect("mfa_activate_totp")


class PrivatePagesMiddleware:
    """Tell browsers and proxies not to store what a signed-in person sees."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class MovedPagesMiddleware(RedirectMiddleware):
    """Wagtail's redirects. Where none begins at the address, which is the rule, one short query tells so."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if response.status_code != 404 or not _may_be_moved(request):
            return response
        return super().process_response(request, response)


def _may_be_moved(request: HttpRequest) -> bool:
    """Whether a redirect of any site begins at one of the paths by which Wagtail would look for it."""
    whole = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    written = {whole, urlparse(whole).path}
    decoded = {str(uri_to_iri(path)) for path in written}
    paths = sorted(path for path in written | decoded if "\0" not in path)
    return bool(paths) and _moved_paths.first(paths) is not None


def _redirects_from(paths: list[str]) -> QuerySet[Any, int]:
    return Redirect.objects.order_by().filter(old_path__in=paths).values_list("pk", flat=True)


_moved_paths: PreparedQuery[int] = PreparedQuery(_redirects_from)
