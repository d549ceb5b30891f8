"""What the database says of an offer is what the kinds say: proven answers are taken, foreign ones never proven."""

from __future__ import annotations

from django.utils import timezone

import pytest

from accounts.models import User
from items.kinds.registry import KINDS
from quizzes.attempts.offers import find_proof, row_offers
from quizzes.models import Response
from tests.factories.quizzes import form_for, make_attempt, make_bank, make_quiz, make_row

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
FOREIGN = "zzzzzzzzzz"
# Typed words in a gap and steps of a story are decided in Python.
UNPROVEN = {"gap", "scenario"}


def test_every_kind_proves_its_own_answers_and_no_foreign_ones(ada: User) -> None:
    rows = [make_row(name) for name in sorted(KINDS)]
    attempt = make_attempt(ada, make_quiz(make_bank("OFFERS", *rows)), timezone.now())
    for response in attempt.responses.select_related("version"):
        kind, form = KINDS[response.version.kind], form_for(response)
        assert kind.takes(form, response.order)
        assert proves(response, form) or kind.name in UNPROVEN, kind.name
        for field, allowed in kind.offer(response.order).items():
            foreign = {**form, field: [FOREIGN]}
            assert allowed is None or not proves(response, foreign), (kind.name, field)
        assert not proves(response, {**form, f"pos-{FOREIGN}": ["1"]}), kind.name


def proves(response: Response, form: dict[str, list[str]]) -> bool:
    proof = find_proof(form)
    if proof is None:
        return False
    shown = row_offers(sorted(proof.kinds), proof.needles)
    return Response.objects.filter(shown, pk=response.pk).exists()
