"""The handbook in the editor: the pages of docs/ that authors need, as HTML."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

import pytest
from bs4 import BeautifulSoup

from courses import editor_groups
from home.editing import handbook
from tests.conftest import NOW

TABLE = (
    '<table class="listing"><thead><tr><th scope="col">x</th></tr></thead>'
    "<tbody><tr><td>y</td></tr></tbody></table>"
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a **b** *c* `<d>` 2 * 3 * 4", "<p>a <strong>b</strong> <em>c</em> <code>&lt;d&gt;</code> 2 * 3 * 4</p>"),
        ("## A *b*\nc\n\nd", '<h2 id="a-b">A <em>b</em></h2><p>c</p><p>d</p>'),
        ("* a\n  b\n* c", "<ul><li>a\nb</li><li>c</li></ul>"),
        ("1. a\n\n   | x |\n   | --- |\n   | y |\n2. c", f"<ol><li><p>a</p>{TABLE}</li><li><p>c</p></li></ol>"),
        ("| x |\n| --: |\n| `a\\|b` |", TABLE.replace(">y<", "><code>a|b</code><")),
        ("```\n<a>\n\n* b\n```", "<pre><code>&lt;a&gt;\n\n* b\n</code></pre>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[s](../security.md) [h](https://x.example)", '<p>s <a href="https://x.example">h</a></p>'),
        ("[*q*](items.md#a) [g](#b)", '<p><a href="/cms/handbook/items/#a"><em>q</em></a> <a href="#b">g</a></p>'),
        ("[x](javascript:alert(1)) ![p](x.png)", "<p>[x](javascript:alert(1)) </p>"),
    ],
)  # fmt: skip
def test_handbook_writes_our_markdown_as_html(text: str, html: str) -> None:
    assert handbook.write_html(text).replace(">\n<", "><").rstrip("\n") == html


@pytest.mark.parametrize("name", handbook.PAGES)
def test_handbook_page_keeps_no_marks_and_every_heading(name: str) -> None:
    text = (handbook.DOCS / f"{name}.md").read_text()
    soup = BeautifulSoup(handbook.write_html(text), "html.parser")
    for code in soup.find_all(["code", "pre"]):
        code.extract()
    words = soup.get_text()
    assert not any(mark in words for mark in ("**", "](", "| -", "```", "\n#"))
    marked = re.findall(r"^#{1,3} ", text, re.MULTILINE)
    assert len(soup.find_all(["h1", "h2", "h3"])) == len(marked)
    inside = [a["href"] for a in soup.find_all("a") if a["href"].startswith("/")]
    assert all(href.startswith("/cms/handbook/") for href in inside)


@pytest.mark.django_db
def test_handbook_is_linked_from_the_editor(as_: Any, dana: Any, ada: Any) -> None:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    browser = as_(dana)
    assert reverse("handbook") in browser.get("/cms/").content.decode()
    for name in handbook.PAGES:
        assert browser.get(reverse("handbook_page", args=[name])).status_code == 200
    assert browser.get(reverse("handbook_page", args=["security"])).status_code == 404
    assert as_(ada).get(reverse("handbook")).status_code in {302, 403}
