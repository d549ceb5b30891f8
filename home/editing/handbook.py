"""The handbook of authors, `docs/authoring.md` and the pages it leads to, shown in the editor.

They are CommonMark with tables, read by markdown-it-py; what it writes is cleaned by nh3, like all HTML that we show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from wagtail.admin.menu import MenuItem

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

DOCS = Path(settings.BASE_DIR, "docs")
# What authors and reviewers may read here; links to other pages are left as words.
PAGES = ("authoring", "items", "question-files", "statistics", "glossary")
READER = MarkdownIt("commonmark", {"html": False}).enable("table")
# What CommonMark is written in, and the attributes that `write_html` gives.
KEPT = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td", "pre", "code", "strong", "em", "a"),
}
ATTRIBUTES = {
    "a": {"href"},
    "table": {"class"},
    "th": {"scope"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}


def show_handbook(request: HttpRequest, name: str = PAGES[0]) -> HttpResponse:
    """One page of the handbook."""
    if name not in PAGES:
        raise Http404
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    title = text.partition("\n")[0].lstrip("# ")
    body = write_html(text.partition("\n")[2])
    return render(request, "home/cms/handbook.html", {"title": title, "body": body})


def offer_handbook() -> MenuItem:
    """Wagtail's hook for the Help menu."""
    label, address = _("Handbook of authors"), reverse("handbook")
    return MenuItem(label, address, name="handbook", icon_name="help", order=10)


@lru_cache(maxsize=len(PAGES))  # half a second of work for a long page, the same until it changes
def write_html(text: str) -> SafeString:
    """The HTML of a text in Markdown. Markup that is not Markdown is shown as it is written."""
    tokens = READER.parse(text)
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        _name_parts(token, after)
        if token.children:
            token.children = list(_lead_links(token.children))
    html = READER.renderer.render(tokens, READER.options, {})
    kept = nh3.clean(html, tags=KEPT, attributes=ATTRIBUTES, url_schemes={"https"}, link_rel=None)
    return mark_safe(kept)  # noqa: S308 - cleaned above


def _name_parts(token: Token, after: Token | None) -> None:
    """Headings can be linked to, tables look like those of the editor."""
    if token.type == "heading_open" and after:
        token.attrSet("id", slugify(after.content))
    elif token.type == "table_open":
        token.attrSet("class", "listing")
    elif token.type == "th_open":
        token.attrSet("scope", "col")


def _lead_links(tokens: Sequence[Token]) -> Iterator[Token]:
    """Links lead to pages shown here; of a link to another page of `docs/` the words stay."""
    ends: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            target = _find_target(str(token.attrGet("href") or ""))
            token.attrSet("href", target)
            ends.append(bool(target))
            if not target:
                continue
        elif token.type == "link_close" and not ends.pop():
            continue
        yield token


def _find_target(href: str) -> str:
    name, dot, rest = href.partition(".md")
    if dot and name in PAGES:
        return reverse("handbook_page", args=[name]) + rest
    return href if href.startswith(("https:", "#")) else ""
