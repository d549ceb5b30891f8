from __future__ import annotations

import gzip
import re
from itertools import starmap
from pathlib import Path
from unittest import mock

from django.conf import settings

import pytest

from config.storage import HashedStaticFilesStorage, KeepingCompressor

STATIC = Path(settings.BASE_DIR) / "static"
STYLES = sorted(STATIC.glob("css/*.css"))
SCRIPTS = sorted(STATIC.glob("js/*.js"))
PHYSICAL = re.compile(
    r"(?:^|[{;])\s*((?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height)"
    r"|(?:margin|padding|border|inset)-(?:left|right|top|bottom)[a-z-]*|float)\s*:[^;}]*)",
    re.MULTILINE,
)
SHEET = (STATIC / "css/site.css").read_text()
# Foreground, background and the contrast that WCAG 2 asks for: 4.5 for text, 3 for lines that carry meaning.
PAIRS = [
    *((ink, ground, 4.5) for ink in ("ink", "muted", "action") for ground in ("paper", "surface")),
    *((ink, "sunken", 4.5) for ink in ("ink", "muted")),
    ("on-action", "action", 4.5),
    ("on-action", "action-hover", 4.5),
    ("action", "action-soft", 4.5),
    ("ink", "action-soft", 4.5),
    ("ink", "raised", 4.5),
    *((tone, f"{tone}-soft", 4.5) for tone in ("go", "wait", "stop", "info")),
    *((tone, "surface", 4.5) for tone in ("go", "wait", "stop", "info")),
    *(("ink", f"{tone}-soft", 4.5) for tone in ("go", "wait", "stop", "info")),
    *((f"p{number}", ground, 4.5) for number in range(1, 7) for ground in ("paper", "surface")),
    ("on-hero", "hero", 4.5),
    ("hero-soft", "hero", 4.5),
    ("on-spark", "spark", 4.5),
    *(("edge", ground, 3) for ground in ("paper", "surface")),
    *(("focus", ground, 3) for ground in ("paper", "surface")),
]


def packed(*paths: str) -> int:
    return sum(len(gzip.compress((STATIC / path).read_bytes(), 9)) for path in paths)


def test_styles_use_logical_properties():
    found = {sheet.name: PHYSICAL.findall(sheet.read_text()) for sheet in STYLES}
    assert {name: physical for name, physical in found.items() if physical} == {}


def test_page_assets_stay_under_36_kilobytes():
    scripts = ["js/site.js", "js/page.js"]
    assert packed("css/site.css", *scripts, "icons.svg", "fonts/display-700.woff2") < 36_500


def test_style_sheet_stays_small():
    assert packed("css/site.css") < 8_500


def test_scripts_together_stay_small():
    assert packed(*(f"js/{path.name}" for path in SCRIPTS)) < 9_500


def test_scripts_are_loaded_by_another_or_by_the_page():
    """A behaviour nobody imports is dead; what a module imports exists."""
    named = re.compile(r'(?:from |import |import\()"\./([\w-]+\.js)"')
    imported = {name for path in SCRIPTS for name in named.findall(path.read_text())}
    assert imported == {path.name for path in SCRIPTS} - {"site.js"}


def test_base_template_links_one_style_sheet_without_imports():
    page = Path(settings.BASE_DIR, "templates", "base.html").read_text()
    assert re.findall(r"css/[\w-]+\.css", page) == ["css/site.css"]
    assert "@import" not in SHEET


def test_files_named_in_the_styles_exist():
    named = re.findall(r'url\("([^"]+)"\)', SHEET)
    assert named
    assert all((STATIC / "css" / name).is_file() for name in named)


def test_third_party_files_are_named_with_licence():
    told = (STATIC / "LICENSES.md").read_text()
    named = re.findall(r"`([\w/.-]+\.(?:txt|svg|woff2))`", told)
    assert {"icons.svg", "icons-LICENSE.txt", "fonts/display-700.woff2", "fonts/OFL.txt"} <= set(
        named
    )
    assert all((STATIC / name).is_file() for name in named)


def test_colour_pairs_meet_wcag_contrast():
    faint = [
        f"{ink} on {ground} in the {name}"
        for ink, ground, least in PAIRS
        for mode, name in enumerate(("light", "dark"))
        if not contrast(colour(ink, mode), colour(ground, mode)) >= least
    ]
    assert faint == []


def colour(name: str, mode: int) -> str:
    """The six hex digits of a colour token in light (0) or dark (1) mode."""
    value = re.search(rf"--{name}: ([^;]+);", SHEET)[1]
    if named := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return colour(named[1], mode)
    shades = re.findall(r"#([0-9a-f]{3,6})", value)
    shade = shades[mode] if len(shades) == 2 else shades[0]
    return shade if len(shade) == 6 else "".join(digit * 2 for digit in shade)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours by WCAG 2.2, section "contrast ratio"."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(shade: str) -> float:
    parts = [int(shade[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(
        starmap(
            lambda weight, part: weight * part, zip((0.2126, 0.7152, 0.0722), linear, strict=True)
        )
    )


def test_scripts_of_the_editor_stay_small_and_are_all_loaded():
    paths = sorted(STATIC.glob("editor/*.js"))
    assert packed(*(f"editor/{path.name}" for path in paths)) < 5_500
    named = re.compile(r'from "\./([\w-]+\.js)";')  # the semicolon lets the storage hash it
    imported = {name for path in paths for name in named.findall(path.read_text())}
    assert imported == {path.name for path in paths} - {"forms.js", "outline.js"}


def test_compressed_copies_are_kept_while_whole_and_made_anew_when_cut_off(tmp_path):
    path = tmp_path / "site.0123456789ab.css"
    path.write_text("a { color: red }\n" * 200)
    compressor = KeepingCompressor(quiet=True)
    copies = compressor.compress(str(path))
    assert [Path(copy).suffix for copy in copies] == [".br", ".gz"]
    whole = Path(copies[1]).read_bytes()
    with mock.patch.object(compressor, "compress_brotli", side_effect=AssertionError):
        assert compressor.compress(str(path)) == copies
    Path(copies[1]).write_bytes(whole[:40])
    assert compressor.compress(str(path)) == copies
    assert Path(copies[1]).read_bytes() == whole


@pytest.mark.parametrize("compressed", [True, False])
def test_collected_files_are_compressed_unless_the_proxy_does(tmp_path, settings, compressed):
    settings.STATIC_ROOT, settings.COMPRESS_STATIC_FILES = str(tmp_path), compressed
    (tmp_path / "site.css").write_text("a { color: red }\n" * 200)
    storage = HashedStaticFilesStorage()
    found = {Path(copy).suffix for _path, copy in storage.compress_files(["site.css"])}
    assert found == ({".br", ".gz"} if compressed else set())
