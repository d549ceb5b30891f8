"""Find the page of an address in one query, and the address of a page.

Wagtail walks the tree level by level, one or two queries each. Here the whole path is one look-up,
which also says whether a page on the path is restricted or an alias. If one is an alias or asks for
more than a sign-in, or if no page is found, Wagtail's own view serves the request.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from wagtail import hooks
from wagtail.models import Page, PageViewRestriction, Site, get_page_models
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve
from wagtail.views import serve_chain
from wagtail.wagtail_hooks import check_view_restrictions, require_wagtail_login

# Addresses of pages, with or without a language in front; `_util` is Wagtail's own.
PAGE_PATTERN = r"^(?!(?:[a-z-]+/)?_util/)((?:[\w\-]+/)*)$"


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
    root = caches["pages"].get(key)
    if root is None:
        root = _look_up_site_root(request, language)
        caches["pages"].set(key, root)
    return root


def _look_up_site_root(request: HttpRequest, language: str) -> SiteRoot | None:
    site = Site.find_for_request(request)
    if site is None:
        return None
    homes = site.root_page.get_translations(inclusive=True).filter(live=True)
    home = homes.filter(locale__language_code=language).first() or site.root_page
    spoken = home.locale.language_code
    return SiteRoot(home.url_path, "/" if spoken == settings.LANGUAGE_CODE else f"/{spoken}/")


def page_address(request: HttpRequest, url_path: str, *, language: str = "") -> str:
    """The address of the page at this tree path; `language` is the page's (else that of the request)."""
    root = find_site_root(request, language or translation.get_language() or settings.LANGUAGE_CODE)
    if root is None or not url_path.startswith(root.url_path):
        page = Page.objects.filter(url_path=url_path).first()
        return (page.get_url(request) if page else None) or "/"
    return root.address + url_path.removeprefix(root.url_path)


def catalogue_address() -> str:
    """The path of the catalogue of courses in the default language."""
    return reverse("page", args=["courses/"])


def _accessors() -> dict[str, str]:
    """For each page type its model label and how to get from a `Page` to it."""
    return {
        model._meta.label: model._meta.get_ancestor_link(Page).remote_field.get_accessor_name()
        for model in get_page_models()
        if model is not Page and model._meta.get_ancestor_link(Page) is not None
    }


def find_page(root: SiteRoot, path: str) -> FoundPage | None:
    """The live page at `path` below the root as its own type, and what is special on the way to it."""
    steps = [step for step in path.split("/") if step]
    url_path = root.url_path + "".join(f"{step}/" for step in steps)
    way = ["/"] + [url_path[: place + 1] for place, sign in enumerate(url_path) if sign == "/"][1:]
    accessors = _accessors()
    restrictions = PageViewRestriction.objects.filter(page__url_path__in=way)
    page = (
        Page.objects.filter(url_path=url_path, live=True)
        .select_related("locale", *accessors.values())
        .annotate(
            guarded=Exists(restrictions.exclude(restriction_type=PageViewRestriction.LOGIN)),
            closed=Exists(restrictions.filter(restriction_type=PageViewRestriction.LOGIN)),
            mirrored=Exists(Page.objects.filter(url_path__in=way, alias_of__isnull=False)),
        )
        .first()
    )
    if page is None or page.specific_class is None:
        return None
    specific = getattr(page, accessors.get(page.specific_class._meta.label, ""), page)
    specific.locale = page.locale
    return FoundPage(specific, plain=not (page.guarded or page.mirrored), closed=page.closed)


def serve_page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve the page at this address, in the language of the page for every reader."""
    language, rest = split_language(path)
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()
    root = find_site_root(request, language)
    found = find_page(root, rest) if root else None
    if found is None or not found.plain:
        return wagtail_serve(request, rest)
    page = found.page
    # Without a home page in this language the page found is in another one: that language is used.
    translation.activate(page.locale.language_code)
    request.LANGUAGE_CODE = translation.get_language()
    request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]  # noqa: SLF001 - as Wagtail does
    if found.closed and not request.user.is_authenticated:
        response = require_wagtail_login(next=request.get_full_path())
        add_never_cache_headers(response)
        return response
    return _serve_found_page(page, request)


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


def clear_page_cache(**_kwargs: object) -> None:
    """Empty this process's cache of site roots, page lists and rendered blocks."""
    caches["pages"].clear()
