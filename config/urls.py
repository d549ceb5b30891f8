"""Every address of the product, in one place."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts import rate_limits
from config import crawlers
from config.api import api
from config.entry_views import enter_cms, refuse_shared_password, show_address
from config.files import serving
from courses.pages import routing

handler400 = "config.failures.answers.answer_bad_request"
handler403 = "config.failures.answers.answer_forbidden"
handler404 = "config.failures.answers.answer_missing"
handler500 = "config.failures.answers.answer_failure"

ROOMS = {
    "me/": "home.urls",
    "learning/": "courses.urls",
    "quiz/": "quizzes.urls",
    "certificates/": "certificates.urls",
    "verify/channel": "channels.verify_urls",
    "verify/": "certificates.verify_urls",
    "channels/": "channels.urls",
    "people/": "reports.urls",
    "certification/": "reports.console.urls",
    "team/": "reports.team_urls",
}

handler429 = rate_limits.answer_too_many_sign_ins  # allauth asks for it by this name

urlpatterns = [
    path("robots.txt", crawlers.show_robots),
    path("sitemap.xml", crawlers.show_sitemap),
    path("favicon.ico", crawlers.show_favicon),
    *[path(prefix, include(module)) for prefix, module in ROOMS.items()],
    path("accounts/email/", show_address, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("cms/login/", enter_cms, name="cms_entry"),
    path("cms/", include(wagtailadmin_urls)),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        refuse_shared_password,
    ),
    path("documents/", include(wagtaildocs_urls)),
    path("media/images/<str:name>", serving.show_picture),
    path("media/avatar_images/<str:name>", serving.show_avatar),
    path("api/v1/", api.urls),
]

# Pages in their own language. Wagtail's addresses below serve what `routing` passes on.
urlpatterns.append(re_path(routing.PAGE_PATTERN, routing.serve_page, name="page"))

# Wagtail's own sign-in form for pages has no rate limit, so its address redirects to the one sign-in page.
urlpatterns += i18n_patterns(
    path("_util/login/", RedirectView.as_view(url=settings.LOGIN_URL, query_string=True)),
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        refuse_shared_password,
    ),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
