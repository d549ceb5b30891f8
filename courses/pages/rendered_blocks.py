"""The body of a page as HTML parts, one for each block.

All blocks but the checks look the same to everybody, so they are rendered once per revision and
language; only then do links and pictures in them cost queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from wagtail.models import Page

from courses import lesson_checks
from courses.pages.editions import keep_in_edition

SECONDS_KEPT = 300


@dataclass(frozen=True, slots=True)
class RenderedBlock:
    """One block of a body, ready to be shown; `id` is its anchor."""

    kind: str
    id: str
    html: SafeString


def render_blocks(page: Page, request: HttpRequest) -> list[RenderedBlock]:
    """The page's blocks in order, with a verdict on the check that the request answers."""
    still = _shared_blocks(page, preview=getattr(request, "is_preview", False))
    given = lesson_checks.read_answers(request)
    shown = []
    for place, (kind, block_id, html) in enumerate(still):
        if kind == "check":
            html = _check(page.body[place], block_id, request, given.get(block_id))
        shown.append(RenderedBlock(kind, block_id, mark_safe(html)))  # noqa: S308 - blocks escape
    return shown


def _shared_blocks(page: Page, *, preview: bool) -> list[tuple[str, str, str]]:
    """Kind, id and HTML of each block. The HTML of checks is empty here: it differs by reader."""
    if preview or not page.live_revision_id:
        return _render(page)
    key = f"body:{page.pk}:{page.live_revision_id}:{get_language()}"
    return keep_in_edition(key, lambda: _render(page), SECONDS_KEPT)


def _render(page: Page) -> list[tuple[str, str, str]]:
    return [
        (
            child.block_type,
            child.id or f"block-{place}",
            "" if child.block_type == "check" else str(child.render()),
        )
        for place, child in enumerate(page.body, start=1)
    ]


def _check(child: Any, block_id: str, request: HttpRequest, answer: list[str] | None) -> str:
    if answer is None and getattr(request, "preview_mode", "") == "checks":
        answer = lesson_checks.right_option_ids(child.value)
    seen = lesson_checks.judge_check(child.value, block_id, answer)
    # Strangers need no token (courses.pages.routing), so that their pages set no cookie and can be kept.
    token = get_token(request) if request.user.is_authenticated else ""
    return child.block.render(child.value, {"check": seen, "csrf_token": token})
