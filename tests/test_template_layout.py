"""How templates and style sheets are laid out, so that a change shows as a change. Each test names all offenders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from django.conf import settings
from django.urls import Resolver404, resolve

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
LONGEST_LINE = 160
USUAL_LINE = 110
# Conditions that a template puts together itself: name each in its view, its model or a tag instead.
COMPOUND_CONDITIONS_LEFT = 0
COMPOUND_CONDITION = re.compile(r"{%-?\s*(?:el)?if\s(?:(?!%}).)*?\s(?:and|or)\s.*?%}")
BLOCKS = (
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 head header html legend li main nav ol option p section select summary table tbody td tfoot "
    "th thead tr ul"
)
OPENED = re.compile(rf"<(?:{'|'.join(BLOCKS.split())})(?=[\s>])")
ADDRESS = re.compile(r'\b(?:href|action|src)="(/[^"{}?#]*)')
# Whatever the editors put there: the pages of the site have an address, but no name.
PAGES = {"page", "wagtail_serve"}
# Our own faults: this page may need nothing from the server.
STANDS_ALONE = {"500.html"}


def template_lines() -> Iterator[tuple[str, str]]:
    """Each line of a page template, and where it stands."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        for number, line in enumerate(path.read_text().splitlines(), 1):
            yield f"{name}:{number}", line


def has_url_name(path: str) -> bool:
    try:
        return resolve(path).view_name not in PAGES
    except Resolver404:
        return False


def joined_lines(sheet: str) -> Iterator[int]:
    """The numbers of lines with more than one declaration, or a declaration beside a brace."""
    bare = re.sub(
        r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", "", found[0]), sheet, flags=re.DOTALL
    )
    for number, line in enumerate(bare.splitlines(), 1):
        if re.search(r"[;{}]", line.strip()[:-1]):
            yield number


def test_no_line_of_a_template_is_longer_than_a_screen() -> None:
    long = {place: len(line) for place, line in template_lines() if len(line) > LONGEST_LINE}
    assert long == {}


def test_nine_lines_of_ten_are_short() -> None:
    lengths = [len(line) for _, line in template_lines()]
    assert quantiles(lengths, n=10)[-1] <= USUAL_LINE


def test_each_line_opens_one_block_element_at_most() -> None:
    crowded = [place for place, line in template_lines() if len(OPENED.findall(line)) > 1]
    assert crowded == []


def test_conditions_composed_in_templates_only_become_fewer() -> None:
    composed = [
        f"{place} {condition}"
        for place, line in template_lines()
        for condition in COMPOUND_CONDITION.findall(line)
    ]
    assert len(composed) <= COMPOUND_CONDITIONS_LEFT, composed


def test_addresses_with_a_name_are_written_by_their_name() -> None:
    written_out = [
        f"{place} {path}"
        for place, line in template_lines()
        for path in ADDRESS.findall(line)
        if place.partition(":")[0] not in STANDS_ALONE and has_url_name(path)
    ]
    assert written_out == []


def test_style_sheets_hold_one_declaration_a_line() -> None:
    joined = [
        f"{path.name}:{number}"
        for path in sorted((ROOT / "static/css").glob("*.css"))
        for number in joined_lines(path.read_text())
    ]
    assert joined == []
