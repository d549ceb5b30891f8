from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from wagtail.admin.icons import get_icons

ROOT = Path(settings.BASE_DIR) / "templates"
# Mail programs ignore style sheets, so mail templates may have inline styles and are left out.
PAGES = sorted(
    path for path in ROOT.rglob("*.html") if "email" not in path.relative_to(ROOT).parts[0]
)
ICONS = set(
    re.findall(r'<symbol id="([^"]+)"', (Path(settings.BASE_DIR) / "static/icons.svg").read_text())
)
EDITOR_ICONS = set(re.findall(r'id="icon-([^"]+)"', get_icons()))


@cache
def words(path: Path) -> str:
    return re.sub(
        r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.DOTALL
    )


def named(pattern: str) -> list[tuple[str, Any]]:
    """Which template says what, for everything that fits the pattern in any of them."""
    return [
        (str(path.relative_to(ROOT)), found)
        for path in PAGES
        for found in re.findall(pattern, words(path))
    ]


def faults(names: Iterable[str]) -> list[str]:
    """The templates among these that do not compile, each with what Django says of it."""
    found = []
    for name in names:
        try:
            assert get_template(name)
        except (TemplateDoesNotExist, TemplateSyntaxError) as fault:
            found.append(f"{name}: {fault}")
    return found


def test_template_compiles():
    assert faults(str(path.relative_to(ROOT)) for path in PAGES) == []


def test_template_includes_exist():
    names = {name for _page, name in named(r'{%-?\s*(?:include|extends)\s+"([^"]+)"')}
    assert faults(sorted(names)) == []


def test_template_has_no_inline_style_script_or_handler():
    inline = re.compile(
        r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", flags=re.IGNORECASE
    )
    assert [str(path.relative_to(ROOT)) for path in PAGES if inline.search(words(path))] == []
    scripts = [
        (page, script)
        for page, script in named(r"<script\b([^>]*)>")
        if "src=" not in script and 'type="application/json"' not in script
    ]
    assert scripts == []


def is_for_editors(page: str) -> bool:
    """Templates of the editor, be they ours or in place of Wagtail's."""
    return "/cms/" in page or page.startswith("wagtailadmin/")


def test_template_icons_exist():
    """Our own sprite, and in the editor's templates that of Wagtail."""
    shown = named(r'{%\s*icon\s+"([^"]+)"|\sicon="([^"]+)"')
    missing = [
        (page, both)
        for page, both in shown
        if (both[0] or both[1]) not in (ICONS | EDITOR_ICONS if is_for_editors(page) else ICONS)
    ]
    assert missing == []


def test_template_static_files_exist():
    files = named(r'{%\s*static\s+["\']([^"\']+)["\']')
    assert [(page, name) for page, name in files if not finders.find(name)] == []


def test_template_avoids_forbidden_words():
    avoided = re.compile(r"\b(Submit|Click here|Oops|Invalid)\b|!")
    found = []
    for path in PAGES:
        text = re.sub(r"{[{%].*?[}%]}|<[^>]*>", " ", words(path), flags=re.DOTALL)
        said = " ".join(re.findall(r'translate "([^"]*)"', words(path)))
        if avoided.search(f"{text} {said}"):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_error_500_page_has_no_template_tags():
    page = (ROOT / "500.html").read_text()
    assert "{%" not in page
    assert "{{" not in page
