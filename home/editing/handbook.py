"""The handbook of authors, `docs/authoring.md` and the pages it leads to, shown in the editor.

Our own pages are written in a small part of Markdown: headings, paragraphs, lists, tables, code, emphasis and links.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from wagtail.admin.menu import MenuItem

DOCS = Path(settings.BASE_DIR, "docs")
# What authors and reviewers may read here; links to other pages are left as words.
PAGES = ("authoring", "items", "question-files", "statistics", "glossary")
ITEM = re.compile(r"(?:[*-]|\d+\.) +")
HEADING = re.compile(r"(#{1,6}) +(.*)")
INLINE = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*]*?)\*(?!\w)"), r"<em>\1</em>"),
)
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
CODE = re.compile(r"`[^`]+`")


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


def write_html(text: str) -> SafeString:
    """The HTML of a text in our part of Markdown. Everything that is not markup is escaped."""
    return mark_safe("\n".join(_blocks(text.splitlines())))  # noqa: S308 - escaped below


def _blocks(lines: list[str]) -> list[str]:
    found = []
    while lines:
        first = lines[0]
        if not first.strip():
            lines = lines[1:]
            continue
        for starts, take in BLOCKS:
            if starts(first):
                html, lines = take(lines)
                found.append(html)
                break
    return found


def _take_fence(lines: list[str]) -> tuple[str, list[str]]:
    end = next((n for n, line in enumerate(lines[1:], 1) if line.startswith("```")), len(lines))
    return f"<pre>{escape(chr(10).join(lines[1:end]))}</pre>", lines[end + 1 :]


def _take_heading(lines: list[str]) -> tuple[str, list[str]]:
    found = HEADING.match(lines[0])
    level, words = (len(found[1]), found[2]) if found else (2, lines[0])
    return f'<h{level} id="{slugify(words)}">{_inline(words)}</h{level}>', lines[1:]


def _take_table(lines: list[str]) -> tuple[str, list[str]]:
    end = next((n for n, line in enumerate(lines) if not line.startswith("|")), len(lines))
    head, *rows = [line.strip().strip("|").split("|") for line in lines[:end]]
    top = "".join(f'<th scope="col">{_inline(cell.strip())}</th>' for cell in head)
    body = [
        "".join(f"<td>{_inline(cell.strip())}</td>" for cell in row)
        for row in rows
        if set("".join(row)) - set("-: ")
    ]
    shown = "".join(f"<tr>{row}</tr>" for row in body)
    return (
        f'<table class="listing"><thead><tr>{top}</tr></thead><tbody>{shown}</tbody></table>',
        lines[end:],
    )


def _take_list(lines: list[str]) -> tuple[str, list[str]]:
    tag = "ol" if lines[0][0].isdigit() else "ul"
    items: list[list[str]] = []
    while lines:
        line = lines[0]
        if ITEM.match(line):
            items.append([ITEM.sub("", line, count=1)])
        elif line.startswith("  ") or (not line.strip() and _goes_on(lines[1:])):
            items[-1].append(line)
        else:
            break
        lines = lines[1:]
    return f"<{tag}>{''.join(_item(item) for item in items)}</{tag}>", lines


def _goes_on(lines: list[str]) -> bool:
    """Whether a list goes on after an empty line."""
    return bool(lines) and lines[0].startswith("  ")


def _item(lines: list[str]) -> str:
    rest = textwrap.dedent("\n".join(lines[1:])).splitlines()
    inner = _blocks([lines[0], *rest])
    if inner and inner[0].startswith("<p>"):
        inner[0] = inner[0].removeprefix("<p>").removesuffix("</p>")
    return f"<li>{''.join(inner)}</li>"


def _take_paragraph(lines: list[str]) -> tuple[str, list[str]]:
    def ends(line: str) -> bool:
        return not line.strip() or any(starts(line) for starts, _take in BLOCKS[:-1])

    end = next((n for n, line in enumerate(lines) if n and ends(line)), len(lines))
    return f"<p>{_inline(' '.join(line.strip() for line in lines[:end]))}</p>", lines[end:]


BLOCKS = (
    (lambda line: line.startswith("```"), _take_fence),
    (lambda line: bool(HEADING.match(line)), _take_heading),
    (lambda line: line.startswith("|"), _take_table),
    (lambda line: bool(ITEM.match(line)), _take_list),
    (lambda line: True, _take_paragraph),
)


def _inline(text: str) -> str:
    """Code is taken out first and put back last: nothing in it is a mark."""
    codes = CODE.findall(text)
    html = LINK.sub(_link, escape(CODE.sub("\0", text)))
    for marks, replacement in INLINE:
        html = marks.sub(replacement, html)
    for code in codes:
        html = html.replace("\0", f"<code>{escape(code.strip('`'))}</code>", 1)
    return html


def _link(found: re.Match[str]) -> str:
    words, target = found[1], found[2]
    name, dot, rest = target.partition(".md")
    if dot and name in PAGES:
        target = reverse("handbook_page", args=[name]) + rest
    elif not target.startswith(("https:", "#")):
        return words
    return f'<a href="{target}">{words}</a>'
