"""What search engines and browsers ask for at fixed addresses: robots.txt, sitemap.xml, favicon.ico."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.models import Page, Site

from courses.pages.privacy import only_public

# The first words of addresses that no search engine needs: all that is somebody's own, or for machines.
PERSONAL = (
    *("accounts", "api", "certificates", "channels", "cms", "learning", "me"),
    *("people", "quiz", "team", "verify"),
)


class PublicPages(Sitemap):  # type: ignore[misc]
    """The pages that open without a sign-in. An alias is another address of a page that is listed."""

    def items(self) -> Any:
        pages = only_public(
            Page.objects.live().filter(alias_of=None).in_site(self.get_wagtail_site())
        )
        return pages.order_by("path").defer_streamfields().specific()


@require_safe
@cache_control(max_age=3600, public=True)
def show_robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: /{word}/" for word in PERSONAL)]
    lines.append(f"Sitemap: {settings.BASE_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def show_sitemap(request: HttpRequest) -> HttpResponse:
    if Site.find_for_request(request) is None:
        raise Http404("No site shows pages here")
    response: HttpResponse = sitemap(request, {"pages": PublicPages})
    return response


@require_safe
@cache_control(max_age=86400, public=True)
def show_favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(static("favicon.svg"))
