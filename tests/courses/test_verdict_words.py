"""A page gives a verdict once; the reasons beside it do not repeat it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.conf import settings

import pytest

from courses.verdict_words import drop_verdict


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("Right. ask early.", "Ask early."),
        ("Not quite. It is late.", "It is late."),
        ("CORRECT!  Yes.", "Yes."),
        ("Wrong: nobody asked.", "Nobody asked."),
        ("Not right. Ask.", "Ask."),
        ("Right away is too soon.", "Right away is too soon."),
        ("Right.", "Right."),
        ("Rightly so. Ask.", "Rightly so. Ask."),
        ("Ask early. Right.", "Ask early. Right."),
        ("", ""),
    ],
)
def test_reason_drops_a_verdict_at_its_beginning(reason: str, told: str) -> None:
    assert drop_verdict(reason) == told


def test_demo_reasons_give_no_verdicts() -> None:
    found = []
    for path in sorted(Path(settings.BASE_DIR, "home/demo/content").glob("*.toml")):
        found += [
            text for text in texts_of(tomllib.loads(path.read_text())) if text != drop_verdict(text)
        ]
    assert found == []


def texts_of(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts_of(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part)]
    return [value] if isinstance(value, str) else []
