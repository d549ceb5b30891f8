"""Places in a question in words: ``options.0.text`` is “answer 1”, ``criteria.1.levels.0.points`` “credit of level 1
of criterion 2”."""

from __future__ import annotations

from collections.abc import Callable

from items.phrases import gettext_noop

ROWS = {
    "options": gettext_noop("answer"),
    "accept": gettext_noop("accepted answer"),
    "answers": gettext_noop("answer"),
    "others": gettext_noop("wrong choice"),
    "partly": gettext_noop("part answer"),
    "pairs": gettext_noop("pair"),
    "rights": gettext_noop("target"),
    "extra": gettext_noop("extra target"),
    "steps": gettext_noop("step"),
    "gaps": gettext_noop("gap"),
    "criteria": gettext_noop("criterion"),
    "levels": gettext_noop("level"),
    "segments": gettext_noop("part of the text"),
    "regions": gettext_noop("place"),
    "nodes": gettext_noop("scene"),
    "choices": gettext_noop("choice"),
    "endings": gettext_noop("ending"),
    "items": gettext_noop("row"),
    "categories": gettext_noop("group"),
    "aspects": gettext_noop("aspect"),
    "scale": gettext_noop("point of the scale"),
}
FIELDS = {
    "stem": gettext_noop("question"),
    "stem_html": gettext_noop("question"),
    "feedback": gettext_noop("explanation"),
    "correct": gettext_noop("right or wrong"),
    "fault": gettext_noop("right or wrong"),
    "right_id": gettext_noop("target"),
    "category_id": gettext_noop("group"),
    "expert_id": gettext_noop("expert's choice"),
    "expert": gettext_noop("expert's choice"),
    "min_words": gettext_noop("least words"),
    "max_words": gettext_noop("most words"),
    "model": gettext_noop("model answer"),
    "guide": gettext_noop("words for the reviewer"),
    "post": gettext_noop("post"),
    "reason_true": gettext_noop("reason for true"),
    "reason_false": gettext_noop("reason for false"),
    "reason_right": gettext_noop("reason when right"),
    "reason_wrong": gettext_noop("reason when wrong"),
}
# What a row is without saying more: its own words.
OWN = frozenset({"text", "left", "title", "label", "id"})


def place_in_words(path: str, say: Callable[[str], str] = str) -> str:
    """Return the words for a path of `ContentError`, each passed through `say`; an unknown path stays as it is."""
    names = path.split(".")
    places: list[str] = []
    while names:
        name = names.pop(0)
        row = ROWS.get(name)
        if row and names and names[0].isdigit():
            places.insert(0, f"{say(row)} {int(names.pop(0)) + 1}")
        elif not places or name not in OWN or names:
            places.insert(0, say(_scalar(name)))
    return " of ".join(places)


def _scalar(name: str) -> str:
    return FIELDS.get(name) or (f"{ROWS[name]}s" if name in ROWS else name.replace("_", " "))
