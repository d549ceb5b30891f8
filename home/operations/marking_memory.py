"""Marks, rules and verdicts that were worked out before: most people meet the same questions and answer alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import TextField, Value
from django.db.models.functions import Concat

from items.kinds.content import parse_content
from items.kinds.spec import Spec
from items.models import ItemVersion
from ledger.reading import read_chunks
from quizzes.attempts import regrade_decisions, submitting
from quizzes.models import Response, RulesSnapshot
from quizzes.rules import settings
from quizzes.rules.grading import MarkedItem, PassRules, score_attempt
from quizzes.rules.regrading import WITHDRAWN, RegradeDecision

MOST_REMEMBERED = 50_000
# A question of an attempt and its answer: the key of the version, a colon, and the JSON as it stands (or nothing).
StoredAnswer = str
# All of a marked answer that a verdict depends on: principle, points, mark, whether right, whether critical.
Share = tuple[str, Decimal, Decimal, bool, bool]


class UnreadableVersionError(Exception):
    """A stored question that cannot be marked any more."""


class MarkingMemory:
    """Marks each answer, and judges each set of marks by the same rules, once.

    It forgets only in `learn`, so that what was learned is there until the attempts it was learned for are judged.
    """

    def __init__(self) -> None:
        self._versions: dict[int, tuple[ItemVersion, Spec | Exception]] = {}
        self._decisions: dict[int, RegradeDecision] = {}
        self._shares: dict[StoredAnswer, int] = {}
        self._numbers: dict[Share, int] = {}
        self._items: list[MarkedItem] = []
        self._rules: dict[str, PassRules] = {}
        self._verdicts: dict[tuple[str, tuple[int, ...]], bool] = {}

    def learn(self, answers: Iterable[Sequence[StoredAnswer]]) -> None:
        """Read the versions of the answers that were not met before."""
        self._forget_if_full()
        unknown = set[StoredAnswer]().union(*answers) - self._shares.keys()
        ids = {stored.partition(":")[0] for stored in unknown}
        missing = sorted({int(key) for key in ids if key.isdecimal()} - self._versions.keys())
        if not missing:
            return
        # Code and number are what people find a question by; the item itself is large.
        code = Concat("item__bank__code", Value("/"), "item__code", output_field=TextField())
        rows = ItemVersion.objects.filter(pk__in=missing).select_related("principle")
        rows = rows.annotate(known_as=code)
        for chunk in read_chunks(rows):
            for version in chunk.rows:
                self._versions[version.pk] = (version, _parse(version))
        self._decisions |= regrade_decisions.newest_decisions(missing)

    def _forget_if_full(self) -> None:
        remembered = (self._versions, self._shares, self._rules, self._verdicts)
        if any(len(memory) > MOST_REMEMBERED for memory in remembered):
            for memory in (*remembered, self._decisions, self._numbers, self._items):
                memory.clear()

    def passes(self, answers: Sequence[StoredAnswer], sha256: str) -> bool:
        """Whether the answers pass by these rules, or none of them counts. Raises UnreadableVersionError."""
        known, numbers = self._shares, []
        for stored in answers:
            number = known.get(stored)
            numbers.append(self._mark(stored) if number is None else number)
        # In one order: the verdict is the same in any, and so it is met again in any.
        numbers.sort()
        key = (sha256, tuple(numbers))
        if (verdict := self._verdicts.get(key)) is None:
            items = [self._items[number] for number in numbers]
            counts = any(item.points for item in items)
            verdict = not counts or score_attempt(items, self._pass_rules(sha256)).passed
            self._verdicts[key] = verdict
        return verdict

    def _mark(self, stored: StoredAnswer) -> int:
        """The number of what the answer contributes, marked as on the day."""
        version_id, _, answer = stored.partition(":")
        version, spec = self._versions.get(int(version_id), (None, None))
        if version is None:
            raise UnreadableVersionError(f"the version in row {version_id} cannot be read")
        if spec is None or isinstance(spec, Exception):
            code = getattr(version, "known_as", "")
            raise UnreadableVersionError(f"question {code}, version {version.number}: {spec}")
        response = Response(slot=0, version=version)
        response.answer = json.loads(answer) if answer else None
        item = self._marked_item(response, spec)
        share = (item.principle, item.points, item.mark, item.right, item.critical)
        if share not in self._numbers:
            self._numbers[share] = len(self._items)
            self._items.append(item)
        number = self._shares[stored] = self._numbers[share]
        return number

    def _marked_item(self, response: Response, spec: Spec) -> MarkedItem:
        if response.version.withdrawn_at is None:
            return submitting.marked_item(response, spec)
        decision = self._decisions.get(response.version_id, WITHDRAWN)
        return regrade_decisions.mark_by_decision(response, spec, decision)

    def _pass_rules(self, sha256: str) -> PassRules:
        if sha256 not in self._rules:
            rules = RulesSnapshot.objects.get(pk=sha256).rules
            self._rules[sha256] = settings.read_rules(rules).to_pass()
        return self._rules[sha256]


def _parse(version: ItemVersion) -> Spec | Exception:
    try:
        return parse_content(version.content)
    except Exception as error:  # noqa: BLE001 - whatever was done to it, the awards that rest on it are named
        return error
