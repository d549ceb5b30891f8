"""What the editor tells before publishing, and what it remembers of new objects."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wagtail import hooks

from home.editing import content_checks, publishing

hooks.register("before_publish_page", publishing.ask_before_publishing)
hooks.register("before_publish", publishing.ask_before_publishing)
hooks.register("construct_wagtail_userbar", content_checks.use_own_checks)


@hooks.register("insert_global_admin_css")
def link_editor_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/editor.css"))


@hooks.register("register_admin_urls")
def register_publishing() -> list[URLPattern]:
    address = "publish/<str:app>/<str:model>/<int:pk>/<int:revision>/"
    return [path(address, publishing.publish_asked, name="publish_asked")]
