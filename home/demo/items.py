"""The demo's question banks, from the items-*.toml texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from accounts.models import User
from courses.models import Principle
from home.demo.pictures import get_picture
from home.demo.streamfield_data import Json, build_list, read_texts, rich_text, stable_id
from items.banks import importing
from items.models import Item, ItemBank

BANK = "PRINCIPLES"
FILES = [f"items-p{number}" for number in range(1, 7)]
PRACTICE_FILES = ["items-practice"]
SAMPLES = "KINDS"
PRACTICE = "PRACTICE"


def load_items(author: User) -> tuple[ItemBank, ItemBank]:
    """Publish every item that the banks do not have yet. Returns the bank of the final quiz, and that of practice.

    They share nothing: practice tells every answer.
    """
    final = _load_bank(BANK, "Principles of posting", FILES, author)
    practice = _load_bank(PRACTICE, "Principles of posting, for practice", PRACTICE_FILES, author)
    _load_samples(author)
    return final, practice


def _load_bank(code: str, title: str, files: list[str], author: User) -> ItemBank:
    bank, _made = ItemBank.objects.get_or_create(code=code, defaults={"title": title})
    known = set(bank.items.values_list("code", flat=True))
    principles = {principle.code: principle for principle in Principle.objects.all()}
    for name in files:
        for raw in read_texts(name)["item"]:
            if raw["code"] not in known:
                publish_item(build_item(raw, bank, principles[raw["principle"]]), author)
    return bank


def _load_samples(author: User) -> None:
    """One question of every kind, in a bank that no quiz draws from."""
    bank, _made = ItemBank.objects.get_or_create(
        code=SAMPLES, defaults={"title": "One question of every kind"}
    )
    known = set(bank.items.values_list("code", flat=True))
    rows = [_pictured(row) for row in read_texts("items-kinds")["item"] if row["code"] not in known]
    importing.apply_plan(importing.plan_import(bank, rows), actor=author)


def _pictured(row: Json) -> Json:
    """The row with numbers of stored pictures in place of the names of drawings."""
    found = dict(row)
    if "image" in row:
        found["image"] = get_picture(row["image"]).pk
    if any("image" in option for option in row.get("options", ()) if isinstance(option, dict)):
        found["options"] = [o | {"image": get_picture(o["image"]).pk} for o in row["options"]]
    return found


def publish_item(item: Item, author: User) -> None:
    item.save()
    item.save_revision(user=author).publish(user=author)


def build_item(raw: Json, bank: ItemBank, principle: Principle) -> Item:
    value = BODIES[raw["kind"]](raw)
    body = [{"type": raw["kind"], "value": value, "id": stable_id(raw["code"], "body")}]
    return Item(
        bank=bank,
        code=raw["code"],
        principle=principle,
        difficulty=raw["difficulty"],
        critical=raw["critical"],
        stem=rich_text(raw["stem"]),
        body=json.dumps(body, default=str),
        feedback=raw.get("feedback", ""),
    )


def _options(raw: Json) -> Json:
    return {"options": build_list(raw["options"], raw["code"], "options")}


def _multiple(raw: Json) -> Json:
    return {**_options(raw), "credit": raw.get("credit", "proportional")}


def _true_false(raw: Json) -> Json:
    return {name: raw[name] for name in ("answer", "reason_true", "reason_false")}


def _number(raw: Json) -> Json:
    names = ("answer", "tolerance", "unit", "reason_right", "reason_wrong")
    return {name: raw.get(name, "") for name in names}


def _ordering(raw: Json) -> Json:
    steps: list[Any] = [{"text": step} for step in raw["steps"]]
    return {
        "steps": build_list(steps, raw["code"], "steps"),
        # Half an order can be dangerous where a wrong answer alone fails the attempt.
        "credit": "exact" if raw["critical"] else "distance",
        "reason": raw["reason"],
    }


def _matching(raw: Json) -> Json:
    return {
        "pairs": build_list(raw["pairs"], raw["code"], "pairs"),
        "extra": build_list(raw.get("extra", []), raw["code"], "extra"),
        "reason": raw["reason"],
    }


BODIES: dict[str, Callable[[Json], Json]] = {
    "single": _options,
    "multiple": _multiple,
    "true_false": _true_false,
    "number": _number,
    "ordering": _ordering,
    "matching": _matching,
}
