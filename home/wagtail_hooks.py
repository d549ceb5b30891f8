"""What the editor tells before publishing, and what it remembers of new objects."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wagtail import hooks

from home.editing import (
    content_checks,
    course_outline,
    handbook,
    publishing,
    release_comparison,
    release_pages,
    start_page,
)

hooks.register("before_publish_page", publishing.ask_before_publishing)
hooks.register("before_publish", publishing.ask_before_publishing)
hooks.register("before_edit_page", publishing.tell_before_approving)
hooks.register("before_edit_snippet", publishing.tell_before_approving)
hooks.register("before_edit_page", publishing.tell_asked_changes)
hooks.register("before_edit_snippet", publishing.tell_asked_changes)
hooks.register("construct_wagtail_userbar", content_checks.use_own_checks)
hooks.register("construct_homepage_panels", start_page.add_panels)
hooks.register("register_help_menu_item", handbook.offer_handbook)
hooks.register("register_page_header_buttons", course_outline.offer_outline)
hooks.register("register_page_header_buttons", release_pages.offer_releases)


@hooks.register("insert_global_admin_css")
def link_editor_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/editor.css"))


@hooks.register("register_admin_urls")
def register_editing() -> list[URLPattern]:
    address = "publish/<str:app>/<str:model>/<int:pk>/<int:revision>/"
    return [
        path(address, publishing.publish_asked, name="publish_asked"),
        path("course-outline/<int:pk>/", course_outline.show_outline, name="course_outline"),
        path("versions/<int:pk>/", release_pages.list_releases, name="course_releases"),
        path(
            "versions/<int:pk>/compare/",
            release_comparison.show_comparison,
            name="compare_releases",
        ),
        path("versions/<int:pk>/<int:number>/", release_pages.show_release, name="course_release"),
        path("handbook/", handbook.show_handbook, name="handbook"),
        path("handbook/<slug:name>/", handbook.show_handbook, name="handbook_page"),
    ]
