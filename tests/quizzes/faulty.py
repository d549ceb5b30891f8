"""A quiz of four questions whose first one has a wrong key, and people who take it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from certificates.models import Certification
from items import publishing
from items.models import Item, ItemVersion
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, QuizPage, Regrade
from quizzes.regrades import applying, dry_run
from quizzes.regrades.dry_run import RegradeChoice, RegradePlan
from tests.factories.certificates import make_certification
from tests.factories.quizzes import form_for, make_attempt, make_bank, make_quiz, make_row

# The key says the second option; the third is right.
KEYED, TRUE, WRONG = 1, 2, 0


@dataclass
class Faulty:
    """The quiz, its certification and the faulty item."""

    page: QuizPage
    certification: Certification
    item: Item

    @property
    def version(self) -> ItemVersion:
        return self.item.versions.get(number=1)

    def correct(self, *right: int, kind: str = "single", **changes: Any) -> ItemVersion:
        """Publish the item with these options right (default: the true one)."""
        return recut(self.item, right or (TRUE,), kind, **changes)

    def answer(self, person: User, at: datetime, option: int | None, *, others: int = 2) -> Attempt:
        """An open attempt: the faulty question answered by `option`, and `others` of the other three right."""
        attempt = make_attempt(person, self.page, at)
        right = others
        for response in attempt.responses.select_related("version"):
            form = form_for(response, right=right > 0)
            if response.version == self.version:
                form = self.picked(response, option)
            else:
                right -= 1
            save_answer(attempt.uuid, person, response.slot, form, seq=1, at=at)
        return attempt

    def picked(self, response: Any, option: int | None) -> dict[str, list[str]]:
        if option is None:
            return {}
        ident = self.version.content["options"][option]["id"]
        return {"choice": [row["token"] for row in response.order if row["id"] == ident]}

    def take(self, person: User, at: datetime, option: int | None, *, others: int = 2) -> Attempt:
        """Like `answer`, and handed in."""
        attempt = self.answer(person, at, option, others=others)
        return submit_attempt(attempt.uuid, person, at=at)


def make_faulty(*, certifies: bool = True, **rules: Any) -> Faulty:
    """Three of four right answers pass."""
    rows = [make_row("single", code="FAULTY", critical=rules.pop("critical", False))]
    rows += [make_row("single") for _ in range(3)]
    bank = make_bank(f"FAULTY-{Item.objects.count()}", *rows)
    page = make_quiz(bank, **{"pass_percent": 75, "attempts_allowed": 0} | rules)
    certification = make_certification("FAULTY", courses=(page.quiz.course,) if certifies else ())
    return Faulty(page, certification, bank.items.get(code="FAULTY"))


def recut(item: Item, right: tuple[int, ...], kind: str, **changes: Any) -> ItemVersion:
    """Publish the item as this kind, with these of its options right."""
    item.refresh_from_db()
    first = item.versions.get(number=1).content["options"]
    kept = changes.pop("options", range(len(first)))
    rows = [
        {
            "type": "item",
            "id": first[place]["id"],
            "value": {
                "text": first[place]["text"],
                "correct": place in right,
                "reason": first[place]["reason"],
            },
        }
        for place in kept
    ]
    item.body = json.dumps([{"type": kind, "value": {"options": rows}}])
    for name, value in changes.items():
        setattr(item, name, value)
    item.save()
    return publishing.cut_version(item, actor="system:test", at=timezone.now())


def planned(version: ItemVersion, option: str, corrected: Any = None, **more: Any) -> RegradePlan:
    return dry_run.plan_regrade(version, RegradeChoice(option, corrected, **more))


def regrade(
    version: ItemVersion, option: str, corrected: Any = None, *, actor: User, **more: Any
) -> Regrade:
    """Apply a regrade with the digest of a dry run made just before."""
    keep = more.pop("keep_passes", True)
    choice = RegradeChoice(option, corrected, keep)
    told = {"reason": "The key was wrong.", "note": "Sorry for this.", "at": timezone.now()} | more
    digest = dry_run.plan_regrade(version, choice).digest
    return applying.apply_regrade(version, choice, digest=digest, actor=actor, **told)
