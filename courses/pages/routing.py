"""Find the page of an address in one query, and the address of a page.

Wagtail walks the tree level by level, one or two queries each. Here each process remembers which page an address had;
one statement then reads the page as its own type and asks again what may have changed: that it is live and still at
this address, and whether a page on the path is restricted or an alias. If one is an alias or asks for more than a
sign-in, or if no page is found, Wagtail's own view serves the request.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db.models import Exists, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from wagtail import hooks
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve
from wagtail.views import serve_chain
from wagtail.wagtail_hooks import check_view_restrictions, require_wagtail_login

from accounts.readers.languages import find_content_language, switch_to
from courses.pages.editions import keep_in_edition
from ledger.prepared_queries import PreparedQuery

# Addresses of pages, with or without a language in front; `_util` is Wagtail's own.
PAGE_PATTERN = r"^(?!(?:[a-z-]+/)?_util/)((?:[\w\-]+/)*)$"

# Seconds for which a process remembers the page of an address. Each use asks the database whether it is still there.
ROUTE_KEPT = 3600
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class SiteRoot(NamedTuple):
    """Where the site begins in one language: its home page in the tree and its address."""

    url_path: str
    address: str


class FoundPage(NamedTuple):
    """A page; `plain`: nothing but a sign-in may be asked for it, no alias on its way; `closed`: a sign-in is."""

    page: Page
    plain: bool
    closed: bool


def split_language(path: str) -> tuple[str, str]:
    """The language that the path's prefix names (none: the default) and the path below it."""
    first, _slash, rest = path.partition("/")
    for code, _name in settings.LANGUAGES:
        if first == code and code != settings.LANGUAGE_CODE:
            return code, rest
    return settings.LANGUAGE_CODE, path


def find_site_root(request: HttpRequest, language: str) -> SiteRoot | None:
    """The home page of this site in this language, else the site's root page; None without a site."""
    key = f"root:{request.get_host()}:{language}"
    return keep_in_edition(key, lambda: _look_up_site_root(request, language))


def _look_up_site_root(request: HttpRequest, language: str) -> SiteRoot | None:
    site = Site.find_for_request(request)
    if site is None:
        return None
    homes = site.root_page.get_translations(inclusive=True).filter(live=True)
    homes = homes.select_related("locale")
    home = homes.filter(locale__language_code=language).first() or site.root_page
    spoken = home.locale.language_code
    return SiteRoot(home.url_path, "/" if spoken == settings.LANGUAGE_CODE else f"/{spoken}/")


def page_address(request: HttpRequest, url_path: str, *, language: str = "") -> str:
    """The address of the page at this tree path; `language` is the page's (else that of the request)."""
    root = find_site_root(request, language or find_content_language())
    if root is None or not url_path.startswith(root.url_path):
        page = Page.objects.filter(url_path=url_path).first()
        return (page.get_url(request) if page else None) or "/"
    return root.address + url_path.removeprefix(root.url_path)


def catalogue_address() -> str:
    """The path of the catalogue of courses in the default language."""
    return reverse("page", args=["courses/"])


def find_page(root: SiteRoot, path: str) -> FoundPage | None:
    """The live page at `path` below the root as its own type, and what is special on the way to it."""
    steps = [step for step in path.split("/") if step]
    url_path = root.url_path + "".join(f"{step}/" for step in steps)
    way = ["/"] + [url_path[: place + 1] for place, sign in enumerate(url_path) if sign == "/"][1:]
    kept, key = caches["pages"], f"route:{url_path}"
    route: tuple[type[Page], int] | None = kept.get(key)
    page = _page_at.first(*route, url_path, way) if route else None
    if page is None:
        route = _look_up_route(url_path)
        if route is None:
            return None
        kept.set(key, route, ROUTE_KEPT)
        page = _page_at.first(*route, url_path, way)
    if page is None:  # it has just been taken away
        return None
    return FoundPage(page, plain=not (page.guarded or page.mirrored), closed=page.closed)


def _look_up_route(url_path: str) -> tuple[type[Page], int] | None:
    """The type and the primary key of the live page at this tree path."""
    row = _routes.first(url_path)
    model = row and ContentType.objects.get_for_id(row[1]).model_class()
    return (model, row[0]) if row and model else None


def _route_rows(url_path: str) -> QuerySet[Page, tuple[int, int]]:
    rows = Page.objects.order_by().filter(url_path=url_path, live=True)
    return rows.values_list("pk", "content_type_id")


def _pages_at(model: type[Page], key: int, url_path: str, way: list[str]) -> QuerySet[Any, Any]:
    """The page with this key if it is live at this tree path, and what is special on the way to it.

    A page type may name in `read_with` what its pages show of other rows.
    """
    restrictions = PageViewRestriction.objects.filter(page__url_path__in=way)
    pages = model.objects.order_by().filter(pk=key, url_path=url_path, live=True)
    return pages.select_related("locale", *getattr(model, "read_with", ())).annotate(
        guarded=Exists(restrictions.exclude(restriction_type=PageViewRestriction.LOGIN)),
        closed=Exists(restrictions.filter(restriction_type=PageViewRestriction.LOGIN)),
        mirrored=Exists(Page.objects.filter(url_path__in=way, alias_of__isnull=False)),
    )


_routes = PreparedQuery(_route_rows)
_page_at: PreparedQuery[Any] = PreparedQuery(_pages_at, most_kept=200)


@csrf_exempt
def serve_page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve the page at this address. Only a stranger's form needs no token: it judges a check and keeps nothing."""
    if request.method in SAFE_METHODS or not request.user.is_authenticated:
        return _serve_page(request, path)
    return _serve_with_token(request, path)


def _serve_page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve the page in its own language for every reader."""
    language, rest = split_language(path)
    switch_to(language)
    root = find_site_root(request, language)
    found = find_page(root, rest) if root else None
    if found is None or not found.plain:
        return _serve_by_wagtail(request, rest, language)
    page = found.page
    # Without a home page in this language the page found is in another one: that language is used.
    switch_to(page.locale.language_code)
    request.LANGUAGE_CODE = translation.get_language()
    request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]  # noqa: SLF001 - as Wagtail does
    if found.closed and not request.user.is_authenticated:
        response = require_wagtail_login(next=request.get_full_path())
        add_never_cache_headers(response)
        return response
    request.is_public_page = not found.closed  # type: ignore[attr-defined]  # read by config.public_pages
    return _serve_found_page(page, request)


def _serve_by_wagtail(request: HttpRequest, rest: str, language: str) -> HttpResponseBase:
    """Wagtail finds the page by the active language; it is drawn later, in that of the site's words."""
    with translation.override(language):
        response: HttpResponseBase = wagtail_serve(request, rest)
    return response


_serve_with_token = csrf_protect(_serve_page)


def _serve_found_page(page: Page, request: HttpRequest) -> HttpResponseBase:
    """Run Wagtail's hooks and serve the page, without a second query for restrictions."""
    chain: Any = serve_chain
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        if hook is not check_view_restrictions:
            chain = hook(chain)
    for hook in hooks.get_hooks("before_serve_page"):
        result = hook(page, request, [], {})
        if isinstance(result, HttpResponse):
            return result
    return chain(page, request, [], {})
