"""A quiz as a whole, for its author: every question of one try in its order, each with its key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from items import sentences
from items.kinds.content import kind_of
from items.models import ItemVersion
from quizzes.attempts import open_items
from quizzes.authoring.written_rules import load_pool, rules_on_page
from quizzes.models import QuizPage
from quizzes.models.quizzes import WHOLE
from quizzes.rules.drawing import DrawError, draw_items
from quizzes.rules.settings import QuizRules
from quizzes.screens.previews import deal_example, example_answer
from quizzes.screens.questions import AskedQuestion

# The same try each time, so that an author finds a question again.
SEED = "preview"


def whole_quiz_context(page: QuizPage, request: HttpRequest) -> dict[str, Any]:
    """What `quizzes/whole.html` shows; nothing in any other mode."""
    if getattr(request, "preview_mode", "") != WHOLE:
        return {}
    # A learner who does not exist may be the reader of the preview (`pretended_readers`).
    author: Any = getattr(request, "editor", request.user)
    if author.is_authenticated and open_items.find_open_exam(author):
        words = _("A try of yours is open, and here stand the keys. Hand it in first.")
        return {"sheets": [], "missing": words}
    try:
        versions = _draw(rules_on_page(page))
    except DrawError as fault:
        return {"sheets": [], "missing": sentences.translate(fault.phrase)}
    return {"sheets": [_lay_out(slot, version) for slot, version in enumerate(versions, 1)]}


def _draw(rules: QuizRules) -> Iterable[ItemVersion]:
    pools = load_pool(rules)
    drawn = [
        one.item_id
        for bank in rules.banks
        for one in draw_items(pools[bank], rules.plan(bank), SEED)
    ]
    versions = ItemVersion.objects.select_related("item__bank").in_bulk(drawn)
    return [versions[pk] for pk in drawn]


def _lay_out(slot: int, version: ItemVersion) -> dict[str, Any]:
    question, key = (
        AskedQuestion(deal_example(version, f"{SEED}:{slot}", slot)) for _each in range(2)
    )
    key.answer = example_answer(key.spec, right=True)
    scored = kind_of(key.spec).scored
    return {
        "question": question,
        "ids": f"q{slot}-",
        "reveal": key.reveal if scored else None,
        "version": version,
    }
