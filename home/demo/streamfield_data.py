"""Turn the demo's TOML texts into StreamField data. Block ids are derived, so loading twice changes nothing."""

from __future__ import annotations

import re
import tomllib
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.html import escape

CONTENT = Path(__file__).parent / "content"
SPACE = uuid.UUID("6f1a3c52-4c0e-5d9b-9a64-0c7f5a2d7e11")

Json = dict[str, Any]


def read_texts(name: str) -> Json:
    """One file of `home/demo/content`; decimals stay exact."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text("utf-8"), parse_float=Decimal)


def stable_id(*path: object) -> str:
    """The same id for the same place in the texts, on every machine."""
    return str(uuid.uuid5(SPACE, "/".join(map(str, path))))


def inline_html(text: str) -> str:
    """**bold**, *italic* and [links](https://…) as rich text; everything else is escaped."""
    text = escape(text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"\*(.+?)\*", r"<i>\1</i>", text)
    return re.sub(r"\[(.+?)\]\((https?://[^)\s]+)\)", r'<a href="\2">\1</a>', text)


def rich_text(*paragraphs: str) -> str:
    """Paragraphs (a blank line separates more of them) as rich text; lines that start with "- " are a list."""
    parts = [part for text in paragraphs for part in re.split(r"\n\s*\n", text.strip()) if part]
    return "".join(map(_paragraph, parts))


def _paragraph(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    bullets = [inline_html(line[2:]) for line in lines if line.startswith("- ")]
    prose = " ".join(inline_html(line) for line in lines if not line.startswith("- "))
    listed = "".join(f"<li>{bullet}</li>" for bullet in bullets)
    return (f"<p>{prose}</p>" if prose else "") + (f"<ul>{listed}</ul>" if listed else "")


def build_blocks(raw: list[Json], *path: object) -> list[Json]:
    """A lesson's blocks as StreamField raw data."""
    return [
        {
            "type": block["type"],
            "value": VALUES[block["type"]](block, (*path, n)),
            "id": stable_id(*path, n),
        }
        for n, block in enumerate(raw)
    ]


def build_list(values: list[Any], *path: object) -> list[Json]:
    """A ListBlock's raw data."""
    return [
        {"type": "item", "value": value, "id": stable_id(*path, n)}
        for n, value in enumerate(values)
    ]


def _text(block: Json, _path: Any) -> Json:
    return {"heading": block.get("heading", ""), "body": rich_text(*block["paragraphs"])}


def _do_dont(block: Json, path: Any) -> Json:
    return {
        "title": block["title"],
        "do": build_list(block["do"], *path, "do"),
        "dont": build_list(block["dont"], *path, "dont"),
        "why": block.get("why", ""),
    }


def _case_study(block: Json, path: Any) -> Json:
    return {
        "title": block["title"],
        "story": rich_text(block["story"]),
        "numbers": rich_text(block["numbers"]),
        "people_said": rich_text(block["people_said"]),
        "measures": build_list(block.get("measures", []), *path, "measures"),
        "illustrative": block.get("illustrative", False),
    }


def _figure(block: Json, path: Any) -> Json:
    rows = [{"label": row["label"], "value": str(row["value"])} for row in block["rows"]]
    return {
        "title": block["title"],
        "picture": None,
        "rows": build_list(rows, *path, "rows"),
        "unit": block.get("unit", ""),
        "alt": block["alt"],
        "caption": block.get("caption", ""),
    }


def _check(block: Json, path: Any) -> Json:
    return {
        "question": block["question"],
        "kind": block["kind"],
        "options": build_list(block["options"], *path, "options"),
        "summary": block.get("summary", ""),
    }


VALUES = {
    "text": _text,
    "statement": lambda block, _path: {"text": block["text"]},
    "do_dont": _do_dont,
    "example": lambda block, _path: {"title": block["title"], "body": rich_text(block["body"])},
    "case_study": _case_study,
    "figure": _figure,
    "quote": lambda block, _path: {
        "text": block["text"],
        "attribution": block.get("attribution", ""),
    },
    "check": _check,
}
