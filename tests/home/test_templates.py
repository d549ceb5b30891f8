from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template

import pytest

ROOT = Path(settings.BASE_DIR) / "templates"
# Mail programs ignore style sheets, so mail templates may have inline styles and are left out.
PAGES = sorted(
    path for path in ROOT.rglob("*.html") if "email" not in path.relative_to(ROOT).parts[0]
)
ICONS = set(
    re.findall(r'<symbol id="([^"]+)"', (Path(settings.BASE_DIR) / "static/icons.svg").read_text())
)

each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def words(path: Path) -> str:
    return re.sub(
        r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.DOTALL
    )


@each_page
def test_template_compiles(path):
    assert get_template(str(path.relative_to(ROOT)))


@each_page
def test_template_includes_exist(path):
    for name in re.findall(r'{%-?\s*(?:include|extends)\s+"([^"]+)"', words(path)):
        assert get_template(name)


@each_page
def test_template_has_no_inline_style_script_or_handler(path):
    assert not re.search(
        r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", words(path), re.IGNORECASE
    )
    scripts = re.findall(r"<script\b([^>]*)>", words(path))
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)


@each_page
def test_template_icons_exist(path):
    named = re.findall(r'{%\s*icon\s+"([^"]+)"|\sicon="([^"]+)"', words(path))
    assert {one or other for one, other in named} <= ICONS


@each_page
def test_template_static_files_exist(path):
    for name in re.findall(r'{%\s*static\s+["\']([^"\']+)["\']', words(path)):
        assert finders.find(name), name


@each_page
def test_template_avoids_forbidden_words(path):
    text = re.sub(r"{[{%].*?[}%]}|<[^>]*>", " ", words(path), flags=re.DOTALL)
    said = " ".join(re.findall(r'translate "([^"]*)"', words(path)))
    assert not re.search(r"\b(Submit|Click here|Oops|Invalid)\b|!", f"{text} {said}")


def test_error_500_page_has_no_template_tags():
    page = (ROOT / "500.html").read_text()
    assert "{%" not in page
    assert "{{" not in page
