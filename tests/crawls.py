"""Somebody who follows the links of the editor: every kind of address that it offers them."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from wagtail.models import Page

START = "/cms/"
# Signing out ends the walk; to the address of a bulk action the script adds what is ticked.
LEFT_OUT = {"wagtailadmin_logout", "wagtail_bulk_action"}
# What a walk of the site leaves out: the account's own pages, of which one signs out, files and other languages.
ELSEWHERE = ("/accounts/", "/static/", "/media/", "//", "/fi/", "/pt-br/")
WRITTEN, MOST_OF_A_KIND = "page", 3
# The links of a page that are not hidden, and the menu, which is data for a script.
LINK = re.compile(
    r"""<a\b(?![^>]*\shidden[\s>])[^>]*?\shref=["']([^"'#][^"']*)|"url": "(/cms/[^"]*)\""""
)


def crawl(browser: Client, *, by_type: bool = True) -> Iterator[tuple[str, str, Any]]:
    """Every kind of page that links from the start page lead to: where the link stood, its address, the reply.

    `by_type` tells whether the forms of two types of pages are two kinds.
    """
    waiting, seen, kinds = deque([("", START)]), {START}, {name_kind(START), *LEFT_OUT}
    while waiting:
        origin, address = waiting.popleft()
        reply = browser.get(address)
        yield origin, address, reply
        for link in sorted(find_links(reply, address, START)):
            path = urlsplit(link).path
            if path not in seen and (kind := name_kind(path, by_type=by_type)) not in kinds:
                kinds.add(kind)
                waiting.append((address, link))
            seen.add(path)


def name_kind(path: str, *, by_type: bool = True) -> str:
    """The name of an address, and of the form of a page, its type: pages of one kind look alike."""
    try:
        match = resolve(path)
    except Resolver404:
        return path
    if by_type and match.view_name == "wagtailadmin_pages:edit":
        page = (
            Page.objects.select_related("content_type").filter(pk=match.kwargs["page_id"]).first()
        )
        return f"{match.view_name} {page and page.content_type.model}"
    return str(match.view_name or match.route)


def crawl_site(browser: Client, own: str) -> Iterator[tuple[str, str, Any]]:
    """The pages of the site, the editor apart, that links from its pages lead to, once in whatever order or filter.

    Of a kind that is no written page, such as people, a few are asked, and all with `own` in their address.
    """
    waiting, seen, kinds = deque([("", "/")]), {"/"}, Counter[str]()
    while waiting:
        origin, address = waiting.popleft()
        reply = browser.get(address)
        yield origin, address, reply
        for link in sorted(find_links(reply, address, "/")):
            path = urlsplit(link).path
            if path in seen or link.startswith((START, *ELSEWHERE)):
                continue
            seen.add(path)
            kind = name_kind(path)
            kinds[kind] += kind != WRITTEN
            if own in path or kinds[kind] <= MOST_OF_A_KIND:
                waiting.append((address, link))


def find_links(reply: Any, address: str, within: str) -> set[str]:
    """Where a page, or a redirection, leads within these addresses."""
    if reply.status_code in {301, 302}:
        found = [reply.headers["Location"]]
    elif not reply.headers.get("Content-Type", "").startswith("text/html"):
        return set()
    else:
        text = reply.content.decode()
        found = [html.unescape(link or menu) for link, menu in LINK.findall(text)]
    whole = {urldefrag(urljoin(address, link)).url for link in found}
    return {link for link in whole if link.startswith(within)}
