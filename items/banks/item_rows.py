"""Conversion between an item and a row of a file: the fields that every item has.

The fields of one kind are converted by its form in `quizzes.authoring`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from items.authoring.item_contents import content_of
from items.authoring.registry import FORMS
from items.authoring.rows import RowIds, check_type
from items.exchange.markup import clean_html
from items.exchange.texts import SPACES
from items.kinds.spec import ContentError, ContentFields
from items.models import Item
from items.phrases import gettext_noop

COMMON = {
    "code": str,
    "kind": str,
    "principle": str,
    "difficulty": int,
    "critical": bool,
    "points": str,
    "retired": bool,
    "stem": str,
    "stem_html": str,
    "hint": str,
    "feedback": str,
}
PLAIN = re.compile(r"(?:<p>[^<]*</p>)+\Z")


def check_row(row: Mapping[str, Any]) -> None:
    """Raise ContentError at the first field that is unknown, missing, or of the wrong type."""
    if not row.get("code") or not isinstance(row["code"], str):
        raise ContentError("code", gettext_noop("Give the question a code."))
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in FORMS:
        raise ContentError(
            "kind", gettext_noop("Choose one of: %(allowed)s."), allowed=", ".join(FORMS)
        )
    if ("stem" in row) == ("stem_html" in row):
        raise ContentError("stem", gettext_noop("Write the question as stem or as stem_html."))
    for name, value in row.items():
        if name in COMMON:
            check_type(value, COMMON[name], name)
    if "points" in row:
        ContentFields(row).amount("points")
    FORMS[kind].check({name: value for name, value in row.items() if name not in COMMON})


def trim_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a checked row whose words begin and end with a letter or sign, as every form and format trims them.

    Its code says which question it is, and stays as it is."""
    return {name: value if name == "code" else _trimmed(value) for name, value in row.items()}


def _trimmed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _trimmed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_trimmed(each) for each in value]
    return value.strip(SPACES) if isinstance(value, str) else value


def stem_html(row: Mapping[str, Any]) -> str:
    """Return the question as cleaned HTML; plain text becomes paragraphs, split at blank lines.

    Raises ContentError for markup that is no question's."""
    if "stem_html" in row:
        return clean_html(row["stem_html"])[0]
    parts = (part.strip() for part in row["stem"].split("\n\n"))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part)


def stored_body(row: Mapping[str, Any], name: str, before: Any = None) -> dict[str, Any]:
    """Return the value of the author's form, as the StreamField `Item.body` stores it.

    Rows keep the ids they have in the body `before`; `name` seeds the ids of new ones.
    """
    kind = row["kind"]
    idents = RowIds(name)
    if before and before[0].block_type in FORMS:
        idents.learn(FORMS[before[0].block_type].block, before[0].value)
    return {
        "type": kind,
        "value": FORMS[kind].value(row, idents),
        "id": idents.made("body", ""),
    }


def item_row(item: Item) -> dict[str, Any]:
    """Return an item as a row of a file, without ids."""
    content = content_of(item)
    kind = content["kind"]
    stem = content["stem"]
    made: dict[str, Any] = {"code": item.code, "kind": kind}
    if item.principle:
        made["principle"] = item.principle.code
    made |= {"difficulty": item.difficulty, "critical": item.critical}
    if content["points"] != "1":
        made["points"] = content["points"]
    if item.retired:
        made["retired"] = True
    if PLAIN.match(stem):
        parts = re.findall(r"<p>(.*?)</p>", stem, re.DOTALL)
        made["stem"] = "\n\n".join(html.unescape(part) for part in parts)
    else:
        made["stem_html"] = stem
    if content["hint"]:
        made["hint"] = content["hint"]
    return {**made, **FORMS[kind].row(content), "feedback": item.feedback}
