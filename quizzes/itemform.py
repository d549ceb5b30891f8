"""One item as a row of a file: which fields a kind has, from row to the author's form, and back."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Mapping
from typing import Any

from wagtail.whitelist import Whitelister, allow_without_attributes

from quizzes.kinds.spec import ContentError, Fields
from quizzes.models import Item
from quizzes.phrases import gettext_noop
from quizzes.publishing import content_of

COMMON = {
    "code": str,
    "kind": str,
    "principle": str,
    "difficulty": int,
    "critical": bool,
    "retired": bool,
    "stem": str,
    "stem_html": str,
    "feedback": str,
}
KINDS: dict[str, dict[str, Any]] = {
    "single": {"options": list},
    "multiple": {"options": list, "credit": str},
    "true_false": {"answer": bool, "reason_true": str, "reason_false": str},
    "number": {
        "answer": str,
        "tolerance": str,
        "unit": str,
        "reason_right": str,
        "reason_wrong": str,
    },
    "ordering": {"steps": list, "credit": str, "reason": str},
    "matching": {"pairs": list, "extra": list, "reason": str},
}
ROWS: dict[str, dict[str, type]] = {
    "options": {"text": str, "correct": bool, "reason": str},
    "pairs": {"left": str, "right": str},
}
CREDIT = {"multiple": "proportional", "ordering": "distance"}
# Ids made from words: importing the same file elsewhere gives the same ids.
NAMESPACE = uuid.UUID("5b1f8d0e-2f4b-4f0c-9d5e-7a0f6c1d2e3b")
PLAIN = re.compile(r"(?:<p>[^<]*</p>)+\Z")
Ids = dict[tuple[str, str], str]


class StemWhitelister(Whitelister):
    """The markup a question may have; everything else loses its tags."""

    element_rules = {
        "[document]": allow_without_attributes,
        **dict.fromkeys(("p", "b", "i", "ul", "ol", "li", "br"), allow_without_attributes),
    }


def check(row: Mapping[str, Any]) -> None:
    """Raise ContentError at the first field that is unknown, missing, or of the wrong type."""
    if not row.get("code") or not isinstance(row["code"], str):
        raise ContentError("code", gettext_noop("Give the item a code."))
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ContentError(
            "kind", gettext_noop("Choose one of: %(allowed)s."), allowed=", ".join(KINDS)
        )
    if ("stem" in row) == ("stem_html" in row):
        raise ContentError("stem", gettext_noop("Write the question as stem or as stem_html."))
    _check_types(row, COMMON | KINDS[kind], "")
    if kind == "number":
        Fields(row).amount("answer", least=None)
        Fields(row).amount("tolerance", "0")
    _check_lists(row)


def _check_lists(row: Mapping[str, Any]) -> None:
    for name, fields in ROWS.items():
        for place, one in enumerate(row.get(name, ())):
            if not isinstance(one, Mapping):
                raise ContentError(f"{name}.{place}", gettext_noop("Write a row with fields here."))
            _check_types(one, fields, f"{name}.{place}.")
    for name in ("steps", "extra"):
        for place, one in enumerate(row.get(name, ())):
            if not isinstance(one, str) or not _storable(one):
                raise ContentError(f"{name}.{place}", gettext_noop("Write words here."))


def _check_types(row: Mapping[str, Any], fields: Mapping[str, type], path: str) -> None:
    for name, value in row.items():
        wanted = fields.get(name)
        if wanted is None:
            raise ContentError(f"{path}{name}", gettext_noop("This kind has no such field."))
        # In Python a bool is an int; in a file it is not.
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise ContentError(
                f"{path}{name}",
                gettext_noop("Write this as %(wanted)s."),
                wanted={str: "text", bool: "true or false", int: "a number", list: "a list"}[
                    wanted
                ],
            )
        if not _storable(value):
            raise ContentError(
                f"{path}{name}", gettext_noop("Remove the characters that cannot be stored.")
            )


def _storable(value: object) -> bool:
    """Whether a database can hold the text: no NUL (PostgreSQL), no half of a character."""
    try:
        return not isinstance(value, str) or b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


def stem_html(row: Mapping[str, Any]) -> str:
    """The question as cleaned HTML; plain text becomes paragraphs, parted by blank lines."""
    if "stem_html" in row:
        return StemWhitelister().clean(row["stem_html"])
    parts = (part.strip() for part in row["stem"].split("\n\n"))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part)


def body(row: Mapping[str, Any], ids: Ids, name: str) -> dict[str, Any]:
    """The author's form of the answers, as a StreamField stores it. `name` seeds the ids of new rows."""
    kind = row["kind"]
    value = {field: row[field] for field in KINDS[kind] if field in row}
    for field in ("options", "pairs"):
        if field in value:
            key = "text" if field == "options" else "left"
            value[field] = _list(field, value[field], key, ids, name)
    if "steps" in value:
        value["steps"] = _list("steps", [{"text": t} for t in value["steps"]], "text", ids, name)
    if kind == "matching":
        value["extra"] = _list("extra", row.get("extra", ()), "", ids, name)
    if kind in CREDIT:
        value.setdefault("credit", CREDIT[kind])
    if kind == "number":
        value = {"unit": "", "tolerance": "0"} | value
    return {"type": kind, "value": value, "id": _made(name, "body", "")}


def _list(field: str, rows: Any, key: str, ids: Ids, name: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    used: set[str] = set()
    for row in rows:
        text = str(row.get(key, "")) if key else row
        ident = ids.get((field, text)) or _made(name, field, text)
        while ident in used:  # two rows with the same words still are two rows
            ident = _made(name, field, ident)
        used.add(ident)
        made.append({"type": "item", "value": row, "id": ident})
    return made


def _made(name: str, field: str, text: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{name}:{field}:{text}"))


def ids_of(streamed: Any) -> Ids:
    """The ids that an item's rows have, by their words."""
    found: Ids = {}
    for field, key in (("options", "text"), ("steps", "text"), ("pairs", "left"), ("extra", "")):
        rows = streamed[0].value.get(field) if streamed else None
        for child in rows.bound_blocks if rows is not None else ():
            found.setdefault((field, child.value[key] if key else child.value), child.id)
    return found


def row(item: Item) -> dict[str, Any]:
    """An item as a row of a file, without the ids."""
    content = content_of(item)
    kind = content["kind"]
    stem = content["stem"]
    made: dict[str, Any] = {"code": item.code, "kind": kind}
    if item.principle:
        made["principle"] = item.principle.code
    made |= {"difficulty": item.difficulty, "critical": item.critical}
    if item.retired:
        made["retired"] = True
    if PLAIN.match(stem):
        parts = re.findall(r"<p>(.*?)</p>", stem, re.DOTALL)
        made["stem"] = "\n\n".join(html.unescape(part) for part in parts)
    else:
        made["stem_html"] = stem
    for field in KINDS[kind]:
        made[field] = _written(field, item.body[0].value[field], content)
    return {**made, "feedback": item.feedback}


def _written(field: str, value: Any, content: Mapping[str, Any]) -> Any:
    if field in ROWS:
        return [{name: child[name] for name in ROWS[field]} for child in value]
    if field == "steps":
        return [child["text"] for child in value]
    if field == "extra":
        return list(value)
    return content[field]
