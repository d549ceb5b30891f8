"""Catalogues of translations have a place in every clone, and `make messages` writes one for each language."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale

ROOT = Path(settings.BASE_DIR)


def test_locale_paths_point_to_the_folder_in_the_clone():
    assert settings.LOCALE_PATHS == [ROOT / "locale"]
    assert (ROOT / "locale" / "README.md").is_file()


def test_make_messages_collects_for_every_language_but_english():
    named = re.search(r"^LOCALES := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    wanted = {to_locale(code) for code, _name in settings.LANGUAGES if code != "en"}
    assert set(named.group(1).split()) == wanted
